"""E-mail as a channel: tickets, changes and reminders, with the page and the calendar file."""

import asyncio
import logging
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from clinic import family_days, planning
from clinic.clock import Clock
from clinic.family_days import Day
from dialogs import cards, visit_letters
from dialogs.letters import Letter
from documents import ics
from documents import ticket as ticket_file
from locales import Translator, translator
from reminders.channels import Sent, Unreachable
from reminders.smtp import Smtp
from storage import accounts, notifications
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

    async def send(self, row: NotificationRow, visit: Visit) -> Sent:
        """Send a letter of the row's kind; raises Unreachable or Trouble.

        A letter that goes again after a crash has the same Message-ID, so that mail programs show it once.
        """
        now = self._clock.now()
        address, day = await self._database.read(lambda tx: self._read(tx, row, visit, now))
        tr = translator(visit.appointment.language)
        is_cancelled = row.kind == planning.CANCELLED
        attached = () if row.kind in planning.RESULTS else day.visits
        pages = [None if is_cancelled else await self._page(tr, one) for one in attached]
        unpaged = [one.appointment.id for one, page in zip(attached, pages, strict=True) if page is None]
        words = self._worded(tr, row, day.visits, now, unpaged)
        message = EmailMessage()
        message["To"] = address
        message["Subject"] = words.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{day.key}@talon>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
        message.set_content(words.text)
        message.add_alternative(words.html, subtype="html")
        for number, (one, page) in enumerate(zip(attached, pages, strict=True), 1):
            ending = f"-{number}" if len(pages) > 1 else ""
            if page is not None:
                message.add_attachment(
                    page, maintype="application", subtype="pdf", filename=f"ticket{ending}.pdf"
                )
            entry = cards.calendar_visit(tr, one, self._username, now)
            message.add_attachment(
                ics.cancellation(entry) if is_cancelled else ics.invitation(entry),
                maintype="text",
                subtype="calendar",
                filename=f"visit{ending}.ics",
                params={"method": "CANCEL" if is_cancelled else "PUBLISH"},
            )
        await self._smtp.send(message)
        return Sent(along=day.along)

    def _read(self, tx: Tx, row: NotificationRow, visit: Visit, now: datetime) -> tuple[str, Day]:
        return self._address(tx, row), family_days.day(tx, self._database.keyring, row, visit, now)

    async def _page(self, tr: Translator, visit: Visit) -> bytes | None:
        """Make a ticket's page; the letter says how to get one that cannot be made."""
        try:
            return await asyncio.to_thread(ticket_file.render, cards.ticket(tr, visit, self._username))
        except Exception:
            logger.exception("a ticket could not be made")
            return None

    def _address(self, tx: Tx, row: NotificationRow) -> str:
        if address := notifications.opened_address(self._database.keyring, row):
            return address
        if accounts.confirmed_at(tx, row.account_id)[1] is None:
            raise Unreachable("no address is confirmed")
        return accounts.contact_of(tx, self._database.keyring, row.account_id).email

    def _worded(
        self,
        tr: Translator,
        row: NotificationRow,
        visits: tuple[Visit, ...],
        now: datetime,
        unpaged: list[int],
    ) -> Letter:
        match row.kind:
            case planning.TICKET:
                return visit_letters.ticket(tr, visits[0], self._username, unpaged)
            case planning.NEWS:
                return visit_letters.news(tr, visits[0], self._username, unpaged)
            case planning.CANCELLED:
                return visit_letters.cancelled(tr, visits[0], self._username)
            case planning.RESULT_READY | planning.RESULT_UPDATED:
                is_changed = row.kind == planning.RESULT_UPDATED
                return visit_letters.result(tr, visits[0], self._username, is_changed=is_changed)
            case _:
                return visit_letters.reminder(tr, visits, self._username, now, row.instead_of, unpaged)
