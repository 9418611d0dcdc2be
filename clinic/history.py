"""The history of visits: all that are over or cancelled, of everybody an account acts for."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from clinic import feedback as opinions
from clinic.errors import NotFound
from storage import (
    accounts,
    appointments,
    documents,
    feedback,
    history,
    journal,
    outcomes,
    papers,
    people,
    places,
    services,
    visit_files,
)
from storage.accounts import AccountRow
from storage.appointments import Visit
from storage.crypto import Keyring
from storage.database import Database
from storage.documents import DocumentRow
from storage.history import NO_FILTERS, Filters, PastRow, Seen
from storage.outcomes import NOTHING, RECOMMENDATIONS, RESULT, Written
from storage.people import PatientRow
from storage.places import Place
from storage.services import ServiceRow
from storage.types import Tx
from storage.visit_files import VisitFileRow

BATCH = 500
"""So many visits are read at once for an export; in between the store is free for others."""
DROPPABLE = ("period", "doctor_id", "facility_id", "patient_id", "outcome")


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit with what a line of the history says of it."""

    row: PastRow
    place: Place
    patient: PatientRow
    service: ServiceRow | None
    outcome: str
    written: Written = NOTHING
    """what the clinic wrote of it; read for an export alone"""


@dataclass(frozen=True, slots=True)
class Turn:
    """From where a list is read on: after this visit, or, with `is_newer`, before it."""

    appointment_id: int
    is_newer: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is shown of the list at once."""

    items: tuple[PastVisit, ...]
    has_newer: bool = False
    has_older: bool = False
    worth_dropping: tuple[str, ...] = ()
    """where nothing was found: those of DROPPABLE without which something would be"""


class _Cards:
    """Places, services and people, each read once however many visits there are."""

    def __init__(self, known: Collection[PatientRow], now: datetime) -> None:
        self._patients = {one.id: one for one in known}
        self._places: dict[int, Place] = {}
        self._services: dict[int, ServiceRow | None] = {}
        self._now = now

    def visit(self, tx: Tx, row: PastRow) -> PastVisit:
        if row.schedule_id not in self._places:
            place = places.of_schedule(tx, row.schedule_id)
            if place is None:
                raise LookupError(f"appointment {row.id} points at rows that are gone")
            self._places[row.schedule_id] = place
        if row.service_id is not None and row.service_id not in self._services:
            self._services[row.service_id] = services.by_id(tx, row.service_id)
        return PastVisit(
            row,
            self._places[row.schedule_id],
            self._patients[row.patient_id],
            None if row.service_id is None else self._services[row.service_id],
            history.outcome(row.status, row.ends_at, self._now),
        )

    def knows(self, row: PastRow) -> bool:
        return row.patient_id in self._patients


def _known(tx: Tx, keyring: Keyring, telegram_id: int) -> tuple[AccountRow | None, list[PatientRow]]:
    account = accounts.of_chat(tx, telegram_id)
    return account, [] if account is None else people.patients_of(tx, keyring, account.id)


async def stretch(
    database: Database, telegram_id: int, filters: Filters, turn: Turn | None, now: datetime, size: int
) -> Stretch:
    """Read so many visits, the latest first, or on from where a list is; as quick after years as at first.

    Empty for someone without an account, and for somebody else's patient.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Stretch:
        account, known = _known(tx, keyring, telegram_id)
        if account is None:
            return Stretch(())
        ids = [one.id for one in known]
        key = None if turn is None else history.key_of(tx, turn.appointment_id, account.id)
        is_newer = key is not None and turn is not None and turn.is_newer
        rows = history.past(tx, ids, filters, now, size + 1, key, is_newer=is_newer)
        if (is_newer and len(rows) <= size) or (key is not None and not rows):
            key, is_newer = None, False  # the beginning was reached, or what followed has gone
            rows = history.past(tx, ids, filters, now, size + 1)
        shown = rows[1:] if is_newer else rows[:size]
        cards = _Cards(known, now)
        return Stretch(
            tuple(cards.visit(tx, row) for row in shown),
            has_newer=is_newer or key is not None,
            has_older=is_newer or len(rows) > size,
            worth_dropping=() if rows else _worth_dropping(tx, ids, filters, now),
        )

    return await database.read(work)


def without(filters: Filters, name: str) -> Filters:
    """Take one of DROPPABLE off."""
    if name == "period":
        return replace(filters, since=None, until=None)
    return replace(filters, **{name: getattr(NO_FILTERS, name)}) if name in DROPPABLE else filters


def _worth_dropping(tx: Tx, ids: list[int], filters: Filters, now: datetime) -> tuple[str, ...]:
    found = []
    for name in DROPPABLE:
        fewer = without(filters, name)
        if fewer != filters and history.past(tx, ids, fewer, now, 1):
            found.append(name)
    return tuple(found)


async def has_past(database: Database, telegram_id: int, now: datetime) -> bool:
    """Tell whether there is any history."""
    return bool((await stretch(database, telegram_id, NO_FILTERS, None, now, 1)).items)


async def seen(database: Database, telegram_id: int, now: datetime, *, is_doctors: bool) -> list[Seen]:
    """Read the doctors, or the facilities, of past visits, by their names."""
    read = history.doctors if is_doctors else history.facilities
    keyring = database.keyring
    return await database.read(
        lambda tx: read(tx, [one.id for one in _known(tx, keyring, telegram_id)[1]], now)
    )


# --- one visit


