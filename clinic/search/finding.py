"""The use case: from what somebody typed to what they can press, best first."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from weakref import WeakKeyDictionary

from clinic import rules
from clinic.clock import moscow_day
from clinic.search import index as indexes
from clinic.search import names
from clinic.search.answering import Known, Search
from clinic.search.hits import Answer, Asker
from storage import appointments, people, places
from storage import names as stored
from storage import specialties as stored_specialties
from storage.crypto import Keyring
from storage.database import Database
from storage.reference.phrases import Phrases, read_phrases
from storage.types import Tx

LONGEST = 200
"""Most signs of a message that are read."""

_known: "WeakKeyDictionary[Database, Known]" = WeakKeyDictionary()
"""What was read of each open store; triggers count its changes."""


@cache
def _phrases() -> Phrases:
    return read_phrases()


def _read(tx: Tx, database: Database) -> Known:
    known = _known.get(database)
    if known is not None and known.book.change == stored.change(tx):
        return known
    listed = stored_specialties.searched(tx)
    rows = {row.code: row for row in listed}
    if known is None or known.rows != rows:
        known = Known(indexes.build(_phrases(), listed), rows, names.read(tx))
    else:
        known = replace(known, book=names.read(tx))
    _known[database] = known
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


async def nearest_schedule(
    database: Database, specialty_id: int, region_code: str, facility_id: int | None, now: datetime
) -> int | None:
    """Find with whom the nearest time of a specialty is, in a region or at a facility; None: nobody there."""
    return await database.read(
        lambda tx: stored.schedule_of_specialty(tx, specialty_id, region_code, facility_id, now)
    )


async def warm(database: Database) -> None:
    """Read what searches need, so that the first one need not wait."""
    await database.read(lambda tx: _read(tx, database))


def search(tx: Tx, database: Database, text: str, who: Asker, now: datetime) -> Answer:
    """Find within a transaction."""
    known = _read(tx, database)
    return Search(tx, known, text[:LONGEST], who, now).answer()
