"""What is sent of a visit on request: the ticket again, the QR, the calendar file, a letter."""

from datetime import datetime
from typing import Any

from aiogram.types import BufferedInputFile, Message
from aiogram_dialog import DialogManager, ShowMode, Window

from clinic import documents, history, typed, visits
from clinic.errors import BadInput
from dialogs import cards, navigation
from dialogs.own_visits import own_visit
from dialogs.states import Visits
from dialogs.widgets import screen
from dialogs.wording import bad_input
from documents import ics
from locales import Translator, later
from storage.appointments import Visit


async def send_ticket_again(manager: DialogManager) -> None:
    """Send the ticket once more, as QR and as PDF, below."""
    middleware = manager.middleware_data
    visit = await visits.ticket_again(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["appointment_id"],
        middleware["clock"].now(),
    )
    await middleware["channel"].send_qr(visit)
    await middleware["channel"].send_file(visit)
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def send_qr(manager: DialogManager) -> None:
    """Send the QR alone, to be shown on the screen."""
    middleware = manager.middleware_data
    visit = await visits.ticket_again(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["appointment_id"],
        middleware["clock"].now(),
    )
    await middleware["channel"].send_qr(visit)
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def send_calendar_file(manager: DialogManager) -> None:
    """Send the visit as a calendar file."""
    visit = await own_visit(manager)
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    file = calendar_file(tr, visit, middleware["bot_username"], middleware["clock"].now())
    await middleware["bot"].send_document(
        middleware["event_chat"].id, file, caption=calendar_caption(tr, visit)
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def send_document(manager: DialogManager, document_id: int) -> None:
    """Send a stored file into the chat; it cannot be forwarded from there."""
    middleware = manager.middleware_data
    row, content = await documents.content(
        middleware["database"], middleware["event_chat"].id, document_id, middleware["clock"].now()
    )
    await middleware["bot"].send_document(
        middleware["event_chat"].id, BufferedInputFile(content, row.name), protect_content=True
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND


_SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


async def send_clinics_file(manager: DialogManager, file_id: int) -> None:
    """Send what the clinic gave, to be kept, printed and forwarded: name and caption tell of nobody."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    row, content = await history.file_content(
        middleware["database"], middleware["event_chat"].id, file_id, middleware["clock"].now()
    )
    visit = await visits.visit(middleware["database"], middleware["event_chat"].id, row.appointment_id)
    wall = cards.local(visit.appointment.starts_at, visit.place.facility.timezone)
    name = tr("visit-{day}-{number}", day=f"{wall:%d.%m.%Y}", number=row.position + 1)
    await middleware["bot"].send_document(
        middleware["event_chat"].id,
        BufferedInputFile(content, name + _SUFFIXES.get(row.media_type, "")),
        caption=tr("A file from the clinic, visit of {day}", day=tr.bare_day(wall.date())),
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def open_email(manager: DialogManager) -> None:
    """Ask where the ticket is to go."""
    await navigation.go(manager, Visits.email)


async def email(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the address."""
    return {
        "text": tr("Where shall we send the ticket? Type the e-mail address, for example anna@example.ru")
    }


async def type_email(manager: DialogManager, message: Message) -> bool:
    """Take the address and have the letter sent."""
    if not message.text:
        return False
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    try:
        address = typed.parse_email(message.text)
    except BadInput as error:
        manager.dialog_data["hint"] = bad_input(tr, error.problem)
        return True
    await visits.mail_ticket(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["appointment_id"],
        address,
        middleware["clock"].now(),
    )
    middleware["outbox"].wake()
    manager.dialog_data["hint"] = tr.html(
        "The ticket is on its way to {address}. If it is not there in a few minutes, look into «Spam».",
        address=address,
    )
    await navigation.go_back(manager)
    return True


def calendar_caption(tr: Translator, visit: Visit) -> str:
    """Say what opening a visit's calendar file does."""
    if visit.appointment.cancelled_at is not None:
        return tr("Open the file to take the cancelled visit out of your calendar.")
    return tr("Open the file to add the visit to your calendar.")


def calendar_file(tr: Translator, visit: Visit, username: str, now: datetime) -> BufferedInputFile:
    """Make visit.ics; a cancelled visit makes one that takes it out of the calendar."""
    entry = cards.calendar_visit(tr, visit, username, now)
    make = ics.cancellation if visit.appointment.cancelled_at else ics.invitation
    return BufferedInputFile(make(entry), "visit.ics")


def windows() -> tuple[Window, ...]:
    """Make the windows; a dispatcher needs its own."""
    return (
        screen(
            Visits.email,
            email,
            typed=type_email,
            expected=later("An e-mail address is needed here, for example anna@example.ru."),
            personal=True,
        ),
    )
