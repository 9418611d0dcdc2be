"""A clinic with a house in each of Russia's eleven zones, and in foreign ones that change their clocks."""

import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.types import epoch

RUSSIA = [
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
    "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
]  # fmt: skip
CHANGING = [
    "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca",
]  # fmt: skip
ZONES = RUSSIA + CHANGING
HOURS = [(0, 30), (2, 30), (9, 20), (14, 40), (23, 50)]
"""When visits begin; the nights are there for the clocks that are changed in them."""


def fill(tx: sqlite3.Connection, first: date, days: int) -> dict[int, tuple[str, date, str]]:
    """Write it; returns for each instant's slot the schedule's wall time as the timetable had it.

    Times that a change of clocks leaves out are not written, those that come twice are written twice.
    """
    tx.execute(
        "INSERT INTO specialty (id, code, name_ru, name_en, official_name, group_ru, group_en, audience, sex,"
        " needs_referral, slot_minutes, words_ru, prepare_ru, prepare_en) VALUES (1, 'therapist', 'Терапевт',"
        " 'Therapist', 'врач-терапевт', 'Общие', 'General', 'all', 'any', 0, 30, '', '', '')"
    )
    walls: dict[int, tuple[str, date, str]] = {}
    number = 0
    for house, zone in enumerate(ZONES, 1):
        tx.execute("INSERT INTO region VALUES (?, ?, ?, ?, 0, 0)", (f"R{house}", zone, zone, zone))
        tx.execute(
            "INSERT INTO facility (id, code, region_code, name, kind, audience, town, address, phone,"
            " timezone, latitude, longitude, official_code, is_demo) VALUES"
            " (?, ?, ?, ?, 'polyclinic', 'all', 'Город', 'ул. Садовая, 5', '+7 495 000-00-00', ?, 0, 0, '',"
            " 1)",
            (house, f"h{house}", f"R{house}", f"Поликлиника № {house}", zone),
        )
        tx.execute(
            "INSERT INTO doctor (id, code, surname, given_name, patronymic, sex, category, education,"
            " practising_since, languages) VALUES (?, ?, 'Чехов', 'Антон', 'Павлович', 'male', '', '', 2005,"
            " 'ru')",
            (house, f"d{house}"),
        )
        tx.execute("INSERT INTO schedule VALUES (?, ?, ?, 1, ?, '214')", (house, house, house, f"R{house}"))
        slots = []
        for day in (first + timedelta(days=after) for after in range(days)):
            for hour, minute in HOURS:
                for at in instants(datetime.combine(day, time(hour, minute)), ZoneInfo(zone)):
                    number += 1
                    walls[number] = (zone, day, f"{hour}:{minute:02}")
                    slots.append((number, house, epoch(at)))
        tx.executemany(
            "INSERT INTO slot (id, schedule_id, starts_at, minutes, status) VALUES (?, ?, ?, 30, 0)", slots
        )
    return walls


def instants(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """Find when a clock in a zone shows that: never, once, or twice."""
    found = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in found if at.astimezone(zone).replace(tzinfo=None) == wall)
