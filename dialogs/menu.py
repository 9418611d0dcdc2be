"""The first screen: the next visit if there is one, and where to go."""

from datetime import datetime
from typing import Any

from aiogram_dialog import Dialog, DialogManager

from clinic import visits
from clinic.clock import Clock
from dialogs import cards, lock, navigation
from dialogs.states import Booking, Menu, Settings, Visits
from dialogs.widgets import Act, Choice, Choices, screen, shorten
from locales import Translator, later
from storage.database import Database


async def main(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Greet and offer the next visit as a button."""
    chat_id: int = dialog_manager.middleware_data["event_chat"].id
    now: datetime = clock.now()
    coming = await visits.coming(database, chat_id, now, 0, 1)
    text = tr(
        "Hello! I will help you to see a doctor: choose the specialist and the time,"
        " I will send you the ticket and remind you of the visit."
    )
    if coming.items:
        text = tr("Your next visit is below. What shall we do?")
    if navigation.start_data(dialog_manager).get("is_first"):
        text += "\n\n" + tr(
            "We never ask for codes of Gosuslugi or for card data. You may look at doctors and free times"
            " without registering."
        )
    is_locked = await lock.is_locked(dialog_manager)
    return {
        "text": text,
        "next_visit": [
            Choice(
                shorten("🗓 " + (tr("Next visit") if is_locked else cards.visit_label(tr, visit)), 34),
                visit.appointment.id,
            )
            for visit in coming.items
        ],
    }


async def open_visit(manager: DialogManager, value: str) -> None:
    """Open the card of the next visit."""
    await manager.start(Visits.card, {"appointment_id": int(value)})


async def open_booking(manager: DialogManager) -> None:
    """Begin a booking."""
    await manager.start(Booking.region)


async def open_visits(manager: DialogManager) -> None:
    """Open «Мои записи»."""
    await manager.start(Visits.list)


async def open_settings(manager: DialogManager) -> None:
    """Open the settings."""
    await manager.start(Settings.main)


async def open_help(manager: DialogManager) -> None:
    """Show the help."""
    await navigation.go(manager, Menu.help)


async def help_text(tr: Translator, **_: Any) -> dict[str, Any]:
    """Say what the bot can do and where a person answers."""
    return {
        "text": tr(
            "<b>What I can do</b>\n"
            "• book a visit: /book\n"
            "• show, move or cancel your visits: /my\n"
            "• change the language: /settings\n\n"
            "You can press buttons or type: «back», «tomorrow», «25.11», «9:30» are understood.\n\n"
            "A time that you chose is kept for you while you confirm it. Up to 24 hours before the visit"
            " you cancel or move it freely.\n\n"
            "If it is urgent, do not wait for a visit: call 103 or 112."
        )
    }


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Menu.main,
            main,
            Choices("next", open_visit, source="next_visit"),
            Act("book", "🩺 Book a doctor", open_booking),
            Act("my", "📋 My visits", open_visits),
            Act("settings", "⚙️ Settings", open_settings),
            Act("help", "❓ Help", open_help),
            navigation_row=False,
            discreet=True,
            expected=later("I did not understand. Please choose from the menu."),
        ),
        screen(Menu.help, help_text),
    )
