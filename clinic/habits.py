"""What is known of a patient's bookings and offered first: the last doctors, the usual clinic and hours."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic import rules
from clinic.errors import NotFound
from clinic.times import EVENING, NOON
from clinic.wishes import Window
from storage import accounts, facilities, habits, people, places, preferences, services, times
from storage.database import Database
from storage.facilities import FacilityRow
from storage.habits import Booked
from storage.people import Person, person
from storage.places import Place
from storage.states import AppointmentStatus
from storage.times import FreeTime
from storage.types import Tx

LOOKED_AT = 7
"""How many of the latest bookings say what is usual."""
FEWEST_VISITS = 3
"""Of fewer visits no hours are learned."""
USUAL_SHARE = 0.75
"""The share of visits in one part of the day that makes its hours usual."""
PARTS = ((time(0), NOON), (NOON, EVENING), (EVENING, None))
"""Morning, afternoon, evening: the hours that are learned."""
CLINICS = "clinics"
"""Under this name an account's preferences keep the clinic that was set for each patient, by their ids."""
ANY_HOURS = "any_hours"
"""Under this name they keep the patients whose usual hours were taken off: none are learned any more."""


@dataclass(frozen=True, slots=True)
class KnownDoctor:
    """Somebody with whom a patient was booked, and the next time there, in the usual hours if it can be."""

    patient_id: int
    is_own: bool
    """the patient is the account's own person"""
    person: Person
    place: Place
    service_id: int | None
    first: FreeTime | None


@dataclass(frozen=True, slots=True)
class Habits:
    """What is offered first."""

    doctors: tuple[KnownDoctor, ...] = ()
    clinic: FacilityRow | None = None
    is_clinic_set: bool = False
    """it was set, not learned"""
    hours: Window | None = None


async def known(
    database: Database, telegram_id: int, now: datetime, patient_id: int | None = None, most: int = 3
) -> Habits:
    """Read what is known of a patient of this chat, or of all of them; nothing without an account."""

    def work(tx: Tx) -> Habits:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            return Habits()
        rows = habits.recent(tx, account.id, patient_id, LOOKED_AT)
        kept = preferences.of_account(tx, database.keyring, account.id)
        set_id = None if patient_id is None else kept.get(CLINICS, {}).get(str(patient_id))
        anytime: list[int] = kept.get(ANY_HOURS, [])
        clinic_id = set_id if set_id is not None else usual_facility(rows)
        hours = None if patient_id is None or patient_id in anytime else usual_hours(rows)
        return Habits(
            tuple(_doctors(tx, database, account.id, rows, anytime, now, most)),
            None if clinic_id is None else facilities.by_id(tx, clinic_id),
            set_id is not None,
            hours,
        )

    return await database.read(work)


def _doctors(
    tx: Tx,
    database: Database,
    account_id: int,
    rows: Sequence[Booked],
    anytime: Sequence[int],
    now: datetime,
    most: int,
) -> list[KnownDoctor]:
    latest: dict[tuple[int, int], Booked] = {}
    for row in rows:
        latest.setdefault((row.patient_id, row.schedule_id), row)
    found = []
    for row in list(latest.values())[:most]:
        place, who = places.of_schedule(tx, row.schedule_id), person(tx, database.keyring, row.patient_id)
        if place is not None and who is not None:
            own = [one for one in rows if one.patient_id == row.patient_id]
            hours = None if row.patient_id in anytime else usual_hours(own)
            first = _first(tx, row, hours, now)
            is_own = people.relation(tx, account_id, row.patient_id) == people.SELF
            found.append(KnownDoctor(row.patient_id, is_own, who, place, row.service_id, first))
    return found


def _first(tx: Tx, row: Booked, hours: Window | None, now: datetime) -> FreeTime | None:
    """Find the next time with a doctor, in the usual hours where there is one."""
    service = None if row.service_id is None else services.by_id(tx, row.service_id)
    minutes, before = service.minutes if service else 0, now + rules.LOOK_AHEAD
    if hours is not None:
        offset = now.astimezone(ZoneInfo(row.timezone)).utcoffset() or timedelta()
        span = (_seconds(hours.since), _seconds(hours.until) if hours.until else 86400)
        found = times.first_within_hours(
            tx, row.schedule_id, now, before, span, int(offset.total_seconds()), minutes
        )
        if found is not None:
            return found
    return next(iter(times.free_times(tx, row.schedule_id, now, before, 1, minutes)), None)


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60


def usual_facility(rows: Sequence[Booked]) -> int | None:
    """Find where a patient was booked most often; of two alike the later one."""
    counted = Counter(row.facility_id for row in rows)
    return max(counted, key=lambda one: (counted[one], -_position(rows, one))) if counted else None


def _position(rows: Sequence[Booked], facility_id: int) -> int:
    return next(at for at, row in enumerate(rows) if row.facility_id == facility_id)


def usual_hours(rows: Sequence[Booked]) -> Window | None:
    """Learn the part of the day in which most visits were; what was cancelled says nothing."""
    walls = [
        row.starts_at.astimezone(ZoneInfo(row.timezone)).time()
        for row in rows
        if row.status != AppointmentStatus.CANCELLED
    ]
    if len(walls) < FEWEST_VISITS:
        return None
    for since, until in PARTS:
        fitting = sum(since <= wall and (until is None or wall < until) for wall in walls)
        if fitting >= USUAL_SHARE * len(walls):
            return Window(since=since, until=until)
    return None


async def set_clinic(database: Database, telegram_id: int, patient_id: int, facility_id: int | None) -> None:
    """Keep a patient's own clinic, or forget it; raises NotFound for somebody else's patient."""

    def work(tx: Tx) -> None:
        account = accounts.of_chat(tx, telegram_id)
        if account is None or not people.is_patient_of(tx, patient_id, account.id):
            raise NotFound
        if facility_id is not None and facilities.by_id(tx, facility_id) is None:
            raise NotFound
        kept = dict(preferences.of_account(tx, database.keyring, account.id).get(CLINICS, {}))
        if facility_id is None:
            kept.pop(str(patient_id), None)
        else:
            kept[str(patient_id)] = facility_id
        preferences.keep(tx, database.keyring, account.id, CLINICS, kept)

    await database.write(work)


async def drop_hours(database: Database, telegram_id: int, patient_id: int) -> None:
    """Look at all hours of a patient from now on; nothing happens for somebody else's patient."""

    def work(tx: Tx) -> None:
        account = accounts.of_chat(tx, telegram_id)
        if account is None or not people.is_patient_of(tx, patient_id, account.id):
            return
        kept = preferences.of_account(tx, database.keyring, account.id).get(ANY_HOURS, [])
        if patient_id not in kept:
            preferences.keep(tx, database.keyring, account.id, ANY_HOURS, [*kept, patient_id])

    await database.write(work)
