"""own phrases

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('own_phrase',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('targets', sa.String(), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('past', sa.Boolean(), nullable=False),
    sa.Column('phrases', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )


def downgrade() -> None:
    op.drop_table('own_phrase')
