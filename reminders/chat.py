"""The chat as a channel: tickets, reminders and notes, in the patient's language."""

import asyncio
import logging

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile

from clinic import planning
from clinic.clock import Clock
from clinic.locks import Locks
from dialogs import cards, presses, ticket_forms
from documents import qr
from documents import ticket as ticket_file
from locales import translator
from reminders.channels import Sent
from reminders.reminded import RemindersInChat
from storage import notifications
from storage.appointments import Visit
from storage.database import Database
from storage.notifications import NotificationRow

logger = logging.getLogger(__name__)


class ChatChannel:
    """Sends what is due into the patient's chat with the bot; returns the message's id.

    While the chat is locked it says nothing personal: the details come after the PIN.
    """

    def __init__(self, bot: Bot, username: str, database: Database, clock: Clock, locks: Locks) -> None:
        self._bot = bot
        self._username = username
        self._database = database
        self._clock = clock
        self._locks = locks
        self._reminders = RemindersInChat(bot, database, clock, locks)

    async def send(self, row: NotificationRow, visit: Visit) -> Sent | int | None:
        """Send a message of the row's kind; raises what aiogram raises."""
        kind = row.kind
        if kind == planning.TICKET:
            await self._void_old(visit)
            return await self.send_qr(visit)
        if kind == planning.TICKET_FILE:
            # names stand on the page; the picture above says where to get it
            return None if await self._is_locked(visit) else await self.send_file(visit)
        if kind == planning.CANCELLED:
            await self._void_old(visit)
            return None if visit.changed_by is None else await self._say_cancelled(visit)
        if kind in planning.RESULTS:
            return await self._say_result(visit, is_changed=kind == planning.RESULT_UPDATED)
        if kind == planning.MAIL_FAILED:
            return await self._say_mail_failed(visit)
        return await self._reminders.send(row, visit)

    async def send_qr(self, visit: Visit) -> int:
        """Send the QR as a photo with the card as its caption: it opens offline and needs no viewer."""
        tr = translator(visit.appointment.language)
        payload = cards.ticket_link(self._username, visit.appointment.ticket_code)
        picture = await asyncio.to_thread(qr.png, payload)
        if await self._is_locked(visit):
            message = await self._bot.send_photo(
                visit.appointment.telegram_id,
                BufferedInputFile(picture, "qr.png"),
                caption=tr("🎫 <b>Your ticket.</b> Details and the page to print: «Open», «Ticket again»."),
                reply_markup=presses.under_locked(tr, visit.appointment.id),
            )
            return message.message_id
        message = await self._bot.send_photo(
            visit.appointment.telegram_id,
            BufferedInputFile(picture, "qr.png"),
            caption=cards.card(tr, visit),
            reply_markup=presses.under_ticket(tr, visit.appointment.id),
        )
        return message.message_id

    async def send_file(self, visit: Visit) -> int:
        """Send the ticket as PDF; made anew from the row each time, in a thread."""
        tr = translator(visit.appointment.language)
        chat_id = visit.appointment.telegram_id
        words = cards.ticket(tr, visit, self._username)
        try:
            pdf = await asyncio.to_thread(ticket_file.render, words)
        except Exception:
            logger.exception("a ticket could not be made")
            return await ticket_forms.say_not_made(self._bot, tr, visit)
        sent = await self._bot.send_document(chat_id, BufferedInputFile(pdf, "ticket.pdf"))
        return sent.message_id

    async def _say_cancelled(self, visit: Visit) -> int:
        """Tell an account whose patient's visit somebody else has cancelled."""
        row = visit.appointment
        tr = translator(row.language)
        if await self._is_locked(visit):
            words, keys = tr("❌ <b>Visit cancelled</b>"), presses.under_locked(tr, row.id)
        else:
            words, keys = cards.cancelled_by_other(tr, visit), None
        message = await self._bot.send_message(row.telegram_id, words, reply_markup=keys)
        return message.message_id

    async def _say_result(self, visit: Visit, *, is_changed: bool) -> int:
        """Say that there is something to read of a visit; what it is stands behind the button alone."""
        row = visit.appointment
        tr = translator(row.language)
        text = cards.result_news(tr, visit, is_changed=is_changed, is_locked=await self._is_locked(visit))
        message = await self._bot.send_message(
            row.telegram_id, text, reply_markup=presses.under_result(tr, row.id)
        )
        return message.message_id

    async def _say_mail_failed(self, visit: Visit) -> int:
        tr = translator(visit.appointment.language)
        message = await self._bot.send_message(
            visit.appointment.telegram_id,
            tr(
                "The letter with the ticket did not arrive. Check the address and send it once more:"
                " «My visits», the visit, «By e-mail». It does not work? Write to support."
            ),
            reply_markup=presses.under_missing_ticket(tr, visit.appointment.id),
        )
        return message.message_id

    async def _is_locked(self, visit: Visit) -> bool:
        return await self._locks.is_locked(visit.appointment.telegram_id)

    async def mark_confirmed(self, *visits: Visit) -> None:
        """Write under the reminders of visits that they are confirmed, in place of the question."""
        await self._reminders.mark_confirmed(*visits)

    async def _void_old(self, visit: Visit) -> None:
        """Write anew what the chat was told of a visit before it was moved or cancelled."""
        await self._void_old_tickets(visit)
        if visit.appointment.sequence:
            await self._reminders.rewrite(visit.appointment)

    async def _void_old_tickets(self, visit: Visit) -> None:
        """Write on tickets sent before that they are not valid; one that is gone is left alone."""
        row = visit.appointment
        tr = translator(row.language)
        if row.cancelled_at is None and await self._is_locked(visit):
            words = tr("❌ <b>Not valid</b>: the visit is moved.")
        elif row.cancelled_at is None:
            when = cards.day_and_time(tr, row.starts_at, visit.place.facility.timezone)
            words = tr.html("❌ <b>Not valid</b>: the visit is moved to {when}.", when=when)
        else:
            words = tr("❌ <b>Not valid</b>: the visit is cancelled.")
        sent = await self._database.read(
            lambda tx: notifications.sent_message_ids(tx, row.id, row.account_id, planning.TICKET)
        )
        for message_id in sent[-1:]:
            try:
                await self._bot.edit_message_caption(
                    chat_id=row.telegram_id, message_id=message_id, caption=words
                )
            except TelegramBadRequest as error:
                logger.info("an old ticket could not be marked: %s", type(error).__name__)
