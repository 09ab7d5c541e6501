"""directives: orders and their referrals, who may give them, officials' hours and meetings"""

import sqlalchemy as sa
from alembic import op

from deskops.core.database import UtcDateTime


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

# Without a parameter: a partial index serves only what repeats its condition to the letter.
OPEN = "state IN ('drafted', 'sent', 'acknowledged', 'interim', 'answered', 'returned')"


def upgrade() -> None:
    _add_wishes()
    _add_signing()
    _add_collectives()
    _add_attachments()
    _add_sessions()
    _add_meetings()
    _add_authorities()
    _add_directives()
    _add_referrals()


def downgrade() -> None:
    _drop_referrals()
    _drop_directives()
    _drop_authorities()
    _drop_meetings()
    _drop_sessions()
    _drop_attachments()
    _drop_collectives()
    _drop_signing()
    _drop_wishes()


def _add_wishes() -> None:
    op.add_column('demands', sa.Column('meeting_asked_at', UtcDateTime(), nullable=True))
    known = sa.text('meeting_asked_at IS NOT NULL')
    op.create_index('ix_demands_meeting_asked', 'demands', ['trip_id', 'meeting_asked_at'], sqlite_where=known, postgresql_where=known)


def _drop_wishes() -> None:
    op.drop_index('ix_demands_meeting_asked', 'demands')
    op.drop_column('demands', 'meeting_asked_at')


