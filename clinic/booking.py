"""Holding a time and booking it: each a single transaction."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from clinic import codes, needs, planning, rules
from clinic.errors import (
    AccessEnded,
    AccountInactive,
    NotFound,
    NotRegistered,
    SameSpecialty,
    SiblingElsewhere,
    TimeBarred,
    TimeClosed,
    TimePast,
    TimeTaken,
    TimeTooShort,
    TooManyVisits,
    UnusualSex,
    VisitOverlaps,
    WrongAge,
)
from clinic.services import chosen
from clinic.times import day_start, offers_near
from storage import (
    accounts,
    appointments,
    holds,
    journal,
    obstacles,
    papers,
    people,
    places,
    runs,
    services,
    times,
)
from storage.appointments import AppointmentRow, Visit
from storage.crypto import Keyring
from storage.database import Database
from storage.people import Person
from storage.places import Place
from storage.services import ServiceRow
from storage.states import AppointmentStatus, SlotStatus
from storage.times import SlotRow
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class Held:
    """A time kept for a chat, and everything the confirm screen says about it."""

    slot: SlotRow
    place: Place
    expires_at: datetime
    service: ServiceRow | None = None
    """what it was held for, as `hold` returns it"""


async def hold(
    database: Database,
    telegram_id: int,
    slot_id: int,
    now: datetime,
    *,
    is_registering: bool = False,
    is_to_book: bool = False,
    service_id: int | None = None,
) -> Held:
    """Keep a time for a chat, letting go of the one it held before.

    Holding the same time again renews the hold (rules.hold_until). Raises TimeTaken or TimePast with the
    nearest free times, NotFound when there is no such time. `is_to_book`: for a new visit, not for a move;
    then TimeBarred and ServiceNeeded too, so that nobody fills in what will be refused at the end.
    A service that takes longer than one time keeps those that follow as well, or raises TimeTooShort.
    """
    return await database.write(
        lambda tx: _hold(tx, telegram_id, slot_id, now, is_registering, is_to_book, service_id)
    )


def _hold(
    tx: Tx,
    telegram_id: int,
    slot_id: int,
    now: datetime,
    is_registering: bool,
    is_to_book: bool,
    service_id: int | None,
) -> Held:
    holds.release_expired(tx, now)
    wished = times.slot(tx, slot_id)
    if wished is None:
        raise NotFound
    place = place_of(tx, wished.schedule_id)
    service = chosen(tx, place.specialty_id, service_id) if is_to_book else _service(tx, service_id)
    minutes = service.minutes if service else 0
    if not rules.is_bookable(wished.starts_at, now):
        raise TimePast(offers_near(tx, wished.schedule_id, wished.starts_at, now, minutes=minutes))
    if is_to_book and obstacles.is_barred_for_account(tx, telegram_id, slot_id):
        raise TimeBarred(
            offers_near(tx, wished.schedule_id, wished.starts_at, now, except_id=slot_id, minutes=minutes)
        )
    first, *further = run_from(tx, wished, minutes, now)
    current = holds.of_chat(tx, telegram_id)
    is_held = current is not None and current.slot_id == slot_id
    if current is not None and is_held and runs.kept(tx, telegram_id) == {slot.id for slot in further}:
        until = max(
            current.expires_at, rules.hold_until(current.created_at, now, is_registering=is_registering)
        )
        holds.extend(tx, telegram_id, until)
    else:
        _let_go(tx, telegram_id)
        if not runs.take_all(tx, [first, *further], SlotStatus.TENTATIVE):
            raise _gone(tx, [first, *further], now, minutes)
        begun = current.created_at if current is not None and is_held else now
        until = rules.hold_until(begun, now, is_registering=is_registering)
        holds.insert(tx, slot_id, telegram_id, begun, until)
        runs.keep(tx, telegram_id, further)
    return Held(wished, place, until, service)


def _service(tx: Tx, service_id: int | None) -> ServiceRow | None:
    return None if service_id is None else services.by_id(tx, service_id)


def run_from(tx: Tx, slot: SlotRow, minutes: int, now: datetime) -> list[SlotRow]:
    """Read the times that a service takes from one on, that one first; raises TimeTooShort."""
    found = runs.run(tx, slot, minutes)
    if not found:
        raise TimeTooShort(offers_near(tx, slot.schedule_id, slot.starts_at, now, minutes=minutes))
    return found


async def let_go(database: Database, telegram_id: int) -> None:
    """Give the time that a chat holds back to everybody; nothing happens when it holds none."""
    await database.write(lambda tx: _let_go(tx, telegram_id))


def _let_go(tx: Tx, telegram_id: int) -> None:
    slot_id = holds.delete(tx, telegram_id)
    if slot_id is not None:
        holds.free(tx, slot_id)


async def release_expired(database: Database, now: datetime) -> list[holds.HoldRow]:
    """Free all times whose holds have run out; returns those holds."""
    return await database.write(lambda tx: holds.release_expired(tx, now))


async def ending(database: Database, now: datetime) -> list[holds.HoldRow]:
    """Read the holds that run out within rules.LAST_MINUTE."""
    return await database.read(lambda tx: holds.ending(tx, now, now + rules.LAST_MINUTE))


async def held(database: Database, telegram_id: int, now: datetime) -> Held | None:
    """Read what a chat holds now."""

    def work(tx: Tx) -> Held | None:
        current = holds.of_chat(tx, telegram_id)
        if current is None or current.expires_at <= now:
            return None
        slot = times.slot(tx, current.slot_id)
        if slot is None:
            return None
        return Held(slot, place_of(tx, slot.schedule_id), current.expires_at)

    return await database.read(work)


@dataclass(frozen=True, slots=True)
class Request:
    """What a patient asks to book."""

    telegram_id: int
    patient_id: int
    slot_id: int
    purpose: str = ""
    is_second_meant: bool = False
    """a second visit to the same specialty is wanted, not pressed by mistake"""
    is_clash_meant: bool = False
    """another child is elsewhere at that time, and that is no mistake either"""
    referral_id: int | None = None
    """a stored referral that goes with the visit; one that is the patient's no more is left out"""
    service_id: int | None = None
    """None: the usual one of the specialty, where it lists any"""
    is_sex_meant: bool = False
    """a patient of another sex than the specialty usually sees, and that is no mistake"""


