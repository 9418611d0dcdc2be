"""The tables of regions, specialties, services and limits: their columns, and where the shipped ones are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from storage.reference import cells
from storage.reference.cells import Parse
from storage.reference.tables import read_rows

FOLDER = Path(__file__).parent
REGIONS = FOLDER / "regions.csv"
SPECIALTIES = FOLDER / "specialties.csv"
LIMITS = FOLDER / "limits.csv"
SERVICES = FOLDER / "services.csv"


@dataclass(frozen=True, slots=True)
class Region:
    """A row of regions.csv."""

    code: str
    name_ru: str
    name_en: str
    timezone: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Specialty:
    """A row of specialties.csv."""

    code: str
    name_ru: str
    name_en: str
    official_name: str
    group_ru: str
    group_en: str
    audience: str
    sex: str
    needs_referral: bool
    slot_minutes: int
    words_ru: str
    prepare_ru: str
    prepare_en: str
    parent_code: str | None = None
    """None: the table has no such column"""


@dataclass(frozen=True, slots=True)
class Limit:
    """A row of limits.csv: how long one may have to wait for a visit, by which rule."""

    code: str
    valid_from: date
    specialties: tuple[str, ...]
    """their codes; `*`: all that no other row names"""
    amount: int
    unit: str
    """hours from the request, working_days after its day, or none: there is no limit"""
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class Service:
    """A row of services.csv; `minutes` is None where a service takes the doctor's usual time."""

    code: str
    specialty_code: str
    name_ru: str
    name_en: str
    kind: str
    minutes: int | None
    needs_referral: bool
    audience: str
    words_ru: str
    prepare_ru: str
    prepare_en: str


_CODE = cells.shaped(r"[a-z][a-z0-9_]{0,31}", "a code of 1 to 32 small letters, digits and underscores")
_REGION: Mapping[str, Parse] = {
    "code": cells.shaped(r"[A-Z0-9][A-Z0-9-]{0,15}", "a code of 1 to 16 capital letters, digits and hyphens"),
    "name_ru": cells.filled("a name", 64),
    "name_en": cells.filled("a name", 64),
    "timezone": cells.zone,
    "latitude": cells.degrees(90),
    "longitude": cells.degrees(180),
}

_SPECIALTY: Mapping[str, Parse] = {
    "code": _CODE,
    "name_ru": cells.filled("a name", 30),
    "name_en": cells.filled("a name", 30),
    "official_name": cells.filled("a name", 100),
    "group_ru": cells.filled("a heading", 30),
    "group_en": cells.filled("a heading", 30),
    "parent_code": cells.shaped(
        r"([a-z][a-z0-9_]{0,31})?", "the code of the specialty of which this is a part, or nothing"
    ),
    "audience": cells.one_of("all", "adult", "child"),
    "sex": cells.one_of("any", "female", "male"),
    "needs_referral": cells.flag,
    "slot_minutes": cells.minutes,
    "words_ru": cells.filled("words", 1000),
    "prepare_ru": cells.filled("advice", 200),
    "prepare_en": cells.filled("advice", 200),
}

_SERVICE: Mapping[str, Parse] = {
    "code": _CODE,
    "specialty_code": _CODE,
    "name_ru": cells.filled("a name", 30),
    "name_en": cells.filled("a name", 30),
    "kind": cells.one_of("first", "repeat", "examination", "procedure", "vaccination", "certificate"),
    "minutes": cells.maybe(cells.minutes, None),
    "needs_referral": cells.flag,
    "audience": cells.one_of("all", "adult", "child"),
    "words_ru": cells.filled("words", 1000),
    "prepare_ru": cells.maybe(cells.filled("advice", 200), ""),
    "prepare_en": cells.maybe(cells.filled("advice", 200), ""),
}


_LIMIT: Mapping[str, Parse] = {
    "code": cells.shaped(r"[a-z][a-z0-9_-]{0,31}", "a code of small letters, digits and hyphens"),
    "valid_from": cells.day,
    "specialties": cells.codes,
    "amount": cells.count,
    "unit": cells.one_of("hours", "working_days", "none"),
    "rule": cells.filled("a rule", 300),
    "source": cells.filled("a source", 400),
}


def read_regions(path: Path = REGIONS) -> tuple[Region, ...]:
    """Read a table of regions; raises WrongTable, and OSError when there is no such file."""
    return tuple(Region(**row) for row in read_rows(path, _REGION, unique=("code", "name_ru", "name_en")))


def read_specialties(path: Path = SPECIALTIES) -> tuple[Specialty, ...]:
    """Read a table of specialties; raises WrongTable, and OSError when there is no such file."""
    return tuple(
        Specialty(**row)
        for row in read_rows(
            path, _SPECIALTY, unique=("code", "name_ru", "name_en"), optional=("parent_code",)
        )
    )


def read_limits(path: Path = LIMITS) -> tuple[Limit, ...]:
    """Read a table of limits; raises WrongTable, and OSError when there is no such file."""
    return tuple(Limit(**row) for row in read_rows(path, _LIMIT, unique=("code",)))


def read_services(path: Path = SERVICES) -> tuple[Service, ...]:
    """Read a table of services; raises WrongTable, and OSError when there is no such file."""
    return tuple(Service(**row) for row in read_rows(path, _SERVICE, unique=("code",)))
