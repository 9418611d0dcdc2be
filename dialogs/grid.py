"""Two weeks of a calendar, as seven columns of digits: free, few, none, not open yet, told by signs."""

from datetime import date, timedelta
from typing import Any

from aiogram.types import InlineKeyboardButton, KeyboardButton
from aiogram_dialog import DialogManager, DialogProtocol
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.kbd import Keyboard

from clinic import days
from clinic.days import Day, Page, State
from dialogs import calendar
from dialogs.buttons import button
from dialogs.calendar import Steps
from locales import Translator, later

GRID_DAYS = 14
_SIGNS = {
    State.FREE: "{day}", State.FEW: "{day}!", State.OUTSIDE: "({day})", State.FULL: "×",
    State.NOT_OPEN: "?", State.NONE: "·",
}  # fmt: skip
_LEGEND = {
    State.FREE: later("<b>24</b> times are free"),
    State.FEW: later("<b>24!</b> three or fewer"),
    State.OUTSIDE: later("<b>(24)</b> none fits the wishes"),
    State.FULL: later("<b>×</b> all taken"),
    State.NOT_OPEN: later("<b>?</b> not open yet"),
    State.NONE: later("<b>·</b> nobody is seen"),
}


async def grid_screen(manager: DialogManager, tr: Translator, heading: str) -> dict[str, Any]:
    """Word the two weeks that are looked at: their months, what the signs mean, how far the times go."""
    look = calendar.look_of(manager)
    start = _grid_start(manager)
    page = await days.page(manager.middleware_data["database"], look, start, GRID_DAYS)
    lines = [heading, tr.months(start, start + timedelta(days=GRID_DAYS - 1)), ""]
    if note := calendar.wish_note(tr, look.wish, sum(day.hidden for day in page.days)):
        lines.append(note)
    present = {day.state for day in page.days} | {State.FREE}
    lines.append("; ".join(tr(words) for state, words in _LEGEND.items() if state in present) + ".")
    if look.latest is None and page.last > start:
        lines.append(tr("The timetable goes up to {day}.", day=tr.bare_day(page.last)))
    return {"text": "\n".join(lines), "grid": page, "chip": calendar.chip(tr, look.wish)}


class Grid(Keyboard):
    """The days of a page, the names of weekdays above them, a fortnight back and forth below."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(id="grid")
        self._steps = steps

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        tr: Translator = manager.middleware_data["tr"]
        page: Page = data["grid"]
        prefix = f"{self.widget_id}:"
        rows: RawKeyboard = [[button(letters, f"{prefix}weekday") for letters in tr.weekday_letters()]]
        buttons: list[InlineKeyboardButton | KeyboardButton] = [_day(day, prefix) for day in page.days]
        rows += [buttons[at : at + 7] for at in range(0, len(buttons), 7)]
        monday = page.days[0].on
        earlier, afterwards = monday - timedelta(days=GRID_DAYS), monday + timedelta(days=GRID_DAYS)
        turns: list[InlineKeyboardButton | KeyboardButton] = []
        if earlier >= _monday(calendar.today_of(manager)):
            turns.append(button(f"‹ {_day_of(tr, earlier)}", f"{prefix}from{earlier.isoformat()}"))
        if afterwards <= page.last:
            turns.append(button(f"{_day_of(tr, afterwards)} ›", f"{prefix}from{afterwards.isoformat()}"))
        return [*rows, turns] if turns else rows

    async def _process_item_callback(
        self, callback: Any, data: str, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        if data.startswith("from"):
            manager.dialog_data["grid"] = data.removeprefix("from")
        elif data == "weekday":
            tr: Translator = manager.middleware_data["tr"]
            manager.dialog_data["hint"] = tr("Press a number: it is a day with free times.")
        elif data.startswith("none"):
            await open_or_hint(manager, date.fromisoformat(data.removeprefix("none")), self._steps)
        else:
            await calendar.choose_day(manager, data, self._steps)
        return True


def _day(day: Day, prefix: str) -> InlineKeyboardButton:
    sign = _SIGNS[day.state].format(day=day.on.day)
    is_open = day.state in (State.FREE, State.FEW)
    return button(sign, f"{prefix}{'' if is_open else 'none'}{day.on.isoformat()}")


def _day_of(tr: Translator, monday: date) -> str:
    """Name the Monday that a page begins with, «24 ноя»: two of them share a row."""
    return tr.short_day(monday).split(" ", 1)[1]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _grid_start(manager: DialogManager) -> date:
    kept = manager.dialog_data.get("grid")
    first = _monday(calendar.today_of(manager))
    return max(first, date.fromisoformat(kept)) if kept else first


async def open_or_hint(manager: DialogManager, day: date, steps: Steps) -> None:
    """Look at the times of a day; where there are none that fit, say why above the window."""
    database = manager.middleware_data["database"]
    (found,) = (await days.page(database, calendar.look_of(manager), day, 1)).days
    if found.count:
        await calendar.choose_day(manager, day.isoformat(), steps)
        return
    tr: Translator = manager.middleware_data["tr"]
    on = tr.accusative_day(day)
    match found.state:
        case State.OUTSIDE:
            hint = tr.plural(
                "On {day}, {count} time is free, but outside of your wishes.",
                "On {day}, {count} times are free, but outside of your wishes.",
                found.hidden,
                day=on,
            )
        case State.NOT_OPEN:
            hint = tr("Booking for {day}, is not open yet. Please look again later.", day=on)
        case State.FULL:
            hint = tr("All times on {day}, are taken.", day=on)
        case _:
            hint = tr.html("There are no free times on {day}.", day=on)
    manager.dialog_data["hint"] = hint