async def book(database: Database, request: Request, now: datetime) -> Visit:
    """Book a time for a patient of this chat's account: appointment, ticket and reminders in one transaction.

    Asked again for a time the patient has already, it changes nothing and returns the same visit.
    Raises NotRegistered, NotFound, AccessEnded, AccountInactive, ServiceNeeded, TimeTaken, TimeClosed,
    TimePast, TimeBarred, TimeTooShort, WrongAge, VisitOverlaps, TooManyVisits, DocumentMissing,
    SameSpecialty, UnusualSex, SiblingElsewhere.
    """
    return await database.write(lambda tx: book_within(tx, database.keyring, request, now))


def book_within(tx: Tx, keyring: Keyring, request: Request, now: datetime) -> Visit:
    """Do what `book` does, as a part of a transaction."""
    account = accounts.of_chat(tx, request.telegram_id)
    if account is None:
        raise NotRegistered
    slot = times.slot(tx, request.slot_id)
    if slot is None:
        raise NotFound
    if not people.is_patient_of(tx, request.patient_id, account.id):
        raise AccessEnded
    holds.release_expired(tx, now)
    taken = appointments.live_on_slot(tx, keyring, slot.id, account.id)
    if taken is not None and taken.patient_id == request.patient_id:
        return appointments.visit(tx, keyring, taken)
    place = place_of(tx, slot.schedule_id)
    service = chosen(tx, place.specialty_id, request.service_id)
    minutes = service.minutes if service else 0
    slots = run_from(tx, slot, minutes, now)
    _check(tx, keyring, request, account.id, slots, place, service, now)
    take(tx, request.telegram_id, slots, now, minutes)
    row = AppointmentRow(
        id=codes.new_id(),
        number=_unused_number(tx),
        ticket_code=codes.new_ticket_code(),
        patient_id=request.patient_id,
        account_id=account.id,
        telegram_id=request.telegram_id,
        language=account.language,
        slot_id=slot.id,
        schedule_id=slot.schedule_id,
        status=AppointmentStatus.BOOKED,
        starts_at=slot.starts_at,
        ends_at=slots[-1].ends_at,
        first_starts_at=slot.starts_at,
        queue_number=queue_number(tx, place, slot),
        sequence=0,
        booked_at=now,
        confirmed_at=None,
        cancelled_at=None,
        booked_by=account.id,
        changed_by=None,
        words={"purpose": request.purpose} if request.purpose else {},
        relation=people.relation(tx, account.id, request.patient_id) or people.SELF,
        service_id=service.id if service else None,
    )
    appointments.insert(tx, keyring, row)
    runs.add(tx, row.id, slots[1:])
    if request.referral_id and needs.is_referral_of(tx, keyring, row.patient_id, request.referral_id):
        papers.attach(tx, row.id, request.referral_id)
    journal.note(tx, now, account.id, journal.BOOKED, journal.VISIT, row.id, row.patient_id)
    has_reminder = planning.booked(tx, row, place.facility.timezone, now)
    return replace(appointments.visit(tx, keyring, row), has_reminder=has_reminder)


