"""Reading regions, facilities, specialties and doctors, one page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import orjson

from storage.search import EVERYDAY, queries
from storage.types import Tx, epoch, instant

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list and whether another one follows."""

    items: tuple[T, ...]
    number: int
    has_next: bool


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region that has at least one facility."""

    code: str
    name_ru: str
    name_en: str


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """A facility as lists and cards show it."""

    id: int
    region_code: str
    name: str
    kind: str
    audience: str
    town: str
    address: str
    phone: str
    timezone: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class SpecialtyRow:
    """A specialty at a facility, with its nearest free time there (None: no times)."""

    id: int
    code: str
    name_ru: str
    name_en: str
    audience: str
    needs_referral: bool
    nearest_at: datetime | None


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """A doctor's schedule at a facility, with its nearest free time (None: no times)."""

    schedule_id: int
    doctor_id: int
    surname: str
    given_name: str
    patronymic: str
    category: str
    practising_since: int
    room: str
    nearest_at: datetime | None

    @property
    def full_name(self) -> str:
        """Surname, name, patronymic."""
        return " ".join(filter(None, (self.surname, self.given_name, self.patronymic)))

    @property
    def short_name(self) -> str:
        """Surname and initials: «Чехова А. П.»."""
        initials = " ".join(f"{part[0]}." for part in (self.given_name, self.patronymic) if part)
        return f"{self.surname} {initials}".strip()


_NEAREST_OF_SCHEDULE = """
    (SELECT MIN(starts_at) FROM slot WHERE schedule_id = sc.id AND status = 0 AND starts_at > :now)
"""


def _page(rows: list[T], number: int, size: int) -> Page[T]:
    return Page(tuple(rows[:size]), number, len(rows) > size)


def _window(number: int, size: int) -> dict[str, int]:
    """One row more than a page says whether there is a next one, without counting them all."""
    return {"limit": size + 1, "offset": number * size}


