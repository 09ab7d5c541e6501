"""offers to be served by phone, and what is learned of waits"""

import sqlalchemy as sa
from alembic import op

from deskops.core.database import UtcDateTime


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without a batch: on SQLite it would copy every ticket there is.
    op.add_column('tickets', sa.Column('may_walk', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column('tickets', sa.Column('projected_minutes', sa.Float(), nullable=True))
    op.add_column('tickets', sa.Column('told_minutes', sa.Float(), nullable=True))
    op.create_table('offers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('location', sa.Integer(), nullable=False),
    sa.Column('wait_minutes', sa.Float(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_offers_ticket_id')),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_offers_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offers')),
    sa.UniqueConstraint('ticket_id', name=op.f('uq_offers_ticket_id'))
    )
    op.create_index('ix_offers_trip_made', 'offers', ['trip_id', 'made_at'], unique=False)
    op.create_table('learning',
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('correction', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_learning_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('trip_id', name=op.f('pk_learning'))
    )
    op.create_table('learned_times',
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('believed', sa.Float(), nullable=False),
    sa.Column('mean_minutes', sa.Float(), nullable=False),
    sa.Column('weight', sa.Float(), nullable=False),
    sa.Column('served', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_learned_times_topic_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trip_id'], ['trips.id'], name=op.f('fk_learned_times_trip_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('topic_id', name=op.f('pk_learned_times'))
    )


def downgrade() -> None:
    op.drop_table('learned_times')
    op.drop_table('learning')
    op.drop_index('ix_offers_trip_made', table_name='offers')
    op.drop_table('offers')
    op.drop_column('tickets', 'told_minutes')
    op.drop_column('tickets', 'projected_minutes')
    op.drop_column('tickets', 'may_walk')
