"""history

Revision: 0013, after 0012
"""

from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a batch would copy the whole table and lose its partial indexes
    op.execute('ALTER TABLE appointment ADD COLUMN schedule_id INTEGER REFERENCES schedule (id)')
    op.execute('UPDATE appointment SET schedule_id = (SELECT schedule_id FROM slot WHERE slot.id = slot_id)')
    op.drop_index('appointment_of_patient', 'appointment')
    op.create_index(
        'appointment_of_patient',
        'appointment',
        ['patient_id', 'starts_at', 'id', 'status', 'ends_at', 'schedule_id'],
    )


def downgrade() -> None:
    op.drop_index('appointment_of_patient', 'appointment')
    op.create_index('appointment_of_patient', 'appointment', ['patient_id', 'starts_at'])
    op.execute('ALTER TABLE appointment DROP COLUMN schedule_id')
