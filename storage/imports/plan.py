"""What an import would change: the tables compared with the store, and nothing written yet."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage.imports import timetable
from storage.imports.files import Files, Key, Row
from storage.imports.timetable import Timetable
from storage.reference.tables import Mistake, WrongTable
from storage.reserve import ReserveRow
from storage.states import SlotStatus
from storage.types import Tx, epoch, instant

BOOKED, HELD, LENGTH, IN_THE_WAY = "booked", "held", "length", "in_the_way"
"""Why a time is not as the table wants it: a visit, somebody who is booking just now, a visit of another
length, and a new time where one of these is."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A time that is left as it is, or left out."""

    doctor: str
    facility: str
    starts_at: datetime
    timezone: str
    why: str


@dataclass(slots=True)
class Plan:
    """What is to be written; rows by code, since new ones have no number yet."""

    new: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    changed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """by table: facility, doctor, schedule; of what is changed the code (or the id) and the new cells"""
    rules: list[tuple[Key, dict[str, Any]]] = field(default_factory=list)
    no_rules: list[int] = field(default_factory=list)
    """schedules that keep nothing closed any more"""
    times: list[tuple[Key, int, int, SlotStatus]] = field(default_factory=list)
    """new ones: instant, minutes"""
    moved: dict[tuple[SlotStatus, SlotStatus], list[int]] = field(default_factory=dict)
    """numbers of times, by what they are and what they become"""
    lengths: list[tuple[int, int]] = field(default_factory=list)
    """minutes, number"""
    kept: list[Kept] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Tell whether all is as the tables say already."""
        rows = [*self.new.values(), *self.changed.values(), *self.moved.values()]
        return not (any(rows) or self.rules or self.no_rules or self.times or self.lengths)


@dataclass(slots=True)
class _Store:
    """What the store has, by codes, and what the tables add to it."""

    regions: dict[str, str]
    specialties: dict[str, int]
    facilities: dict[str, dict[str, Any]]
    doctors: dict[str, dict[str, Any]]
    schedules: dict[Key, tuple[int, str]]
    rules: dict[int, dict[str, Any]]


_FACILITY = (
    "region_code", "name", "kind", "audience", "town", "address", "phone", "timezone", "latitude",
    "longitude", "official_code", "opening_hours", "insurers", "allows_second",
)  # fmt: skip
_DOCTOR = (
    "surname", "given_name", "patronymic", "sex", "category", "education", "practising_since", "languages",
    "photo",
)  # fmt: skip
_RULES = ("percent", "open_days", "open_load", "on_cancel")


def _by_code(tx: Tx, table: str, columns: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    rows = tx.execute(f"SELECT code, {', '.join(columns)} FROM {table}").fetchall()  # noqa: S608
    return {code: dict(zip(columns, values, strict=True)) for code, *values in rows}


def _read(tx: Tx) -> _Store:
    schedules = tx.execute(
        "SELECT d.code, f.code, sp.code, sc.id, sc.room FROM schedule AS sc"
        " JOIN doctor AS d ON d.id = sc.doctor_id JOIN facility AS f ON f.id = sc.facility_id"
        " JOIN specialty AS sp ON sp.id = sc.specialty_id"
    ).fetchall()
    rules = tx.execute(f"SELECT schedule_id, {', '.join(_RULES)} FROM reserve").fetchall()  # noqa: S608
    return _Store(
        dict(tx.execute("SELECT code, timezone FROM region").fetchall()),
        dict(tx.execute("SELECT code, slot_minutes FROM specialty").fetchall()),
        _by_code(tx, "facility", _FACILITY),
        _by_code(tx, "doctor", _DOCTOR),
        {
            (doctor, facility, specialty): (number, room)
            for doctor, facility, specialty, number, room in schedules
        },
        {number: dict(zip(_RULES, values, strict=True)) for number, *values in rules},
    )


def compare(tx: Tx, files: Files, now: datetime) -> Plan:
    """Find what the tables change; raises WrongTable for codes that nobody has."""
    store, plan = _read(tx), Plan()
    mistakes: list[Mistake] = []
    _facilities(store, plan, files, mistakes)
    _doctors(store, plan, files)
    _schedules(store, plan, files, mistakes)
    mistakes += [
        row.mistake("doctor", "a doctor, facility and specialty of a line of schedules.csv or of the store")
        for row in (*files.rows("reserves"), *files.rows("times"))
        if row.key not in store.schedules
    ]
    if mistakes:
        raise WrongTable(mistakes)
    zones = {code: row["timezone"] for code, row in store.facilities.items()}
    tables = timetable.build(files.hours(), zones, store.specialties)
    ruled = _rules(store, plan, files)
    for key in sorted({*tables, *ruled}):
        _times(tx, store, plan, key, tables.get(key), ruled.get(key), now)
    return plan


def _facilities(store: _Store, plan: Plan, files: Files, mistakes: list[Mistake]) -> None:
    for row in files.rows("facilities"):
        cells = dict(row.cells)
        code, region = cells.pop("code"), cells.pop("region")
        if region not in store.regions:
            mistakes.append(row.mistake("region", f"a code of the table of regions, not {region!r}"))
            store.facilities.setdefault(code, {})  # what names it is no mistake
            continue
        known = store.facilities.get(code)
        values: dict[str, Any] = {"region_code": region, **cells}
        if not values.get("timezone"):
            values["timezone"] = known["timezone"] if known else store.regions[region]
        if "one_visit" in values:
            values["allows_second"] = not values.pop("one_visit")
        for name in ("opening_hours", "insurers"):
            if values.get(name) is not None:
                values[name] = json.dumps(values[name], ensure_ascii=False, separators=(",", ":"))
        filled = {"official_code": "", "opening_hours": None, "insurers": None, "allows_second": True}
        _put(plan, "facility", store.facilities, code, values, filled)


def _doctors(store: _Store, plan: Plan, files: Files) -> None:
    for row in files.rows("doctors"):
        values = dict(row.cells)
        code = values.pop("code")
        values["practising_since"] = int(values["practising_since"])
        filled = {"patronymic": "", "category": "", "education": "", "languages": "ru", "photo": ""}
        _put(plan, "doctor", store.doctors, code, values, filled)


def _put(
    plan: Plan,
    table: str,
    known: dict[str, dict[str, Any]],
    code: str,
    values: dict[str, Any],
    filled: Mapping[str, Any],
) -> None:
    """Note a row that is new, with what stands for columns that the file has not, or what changes of it."""
    before = known.get(code)
    if before is None:
        known[code] = {**filled, **values}
        plan.new.setdefault(table, []).append({"code": code, **known[code]})
        return
    changes = {name: value for name, value in values.items() if before[name] != value}
    before.update(changes)
    if changes:
        plan.changed.setdefault(table, []).append({"code": code, **changes})


def _schedules(store: _Store, plan: Plan, files: Files, mistakes: list[Mistake]) -> None:
    known: dict[str, Mapping[str, Any]] = {
        "doctor": store.doctors,
        "facility": store.facilities,
        "specialty": store.specialties,
    }
    for row in files.rows("schedules"):
        unknown = [column for column in known if row.cells[column] not in known[column]]
        if unknown:
            mistakes += [_unknown(row, column) for column in unknown]
            store.schedules.setdefault(row.key, (0, ""))
            continue
        number, room = store.schedules.get(row.key, (0, ""))
        wanted = row.cells.get("room", room)
        if row.key not in store.schedules:
            plan.new.setdefault("schedule", []).append({"key": row.key, "room": wanted})
        elif wanted != room:
            plan.changed.setdefault("schedule", []).append({"id": number, "room": wanted})
        store.schedules[row.key] = (number, wanted)


def _unknown(row: Row, column: str) -> Mistake:
    source = {"doctor": "doctors.csv", "facility": "facilities.csv", "specialty": "the table of specialties"}
    return row.mistake(column, f"a code of {source[column]} or of the store, not {row.cells[column]!r}")


def _rules(store: _Store, plan: Plan, files: Files) -> dict[Key, int]:
    """Note the rules that change; returns the new percents of their schedules."""
    changed: dict[Key, int] = {}
    for row in files.rows("reserves"):
        number = store.schedules[row.key][0]
        values = {name: int(row.cells[name]) for name in _RULES}
        before = store.rules.get(number)
        if not values["percent"]:
            if before is not None:
                plan.no_rules.append(number)
                changed[row.key] = 0
            store.rules.pop(number, None)
        elif before != values:
            plan.rules.append((row.key, values))
            changed[row.key] = values["percent"]
        if values["percent"] and number:
            store.rules[number] = values
    return changed


def _times(
    tx: Tx,
    store: _Store,
    plan: Plan,
    key: Key,
    table: Timetable | None,
    changed_percent: int | None,
    now: datetime,
) -> None:
    """Compare the times of a schedule that are still to come with what they are to be."""
    number = store.schedules[key][0]
    timezone = store.facilities[key[1]]["timezone"]
    zone = ZoneInfo(timezone)
    rules = next((values for ruled, values in plan.rules if ruled == key), store.rules.get(number))
    far = epoch(now + timedelta(days=rules["open_days"])) if rules else 0
    there = tx.execute(
        "SELECT starts_at, id, minutes, status FROM slot WHERE schedule_id = :id AND starts_at > :now"
        " ORDER BY starts_at",
        {"id": number, "now": epoch(now)},
    ).fetchall()

    def is_reserved(at: int) -> bool:
        return rules is not None and at > far and _draw(key, at) < rules["percent"]

    def keep(at: int, why: str) -> None:
        plan.kept.append(Kept(key[0], key[1], instant(at), timezone, why))

    def move(slot: int, status: int, to: SlotStatus) -> None:
        plan.moved.setdefault((SlotStatus(status), to), []).append(slot)

    wanted = dict(table.times) if table else {}
    wanted = {at: minutes for at, minutes in wanted.items() if at > epoch(now)}
    days = table.days if table else set()
    first_day, last_day = (min(days), max(days)) if days else (None, None)

    def is_told(at: int) -> bool:
        if first_day is None or last_day is None:
            return False
        day = datetime.fromtimestamp(at, zone).date()
        return first_day <= day <= last_day and day in days

    told = [row for row in there if is_told(row[0])]
    for at, _, minutes, status in told:
        if status in (SlotStatus.BUSY, SlotStatus.TENTATIVE) and wanted.get(at) != minutes:
            why = BOOKED if status == SlotStatus.BUSY else HELD
            keep(at, LENGTH if at in wanted else why)
            for other in [other for other in _near(wanted, at, minutes) if other != at]:
                keep(other, IN_THE_WAY)
                del wanted[other]
    for at, slot, minutes, status in told:
        is_open = status in (SlotStatus.FREE, SlotStatus.RESERVED)
        length = wanted.pop(at, None)
        if length is None:
            if is_open:
                move(slot, status, SlotStatus.UNAVAILABLE)
            continue
        if status in (SlotStatus.BUSY, SlotStatus.TENTATIVE):
            continue
        if minutes != length:
            plan.lengths.append((length, slot))
        if status == SlotStatus.UNAVAILABLE:
            move(slot, status, SlotStatus.RESERVED if is_reserved(at) else SlotStatus.FREE)
        elif changed_percent is not None:
            _reserve(at, slot, status, is_reserved(at), move)
    if changed_percent is not None:
        for at, slot, _, status in there:
            if not is_told(at):
                _reserve(at, slot, status, is_reserved(at), move)
    plan.times += [
        (key, at, minutes, SlotStatus.RESERVED if is_reserved(at) else SlotStatus.FREE)
        for at, minutes in wanted.items()
    ]


def _reserve(at: int, slot: int, status: int, is_wanted: bool, move: Any) -> None:
    """Close or open a time by rules that have changed."""
    if status == SlotStatus.FREE and is_wanted:
        move(slot, status, SlotStatus.RESERVED)
    elif status == SlotStatus.RESERVED and not is_wanted:
        move(slot, status, SlotStatus.FREE)


def _near(wanted: Mapping[int, int], at: int, minutes: int) -> list[int]:
    """Find the wanted times that would lie within one that is taken."""
    return [
        other
        for other in range(at - 4 * 3600, at + 60 * minutes, 60)
        if other in wanted and other + 60 * wanted[other] > at
    ]


def _draw(key: Key, at: int) -> int:
    """Draw for a time, the same at each import: 0 to 99."""
    return zlib.crc32(f"{'/'.join(key)} {at}".encode()) % 100


def as_rules(schedule_id: int, values: Mapping[str, Any]) -> ReserveRow:
    """Make the row that is written for rules."""
    percent, open_days, open_load, on_cancel = (values[name] for name in _RULES)
    return ReserveRow(schedule_id, percent, open_days, open_load, bool(on_cancel), "")
