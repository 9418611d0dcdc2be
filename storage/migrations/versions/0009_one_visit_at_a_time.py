"""one visit at a time

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('facility', sa.Column('allows_second', sa.Boolean(), server_default=sa.text('1'), nullable=False))


def downgrade() -> None:
    op.execute('ALTER TABLE facility DROP COLUMN allows_second')
