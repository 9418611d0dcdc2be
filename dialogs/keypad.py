"""The keypad on which a PIN is typed; the digits so far are in the conversation's sealed state, not shown."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, DialogProtocol, ShowMode
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.kbd import Keyboard

from clinic import rules
from dialogs.buttons import button

OnPin = Callable[[DialogManager, str], Awaitable[None]]

_ERASE, _ENTER = "erase", "enter"
_ROWS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), (_ERASE, "0", _ENTER))
_SIGNS = {_ERASE: "⌫", _ENTER: "✓"}
_DIGITS = "digits"
_LONGEST = rules.PIN_LENGTH[1]
_LONGEST_TYPED = 20
"""Digits in a message, up to so many, are meant as a PIN, also as a wrong one."""


class Keypad(Keyboard):
    """Three by four: digits, ⌫ and ✓; hidden when the getter's `has_keypad` is false."""

    def __init__(self, id: str, on_pin: OnPin) -> None:  # noqa: A002
        super().__init__(id=id)
        self._on_pin = on_pin

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        if not data.get("has_keypad", True):
            return []
        return [[button(_SIGNS.get(key, key), f"{self.widget_id}:{key}") for key in row] for row in _ROWS]

    async def _process_item_callback(
        self, callback: CallbackQuery, data: str, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        digits: str = manager.dialog_data.get(_DIGITS, "")
        if data == _ERASE:
            manager.dialog_data[_DIGITS] = digits[:-1]
        elif data == _ENTER:
            forget_digits(manager)
            if digits:
                await self._on_pin(manager, digits)
        elif len(data) == 1 and len(digits) < _LONGEST:
            manager.dialog_data[_DIGITS] = digits + data
        return True


def dots(manager: DialogManager) -> str:
    """Show how many digits are typed, and none of them."""
    return "● " * len(manager.dialog_data.get(_DIGITS, "")) + "▁"


def forget_digits(manager: DialogManager) -> None:
    """Begin anew."""
    manager.dialog_data.pop(_DIGITS, None)


async def take_typed(manager: DialogManager, message: Message) -> str | None:
    """Take digits that came as a message, and delete that; None when it is something else."""
    digits = "".join((message.text or "").split()).replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_TYPED):
        return None
    with contextlib.suppress(TelegramBadRequest):  # the person was quicker
        await manager.middleware_data["bot"].delete_message(message.chat.id, message.message_id)
    manager.show_mode = ShowMode.DELETE_AND_SEND
    forget_digits(manager)
    return digits


def attempt(manager: DialogManager) -> str:
    """Name the press or message in hand: worked again it is the same one."""
    event = manager.event
    return event.id if isinstance(event, CallbackQuery) else f"message {getattr(event, 'message_id', 0)}"
