"""Doctors of a list by their first time that fits: what is wished for, and the day that was looked at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from aiogram_dialog import DialogManager

from clinic import days
from clinic.days import Look, Scope
from dialogs import calendar
from storage.doctors import DoctorRow
from storage.pages import Page

MOST = 200
"""Most doctors of a specialty at a facility that are compared."""


def day_of(manager: DialogManager) -> date | None:
    """Tell on which day another doctor is looked for, where it was a day's times that led here."""
    day = manager.dialog_data.get("doctors_on")
    return date.fromisoformat(day) if day else None


def is_needed(manager: DialogManager) -> bool:
    """Tell whether doctors have to be compared one by one."""
    return bool(calendar.wish_of(manager)) or day_of(manager) is not None


async def compared(
    manager: DialogManager, rows: Sequence[DoctorRow], number: int, size: int
) -> Page[DoctorRow]:
    """Put first who has times on the day, then who has them later; None stands for nothing that fits."""
    data = manager.dialog_data
    database = manager.middleware_data["database"]
    scope = Scope(specialty_id=data["specialty_id"], facility_id=data["facility_id"], region=data["region"])
    now: datetime = manager.middleware_data["clock"].now()
    look = Look(scope, now, wish=calendar.wish_of(manager), minutes=data.get("minutes", 0))
    day = day_of(manager)
    on_day = await days.by_doctor(database, look, day) if day is not None else {}
    later = await days.by_doctor(database, look)
    found = []
    for row in rows:
        free = on_day.get(row.schedule_id) or later.get(row.schedule_id)
        found.append(replace(row, nearest_at=None if free is None else free.starts_at))
    never = datetime.max.replace(tzinfo=now.tzinfo)
    found.sort(key=lambda row: (row.schedule_id not in on_day, row.nearest_at or never, row.surname))
    begin = number * size
    return Page(tuple(found[begin : begin + size]), number, len(found) > begin + size)
