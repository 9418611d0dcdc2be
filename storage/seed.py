"""Filling the store: reference tables, tables of a deployment's own, and the demo clinic.

Each function is one transaction and may be run again at any time.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from storage import freed, nearest
from storage.crypto import Keyring
from storage.database import Database
from storage.demo import clinics, extras, opinions, reserves, shifts
from storage.demo.records import Clinic, House, Person, Work
from storage.reference import reader
from storage.reference.days_off import holidays_of
from storage.reference.reader import Region, Service, Specialty
from storage.reference.tables import Mistake, WrongTable
from storage.states import SlotStatus
from storage.types import Tx, instant


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many rows of each kind are new."""

    regions: int = 0
    specialties: int = 0
    services: int = 0
    facilities: int = 0
    doctors: int = 0
    schedules: int = 0
    slots: int = 0


async def seed_reference(database: Database) -> Seeded:
    """Add the shipped rows that the store has not; what a deployment imported stays."""
    return await database.write(_reference)


async def seed_demo(database: Database, now: datetime) -> Seeded:
    """Add the demo clinic, and times up to 30 days from `now`, each facility's day being that of its zone.

    Only what is missing is added: a later run appends the days that have come into reach and touches no row.
    """
    return await database.write(lambda tx: _demo(tx, database.keyring, now))


async def import_regions(database: Database, path: Path) -> int:
    """Add or overwrite regions by code and return how many the file has.

    Raises WrongTable or OSError, and then nothing is taken.
    """
    rows = await asyncio.to_thread(reader.read_regions, path)
    await database.write(lambda tx: _insert(tx, "region", rows, overwrite=True))
    return len(rows)


async def import_specialties(database: Database, path: Path) -> int:
    """Add or overwrite specialties by code and return how many the file has.

    Raises WrongTable or OSError, and then nothing is taken. Times that exist keep their length.
    """
    rows = await asyncio.to_thread(reader.read_specialties, path)
    await database.write(lambda tx: _insert(tx, "specialty", rows, overwrite=True))
    return len(rows)


async def import_services(database: Database, path: Path) -> int:
    """Add or overwrite services by code and return how many the file has.

    Raises WrongTable or OSError, and then nothing is taken. Visits that are booked keep their length.
    """
    rows = await asyncio.to_thread(reader.read_services, path)

    def work(tx: Tx) -> None:
        known = {code for (code,) in tx.execute("SELECT code FROM specialty").fetchall()}
        unknown = [row for row in rows if row.specialty_code not in known]
        if unknown:
            raise WrongTable(
                [
                    Mistake(
                        path.name, rows.index(row) + 2, "specialty_code",
                        f"a code of the table of specialties, not {row.specialty_code!r}",
                    )
                    for row in unknown
                ]
            )  # fmt: skip
        _insert(tx, "service", rows, overwrite=True)
        tx.execute("UPDATE catalogue_change SET number = number + 1")  # the search reads them anew

    await database.write(work)
    return len(rows)


def _insert(
    tx: Tx,
    table: str,
    rows: Sequence[Region | Specialty | Service | House | Person],
    *,
    overwrite: bool = False,
    **fixed: object,
) -> int:
    """Insert rows by `code`, overwriting known ones or leaving them; returns how many were written."""
    values = [asdict(row) | fixed for row in rows]
    columns = list(values[0])
    updates = ", ".join(f"{column} = excluded.{column}" for column in columns if column != "code")
    written = tx.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(':' + column for column in columns)})"  # noqa: S608
        f" ON CONFLICT (code) DO {'UPDATE SET ' + updates if overwrite else 'NOTHING'}",
        values,
    )
    return written.rowcount


def _reference(tx: Tx) -> Seeded:
    specialties = reader.read_specialties()
    seeded = Seeded(
        regions=_insert(tx, "region", reader.read_regions()),
        specialties=_insert(tx, "specialty", specialties),
        services=_insert(tx, "service", reader.read_services()),
    )
    # rows from before there was this column, and from tables without it
    tx.executemany(
        "UPDATE specialty SET parent_code = :parent_code WHERE code = :code AND parent_code IS NULL",
        [{"code": row.code, "parent_code": row.parent_code} for row in specialties],
    )
    return seeded


def _demo(tx: Tx, keyring: Keyring, now: datetime) -> Seeded:
    reference = _reference(tx)
    clinic = clinics.build(
        {region.code: region for region in reader.read_regions()},
        {specialty.code: specialty for specialty in reader.read_specialties()},
    )
    seeded = Seeded(
        regions=reference.regions,
        specialties=reference.specialties,
        services=reference.services,
        facilities=_insert(tx, "facility", clinic.houses, is_demo=True),
        doctors=_insert(tx, "doctor", clinic.people),
        schedules=_schedules(tx, clinic),
        slots=_slots(tx, clinic, now),
    )
    _complete(tx, clinic)
    opinions.give(tx, keyring, clinic, now)
    nearest.put_all(tx, now)
    return seeded


