"""«Нет талонов», proven: what was answered is written down, and a letter to the head doctor tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinic import limits
from clinic.errors import NotFound, NotRegistered, TimeWithinLimit
from storage import accounts, facilities, journal, no_times, people, times
from storage.accounts import Contact
from storage.database import Database
from storage.facilities import FacilityRow
from storage.no_times import AnswerRow, Asked
from storage.people import PatientRow, Person
from storage.reference.reader import Limit
from storage.types import Tx

LISTED = 12
"""Most answers that a letter lists, the latest: it has one page."""
ONE_MATTER = timedelta(days=60)
"""Answers so old are of the same matter: the term is counted from the first of them."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The limit is broken: no time of a specialty at a facility up to `answer.until`."""

    limit: Limit
    asked: Asked
    answer: AnswerRow


@dataclass(frozen=True, slots=True)
class Letter:
    """All that the letter says."""

    patient: PatientRow
    applicant: Person
    """the account's own person: the patient, or who writes for them"""
    contact: Contact
    facility: FacilityRow
    wait: Wait
    answers: tuple[AnswerRow, ...]
    """the oldest first, the present one among them"""
    written_at: datetime


async def answer(
    database: Database,
    table: Sequence[Limit],
    telegram_id: int,
    facility_id: int,
    specialty_id: int,
    now: datetime,
) -> Wait | None:
    """Ask whether the limit is broken at this moment; where it is, write that this person was told so.

    Of somebody without an account nothing is written. None: a time is there, or there is no limit.
    """
    closed = await limits.holidays_near(now)

    def look(tx: Tx) -> tuple[Wait | None, bool]:
        wait = _wait(tx, table, facility_id, specialty_id, now, closed)
        account = accounts.of_chat(tx, telegram_id)
        if wait is None or account is None:
            return wait, True
        day = _day(wait, now)
        return wait, no_times.is_written(tx, account.id, facility_id, specialty_id, day)

    def note(tx: Tx) -> Wait | None:
        wait = _wait(tx, table, facility_id, specialty_id, now, closed)
        account = accounts.of_chat(tx, telegram_id)
        if wait is not None and account is not None:
            no_times.write(tx, account.id, facility_id, specialty_id, _day(wait, now), wait.answer)
        return wait

    wait, is_settled = await database.read(look)
    return wait if is_settled else await database.write(note)


async def letter(
    database: Database,
    table: Sequence[Limit],
    telegram_id: int,
    patient_id: int,
    facility_id: int,
    specialty_id: int,
    now: datetime,
) -> Letter:
    """Read what a letter for a patient says; noted in the journal, and nothing of it is kept.

    Raises NotRegistered, NotFound for somebody else's patient, TimeWithinLimit where there is a time by now.
    """
    closed = await limits.holidays_near(now)
    keyring = database.keyring

    def work(tx: Tx) -> Letter:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            raise NotRegistered
        own = people.patients_of(tx, keyring, account.id)
        patient = next((row for row in own if row.id == patient_id), None)
        applicant = people.person_of_account(tx, keyring, account.id)
        facility = facilities.by_id(tx, facility_id)
        if patient is None or applicant is None or facility is None:
            raise NotFound
        wait = _wait(tx, table, facility_id, specialty_id, now, closed)
        if wait is None:
            raise TimeWithinLimit
        no_times.write(tx, account.id, facility_id, specialty_id, _day(wait, now), wait.answer)
        journal.note(tx, now, account.id, journal.CREATED, journal.LETTER, patient.id, patient.id)
        answers = no_times.latest(tx, account.id, facility_id, specialty_id, now - ONE_MATTER, LISTED)
        contact = accounts.contact_of(tx, keyring, account.id)
        return Letter(patient, applicant, contact, facility, wait, tuple(reversed(answers)), now)

    return await database.write(work)


def _wait(
    tx: Tx,
    table: Sequence[Limit],
    facility_id: int,
    specialty_id: int,
    now: datetime,
    closed: frozenset[date],
) -> Wait | None:
    asked = no_times.asked(tx, facility_id, specialty_id)
    if asked is None:
        raise NotFound
    limit = limits.limit_of(table, asked.specialty_code, now.astimezone(ZoneInfo(asked.timezone)).date())
    if limit is None:
        return None
    until = limits.ends_at(limit, now, asked.timezone, closed)
    nearest = times.nearest_at_facility(tx, specialty_id, facility_id, now, 1)
    nearest_at = nearest[0].starts_at if nearest else None
    if nearest_at is not None and nearest_at <= until:
        return None
    return Wait(limit, asked, AnswerRow(now, until, nearest_at))


def _day(wait: Wait, now: datetime) -> date:
    return now.astimezone(ZoneInfo(wait.asked.timezone)).date()
