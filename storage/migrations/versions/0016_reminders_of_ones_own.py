"""reminders of one's own: lead times, channels, settings

Revision: 0016, after 0015
"""

from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a batch would copy the tables and lose their partial indexes
    op.execute('ALTER TABLE notification ADD COLUMN lead INTEGER DEFAULT 0 NOT NULL')
    op.execute('ALTER TABLE notification ADD COLUMN instead_of VARCHAR')
    op.execute('ALTER TABLE account ADD COLUMN reminders VARCHAR')
    op.execute('ALTER TABLE care ADD COLUMN reminders VARCHAR')
    op.drop_index('notification_once', 'notification')
    op.execute(
        "UPDATE notification SET lead = CASE kind WHEN 'reminder_24h' THEN 86400 ELSE 10800 END,"
        " kind = 'reminder' WHERE kind IN ('reminder_24h', 'reminder_3h')"
    )
    op.create_index(
        'notification_once',
        'notification',
        ['appointment_id', 'account_id', 'kind', 'channel', 'sequence', 'lead'],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index('notification_once', 'notification')
    # the older version knows no other reminders, and no other way for them
    op.execute(
        "DELETE FROM notification WHERE kind = 'news'"
        " OR kind IN ('reminder', 'cancelled') AND channel <> 'chat'"
        " OR kind = 'reminder' AND lead NOT IN (86400, 10800)"
    )
    op.execute(
        "UPDATE notification SET kind = CASE lead WHEN 86400 THEN 'reminder_24h' ELSE 'reminder_3h' END"
        " WHERE kind = 'reminder'"
    )
    op.create_index(
        'notification_once',
        'notification',
        ['appointment_id', 'account_id', 'kind', 'channel', 'sequence'],
        unique=True,
    )
    op.execute('ALTER TABLE care DROP COLUMN reminders')
    op.execute('ALTER TABLE account DROP COLUMN reminders')
    op.execute('ALTER TABLE notification DROP COLUMN instead_of')
    op.execute('ALTER TABLE notification DROP COLUMN lead')
