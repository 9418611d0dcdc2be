"""Telegram's buttons that share something of one's own: it has them under the text field alone."""

from typing import Any

from aiogram.types import KeyboardButton
from aiogram_dialog import DialogManager, DialogProtocol
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.kbd import Keyboard
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.text import Const

from locales import Translator

CONTACT, LOCATION = "contact", "location"
"""What can be shared."""


class ShareKeyboard(Keyboard):
    """A button that shares the sender's own contact or location, and words to go back by.

    `text` is marked by `locales.later`.
    """

    def __init__(self, text: str, shared: str, *, home: bool = True) -> None:
        super().__init__()
        self._text = text
        self._shared = shared
        self._home = home

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        tr: Translator = manager.middleware_data["tr"]
        button = KeyboardButton(
            text=tr(self._text),
            request_contact=self._shared == CONTACT or None,
            request_location=self._shared == LOCATION or None,
        )
        ways = [tr("Back"), tr("Home")] if self._home else [tr("Back")]
        return [[button], [KeyboardButton(text=way) for way in ways]]

    async def _process_other_callback(
        self, callback: Any, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        return False


def factory(sign: str) -> ReplyKeyboardFactory:
    """Make what shows such a keyboard in place of the phone's own, with a sign where one would type."""
    return ReplyKeyboardFactory(
        resize_keyboard=True, one_time_keyboard=True, input_field_placeholder=Const(sign)
    )
