"""reminders found by their message

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        'notification_told',
        'notification',
        ['account_id', 'message_id'],
        sqlite_where=sa.text("kind = 'reminder' AND message_id IS NOT NULL"),
        postgresql_where=sa.text("kind = 'reminder' AND message_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index('notification_told', 'notification')
