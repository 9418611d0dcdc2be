"""the waiting list

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('waiting_watch',
    sa.Column('account_id', BIG, autoincrement=False, nullable=False),
    sa.Column('next_at', sa.Integer(), nullable=True),
    sa.Column('message_id', sa.Integer(), nullable=True),
    sa.Column('is_off', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('account_id')
    )
    with op.batch_alter_table('waiting_watch', schema=None) as batch_op:
        batch_op.create_index('ix_waiting_watch_next_at', ['next_at'])

    op.create_table('reserve',
    sa.Column('schedule_id', sa.Integer(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('open_days', sa.Integer(), nullable=False),
    sa.Column('open_load', sa.Integer(), nullable=False),
    sa.Column('on_cancel', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['schedule_id'], ['schedule.id'], ),
    sa.PrimaryKeyConstraint('schedule_id')
    )
    op.create_table('freed_time',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('specialty_id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('freed_at', sa.Integer(), nullable=True),
    sa.Column('state', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('freed_time', schema=None) as batch_op:
        batch_op.create_index('freed_in_hand', ['slot_id'], unique=True, sqlite_where=sa.text('state < 2'))
        batch_op.create_index('freed_lately', ['specialty_id', 'region_code', 'freed_at'])
        batch_op.create_index('freed_long_ago', ['freed_at'])
        batch_op.create_index('freed_pending', ['id'], sqlite_where=sa.text('state = 0'))

    op.create_table('waiting',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('precedence', sa.Integer(), nullable=False),
    sa.Column('account_id', BIG, nullable=False),
    sa.Column('patient_id', BIG, nullable=False),
    sa.Column('specialty_id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(), nullable=False),
    sa.Column('facility_id', sa.Integer(), nullable=True),
    sa.Column('schedule_id', sa.Integer(), nullable=True),
    sa.Column('service_id', sa.Integer(), nullable=True),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('appointment_id', BIG, nullable=True),
    sa.Column('before', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('wish', sa.String(), nullable=False),
    sa.Column('parts', sa.Integer(), nullable=False),
    sa.Column('since', sa.Integer(), nullable=False),
    sa.Column('until', sa.Integer(), nullable=False),
    sa.Column('first_day', sa.Integer(), nullable=False),
    sa.Column('last_day', sa.Integer(), nullable=False),
    sa.Column('notice', sa.Integer(), nullable=False),
    sa.Column('is_any_hour', sa.Boolean(), nullable=False),
    sa.Column('joined_at', sa.Integer(), nullable=False),
    sa.Column('ends_at', sa.Integer(), nullable=False),
    sa.Column('state', sa.Integer(), nullable=False),
    sa.Column('look_at', sa.Integer(), nullable=True),
    sa.Column('ended_at', sa.Integer(), nullable=True),
    sa.Column('ended', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], ),
    sa.ForeignKeyConstraint(['facility_id'], ['facility.id'], ),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], ),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], ),
    sa.ForeignKeyConstraint(['schedule_id'], ['schedule.id'], ),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], ),
    sa.ForeignKeyConstraint(['specialty_id'], ['specialty.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('turn')
    )
    with op.batch_alter_table('waiting', schema=None) as batch_op:
        batch_op.create_index('waiting_ended', ['ended_at'], sqlite_where=sa.text('state = 2'))
        batch_op.create_index('waiting_ending', ['ends_at'], sqlite_where=sa.text('state < 2'))
        batch_op.create_index('waiting_of_account', ['account_id'])
        batch_op.create_index('waiting_of_patient', ['patient_id'])
        batch_op.create_index('waiting_of_visit', ['appointment_id'], sqlite_where=sa.text('appointment_id IS NOT NULL'))
        batch_op.create_index('waiting_once', ['patient_id', 'place'], unique=True, sqlite_where=sa.text('state < 2'))
        batch_op.create_index('waiting_order', ['specialty_id', 'region_code', 'precedence', 'turn', 'state', 'facility_id', 'schedule_id', 'before', 'parts', 'since', 'until', 'first_day', 'last_day', 'notice'], sqlite_where=sa.text('state < 2'))
        batch_op.create_index('waiting_to_look', ['look_at'], sqlite_where=sa.text('look_at IS NOT NULL AND state = 0'))

    op.create_table('waiting_offer',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('waiting_id', BIG, nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('offered_at', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.Integer(), nullable=True),
    sa.Column('until', sa.Integer(), nullable=False),
    sa.Column('state', sa.Integer(), nullable=False),
    sa.Column('notification_id', sa.Integer(), nullable=True),
    sa.Column('appointment_id', BIG, nullable=True),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], ),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], ),
    sa.ForeignKeyConstraint(['waiting_id'], ['waiting.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('waiting_offer', schema=None) as batch_op:
        batch_op.create_index('offer_of_slot', ['slot_id'], unique=True, sqlite_where=sa.text('state = 0'))
        batch_op.create_index('offer_once', ['waiting_id', 'slot_id'], unique=True)
        batch_op.create_index('offer_to_one', ['waiting_id'], unique=True, sqlite_where=sa.text('state = 0'))
        batch_op.create_index('offer_until', ['until'], sqlite_where=sa.text('state = 0'))

    op.create_index('slot_reserved', 'slot', ['schedule_id', 'starts_at'], sqlite_where=sa.text('status = 4'))


def downgrade() -> None:
    op.drop_index('slot_reserved', 'slot')
    op.execute('UPDATE slot SET status = 3 WHERE status = 4')
    op.execute('UPDATE slot SET status = 0 WHERE status = 1 AND id IN (SELECT slot_id FROM freed_time WHERE state < 2)')
    op.drop_table('waiting_offer')
    op.drop_table('waiting')
    op.drop_table('freed_time')
    op.drop_table('reserve')
    op.drop_table('waiting_watch')
