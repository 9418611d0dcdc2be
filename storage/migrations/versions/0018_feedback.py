"""feedback

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
# all columns but those that each rating changes: they are nothing that is searched for
NAMED = {
    'doctor': (
        'code', 'surname', 'given_name', 'patronymic', 'sex', 'category', 'education', 'practising_since',
        'languages', 'photo',
    ),
    'facility': (
        'code', 'region_code', 'name', 'kind', 'audience', 'town', 'address', 'phone', 'timezone', 'latitude',
        'longitude', 'official_code', 'is_demo', 'allows_second', 'opening_hours', 'insurers',
    ),
}  # fmt: skip


def upgrade() -> None:
    op.create_table('feedback',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('appointment_id', BIG, nullable=True),
    sa.Column('account_id', BIG, nullable=True),
    sa.Column('doctor_id', sa.Integer(), nullable=False),
    sa.Column('facility_id', sa.Integer(), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=False),
    sa.Column('timely', sa.Integer(), nullable=True),
    sa.Column('information', sa.Integer(), nullable=True),
    sa.Column('convenience', sa.Integer(), nullable=True),
    sa.Column('notifications', sa.Integer(), nullable=True),
    sa.Column('protection', sa.Integer(), nullable=True),
    sa.Column('given_at', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.Integer(), nullable=False),
    sa.Column('comment', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.Integer(), nullable=False),
    sa.Column('doubts', sa.String(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], ),
    sa.ForeignKeyConstraint(['doctor_id'], ['doctor.id'], ),
    sa.ForeignKeyConstraint(['facility_id'], ['facility.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('feedback_once', 'feedback', ['appointment_id', 'about'], unique=True)
    shown = sa.text('state = 1')
    op.create_index('review_of_doctor', 'feedback', ['doctor_id', 'given_at', 'id'], sqlite_where=shown)
    op.create_index('review_of_facility', 'feedback', ['facility_id', 'given_at', 'id'], sqlite_where=shown)
    op.create_index('feedback_untold', 'feedback', ['id'], sqlite_where=sa.text('state = 2 AND told_at IS NULL'))
    op.create_index(
        'feedback_by_account', 'feedback', ['account_id'], sqlite_where=sa.text('account_id IS NOT NULL')
    )
    for table, columns in NAMED.items():
        # what stood there came from nobody: it was the demo's, which fills in ratings that are rows
        op.execute(f'UPDATE {table} SET rating_sum = 0, rating_count = 0 WHERE rating_count > 0')
        _count_updates(table, ' OF ' + ', '.join(columns))


def downgrade() -> None:
    for table in NAMED:
        _count_updates(table, '')
    op.drop_table('feedback')


def _count_updates(table: str, of_columns: str) -> None:
    op.execute(f'DROP TRIGGER {table}_counts_update')
    op.execute(
        f'CREATE TRIGGER {table}_counts_update AFTER UPDATE{of_columns} ON {table}'
        ' BEGIN UPDATE catalogue_change SET number = number + 1; END'
    )