def _with_nearest(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Turn the last column, a nearest free time or nothing, into an instant."""
    *columns, seconds = row
    return *columns, None if seconds is None else instant(seconds)


def regions(tx: Tx, language: str, number: int, size: int, part: str = "") -> Page[RegionRow]:
    """List the regions that have a facility, by name in `language`."""
    everyday = orjson.dumps(EVERYDAY).decode()
    rows: list[Any] = []
    for query in queries(part):
        rows = tx.execute(
            "SELECT code, name_ru, name_en FROM region AS r"
            " WHERE EXISTS (SELECT 1 FROM facility WHERE region_code = r.code)"
            " AND (:part = '' OR has_words(name_ru || ' ' || name_en"
            "  || ' ' || COALESCE(json_extract(:everyday, '$.\"' || code || '\"'), '')"
            "  || ' ' || (SELECT GROUP_CONCAT(town, ' ') FROM facility WHERE region_code = r.code), :part))"
            " ORDER BY CASE :language WHEN 'en' THEN name_en ELSE name_ru END, code"
            " LIMIT :limit OFFSET :offset",
            {"language": language, "part": query, "everyday": everyday, **_window(number, size)},
        ).fetchall()
        if rows:
            break
    return _page([RegionRow(*row) for row in rows], number, size)


_FACILITY = "id, region_code, name, kind, audience, town, address, phone, timezone, is_demo"


def facilities(tx: Tx, region_code: str, number: int, size: int, part: str = "") -> Page[FacilityRow]:
    """List a region's facilities by name."""
    rows: list[Any] = []
    for query in queries(part):
        rows = tx.execute(
            f"SELECT {_FACILITY} FROM facility WHERE region_code = :region"
            " AND (:part = '' OR has_words(name || ' ' || town || ' ' || address, :part))"
            " ORDER BY name, id LIMIT :limit OFFSET :offset",
            {"region": region_code, "part": query, **_window(number, size)},
        ).fetchall()
        if rows:
            break
    return _page([FacilityRow(*row) for row in rows], number, size)


def facility(tx: Tx, facility_id: int) -> FacilityRow | None:
    """Read one facility."""
    row = tx.execute(f"SELECT {_FACILITY} FROM facility WHERE id = :id", {"id": facility_id}).fetchone()
    return row and FacilityRow(*row)


def specialties(
    tx: Tx, facility_id: int, language: str, now: datetime, number: int, size: int, part: str = ""
) -> Page[SpecialtyRow]:
    """List the specialties seen at a facility, by name in `language`."""
    rows: list[Any] = []
    for query in queries(part)[-1:]:  # stems alone: «зубы» is to find what is called «зубной врач» too
        rows = tx.execute(
            "SELECT sp.id, sp.code, sp.name_ru, sp.name_en, sp.audience, sp.needs_referral,"
            f" (SELECT MIN({_NEAREST_OF_SCHEDULE}) FROM schedule AS sc"
            "  WHERE sc.facility_id = :facility AND sc.specialty_id = sp.id)"
            " FROM specialty AS sp"
            " WHERE sp.id IN (SELECT specialty_id FROM schedule WHERE facility_id = :facility)"
            " AND (:part = ''"
            "  OR has_words(sp.name_ru || ' ' || sp.name_en || ' ' || sp.words_ru, :part))"
            " ORDER BY CASE :language WHEN 'en' THEN sp.name_en ELSE sp.name_ru END, sp.id"
            " LIMIT :limit OFFSET :offset",
            {"language": language, "facility": facility_id, "now": epoch(now), "part": query}
            | _window(number, size),
        ).fetchall()
        if rows:
            break
    return _page([SpecialtyRow(*row) for row in map(_with_nearest, rows)], number, size)


@dataclass(frozen=True, slots=True)
class SpecialtyName:
    """A specialty's names and what it asks of a patient."""

    id: int
    code: str
    name_ru: str
    name_en: str
    audience: str
    needs_referral: bool


def specialty(tx: Tx, specialty_id: int) -> SpecialtyName | None:
    """Read one specialty."""
    row = tx.execute(
        "SELECT id, code, name_ru, name_en, audience, needs_referral FROM specialty WHERE id = :id",
        {"id": specialty_id},
    ).fetchone()
    return row and SpecialtyName(*row)


_DOCTOR = f"""
    sc.id, d.id, d.surname, d.given_name, d.patronymic, d.category, d.practising_since, sc.room,
    {_NEAREST_OF_SCHEDULE} AS nearest_at
    FROM schedule AS sc JOIN doctor AS d ON d.id = sc.doctor_id
"""


def doctors(
    tx: Tx,
    facility_id: int,
    specialty_id: int,
    now: datetime,
    number: int,
    size: int,
    part: str = "",
    *,
    without: int = 0,
) -> Page[DoctorRow]:
    """List the doctors of a specialty at a facility, the one with the nearest free time first.

    `without` is a schedule whose doctor is left out.
    """
    rows: list[Any] = []
    for query in queries(part):
        rows = tx.execute(
            f"SELECT {_DOCTOR} WHERE sc.facility_id = :facility AND sc.specialty_id = :specialty"
            " AND sc.id <> :without"
            " AND (:part = '' OR has_words(d.surname || ' ' || d.given_name || ' ' || d.patronymic, :part))"
            " ORDER BY nearest_at IS NULL, nearest_at, d.surname, sc.id LIMIT :limit OFFSET :offset",
            {
                "facility": facility_id,
                "specialty": specialty_id,
                "now": epoch(now),
                "without": without,
                "part": query,
                **_window(number, size),
            },
        ).fetchall()
        if rows:
            break
    return _page([DoctorRow(*row) for row in map(_with_nearest, rows)], number, size)


def has_other_doctor(tx: Tx, schedule_id: int) -> bool:
    """Tell whether another doctor of the same specialty sees patients at the same facility."""
    row = tx.execute(
        "SELECT 1 FROM schedule AS own JOIN schedule AS other"
        " ON other.facility_id = own.facility_id AND other.specialty_id = own.specialty_id"
        " WHERE own.id = :schedule AND other.id <> own.id LIMIT 1",
        {"schedule": schedule_id},
    ).fetchone()
    return row is not None


def doctor(tx: Tx, schedule_id: int, now: datetime) -> DoctorRow | None:
    """Read the doctor of one schedule."""
    row = tx.execute(
        f"SELECT {_DOCTOR} WHERE sc.id = :schedule",
        {"schedule": schedule_id, "now": epoch(now)},
    ).fetchone()
    return row and DoctorRow(*_with_nearest(row))


@dataclass(frozen=True, slots=True)
class Place:
    """Where and with whom a time is: schedule, doctor, facility and specialty in one row."""

    schedule_id: int
    facility: FacilityRow
    specialty_id: int
    specialty_ru: str
    specialty_en: str
    prepare_ru: str
    prepare_en: str
    doctor_surname: str
    doctor_given_name: str
    doctor_patronymic: str
    room: str
    region_timezone: str

    @property
    def doctor(self) -> str:
        """Surname, name, patronymic."""
        return " ".join(filter(None, (self.doctor_surname, self.doctor_given_name, self.doctor_patronymic)))

    @property
    def doctor_short(self) -> str:
        """Surname and initials: «Чехова А. П.»."""
        parts = (self.doctor_given_name, self.doctor_patronymic)
        return f"{self.doctor_surname} {' '.join(f'{part[0]}.' for part in parts if part)}".strip()


def place(tx: Tx, schedule_id: int) -> Place | None:
    """Read what a card says about a schedule."""
    row = tx.execute(
        "SELECT f.id, f.region_code, f.name, f.kind, f.audience, f.town, f.address, f.phone, f.timezone,"
        " f.is_demo, sp.id, sp.name_ru, sp.name_en, sp.prepare_ru, sp.prepare_en,"
        " d.surname, d.given_name, d.patronymic, sc.room, r.timezone"
        " FROM schedule AS sc JOIN facility AS f ON f.id = sc.facility_id"
        " JOIN specialty AS sp ON sp.id = sc.specialty_id JOIN doctor AS d ON d.id = sc.doctor_id"
        " JOIN region AS r ON r.code = f.region_code WHERE sc.id = :schedule",
        {"schedule": schedule_id},
    ).fetchone()
    return row and Place(schedule_id, FacilityRow(*row[:10]), *row[10:])
