"""desk

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('support_request', sa.Column('waits_since', sa.Integer(), nullable=True))
    op.execute(
        'UPDATE support_request SET waits_since = COALESCE('
        '(SELECT MIN(p.at) FROM support_post AS p WHERE p.request_id = support_request.id AND p.ordinal > COALESCE('
        '(SELECT MAX(s.ordinal) FROM support_post AS s WHERE s.request_id = support_request.id AND s.is_staff), 0)),'
        ' changed_at) WHERE state = 0'
    )
    op.create_index(
        'support_request_waits',
        'support_request',
        ['waits_since', 'id'],
        sqlite_where=sa.text('waits_since IS NOT NULL'),
    )
    op.create_index('feedback_waiting', 'feedback', ['changed_at', 'id'], sqlite_where=sa.text('state = 2'))


def downgrade() -> None:
    op.drop_index('feedback_waiting', 'feedback')
    op.drop_index('support_request_waits', 'support_request')
    op.drop_column('support_request', 'waits_since')
