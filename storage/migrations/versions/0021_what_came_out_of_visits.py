"""what came out of visits

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('visit_file',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('appointment_id', BIG, nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('about', sa.LargeBinary(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_visit_file_appointment_id', 'visit_file', ['appointment_id'])
    op.create_table('visit_file_content',
    sa.Column('file_id', BIG, autoincrement=False, nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('file_id')
    )
    op.add_column('feedback', sa.Column('is_void', sa.Boolean(), server_default=sa.text('0'), nullable=False))


def downgrade() -> None:
    op.drop_column('feedback', 'is_void')
    op.drop_table('visit_file_content')
    op.drop_table('visit_file')
