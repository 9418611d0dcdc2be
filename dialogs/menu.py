"""The first screen: the next visit if there is one, and where to go."""

from datetime import datetime
from typing import Any

from aiogram_dialog import Dialog, DialogManager

from clinic import habits, visits
from clinic.clock import Clock
from clinic.waiting import entries
from dialogs import cards, lock, navigation, sent_files
from dialogs.booking import known
from dialogs.states import Booking, Menu, Settings, Support, Visits, Waiting
from dialogs.widgets import Act, Choice, Choices, screen, shorten
from locales import Translator, later
from storage.database import Database

LAST_DOCTORS = 2
"""How many of the last doctors are buttons of the menu."""


async def main(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Greet; offer the next visit, and the doctor of the last booking, each by one press.

    While the chat is locked neither is named.
    """
    chat_id: int = dialog_manager.middleware_data["event_chat"].id
    seen = await visits.overview(database, chat_id, clock.now())
    start = navigation.start_data(dialog_manager)
    is_greeted, is_first = start.pop("is_greeted", False), start.pop("is_first", False)  # said once
    text = tr("Choose what you need, or write, for example: eye doctor, my back hurts, Ivanova.")
    if is_greeted:
        text = tr(
            "Hello! I will help you to see a doctor: choose the specialist and the time,"
            " I will send you the ticket and remind you of the visit."
        )
    is_locked = await lock.is_locked(dialog_manager)
    if seen.next_visit is not None and not is_locked:
        starts_at = seen.next_visit.appointment.starts_at
        when = cards.day_and_time(tr, starts_at, seen.next_visit.place.facility.timezone)
        text = tr.html("Your next visit: {when}. What shall we do?", when=when)
    if is_first:
        text += "\n\n" + tr(
            "We never ask for codes of Gosuslugi or for card data. You may look at doctors and free times"
            " without registering."
        )
    return {
        "text": text,
        "is_waiting": await entries.has_entries(database, chat_id),
        "next_visit": [
            Choice(
                shorten("🗓 " + (tr("Next visit") if is_locked else cards.visit_label(tr, visit))),
                visit.appointment.id,
            )
            for visit in (seen.next_visit,)
            if visit is not None
        ],
        "again": [] if is_locked else await _again(dialog_manager, database, clock.now(), tr),
    }


async def _again(manager: DialogManager, database: Database, now: datetime, tr: Translator) -> list[Choice]:
    """Name the last doctors with their next time: «🔁 Рощина, терапевт · завтра 9:20»."""
    chat_id: int = manager.middleware_data["event_chat"].id
    found = await habits.known(database, chat_id, now, most=LAST_DOCTORS)
    return [
        Choice(known.doctor_label(tr, one, now, is_named=not one.is_own), known.value_of(one))
        for one in found.doctors
    ]


async def book_again(manager: DialogManager, value: str) -> None:
    """Keep the next time of a doctor known from before, for the patient who was there; all else is kept."""
    await manager.start(Booking.day, known.started_with(value))


async def open_visit(manager: DialogManager, value: str) -> None:
    """Open the card of the next visit."""
    await manager.start(Visits.card, {"appointment_id": int(value)})


async def open_booking(manager: DialogManager) -> None:
    """Begin a booking."""
    await manager.start(Booking.region)


async def open_visits(manager: DialogManager) -> None:
    """Open «Мои записи»."""
    await manager.start(Visits.list)


async def open_waiting(manager: DialogManager) -> None:
    """Open what is waited for."""
    await manager.start(Waiting.list)


async def open_settings(manager: DialogManager) -> None:
    """Open the settings."""
    await manager.start(Settings.main)


async def open_help(manager: DialogManager) -> None:
    """Show the help."""
    await navigation.go(manager, Menu.help)


async def help_text(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Say what the bot can do and where a person answers."""
    chat_id: int = dialog_manager.middleware_data["event_chat"].id
    seen = await visits.overview(database, chat_id, clock.now())
    place = seen.next_visit.place if seen.next_visit is not None else seen.last_place
    text = tr(
        "<b>What I can do</b>\n"
        "• book a visit: /book\n"
        "• show, move or cancel your visits: /my\n"
        "• your data, reminders, language: /settings\n"
        "• let you write to a person: /support\n\n"
        "Write at any time whom you look for or what troubles you: «cardiologist», «my throat hurts»,"
        " «cancel a visit». «back», «tomorrow», «25.11», «9:30» are understood, too.\n\n"
        "A time that you chose is kept for you while you confirm it. No later than 24 hours before the visit"
        " you move or cancel it without giving a reason.\n\n"
        "If it is urgent, do not wait for a visit: call 103 or 112."
    )
    if place is not None and not await lock.is_locked(dialog_manager):
        text += "\n\n" + tr.html("Your clinic is {facility}.", facility=place.facility.name)
        text += "\n" + cards.registry_line(tr, place.facility)
    else:
        text += "\n\n" + tr("The phone of the clinic's registry stands on each doctor's page.")
    return {"text": text}


async def open_support(manager: DialogManager) -> None:
    """Open support."""
    await manager.start(Support.main)


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Menu.main,
            main,
            Choices("next", open_visit, source="next_visit"),
            Choices("again", book_again, source="again"),
            Act("book", "🩺 Book a doctor", open_booking),
            Act("my", "📋 My visits", open_visits),
            Act("waiting", "🔔 Waiting list", open_waiting, shown_if="is_waiting"),
            Act("settings", "⚙️ Settings", open_settings),
            Act("help", "❓ Help", open_help),
            navigation_row=False,
            discreet=True,
            typed=sent_files.take_unasked,
            expected=later("I did not understand. Please choose from the menu."),
        ),
        screen(Menu.help, help_text, Act("support", "🆘 Write to support", open_support), discreet=True),
    )
