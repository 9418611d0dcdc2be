"""Finding doctors and facilities by words of their names, over full-text tables that triggers keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.pages import nearest_of_schedule, with_nearest
from storage.types import Tx, epoch, instant

MOST = 300
"""Most rows that one search of names looks at."""


@dataclass(frozen=True, slots=True)
class NamedDoctor:
    """A doctor's schedule that was found by the doctor's name."""

    schedule_id: int
    doctor_id: int
    surname: str
    given_name: str
    patronymic: str
    sex: str
    specialty_id: int
    facility_id: int
    region_code: str


@dataclass(frozen=True, slots=True)
class NamedFacility:
    """A facility that was found by its name, town or address."""

    id: int
    region_code: str
    name: str
    kind: str
    audience: str
    town: str
    address: str


@dataclass(frozen=True, slots=True)
class Town:
    """A town with a facility."""

    region_code: str
    name: str
    region_ru: str
    region_en: str


def change(tx: Tx) -> int:
    """Read the number that grows whenever the catalogue changes."""
    row = tx.execute("SELECT number FROM catalogue_change").fetchone()
    return int(row[0])


def surnames(tx: Tx) -> list[str]:
    """Read every surname of the doctors: to be read again after a change alone."""
    return [row[0] for row in tx.execute("SELECT DISTINCT surname FROM doctor").fetchall()]


def given_names(tx: Tx) -> list[str]:
    """Read every name of the doctors, likewise."""
    return [row[0] for row in tx.execute("SELECT DISTINCT given_name FROM doctor").fetchall()]


def patronymics(tx: Tx) -> list[str]:
    """Read every patronymic of the doctors, likewise."""
    return [row[0] for row in tx.execute("SELECT DISTINCT patronymic FROM doctor").fetchall()]


def towns(tx: Tx) -> list[Town]:
    """Read the towns with a facility, and their regions."""
    rows = tx.execute(
        "SELECT DISTINCT f.region_code, f.town, r.name_ru, r.name_en FROM facility AS f"
        " JOIN region AS r ON r.code = f.region_code"
    ).fetchall()
    return [Town(*row) for row in rows]


def specialties_by_region(tx: Tx) -> list[tuple[int, str]]:
    """Read which specialties are seen in which regions."""
    return tx.execute("SELECT DISTINCT specialty_id, region_code FROM schedule").fetchall()


def _match(words: Sequence[str], column: str = "") -> str:
    """Make a full-text query of folded words: beginnings of words, numbers as they are."""
    terms = [f'"{word}"' + ("" if word.isdecimal() else "*") for word in words]
    return " ".join(f"{column} : {term}" if column else term for term in terms)


def doctors(tx: Tx, words: Sequence[str], region_code: str | None, column: str = "") -> list[NamedDoctor]:
    """Find the doctors whose names have words that begin with all of `words`, in a column or anywhere."""
    rows = tx.execute(
        "SELECT sc.id, d.id, d.surname, d.given_name, d.patronymic, d.sex, sc.specialty_id, sc.facility_id,"
        " sc.region_code FROM doctor_words AS w JOIN doctor AS d ON d.id = w.rowid"
        " JOIN schedule AS sc ON sc.doctor_id = d.id"
        " WHERE doctor_words MATCH :words AND (:region IS NULL OR sc.region_code = :region) LIMIT :most",
        {"words": _match(words, column), "region": region_code, "most": MOST},
    ).fetchall()
    return [NamedDoctor(*row) for row in rows]


def facilities(tx: Tx, words: Sequence[str], region_code: str | None) -> list[NamedFacility]:
    """Find the facilities with words that begin with all of `words`."""
    rows = tx.execute(
        "SELECT f.id, f.region_code, f.name, f.kind, f.audience, f.town, f.address FROM facility_words AS w"
        " JOIN facility AS f ON f.id = w.rowid"
        " WHERE facility_words MATCH :words AND (:region IS NULL OR f.region_code = :region) LIMIT :most",
        {"words": _match(words), "region": region_code, "most": MOST},
    ).fetchall()
    return [NamedFacility(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Card:
    """What a button says of a doctor's schedule, with the nearest free time."""

    schedule_id: int
    surname: str
    given_name: str
    patronymic: str
    specialty_ru: str
    specialty_en: str
    facility: str
    town: str
    address: str
    timezone: str
    nearest_at: datetime | None

    @property
    def short_name(self) -> str:
        """Surname and initials: «Чехова А. П.»."""
        initials = " ".join(f"{part[0]}." for part in (self.given_name, self.patronymic) if part)
        return f"{self.surname} {initials}".strip()


