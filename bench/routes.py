"""A press that the last router takes, beside the same press taken by the first: what finding the way costs.

The dispatcher is the bot's own. The settings are the last of its conversations; in a second one they stand
before everything else. Telegram is played within the process, so that nothing but the bot is measured.
"""

import statistics
import time
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.types import Message
from aiogram_dialog import Dialog

from bench.bots import KEY
from bench.table import Line, beside
from bench.telegram import TOKEN, message, person
from bot.dialog_manager import WindowMessages
from bot.dispatcher import build
from bot.middlewares import Flood
from clinic.clock import SystemClock
from dialogs.states import Settings
from storage.crypto import Keyring
from storage.database import Database

CHAT = 1
PER_ROUND = 60
LANGUAGES = ("English", "Русский")


class Played(BaseSession):
    """Answers every call at once and keeps the last window."""

    def __init__(self) -> None:
        super().__init__()
        self.window: Message | None = None
        self.answered = 0

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        text = getattr(method, "text", None)
        if isinstance(method, AnswerCallbackQuery) or text is None:
            self.answered += 1
            return True
        sent = Message.model_validate(message(CHAT, 500, text), context={"bot": bot})
        self.window = sent.model_copy(update={"reply_markup": getattr(method, "reply_markup", None)})
        return self.window

    async def stream_content(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError
        yield b""

    async def close(self) -> None:
        pass


class Pressed:
    """A dispatcher whose settings are open, pressed again and again."""

    def __init__(self, database: Database, *, is_first: bool) -> None:
        self.session = Played()
        self.bot = Bot(TOKEN, session=self.session)
        self.dispatcher = build(
            database, SystemClock(), MemoryStorage(), Flood(burst=1 << 40), KEY.encode(), WindowMessages()
        )
        if is_first:
            _move_to_front(self.dispatcher)
        self._number = 0

    async def open(self) -> None:
        await self.dispatcher.emit_startup(bot=self.bot)
        sent = message(CHAT, 400, "/settings") | {"from": person(CHAT)}
        sent["entities"] = [{"type": "bot_command", "offset": 0, "length": 9}]
        await self._feed({"message": sent})

    async def press(self) -> None:
        """Choose the other language: it is written and the window is edited."""
        window = self.session.window
        assert window is not None
        assert window.reply_markup is not None
        buttons = {button.text: button for row in window.reply_markup.inline_keyboard for button in row}
        button = next(buttons[name] for name in LANGUAGES if name in buttons)
        await self._feed(
            {
                "callback_query": {
                    "id": str(self._number),
                    "from": person(CHAT),
                    "message": message(CHAT, window.message_id, window.text or ""),
                    "chat_instance": "1",
                    "data": button.callback_data,
                }
            }
        )

    async def cpu_ms(self) -> float:
        """Measure one round: CPU of this process, a press."""
        answered = self.session.answered
        before = time.process_time()
        for _ in range(PER_ROUND):
            await self.press()
        spent = time.process_time() - before
        if self.session.answered - answered != PER_ROUND:
            raise RuntimeError("a press was not answered")
        return spent / PER_ROUND * 1000

    async def _feed(self, update: dict[str, Any]) -> None:
        self._number += 1
        await self.dispatcher.feed_raw_update(self.bot, {"update_id": self._number, **update})


def _move_to_front(dispatcher: Dispatcher) -> None:
    dialogs = (one for one in dispatcher.chain_tail if isinstance(one, Dialog))
    [wanted] = [one for one in dialogs if one.states_group() is Settings]
    assert wanted.parent_router is not None
    wanted.parent_router.sub_routers.remove(wanted)  # the library refuses to have it twice
    dispatcher.sub_routers.insert(0, wanted)


async def measure(store: Path, rounds: int) -> list[Line]:
    database = Database(f"sqlite+aiosqlite:///{store}", Keyring(KEY))
    await database.open()
    try:
        ways = {is_first: Pressed(database, is_first=is_first) for is_first in (True, False)}
        found: dict[bool, list[float]] = {True: [], False: []}
        for way in ways.values():
            await way.open()
            await way.cpu_ms()
        for _ in range(rounds):
            for is_first, way in ways.items():
                found[is_first].append(await way.cpu_ms())
    finally:
        await database.close()
    last, first = (statistics.median(found[is_first]) for is_first in (False, True))
    return [beside("press taken by the last router, CPU", last, first, most=1.5, what="by the first")]
