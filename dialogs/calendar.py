"""Days and times of one doctor, shared by booking and moving."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.fsm.state import State
from aiogram.types import InlineKeyboardButton, KeyboardButton, Message
from aiogram_dialog import DialogManager, DialogProtocol
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.kbd import Keyboard

from clinic import rules, times
from clinic.times import FreeDay
from dialogs import cards, navigation, typing
from dialogs.widgets import Choice, OnChoice
from locales import Translator, capital
from storage.times import FreeTime

GRID_DAYS = 14
HALF_A_ROW = 18
"""Longest label of two in a row; small phones cut what is longer."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The windows of a conversation between which days and times lead, and what a chosen time means there."""

    day: State
    calendar: State
    time: State
    on_time: OnChoice


@dataclass(frozen=True, slots=True)
class Range:
    """The doctor whose days are looked at and the span they may lie in."""

    schedule_id: int
    timezone: str
    now: datetime
    latest: datetime
    minutes: int
    """how long the service takes; 0: one time"""

    @property
    def today(self) -> date:
        """Today, where the doctor is."""
        return self.now.astimezone(ZoneInfo(self.timezone)).date()


def looked_at(manager: DialogManager) -> Range:
    """Read from the dialog whose days are looked at; `latest` is kept there in epoch seconds."""
    data = manager.dialog_data
    now: datetime = manager.middleware_data["clock"].now()
    latest = data.get("latest")
    return Range(
        data["schedule_id"],
        data["timezone"],
        now,
        datetime.fromtimestamp(latest, now.tzinfo) if latest else now + rules.LOOK_AHEAD,
        data.get("minutes", 0),
    )


async def days_of(manager: DialogManager) -> list[FreeDay]:
    """Count the free times of each day that may be chosen."""
    span = looked_at(manager)
    number = (span.latest.astimezone(ZoneInfo(span.timezone)).date() - span.today).days + 1
    database = manager.middleware_data["database"]
    return await times.free_days(database, span.schedule_id, span.timezone, span.now, number, span.minutes)


def day_choices(tr: Translator, days: list[FreeDay]) -> list[Choice]:
    """Name the nearest free days: «Вт 24 ноя · 5 мест»; just «Tue 24 Nov · 5» where one would be too long."""
    days = days[: rules.NEAREST_DAYS]
    labels = [
        f"{tr.short_day(day.on)} · {tr.plural('{count} time', '{count} times', day.count)}" for day in days
    ]
    if any(len(label) > HALF_A_ROW for label in labels):
        labels = [f"{tr.short_day(day.on)} · {day.count}" for day in days]
    return [Choice(label, day.on.isoformat()) for label, day in zip(labels, days, strict=True)]


