"""A Telegram that does what a test tells it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bench.telegram import TOKEN, FakeTelegram
from bot.telegram import TelegramSession


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
