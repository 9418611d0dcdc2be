"""What becomes of a booked visit: looked at, confirmed, cancelled, moved. Each act asks whose it is."""

from dataclasses import dataclass, replace
from datetime import datetime

from clinic import booking, codes, family_days, planning, reminding, rules
from clinic.errors import (
    MailTooSoon,
    NotFound,
    TimePast,
    TooFarToMove,
    VisitArrived,
    VisitCancelled,
    VisitOver,
    VisitOverlaps,
    WrongPlace,
)
from clinic.times import offers_near
from clinic.waiting import ends as waiting_ends
from storage import (
    accounts,
    appointments,
    holds,
    journal,
    notifications,
    obstacles,
    places,
    reminders,
    runs,
    services,
    times,
    waiting,
    waiting_order,
)
from storage.appointments import AppointmentRow, Visit
from storage.crypto import Keyring
from storage.database import Database
from storage.notifications import ToPlan
from storage.pages import Page
from storage.places import Place
from storage.states import LIVE, AppointmentStatus
from storage.types import Tx

OLD_TICKETS = "old_tickets"
"""Under this key the sealed words of a visit keep the codes of its tickets from before its moves."""
REMEMBERED_TICKETS = 20


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A visit that was cancelled; `was_already` when an earlier press had done it."""

    visit: Visit
    is_barred: bool
    was_already: bool = False


async def coming(
    database: Database,
    telegram_id: int,
    now: datetime,
    number: int,
    size: int,
    patient_id: int | None = None,
) -> Page[Visit]:
    """Read one page of the coming visits of a chat's patients, or of one of them, the nearest first.

    Empty for someone without an account, and for somebody else's patient.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Page[Visit]:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            return Page((), number, False)
        rows = appointments.coming(tx, keyring, account.id, now, number * size, size + 1, patient_id)
        visits = tuple(appointments.visit(tx, keyring, row) for row in rows[:size])
        return Page(visits, number, len(rows) > size)

    return await database.read(work)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first screen knows of a chat: the next visit, and with whom it booked last."""

    next_visit: Visit | None = None
    last_place: Place | None = None


async def overview(database: Database, telegram_id: int, now: datetime) -> Overview:
    """Read what is offered first; nothing for someone without an account."""
    keyring = database.keyring

    def work(tx: Tx) -> Overview:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            return Overview()
        rows = appointments.coming(tx, keyring, account.id, now, 0, 1)
        schedule_id = appointments.last_schedule(tx, account.id)
        return Overview(
            appointments.visit(tx, keyring, rows[0]) if rows else None,
            None if schedule_id is None else places.of_schedule(tx, schedule_id),
        )

    return await database.read(work)


async def visit(database: Database, telegram_id: int, appointment_id: int) -> Visit:
    """Read one visit of this chat's account; raises NotFound for anybody else's."""
    keyring = database.keyring
    return await database.read(
        lambda tx: appointments.visit(tx, keyring, _own(tx, keyring, telegram_id, appointment_id))
    )


def _own(tx: Tx, keyring: Keyring, telegram_id: int, appointment_id: int) -> AppointmentRow:
    account = accounts.of_chat(tx, telegram_id)
    if account is None:
        raise NotFound
    row = appointments.of_account(tx, keyring, appointment_id, account.id)
    if row is None:
        raise NotFound
    return row


def can_change(visit: Visit, now: datetime) -> bool:
    """Tell whether a visit can be cancelled or moved now: for the window that shows the button."""
    row = visit.appointment
    return row.status == AppointmentStatus.BOOKED and rules.can_change(row.starts_at, now)


def _check_changeable(row: AppointmentRow, now: datetime) -> None:
    if row.status not in LIVE:
        raise VisitCancelled
    if row.status == AppointmentStatus.ARRIVED:
        raise VisitArrived
    if not rules.can_change(row.starts_at, now):
        raise VisitOver


async def confirm(database: Database, telegram_id: int, appointment_id: int, now: datetime) -> Visit:
    """Note «Приду»; raises NotFound, VisitCancelled, VisitOver. Saying it twice changes nothing.

    Who is there already need not say it any more.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Visit:
        row = _own(tx, keyring, telegram_id, appointment_id)
        if row.status == AppointmentStatus.ARRIVED:
            return appointments.visit(tx, keyring, row)
        _check_changeable(row, now)
        if row.confirmed_at is None:
            appointments.confirm(tx, row.id, now)
        return appointments.visit(tx, keyring, replace(row, confirmed_at=row.confirmed_at or now))

    return await database.write(work)


