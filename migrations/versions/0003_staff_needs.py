"""how many people a desk needs"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# Until now every counter had to be staffed; of desks that are set up already, half of them must be, and all is the aim.
USUAL = """
INSERT INTO staff_needs (desk_id, minimum, target, supervisors, languages)
SELECT desk_id, (COUNT(*) + 1) / 2, COUNT(*), CASE WHEN COUNT(*) > 2 THEN 1 ELSE 0 END, ''
FROM places GROUP BY desk_id
"""


def upgrade() -> None:
    op.create_table('staff_needs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('target', sa.Integer(), nullable=False),
    sa.Column('supervisors', sa.Integer(), nullable=False),
    sa.Column('languages', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desks.id'], name=op.f('fk_staff_needs_desk_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_needs')),
    sa.UniqueConstraint('desk_id', name=op.f('uq_staff_needs_desk_id'))
    )
    op.execute(USUAL)


def downgrade() -> None:
    op.drop_table('staff_needs')
