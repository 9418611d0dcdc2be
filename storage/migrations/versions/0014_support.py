"""support

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('support_request',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('telegram_id', BIG, nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('mistake', sa.String(), nullable=True),
    sa.Column('state', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    with op.batch_alter_table('support_request', schema=None) as batch_op:
        batch_op.create_index('support_request_changed', ['changed_at'])
        batch_op.create_index('support_request_of_chat', ['telegram_id', 'created_at'])

    op.create_table('support_post',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('request_id', BIG, nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('is_staff', sa.Boolean(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['support_request.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('support_post', schema=None) as batch_op:
        batch_op.create_index('support_post_in_order', ['request_id', 'ordinal'], unique=True)

    op.create_table('support_file',
    sa.Column('id', BIG, autoincrement=False, nullable=False),
    sa.Column('post_id', BIG, nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['support_post.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('support_file', schema=None) as batch_op:
        batch_op.create_index('ix_support_file_post_id', ['post_id'])

    op.create_table('support_copy',
    sa.Column('chat_id', BIG, nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('post_id', BIG, nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['support_post.id'], ),
    sa.PrimaryKeyConstraint('chat_id', 'message_id'),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('support_copy', schema=None) as batch_op:
        batch_op.create_index('support_copy_of_post', ['post_id', 'chat_id', 'part'])


def downgrade() -> None:
    for table in ('support_copy', 'support_file', 'support_post', 'support_request'):
        op.drop_table(table)
