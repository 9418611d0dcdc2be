"""Words about the waiting list, into the chat: offers, what became of them, ends, the daily word."""

import logging
from functools import partial

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup

from clinic import visits
from clinic.clock import Clock
from clinic.errors import NotFound
from clinic.locks import Locks
from clinic.waiting import answers, notices, watching
from clinic.waiting.answers import NotNow
from dialogs import cards, presses
from dialogs.waiting import words
from locales import Translator, translator
from reminders.channels import NotYet, Pointless
from storage import notifications
from storage.database import Database
from storage.notifications import Note, NotificationRow
from storage.states import WaitingState

logger = logging.getLogger(__name__)


class WaitingChannel:
    """Sends what is due to those who wait; while a chat is locked nothing personal is said there."""

    def __init__(self, bot: Bot, database: Database, clock: Clock, locks: Locks) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._locks = locks

    async def send(self, row: NotificationRow, note: Note) -> int | None:
        """Send a word of the row's kind; raises Pointless and NotYet, and what aiogram raises."""
        tr = translator(note.language)
        match row.kind:
            case notices.OFFER:
                return await self._offer(tr, note)
            case notices.OFFER_OVER:
                await self._offer_over(tr, note)
                return None
            case notices.BOOKED:
                return await self._booked(tr, note)
            case notices.WATCH:
                return await self._watch(tr, note)
            case _:
                return await self._ended(tr, note)

    async def _offer(self, tr: Translator, note: Note) -> int:
        offer_id = int(note.words["offer"])
        found = await answers.tell(self._database, note.telegram_id, offer_id, self._clock.now())
        if found is None:
            raise Pointless("it is not offered any more")
        if isinstance(found, NotNow):
            raise NotYet(found.until)
        if await self._is_locked(note):
            text, keys = (
                tr("🔔 <b>A time got free</b> for which you wait."),
                presses.under_locked_offer(tr, offer_id),
            )
        else:
            text, keys = words.offer(tr, found), presses.under_offer(tr, offer_id)
        return await self._say(note, text, keys)

    async def _offer_over(self, tr: Translator, note: Note) -> None:
        """Write in place of an offer that nobody answered what became of it."""
        try:
            found = await answers.offered(self._database, note.telegram_id, int(note.words["offer"]))
        except NotFound:
            raise Pointless("it is gone") from None
        message_id = await self._database.read(
            partial(notifications.message_of, notification_id=found.offer.notification_id or 0)
        )
        if message_id is None:
            raise Pointless("the offer was never told")
        if await self._is_locked(note):
            text, keys = tr("The time that was offered is not kept any more. You keep your place."), None
        else:
            is_waiting = found.row.state is not WaitingState.ENDED
            keys = presses.under_waiting(tr, found.row.id) if is_waiting else None
            text = words.stands(tr, found)
        try:
            await self._bot.edit_message_text(
                text, chat_id=note.telegram_id, message_id=message_id, reply_markup=keys
            )
        except TelegramBadRequest as error:
            logger.info("an offer could not be marked as over: %s", type(error).__name__)

    async def _booked(self, tr: Translator, note: Note) -> int:
        appointment_id = int(note.words["visit"])
        if await self._is_locked(note):
            return await self._say(
                note,
                tr("✅ A time got free, and I booked it for you."),
                presses.under_locked(tr, appointment_id),
            )
        try:
            visit = await visits.visit(self._database, note.telegram_id, appointment_id)
        except NotFound:
            raise Pointless("it is gone") from None
        opening = (
            tr("✅ <b>A time got free, and I moved your visit, as you wished</b>")
            if note.words["moved"]
            else tr("✅ <b>A time got free, and I booked it for you, as you wished</b>")
        )
        row, place = visit.appointment, visit.place
        text = "\n".join(
            [
                opening,
                cards.when_line(tr, row.starts_at, place.facility.timezone),
                *cards.place_lines(tr, place)[:-1],
                *cards.patient_lines(tr, visit),
                "",
                tr("Does it not suit? Move or cancel it below, and somebody else gets it."),
            ]
        )
        return await self._say(note, text, presses.under_reminder(tr, row.id, is_confirmed=True))

    async def _ended(self, tr: Translator, note: Note) -> int:
        if await self._is_locked(note):
            text = tr("🔕 An entry of your waiting list has ended.")
        else:
            text = words.ended(tr, note.words)
        return await self._say(note, text, presses.under_ended(tr))

    async def _watch(self, tr: Translator, note: Note) -> int:
        """Say the daily word, without a sound, in place of yesterday's."""
        word = await watching.word(self._database, note.telegram_id, self._clock.now())
        if not word.entries or word.is_off:
            raise Pointless("nothing is waited for, or no word is wanted")
        text = words.watched(tr, word.entries)
        if await self._is_locked(note):
            text = tr("👀 <b>I am watching the waiting list</b>")
        message = await self._bot.send_message(
            note.telegram_id, text, reply_markup=presses.under_watch(tr), disable_notification=True
        )
        if word.message_id is not None:
            try:
                await self._bot.delete_message(note.telegram_id, word.message_id)
            except TelegramBadRequest as error:
                logger.info("yesterday's word could not be deleted: %s", type(error).__name__)
        await watching.note_said(self._database, note.telegram_id, message.message_id)
        return message.message_id

    async def _is_locked(self, note: Note) -> bool:
        return await self._locks.is_locked(note.telegram_id)

    async def _say(self, note: Note, text: str, keys: InlineKeyboardMarkup | None) -> int:
        message = await self._bot.send_message(note.telegram_id, text, reply_markup=keys)
        return message.message_id
