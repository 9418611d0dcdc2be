"""answers without times

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'no_times_answer',
        sa.Column('account_id', BIG, nullable=False),
        sa.Column('facility_id', sa.Integer(), nullable=False),
        sa.Column('specialty_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.String(), nullable=False),
        sa.Column('at', sa.Integer(), nullable=False),
        sa.Column('until', sa.Integer(), nullable=False),
        sa.Column('nearest_at', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id']),
        sa.ForeignKeyConstraint(['facility_id'], ['facility.id']),
        sa.ForeignKeyConstraint(['specialty_id'], ['specialty.id']),
        sa.PrimaryKeyConstraint('account_id', 'facility_id', 'specialty_id', 'day'),
        sqlite_with_rowid=False,
    )
    op.create_index('no_times_at', 'no_times_answer', ['at'])


def downgrade() -> None:
    op.drop_index('no_times_at', 'no_times_answer')
    op.drop_table('no_times_answer')
