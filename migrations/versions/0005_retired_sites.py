"""sites that are retired"""

import sqlalchemy as sa
from alembic import op

from deskops.core.database import UtcDateTime


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('sites', sa.Column('retired_at', UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column('sites', 'retired_at')
