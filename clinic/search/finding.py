"""The use case: from what somebody typed to what they can press, best first."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from storage import accounts, appointments, own_phrases, people, places
from storage import names as stored
from storage import services as stored_services
from storage import specialties as stored_specialties
from storage.crypto import Keyring
from storage.database import Database
from storage.own_phrases import OwnPhrase
from storage.reference.phrases import Complaint, Danger, Phrases, read_phrases
from storage.services import SearchedService
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


@dataclass(frozen=True, slots=True)
class _Listed:
    """What the index is made of."""

    specialties: list[SearchedSpecialty]
    services: list[SearchedService]
    own: list[OwnPhrase]
    """what the deployment says beside the shipped tables"""

    def index(self) -> Index:
        shipped = _phrases()
        complaints = [
            Complaint(one.phrases, one.targets, one.who)
            for one in self.own
            if one.kind == own_phrases.COMPLAINT
        ]
        dangers = [
            Danger(one.targets[0], one.who, one.past, one.phrases)
            for one in self.own
            if one.kind == own_phrases.DANGER
        ]
        phrases = replace(
            shipped,
            complaints=(*shipped.complaints, *complaints),
            dangers=(*shipped.dangers, *dangers),
        )
        return indexes.build(phrases, self.specialties, self.services)


def _list(tx: Tx) -> _Listed:
    return _Listed(stored_specialties.searched(tx), stored_services.searched(tx), own_phrases.listed(tx))


def _read(tx: Tx, database: Database, built: tuple[_Listed, Index] | None = None) -> Known:
    known = _known.get(database)
    if known is not None and known.book.change == stored.change(tx):
        return known
    listed = _list(tx)
    rows = {row.code: row for row in listed.specialties}
    services = {row.code: row for row in listed.services}
    if known is not None and known.is_made_of(rows, services, listed.own):
        index = known.index
    elif built is not None and built[0] == listed:
        index = built[1]
    else:
        index = listed.index()
    known = _known[database] = Known(index, rows, services, names.read(tx), listed.own)
    return known


def asker(tx: Tx, keyring: Keyring, telegram_id: int, now: datetime) -> Asker:
    """Read what is known of a chat's own person; the region is that of the last booking, else their own."""
    account = accounts.of_chat(tx, telegram_id)
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
            return Suggested(_cards(tx, dict.fromkeys(_usual(tx, database, telegram_id, who, now)), now))
        answer = search(tx, database, text, who, now)
        schedules: dict[int, SearchedService | None] = {}
        for hit in answer.hits:
            if isinstance(hit, DoctorHit):
                schedules.setdefault(hit.schedule_id, hit.service)
            elif isinstance(hit, SpecialtyHit) and hit.is_here:
                place = (hit.region_code, hit.facility_id)
                minutes = hit.service.minutes if hit.service else 0
                for number in stored.schedules_of_specialty(
                    tx, hit.specialty_id, *place, now, OF_SPECIALTY, minutes
                ):
                    schedules.setdefault(number, hit.service)
        houses = tuple(hit for hit in answer.hits if isinstance(hit, FacilityHit))
        return Suggested(_cards(tx, schedules, now), houses, answer.dangers)

    return await database.read(work)


def _usual(tx: Tx, database: Database, telegram_id: int | None, who: Asker, now: datetime) -> list[int]:
    """List with whom somebody booked last, then the nearest of the same specialty, else physicians."""
    account = None if telegram_id is None else accounts.of_chat(tx, telegram_id)
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


def _cards(tx: Tx, schedules: Mapping[int, SearchedService | None], now: datetime) -> tuple[DoctorHit, ...]:
    hits = []
    for number, service in list(schedules.items())[:SUGGESTED]:
        found = stored.cards(tx, [number], now, service.minutes if service else 0)
        hits += [DoctorHit.of_card(card, service) for card in found.values()]
    return tuple(hits)


async def nearest_schedule(
    database: Database,
    specialty_id: int,
    region_code: str,
    facility_id: int | None,
    now: datetime,
    service_id: int | None = None,
) -> int | None:
    """Find with whom the nearest time of a specialty is, in a region or at a facility; None: nobody there."""

    def work(tx: Tx) -> list[int]:
        service = None if service_id is None else stored_services.by_id(tx, service_id)
        minutes = service.minutes if service else 0
        return stored.schedules_of_specialty(tx, specialty_id, region_code, facility_id, now, 1, minutes)

    found = await database.read(work)
    return found[0] if found else None


async def warm(database: Database) -> None:
    """Read what searches need, so that the first one need not wait; the long part in a thread of its own."""
    listed = await database.read(_list)
    index = await asyncio.to_thread(listed.index)
    await database.read(lambda tx: _read(tx, database, (listed, index)))


def search(tx: Tx, database: Database, text: str, who: Asker, now: datetime) -> Answer:
    """Find within a transaction."""
    known = _read(tx, database)
    return Search(tx, known, text[:LONGEST], who, now).answer()
