"""What the visit is for: asked of those who want to say it."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from dialogs import alarms, navigation, typing
from dialogs.own_visits import say_if_cut
from dialogs.states import Booking
from dialogs.widgets import Choice
from locales import Translator, later


async def purpose(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask what the visit is for."""
    return {
        "text": tr("What is the visit for? Choose, type in your own words, or skip."),
        "choices": [
            Choice(tr("I feel ill"), "ill"),
            Choice(tr("Follow-up visit"), "again"),
            Choice(tr("Check-up"), "check"),
            Choice(tr("Certificate or referral"), "paper"),
            Choice(tr("Skip ›"), "skip"),
        ],
    }


_PURPOSES = {
    "ill": later("I feel ill"),
    "again": later("Follow-up visit"),
    "check": later("Check-up"),
    "paper": later("Certificate or referral"),
    "skip": "",
}


async def open_purpose(manager: DialogManager) -> None:
    """Ask for the purpose."""
    await navigation.go(manager, Booking.purpose)


async def choose_purpose(manager: DialogManager, value: str) -> None:
    """Keep the purpose in the patient's own language."""
    tr: Translator = manager.middleware_data["tr"]
    words = _PURPOSES.get(value, "")
    manager.dialog_data["purpose"] = tr(words) if words else ""
    await navigation.go_back(manager)


async def type_purpose(manager: DialogManager, message: Message) -> bool:
    """Take typed words as the purpose; a bare yes says nothing, a bare no means none."""
    purpose = typing.parse_sentence(message.text)
    if purpose is None:
        return False
    manager.dialog_data["purpose"] = purpose
    say_if_cut(manager, message)
    await alarms.say(manager, purpose)
    await navigation.go_back(manager)
    return True
