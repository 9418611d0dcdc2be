"""The schema: migrations go up and down, agree with the models, and a killed one leaves nothing behind."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import storage.models  # noqa: F401  (fills the metadata)
from storage import schema
from storage.database import UnsupportedDatabase, connect, sqlite_path

ROOT = Path(schema.__file__).parent.parent


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def schema_of(path: Path) -> dict[str, str]:
    """Read every table and index with its statement, but for Alembic's own."""
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_master").fetchall()
    finally:
        connection.close()
    return {name: sql for name, sql in rows if "alembic" not in name}


def written_indexes(path: Path) -> dict[str, str]:
    """Read the indexes that a statement made, their statement brought to one form."""
    return {
        name: " ".join(sql.replace('"', "").split())
        for name, sql in schema_of(path).items()
        if "INDEX" in sql
    }


def test_up_down_and_up_again_ends_in_the_same_schema(tmp_path: Path) -> None:
    path = tmp_path / "talon.db"
    schema.upgrade(url(path))
    first = schema_of(path)
    assert {"slot", "appointment", "appointment_live_slot", "notification_due"} <= set(first)
    schema.downgrade(url(path), "base")
    assert schema_of(path) == {}
    assert not schema.is_current(url(path))
    schema.upgrade(url(path))
    assert schema_of(path) == first


def test_every_step_goes_down_and_up_alone(tmp_path: Path) -> None:
    path = tmp_path / "talon.db"
    schema.upgrade(url(path))
    whole = schema_of(path)
    for revision in revisions():
        below = revision.down_revision or "base"
        schema.downgrade(url(path), below)
        lower = schema_of(path)
        assert lower != whole
        schema.upgrade(url(path), revision.revision)
        schema.downgrade(url(path), below)
        assert schema_of(path) == lower
    schema.upgrade(url(path))
    assert schema_of(path) == whole


def test_going_up_twice_changes_nothing_and_keeps_the_rows(clinic_store: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(clinic_store, tmp_path / "talon.db"))
    before = dump(path)
    schema.upgrade(url(path))
    assert dump(path) == before


def dump(path: Path) -> list[str]:
    connection = connect(path, read_only=True)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    path = tmp_path / "talon.db"
    schema.upgrade(url(path))
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "compare_type": True,
                    "compare_server_default": True,
                    "include_name": schema.has_model,
                },
            )
            assert compare_metadata(context, SQLModel.metadata) == []
    finally:
        engine.dispose()


def test_the_triggers_that_keep_the_names_are_there(tmp_path: Path) -> None:
    """A migration that makes a table anew loses its triggers: it has to write them again."""
    path = tmp_path / "talon.db"
    schema.upgrade(url(path))
    found = {name for name, sql in schema_of(path).items() if sql.startswith("CREATE TRIGGER")}
    words = {f"{table}_words_{act}" for table in ("doctor", "facility") for act in ("in", "out", "new")}
    counts = {
        f"{table}_counts_{act}"
        for table in ("doctor", "facility", "specialty", "region")
        for act in ("insert", "update", "delete")
    }
    assert words | counts <= found


def test_the_indexes_are_the_models_own_with_their_conditions(tmp_path: Path) -> None:
    """Alembic does not compare the WHERE of a partial index, so their statements are compared here."""
    migrated, made = tmp_path / "migrated.db", tmp_path / "made.db"
    schema.upgrade(url(migrated))
    engine = create_engine(f"sqlite:///{made}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    indexes = written_indexes(migrated)
    assert indexes == written_indexes(made)
    assert "WHERE status IN (1, 2)" in indexes["appointment_live_slot"]
    assert "WHERE state = 1" in indexes["notification_due"]


def test_row_ids_are_the_keys_and_conversations_have_none(tmp_path: Path) -> None:
    """A BIGINT key would be a second index beside the row's own id."""
    path = tmp_path / "talon.db"
    schema.upgrade(url(path))
    tables = {name: sql for name, sql in schema_of(path).items() if "CREATE TABLE" in sql}
    assert not [name for name, sql in tables.items() if "BIGINT" in sql]
    assert "WITHOUT ROWID" in tables["dialog_state"]


def revisions() -> list:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    return list(ScriptDirectory.from_config(config).walk_revisions())


def test_head_is_the_newest_revision_and_there_is_one(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]
    path = tmp_path / "talon.db"
    assert not schema.is_current(url(path))
    assert not path.exists()
    schema.upgrade(url(path))
    assert schema.is_current(url(path))


def test_an_older_store_is_not_current(store: Path) -> None:
    connection = sqlite3.connect(store)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    assert not schema.is_current(url(store))


KILLED = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from storage import schema

seen = 0

@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, *_):
    global seen
    seen += statement.lstrip().startswith(("CREATE TABLE", "DROP TABLE"))
    if seen == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

getattr(schema, sys.argv[1])(sys.argv[2], *sys.argv[4:])
"""


def killed_after(tables: int, act: str, path: Path, *arguments: str) -> None:
    """Migrate in a process of its own that kills itself once it has made or dropped so many tables."""
    command = [sys.executable, "-c", KILLED, act, url(path), str(tables), *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.parametrize("tables", [1, 7])
def test_a_migration_killed_half_way_leaves_nothing(tmp_path: Path, tables: int) -> None:
    path = tmp_path / "talon.db"
    killed_after(tables, "upgrade", path)
    assert schema_of(path) == {}
    assert not schema.is_current(url(path))
    schema.upgrade(url(path))
    assert schema.is_current(url(path))


@pytest.mark.slow
def test_a_way_down_killed_half_way_loses_nothing(clinic_store: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(clinic_store, tmp_path / "talon.db"))
    before = dump(path)
    killed_after(5, "downgrade", path, "base")
    assert dump(path) == before
    assert schema.is_current(url(path))


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_breaks.py").write_text(
        f"revision, down_revision, branch_labels, depends_on = '9999', '{schema.HEAD}', None, None\n"
        "from alembic import op\n"
        "def upgrade():\n"
        "    op.execute('CREATE TABLE half (id INTEGER)')\n"
        "    op.execute('THIS IS NO SQL')\n"
    )
    path = tmp_path / "talon.db"
    schema.upgrade(url(path))
    before = schema_of(path)
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    with pytest.raises(Exception, match="syntax error"):
        schema.upgrade(url(path))
    assert schema_of(path) == before
    assert schema.is_current(url(path))


@pytest.mark.parametrize(
    "name", ["postgresql+asyncpg://host/talon", "sqlite://", "sqlite:///", "sqlite+aiosqlite:///:memory:", ""]
)
def test_only_a_sqlite_file_is_taken(name: str) -> None:
    with pytest.raises(UnsupportedDatabase):
        sqlite_path(name)
