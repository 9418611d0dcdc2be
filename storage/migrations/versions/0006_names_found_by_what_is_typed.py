"""names found by what is typed

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

WORDS = {
    'doctor': ('surname', 'given_name', 'patronymic'),
    'facility': ('name', 'town', 'address'),
}
COUNTED = ('doctor', 'facility', 'specialty', 'region')


def upgrade() -> None:
    op.create_table(
        'catalogue_change',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    op.execute('INSERT INTO catalogue_change (id, number) VALUES (1, 1)')
    for table, columns in WORDS.items():
        names = ', '.join(columns)
        op.execute(f"CREATE VIRTUAL TABLE {table}_words USING fts5({names}, tokenize='unicode61', prefix='3 5')")
        op.execute(f'INSERT INTO {table}_words (rowid, {names}) SELECT id, {_plain(columns)} FROM {table}')
        write = f'INSERT INTO {table}_words (rowid, {names}) VALUES (new.id, {_plain(columns, "new.")});'
        erase = f'DELETE FROM {table}_words WHERE rowid = old.id;'
        op.execute(f'CREATE TRIGGER {table}_words_in AFTER INSERT ON {table} BEGIN {write} END')
        op.execute(f'CREATE TRIGGER {table}_words_out AFTER DELETE ON {table} BEGIN {erase} END')
        op.execute(f'CREATE TRIGGER {table}_words_new AFTER UPDATE OF {names} ON {table} BEGIN {erase} {write} END')
    for table in COUNTED:
        for act in ('INSERT', 'UPDATE', 'DELETE'):
            op.execute(
                f'CREATE TRIGGER {table}_counts_{act.lower()} AFTER {act} ON {table}'
                ' BEGIN UPDATE catalogue_change SET number = number + 1; END'
            )


def downgrade() -> None:
    for table in COUNTED:
        for act in ('insert', 'update', 'delete'):
            op.execute(f'DROP TRIGGER {table}_counts_{act}')
    for table in WORDS:
        for act in ('in', 'out', 'new'):
            op.execute(f'DROP TRIGGER {table}_words_{act}')
        op.execute(f'DROP TABLE {table}_words')
    op.drop_table('catalogue_change')


def _plain(columns: tuple[str, ...], row: str = '') -> str:
    # SQLite lowers Cyrillic letters in a full-text index, but does not take ё for е
    return ', '.join(f"replace(replace({row}{column}, 'ё', 'е'), 'Ё', 'Е')" for column in columns)
