"""The ticket in the form that is wanted: a sheet or a card, to print (PDF) or to keep (a picture)."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiogram import Bot
from aiogram.types import BufferedInputFile
from aiogram_dialog import DialogManager, ShowMode, Window

from clinic import visits
from dialogs import cards, navigation, papers, presses
from dialogs.own_visits import own_visit
from dialogs.states import Visits
from dialogs.widgets import Act, Choice, Choices, screen
from documents import pocket
from documents import ticket as page
from documents.ticket import Ticket
from locales import Translator, capital, later
from storage.appointments import Visit

logger = logging.getLogger(__name__)

_LABELS = {
    "page.pdf": later("📄 Sheet, PDF"),
    "page.png": later("🖼 Sheet, picture"),
    "card.pdf": later("💳 Card, PDF"),
    "card.png": later("🖼 Card, picture"),
}


async def open_forms(manager: DialogManager) -> None:
    """Ask in which form the ticket is wanted."""
    await navigation.go(manager, Visits.ticket)


async def forms(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Offer sheet and card, each to print or to keep."""
    visit = await own_visit(dialog_manager)
    when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
    return {
        "text": tr.html(
            "<b>Ticket: {when}</b>\n{doctor}\n\n"
            "The sheet is a page of A4. The card is as large as a bank card: cut it out, it fits a purse."
            " The picture opens without the Internet. How shall I send it?",
            when=capital(when),
            doctor=visit.place.doctor,
        ),
        "choices": [Choice(tr(label), form) for form, label in _LABELS.items()],
    }


async def send(manager: DialogManager, form: str) -> None:
    """Send the ticket in a form; where it cannot be made, the visit stands and support is offered."""
    if form not in _LABELS:
        return
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    bot: Bot = middleware["bot"]
    chat_id: int = middleware["event_chat"].id
    visit = await visits.ticket_again(
        middleware["database"], chat_id, manager.dialog_data["appointment_id"], middleware["clock"].now()
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND
    try:
        content = await asyncio.to_thread(_making(tr, visit, middleware["bot_username"], form))
    except Exception:
        logger.exception("a ticket could not be made")
        await say_not_made(bot, tr, visit)
        return
    if form.endswith(".pdf"):
        await bot.send_document(chat_id, BufferedInputFile(content, "ticket.pdf"))
    else:
        await bot.send_photo(chat_id, BufferedInputFile(content, "ticket.png"))


def _making(tr: Translator, visit: Visit, username: str, form: str) -> Callable[[], bytes]:
    """Word the ticket here, and return what makes it in a thread."""
    words = cards.ticket(tr, visit, username)
    if form == "page.pdf":
        return lambda: page.render(words)
    if form == "page.png":
        return lambda: page.picture(words)
    card = on_card(tr, visit, words)
    if form == "card.png":
        return lambda: pocket.picture(card)
    hint = tr("Print it at 100 % and cut along the marks: the card is as large as a bank card.")
    return lambda: pocket.render(card, hint)


def on_card(tr: Translator, visit: Visit, ticket: Ticket) -> Ticket:
    """Word the card: what is needed on the way there, and nothing twice."""
    row, place = visit.appointment, visit.place
    specialty = tr.name(place.specialty_ru, place.specialty_en).lower()
    where = tr("queue number {number}", number=row.queue_number)
    if place.room:
        where = tr("{room}, queue number {number}", room=place.room, number=row.queue_number)
    rows = (
        ("", visit.person.full_name),
        ("", f"{place.doctor}, {specialty}"),
        (tr("Room"), where),
        (tr("Address"), cards.full_address(place)),
        (tr("Registry"), place.facility.phone),
    )
    return replace(ticket, rows=tuple((label, value) for label, value in rows if value), prepare=None)


async def say_not_made(bot: Bot, tr: Translator, visit: Visit) -> int:
    """Say that the visit stands although its ticket could not be made, and offer to write to support."""
    message = await bot.send_message(
        visit.appointment.telegram_id,
        tr(
            "The ticket's file could not be made, but your visit is booked: the QR above is enough."
            " You can ask for the ticket again in «My visits», or write to support."
        ),
        reply_markup=presses.under_missing_ticket(tr, visit.appointment.id),
    )
    return message.message_id


def window() -> Window:
    """Make the window."""
    return screen(
        Visits.ticket,
        forms,
        Choices("form", send, width=2),
        Act("qr", "🔳 QR on the screen", papers.send_qr),
        personal=True,
    )
