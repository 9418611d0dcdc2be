"""Looking through the catalogue: regions, facilities, specialties, doctors, a page at a time."""

from datetime import datetime
from typing import TypeVar

from clinic.errors import NotFound
from storage import doctor_cards, facility_lists, nearest, places, specialty_lists, times
from storage import doctors as stored_doctors
from storage import facilities as stored_facilities
from storage import regions as stored_regions
from storage import specialties as stored_specialties
from storage.database import Database
from storage.doctor_cards import DoctorCard
from storage.doctors import NO_FILTERS as NO_DOCTOR_FILTERS
from storage.doctors import DoctorFilters, DoctorRow
from storage.facilities import FacilityCard, FacilityRow
from storage.facility_lists import NO_FILTERS, FacilityEntry, Filters
from storage.pages import Page
from storage.places import Place
from storage.regions import RegionRow
from storage.specialties import SpecialtyName
from storage.specialty_lists import ANYBODY, Fit, GroupRow, SpecialtyRow
from storage.times import SlotRow

T = TypeVar("T")


def _found(row: T | None) -> T:
    if row is None:
        raise NotFound
    return row


async def regions(
    database: Database, language: str, number: int, size: int, part: str | None = None
) -> Page[RegionRow]:
    """List the regions that have a facility; `part` narrows by a folded piece of the name."""
    return await database.read(lambda tx: stored_regions.listed(tx, language, number, size, part or ""))


async def timezone_of_region(database: Database, region_code: str) -> str:
    """Read the zone of a region's centre; Moscow's for one that is not known."""
    return await database.read(lambda tx: stored_regions.timezone_of(tx, region_code)) or "Europe/Moscow"


async def region(database: Database, code: str) -> RegionRow | None:
    """Read one region."""
    return await database.read(lambda tx: stored_regions.by_code(tx, code))


async def facilities(
    database: Database,
    region_code: str | None,
    now: datetime,
    number: int,
    size: int,
    part: str | None = None,
    filters: Filters = NO_FILTERS,
) -> Page[FacilityEntry]:
    """List a region's facilities; `part` narrows by a piece of the name, town or address.

    Without a region it is the nearest ones, wherever they are: `filters` must say to what.
    """
    return await database.read(
        lambda tx: facility_lists.listed(tx, region_code, filters, now, number, size, part or "")
    )


async def facility_card(database: Database, facility_id: int, now: datetime) -> FacilityCard:
    """Read all that the card of a facility says; raises NotFound."""
    return _found(await database.read(lambda tx: stored_facilities.card(tx, facility_id, now)))


async def look_up_nearest(database: Database, after: int, limit: int, now: datetime) -> int | None:
    """Bring the order by nearest times up to date for the next facilities; returns after which one to go on.

    None when all have been seen.
    """
    rows, last = await database.read(lambda tx: nearest.changed(tx, after, limit, now))
    if rows:
        await database.write(lambda tx: nearest.put(tx, rows))
    return last


async def facility(database: Database, facility_id: int) -> FacilityRow:
    """Read one facility; raises NotFound."""
    return _found(await database.read(lambda tx: stored_facilities.by_id(tx, facility_id)))


async def specialties(
    database: Database,
    facility_id: int,
    language: str,
    now: datetime,
    number: int,
    size: int,
    part: str | None = None,
    *,
    fit: Fit = ANYBODY,
    group: str = "",
) -> Page[SpecialtyRow]:
    """List a facility's specialties, those that fit first.

    `part` narrows by a piece of the name or of what people call it, `group` is the Russian name of a group.
    """
    return await database.read(
        lambda tx: specialty_lists.of_facility(
            tx, facility_id, language, now, number, size, part or "", fit=fit, group=group
        )
    )


async def all_specialties(
    database: Database, language: str, number: int, size: int, part: str | None = None
) -> Page[SpecialtyName]:
    """List all specialties there are, seen anywhere or not."""
    return await database.read(lambda tx: stored_specialties.listed(tx, language, number, size, part or ""))


async def specialty_groups(
    database: Database, facility_id: int, language: str, fit: Fit = ANYBODY
) -> list[GroupRow]:
    """List the groups of a facility's specialties, those with one that fits first."""
    return await database.read(lambda tx: specialty_lists.groups_of_facility(tx, facility_id, language, fit))


async def specialties_of_region(
    database: Database, region_code: str, language: str, number: int, size: int, part: str | None = None
) -> Page[SpecialtyName]:
    """List the specialties that are seen anywhere in a region."""
    return await database.read(
        lambda tx: stored_specialties.of_region(tx, region_code, language, number, size, part or "")
    )


async def specialty(database: Database, specialty_id: int) -> SpecialtyName:
    """Read a specialty's names; raises NotFound."""
    return _found(await database.read(lambda tx: stored_specialties.by_id(tx, specialty_id)))


async def doctors(
    database: Database,
    facility_id: int,
    specialty_id: int,
    now: datetime,
    number: int,
    size: int,
    part: str | None = None,
    *,
    without: int = 0,
    minutes: int = 0,
    filters: DoctorFilters = NO_DOCTOR_FILTERS,
) -> Page[DoctorRow]:
    """List a facility's doctors of a specialty, the one with the nearest free time first.

    `without` leaves the doctor of one schedule out; `minutes` is how long the service takes.
    """
    return await database.read(
        lambda tx: stored_doctors.of_specialty(
            tx,
            facility_id,
            specialty_id,
            now,
            number,
            size,
            part or "",
            without=without,
            minutes=minutes,
            filters=filters,
        )
    )


async def doctor_card(database: Database, schedule_id: int, now: datetime) -> DoctorCard:
    """Read all that the card of a schedule's doctor says; raises NotFound."""
    return _found(await database.read(lambda tx: doctor_cards.of_schedule(tx, schedule_id, now)))


async def has_other_doctor(database: Database, schedule_id: int) -> bool:
    """Tell whether the facility has another doctor of the same specialty."""
    return await database.read(lambda tx: stored_doctors.has_other(tx, schedule_id))


async def place(database: Database, schedule_id: int) -> Place:
    """Read where and with whom a schedule is; raises NotFound."""
    return _found(await database.read(lambda tx: places.of_schedule(tx, schedule_id)))


async def slot(database: Database, slot_id: int) -> SlotRow:
    """Read one time; raises NotFound."""
    return _found(await database.read(lambda tx: times.slot(tx, slot_id)))