def _check(
    tx: Tx,
    keyring: Keyring,
    request: Request,
    account_id: int,
    slots: list[SlotRow],
    place: Place,
    service: ServiceRow | None,
    now: datetime,
) -> None:
    """Refuse what the rules refuse before anything is written."""
    slot, ends_at = slots[0], slots[-1].ends_at
    minutes = service.minutes if service else 0
    if not rules.is_bookable(slot.starts_at, now):
        raise TimePast(offers_near(tx, slot.schedule_id, slot.starts_at, now, minutes=minutes))
    if not any(accounts.confirmed_at(tx, account_id)):
        raise AccountInactive
    person = people.person(tx, keyring, request.patient_id)
    if person is not None and (audience := refusing_audience(place, service, person, slot.starts_at)):
        raise WrongAge(audience)
    if obstacles.is_barred(tx, request.patient_id, slot.id):
        raise TimeBarred(
            offers_near(tx, slot.schedule_id, slot.starts_at, now, except_id=slot.id, minutes=minutes)
        )
    overlap = obstacles.overlapping(tx, keyring, request.patient_id, account_id, slot.starts_at, ends_at)
    if overlap is not None:
        raise VisitOverlaps(overlap.id)
    if obstacles.count_coming(tx, request.patient_id, now) >= rules.MOST_VISITS:
        raise TooManyVisits
    needs.check(tx, keyring, request.patient_id, place.specialty_id)
    _check_second(tx, keyring, request, account_id, place, now)
    sex = "" if person is None or request.is_sex_meant else person.sex
    if rules.is_unusual_sex(place.specialty_sex, sex):
        raise UnusualSex
    if not request.is_clash_meant and people.relation(tx, account_id, request.patient_id) in people.MINORS:
        elsewhere = obstacles.of_other_child(
            tx, keyring, account_id, request.patient_id, place.facility.id, slot.starts_at, ends_at
        )
        if elsewhere is not None:
            raise SiblingElsewhere(elsewhere.id)


def refusing_audience(place: Place, service: ServiceRow | None, person: Person, at: datetime) -> str:
    """Name who is seen in place of this person, child or adult; empty where they are."""
    audiences = [place.facility.audience, place.specialty_audience, service.audience if service else "all"]
    on = at.astimezone(ZoneInfo(place.facility.timezone)).date()
    return rules.refusing_audience(audiences, person.born_on, on)


def _check_second(
    tx: Tx, keyring: Keyring, request: Request, account_id: int, place: Place, now: datetime
) -> None:
    """Ask about a second visit to the same specialty; refuse it where the facility takes none."""
    whose = (tx, keyring, request.patient_id, account_id, place.specialty_id, now)
    if not place.allows_second:
        here = obstacles.of_specialty(*whose, place.facility.id)
        if here is not None:
            raise SameSpecialty(here.id, is_allowed=False)
    if not request.is_second_meant:
        same = obstacles.of_specialty(*whose)
        if same is not None:
            raise SameSpecialty(same.id)


def take(tx: Tx, telegram_id: int, slots: list[SlotRow], now: datetime, minutes: int = 0) -> None:
    """Turn times that are free, or held by this chat, into busy ones; the chat's hold ends either way.

    Raises TimeTaken; then nothing of the transaction stays, the hold does.
    """
    _let_go(tx, telegram_id)
    if not runs.take_all(tx, slots, SlotStatus.BUSY):
        raise _gone(tx, slots, now, minutes)


def _gone(tx: Tx, slots: list[SlotRow], now: datetime, minutes: int) -> TimeClosed | TimeTaken:
    """Say why times that are not free are not: closed by the clinic, or somebody's."""
    is_closed = any(slot.status == SlotStatus.UNAVAILABLE for slot in slots)
    nearest = offers_near(tx, slots[0].schedule_id, slots[0].starts_at, now, minutes=minutes)
    return TimeClosed(nearest) if is_closed else TimeTaken(nearest)


def _unused_number(tx: Tx) -> str:
    number = codes.new_number()
    while appointments.has_number(tx, number):
        number = codes.new_number()
    return number


def queue_number(tx: Tx, place: Place, slot: SlotRow) -> int:
    """Return which of the doctor's times of that day this one is, from 1: the visit's number in the queue."""
    timezone = place.facility.timezone
    day = slot.starts_at.astimezone(ZoneInfo(timezone)).date()
    return times.count_up_to(tx, slot.schedule_id, day_start(day, timezone), slot.starts_at)


def place_of(tx: Tx, schedule_id: int) -> Place:
    """Read what a card says about a schedule; raises NotFound."""
    found = places.of_schedule(tx, schedule_id)
    if found is None:
        raise NotFound
    return found
