"""The buttons of windows, made cheaply: a window has a dozen, and validating each took a tenth of a press."""

from typing import Any, cast

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram_dialog import DialogManager
from aiogram_dialog.api.internal.widgets import MarkupFactory, RawKeyboard
from aiogram_dialog.utils import intent_callback_data

_BLANK = InlineKeyboardButton(text="", callback_data="")


def button(text: str, data: str) -> InlineKeyboardButton:
    """Make a button that hands `data` to its widget; a copy of one that was validated."""
    return _BLANK.model_copy(update={"text": text, "callback_data": data})


class WindowKeyboard(MarkupFactory):
    """Puts a window's keyboard together and names the conversation in each button's data."""

    async def render_markup(
        self, data: dict[str, Any], manager: DialogManager, keyboard: RawKeyboard
    ) -> InlineKeyboardMarkup:
        """Make the markup; the buttons are the window's own and are changed."""
        intent_id = manager.current_context().id
        for row in keyboard:
            for key in row:
                if isinstance(key, InlineKeyboardButton):
                    # past `__setattr__`, which validates the whole button again
                    key.__dict__["callback_data"] = intent_callback_data(intent_id, key.callback_data)
        return InlineKeyboardMarkup(inline_keyboard=cast(list[list[InlineKeyboardButton]], keyboard))


WINDOW_KEYBOARD = WindowKeyboard()
