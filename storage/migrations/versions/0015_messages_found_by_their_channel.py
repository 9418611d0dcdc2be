"""messages found by their channel

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute('UPDATE notification SET leased_until = due_at WHERE state = 1 AND leased_until < due_at')
    op.create_index(
        'notification_next',
        'notification',
        ['channel', 'leased_until'],
        sqlite_where=sa.text('state = 1'),
        postgresql_where=sa.text('state = 1'),
    )


def downgrade() -> None:
    op.drop_index('notification_next', 'notification')
