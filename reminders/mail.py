"""E-mail as a channel: the ticket, with its PDF and the calendar file."""

import asyncio
import logging
from email.message import EmailMessage
from email.utils import format_datetime

from clinic.clock import Clock
from dialogs import cards, letters
from documents import ics
from documents import ticket as ticket_file
from locales import translator
from reminders.channels import Unreachable
from reminders.smtp import Smtp
from storage import notifications
from storage.appointments import Visit
from storage.database import Database
from storage.notifications import NotificationRow

logger = logging.getLogger(__name__)


class MailChannel:
    """Sends letters about visits to the address that their rows name."""

    def __init__(self, smtp: Smtp, username: str, database: Database, clock: Clock) -> None:
        self._smtp = smtp
        self._username = username
        self._database = database
        self._clock = clock

    async def send(self, row: NotificationRow, visit: Visit) -> None:
        """Send the ticket; raises Unreachable or Trouble.

        A letter that goes again after a crash has the same Message-ID, so that mail programs show it once.
        """
        address = notifications.opened_address(self._database.keyring, row)
        tr = translator(visit.appointment.language)
        now = self._clock.now()
        words = letters.ticket(tr, visit, self._username)
        try:
            pdf = await asyncio.to_thread(ticket_file.render, cards.ticket(tr, visit, self._username))
        except Exception as error:
            logger.exception("a ticket could not be made")
            raise Unreachable("the ticket could not be made") from error
        entry = ics.invitation(cards.calendar_visit(tr, visit, self._username, now))
        message = EmailMessage()
        message["To"] = address
        message["Subject"] = words.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{row.id}.{int(row.due_at.timestamp())}@talon>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
        message.set_content(words.text)
        message.add_alternative(words.html, subtype="html")
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename="ticket.pdf")
        message.add_attachment(
            entry, maintype="text", subtype="calendar", filename="visit.ics", params={"method": "PUBLISH"}
        )
        await self._smtp.send(message)
