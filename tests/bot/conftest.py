"""A store, a clock that stands still, and a Telegram that does what a test tells it."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bench.telegram import TOKEN, FakeTelegram
from bot.telegram import TelegramSession
from storage import schema
from storage.crypto import Keyring
from storage.database import Database


class StoppedClock:
    """A clock that moves only when it is told."""

    def __init__(self) -> None:
        self.at = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    schema.upgrade(f"sqlite+aiosqlite:///{path}")
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
async def telegram() -> AsyncIterator[FakeTelegram]:
    telegram = FakeTelegram()
    await telegram.start()
    yield telegram
    await telegram.close()


@pytest.fixture
async def session(telegram: FakeTelegram, monkeypatch: Any) -> AsyncIterator[TelegramSession]:
    session = TelegramSession(TelegramAPIServer.from_base(telegram.url))
    yield session
    await session.close()


@pytest.fixture
def bot(session: TelegramSession) -> Bot:
    return Bot(TOKEN, session=session)
