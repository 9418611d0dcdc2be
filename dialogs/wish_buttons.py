"""The buttons of a wish: parts of the day, weekdays, sets of weekdays, notice. They change its last row."""

from collections.abc import Sequence
from typing import Any

from aiogram_dialog import DialogManager

from clinic import finding
from clinic.wishes import WEEKEND, WORKDAYS, Window, editing
from dialogs import calendar, cards, typed_days
from dialogs.widgets import Choice, Choices, shorten
from dialogs.wish_words import notice_words, wish_words
from locales import Translator, later

ROW = "wish_row"
"""Under this key the dialog's data keep where a row begins that «Or one more» has begun."""
_PARTS = {
    editing.MORNING: later("Morning"), editing.AFTERNOON: later("Daytime"), editing.EVENING: later("Evening"),
}  # fmt: skip
MORE, CLEAR = "more", "clear"
"""What the tools below the hours do."""
_SETS = {"workdays": WORKDAYS, "weekend": WEEKEND}


def row_start(manager: DialogManager) -> int:
    """Find the row that the buttons change: the last one, or one that «Or one more» has begun."""
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


async def window(manager: DialogManager, tr: Translator) -> dict[str, Any]:
    """Show what is wished for, what comes of it, and the buttons of its last row."""
    wish = calendar.wish_of(manager)
    start = row_start(manager)
    row = wish.windows[start:]
    said = wish_words(tr, wish)
    lines = [tr("<b>When would it suit you?</b>")]
    if said:
        lines.append(tr.html("Now: {wish}.", wish=said))
    if start and not row:
        lines.append(tr("Choose one more time, it holds beside the one before."))
    lines.append(await outcome(manager, tr))
    lines.append(tr("Press, or type: «weekdays after 5 pm, except Thursday»."))
    notice = notice_words(tr, wish.least_notice) if wish.least_notice else tr("not sooner than …")
    tools = [Choice(tr("➕ Or one more"), MORE)] if row else []
    if wish:
        tools.append(Choice(tr("✖️ Take all off"), CLEAR))
    return {
        "text": "\n\n".join(lines),
        **choices(tr, row),
        "notice": [Choice(shorten(f"⏱ {notice}"), "next")],
        "tools": tools,
    }


async def outcome(manager: DialogManager, tr: Translator) -> str:
    """Say what comes of the wish: the nearest time that fits, and how many it hides."""
    found = await calendar.nearest_of(manager)
    hidden = (
        " " + tr.plural("They hide {count} more time.", "They hide {count} more times.", found.hidden)
        if found.hidden
        else ""
    )
    if found.first is None:
        return tr("Nothing fits now.") + hidden
    place = await finding.place(manager.middleware_data["database"], found.first.schedule_id)
    when = cards.short_day_and_time(tr, found.first.starts_at, place.facility.timezone)
    return tr.html("The nearest that fits: {when}.", when=when) + hidden


async def choose_notice(manager: DialogManager, value: str) -> None:
    """Go on to the next least notice."""
    calendar.set_wish(manager, editing.next_notice(calendar.wish_of(manager)))


def begin_row(manager: DialogManager) -> None:
    """Begin one more window, joined by OR."""
    manager.dialog_data[ROW] = len(calendar.wish_of(manager).windows)


def take_words(manager: DialogManager, words: str) -> bool:
    """Take plain words: as the window that «Or one more» began, else in place of those before."""
    known, start = calendar.wish_of(manager), row_start(manager)
    if not words or not typed_days.take_wish(manager, words):
        return False
    if start and start == len(known.windows):
        found = calendar.wish_of(manager)
        calendar.set_wish(manager, editing.joined(known, found) if found.windows != known.windows else found)
    manager.dialog_data.pop(ROW, None)
    return True


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
