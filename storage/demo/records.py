"""What the demo is made of, by codes: the store gives the ids."""

from dataclasses import dataclass

from storage.demo.shifts import Hours, Mode


@dataclass(frozen=True, slots=True)
class House:
    """A row of the table facility, by codes."""

    code: str
    region_code: str
    name: str
    kind: str
    audience: str
    town: str
    address: str
    phone: str
    timezone: str
    latitude: float
    longitude: float
    official_code: str
    opening_hours: str
    insurers: str


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the table doctor."""

    code: str
    surname: str
    given_name: str
    patronymic: str
    sex: str
    category: str
    education: str
    practising_since: int
    languages: str
    photo: str


@dataclass(frozen=True, slots=True)
class Work:
    """A row of the table schedule, by codes, and the rule by which its times are made."""

    doctor_code: str
    house: House
    specialty_code: str
    room: str
    hours: Hours
    mode: Mode


@dataclass(frozen=True, slots=True)
class Clinic:
    """All of the demo."""

    houses: tuple[House, ...]
    people: tuple[Person, ...]
    works: tuple[Work, ...]
