"""Joining the waiting list, seeing one's place in it, changing what is waited for, leaving."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from clinic import codes, rules, wishes
from clinic.errors import (
    AccountInactive,
    NotFound,
    NotRegistered,
    VisitArrived,
    VisitCancelled,
    VisitOver,
    WaitingFull,
    WaitingOver,
)
from clinic.services import chosen
from clinic.waiting import ends, notices, precedence, watching
from clinic.waiting.asked import asked_of
from clinic.wishes import Wish
from storage import (
    accounts,
    appointments,
    facilities,
    journal,
    people,
    places,
    regions,
    specialties,
    waiting,
    waiting_order,
)
from storage import waiting_offers as offers
from storage.accounts import AccountRow
from storage.crypto import Keyring
from storage.database import Database
from storage.facilities import FacilityRow
from storage.people import Person
from storage.places import Place
from storage.regions import RegionRow
from storage.specialties import SpecialtyName
from storage.states import LIVE, AppointmentStatus, WaitingState
from storage.types import Tx
from storage.waiting import WaitingRow
from storage.waiting_offers import OfferRow

NO_TIMES, NONE_SUITABLE, NO_SPECIALIST, EARLIER = "no_times", "none_suitable", "no_specialist", "earlier"
"""Why somebody waits: no times at all, none that suits, no such specialist, a visit that is too late."""
OFFER, BOOK = "offer", notices.BOOK
"""How: asked first, or booked at once."""
ANYTHING = Wish()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody waits for."""

    patient_id: int
    specialty_id: int
    region_code: str
    facility_id: int | None = None
    schedule_id: int | None = None
    reason: str = NO_TIMES
    wish: Wish = ANYTHING
    mode: str = OFFER
    days: int = rules.WAITING_DAYS_USUAL
    is_any_hour: bool = False
    service_id: int | None = None
    """None: the usual one of the specialty, where it lists any"""
    appointment_id: int | None = None
    """«раньше»: the visit that moves; it says the place"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with all that a window says about it."""

    row: WaitingRow
    wish: Wish
    place: int
    """which one in the list it is, from 1"""
    of: int
    person: Person
    relation: str
    specialty: SpecialtyName
    region: RegionRow
    facility: FacilityRow | None
    doctor: Place | None
    offer: OfferRow | None
    """the time that is offered to it now"""
    timezone: str
    """of the facility, else of the region"""


