"""The use case: from what somebody typed to what they can press, best first."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from weakref import WeakKeyDictionary

from clinic import rules
from clinic.clock import moscow_day
from clinic.search import index as indexes
from clinic.search import names
from clinic.search.answering import Known, Search
from clinic.search.hits import Answer, Asker, DoctorHit, FacilityHit, SpecialtyHit
from clinic.search.index import Index
from storage import appointments, people, places
from storage import names as stored
from storage import specialties as stored_specialties
from storage.crypto import Keyring
from storage.database import Database
from storage.reference.phrases import Phrases, read_phrases
from storage.specialties import SearchedSpecialty
from storage.types import Tx

LONGEST = 200
"""Most signs of a message that are read."""
SUGGESTED, OF_SPECIALTY = 10, 5
"""Most doctors that are suggested while one types, and most of one specialty."""

_known: "WeakKeyDictionary[Database, Known]" = WeakKeyDictionary()
"""What was read of each open store; triggers count its changes."""


@cache
def _phrases() -> Phrases:
    return read_phrases()


def _read(tx: Tx, database: Database, built: tuple[list[SearchedSpecialty], Index] | None = None) -> Known:
    known = _known.get(database)
    if known is not None and known.book.change == stored.change(tx):
        return known
    listed = stored_specialties.searched(tx)
    rows = {row.code: row for row in listed}
    if known is not None and known.rows == rows:
        index = known.index
    elif built is not None and built[0] == listed:
        index = built[1]
    else:
        index = indexes.build(_phrases(), listed)
    known = _known[database] = Known(index, rows, names.read(tx))
    return known


def asker(tx: Tx, keyring: Keyring, telegram_id: int, now: datetime) -> Asker:
    """Read what is known of a chat's own person; the region is that of the last booking, else their own."""
    account = people.account_of(tx, telegram_id)
    if account is None:
        return Asker()
    person = people.person_of_account(tx, keyring, account.id)
    schedule_id = appointments.last_schedule(tx, account.id)
    place = None if schedule_id is None else places.of_schedule(tx, schedule_id)
    age = sex = region = None
    if person is not None:
        age = rules.age_on(person.born_on, moscow_day(now))
        sex, region = person.likely_sex or None, person.region or None
    if place is not None:
        return Asker(age, sex, place.facility.region_code, place.facility.id)
    return Asker(age, sex, region)


async def find(database: Database, telegram_id: int | None, text: str, now: datetime) -> Answer:
    """Find what somebody in a chat wants; without a chat nothing is known of them."""
    keyring = database.keyring

    def work(tx: Tx) -> Answer:
        who = Asker() if telegram_id is None else asker(tx, keyring, telegram_id, now)
        return search(tx, database, text, who, now)

    return await database.read(work)


@dataclass(frozen=True, slots=True)
class Suggested:
    """Doctors with their nearest times, clinics, and signs of danger: what is offered while one types."""

    doctors: tuple[DoctorHit, ...] = ()
    facilities: tuple[FacilityHit, ...] = ()
    dangers: tuple[str, ...] = ()


async def suggest(database: Database, telegram_id: int | None, text: str, now: datetime) -> Suggested:
    """Suggest doctors for what is being typed; for nothing typed, the usual doctor and the nearest ones.

    Without a chat nothing is known of whoever types.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Suggested:
        who = Asker() if telegram_id is None else asker(tx, keyring, telegram_id, now)
        if not text.strip():
            return Suggested(_cards(tx, _usual(tx, database, telegram_id, who, now), now))
        answer = search(tx, database, text, who, now)
        schedules: list[int] = []
        for hit in answer.hits:
            if isinstance(hit, DoctorHit):
                schedules.append(hit.schedule_id)
            elif isinstance(hit, SpecialtyHit) and hit.is_here:
                place = (hit.region_code, hit.facility_id)
                schedules += stored.schedules_of_specialty(tx, hit.specialty_id, *place, now, OF_SPECIALTY)
        houses = tuple(hit for hit in answer.hits if isinstance(hit, FacilityHit))
        return Suggested(_cards(tx, schedules, now), houses, answer.dangers)

    return await database.read(work)


def _usual(tx: Tx, database: Database, telegram_id: int | None, who: Asker, now: datetime) -> list[int]:
    """List with whom somebody booked last, then the nearest of the same specialty, else physicians."""
    account = None if telegram_id is None else people.account_of(tx, telegram_id)
    last = None if account is None else appointments.last_schedule(tx, account.id)
    place = None if last is None else places.of_schedule(tx, last)
    if last is not None and place is not None:
        return [
            last,
            *stored.schedules_of_specialty(tx, place.specialty_id, who.region_code, None, now, OF_SPECIALTY),
        ]
    usual = _read(tx, database).rows.get("therapist")
    if usual is None:
        return []
    return stored.schedules_of_specialty(tx, usual.id, who.region_code, None, now, OF_SPECIALTY)


def _cards(tx: Tx, schedule_ids: list[int], now: datetime) -> tuple[DoctorHit, ...]:
    wanted = list(dict.fromkeys(schedule_ids))[:SUGGESTED]
    found = stored.cards(tx, wanted, now)
    return tuple(DoctorHit.of_card(found[number]) for number in wanted if number in found)


async def nearest_schedule(
    database: Database, specialty_id: int, region_code: str, facility_id: int | None, now: datetime
) -> int | None:
    """Find with whom the nearest time of a specialty is, in a region or at a facility; None: nobody there."""
    found = await database.read(
        lambda tx: stored.schedules_of_specialty(tx, specialty_id, region_code, facility_id, now, 1)
    )
    return found[0] if found else None


async def warm(database: Database) -> None:
    """Read what searches need, so that the first one need not wait; the long part in a thread of its own."""
    listed = await database.read(stored_specialties.searched)
    index = await asyncio.to_thread(lambda: indexes.build(_phrases(), listed))
    await database.read(lambda tx: _read(tx, database, (listed, index)))


def search(tx: Tx, database: Database, text: str, who: Asker, now: datetime) -> Answer:
    """Find within a transaction."""
    known = _read(tx, database)
    return Search(tx, known, text[:LONGEST], who, now).answer()
