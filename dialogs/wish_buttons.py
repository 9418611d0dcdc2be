"""The buttons of a wish's hours: parts of the day, weekdays, sets of weekdays. They change its last row."""

from collections.abc import Sequence
from typing import Any

from aiogram_dialog import DialogManager

from clinic.wishes import WEEKEND, WORKDAYS, Window, editing
from dialogs import calendar
from dialogs.widgets import Choice, Choices
from locales import Translator, later

ROW = "wish_row"
"""Under this key the dialog's data keep where a row begins that «One more» has begun."""
_PARTS = {
    editing.MORNING: later("Morning"), editing.AFTERNOON: later("Daytime"), editing.EVENING: later("Evening"),
}  # fmt: skip
_SETS = {"workdays": WORKDAYS, "weekend": WEEKEND}


def row_start(manager: DialogManager) -> int:
    """Find the row that the buttons change: the last one, or one that «One more» has begun."""
    wish = calendar.wish_of(manager)
    kept = manager.dialog_data.get(ROW)
    return kept if kept is not None and kept <= len(wish.windows) else editing.row_start(wish)


def choices(tr: Translator, row: Sequence[Window]) -> dict[str, Any]:
    """Make the choices of `widgets`, those of the row marked."""
    parts, days = editing.parts_of(row), editing.days_of(row)
    letters = tr.weekday_letters()
    return {
        "parts": [Choice(_mark(part in parts) + tr(name), part) for part, name in _PARTS.items()],
        "weekdays": [Choice(_mark(day in days, "") + letters[day], day) for day in range(7)],
        "sets": [
            Choice(_mark(days == WORKDAYS) + tr("On weekdays"), "workdays"),
            Choice(_mark(days == WEEKEND) + tr("At weekends"), "weekend"),
        ],
    }


def _mark(is_on: bool, blank: str = " ") -> str:
    return f"•{blank}" if is_on else ""


def widgets() -> tuple[Choices, Choices, Choices]:
    """Make the three rows of buttons; each window needs its own."""
    return (
        Choices("p", _choose_part, source="parts", width=3),
        Choices("d", _choose_weekday, source="weekdays", width=7),
        Choices("s", _choose_set, source="sets", width=2),
    )


async def _choose_part(manager: DialogManager, value: str) -> None:
    """Take a part of the day in or out."""
    calendar.set_wish(manager, editing.toggle_part(calendar.wish_of(manager), row_start(manager), value))


async def _choose_weekday(manager: DialogManager, value: str) -> None:
    """Take a weekday in or out."""
    wish = calendar.wish_of(manager)
    calendar.set_wish(manager, editing.toggle_days(wish, row_start(manager), {int(value)}))


async def _choose_set(manager: DialogManager, value: str) -> None:
    """Take all weekdays from Monday to Friday, or the weekend."""
    wish = calendar.wish_of(manager)
    calendar.set_wish(manager, editing.toggle_days(wish, row_start(manager), _SETS[value]))