def _complete(tx: Tx, clinic: Clinic) -> None:
    """Fill what cards say in rows from before there were these columns."""
    tx.executemany(
        "UPDATE facility SET opening_hours = :opening_hours, insurers = :insurers"
        " WHERE code = :code AND is_demo AND opening_hours IS NULL",
        [asdict(house) for house in clinic.houses],
    )
    tx.executemany(
        "UPDATE doctor SET photo = :photo WHERE code = :code AND photo IS NULL",
        [asdict(person) for person in clinic.people],
    )


def _schedules(tx: Tx, clinic: Clinic) -> int:
    return tx.executemany(
        "INSERT INTO schedule (doctor_id, facility_id, specialty_id, region_code, room)"
        " SELECT d.id, f.id, sp.id, f.region_code, :room FROM doctor AS d, facility AS f, specialty AS sp"
        " WHERE d.code = :doctor AND f.code = :facility AND sp.code = :specialty"
        " ON CONFLICT (doctor_id, facility_id, specialty_id) DO NOTHING",
        [
            {
                "doctor": work.doctor_code,
                "facility": work.house.code,
                "specialty": work.specialty_code,
                "room": work.room,
            }
            for work in clinic.works
        ],
    ).rowcount


def _slots(tx: Tx, clinic: Clinic, now: datetime) -> int:
    # the last time tells how far a schedule is filled: days before it may have been changed by hand
    stored = {
        (doctor, facility, specialty): row
        for doctor, facility, specialty, *row in tx.execute(
            "SELECT d.code, f.code, sp.code, sc.id, sp.slot_minutes, f.timezone,"
            " (SELECT MAX(starts_at) FROM slot WHERE schedule_id = sc.id)"
            " FROM facility AS f JOIN schedule AS sc ON sc.facility_id = f.id"
            " JOIN doctor AS d ON d.id = sc.doctor_id JOIN specialty AS sp ON sp.id = sc.specialty_id"
            " WHERE f.is_demo"
        ).fetchall()
    }
    closed = holidays_of(now.year, (now + timedelta(days=shifts.DAYS + 1)).year)

    def rows() -> Iterator[dict[str, Any]]:
        for work in clinic.works:
            row = stored[work.doctor_code, work.house.code, work.specialty_code]
            yield from _of_schedule(work, row, now, closed)

    _reserves(tx, clinic, stored)
    last = tx.execute("SELECT max(id) FROM slot").fetchone()[0] or 0
    written = tx.executemany(
        "INSERT INTO slot (schedule_id, starts_at, minutes, status)"
        " VALUES (:schedule_id, :starts_at, :minutes, :status)",
        rows(),
    ).rowcount
    freed.note_written(tx, last)  # for those who wait
    return written


def _reserves(tx: Tx, clinic: Clinic, stored: dict[tuple[str, str, str], list[Any]]) -> None:
    """Give some doctors a reserve; rules that there are stay."""
    tx.executemany(
        "INSERT INTO reserve (schedule_id, percent, open_days, open_load, on_cancel)"
        " VALUES (?, ?, ?, ?, 1) ON CONFLICT (schedule_id) DO NOTHING",
        [
            (
                stored[work.doctor_code, work.house.code, work.specialty_code][0],
                reserves.PERCENT,
                reserves.OPEN_DAYS,
                reserves.OPEN_LOAD,
            )
            for work in clinic.works
            if reserves.has_reserve(work)
        ],
    )


def _of_schedule(
    work: Work, row: list[Any], now: datetime, closed: frozenset[date]
) -> Iterator[dict[str, Any]]:
    schedule_id, minutes, timezone, last = row
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    first = today
    if last is not None:
        first = max(today, instant(last).astimezone(zone).date() + timedelta(days=1))
    key = f"{extras.SEED} {work.doctor_code} {work.house.code} {work.specialty_code}"
    days = (first, today + timedelta(days=shifts.DAYS))
    has_reserve = reserves.has_reserve(work)
    for at, status in shifts.times(key, work.hours, work.mode, minutes, days, today, zone, closed):
        if has_reserve and status is SlotStatus.FREE:
            ahead = (instant(at).astimezone(zone).date() - today).days
            if reserves.is_reserved(key, at, ahead):
                status = SlotStatus.RESERVED
        yield {"schedule_id": schedule_id, "starts_at": at, "minutes": minutes, "status": int(status)}
