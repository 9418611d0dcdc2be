"""E-mail as a channel: tickets, changes and reminders, with the page and the calendar file."""

import asyncio
import logging
from email.message import EmailMessage
from email.utils import format_datetime

from clinic import planning
from clinic.clock import Clock
from dialogs import cards, visit_letters
from dialogs.letters import Letter
from documents import ics
from documents import ticket as ticket_file
from locales import Translator, translator
from reminders.channels import Unreachable
from reminders.smtp import Smtp
from storage import notifications, people
from storage.appointments import Visit
from storage.database import Database
from storage.notifications import NotificationRow
from storage.types import Tx

logger = logging.getLogger(__name__)


class MailChannel:
    """Sends letters about visits: to the address that their rows name, else to the confirmed one."""

    def __init__(self, smtp: Smtp, username: str, database: Database, clock: Clock) -> None:
        self._smtp = smtp
        self._username = username
        self._database = database
        self._clock = clock

    async def send(self, row: NotificationRow, visit: Visit) -> None:
        """Send a letter of the row's kind; raises Unreachable or Trouble.

        A letter that goes again after a crash has the same Message-ID, so that mail programs show it once.
        """
        address = await self._database.read(lambda tx: self._address(tx, row))
        tr = translator(visit.appointment.language)
        now = self._clock.now()
        words = self._worded(tr, row, visit)
        entry = cards.calendar_visit(tr, visit, self._username, now)
        message = EmailMessage()
        message["To"] = address
        message["Subject"] = words.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{row.id}.{int(row.due_at.timestamp())}@talon>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
        message.set_content(words.text)
        message.add_alternative(words.html, subtype="html")
        if row.kind in planning.RESULTS:
            pass
        elif row.kind == planning.CANCELLED:
            _attach_calendar(message, ics.cancellation(entry), "CANCEL")
        else:
            if (pdf := await self._page(tr, row, visit)) is not None:
                message.add_attachment(pdf, maintype="application", subtype="pdf", filename="ticket.pdf")
            _attach_calendar(message, ics.invitation(entry), "PUBLISH")
        await self._smtp.send(message)

    async def _page(self, tr: Translator, row: NotificationRow, visit: Visit) -> bytes | None:
        """Make the ticket's page; a letter that is no ticket goes without one that cannot be made."""
        try:
            return await asyncio.to_thread(ticket_file.render, cards.ticket(tr, visit, self._username))
        except Exception as error:
            logger.exception("a ticket could not be made")
            if row.kind == planning.TICKET:
                raise Unreachable("the ticket could not be made") from error
            return None

    def _address(self, tx: Tx, row: NotificationRow) -> str:
        if address := notifications.opened_address(self._database.keyring, row):
            return address
        if people.confirmed_at(tx, row.account_id)[1] is None:
            raise Unreachable("no address is confirmed")
        return people.contact_of(tx, self._database.keyring, row.account_id).email

    def _worded(self, tr: Translator, row: NotificationRow, visit: Visit) -> Letter:
        match row.kind:
            case planning.TICKET:
                return visit_letters.ticket(tr, visit, self._username)
            case planning.NEWS:
                return visit_letters.news(tr, visit, self._username)
            case planning.CANCELLED:
                return visit_letters.cancelled(tr, visit, self._username)
            case planning.RESULT_READY | planning.RESULT_UPDATED:
                is_changed = row.kind == planning.RESULT_UPDATED
                return visit_letters.result(tr, visit, self._username, is_changed=is_changed)
            case _:
                now = self._clock.now()
                return visit_letters.reminder(tr, visit, self._username, now, row.instead_of)


def _attach_calendar(message: EmailMessage, entry: bytes, method: str) -> None:
    message.add_attachment(
        entry, maintype="text", subtype="calendar", filename="visit.ics", params={"method": method}
    )
