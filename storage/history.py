"""Visits that are over or cancelled, of several patients: the latest first, read on from the last one shown.

One index of `appointment` has all that is filtered by, so neither deep pages nor rare finds read the visits
themselves.
"""

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from storage.states import LIVE, AppointmentStatus
from storage.types import Tx, epoch, instant

DONE, CANCELLED, MISSED, PASSED = "done", "cancelled", "missed", "passed"
"""What became of a visit; «passed»: its time is over and nobody said what became of it.

Such a visit counts as having taken place wherever that matters (ratings, doctors whom one knows): a clinic
that marks nothing does not turn its patients away. Who was there by its end has had the visit.
"""
OUTCOMES = (DONE, PASSED, CANCELLED, MISSED)
_OVER = "(a.status NOT IN (1, 2) OR a.ends_at <= :now)"
_OUTCOMES = {
    DONE: "(a.status = 3 OR (a.status = 2 AND a.ends_at <= :now))",
    CANCELLED: "a.status = 4",
    MISSED: "a.status = 5",
    PASSED: "a.status = 1 AND a.ends_at <= :now",
}
_FIRST, _LAST = 0, 1 << 40


@dataclass(frozen=True, slots=True)
class Filters:
    """Which visits are meant; what is None or empty leaves none out."""

    since: date | None = None
    """the first day, of the facility's own calendar"""
    until: date | None = None
    """the last day"""
    doctor_id: int | None = None
    facility_id: int | None = None
    patient_id: int | None = None
    outcome: str = ""


NO_FILTERS = Filters()
FIELDS = tuple(field.name for field in fields(Filters))


@dataclass(frozen=True, slots=True)
class PastRow:
    """A visit as a list needs it: nothing in it is sealed."""

    id: int
    number: str
    patient_id: int
    schedule_id: int
    service_id: int | None
    status: AppointmentStatus
    starts_at: datetime
    ends_at: datetime

    @property
    def key(self) -> tuple[int, int]:
        """Where it stands in the list."""
        return epoch(self.starts_at), self.id


def outcome(status: AppointmentStatus, ends_at: datetime, now: datetime) -> str:
    """Name what became of a visit; empty for one that is still to end."""
    if status in LIVE and ends_at > now:
        return ""
    if status == AppointmentStatus.BOOKED:
        return PASSED
    return {AppointmentStatus.CANCELLED: CANCELLED, AppointmentStatus.NOSHOW: MISSED}.get(status, DONE)


def past(
    tx: Tx,
    patient_ids: Collection[int],
    filters: Filters,
    now: datetime,
    limit: int,
    key: tuple[int, int] | None = None,
    *,
    is_newer: bool = False,
) -> list[PastRow]:
    """Read the visits that follow a key, or, with `is_newer`, those before it; always the latest first."""
    found = [
        _of_patient(tx, one, filters, now, limit, key, is_newer) for one in _wanted(patient_ids, filters)
    ]
    merged = heapq.merge(*found, key=lambda row: row.key, reverse=not is_newer)
    rows = list(islice(merged, limit))
    return rows[::-1] if is_newer else rows


def _wanted(patient_ids: Collection[int], filters: Filters) -> list[int]:
    return [one for one in patient_ids if filters.patient_id in (None, one)]


def _of_patient(
    tx: Tx,
    patient_id: int,
    filters: Filters,
    now: datetime,
    limit: int,
    key: tuple[int, int] | None,
    is_newer: bool,
) -> list[PastRow]:
    conditions, values = _conditions(tx, filters, now)
    low, high = values["low"], values["high"]
    if key is not None and is_newer:
        conditions.append("(a.starts_at > :key_at OR a.id > :key_id)")
        low = max(low, key[0])
    elif key is not None:
        conditions.append("(a.starts_at < :key_at OR a.id < :key_id)")
        high = min(high, key[0])
    key_at, key_id = key or (0, 0)
    order = "a.starts_at, a.id" if is_newer else "a.starts_at DESC, a.id DESC"
    rows = tx.execute(
        "SELECT a.id, a.number, a.patient_id, a.schedule_id, a.service_id, a.status, a.starts_at, a.ends_at"
        f" FROM appointment AS a WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT :limit",
        values
        | {
            "patient": patient_id,
            "limit": limit,
            "key_at": key_at,
            "key_id": key_id,
            "low": low,
            "high": high,
        },
    ).fetchall()
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> PastRow:
    number, public, patient_id, schedule_id, service_id, status, starts_at, ends_at = row
    return PastRow(
        number,
        public,
        patient_id,
        schedule_id,
        service_id,
        AppointmentStatus(status),
        instant(starts_at),
        instant(ends_at),
    )


def count(tx: Tx, patient_ids: Collection[int], filters: Filters, now: datetime) -> int:
    """Count what the filters leave."""
    conditions, values = _conditions(tx, filters, now)
    found = 0
    for one in _wanted(patient_ids, filters):
        (number,) = tx.execute(
            f"SELECT count(*) FROM appointment AS a WHERE {' AND '.join(conditions)}",
            values | {"patient": one},
        ).fetchone()
        found += number
    return found


