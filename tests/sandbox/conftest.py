"""A sandbox alone, a bare aiogram bot against it, and plain HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import ClientSession

from sandbox.actor import Actor
from sandbox.server import TOKEN, Sandbox


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox() as box:
        yield box


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(box.url)))
    yield bot
    await bot.session.close()


@pytest.fixture
async def anna(box: Sandbox) -> Actor:
    """Somebody who has started the bot; nothing waits in the queue."""
    anna = box.person("Анна")
    await anna.start()
    box.updates.drop()
    return anna


class Http:
    """The Bot API without a library."""

    def __init__(self, box: Sandbox, session: ClientSession) -> None:
        self._box = box
        self._session = session

    async def call(self, method: str, /, token: str = TOKEN, **options: Any) -> tuple[int, dict]:
        """Post, with the options of aiohttp (json, data, params); gives status and answer."""
        async with self._session.post(f"{self._box.url}/bot{token}/{method}", **options) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str) -> tuple[int, bytes]:
        async with self._session.get(self._box.url + path) as answer:
            return answer.status, await answer.read()

    async def control(self, path: str, body: object) -> dict:
        """Do on the page what a person or a developer does there."""
        async with self._session.post(f"{self._box.url}/sandbox/{path}", json=body) as answer:
            return await answer.json()


@pytest.fixture
async def http(box: Sandbox) -> AsyncIterator[Http]:
    async with ClientSession() as session:
        yield Http(box, session)
