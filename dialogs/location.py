"""Asking where somebody is, to find what is near them.

The place is personal: it stays in the conversation's sealed state, a hundred metres exact, and goes with it.
"""

from aiogram.types import Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory

from dialogs import reply_keyboards
from dialogs.reply_keyboards import ShareKeyboard
from locales import Translator, later
from storage.geography import Point

_DIGITS = 3
"""Of a degree: a hundred metres."""


def keyboard() -> ShareKeyboard:
    """Make Telegram's button that shares where one is, and a word to go back by."""
    return ShareKeyboard(later("📍 Send my location"), reply_keyboards.LOCATION)


def keyboard_factory() -> ReplyKeyboardFactory:
    """Make what shows the keyboard in place of the phone's own."""
    return reply_keyboards.factory("📍")


def sent(message: Message) -> Point | None:
    """Read a location or a place from the map; None for any other message."""
    place = message.location or (message.venue.location if message.venue else None)
    if place is None:
        return None
    return Point(round(place.latitude, _DIGITS), round(place.longitude, _DIGITS))


def remember(manager: DialogManager, point: Point) -> None:
    """Keep where somebody is for as long as this conversation goes on."""
    manager.dialog_data["near"] = [point.latitude, point.longitude]


def known(manager: DialogManager) -> Point | None:
    """Tell where somebody said that they are."""
    near = manager.dialog_data.get("near")
    return Point(*near) if near else None


def forget(manager: DialogManager) -> None:
    """Forget it: lists are in another order again."""
    manager.dialog_data.pop("near", None)
    manager.dialog_data.pop("anywhere", None)


def distance(tr: Translator, km: float) -> str:
    """Write how far it is: «350 м», «1,2 км», «12 км»."""
    if km < 1:
        return tr("{metres} m", metres=max(50, round(km * 20) * 50))
    return tr("{km} km", km=tr.number(km) if km < 10 else f"{round(km):,}".replace(",", "\N{NO-BREAK SPACE}"))
