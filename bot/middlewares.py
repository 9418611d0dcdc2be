"""Who is speaking: the language, a limit on how fast, and what the log may know of it."""

import contextvars
import hmac
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.types import TelegramObject, Update
from aiogram_dialog.api.internal import FakeUser

from clinic import patients
from locales import Translator, choose, translator
from storage.database import Database

REMEMBERED_CHATS = 10_000
BURST = 40
"""Presses or messages that one person may send at once; a shaking hand sends a few, a script hundreds."""
RATE = 4.0
"""The same per second, in the long run."""

speaker: contextvars.ContextVar[str] = contextvars.ContextVar("speaker", default="-")
"""Who the present update is from, for the log: a pseudonym that only this process's key can make."""
update_in_hand: contextvars.ContextVar[int | None] = contextvars.ContextVar("update_in_hand", default=None)
"""The number of the present update, for the log."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Languages(BaseMiddleware):
    """Finds the language of each chat: the account's, else the one chosen without one, else Telegram's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[int, str] = OrderedDict()

    def remember(self, chat_id: int, language: str) -> None:
        """Keep the language that a chat has just chosen."""
        self._known[chat_id] = language
        self._known.move_to_end(chat_id)
        if len(self._known) > REMEMBERED_CHATS:
            self._known.popitem(last=False)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Hand `tr` and `languages` on."""
        chat, user = data.get("event_chat"), data.get("event_from_user")
        chat_id = getattr(chat or user, "id", None)  # an inline query has no chat
        if chat_id is None:
            language = choose(None)
        else:
            language = self._known.get(chat_id) or await self._find(chat_id, user, data)
        data["tr"] = translator(language)
        data["languages"] = self
        return await handler(event, data)

    async def _find(self, chat_id: int, user: Any, data: dict[str, Any]) -> str:
        account = await patients.account(self._database, chat_id)
        if account is not None:
            language = account.language
        else:
            kept = await data["state"].get_data() if "state" in data else {}
            language = kept.get("language") or choose(user.language_code if user else None)
        if not isinstance(user, FakeUser):  # whoever has a window shown from outside knows no language_code
            self.remember(chat_id, language)
        return language


class Flood(BaseMiddleware):
    """Leaves what one person sends too fast, and says so once; a press is answered all the same."""

    def __init__(self, burst: int = BURST, rate: float = RATE) -> None:
        self._burst = burst
        self._rate = rate
        self._left: OrderedDict[int, tuple[float, float, bool]] = OrderedDict()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Work the update, or leave it."""
        user = data.get("event_from_user")
        if user is None or not isinstance(event, Update):
            return await handler(event, data)
        now = time.monotonic()
        left, at, told = self._left.pop(user.id, (float(self._burst), now, False))
        left = min(float(self._burst), left + (now - at) * self._rate)
        is_too_fast = left < 1
        if not is_too_fast:
            left -= 1
            told = told and left < self._burst / 2
        self._left[user.id] = (left, now, told or is_too_fast)
        if len(self._left) > REMEMBERED_CHATS:
            self._left.popitem(last=False)
        if not is_too_fast:
            return await handler(event, data)
        await self._leave(event, data, is_told=told)
        return None

    async def _leave(self, update: Update, data: dict[str, Any], *, is_told: bool) -> None:
        bot: Bot = data["bot"]
        tr: Translator = data["tr"]
        words = None if is_told else tr("That was too fast for me. Please wait a moment and press again.")
        if update.callback_query is not None:
            await bot.answer_callback_query(update.callback_query.id, text=words, show_alert=False)
        elif words and update.message is not None:
            await bot.send_message(update.message.chat.id, words)


class LogFields(BaseMiddleware):
    """Gives the log a pseudonym of the speaker."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Set the field for the task that works the update.

        It stays when the handler fails: what catches the exception comes later, and says of whom it was.
        """
        chat = data.get("event_chat")
        speaker.set("-" if chat is None else pseudonym(self._key, chat.id))
        return await handler(event, data)


def pseudonym(key: bytes, chat_id: int) -> str:
    """Name a chat in the log without saying which one it is."""
    return hmac.digest(key, str(chat_id).encode(), "sha256").hex()[:8]
