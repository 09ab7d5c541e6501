"""rostering: what staff know, the shifts of desks, rosters and who came"""

import sqlalchemy as sa
from alembic import op

from deskops.core.database import UtcDateTime


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_people()
    _add_shifts()
    _add_rosters()
    _add_swaps()
    _add_presence()
    _add_printing()
    _add_breaks()


def downgrade() -> None:
    _drop_breaks()
    _drop_printing()
    _drop_presence()
    _drop_swaps()
    _drop_rosters()
    _drop_shifts()
    _drop_people()


def _add_people() -> None:
    op.create_table('staff_topics',
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_staff_topics_staff_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_staff_topics_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('staff_id', 'topic_id', name=op.f('pk_staff_topics'))
    )
    op.create_table('staff_availability',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_staff_availability_staff_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_availability'))
    )
    op.create_index('ix_staff_availability_staff_id', 'staff_availability', ['staff_id'])
    op.create_table('staff_absences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('said_at', UtcDateTime(), nullable=False),
    sa.Column('said_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_staff_absences_staff_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_absences'))
    )
    op.create_index('ix_staff_absences_staff_id', 'staff_absences', ['staff_id'])
    with op.batch_alter_table('staff_members') as batch_op:
        batch_op.add_column(sa.Column('agency_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('role', sa.String(length=20), nullable=False, server_default='staff'))
        batch_op.add_column(sa.Column('most_shifts', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('badge_version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('calendar_version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('asked_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('retired_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.create_foreign_key(batch_op.f('fk_staff_members_agency_id'), 'agencies', ['agency_id'], ['id'])
    # Until now a role was in the grants alone.
    op.execute("""
        UPDATE staff_members SET role = 'desk_head' WHERE EXISTS (
            SELECT 1 FROM grants WHERE grants.user_id = staff_members.user_id AND grants.role = 'desk_head'
            AND grants.trip_id = staff_members.trip_id)""")


def _drop_people() -> None:
    with op.batch_alter_table('staff_members') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_staff_members_agency_id'), type_='foreignkey')
        for name in ('version', 'retired_at', 'asked_at', 'calendar_version', 'badge_version', 'most_shifts', 'role', 'agency_id'):
            batch_op.drop_column(name)
    op.drop_table('staff_absences')
    op.drop_table('staff_availability')
    op.drop_table('staff_topics')


def _add_shifts() -> None:
    op.create_table('roster_settings',
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.Column('rest', sa.Integer(), nullable=False),
    sa.Column('most_shifts', sa.Integer(), nullable=False),
    sa.Column('no_show_after', sa.Integer(), nullable=False),
    sa.Column('at_risk_before', sa.Integer(), nullable=False),
    sa.Column('early', sa.Integer(), nullable=False),
    sa.Column('close_after', sa.Integer(), nullable=False),
    sa.Column('break_after', sa.Integer(), nullable=False),
    sa.Column('break_minutes', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_roster_settings_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('trip_id', name=op.f('pk_roster_settings'))
    )
    op.create_table('shift_patterns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name_fa', sa.String(length=60), nullable=False),
    sa.Column('name_en', sa.String(length=60), nullable=False),
    sa.Column('begins_from', sa.String(length=10), nullable=False),
    sa.Column('begins_minutes', sa.Integer(), nullable=False),
    sa.Column('ends_from', sa.String(length=10), nullable=False),
    sa.Column('ends_minutes', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_shift_patterns_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift_patterns'))
    )
    op.create_index('ix_shift_patterns_trip_id', 'shift_patterns', ['trip_id'])
    op.create_table('desk_shifts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('pattern_id', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('target', sa.Integer(), nullable=False),
    sa.Column('supervisors', sa.Integer(), nullable=False),
    sa.Column('languages', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desks.id'], name=op.f('fk_desk_shifts_desk_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['pattern_id'], ['shift_patterns.id'], name=op.f('fk_desk_shifts_pattern_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_desk_shifts_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_shifts')),
    sa.UniqueConstraint('desk_id', 'starts_at', 'ends_at', name=op.f('uq_desk_shifts_desk_id_starts_at_ends_at'))
    )
    op.create_index('ix_desk_shifts_trip_starts', 'desk_shifts', ['trip_id', 'starts_at'])
    with op.batch_alter_table('shifts') as batch_op:
        batch_op.add_column(sa.Column('desk_shift_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('state', sa.String(length=12), nullable=False, server_default='planned'))
        batch_op.add_column(sa.Column('reason', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('overrides', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('told_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('arrived_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('ended_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('warned_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.create_foreign_key(batch_op.f('fk_shifts_desk_shift_id'), 'desk_shifts', ['desk_shift_id'], ['id'], ondelete='CASCADE')
    op.create_index('ix_shifts_staff_starts', 'shifts', ['staff_id', 'starts_at'])
    stands = sa.text("state != 'dropped'")
    op.create_index('ix_shifts_stands', 'shifts', ['desk_shift_id', 'staff_id'], unique=True, sqlite_where=stands, postgresql_where=stands)


def _drop_shifts() -> None:
    op.drop_index('ix_shifts_stands', 'shifts')
    op.drop_index('ix_shifts_staff_starts', 'shifts')
    with op.batch_alter_table('shifts') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_shifts_desk_shift_id'), type_='foreignkey')
        for name in ('version', 'warned_at', 'ended_at', 'arrived_at', 'confirmed_at', 'told_at', 'overrides', 'reason', 'state', 'desk_shift_id'):
            batch_op.drop_column(name)
    op.drop_table('desk_shifts')
    op.drop_table('shift_patterns')
    op.drop_table('roster_settings')


def _add_rosters() -> None:
    op.create_table('rosters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('from_at', UtcDateTime(), nullable=False),
    sa.Column('progress', sa.JSON(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('worker', sa.String(length=80), nullable=False),
    sa.Column('beat_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_rosters_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rosters'))
    )
    active = sa.text("state IN ('asked', 'solving')")
    op.create_index('ix_rosters_active', 'rosters', ['trip_id'], unique=True, sqlite_where=active, postgresql_where=active)
    op.create_index('ix_rosters_trip_id', 'rosters', ['trip_id', 'id'])
    op.create_table('roster_entries',
    sa.Column('roster_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('desk_shift_id', sa.Integer(), nullable=False),
    sa.Column('by_hand', sa.Boolean(), nullable=False),
    sa.Column('overrides', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['desk_shift_id'], ['desk_shifts.id'], name=op.f('fk_roster_entries_desk_shift_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['roster_id'], ['rosters.id'], name=op.f('fk_roster_entries_roster_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_roster_entries_staff_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('roster_id', 'staff_id', 'desk_shift_id', name=op.f('pk_roster_entries'))
    )
    op.create_index('ix_roster_entries_desk_shift_id', 'roster_entries', ['desk_shift_id'])


def _drop_rosters() -> None:
    op.drop_table('roster_entries')
    op.drop_table('rosters')


def _add_swaps() -> None:
    op.create_table('shift_swaps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('to_staff_id', sa.Integer(), nullable=True),
    sa.Column('wanted_shift_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('taken_by', sa.Integer(), nullable=True),
    sa.Column('offered_at', UtcDateTime(), nullable=False),
    sa.Column('taken_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['shift_id'], ['shifts.id'], name=op.f('fk_shift_swaps_shift_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['taken_by'], ['staff_members.id'], name=op.f('fk_shift_swaps_taken_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['to_staff_id'], ['staff_members.id'], name=op.f('fk_shift_swaps_to_staff_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_shift_swaps_trip_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['wanted_shift_id'], ['shifts.id'], name=op.f('fk_shift_swaps_wanted_shift_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift_swaps'))
    )
    op.create_index('ix_shift_swaps_shift_id', 'shift_swaps', ['shift_id'])
    op.create_index('ix_shift_swaps_trip_state', 'shift_swaps', ['trip_id', 'state'])
    op.create_table('replacement_calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('desk_shift_id', sa.Integer(), nullable=False),
    sa.Column('instead_of_id', sa.Integer(), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['desk_shift_id'], ['desk_shifts.id'], name=op.f('fk_replacement_calls_desk_shift_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['instead_of_id'], ['shifts.id'], name=op.f('fk_replacement_calls_instead_of_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_replacement_calls_staff_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_replacement_calls_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replacement_calls'))
    )
    op.create_index('ix_replacement_calls_staff_id', 'replacement_calls', ['staff_id'])
    op.create_index('ix_replacement_calls_trip_state', 'replacement_calls', ['trip_id', 'state'])


def _drop_swaps() -> None:
    op.drop_table('replacement_calls')
    op.drop_table('shift_swaps')


def _add_presence() -> None:
    op.create_table('scans',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('desk_id', sa.Integer(), nullable=True),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('client_at', UtcDateTime(), nullable=True),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.Column('nonce', sa.String(length=40), nullable=False),
    sa.Column('refusal', sa.String(length=30), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desks.id'], name=op.f('fk_scans_desk_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_scans_site_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_scans_staff_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_scans_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scans')),
    sa.UniqueConstraint('trip_id', 'nonce', name=op.f('uq_scans_trip_id_nonce'))
    )
    op.create_index('ix_scans_staff_at', 'scans', ['staff_id', 'at'])
    op.create_index('ix_scans_trip_received', 'scans', ['trip_id', 'received_at'])
    op.create_table('presences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=True),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('shift_id', sa.Integer(), nullable=True),
    sa.Column('began_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('ended_by', sa.String(length=10), nullable=False),
    sa.Column('break_since', UtcDateTime(), nullable=True),
    sa.Column('break_minutes', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desks.id'], name=op.f('fk_presences_desk_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['shift_id'], ['shifts.id'], name=op.f('fk_presences_shift_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_presences_site_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_presences_staff_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_presences_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presences'))
    )
    op.create_index('ix_presences_desk_ended', 'presences', ['desk_id', 'ended_at'])
    here = sa.text('ended_at IS NULL')
    op.create_index('ix_presences_here', 'presences', ['staff_id'], unique=True, sqlite_where=here, postgresql_where=here)
    op.create_index('ix_presences_staff_began', 'presences', ['staff_id', 'began_at'])
    op.create_index('ix_presences_trip_began', 'presences', ['trip_id', 'began_at'])


def _drop_presence() -> None:
    op.drop_table('presences')
    op.drop_table('scans')


def _add_printing() -> None:
    op.create_table('print_runs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('pages', sa.String(length=64), nullable=True),
    sa.Column('file', sa.String(length=64), nullable=True),
    sa.Column('fault', sa.String(length=30), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('worker', sa.String(length=80), nullable=False),
    sa.Column('beat_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_print_runs_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_print_runs'))
    )
    op.create_index('ix_print_runs_state', 'print_runs', ['state'])
    op.create_index('ix_print_runs_trip_id', 'print_runs', ['trip_id', 'id'])
    op.add_column('staff_members', sa.Column('badge_printed', sa.Integer(), nullable=False, server_default='0'))


def _drop_printing() -> None:
    with op.batch_alter_table('staff_members') as batch_op:
        batch_op.drop_column('badge_printed')
    op.drop_table('print_runs')


def _add_breaks() -> None:
    op.create_table('staff_breaks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=True),
    sa.Column('reliever_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=True),
    sa.Column('began_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desks.id'], name=op.f('fk_staff_breaks_desk_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_staff_breaks_place_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['reliever_id'], ['staff_members.id'], name=op.f('fk_staff_breaks_reliever_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_staff_breaks_staff_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_staff_breaks_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_breaks'))
    )
    going_on = sa.text("state IN ('asked', 'on')")
    op.create_index('ix_staff_breaks_going_on', 'staff_breaks', ['staff_id'], unique=True, sqlite_where=going_on, postgresql_where=going_on)
    op.create_index('ix_staff_breaks_trip_state', 'staff_breaks', ['trip_id', 'state'])
    op.create_index('ix_staff_breaks_staff_ended', 'staff_breaks', ['staff_id', 'ended_at'])


def _drop_breaks() -> None:
    op.drop_table('staff_breaks')
