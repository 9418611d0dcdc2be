"""Looking through the catalogue: regions, facilities, specialties, doctors, a page at a time."""

from datetime import datetime
from typing import TypeVar

from clinic.errors import NotFound
from storage import doctors as stored_doctors
from storage import facilities as stored_facilities
from storage import places, times
from storage import regions as stored_regions
from storage import specialties as stored_specialties
from storage.database import Database
from storage.doctors import DoctorRow
from storage.facilities import FacilityRow
from storage.pages import Page
from storage.places import Place
from storage.regions import RegionRow
from storage.specialties import SpecialtyName, SpecialtyRow
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


async def facilities(
    database: Database, region_code: str, number: int, size: int, part: str | None = None
) -> Page[FacilityRow]:
    """List a region's facilities; `part` narrows by a piece of the name, town or address."""
    return await database.read(
        lambda tx: stored_facilities.of_region(tx, region_code, number, size, part or "")
    )


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
) -> Page[SpecialtyRow]:
    """List a facility's specialties; `part` narrows by a piece of the name or of what people call it."""
    return await database.read(
        lambda tx: stored_specialties.of_facility(tx, facility_id, language, now, number, size, part or "")
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
) -> Page[DoctorRow]:
    """List a facility's doctors of a specialty, the one with the nearest free time first.

    `without` leaves the doctor of one schedule out; `minutes` is how long the service takes.
    """
    return await database.read(
        lambda tx: stored_doctors.of_specialty(
            tx, facility_id, specialty_id, now, number, size, part or "", without=without, minutes=minutes
        )
    )


async def has_other_doctor(database: Database, schedule_id: int) -> bool:
    """Tell whether the facility has another doctor of the same specialty."""
    return await database.read(lambda tx: stored_doctors.has_other(tx, schedule_id))


async def place(database: Database, schedule_id: int) -> Place:
    """Read where and with whom a schedule is; raises NotFound."""
    return _found(await database.read(lambda tx: places.of_schedule(tx, schedule_id)))


async def slot(database: Database, slot_id: int) -> SlotRow:
    """Read one time; raises NotFound."""
    return _found(await database.read(lambda tx: times.slot(tx, slot_id)))
