"""The clock's part of the waiting list: offers that run out, entries that end, the daily word."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from clinic import rules, wishes
from clinic.waiting import ends, notices, offering
from storage import (
    accounts,
    facilities,
    freed,
    people,
    regions,
    specialties,
    waiting,
    waiting_order,
    waiting_watch,
)
from storage import waiting_offers as offers
from storage.crypto import Keyring
from storage.database import Database
from storage.freed import FreedRow
from storage.people import Person
from storage.specialties import SpecialtyName
from storage.states import OfferState
from storage.types import Tx
from storage.waiting import WaitingRow
from storage.waiting_offers import DueOffer

BATCH = 50
"""Offers that run out, and entries that end, in one transaction."""
SETTLED_A_TICK = 250
"""Times that a tick offers, in transactions of a few: an import of thousands is gone through in seconds."""
WORDS_A_TICK = 5
"""Daily words planned at a time: an offer must not stand in the queue behind a hundred thousand of them."""
DAY = timedelta(days=1)
COUNTED = 500
"""Most times of a day that are held against a wish."""
STILL = timedelta(minutes=5)
"""A list on which something has been due for so long is not being worked."""


async def tick(database: Database, now: datetime) -> int:
    """Do what is due, in a few transactions of a bounded size; returns how much was done."""
    keyring = database.keyring
    due = await database.read(partial(_due, now=now))
    done = 0
    for work in due:
        done += await database.write(partial(work, keyring=keyring, now=now))
    settled = 0
    while settled < SETTLED_A_TICK and await database.read(offering.has_any):
        settled += await database.write(partial(offering.settle, keyring=keyring, now=now)) or 1
    return done + settled


Work = Callable[..., int]


def _due(tx: Tx, now: datetime) -> list[Work]:
    """Find what there is to do; a few index seeks where there is nothing."""
    works: list[tuple[bool, Work]] = [
        (bool(offers.due(tx, now, 1)), expire),
        (bool(waiting.over(tx, now, 1)), end_over),
        (bool(waiting_watch.due(tx, now, 1)), plan_words),
    ]
    return [work for is_due, work in works if is_due]


def expire(tx: Tx, keyring: Keyring, now: datetime) -> int:
    """Let times that were not answered go on to the next; whoever missed one is told and keeps the place."""
    done = 0
    for due in offers.due(tx, now, BATCH):
        row = waiting.by_id(tx, due.row.waiting_id)
        if row is None or _can_still_be_told(due, now):
            continue
        done += 1
        is_told = due.row.told_at is not None
        ends.close(tx, due.row, row, OfferState.MISSED if is_told else OfferState.WITHDRAWN, now)
        if is_told:
            words = {"offer": str(due.row.id)}
            notices.plan(tx, keyring, row.account_id, notices.OFFER_OVER, now, words)
    return done


def _can_still_be_told(due: DueOffer, now: datetime) -> bool:
    """Tell whether nobody has tried to tell it yet, after an outage say: its minutes begin only then."""
    return due.is_untried and rules.can_offer(due.starts_at, now)


def end_over(tx: Tx, keyring: Keyring, now: datetime) -> int:
    """End the entries whose time is over, and say so."""
    rows = waiting.over(tx, now, BATCH)
    for row in rows:
        ends.end(tx, keyring, row, notices.OVER, now)
    return len(rows)


# --- the daily word


def begin(tx: Tx, row: WaitingRow, now: datetime) -> None:
    """Let whoever joins be told once a day from now on, unless they want none."""
    waiting_watch.begin(tx, row.account_id, rules.next_watch(now, _zone(tx, row)))


def _zone(tx: Tx, row: WaitingRow) -> ZoneInfo:
    facility = None if row.facility_id is None else facilities.by_id(tx, row.facility_id)
    return ZoneInfo((facility and facility.timezone) or regions.timezone_of(tx, row.region_code) or "UTC")


def plan_words(tx: Tx, keyring: Keyring, now: datetime) -> int:
    """Write the daily words that are due; who waits for nothing any more is told none."""
    accounts = waiting_watch.due(tx, now, WORDS_A_TICK)
    for account_id in accounts:
        rows = waiting.live_by_account(tx, account_id)
        if rows:
            notices.plan(tx, keyring, account_id, notices.WATCH, now, {})
        next_at = rules.next_watch(now, _zone(tx, rows[0])) if rows else None
        waiting_watch.put_off(tx, account_id, next_at)
    return len(accounts)


@dataclass(frozen=True, slots=True)
class Watched:
    """How it stands with an entry: its place, and what got free in a day."""

    row: WaitingRow
    specialty: SpecialtyName
    person: Person
    relation: str
    place: int
    of: int
    freed: int
    suitable: int


@dataclass(frozen=True, slots=True)
class Word:
    """What an account is told once a day, and the message that said it last."""

    entries: tuple[Watched, ...]
    message_id: int | None
    is_off: bool


async def word(database: Database, telegram_id: int, now: datetime) -> Word:
    """Read how it stands with what an account waits for; empty without an account or entries."""
    keyring = database.keyring

    def work(tx: Tx) -> Word:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            return Word((), None, is_off=False)
        rows = waiting.live_by_account(tx, account.id)
        found = [one for row in rows if (one := _watched(tx, keyring, row, now)) is not None]
        watch = waiting_watch.of_account(tx, account.id)
        is_off = watch is not None and watch.is_off
        return Word(tuple(found), None if watch is None else watch.message_id, is_off=is_off)

    return await database.read(work)


def _watched(tx: Tx, keyring: Keyring, row: WaitingRow, now: datetime) -> Watched | None:
    specialty = specialties.by_id(tx, row.specialty_id)
    person = people.person(tx, keyring, row.patient_id)
    relation = people.relation(tx, row.account_id, row.patient_id)
    if specialty is None or person is None or relation is None:
        return None
    there = [
        one
        for one in freed.lately(tx, row.specialty_id, row.region_code, now - DAY, COUNTED)
        if _is_there(row, one)
    ]
    wish = wishes.from_json(row.wish)
    suitable = sum(
        wishes.fits_place(wish, one.schedule_id, one.facility_id)
        and wishes.fits(wish, one.starts_at, one.timezone, now)
        for one in there
    )
    place, of = waiting_order.standing(tx, row)
    return Watched(row, specialty, person, relation, place, of, len(there), suitable)


def _is_there(row: WaitingRow, one: FreedRow) -> bool:
    return (
        row.facility_id in (None, one.facility_id)
        and row.schedule_id in (None, one.schedule_id)
        and (row.before is None or one.starts_at < row.before)
    )


async def note_said(database: Database, telegram_id: int, message_id: int) -> None:
    """Keep which message said the daily word."""

    def work(tx: Tx) -> None:
        account = accounts.of_chat(tx, telegram_id)
        if account is not None:
            waiting_watch.set_message(tx, account.id, message_id)

    await database.write(work)


async def switch(database: Database, telegram_id: int, now: datetime, *, is_on: bool) -> None:
    """Tell an account once a day, or no more; offers and ends are told all the same."""

    def work(tx: Tx) -> None:
        account = accounts.of_chat(tx, telegram_id)
        rows = [] if account is None else waiting.live_by_account(tx, account.id)
        if account is not None and rows:
            next_at = rules.next_watch(now, _zone(tx, rows[0]))
            waiting_watch.begin(tx, account.id, next_at)
            waiting_watch.switch(tx, account.id, next_at if is_on else None)

    await database.write(work)


def purge(tx: Tx, before: datetime, limit: int) -> int:
    """Delete entries that ended before then, with their offers; returns how many."""
    gone = waiting.ended_before(tx, before, limit)
    for waiting_id in gone:
        offers.delete(tx, waiting_id)
        waiting.delete(tx, waiting_id)
    return len(gone)


def stands_still(tx: Tx, now: datetime) -> datetime | None:
    """Find since when the list has not been worked, where it has not; for `check` and the log."""
    return waiting_watch.stands_still(tx, now - STILL)
