"""Bringing the schema up to date with Alembic, at start and by command."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from storage.database import sqlite_path

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0021"
"""The newest revision; a test holds it against the migrations folder."""


def is_current(url: str) -> bool:
    """Tell whether the store has the newest schema, without importing Alembic: most starts end here."""
    path = sqlite_path(url)
    return path.exists() and revision_of(path) == HEAD


def revision_of(path: Path) -> str | None:
    """Read which revision a store has; None for a file that is no store of ours."""
    connection = sqlite3.connect(path)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    finally:
        connection.close()
    return None if row is None else str(row[0])


def revisions() -> list[str]:
    """List the revisions that this version can migrate from, the oldest first."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the store forward to `revision`; makes the file where there is none."""
    from alembic import command

    with _Migration(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate the store back to `revision` (`base` empties it)."""
    from alembic import command

    with _Migration(url) as config:
        command.downgrade(config, revision)


def has_model(name: str | None, kind: str, parents: object) -> bool:
    """Tell Alembic what to compare with the models: not the full-text tables, which none describes."""
    return kind != "table" or name is None or "_words" not in name


class _Migration:
    """An Alembic configuration over an open connection; all of a run is one transaction."""

    def __init__(self, url: str) -> None:
        self._path = sqlite_path(url)

    def __enter__(self) -> "Config":
        from alembic.config import Config
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import NullPool

        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(f"sqlite:///{self._path}", poolclass=NullPool)

        # pysqlite opens no transaction before DDL by itself: without this a kill leaves half a migration
        @event.listens_for(self._engine, "connect")
        def _no_implicit_transactions(connection: sqlite3.Connection, _: object) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA journal_mode = WAL")

        @event.listens_for(self._engine, "begin")
        def _begin(connection: object) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]

        self._connection = self._engine.connect()
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = self._connection
        return config

    def __exit__(self, failure: object, *_: object) -> None:
        if failure is None:
            self._connection.commit()
        self._connection.close()
        self._engine.dispose()
