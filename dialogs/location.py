"""Asking where somebody is, to find what is near them.

The place is personal: it stays in the conversation's sealed state, a hundred metres exact, and goes with it.
"""

from typing import Any

from aiogram.types import KeyboardButton, Message
from aiogram_dialog import DialogManager, DialogProtocol
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.kbd import Keyboard
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.text import Const

from locales import Translator
from storage.geography import Point

_DIGITS = 3
"""Of a degree: a hundred metres."""


class LocationKeyboard(Keyboard):
    """Telegram's button that shares where one is, and a word to go back by."""

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        tr: Translator = manager.middleware_data["tr"]
        return [
            [KeyboardButton(text=tr("📍 Send my location"), request_location=True)],
            [KeyboardButton(text=tr("Back")), KeyboardButton(text=tr("Home"))],
        ]

    async def _process_other_callback(
        self, callback: Any, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        return False


def keyboard_factory() -> ReplyKeyboardFactory:
    """Make what shows the keyboard in place of the phone's own."""
    return ReplyKeyboardFactory(
        resize_keyboard=True, one_time_keyboard=True, input_field_placeholder=Const("📍")
    )


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
