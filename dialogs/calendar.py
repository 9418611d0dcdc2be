"""Days and times, of one doctor or of several, through a wish; shared by booking and moving."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.fsm.state import State
from aiogram_dialog import DialogManager

from clinic import days, rules, times, wishes
from clinic.days import FreeDay, Look, Nearest, Scope, Time
from clinic.wishes import Wish
from dialogs import cards, navigation
from dialogs.widgets import Choice, OnChoice, shorten_all
from dialogs.wish_words import wish_label, wish_words
from locales import Translator, capital

HALF_A_ROW = 18
"""Longest label of two in a row; small phones cut what is longer."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The windows of a conversation between which days and times lead, and what a chosen time means there."""

    day: State
    calendar: State
    time: State
    on_time: OnChoice
    on_wish: Callable[[DialogManager], Awaitable[None]] | None = None
    """what to do with a wish that was typed, beside showing what fits"""


# --- what is looked at; the dialog's data hold it


FACILITY, REGION = "facility", "region"
"""What `dialog_data["any"]` says where no doctor is chosen: any of the facility, any of its region."""


def look_of(manager: DialogManager) -> Look:
    """Read whose times are looked at; `latest` is kept in epoch seconds."""
    data = manager.dialog_data
    now: datetime = manager.middleware_data["clock"].now()
    latest = data.get("latest")
    wish = wish_of(manager)
    if anybody := data.get("any"):
        scope = Scope(
            specialty_id=data["specialty_id"],
            facility_id=data["facility_id"],
            region=data["region"],
            is_wide=anybody == REGION,
        )
    else:
        scope, wish = Scope(data["schedule_id"]), wishes.hours_alone(wish)
    return Look(
        scope,
        now,
        datetime.fromtimestamp(latest, now.tzinfo) if latest else None,
        wish,
        data.get("minutes", 0),
    )


def wish_of(manager: DialogManager) -> Wish:
    """Read what is wished for in this conversation."""
    return wishes.from_json(manager.dialog_data.get("wish") or {})


def set_wish(manager: DialogManager, wish: Wish) -> None:
    """Keep what is wished for, as long as the conversation lasts."""
    manager.dialog_data["wish"] = wishes.to_json(wish)
    manager.dialog_data.pop("page", None)


def today_of(manager: DialogManager) -> date:
    """Today, where the doctor is."""
    now: datetime = manager.middleware_data["clock"].now()
    return now.astimezone(ZoneInfo(manager.dialog_data["timezone"])).date()


async def nearest_of(manager: DialogManager) -> Nearest:
    """Find the nearest days that may be chosen."""
    return await days.nearest(manager.middleware_data["database"], look_of(manager))


# --- words and buttons


def day_choices(tr: Translator, found: Sequence[FreeDay]) -> list[Choice]:
    """Name the nearest free days: «Вт 24 ноя · 5 мест»; just «Tue 24 Nov · 5» where one would be too long."""
    found = found[: rules.NEAREST_DAYS]
    labels = [
        f"{tr.short_day(day.on)} · {tr.plural('{count} time', '{count} times', day.count)}" for day in found
    ]
    if any(len(label) > HALF_A_ROW for label in labels):
        labels = [f"{tr.short_day(day.on)} · {day.count}" for day in found]
    return [Choice(label, day.on.isoformat()) for label, day in zip(labels, found, strict=True)]


def wish_note(tr: Translator, wish: Wish, hidden: int) -> str:
    """Say what is wished for and how many times that hides; empty where nothing is wished."""
    if not wish:
        return ""
    said = wish_words(tr, wish) or tr("chosen doctors and clinics")
    note = tr.html("🔎 <b>Wishes:</b> {wish}.", wish=said)
    if hidden:
        note += " " + tr.plural("They hide {count} more time.", "They hide {count} more times.", hidden)
    return note


def chip(tr: Translator, wish: Wish) -> list[Choice]:
    """Make the button that takes the wishes off: «✖️ Пн–Пт после 17»."""
    return [Choice(f"✖️ {wish_label(tr, wish)}", "off")] if wish else []


PARTS = ("morning", "afternoon", "evening")


