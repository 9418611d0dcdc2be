"""papers of visits

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'attachment',
        sa.Column('appointment_id', BIG, nullable=False),
        sa.Column('document_id', BIG, nullable=False),
        sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id']),
        sa.ForeignKeyConstraint(['document_id'], ['document.id']),
        sa.PrimaryKeyConstraint('appointment_id', 'document_id'),
        sqlite_with_rowid=False,
    )
    op.create_index('attachment_of_document', 'attachment', ['document_id'])
    op.create_table(
        'required_paper',
        sa.Column('specialty_code', sa.String(), nullable=False),
        sa.Column('paper', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['specialty_code'], ['specialty.code']),
        sa.PrimaryKeyConstraint('specialty_code', 'paper'),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table('required_paper')
    op.drop_table('attachment')
