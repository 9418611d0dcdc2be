"""What a search is told and what it answers."""

from dataclasses import dataclass
from datetime import datetime

from storage.names import Card
from storage.services import SearchedService


@dataclass(frozen=True, slots=True)
class Asker:
    """What is known of whoever asks; it is used for the order of the hits alone."""

    age: int | None = None
    sex: str | None = None
    region_code: str | None = None
    facility_id: int | None = None


@dataclass(frozen=True, slots=True)
class SpecialtyHit:
    """A specialty, at one facility or in one region where these are known."""

    specialty_id: int
    code: str
    name_ru: str
    name_en: str
    needs_referral: bool
    region_code: str | None = None
    facility_id: int | None = None
    nearest_at: datetime | None = None
    timezone: str = ""
    is_here: bool = True
    """somebody of the region sees patients in it; where no region is known, somebody at all"""
    service: SearchedService | None = None
    """the service of the specialty that was named; None: the usual visit, or it is to be asked"""


@dataclass(frozen=True, slots=True)
class DoctorHit:
    """A doctor's schedule."""

    schedule_id: int
    surname: str
    short_name: str
    specialty_ru: str
    specialty_en: str
    facility: str
    town: str
    address: str
    nearest_at: datetime | None
    timezone: str
    service: SearchedService | None = None
    """what was named, of the several things that this doctor does"""

    @classmethod
    def of_card(cls, card: Card, service: SearchedService | None = None) -> "DoctorHit":
        """Make a hit of what is read for it."""
        return cls(
            card.schedule_id, card.surname, card.short_name, card.specialty_ru, card.specialty_en,
            card.facility, card.town, card.address, card.nearest_at, card.timezone, service,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FacilityHit:
    """A facility."""

    facility_id: int
    region_code: str
    name: str
    town: str
    address: str


@dataclass(frozen=True, slots=True)
class CommandHit:
    """Something that the bot does: «cancel», «visits» …"""

    code: str


Hit = SpecialtyHit | DoctorHit | FacilityHit | CommandHit


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, best first, and what is to be said with it."""

    hits: tuple[Hit, ...] = ()
    dangers: tuple[str, ...] = ()
    """groups of signs of danger; with any, 103 and 112 come first"""
    is_complaint: bool = False
    """found by a complaint: this is not a diagnosis"""
    is_for_child: bool = False
