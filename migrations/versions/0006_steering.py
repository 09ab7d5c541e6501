"""steering: what is advised and done about waits, and what coordinators set"""

import sqlalchemy as sa
from alembic import op

from deskops.core.database import UtcDateTime


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_advice()
    _add_priorities()
    _add_autopilot()
    _add_replays()


def downgrade() -> None:
    _drop_advice()
    _drop_priorities()
    _drop_autopilot()
    _drop_replays()


def _add_priorities() -> None:
    # Without a batch: on SQLite it would copy every ticket there is.
    op.add_column('tickets', sa.Column('priorities', sa.String(length=60), nullable=False, server_default=''))
    op.add_column('tickets', sa.Column('priority_minutes', sa.Float(), nullable=False, server_default='0'))
    op.create_table('priority_settings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.JSON(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_priority_settings_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_priority_settings')),
    sa.UniqueConstraint('trip_id', 'version', name=op.f('uq_priority_settings_trip_id_version'))
    )
    op.create_table('fairness_days',
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_fairness_days_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('trip_id', 'day', name=op.f('pk_fairness_days'))
    )


def _drop_priorities() -> None:
    op.drop_table('fairness_days')
    op.drop_table('priority_settings')
    op.drop_column('tickets', 'priority_minutes')
    op.drop_column('tickets', 'priorities')


def _add_advice() -> None:
    op.create_table('advice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_desk_id', sa.Integer(), nullable=False),
    sa.Column('target_desk_id', sa.Integer(), nullable=False),
    sa.Column('counters', sa.Integer(), nullable=False),
    sa.Column('gain_minutes', sa.Float(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('for_day', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['source_desk_id'], ['desks.id'], name=op.f('fk_advice_source_desk_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['target_desk_id'], ['desks.id'], name=op.f('fk_advice_target_desk_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_advice_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_advice'))
    )
    op.create_index('ix_advice_trip_state', 'advice', ['trip_id', 'state', 'id'])
    op.create_table('staff_moves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('advice_id', sa.Integer(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('from_place_id', sa.Integer(), nullable=True),
    sa.Column('from_desk_id', sa.Integer(), nullable=True),
    sa.Column('to_desk_id', sa.Integer(), nullable=False),
    sa.Column('for_day', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('went_at', UtcDateTime(), nullable=True),
    sa.Column('arrived_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['advice_id'], ['advice.id'], name=op.f('fk_staff_moves_advice_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['from_desk_id'], ['desks.id'], name=op.f('fk_staff_moves_from_desk_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['from_place_id'], ['places.id'], name=op.f('fk_staff_moves_from_place_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['to_desk_id'], ['desks.id'], name=op.f('fk_staff_moves_to_desk_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_staff_moves_trip_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_staff_moves_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_moves'))
    )
    op.create_index('ix_staff_moves_trip_state', 'staff_moves', ['trip_id', 'state', 'id'])
    op.create_index('ix_staff_moves_user_state', 'staff_moves', ['user_id', 'state'])
    op.create_index('ix_staff_moves_advice_id', 'staff_moves', ['advice_id'])


def _drop_advice() -> None:
    op.drop_table('staff_moves')
    op.drop_table('advice')


def _add_autopilot() -> None:
    op.add_column('tickets', sa.Column('walked_from', sa.Integer(), nullable=True))
    op.add_column('tickets', sa.Column('moved_times', sa.Integer(), nullable=False, server_default='0'))
    op.create_table('autopilot_settings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_autopilot_settings_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_autopilot_settings')),
    sa.UniqueConstraint('trip_id', 'version', name=op.f('uq_autopilot_settings_trip_id'))
    )
    op.create_table('balance_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=10), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Float(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desks.id'], name=op.f('fk_balance_proposals_desk_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_balance_proposals_ticket_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_balance_proposals_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_balance_proposals')),
    sa.UniqueConstraint('trip_id', 'act', 'ticket_id', name=op.f('uq_balance_proposals_trip_id'))
    )
    op.create_table('moved_again',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.Column('seen_by', sa.Integer(), nullable=True),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desks.id'], name=op.f('fk_moved_again_desk_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_moved_again_ticket_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_moved_again_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moved_again'))
    )
    unseen = sa.text('seen_at IS NULL')
    op.create_index('ix_moved_again_unseen', 'moved_again', ['trip_id'], sqlite_where=unseen, postgresql_where=unseen)


def _drop_autopilot() -> None:
    op.drop_table('moved_again')
    op.drop_table('balance_proposals')
    op.drop_table('autopilot_settings')
    op.drop_column('tickets', 'moved_times')
    op.drop_column('tickets', 'walked_from')


def _add_replays() -> None:
    op.create_table('replays',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('policies', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('results', sa.JSON(), nullable=False),
    sa.Column('scenario', sa.String(length=64), nullable=True),
    sa.Column('trace', sa.String(length=64), nullable=True),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('worker', sa.String(length=80), nullable=False),
    sa.Column('beat_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_replays_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replays'))
    )
    op.create_index('ix_replays_trip_id', 'replays', ['trip_id', 'id'])
    active = sa.text("state IN ('asked', 'running')")
    op.create_index('ix_replays_active', 'replays', ['trip_id'], unique=True, sqlite_where=active, postgresql_where=active)


def _drop_replays() -> None:
    op.drop_table('replays')
