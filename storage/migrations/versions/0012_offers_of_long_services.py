"""offers of long services

Revision: 0012, after 0011
"""

from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a batch would copy the table and lose its partial indexes
    op.execute('ALTER TABLE waiting_offer ADD COLUMN further VARCHAR')


def downgrade() -> None:
    op.execute('ALTER TABLE waiting_offer DROP COLUMN further')