@dataclass(frozen=True, slots=True)
class Details:
    """What is added to the card of a visit that is over."""

    outcome: str
    result: str
    recommendations: str
    documents: tuple[DocumentRow, ...]
    files: tuple[VisitFileRow, ...] = ()
    """those that the clinic gave"""
    can_rate: bool = False
    rating: int | None = None
    """that was given; None where none was"""
    is_void: bool = False
    """the rating counts for nothing: the clinic says that nobody came"""


async def details(database: Database, telegram_id: int, appointment_id: int, now: datetime) -> Details:
    """Read what came out of a visit and which documents go with it, noted in the journal.

    Raises NotFound for anybody else's.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Details:
        account = accounts.of_chat(tx, telegram_id)
        row = account and appointments.of_account(tx, keyring, appointment_id, account.id)
        if not row:
            raise NotFound
        journal.note_view(tx, now, row.account_id, journal.VISIT, row.id, row.patient_id)
        attached = (documents.by_id(tx, keyring, one) for one in papers.attached(tx, row.id))
        given = feedback.of_visit(tx, keyring, row.id)
        return Details(
            history.outcome(row.status, row.ends_at, now),
            row.words.get(RESULT, ""),
            row.words.get(RECOMMENDATIONS, ""),
            tuple(one for one in attached if one is not None and one.patient_id == row.patient_id),
            tuple(visit_files.of_visit(tx, keyring, row.id)),
            opinions.can_rate(row, now),
            None if given is None else given.rating,
            given is not None and given.is_void,
        )

    return await database.write(work)


async def file_content(
    database: Database, telegram_id: int, file_id: int, now: datetime
) -> tuple[VisitFileRow, bytes]:
    """Read a clinic's file with its bytes, noted in the journal; raises NotFound for anybody else's visit."""
    keyring = database.keyring

    def work(tx: Tx) -> tuple[VisitFileRow, bytes]:
        file = visit_files.by_id(tx, keyring, file_id)
        account = accounts.of_chat(tx, telegram_id)
        row = file and account and appointments.of_account(tx, keyring, file.appointment_id, account.id)
        sealed = visit_files.content(tx, file_id)
        if file is None or not row or sealed is None:
            raise NotFound
        journal.note(tx, now, row.account_id, journal.VIEWED, journal.RESULT, file.id, row.patient_id)
        return file, sealed

    file, sealed = await database.write(work)
    return file, await asyncio.to_thread(visit_files.opened_content, keyring, file_id, sealed)


# --- taking it along


@dataclass(frozen=True, slots=True)
class Amount:
    """How much an export would hold."""

    past: int
    coming: int


async def amount(database: Database, telegram_id: int, filters: Filters, now: datetime) -> Amount:
    """Count what an export would hold: past visits, and coming ones for the calendar."""
    keyring = database.keyring

    def work(tx: Tx) -> Amount:
        account, known = _known(tx, keyring, telegram_id)
        if account is None:
            return Amount(0, 0)
        past = history.count(tx, [one.id for one in known], filters, now)
        return Amount(past, len(_coming(tx, keyring, account, filters, now)))

    return await database.read(work)


async def export(database: Database, telegram_id: int, filters: Filters, now: datetime) -> list[PastVisit]:
    """Read all past visits that the filters leave, the latest first; noted in the journal of each patient.

    Raises NotFound where the account acts for one of them no more.
    """
    keyring = database.keyring
    found: list[PastVisit] = []
    cards: _Cards | None = None

    def work(tx: Tx) -> bool:
        nonlocal cards
        _, known = _known(tx, keyring, telegram_id)
        cards = cards or _Cards(known, now)
        key = found[-1].row.key if found else None
        rows = history.past(tx, [one.id for one in known], filters, now, BATCH, key)
        written = outcomes.written(tx, keyring, [row.id for row in rows])
        found.extend(
            replace(cards.visit(tx, row), written=written.get(row.id, NOTHING))
            for row in rows
            if cards.knows(row)
        )
        return len(rows) == BATCH

    while await database.read(work):
        pass
    await database.write(lambda tx: _note(tx, telegram_id, {one.row.patient_id: None for one in found}, now))
    return found


async def calendar(database: Database, telegram_id: int, filters: Filters, now: datetime) -> list[Visit]:
    """Read all coming visits of the doctor, facility and person that the filters name, the nearest first.

    Period and outcome are of what is over and leave none out. Noted in the journal of each patient.
    """
    keyring = database.keyring

    def work(tx: Tx) -> list[Visit]:
        account, _ = _known(tx, keyring, telegram_id)
        if account is None:
            raise NotFound
        found = _coming(tx, keyring, account, filters, now)
        _note(tx, telegram_id, {one.appointment.patient_id: None for one in found}, now)
        return found

    return await database.write(work)


def _coming(tx: Tx, keyring: Keyring, account: AccountRow, filters: Filters, now: datetime) -> list[Visit]:
    rows = appointments.coming(tx, keyring, account.id, now, 0, BATCH, filters.patient_id)
    wanted = history.schedules(tx, filters)
    return [
        appointments.visit(tx, keyring, row) for row in rows if wanted is None or row.schedule_id in wanted
    ]


def _note(tx: Tx, telegram_id: int, patient_ids: Collection[int], now: datetime) -> None:
    account = accounts.of_chat(tx, telegram_id)
    for one in patient_ids:
        if account is None or not people.is_patient_of(tx, one, account.id):
            raise NotFound
        journal.note(tx, now, account.id, journal.EXPORTED, journal.VISIT, one, one)
