"""600 presses, five kill -9: each press is answered, and each chat's state counts each press once.

Planted fault: the inbox switched off (`stock`, aiogram's own polling) in the same procedure. It loses presses
at the first kills, so this test can fail.
"""

import asyncio
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.telegram import FakeTelegram
from storage import dialog_state, schema
from storage.crypto import Keyring

pytestmark = pytest.mark.slow

PRESSES, CHATS = 600, 30
ROOT = Path(__file__).parents[2]


class Town:
    """People who press, and the bot that is killed under their fingers."""

    def __init__(self, telegram: FakeTelegram, kind: str, store: Path) -> None:
        self.telegram = telegram
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
        return sum(map(len, self.pressed.values())) - self.telegram.unconfirmed - len(self.answered)

    def start(self) -> None:
        self._bot = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.press_bot", self.kind, self.telegram.url, str(self.store)],
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

    async def until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.005)

    async def endure(self, kills: int) -> set[str]:
        """Press, kill at random moments while presses are in hand, and return the presses nobody answered."""
        for _ in range(kills):
            self.press(PRESSES // kills)
            self.start()
            enough = random.randint(20, 60)
            await self.until(lambda enough=enough: self.in_hand >= enough)  # type: ignore[misc]
            await asyncio.sleep(random.random() * 0.03)
            self.kill()
        calls = len(self.telegram.calls)
        self.start()
        await self.until(lambda: any(name == "getUpdates" for name, _ in self.telegram.calls[calls:]))
        seen = -1
        while seen < len(self.answered) < PRESSES:  # as long as answers still come
            seen = len(self.answered)
            await asyncio.sleep(1.5)
        return {press for presses in self.pressed.values() for press in presses} - self.answered

    def remembered(self) -> dict[int, list[str]]:
        """Read from the store which presses each chat's dialog state has counted."""
        import orjson

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
    await telegram.close()


@pytest.mark.parametrize("town", ["ours"], indirect=True)
async def test_six_hundred_presses_and_five_kills_lose_none(town: Town) -> None:
    assert await town.endure(kills=5) == set()
    await asyncio.sleep(0.5)
    assert town.remembered() == town.pressed, "each press once, in order, on the state that it left"
    twice = sum(name == "answerCallbackQuery" for name, _ in town.telegram.calls) - PRESSES
    assert twice <= 5 * CHATS, "only what was in hand at a kill is answered again"


@pytest.mark.parametrize("town", ["stock"], indirect=True)
async def test_the_same_procedure_sees_the_losses_of_a_bot_without_an_inbox(town: Town) -> None:
    assert len(await town.endure(kills=2)) > 0
