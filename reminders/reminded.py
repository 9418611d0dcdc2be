"""Reminders in the chat: sent, for a family's day in one, and written anew when something else is true."""

import logging
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from aiogram.types import InlineKeyboardMarkup

from clinic import family_days, rules
from clinic.clock import Clock
from clinic.family_days import Day, Told
from clinic.locks import Locks
from dialogs import cards, presses
from locales import Translator, translator
from reminders import reminder
from reminders.channels import Sent
from storage import accounts, appointments, people
from storage.appointments import AppointmentRow, Visit
from storage.crypto import Keyring
from storage.database import Database
from storage.notifications import NotificationRow
from storage.types import Tx

logger = logging.getLogger(__name__)


class RemindersInChat:
    """Sends and rewrites reminders; while a chat is locked they name no details."""

    def __init__(self, bot: Bot, database: Database, clock: Clock, locks: Locks) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._locks = locks

    async def send(self, row: NotificationRow, visit: Visit) -> Sent:
        """Send a reminder, with what goes along in it; raises what aiogram raises."""
        now, keyring = self._clock.now(), self._database.keyring
        chat_id = visit.appointment.telegram_id

        def look(tx: Tx) -> tuple[Day, bool]:
            return family_days.day(tx, keyring, row, visit, now), accounts.has_pin(tx, chat_id)

        day, has_pin = await self._database.read(look)
        self._locks.learn(chat_id, has_pin=has_pin)
        words, keys = await self._worded(visit.appointment, Told(0, now, row.instead_of, day.visits))
        message = await self._bot.send_message(chat_id, words, reply_markup=keys)
        return Sent(message.message_id, day.along)

    async def _worded(self, row: AppointmentRow, told: Told) -> tuple[str, InlineKeyboardMarkup | None]:
        """Word a reminder as things stand; `row` is any visit of it, and says whose chat it is."""
        tr = translator(row.language)
        standing, now = told.standing, self._clock.now()
        if await self._locks.is_locked(row.telegram_id):
            return reminder.word_locked(tr, told), presses.under_locked(tr, told.visits[0].appointment.id)
        if not standing:
            return reminder.word_changed(tr, told), presses.under_changed_reminder(_labels(tr, told.moved))
        asked = next((one.appointment.id for one in standing if reminder.is_asked(one, now)), None)
        if len(told.visits) == 1:
            words = reminder.word(tr, standing[0], told.sent_at, now, told.instead_of)
        else:
            words = reminder.word_family(tr, told, now)
        if len(standing) > 1:
            return words, presses.under_family_reminder(tr, _labels(tr, standing), asked)
        if not rules.can_change(standing[0].appointment.starts_at, now):
            return words, presses.under_changed_reminder(_labels(tr, standing))
        return words, presses.under_reminder(tr, standing[0].appointment.id, is_confirmed=asked is None)

    async def rewrite(self, row: AppointmentRow) -> None:
        """Write anew what has reminded an account of a visit that was moved or cancelled since."""
        keyring, now = self._database.keyring, self._clock.now()
        told = await self._database.read(
            lambda tx: family_days.told_of(tx, keyring, row, now, is_changed=True)
        )
        for one in told:
            await self._edit(row, one)

    async def mark_confirmed(self, *visits: Visit) -> None:
        """Write into the reminders of visits that they are confirmed, for all who act for the patients."""
        keyring, now = self._database.keyring, self._clock.now()
        for row, told in await self._database.read(lambda tx: _of_all(tx, keyring, visits, now)):
            await self._edit(row, told)

    async def _edit(self, row: AppointmentRow, told: Told) -> None:
        words, keys = await self._worded(row, told)
        try:
            await self._bot.edit_message_text(
                words, chat_id=row.telegram_id, message_id=told.message_id, reply_markup=keys
            )
        except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound) as error:
            logger.info("a reminder could not be written anew: %s", type(error).__name__)


def _labels(tr: Translator, visits: tuple[Visit, ...]) -> list[tuple[str, int]]:
    return [(cards.visit_label(tr, one), one.appointment.id) for one in visits]


def _of_all(
    tx: Tx, keyring: Keyring, visits: tuple[Visit, ...], now: datetime
) -> list[tuple[AppointmentRow, Told]]:
    """Read what has reminded of visits, each message once, with a visit as its account sees it."""
    found: dict[tuple[int, int], tuple[AppointmentRow, Told]] = {}
    for visit in visits:
        for carer in people.carers_of(tx, visit.appointment.patient_id):
            row = appointments.of_account(tx, keyring, visit.appointment.id, carer.account_id)
            if row is None:
                continue
            for told in family_days.told_of(tx, keyring, row, now, is_changed=False):
                found[carer.account_id, told.message_id] = (row, told)
    return list(found.values())
