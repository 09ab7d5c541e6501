"""what a desk was before an emergency stop"""

import sqlalchemy as sa
from alembic import op

from deskops.core.database import UtcDateTime


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

# Stops that are in force keep what ended them until now: their desks open, as of the moment of the stop.
MOMENT = "UPDATE stopped_desks SET state_at = (SELECT at FROM emergency_stops WHERE id = stopped_desks.stop_id)"


def upgrade() -> None:
    with op.batch_alter_table('stopped_desks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.String(length=10), nullable=False, server_default='open'))
        batch_op.add_column(sa.Column('state_reason', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('keeps_queue', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('state_at', UtcDateTime(), nullable=True))

    op.execute(MOMENT)
    with op.batch_alter_table('stopped_desks', schema=None) as batch_op:
        batch_op.alter_column('state', server_default=None)
        batch_op.alter_column('state_reason', server_default=None)
        batch_op.alter_column('keeps_queue', server_default=None)
        batch_op.alter_column('state_at', existing_type=UtcDateTime(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('stopped_desks', schema=None) as batch_op:
        batch_op.drop_column('state_at')
        batch_op.drop_column('keeps_queue')
        batch_op.drop_column('state_reason')
        batch_op.drop_column('state')
