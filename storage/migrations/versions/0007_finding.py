"""finding

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

# SQLAlchemy reads such an expression back up to the end of its line: this one must end before the next
BAND = 'CAST((latitude + 90) * 50 AS INTEGER)\n'
STANDING = '(rating_sum * 100 + 2000) / (rating_count + 5)'


def upgrade() -> None:
    # plain ALTER TABLE: a batch would copy the tables, and columns that are made of others cannot be copied
    op.add_column('account', sa.Column('preferences', sa.LargeBinary(), nullable=True))
    op.add_column('specialty', sa.Column('parent_code', sa.String(), nullable=True))
    op.add_column('doctor', sa.Column('photo', sa.String(), nullable=True))
    _ratings('doctor')
    op.add_column('facility', sa.Column('opening_hours', sa.String(), nullable=True))
    op.add_column('facility', sa.Column('insurers', sa.String(), nullable=True))
    _ratings('facility')
    op.add_column('facility', sa.Column('band', sa.Integer(), sa.Computed(BAND, persisted=False)))
    op.add_column('facility', sa.Column('standing', sa.Integer(), sa.Computed(STANDING, persisted=False)))
    op.create_index('facility_by_name', 'facility', ['region_code', 'name'])
    op.create_index('facility_by_standing', 'facility', ['region_code', 'standing'])
    op.create_index('facility_on_map', 'facility', ['band', 'longitude'])
    op.create_index('facility_on_map_of_region', 'facility', ['region_code', 'band', 'longitude'])
    op.drop_index('ix_facility_region_code', 'facility')
    op.create_table('facility_free',
    sa.Column('facility_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('region_code', sa.String(), nullable=False),
    sa.Column('nearest_at', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['facility_id'], ['facility.id'], ),
    sa.PrimaryKeyConstraint('facility_id')
    )
    op.create_index('facility_free_first', 'facility_free', ['region_code', 'nearest_at'])


def _ratings(table: str) -> None:
    for name in ('rating_sum', 'rating_count'):
        op.add_column(table, sa.Column(name, sa.Integer(), server_default=sa.text('0'), nullable=False))


def downgrade() -> None:
    op.drop_table('facility_free')
    op.create_index('ix_facility_region_code', 'facility', ['region_code'])
    for index in ('facility_on_map_of_region', 'facility_on_map', 'facility_by_standing', 'facility_by_name'):
        op.drop_index(index, 'facility')
    for name in ('standing', 'band', 'rating_count', 'rating_sum', 'insurers', 'opening_hours'):
        op.drop_column('facility', name)
    for name in ('rating_count', 'rating_sum', 'photo'):
        op.drop_column('doctor', name)
    op.drop_column('specialty', 'parent_code')
    op.drop_column('account', 'preferences')