def cards(tx: Tx, schedule_ids: Sequence[int], now: datetime, minutes: int = 0) -> dict[int, Card]:
    """Read what is said of each of a few schedules.

    `minutes`, here and below, is how long the service takes that is looked for; 0: the doctor's usual time.
    """
    found: dict[int, Card] = {}
    for schedule_id in schedule_ids:
        row: Any = tx.execute(
            "SELECT d.surname, d.given_name, d.patronymic, sp.name_ru, sp.name_en, f.name, f.town, f.address,"
            f" f.timezone, {nearest_of_schedule(minutes)}"
            " FROM schedule AS sc JOIN specialty AS sp ON sp.id = sc.specialty_id"
            " JOIN doctor AS d ON d.id = sc.doctor_id"
            " JOIN facility AS f ON f.id = sc.facility_id WHERE sc.id = :id",
            {"id": schedule_id, "now": epoch(now), "length": 60 * minutes},
        ).fetchone()
        if row is not None:
            found[schedule_id] = Card(schedule_id, *with_nearest(row))
    return found


def nearest_of_specialty(
    tx: Tx, specialty_id: int, region_code: str, facility_id: int | None, now: datetime, minutes: int = 0
) -> tuple[datetime, str] | None:
    """Find the nearest free time of a specialty in a region or at a facility, with its zone."""
    row = tx.execute(
        "SELECT first, zone FROM (SELECT f.timezone AS zone,"
        f" {nearest_of_schedule(minutes)} AS first"
        " FROM schedule AS sc JOIN facility AS f ON f.id = sc.facility_id"
        " WHERE sc.specialty_id = :specialty AND sc.region_code = :region"
        " AND (:facility IS NULL OR sc.facility_id = :facility))"
        " WHERE first IS NOT NULL ORDER BY first LIMIT 1",
        {"specialty": specialty_id, "region": region_code, "facility": facility_id, "now": epoch(now)}
        | {"length": 60 * minutes},
    ).fetchone()
    return None if row is None else (instant(row[0]), row[1])


def schedules_of_specialty(
    tx: Tx,
    specialty_id: int,
    region_code: str | None,
    facility_id: int | None,
    now: datetime,
    limit: int,
    minutes: int = 0,
) -> list[int]:
    """List the schedules of a specialty, anywhere or in a region or at a facility, by nearest free time."""
    rows = tx.execute(
        f"SELECT id FROM (SELECT sc.id AS id, {nearest_of_schedule(minutes)} AS first FROM schedule AS sc"
        " WHERE sc.specialty_id = :specialty AND (:region IS NULL OR sc.region_code = :region)"
        " AND (:facility IS NULL OR sc.facility_id = :facility))"
        " ORDER BY first IS NULL, first, id LIMIT :limit",
        {
            "specialty": specialty_id,
            "region": region_code,
            "facility": facility_id,
            "now": epoch(now),
            "limit": limit,
            "length": 60 * minutes,
        },
    ).fetchall()
    return [row[0] for row in rows]


def specialties_at(tx: Tx, facility_id: int) -> set[int]:
    """Read which specialties are seen at a facility."""
    rows = tx.execute(
        "SELECT DISTINCT specialty_id FROM schedule WHERE facility_id = :facility", {"facility": facility_id}
    ).fetchall()
    return {row[0] for row in rows}


def house_words(tx: Tx) -> list[str]:
    """Read the names, towns and addresses of all facilities: to be read again after a change alone."""
    return [
        row[0] for row in tx.execute("SELECT name || ' ' || town || ' ' || address FROM facility").fetchall()
    ]
