"""Requests to support: into the administrators' private chats, and the answers back.

A post of several messages (text, files) goes on after a kill where it stopped: what has come is noted.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError, TelegramNotFound
from aiogram.types import InlineKeyboardMarkup, Message, ReplyParameters

from clinic import support
from clinic.clock import Clock
from clinic.errors import NotFound
from clinic.locks import Locks
from clinic.support import Delivery
from dialogs import presses
from dialogs.support import words
from locales import DEFAULT, Translator, translator
from reminders.channels import NotYet, Pointless
from storage.database import Database
from storage.notifications import Note, NotificationRow
from storage.states import SupportState

logger = logging.getLogger(__name__)

AGAIN = timedelta(minutes=5)
"""Before an administrator is tried again who cannot be written to."""


class SupportChannel:
    """Sends what was written on one side to the other; `pseudonym` names a chat as the log does."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        clock: Clock,
        locks: Locks,
        admin_ids: Sequence[int],
        pseudonym: Callable[[int], str],
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._locks = locks
        self._admin_ids = admin_ids
        self._pseudonym = pseudonym

    async def send(self, row: NotificationRow, note: Note) -> int | None:
        """Send a message of the row's kind; raises what aiogram raises, and Pointless."""
        chat_id = note.telegram_id
        if row.kind == support.ANSWERED:
            try:
                return await self._send(row, note)
            except (TelegramForbiddenError, TelegramNotFound):
                post_id, now = int(note.words["post"]), self._clock.now()
                await support.undelivered(self._database, post_id, self._admin_ids, now)
                raise
        if row.kind == support.CLOSED:
            return await self._send(row, note)
        if chat_id not in self._admin_ids:
            raise Pointless("no administrator any more")
        try:
            return await self._send(row, note)
        except (TelegramForbiddenError, TelegramNotFound):  # what people wrote waits for them
            logger.warning("an administrator (ADMIN_IDS) has not pressed «Start», or has blocked the bot")
            raise NotYet(self._clock.now() + AGAIN) from None

    async def _send(self, row: NotificationRow, note: Note) -> int | None:
        chat_id = note.telegram_id
        about = await support.delivery(self._database, int(note.words["post"]), chat_id)
        if about is None:
            raise Pointless("the request was deleted")
        if row.kind in (support.ANSWERED, support.CLOSED):
            tr = translator(note.language or about.request.language)
            if row.kind == support.CLOSED:
                return await self._say_closed(tr, about, chat_id)
            return await self._answer(tr, about, chat_id)
        tr = translator(note.language or DEFAULT)
        if row.kind == support.ASKED:
            text = words.to_administrator(tr, about, self._pseudonym(about.request.telegram_id))
            return await self._send_post(tr, about, chat_id, text)
        if row.kind == support.NOTED:
            return await self._send_post(tr, about, chat_id, words.noted(tr, about))
        return await self._say_state(tr, row.kind, about, chat_id, note.words.get("by", ""))

    async def _answer(self, tr: Translator, about: Delivery, chat_id: int) -> int | None:
        if await self._locks.is_locked(chat_id):
            message = await self._bot.send_message(
                chat_id,
                tr.html("💬 <b>Answer to your request {number}</b>", number=words.number(about.request)),
                reply_markup=presses.under_locked_answer(tr, about.request.id),
            )
            await self._note(message, about, 0)
            return message.message_id
        keys = presses.under_answer(tr, about.request.id)
        return await self._send_post(tr, about, chat_id, words.answer(tr, about), keys)

    async def _send_post(
        self,
        tr: Translator,
        about: Delivery,
        chat_id: int,
        text: str,
        keys: InlineKeyboardMarkup | None = None,
    ) -> int | None:
        """Send the text and then each file, all but what has come before."""
        if 0 not in about.sent:
            message = await self._bot.send_message(chat_id, text, reply_markup=keys)
            await self._note(message, about, 0)
        for number, file in enumerate(about.files, 1):
            if number not in about.sent:
                caption = words.file_caption(tr, about.request, number, len(about.files))
                try:
                    content = await support.content(self._database, file.id)
                except NotFound:
                    raise Pointless("the request was deleted") from None
                message = await words.send_file(self._bot, chat_id, file, content, caption)
                await self._note(message, about, number)
        return None

    async def _note(self, message: Message, about: Delivery, part: int) -> None:
        await support.came(self._database, message.chat.id, message.message_id, about.post.id, part)

    async def _say_closed(self, tr: Translator, about: Delivery, chat_id: int) -> int:
        """Tell the person that an administrator has closed the request, unless it is open again."""
        row = about.request
        if row.state is not SupportState.SOLVED:
            raise Pointless("it is open again")
        message = await self._bot.send_message(
            chat_id,
            tr.html(
                "✅ <b>Your request {number} is closed.</b> Something is not right after all?"
                " Press «Write more».",
                number=words.number(row),
            ),
            reply_markup=presses.under_settled(tr, row.id),
        )
        await self._note(message, about, 0)
        return message.message_id

    async def _say_state(self, tr: Translator, kind: str, about: Delivery, chat_id: int, by: str) -> int:
        """Say how it stands with a request: a reply to what was sent of it."""
        number = words.number(about.request)
        if kind == support.SOLVED:
            text = tr.html("✅ <b>Request {number}</b>: settled, says the person.", number=number)
        elif kind == support.CLOSED_BY:
            text = tr.html("✅ <b>Request {number}</b>: {name} has closed it.", number=number, name=by)
        elif kind == support.UNDELIVERED:
            text = tr.html(
                "⚠️ <b>Request {number}</b>: the answer has not come, the person has blocked the bot."
                " It is sent when they come back.",
                number=number,
            )
        elif about.is_last and about.request.state is SupportState.OPEN:
            text = tr.html("⏰ <b>Request {number}</b>: nobody has answered yet. All: /desk", number=number)
        else:
            raise Pointless("it was answered")
        before = about.sent.get(0)
        message = await self._bot.send_message(
            chat_id,
            text,
            reply_parameters=None
            if before is None
            else ReplyParameters(message_id=before, allow_sending_without_reply=True),
        )
        await self._note(message, about, 0)
        return message.message_id