async def confirm_reminded(database: Database, telegram_id: int, now: datetime) -> Visit | None:
    """Note «Приду» for the nearest visit that a reminder was sent of; None where there is none to confirm.

    With it for all that its last reminder in the chat told of.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Visit | None:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            return None
        for row in appointments.coming(tx, keyring, account.id, now, 0, rules.REMINDED_VISITS):
            if row.confirmed_at is None and _is_reminded(tx, row):
                appointments.confirm(tx, row.id, now)
                for told in family_days.told_of(tx, keyring, row, now, is_changed=False)[-1:]:
                    family_days.confirm_standing(tx, told, now)
                return appointments.visit(tx, keyring, replace(row, confirmed_at=now))
        return None

    return await database.write(work)


async def reminded(database: Database, telegram_id: int, now: datetime) -> Visit | None:
    """Find the nearest coming visit that a reminder was sent of, confirmed or not."""
    keyring = database.keyring

    def work(tx: Tx) -> Visit | None:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            return None
        for row in appointments.coming(tx, keyring, account.id, now, 0, rules.REMINDED_VISITS):
            if _is_reminded(tx, row) and rules.can_change(row.starts_at, now):
                return appointments.visit(tx, keyring, row)
        return None

    return await database.read(work)


def _is_reminded(tx: Tx, row: AppointmentRow) -> bool:
    return reminders.is_reminded(tx, row.id, row.account_id)


async def by_ticket(database: Database, telegram_id: int, ticket_code: str) -> Visit:
    """Find the visit that a ticket's QR stands for; raises NotFound for anybody else's.

    Its owner finds it by a ticket from before a move too: then `ticket_code` of the visit is another one.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Visit:
        appointment_id = appointments.id_by_ticket(tx, ticket_code)
        if appointment_id is not None:
            return appointments.visit(tx, keyring, _own(tx, keyring, telegram_id, appointment_id))
        account = accounts.of_chat(tx, telegram_id)
        if account is not None and ticket_code:
            for row in appointments.moved(tx, keyring, account.id):
                if ticket_code in row.words.get(OLD_TICKETS, "").split():
                    return appointments.visit(tx, keyring, row)
        raise NotFound

    return await database.read(work)