async def join(database: Database, telegram_id: int, wanted: Wanted, now: datetime) -> Entry:
    """Put a patient into the waiting list.

    Where they wait for it already the wish is the new one and the place the old one: joining twice joins
    once. Raises NotRegistered, AccountInactive, ServiceNeeded, NotFound for somebody else's patient or visit,
    WaitingFull, VisitOver, VisitArrived, VisitCancelled.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Entry:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            raise NotRegistered
        if not any(accounts.confirmed_at(tx, account.id)):
            raise AccountInactive
        row = _row(tx, keyring, account, wanted, now)
        if not people.is_patient_of(tx, row.patient_id, account.id):
            raise NotFound
        known = waiting.live_at(tx, row.patient_id, waiting.place_key(row))
        if known is not None:
            change_within(tx, account, known, wanted.wish, wanted.mode, row.ends_at, row.is_any_hour, now)
            return _entry(tx, keyring, account, known.id)
        if len(waiting.live_of_patient(tx, row.patient_id)) >= rules.MOST_WAITING:
            raise WaitingFull
        waiting.insert(tx, row, asked_of(wanted.wish))
        journal.note(tx, now, account.id, journal.CREATED, journal.WAITING, row.id, row.patient_id)
        watching.begin(tx, row, now)
        return _entry(tx, keyring, account, row.id)

    return await database.write(work)


def _row(tx: Tx, keyring: Keyring, account: AccountRow, wanted: Wanted, now: datetime) -> WaitingRow:
    before = service = None
    ends_at = now + timedelta(days=wanted.days)
    if wanted.appointment_id is not None:
        wanted, before = _of_visit(tx, keyring, account, wanted, now)
        ends_at = min(ends_at, before)
    elif (
        specialties.by_id(tx, wanted.specialty_id) is None or regions.by_code(tx, wanted.region_code) is None
    ):
        raise NotFound
    else:
        service = chosen(tx, wanted.specialty_id, wanted.service_id)
    return WaitingRow(
        id=codes.new_id(),
        turn=waiting.next_turn(tx),
        precedence=precedence.of_patient(tx, keyring, wanted.patient_id),
        account_id=account.id,
        patient_id=wanted.patient_id,
        specialty_id=wanted.specialty_id,
        region_code=wanted.region_code,
        facility_id=wanted.facility_id,
        schedule_id=wanted.schedule_id,
        appointment_id=wanted.appointment_id,
        before=before,
        reason=wanted.reason,
        mode=wanted.mode,
        wish=wishes.to_json(wanted.wish),
        is_any_hour=wanted.is_any_hour,
        joined_at=now,
        ends_at=ends_at,
        state=WaitingState.WAITING,
        ended=None,
        service_id=wanted.service_id if service is None else service.id,
    )


def _of_visit(
    tx: Tx, keyring: Keyring, account: AccountRow, wanted: Wanted, now: datetime
) -> tuple[Wanted, datetime]:
    """Take the place from the visit that is to move, and when it begins."""
    visit = appointments.of_account(tx, keyring, wanted.appointment_id or 0, account.id)
    if visit is None:
        raise NotFound
    if visit.status not in LIVE:
        raise VisitCancelled
    if visit.status == AppointmentStatus.ARRIVED:
        raise VisitArrived
    if not rules.can_change(visit.starts_at, now):
        raise VisitOver
    place = places.of_schedule(tx, visit.schedule_id)
    if place is None:
        raise NotFound
    wanted = replace(
        wanted,
        patient_id=visit.patient_id,
        specialty_id=place.specialty_id,
        region_code=place.facility.region_code,
        facility_id=place.facility.id,
        reason=EARLIER,
    )
    return wanted, visit.starts_at


# --- looking, changing, leaving


async def entries(database: Database, telegram_id: int) -> list[Entry]:
    """Read the live entries of a chat's patients, in the order of joining; none without an account."""
    keyring = database.keyring

    def work(tx: Tx) -> list[Entry]:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            return []
        return [_entry(tx, keyring, account, row.id) for row in waiting.live_of_account(tx, account.id)]

    return await database.read(work)


async def has_entries(database: Database, telegram_id: int) -> bool:
    """Tell whether anybody of a chat's patients waits for a time."""

    def work(tx: Tx) -> bool:
        account = accounts.of_chat(tx, telegram_id)
        return account is not None and bool(waiting.live_of_account(tx, account.id))

    return await database.read(work)


async def entry(database: Database, telegram_id: int, waiting_id: int) -> Entry:
    """Read an entry, one that has ended too; raises NotFound for anybody else's."""
    keyring = database.keyring
    return await database.read(lambda tx: _entry(tx, keyring, _account(tx, telegram_id), waiting_id))


def _account(tx: Tx, telegram_id: int) -> AccountRow:
    account = accounts.of_chat(tx, telegram_id)
    if account is None:
        raise NotFound
    return account


def own(tx: Tx, account: AccountRow, waiting_id: int) -> WaitingRow:
    """Read an entry of somebody for whom an account acts; raises NotFound."""
    row = waiting.by_id(tx, waiting_id)
    if row is None or not people.is_patient_of(tx, row.patient_id, account.id):
        raise NotFound
    return row


