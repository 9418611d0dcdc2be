"""services

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'service',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('code', sa.String(), nullable=False),
        sa.Column('specialty_code', sa.String(), nullable=False),
        sa.Column('name_ru', sa.String(), nullable=False),
        sa.Column('name_en', sa.String(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=True),
        sa.Column('needs_referral', sa.Boolean(), nullable=False),
        sa.Column('audience', sa.String(), nullable=False),
        sa.Column('words_ru', sa.String(), nullable=False),
        sa.Column('prepare_ru', sa.String(), nullable=False),
        sa.Column('prepare_en', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['specialty_code'], ['specialty.code']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('code'),
    )
    op.create_index('ix_service_specialty_code', 'service', ['specialty_code'])
    op.create_table(
        'held_slot',
        sa.Column('slot_id', sa.Integer(), nullable=False),
        sa.Column('telegram_id', BIG, nullable=False),
        sa.ForeignKeyConstraint(['slot_id'], ['slot.id']),
        sa.PrimaryKeyConstraint('slot_id'),
    )
    op.create_index('ix_held_slot_telegram_id', 'held_slot', ['telegram_id'])
    op.create_table(
        'appointment_slot',
        sa.Column('slot_id', sa.Integer(), nullable=False),
        sa.Column('appointment_id', BIG, nullable=False),
        sa.ForeignKeyConstraint(['slot_id'], ['slot.id']),
        sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id']),
        sa.PrimaryKeyConstraint('slot_id'),
    )
    op.create_index('ix_appointment_slot_appointment_id', 'appointment_slot', ['appointment_id'])
    # a batch would copy the whole table and lose its partial indexes
    op.execute('ALTER TABLE appointment ADD COLUMN service_id INTEGER REFERENCES service (id)')


def downgrade() -> None:
    op.execute('ALTER TABLE appointment DROP COLUMN service_id')
    op.drop_table('appointment_slot')
    op.drop_table('held_slot')
    op.drop_table('service')