async def cancel(
    database: Database, telegram_id: int, appointment_id: int, now: datetime, *, reason: str = ""
) -> Cancelled:
    """Cancel a visit: its time is free at once, its planned messages are gone.

    Late and without a reason it bars this patient from the same time (rules.is_barred_by_cancel). Cancelling
    again changes nothing and says so. Raises NotFound, VisitArrived, VisitOver.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Cancelled:
        row = _own(tx, keyring, telegram_id, appointment_id)
        if row.status not in LIVE:
            return Cancelled(appointments.visit(tx, keyring, row), is_barred=False, was_already=True)
        _check_changeable(row, now)
        barred = rules.is_barred_by_cancel(row.starts_at, now, reason)
        words = {**row.words, "cancel_reason": reason} if reason else row.words
        appointments.cancel(tx, keyring, row, now, is_barred=barred, words=words)
        runs.free_all(tx, row.id, row.slot_id)
        notifications.drop_planned(tx, row.id, "cancelled")
        waiting_ends.of_visit(tx, keyring, row.id, now)
        waiting_order.look_of_patient(tx, row.patient_id, now)
        journal.note(tx, now, row.account_id, journal.CANCELLED, journal.VISIT, row.id, row.patient_id)
        after = _own(tx, keyring, telegram_id, appointment_id)
        planning.cancelled(tx, row.patient_id, row.id, after.sequence, now)
        return Cancelled(appointments.visit(tx, keyring, after), is_barred=barred)

    return await database.write(work)


async def move(
    database: Database,
    telegram_id: int,
    appointment_id: int,
    slot_id: int,
    now: datetime,
    *,
    reason: str = "",
) -> Visit:
    """Take a new time and free the old one in one transaction; the number stays, the rest is new.

    The new time is of the same specialty at the same facility and within rules.MOVE_WITHIN of the first
    date. Moving to the time it already has changes nothing. Raises NotFound, VisitCancelled, VisitArrived,
    VisitOver, WrongPlace, TooFarToMove, TimeTaken, TimePast, TimeTooShort, VisitOverlaps.
    """
    return await database.write(
        lambda tx: move_within(tx, database.keyring, telegram_id, appointment_id, slot_id, now, reason)
    )


def move_within(
    tx: Tx,
    keyring: Keyring,
    telegram_id: int,
    appointment_id: int,
    slot_id: int,
    now: datetime,
    reason: str,
) -> Visit:
    """Do what `move` does, as a part of a transaction."""
    row = _own(tx, keyring, telegram_id, appointment_id)
    if row.slot_id == slot_id and row.status in LIVE:
        return appointments.visit(tx, keyring, row)
    _check_changeable(row, now)
    holds.release_expired(tx, now)
    slot = times.slot(tx, slot_id)
    if slot is None:
        raise NotFound
    place, old_place = booking.place_of(tx, slot.schedule_id), booking.place_of(tx, row.schedule_id)
    if (place.facility.id, place.specialty_id) != (old_place.facility.id, old_place.specialty_id):
        raise WrongPlace
    service = None if row.service_id is None else services.by_id(tx, row.service_id)
    minutes = service.minutes if service else 0
    slots = booking.run_from(tx, slot, minutes, now)
    if not rules.is_bookable(slot.starts_at, now):
        raise TimePast(offers_near(tx, slot.schedule_id, slot.starts_at, now, minutes=minutes))
    if not rules.can_move_to(row.first_starts_at, slot.starts_at, now):
        raise TooFarToMove
    overlap = obstacles.overlapping(
        tx, keyring, row.patient_id, row.account_id, slot.starts_at, slots[-1].ends_at, except_id=row.id
    )
    if overlap is not None:
        raise VisitOverlaps(overlap.id)
    runs.free_all(tx, row.id, row.slot_id)  # first: the new times of a long visit may be among its old ones
    booking.take(tx, telegram_id, slots, now, minutes)
    appointments.move(
        tx,
        keyring,
        row,
        slot_id=slot.id,
        starts_at=slot.starts_at,
        ends_at=slots[-1].ends_at,
        queue_number=booking.queue_number(tx, place, slot),
        ticket_code=codes.new_ticket_code(),
        words=_words_after_move(row, reason),
    )
    runs.add(tx, row.id, slots[1:])
    notifications.drop_planned(tx, row.id, "moved")
    waiting.follow_visit(tx, row.id, slot.starts_at)
    waiting_order.look_of_patient(tx, row.patient_id, now)
    journal.note(tx, now, row.account_id, journal.MOVED, journal.VISIT, row.id, row.patient_id)
    after = _own(tx, keyring, telegram_id, appointment_id)
    planning.booked(tx, after, place.facility.timezone, now)
    return appointments.visit(tx, keyring, after)


def _words_after_move(row: AppointmentRow, reason: str) -> dict[str, str]:
    """Add the reason, and the ticket that is not valid any more, by which its owner still finds the visit."""
    old = [*row.words.get(OLD_TICKETS, "").split(), row.ticket_code][-REMEMBERED_TICKETS:]
    return {**row.words, **({"move_reason": reason} if reason else {}), OLD_TICKETS: " ".join(old)}


async def mail_ticket(
    database: Database, telegram_id: int, appointment_id: int, address: str, now: datetime
) -> Visit:
    """Plan a letter with the ticket to an address; asked again it goes again, to the new one.

    Raises NotFound, VisitCancelled, VisitOver, MailTooSoon (rules.MAIL_AGAIN).
    """
    keyring = database.keyring

    def work(tx: Tx) -> Visit:
        row = _own(tx, keyring, telegram_id, appointment_id)
        _check_has_ticket(row, now)
        key = (row.id, row.account_id, planning.TICKET, reminding.EMAIL, row.sequence)
        last = notifications.due_at(tx, *key)
        if last is not None and now < last + rules.MAIL_AGAIN:
            raise MailTooSoon
        sealed = notifications.sealed_address(keyring, row.id, row.sequence, address)
        notifications.plan_again(tx, ToPlan(*key, now), sealed)
        return appointments.visit(tx, keyring, row)

    return await database.write(work)


async def ticket_again(database: Database, telegram_id: int, appointment_id: int, now: datetime) -> Visit:
    """Read a visit in order to send its ticket anew; raises NotFound, VisitCancelled, VisitOver."""
    found = await visit(database, telegram_id, appointment_id)
    _check_has_ticket(found.appointment, now)
    return found


def _check_has_ticket(row: AppointmentRow, now: datetime) -> None:
    if row.status not in LIVE:
        raise VisitCancelled
    if row.ends_at <= now:
        raise VisitOver