def _entry(tx: Tx, keyring: Keyring, account: AccountRow, waiting_id: int) -> Entry:
    row = own(tx, account, waiting_id)
    person = people.person(tx, keyring, row.patient_id)
    relation = people.relation(tx, account.id, row.patient_id)
    specialty = specialties.by_id(tx, row.specialty_id)
    region = regions.by_code(tx, row.region_code)
    if person is None or relation is None or specialty is None or region is None:
        raise NotFound
    place, of = waiting_order.standing(tx, row)
    facility = None if row.facility_id is None else facilities.by_id(tx, row.facility_id)
    timezone = regions.timezone_of(tx, row.region_code) if facility is None else facility.timezone
    return Entry(
        row=row,
        wish=wishes.from_json(row.wish),
        place=place,
        of=of,
        person=person,
        relation=relation,
        specialty=specialty,
        region=region,
        facility=facility,
        doctor=None if row.schedule_id is None else places.of_schedule(tx, row.schedule_id),
        offer=offers.open_of(tx, row.id),
        timezone=timezone or "UTC",
    )


async def of_visit(database: Database, telegram_id: int, appointment_id: int) -> int | None:
    """Find the entry by which a visit is to be earlier; None where there is none for this account."""

    def work(tx: Tx) -> int | None:
        account = accounts.of_chat(tx, telegram_id)
        for row in [] if account is None else waiting.live_of_account(tx, account.id):
            if row.appointment_id == appointment_id:
                return row.id
        return None

    return await database.read(work)


async def region(database: Database, code: str) -> RegionRow:
    """Read a region; raises NotFound."""
    found = await database.read(lambda tx: regions.by_code(tx, code))
    if found is None:
        raise NotFound
    return found


async def change(
    database: Database,
    telegram_id: int,
    waiting_id: int,
    now: datetime,
    *,
    wish: Wish | None = None,
    mode: str | None = None,
    days: int | None = None,
    is_any_hour: bool | None = None,
) -> Entry:
    """Change what is waited for, how or until when; the place stays. Raises NotFound, WaitingOver."""
    keyring = database.keyring

    def work(tx: Tx) -> Entry:
        account = _account(tx, telegram_id)
        row = own(tx, account, waiting_id)
        if row.state is WaitingState.ENDED:
            raise WaitingOver
        ends_at = row.ends_at if days is None else now + timedelta(days=days)
        change_within(
            tx,
            account,
            row,
            wishes.from_json(row.wish) if wish is None else wish,
            row.mode if mode is None else mode,
            ends_at if row.before is None else min(ends_at, row.before),
            row.is_any_hour if is_any_hour is None else is_any_hour,
            now,
        )
        return _entry(tx, keyring, account, waiting_id)

    return await database.write(work)


def change_within(
    tx: Tx,
    account: AccountRow,
    row: WaitingRow,
    wish: Wish,
    mode: str,
    ends_at: datetime,
    is_any_hour: bool,
    now: datetime,
) -> None:
    """Keep another wish and other terms of an entry, where they differ; the journal notes it."""
    kept: Mapping[str, Any] = wishes.to_json(wish)
    if (kept, mode, ends_at, is_any_hour) == (row.wish, row.mode, row.ends_at, row.is_any_hour):
        return
    waiting.set_wish(tx, row.id, kept, asked_of(wish), now)
    waiting.set_terms(tx, row.id, mode, ends_at, is_any_hour=is_any_hour)
    journal.note(tx, now, account.id, journal.CHANGED, journal.WAITING, row.id, row.patient_id)


async def leave(database: Database, telegram_id: int, waiting_id: int, now: datetime) -> None:
    """Leave the list; a time that is offered goes to the next. Again nothing happens. Raises NotFound."""

    def work(tx: Tx) -> None:
        account = _account(tx, telegram_id)
        row = own(tx, account, waiting_id)
        if row.state is WaitingState.ENDED:
            return
        ends.give_up(tx, row.id, now)
        waiting.end(tx, row.id, notices.LEFT, now)
        journal.note(tx, now, account.id, journal.DELETED, journal.WAITING, row.id, row.patient_id)

    await database.write(work)


async def come_back(database: Database, telegram_id: int, now: datetime) -> None:
    """Hold against what is free what somebody waits for who has unblocked the bot: they were passed over."""

    def work(tx: Tx) -> None:
        account = accounts.of_chat(tx, telegram_id)
        for row in [] if account is None else waiting.live_by_account(tx, account.id):
            waiting_order.look(tx, row.id, now)

    await database.write(work)