def part_of(at: datetime) -> str:
    """Name the part of the day a wall-clock time lies in: before noon, before five, later."""
    if at.time() < times.NOON:
        return "morning"
    return "afternoon" if at.time() < times.EVENING else "evening"


PAGE = 16
"""Most times on one screen: four rows of four."""
PAGE_OF_ALL = 8
"""The same where each says whose it is: four rows of two."""


async def time_screen(manager: DialogManager, tr: Translator, heading: str) -> dict[str, Any]:
    """Word a day's times, the parts of the day as a row of buttons and the times of one part below them.

    Where several doctors are looked at each time says whose it is.
    """
    data = manager.dialog_data
    look, day = look_of(manager), date.fromisoformat(data["day"])
    found = await days.times_of(manager.middleware_data["database"], look, day)
    present = [part for part in PARTS if any(part_of(time.wall) == part for time in found.times)]
    chosen = data.get("part")
    if chosen not in present:
        chosen = present[0] if present else None
    names = {"morning": tr("Morning"), "afternoon": tr("Daytime"), "evening": tr("Evening")}
    parts = [
        Choice(("• " if part == chosen else "") + names[part], part) for part in present if len(present) > 1
    ]
    text = heading + "\n\n" + tr.html("<b>{day}</b>", day=capital(tr.day(day)))
    note = wish_note(tr, look.wish, found.hidden)
    if found.times:
        first = found.times[0]
        if zone := cards.zone_note(tr, first.free.starts_at, first.seen.timezone):
            text += f" ({zone})"
        text += "\n" + (f"{note}\n" if note else "") + tr("Choose the time:")
    elif found.hidden:
        text += f"\n{note}\n" + tr(
            "None of this day's times fits. Take the wishes off, or choose another day."
        )
    else:
        text += "\n" + tr("No times are left on this day. Please choose another day.")
    of_part = [time for time in found.times if part_of(time.wall) == chosen]
    size = PAGE if look.scope.schedule_id else PAGE_OF_ALL
    last = max(0, len(of_part) - 1) // size
    page = min(data.get("page", 0), last)
    shown = of_part[page * size : (page + 1) * size]
    return {
        "text": text + ("" if look.scope.schedule_id else _whose(tr, shown, look.scope)),
        "parts": parts,
        "choices": _of_one(tr, shown) if look.scope.schedule_id else [],
        "choices_of_all": [] if look.scope.schedule_id else _of_all(tr, shown),
        "chip": chip(tr, look.wish),
        "page": page,
        "has_next": page < last,
    }


def _of_one(tr: Translator, shown: Sequence[Time]) -> list[Choice]:
    return [Choice(tr.time(time.wall), time.free.slot_id) for time in shown]


def _of_all(tr: Translator, shown: Sequence[Time]) -> list[Choice]:
    """Name times with their doctors: «9:20 Чехова А.»."""
    labels = shorten_all([f"{tr.time(time.wall)} {time.seen.doctor_in_brief}" for time in shown], HALF_A_ROW)
    return [Choice(label, time.free.slot_id) for label, time in zip(labels, shown, strict=True)]


_MOST_LINES = 6


def _whose(tr: Translator, shown: Sequence[Time], scope: Scope) -> str:
    """Say at which clinics the shown doctors are, where there is more than one clinic."""
    facilities: dict[str, list[str]] = {}
    for time in shown:
        doctors = facilities.setdefault(time.seen.facility, [])
        if time.seen.doctor not in doctors:
            doctors.append(time.seen.doctor)
    if not scope.is_wide and len(facilities) < 2:
        return ""
    lines = [
        tr.html("• {facility}: {doctors}", facility=name, doctors=", ".join(doctors))
        for name, doctors in list(facilities.items())[:_MOST_LINES]
    ]
    return "\n" + "\n".join(lines)


async def choose_day(manager: DialogManager, value: str, steps: Steps) -> None:
    """Look at the times of a day."""
    manager.dialog_data["day"] = date.fromisoformat(value).isoformat()
    await navigation.go(manager, steps.time)


async def choose_part(manager: DialogManager, value: str) -> None:
    """Look at another part of the day."""
    manager.dialog_data["part"] = value
    manager.dialog_data.pop("page", None)
