"""600 presses, five kill -9: each press is answered, and each chat's state counts each press once.

By long polling and by webhook. Planted fault: the inbox switched off (`stock`, aiogram's own polling or
webhook handler) in the same procedure. It loses presses at the first kills, so this test can fail.
"""

import asyncio
import random
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientError, ClientSession

from bench.telegram import FakeTelegram
from bot.webhook import SECRET_HEADER
from storage import dialog_state, schema
from storage.crypto import Keyring
from tests.e2e.press_bot import PATH, SECRET

pytestmark = pytest.mark.slow

PRESSES, CHATS = 600, 30
ROOT = Path(__file__).parents[2]


class Pusher:
    """Brings updates to a webhook as Telegram does: a chat's in order, each again until it hears 2xx."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.unconfirmed = 0
        self._queues: dict[int, asyncio.Queue[Any]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def bring(self, chat: int, update: Any) -> None:
        self.unconfirmed += 1
        if chat not in self._queues:
            self._queues[chat] = asyncio.Queue()
            self._tasks.append(asyncio.create_task(self._work(self._queues[chat])))
        self._queues[chat].put_nowait(update)

    async def _work(self, queue: "asyncio.Queue[Any]") -> None:
        headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
        async with ClientSession(f"http://127.0.0.1:{self.port}", headers=headers) as client:
            while True:
                body = orjson.dumps(await queue.get())
                while not await self._is_taken(client, body):
                    await asyncio.sleep(0.02)
                self.unconfirmed -= 1

    async def _is_taken(self, client: ClientSession, body: bytes) -> bool:
        try:
            async with client.post(PATH, data=body) as response:
                return 200 <= response.status < 300
        except (ClientError, OSError):
            return False

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Town:
    """People who press, and the bot that is killed under their fingers."""

    def __init__(self, telegram: FakeTelegram, kind: str, store: Path) -> None:
        self.telegram = telegram
        self.pusher = Pusher() if kind.endswith("webhook") else None
        self.kind = kind
        self.store = store
        self.pressed: dict[int, list[str]] = {chat: [] for chat in range(1, CHATS + 1)}
        self._bot: subprocess.Popen[bytes] | None = None

    @property
    def answered(self) -> set[str]:
        return {
            params["callback_query_id"] for name, params in self.telegram.calls if name.startswith("answer")
        }

    @property
    def in_hand(self) -> int:
        """How many presses the bot has confirmed and not answered: what a kill now may lose."""
        return sum(map(len, self.pressed.values())) - self.unconfirmed - len(self.answered)

    @property
    def unconfirmed(self) -> int:
        return self.telegram.unconfirmed if self.pusher is None else self.pusher.unconfirmed

    def start(self) -> None:
        self._bot = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.e2e.press_bot", self.kind, self.telegram.url, str(self.store)),
                *([] if self.pusher is None else [str(self.pusher.port)]),
            ],
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        assert self._bot is not None
        self._bot.kill()
        self._bot.wait()

    def press(self, count: int) -> None:
        for _ in range(count):
            chat = random.randint(1, CHATS)
            self.pressed[chat].append(str(self.telegram.press(chat, "go")))
            if self.pusher is not None:
                self.pusher.bring(chat, self.telegram.pull())

    async def until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.005)

    async def endure(self, kills: int) -> set[str]:
        """Press, kill at random moments while presses are in hand, and return the presses nobody answered."""
        for _ in range(kills):
            self.press(PRESSES // kills)
            self.start()
            await self._until_busy()
            await asyncio.sleep(random.random() * 0.03)
            self.kill()
        calls = len(self.telegram.calls)
        self.start()
        if self.pusher is None:
            await self.until(lambda: any(name == "getUpdates" for name, _ in self.telegram.calls[calls:]))
        else:
            await self.until(lambda: self.unconfirmed == 0)
        seen = -1
        while seen < len(self.answered) < PRESSES:  # as long as answers still come
            seen = len(self.answered)
            await asyncio.sleep(1.5)
        return {press for presses in self.pressed.values() for press in presses} - self.answered

    async def _until_busy(self) -> None:
        """Wait until much is in hand; by webhook little ever is: then until a few dozen more are answered."""
        enough, before = random.randint(20, 60), len(self.answered)
        if self.pusher is None:
            await self.until(lambda: self.in_hand >= enough)
        else:
            await self.until(lambda: len(self.answered) >= before + enough)

    def remembered(self) -> dict[int, list[str]]:
        """Read from the store which presses each chat's dialog state has counted."""
        keyring = Keyring("a secret of the tests")
        connection = sqlite3.connect(self.store)
        counted = {}
        for chat in self.pressed:
            rows = dialog_state.load(connection, keyring, chat)
            counted[chat] = [press for row in rows.values() for press in orjson.loads(row)["presses"]]
        connection.close()
        return counted


@pytest.fixture
async def town(request: pytest.FixtureRequest, tmp_path: Path):
    store = tmp_path / "talon.db"
    schema.upgrade(f"sqlite+aiosqlite:///{store}")
    telegram = FakeTelegram()
    await telegram.start()
    town = Town(telegram, request.param, store)
    yield town
    if town._bot is not None:
        town.kill()
    if town.pusher is not None:
        await town.pusher.close()
    await telegram.close()


@pytest.mark.parametrize("town", ["ours", "ours-webhook"], indirect=True)
async def test_six_hundred_presses_and_five_kills_lose_none(town: Town) -> None:
    assert await town.endure(kills=5) == set()
    await asyncio.sleep(0.5)
    assert town.remembered() == town.pressed, "each press once, in order, on the state that it left"
    twice = sum(name == "answerCallbackQuery" for name, _ in town.telegram.calls) - PRESSES
    assert twice <= 5 * CHATS, "only what was in hand at a kill is answered again"


@pytest.mark.parametrize("town", ["stock", "stock-webhook"], indirect=True)
async def test_the_same_procedure_sees_the_losses_of_a_bot_without_an_inbox(town: Town) -> None:
    assert len(await town.endure(kills=2)) > 0
