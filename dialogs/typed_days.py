"""What is typed where days or times are shown: a day, a time, or a wish in plain words."""

from dataclasses import replace
from datetime import date
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import days, wishes
from dialogs import calendar, grid, typing
from dialogs.calendar import Steps
from locales import Translator


def understand_day(steps: Steps) -> Any:
    """Make the reader of typed days for a conversation; other plain words are a wish."""

    async def understand(manager: DialogManager, message: Message) -> bool:
        day = message.text and typing.parse_day(message.text, calendar.today_of(manager))
        if day:
            await grid.open_or_hint(manager, day, steps)
            return True
        if not message.text or not take_wish(manager, message.text):
            return False
        if steps.on_wish is not None:
            await steps.on_wish(manager)
        return True

    return understand


def understand_time(steps: Steps) -> Any:
    """Make the reader of typed times (or another day, or a wish) for a conversation."""
    as_day = understand_day(steps)

    async def understand(manager: DialogManager, message: Message) -> bool:
        wanted = message.text and typing.parse_time(message.text)
        if not wanted:
            return bool(await as_day(manager, message))
        tr: Translator = manager.middleware_data["tr"]
        look = calendar.look_of(manager)
        day = date.fromisoformat(manager.dialog_data["day"])
        everything = days.Look(
            look.scope, look.now, look.latest, minutes=look.minutes
        )  # what is typed whole may lie outside a wish
        found = await days.times_of(manager.middleware_data["database"], everything, day)
        for time in found.times:
            if time.wall.time() == wanted:
                await steps.on_time(manager, str(time.free.slot_id))
                return True
        if not await as_day(manager, message) or "hint" in manager.dialog_data:  # «5.06» may be either
            manager.dialog_data["hint"] = tr("The time {time} is not free.", time=tr.time(wanted))
        return True

    return understand


def take_wish(manager: DialogManager, text: str) -> bool:
    """Take plain words as a wish in place of the one before; the window says back what was understood."""
    found, rest = wishes.parse(text, calendar.today_of(manager))
    if not found:
        return False
    tr: Translator = manager.middleware_data["tr"]
    known = calendar.wish_of(manager)
    calendar.set_wish(
        manager,
        replace(
            known,
            windows=found.windows or known.windows,
            least_notice=found.least_notice or known.least_notice,
        ),
    )
    hint = tr("Your wishes are noted.")
    if rest:
        hint += " " + tr.html("I did not understand «{rest}».", rest=rest[:40])
    manager.dialog_data["hint"] = hint
    return True
