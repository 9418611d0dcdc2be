"""profiles families documents journal

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('document_content',
    sa.Column('document_id', BIG, autoincrement=False, nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('document_id')
    )
    op.create_table('journal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.Integer(), nullable=False),
    sa.Column('account_id', BIG, nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('record', sa.String(), nullable=False),
    sa.Column('record_id', BIG, nullable=False),
    sa.Column('patient_id', BIG, nullable=True),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('journal', schema=None) as batch_op:
        batch_op.create_index('journal_of_patient', ['patient_id', 'id'], unique=False)

    op.create_table('one_time_code',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('telegram_id', BIG, nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('target_index', sa.LargeBinary(), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('one_time_code', schema=None) as batch_op:
        batch_op.create_index('code_of_chat', ['telegram_id', 'created_at'], unique=False)
        batch_op.create_index('code_to_target', ['target_index', 'created_at'], unique=False)
        batch_op.create_index('ix_one_time_code_created_at', ['created_at'], unique=False)

    op.create_table('care',
    sa.Column('account_id', BIG, nullable=False),
    sa.Column('patient_id', BIG, nullable=False),
    sa.Column('relation', sa.String(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('added_at', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], ),
    sa.PrimaryKeyConstraint('account_id', 'patient_id'),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('care', schema=None) as batch_op:
        batch_op.create_index('care_of_patient', ['patient_id'], unique=False)

    op.create_table('document',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('patient_id', BIG, nullable=False),
    sa.Column('account_id', BIG, nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('added_at', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_patient_id'), ['patient_id'], unique=False)

    op.create_table('invitation',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('account_id', BIG, nullable=False),
    sa.Column('patient_id', BIG, nullable=True),
    sa.Column('created_at', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.Integer(), nullable=True),
    sa.Column('used_by', BIG, nullable=True),
    sa.Column('revoked_at', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code_hash')
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_account_id'), ['account_id'], unique=False)

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone_index', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('phone_confirmed_at', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('email_confirmed_at', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('pin', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('pin_failures', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_account_phone_index'), ['phone_index'], unique=False)
    # until now a phone was always the sender's own contact
    op.execute('UPDATE account SET pin_failures = 0, phone_confirmed_at = created_at')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.alter_column('pin_failures', existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('booked_by', BIG, nullable=True))
        batch_op.add_column(sa.Column('changed_by', BIG, nullable=True))
    op.execute(
        'UPDATE appointment SET booked_by = (SELECT account_id FROM patient WHERE patient.id = patient_id)'
    )

    # partial indexes do not outlive a batch: they are made anew
    op.drop_index('notification_once', 'notification')
    op.drop_index('notification_due', 'notification')
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.add_column(sa.Column('account_id', BIG, nullable=True))
    op.execute(
        'UPDATE notification SET account_id = (SELECT p.account_id FROM appointment AS a'
        ' JOIN patient AS p ON p.id = a.patient_id WHERE a.id = appointment_id)'
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.alter_column('account_id', existing_type=BIG, nullable=False)
    op.create_index('notification_once', 'notification',
                    ['appointment_id', 'account_id', 'kind', 'channel', 'sequence'], unique=True)
    op.create_index('notification_due', 'notification', ['due_at'], sqlite_where=sa.text('state = 1'))

    op.execute(
        "INSERT INTO care (account_id, patient_id, relation, basis, added_at)"
        " SELECT account_id, id, 'self', 'self', created_at FROM patient"
    )
    op.create_table('patient_new',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('person', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.execute('INSERT INTO patient_new (id, person, created_at) SELECT id, person, created_at FROM patient')
    op.drop_table('patient')
    op.rename_table('patient_new', 'patient')


def downgrade() -> None:
    # one account a patient again: their own, else the first that acts for them; erased patients go
    op.create_table('patient_old',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('account_id', BIG, nullable=False),
    sa.Column('person', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.execute(
        "INSERT INTO patient_old (id, account_id, person, created_at)"
        " SELECT id, (SELECT account_id FROM care WHERE patient_id = id"
        " ORDER BY relation <> 'self', added_at, account_id LIMIT 1) AS account_id, person, created_at"
        " FROM patient WHERE person IS NOT NULL AND EXISTS (SELECT 1 FROM care WHERE patient_id = id)"
    )
    op.execute('DELETE FROM notification WHERE appointment_id IN'
               ' (SELECT id FROM appointment WHERE patient_id NOT IN (SELECT id FROM patient_old))')
    op.execute('DELETE FROM appointment WHERE patient_id NOT IN (SELECT id FROM patient_old)')
    op.drop_table('patient')
    op.rename_table('patient_old', 'patient')
    op.create_index('ix_patient_account_id', 'patient', ['account_id'], unique=False)

    op.drop_index('notification_once', 'notification')
    op.drop_index('notification_due', 'notification')
    op.execute('DELETE FROM notification WHERE account_id <> (SELECT p.account_id FROM appointment AS a'
               ' JOIN patient AS p ON p.id = a.patient_id WHERE a.id = appointment_id)')
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_column('account_id')
    op.create_index('notification_once', 'notification',
                    ['appointment_id', 'kind', 'channel', 'sequence'], unique=True)
    op.create_index('notification_due', 'notification', ['due_at'], sqlite_where=sa.text('state = 1'))

    op.execute('ALTER TABLE appointment DROP COLUMN changed_by')
    op.execute('ALTER TABLE appointment DROP COLUMN booked_by')

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_phone_index'))
        batch_op.drop_column('pin_failures')
        batch_op.drop_column('pin')
        batch_op.drop_column('email_confirmed_at')
        batch_op.drop_column('phone_confirmed_at')
        batch_op.drop_column('phone_index')

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_account_id'))

    op.drop_table('invitation')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_patient_id'))

    op.drop_table('document')
    with op.batch_alter_table('care', schema=None) as batch_op:
        batch_op.drop_index('care_of_patient')

    op.drop_table('care')
    with op.batch_alter_table('one_time_code', schema=None) as batch_op:
        batch_op.drop_index('ix_one_time_code_created_at')
        batch_op.drop_index('code_to_target')
        batch_op.drop_index('code_of_chat')

    op.drop_table('one_time_code')
    with op.batch_alter_table('journal', schema=None) as batch_op:
        batch_op.drop_index('journal_of_patient')

    op.drop_table('journal')
    op.drop_table('document_content')
