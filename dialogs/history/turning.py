"""Turning the pages of a list that is read on from the visit shown last, not by a number of rows."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, DialogProtocol
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.kbd import Keyboard

from clinic.history import Turn
from dialogs.buttons import button

_DATA = "turn"
_NEWER, _OLDER = "newer", "older"


def begin_anew(manager: DialogManager) -> None:
    """Show the beginning again: another list is meant."""
    manager.dialog_data.pop(_DATA, None)


def present(manager: DialogManager) -> tuple[Turn | None, int]:
    """Tell from where the list is read on, and which page of it that is, from 0."""
    kept = manager.dialog_data.get(_DATA)
    if kept is None:
        return None, 0
    way, number, page = kept
    return Turn(number, is_newer=way == _NEWER), page


class Turner(Keyboard):
    """«‹ 2 ›»; the getter's data say between which visits the page lies: `newest`, `oldest`."""

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        newer, older, page = data.get("has_newer"), data.get("has_older"), data.get("page", 0)
        if not newer and not older:
            return []
        prefix = f"{self.widget_id}:"
        back = ("‹", f"{_NEWER}-{data['newest']}-{max(0, page - 1)}") if newer else ("·", "first")
        forth = ("›", f"{_OLDER}-{data['oldest']}-{page + 1}") if older else ("·", "last")
        buttons = (back, (str(page + 1), "here"), forth)
        return [[button(text, prefix + value) for text, value in buttons]]

    async def _process_item_callback(
        self, callback: CallbackQuery, data: str, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        way, _, rest = data.partition("-")
        number, _, page = rest.partition("-")
        if way in (_NEWER, _OLDER) and _is_number(number) and _is_number(page):
            manager.dialog_data[_DATA] = [way, int(number), int(page)]
        return True


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20
