"""families

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
OF_MINORS = "relation IN ('child', 'ward')"


def upgrade() -> None:
    op.create_index('care_of_minors', 'care', ['account_id', 'patient_id'], sqlite_where=sa.text(OF_MINORS))
    op.create_index('ix_invitation_patient_id', 'invitation', ['patient_id'])
    _notifications(nullable=True)


def downgrade() -> None:
    op.execute('DELETE FROM notification WHERE appointment_id IS NULL')
    _notifications(nullable=False)
    op.drop_index('ix_invitation_patient_id', 'invitation')
    op.drop_index('care_of_minors', 'care')


def _notifications(*, nullable: bool) -> None:
    # partial indexes do not outlive a batch: they are made anew
    op.drop_index('notification_once', 'notification')
    op.drop_index('notification_due', 'notification')
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.alter_column('appointment_id', existing_type=BIG, nullable=nullable)
        if nullable:
            batch_op.add_column(sa.Column('words', sa.LargeBinary(), nullable=True))
        else:
            batch_op.drop_column('words')
    op.create_index('notification_once', 'notification',
                    ['appointment_id', 'account_id', 'kind', 'channel', 'sequence'], unique=True)
    op.create_index('notification_due', 'notification', ['due_at'], sqlite_where=sa.text('state = 1'))