def _conditions(tx: Tx, filters: Filters, now: datetime) -> tuple[list[str], dict[str, Any]]:
    conditions = [
        "a.patient_id = :patient",
        "a.starts_at >= :low",
        "a.starts_at <= :high",
        _OUTCOMES.get(filters.outcome, _OVER),
    ]
    values: dict[str, Any] = {
        "now": epoch(now),
        "low": _FIRST,
        "high": _LAST,
        "doctor": filters.doctor_id,
        "facility": filters.facility_id,
    }
    if filters.doctor_id is not None:
        conditions.append("a.schedule_id IN (SELECT id FROM schedule WHERE doctor_id = :doctor)")
    if filters.facility_id is not None:
        conditions.append("a.schedule_id IN (SELECT id FROM schedule WHERE facility_id = :facility)")
    if filters.since is not None or filters.until is not None:
        conditions.append(_IN_PERIOD)
        values |= _period(tx, filters)
    return conditions, values


def _of_zone(name: str) -> str:
    """Pick a value by the facility's zone, or by its region's where no region has that zone."""
    return (
        f"COALESCE(json_extract(:{name}, '$.\"' || f.timezone || '\"'),"
        f" json_extract(:{name}, '$.\"' || r.timezone || '\"'))"
    )


_IN_PERIOD = (
    "EXISTS (SELECT 1 FROM schedule AS sc JOIN facility AS f ON f.id = sc.facility_id"
    " JOIN region AS r ON r.code = f.region_code WHERE sc.id = a.schedule_id"
    f" AND a.starts_at >= {_of_zone('starts')} AND a.starts_at < {_of_zone('ends')})"
)


def _period(tx: Tx, filters: Filters) -> dict[str, Any]:
    """Say when the days begin and end in each zone, and the widest span of all, for the index."""
    zones = [row[0] for row in tx.execute("SELECT DISTINCT timezone FROM region").fetchall()]
    starts = {zone: _midnight(filters.since, zone, _FIRST) for zone in zones}
    until = None if filters.until is None else filters.until + timedelta(days=1)
    ends = {zone: _midnight(until, zone, _LAST) for zone in zones}
    return {
        "starts": orjson.dumps(starts).decode(),
        "ends": orjson.dumps(ends).decode(),
        "low": min(starts.values(), default=_FIRST),
        "high": max(ends.values(), default=_LAST),
    }


def _midnight(day: date | None, zone: str, otherwise: int) -> int:
    return otherwise if day is None else epoch(datetime.combine(day, time(), ZoneInfo(zone)))


def key_of(tx: Tx, appointment_id: int, account_id: int) -> tuple[int, int] | None:
    """Find where a visit of this account stands in the list; None for anybody else's."""
    row = tx.execute(
        "SELECT a.starts_at, a.id FROM appointment AS a JOIN care AS c ON c.patient_id = a.patient_id"
        " WHERE a.id = :id AND c.account_id = :account",
        {"id": appointment_id, "account": account_id},
    ).fetchone()
    return None if row is None else (row[0], row[1])


@dataclass(frozen=True, slots=True)
class Seen:
    """A doctor or a facility where a patient has been."""

    id: int
    name: str


def doctors(tx: Tx, patient_ids: Collection[int], now: datetime) -> list[Seen]:
    """Read the doctors of past visits, by their names."""
    rows = tx.execute(
        "SELECT DISTINCT d.id, d.surname, d.given_name, d.patronymic FROM schedule AS sc"
        " JOIN doctor AS d ON d.id = sc.doctor_id WHERE sc.id IN (SELECT value FROM json_each(:schedules))"
        " ORDER BY d.surname, d.given_name, d.patronymic, d.id",
        {"schedules": _schedules(tx, patient_ids, now)},
    ).fetchall()
    return [Seen(row[0], " ".join(filter(None, row[1:]))) for row in rows]


def facilities(tx: Tx, patient_ids: Collection[int], now: datetime) -> list[Seen]:
    """Read the facilities of past visits, by their names."""
    rows = tx.execute(
        "SELECT DISTINCT f.id, f.name FROM schedule AS sc JOIN facility AS f ON f.id = sc.facility_id"
        " WHERE sc.id IN (SELECT value FROM json_each(:schedules)) ORDER BY f.name, f.id",
        {"schedules": _schedules(tx, patient_ids, now)},
    ).fetchall()
    return [Seen(*row) for row in rows]


def _schedules(tx: Tx, patient_ids: Collection[int], now: datetime) -> str:
    return orjson.dumps(sorted(set(_schedules_of(tx, patient_ids, now)))).decode()


def _schedules_of(tx: Tx, patient_ids: Collection[int], now: datetime) -> Iterator[int]:
    for one in patient_ids:
        rows = tx.execute(
            f"SELECT DISTINCT a.schedule_id FROM appointment AS a WHERE a.patient_id = :patient AND {_OVER}",
            {"patient": one, "now": epoch(now)},
        ).fetchall()
        yield from (row[0] for row in rows)


def schedules(tx: Tx, filters: Filters) -> set[int] | None:
    """Read the schedules of the doctor and the facility that are meant; None where neither is named."""
    if filters.doctor_id is None and filters.facility_id is None:
        return None
    rows = tx.execute(
        "SELECT id FROM schedule WHERE (:doctor IS NULL OR doctor_id = :doctor)"
        " AND (:facility IS NULL OR facility_id = :facility)",
        {"doctor": filters.doctor_id, "facility": filters.facility_id},
    ).fetchall()
    return {row[0] for row in rows}