def _add_signing() -> None:
    op.create_table('signing_pins',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('pin_hash', sa.String(length=200), nullable=False),
    sa.Column('set_at', UtcDateTime(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_signing_pins_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_signing_pins'))
    )
    op.create_table('passkeys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('credential_id', sa.String(length=1400), nullable=False),
    sa.Column('public_key', sa.String(length=2000), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_used_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_passkeys_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkeys')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkeys_credential_id'))
    )
    op.create_index('ix_passkeys_user_id', 'passkeys', ['user_id'])
    op.create_table('signing_challenges',
    sa.Column('challenge', sa.String(length=100), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=10), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_signing_challenges_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('challenge', name=op.f('pk_signing_challenges'))
    )


def _drop_signing() -> None:
    op.drop_table('signing_challenges')
    op.drop_table('passkeys')
    op.drop_table('signing_pins')


def _add_collectives() -> None:
    op.create_table('collectives',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=True),
    sa.Column('county', sa.String(length=80), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_collectives_topic_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_collectives_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collectives'))
    )
    op.create_index('ix_collectives_trip_id', 'collectives', ['trip_id', 'id'])
    op.create_table('collective_demands',
    sa.Column('demand_id', sa.Integer(), nullable=False),
    sa.Column('collective_id', sa.Integer(), nullable=False),
    sa.Column('tied_at', UtcDateTime(), nullable=False),
    sa.Column('tied_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['collective_id'], ['collectives.id'], name=op.f('fk_collective_demands_collective_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['demand_id'], ['demands.id'], name=op.f('fk_collective_demands_demand_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('demand_id', name=op.f('pk_collective_demands'))
    )
    op.create_index('ix_collective_demands_collective_id', 'collective_demands', ['collective_id'])


def _drop_collectives() -> None:
    op.drop_table('collective_demands')
    op.drop_table('collectives')


def _add_attachments() -> None:
    op.create_table('attachments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demand_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('file', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('added_at', UtcDateTime(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['demand_id'], ['demands.id'], name=op.f('fk_attachments_demand_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_attachments_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments'))
    )
    op.create_index('ix_attachments_demand_id', 'attachments', ['demand_id'])


def _drop_attachments() -> None:
    op.drop_table('attachments')


def _add_sessions() -> None:
    op.create_table('session_series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('official_id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=True),
    sa.Column('line', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('where_text', sa.String(length=200), nullable=False),
    sa.Column('pattern', sa.String(length=12), nullable=False),
    sa.Column('weekdays', sa.String(length=40), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('to_day', sa.Date(), nullable=False),
    sa.Column('opens', sa.Integer(), nullable=False),
    sa.Column('closes', sa.Integer(), nullable=False),
    sa.Column('deputies', sa.JSON(), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desks.id'], name=op.f('fk_session_series_desk_id')),
    sa.ForeignKeyConstraint(['official_id'], ['users.id'], name=op.f('fk_session_series_official_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_session_series_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_series'))
    )
    op.create_index('ix_session_series_trip_id', 'session_series', ['trip_id'])
    op.create_table('official_sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=True),
    sa.Column('official_id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=True),
    sa.Column('place_id', sa.Integer(), nullable=True),
    sa.Column('line', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('where_text', sa.String(length=200), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('announced_at', UtcDateTime(), nullable=True),
    sa.Column('reminded_at', UtcDateTime(), nullable=True),
    sa.Column('came_at', UtcDateTime(), nullable=True),
    sa.Column('left_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desks.id'], name=op.f('fk_official_sessions_desk_id')),
    sa.ForeignKeyConstraint(['official_id'], ['users.id'], name=op.f('fk_official_sessions_official_id')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_official_sessions_place_id')),
    sa.ForeignKeyConstraint(['series_id'], ['session_series.id'], name=op.f('fk_official_sessions_series_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_official_sessions_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_official_sessions'))
    )
    op.create_index('ix_official_sessions_official', 'official_sessions', ['official_id', 'starts_at'])
    op.create_index('ix_official_sessions_trip_start', 'official_sessions', ['trip_id', 'starts_at'])
    op.create_table('session_attendees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('position', sa.String(length=120), nullable=False),
    sa.Column('came_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['session_id'], ['official_sessions.id'], name=op.f('fk_session_attendees_session_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_session_attendees_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_attendees'))
    )
    op.create_index('ix_session_attendees_session_id', 'session_attendees', ['session_id'])


def _drop_sessions() -> None:
    op.drop_table('session_attendees')
    op.drop_table('official_sessions')
    op.drop_table('session_series')


def _add_meetings() -> None:
    op.create_table('meetings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('official_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('where_text', sa.String(length=200), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('slot_minutes', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['official_id'], ['users.id'], name=op.f('fk_meetings_official_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_meetings_site_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_meetings_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meetings'))
    )
    op.create_index('ix_meetings_trip_start', 'meetings', ['trip_id', 'starts_at'])
    op.create_table('meeting_agencies',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('came_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_meeting_agencies_agency_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_meeting_agencies_meeting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('meeting_id', 'agency_id', name=op.f('pk_meeting_agencies'))
    )
    op.create_table('appointments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('demand_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('invited_at', UtcDateTime(), nullable=True),
    sa.Column('checked_in_at', UtcDateTime(), nullable=True),
    sa.Column('called_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['demand_id'], ['demands.id'], name=op.f('fk_appointments_demand_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_appointments_meeting_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_appointments_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointments')),
    sa.UniqueConstraint('meeting_id', 'demand_id', name=op.f('uq_appointments_meeting_id_demand_id')),
    sa.UniqueConstraint('token', name=op.f('uq_appointments_token'))
    )
    op.create_index('ix_appointments_demand_id', 'appointments', ['demand_id'])
    op.create_index('ix_appointments_meeting_start', 'appointments', ['meeting_id', 'starts_at'])


def _drop_meetings() -> None:
    op.drop_table('appointments')
    op.drop_table('meeting_agencies')
    op.drop_table('meetings')


def _add_authorities() -> None:
    op.create_table('authorities',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('every_agency', sa.Boolean(), nullable=False),
    sa.Column('most_rials', sa.BigInteger(), nullable=True),
    sa.Column('superior_id', sa.Integer(), nullable=True),
    sa.Column('delegated_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['delegated_by'], ['users.id'], name=op.f('fk_authorities_delegated_by')),
    sa.ForeignKeyConstraint(['superior_id'], ['users.id'], name=op.f('fk_authorities_superior_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_authorities_trip_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_authorities_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authorities'))
    )
    op.create_index('ix_authorities_trip_user', 'authorities', ['trip_id', 'user_id'])
    op.create_table('authority_agencies',
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_authority_agencies_agency_id')),
    sa.ForeignKeyConstraint(['authority_id'], ['authorities.id'], name=op.f('fk_authority_agencies_authority_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('authority_id', 'agency_id', name=op.f('pk_authority_agencies'))
    )
    op.create_table('assistants',
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.Column('official_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('added_at', UtcDateTime(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['official_id'], ['users.id'], name=op.f('fk_assistants_official_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_assistants_trip_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_assistants_user_id')),
    sa.PrimaryKeyConstraint('trip_id', 'official_id', 'user_id', name=op.f('pk_assistants'))
    )
    op.create_index('ix_assistants_user_id', 'assistants', ['user_id'])


def _drop_authorities() -> None:
    op.drop_table('assistants')
    op.drop_table('authority_agencies')
    op.drop_table('authorities')


def _add_directives() -> None:
    op.create_table('directive_templates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('agency_ids', sa.JSON(), nullable=False),
    sa.Column('copy_ids', sa.JSON(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_directive_templates_trip_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_directive_templates_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_directive_templates'))
    )
    op.create_index('ix_directive_templates_trip_user', 'directive_templates', ['trip_id', 'user_id'])
    op.create_table('directives',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('official_id', sa.Integer(), nullable=False),
    sa.Column('behalf_of', sa.Integer(), nullable=True),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('proposed_to', sa.Integer(), nullable=True),
    sa.Column('collective_id', sa.Integer(), nullable=True),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('appointment_id', sa.Integer(), nullable=True),
    sa.Column('template_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('whose_id', sa.Integer(), nullable=True),
    sa.Column('photo', sa.String(length=64), nullable=True),
    sa.Column('prepared_at', UtcDateTime(), nullable=False),
    sa.Column('prepared_by', sa.Integer(), nullable=True),
    sa.Column('signed_at', UtcDateTime(), nullable=True),
    sa.Column('signed_with', sa.String(length=10), nullable=False),
    sa.Column('device', sa.String(length=120), nullable=False),
    sa.Column('issues_at', UtcDateTime(), nullable=True),
    sa.Column('issued_at', UtcDateTime(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('rank', sa.String(length=20), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('token', sa.String(length=40), nullable=True),
    sa.Column('supersedes_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_directives_appointment_id')),
    sa.ForeignKeyConstraint(['behalf_of'], ['users.id'], name=op.f('fk_directives_behalf_of')),
    sa.ForeignKeyConstraint(['collective_id'], ['collectives.id'], name=op.f('fk_directives_collective_id')),
    sa.ForeignKeyConstraint(['office_id'], ['agencies.id'], name=op.f('fk_directives_office_id')),
    sa.ForeignKeyConstraint(['official_id'], ['users.id'], name=op.f('fk_directives_official_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['users.id'], name=op.f('fk_directives_proposed_by')),
    sa.ForeignKeyConstraint(['proposed_to'], ['users.id'], name=op.f('fk_directives_proposed_to')),
    sa.ForeignKeyConstraint(['session_id'], ['official_sessions.id'], name=op.f('fk_directives_session_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['directives.id'], name=op.f('fk_directives_supersedes_id')),
    sa.ForeignKeyConstraint(['template_id'], ['directive_templates.id'], name=op.f('fk_directives_template_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_directives_trip_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['whose_id'], ['agencies.id'], name=op.f('fk_directives_whose_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_directives')),
    sa.UniqueConstraint('token', name=op.f('uq_directives_token')),
    sa.UniqueConstraint('trip_id', 'year', 'number', name=op.f('uq_directives_trip_id_year_number'))
    )
    op.create_index('ix_directives_collective_id', 'directives', ['collective_id'], sqlite_where=sa.text('collective_id IS NOT NULL'), postgresql_where=sa.text('collective_id IS NOT NULL'))
    op.create_index('ix_directives_proposed_to', 'directives', ['proposed_to', 'state'], sqlite_where=sa.text('proposed_to IS NOT NULL'), postgresql_where=sa.text('proposed_to IS NOT NULL'))
    op.create_index('ix_directives_session_id', 'directives', ['session_id'], sqlite_where=sa.text('session_id IS NOT NULL'), postgresql_where=sa.text('session_id IS NOT NULL'))
    op.create_index('ix_directives_supersedes_id', 'directives', ['supersedes_id'], sqlite_where=sa.text('supersedes_id IS NOT NULL'), postgresql_where=sa.text('supersedes_id IS NOT NULL'))
    op.create_index('ix_directives_trip_official', 'directives', ['trip_id', 'official_id', 'id'])
    op.create_index('ix_directives_trip_state', 'directives', ['trip_id', 'state', 'id'])
    op.create_table('directive_demands',
    sa.Column('directive_id', sa.Integer(), nullable=False),
    sa.Column('demand_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('printed_at', UtcDateTime(), nullable=True),
    sa.Column('printed_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['demand_id'], ['demands.id'], name=op.f('fk_directive_demands_demand_id')),
    sa.ForeignKeyConstraint(['directive_id'], ['directives.id'], name=op.f('fk_directive_demands_directive_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('directive_id', 'demand_id', name=op.f('pk_directive_demands'))
    )
    op.create_index('ix_directive_demands_demand_id', 'directive_demands', ['demand_id'])
    op.create_table('directive_addressees',
    sa.Column('directive_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('printed_at', UtcDateTime(), nullable=True),
    sa.Column('printed_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_directive_addressees_agency_id')),
    sa.ForeignKeyConstraint(['directive_id'], ['directives.id'], name=op.f('fk_directive_addressees_directive_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('directive_id', 'agency_id', name=op.f('pk_directive_addressees'))
    )
    op.create_index('ix_directive_addressees_agency_id', 'directive_addressees', ['agency_id'])


def _drop_directives() -> None:
    op.drop_table('directive_addressees')
    op.drop_table('directive_demands')
    op.drop_table('directives')
    op.drop_table('directive_templates')


def _add_referrals() -> None:
    op.create_table('referrals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demand_id', sa.Integer(), nullable=True),
    sa.Column('collective_id', sa.Integer(), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('directive_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('delivery', sa.String(length=12), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_referrals_agency_id')),
    sa.ForeignKeyConstraint(['collective_id'], ['collectives.id'], name=op.f('fk_referrals_collective_id')),
    sa.ForeignKeyConstraint(['demand_id'], ['demands.id'], name=op.f('fk_referrals_demand_id')),
    sa.ForeignKeyConstraint(['directive_id'], ['directives.id'], name=op.f('fk_referrals_directive_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_referrals_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referrals'))
    )
    op.create_index('ix_referrals_demand_id', 'referrals', ['demand_id'])
    op.create_index('ix_referrals_directive_id', 'referrals', ['directive_id'])
    op.create_index('ix_referrals_trip_agency', 'referrals', ['trip_id', 'agency_id', 'state', 'due_at'])
    op.create_index('ix_referrals_trip_state', 'referrals', ['trip_id', 'state', 'due_at'])
    op.create_index('uq_referrals_collective_open', 'referrals', ['collective_id', 'agency_id'], unique=True, sqlite_where=sa.text(f'collective_id IS NOT NULL AND {OPEN}'), postgresql_where=sa.text(f'collective_id IS NOT NULL AND {OPEN}'))
    op.create_index('uq_referrals_demand_open', 'referrals', ['demand_id', 'agency_id'], unique=True, sqlite_where=sa.text(f'demand_id IS NOT NULL AND {OPEN}'), postgresql_where=sa.text(f'demand_id IS NOT NULL AND {OPEN}'))
    op.create_table('directive_referrals',
    sa.Column('directive_id', sa.Integer(), nullable=False),
    sa.Column('referral_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['directive_id'], ['directives.id'], name=op.f('fk_directive_referrals_directive_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_directive_referrals_referral_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('directive_id', 'referral_id', name=op.f('pk_directive_referrals'))
    )
    op.create_index('ix_directive_referrals_referral_id', 'directive_referrals', ['referral_id'])


def _drop_referrals() -> None:
    op.drop_table('directive_referrals')
    op.drop_table('referrals')