class Grid(Keyboard):
    """Two weeks as seven columns of digits; a free day is a button, the others are dots that say why."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(id="grid")
        self._steps = steps

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        tr: Translator = manager.middleware_data["tr"]
        span = looked_at(manager)
        monday = _grid_start(manager, span)
        free = {day.on: day.count for day in await days_of(manager)}
        last = span.latest.astimezone(ZoneInfo(span.timezone)).date()
        prefix = f"{self.widget_id}:"
        rows: RawKeyboard = [[_button(letters, f"{prefix}weekday") for letters in tr.weekday_letters()]]
        for week in range(GRID_DAYS // 7):
            row: list[InlineKeyboardButton | KeyboardButton] = []
            for weekday in range(7):
                day = monday + timedelta(days=week * 7 + weekday)
                is_free = day in free
                row.append(
                    _button(
                        f"{day.day}" if is_free else "·",
                        f"{prefix}{day.isoformat()}" if is_free else f"{prefix}none{day.isoformat()}",
                    )
                )
            rows.append(row)
        earlier = monday - timedelta(days=GRID_DAYS)
        later = monday + timedelta(days=GRID_DAYS)
        first = span.today - timedelta(days=span.today.weekday())
        turns: list[InlineKeyboardButton | KeyboardButton] = []
        if earlier >= first:
            turns.append(_button(f"‹ {_day_of(tr, earlier)}", f"{prefix}from{earlier.isoformat()}"))
        if later <= last:
            turns.append(_button(f"{_day_of(tr, later)} ›", f"{prefix}from{later.isoformat()}"))
        if turns:
            rows.append(turns)
        return rows

    async def _process_item_callback(
        self, callback: Any, data: str, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        if data.startswith("from"):
            manager.dialog_data["grid"] = data.removeprefix("from")
        elif data == "weekday":
            tr: Translator = manager.middleware_data["tr"]
            manager.dialog_data["hint"] = tr("Press a number: it is a day with free times.")
        elif data.startswith("none"):
            hint_no_times(manager, date.fromisoformat(data.removeprefix("none")))
        else:
            await choose_day(manager, data, self._steps)
        return True


def _button(text: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data)


def _day_of(tr: Translator, monday: date) -> str:
    """Name the Monday that a page begins with, «24 ноя»: two of them share a row."""
    return tr.short_day(monday).split(" ", 1)[1]


def _grid_start(manager: DialogManager, span: Range) -> date:
    kept = manager.dialog_data.get("grid")
    first = span.today - timedelta(days=span.today.weekday())
    return max(first, date.fromisoformat(kept)) if kept else first


def grid_title(manager: DialogManager, tr: Translator) -> str:
    """Name the month or months that the grid shows: «Ноябрь — декабрь 2026»."""
    start = _grid_start(manager, looked_at(manager))
    return tr.months(start, start + timedelta(days=GRID_DAYS - 1))


def hint_no_times(manager: DialogManager, day: date) -> None:
    """Say above the window that a day is full, closed or over."""
    tr: Translator = manager.middleware_data["tr"]
    manager.dialog_data["hint"] = tr.html("There are no free times on {day}.", day=tr.accusative_day(day))


async def choose_day(manager: DialogManager, value: str, steps: Steps) -> None:
    """Look at the times of a day."""
    manager.dialog_data["day"] = date.fromisoformat(value).isoformat()
    await navigation.go(manager, steps.time)


async def times_of_day(manager: DialogManager) -> list[FreeTime]:
    """Read the free times of the day that is looked at."""
    span = looked_at(manager)
    day = date.fromisoformat(manager.dialog_data["day"])
    database = manager.middleware_data["database"]
    found = await times.free_times(database, span.schedule_id, span.timezone, day, span.now, span.minutes)
    return [free for free in found if free.starts_at <= span.latest]


PARTS = ("morning", "afternoon", "evening")


def part_of(at: datetime) -> str:
    """Name the part of the day a wall-clock time lies in: before noon, before five, later."""
    if at.time() < times.NOON:
        return "morning"
    return "afternoon" if at.time() < times.EVENING else "evening"


PAGE = 24
"""Most times on one screen: six rows of four."""


async def time_screen(manager: DialogManager, tr: Translator, heading: str) -> dict[str, Any]:
    """Word a day's times, the parts of the day as a row of buttons and the times of one part below them."""
    span = looked_at(manager)
    day = date.fromisoformat(manager.dialog_data["day"])
    free = await times_of_day(manager)
    walls = [(cards.local(item.starts_at, span.timezone), item) for item in free]
    present = [part for part in PARTS if any(part_of(wall) == part for wall, _ in walls)]
    chosen = manager.dialog_data.get("part")
    if chosen not in present:
        chosen = present[0] if present else None
    names = {"morning": tr("Morning"), "afternoon": tr("Daytime"), "evening": tr("Evening")}
    parts = [
        Choice(("• " if part == chosen else "") + names[part], part) for part in present if len(present) > 1
    ]
    text = heading + "\n\n" + tr.html("<b>{day}</b>", day=capital(tr.day(day)))
    if walls:
        if note := cards.zone_note(tr, free[0].starts_at, span.timezone):
            text += f" ({note})"
        text += "\n" + tr("Choose the time:")
    else:
        text += "\n" + tr("No times are left on this day. Please choose another day.")
    choices = [Choice(tr.time(wall), item.slot_id) for wall, item in walls if part_of(wall) == chosen]
    last = max(0, len(choices) - 1) // PAGE
    page = min(manager.dialog_data.get("page", 0), last)
    return {
        "text": text,
        "parts": parts,
        "choices": choices[page * PAGE : (page + 1) * PAGE],
        "page": page,
        "has_next": page < last,
    }


async def choose_part(manager: DialogManager, value: str) -> None:
    """Look at another part of the day."""
    manager.dialog_data["part"] = value
    manager.dialog_data.pop("page", None)


def understand_day(steps: Steps) -> Any:
    """Make the reader of typed days for a conversation."""

    async def understand(manager: DialogManager, message: Message) -> bool:
        day = message.text and typing.parse_day(message.text, looked_at(manager).today)
        if not day:
            return False
        if any(free.on == day for free in await days_of(manager)):
            await choose_day(manager, day.isoformat(), steps)
        else:
            hint_no_times(manager, day)
        return True

    return understand


def understand_time(steps: Steps) -> Any:
    """Make the reader of typed times (or another day) for a conversation."""
    as_day = understand_day(steps)

    async def understand(manager: DialogManager, message: Message) -> bool:
        wanted = message.text and typing.parse_time(message.text)
        if not wanted:
            return bool(await as_day(manager, message))
        tr: Translator = manager.middleware_data["tr"]
        timezone = looked_at(manager).timezone
        for free in await times_of_day(manager):
            if cards.local(free.starts_at, timezone).time() == wanted:
                await steps.on_time(manager, str(free.slot_id))
                return True
        if not await as_day(manager, message) or "hint" in manager.dialog_data:  # «5.06» may be either
            manager.dialog_data["hint"] = tr("The time {time} is not free.", time=tr.time(wanted))
        return True

    return understand
