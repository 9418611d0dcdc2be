"""The question after a visit, and what administrators and writers are told of comments, in the chat."""

import logging
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError, TelegramNotFound
from aiogram.types import InlineKeyboardMarkup

from clinic import asking, feedback, reviews, rules
from clinic.clock import Clock
from clinic.errors import NotFound
from clinic.locks import Locks
from dialogs import presses
from dialogs.feedback import words
from locales import DEFAULT, Translator, translator
from reminders.channels import NotYet, Pointless
from storage.appointments import Visit
from storage.database import Database
from storage.notifications import Note, NotificationRow
from storage.states import CommentState

logger = logging.getLogger(__name__)

AGAIN = timedelta(minutes=5)
"""Before an administrator is tried again who cannot be written to."""


class FeedbackChannel:
    """Sends what is about feedback; while a chat is locked nothing personal is said there."""

    def __init__(
        self, bot: Bot, database: Database, clock: Clock, locks: Locks, admin_ids: tuple[int, ...]
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._locks = locks
        self._admin_ids = admin_ids

    async def send(self, row: NotificationRow, about: Visit | Note) -> int:
        """Send a message of the row's kind; raises Pointless and NotYet, and what aiogram raises."""
        if isinstance(about, Visit):
            return await self._ask(about)
        tr = translator(about.language or DEFAULT)
        if row.kind == feedback.REJECTED:
            return await self._rejected(tr, about)
        try:
            return await self._to_check(tr, about)
        except (TelegramForbiddenError, TelegramNotFound):  # what was written waits for them
            logger.warning("an administrator (ADMIN_IDS) has not pressed «Start», or has blocked the bot")
            raise NotYet(self._clock.now() + AGAIN) from None

    async def _ask(self, visit: Visit) -> int:
        """Ask how a visit was, by day; not where it is rated already."""
        row, now = visit.appointment, self._clock.now()
        by_day = rules.told_at(now, ZoneInfo(visit.place.facility.timezone), is_any_hour=False)
        if by_day > now:
            raise NotYet(by_day)
        if why := await asking.why_unasked(self._database, row.telegram_id, row.id, now):
            raise Pointless(why)
        tr = translator(row.language)
        if await self._locks.is_locked(row.telegram_id):
            text, keys = words.locked_question(tr), presses.under_locked_question(tr, row.id)
        else:
            text, keys = words.question(tr, visit), presses.under_question(tr, row.id)
        return await self._say(row.telegram_id, text, keys)

    async def _to_check(self, tr: Translator, note: Note) -> int:
        """Show an administrator a comment that waits, or one on booking."""
        chat_id, feedback_id = note.telegram_id, int(note.words["feedback"])
        try:
            found = await reviews.to_check(
                self._database, chat_id, self._admin_ids, feedback_id, self._clock.now()
            )
        except NotFound:
            raise Pointless("it was taken back, or this is no administrator any more") from None
        state, revision = found.row.state, found.row.revision
        if state not in (CommentState.WAITING, CommentState.PRIVATE):
            raise Pointless("it is decided already")
        if await self._locks.is_locked(chat_id):
            keys = presses.under_locked_comment(tr, feedback_id)
            return await self._say(chat_id, tr("💬 There is a review to check."), keys)
        if state is CommentState.PRIVATE:
            return await self._say(chat_id, words.remark(tr, found), None)
        keys = presses.under_comment(tr, feedback_id, revision)
        return await self._say(chat_id, words.to_check(tr, found), keys)

    async def _rejected(self, tr: Translator, note: Note) -> int:
        """Tell whoever wrote a comment why it is not shown."""
        chat_id, visit_id = note.telegram_id, int(note.words["visit"])
        try:
            found = await feedback.of_visit(self._database, chat_id, visit_id, self._clock.now())
        except NotFound:
            raise Pointless("it is gone") from None
        if found.row is None or found.row.state is not CommentState.REJECTED:
            raise Pointless("it was changed, or is shown after all")
        if await self._locks.is_locked(chat_id):
            text = tr("💬 Your review is not shown. Press the button to see why.")
        else:
            text = words.rejected(tr, found)
        return await self._say(chat_id, text, presses.under_rejected(tr, visit_id))

    async def _say(self, chat_id: int, text: str, keys: InlineKeyboardMarkup | None) -> int:
        message = await self._bot.send_message(chat_id, text, reply_markup=keys)
        return message.message_id
