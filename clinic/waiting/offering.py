"""Times that get free are offered to the first whom they suit, or booked for those who asked for it.

All of it is parts of transactions. `settle` is the end of each of the bot's transactions, so a time that gets
free in one is never seen free by the next; what a kill or a fault leaves is found by the clock's tick.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from clinic import booking, codes, rules, visits, wishes
from clinic.booking import Request
from clinic.errors import (
    DocumentMissing,
    NotFound,
    Refused,
    SameSpecialty,
    SiblingElsewhere,
    UnusualSex,
    VisitArrived,
    VisitCancelled,
    VisitOver,
)
from clinic.waiting import ends, notices, reserves
from storage import (
    appointments,
    freed,
    notifications,
    people,
    regions,
    runs,
    services,
    times,
    waiting,
    waiting_order,
)
from storage import waiting_offers as offers
from storage.appointments import Visit
from storage.crypto import Keyring
from storage.database import attempt
from storage.freed import FreedRow
from storage.states import OfferState, SlotStatus, WaitingState
from storage.types import Tx
from storage.waiting import WaitingRow
from storage.waiting_offers import OfferRow
from storage.waiting_order import Candidate

logger = logging.getLogger(__name__)

QUESTIONS = (SameSpecialty, SiblingElsewhere, UnusualSex, DocumentMissing)
"""What may be in the way of a booking and can be answered, by «all the same» or by a document."""
AT_ONCE = 20
"""Most times that one transaction offers: others wait for it only a moment."""
PAGE = 50
LOOKS = 50
"""Most free times that one entry's look has offered to the list in one transaction."""


def has_any(tx: Tx) -> bool:
    """Tell whether there is anything to settle; two index seeks."""
    return freed.has_pending(tx) or waiting_order.has_to_look(tx)


def settle(tx: Tx, keyring: Keyring, now: datetime) -> int:
    """Offer what has got free, and what is free already to those who have just joined; returns how much.

    A fault concerns one time alone: it is logged, and that time is free for everybody.
    """
    done = 0
    while done < AT_ONCE and (found := freed.next_pending(tx)) is not None:
        done += 1
        try:
            attempt(tx, lambda tx, found=found: offer_to_next(tx, keyring, found, now))  # type: ignore[misc]
        except Exception:
            logger.exception("a time could not be offered to the waiting list")
            freed.note_done(tx, found.slot_id)
    for row in waiting_order.to_look(tx, AT_ONCE - done):
        done += 1
        waiting_order.looked(tx, row.id)
        try:
            attempt(tx, lambda tx, row=row: _look(tx, keyring, row, now))  # type: ignore[misc]
        except Exception:
            logger.exception("what is free could not be looked through for the waiting list")
    return done


def offer_to_next(tx: Tx, keyring: Keyring, found: FreedRow, now: datetime) -> bool:
    """Give a time to the first in the list whom it suits; False where it is left to everybody."""
    freed.note_seen(tx, found.id, now)
    if found.why == freed.GIVEN_UP:
        reserves.open_one(tx, found.schedule_id, now)
    if found.status is SlotStatus.FREE and found.starts_at > now:
        after, size = (-1, 0), 1  # the first mostly takes it: looking for more would read the whole list
        while page := waiting_order.candidates(tx, found, after, size):
            for one in page:
                if _give(tx, keyring, found, one, now):
                    return True
            after, size = (page[-1].row.precedence, page[-1].row.turn), PAGE
    freed.note_done(tx, found.slot_id)
    return False


def _give(tx: Tx, keyring: Keyring, found: FreedRow, one: Candidate, now: datetime) -> bool:
    """Offer a time to somebody, or book it for them; False where it does not suit them after all."""
    row = one.row
    wish = wishes.from_json(row.wish)
    if one.is_blocked or not wishes.fits_place(wish, found.schedule_id, found.facility_id):
        return False
    told_at = told(tx, keyring, row, found.timezone, now)
    if not wishes.fits(wish, found.starts_at, found.timezone, told_at):
        return False
    if not rules.can_offer(found.starts_at, told_at):
        return False
    if row.mode == notices.BOOK:
        visit = _attempt(tx, keyring, one, found.slot_id, now, is_asked=False)
        if isinstance(visit, Visit):
            _note_booked(tx, keyring, row, found, visit, told_at, now)
            return True
        if not isinstance(visit, QUESTIONS):
            return False  # these can be answered, so they are asked
    refusal = _refusal(tx, keyring, one, found.slot_id, now)
    if refusal is not None:
        _end_if_pointless(tx, keyring, row, refusal, now)
        return False
    offer_id = codes.new_id()
    times.take(tx, found.slot_id, SlotStatus.TENTATIVE, from_status=SlotStatus.FREE)
    words = {"offer": str(offer_id)}
    number = notices.plan(tx, keyring, row.account_id, notices.OFFER, told_at, words)
    until = told_at + rules.offer_hold(found.starts_at, told_at)
    further = _keep_further(tx, row, found.slot_id)
    offers.insert(
        tx,
        OfferRow(offer_id, row.id, found.slot_id, now, None, until, OfferState.OPEN, number, None, further),
    )
    freed.note_offered(tx, found.slot_id)
    waiting.set_state(tx, row.id, WaitingState.OFFERED)
    return True


def _keep_further(tx: Tx, row: WaitingRow, slot_id: int) -> tuple[int, ...]:
    """Keep the slots that follow, where what the visit is for takes longer than one; returns them.

    A visit that is to be earlier may have some of them itself: these stay its own.
    """
    service_id = row.service_id
    if row.appointment_id is not None:
        service_id = appointments.service_of(tx, row.appointment_id)
    service = None if service_id is None else services.by_id(tx, service_id)
    slot = times.slot(tx, slot_id)
    if service is None or slot is None:
        return ()
    return tuple(
        one.id
        for one in runs.run(tx, slot, service.minutes)[1:]
        if times.take(tx, one.id, SlotStatus.TENTATIVE, from_status=SlotStatus.FREE)
    )


def told(tx: Tx, keyring: Keyring, row: WaitingRow, timezone: str, now: datetime) -> datetime:
    """Return when somebody is told of what happens now: by the clock where they live, else the facility's."""
    person = people.person(tx, keyring, row.patient_id)
    home = regions.timezone_of(tx, person.region) if person is not None and person.region else None
    return rules.told_at(now, ZoneInfo(home or timezone), is_any_hour=row.is_any_hour)


class _Undo(Exception):
    """Nothing speaks against it, and it was only asked."""


def _refusal(tx: Tx, keyring: Keyring, one: Candidate, slot_id: int, now: datetime) -> Refused | None:
    """Ask all the rules of booking whether somebody could take a time; questions are for them to answer."""
    answer = _attempt(tx, keyring, one, slot_id, now, is_asked=True)
    return answer if isinstance(answer, Refused) and not isinstance(answer, DocumentMissing) else None


def _attempt(
    tx: Tx, keyring: Keyring, one: Candidate, slot_id: int, now: datetime, *, is_asked: bool
) -> Visit | Refused | None:
    def work(tx: Tx) -> Visit:
        visit = take(tx, keyring, one.row, one.telegram_id, slot_id, now, is_meant=is_asked)
        if is_asked:
            raise _Undo
        return visit

    try:
        return attempt(tx, work)
    except Refused as refusal:
        return refusal
    except _Undo:
        return None


def take(
    tx: Tx,
    keyring: Keyring,
    row: WaitingRow,
    telegram_id: int,
    slot_id: int,
    now: datetime,
    *,
    is_meant: bool = False,
) -> Visit:
    """Book a free time for an entry's patient, or move their visit to it; raises what these raise.

    `is_meant`: a second visit to the specialty, or a child elsewhere at that hour, is no mistake.
    """
    if row.appointment_id is not None:
        return visits.move_within(tx, keyring, telegram_id, row.appointment_id, slot_id, now, "")
    request = Request(
        telegram_id,
        row.patient_id,
        slot_id,
        service_id=row.service_id,
        is_second_meant=is_meant,
        is_clash_meant=is_meant,
        is_sex_meant=is_meant,
    )
    return booking.book_within(tx, keyring, request, now)


def _note_booked(
    tx: Tx,
    keyring: Keyring,
    row: WaitingRow,
    found: FreedRow,
    visit: Visit,
    told_at: datetime,
    now: datetime,
) -> None:
    """Note that a time was booked for somebody who asked for it; at night they hear of it in the morning."""
    appointment_id = visit.appointment.id
    offers.insert(
        tx,
        OfferRow(
            codes.new_id(), row.id, found.slot_id, now, None, now, OfferState.ACCEPTED, None, appointment_id
        ),
    )
    notifications.hold_back(tx, appointment_id, told_at)
    words = {"visit": str(appointment_id), "moved": "yes" if row.appointment_id else ""}
    notices.plan(tx, keyring, row.account_id, notices.BOOKED, told_at, words)
    waiting.end(tx, row.id, notices.BOOKED, now)
    freed.note_done(tx, found.slot_id)


def _end_if_pointless(tx: Tx, keyring: Keyring, row: WaitingRow, refusal: Refused, now: datetime) -> None:
    """End an entry that nothing can come of: its visit or its access is gone."""
    gone = NotFound | VisitArrived | VisitCancelled | VisitOver
    if row.appointment_id is not None and isinstance(refusal, gone):
        ends.end(tx, keyring, row, notices.VISIT_GONE, now)
    elif not people.is_patient_of(tx, row.patient_id, row.account_id):
        ends.end(tx, keyring, row, notices.ACCESS, now)


# --- looking for what is free already


def _look(tx: Tx, keyring: Keyring, row: WaitingRow, now: datetime) -> None:
    """Have the list offer the free times that suit an entry, until one is offered to it.

    They go to the first in the list, as all do: whoever is before this one may be the taker.
    """
    wish = wishes.from_json(row.wish)
    earliest = now
    if row.appointment_id is not None and row.before is not None:
        first = appointments.first_starts_at(tx, row.appointment_id)
        earliest = rules.move_window(first or row.before, now)[0]

    def suits(found: FreedRow) -> bool:
        return wishes.fits_place(wish, found.schedule_id, found.facility_id) and wishes.fits(
            wish, found.starts_at, found.timezone, now
        )

    refused = given = 0
    for found in waiting_order.free_times(tx, row, earliest, now + rules.LOOK_AHEAD):
        if not suits(found):
            continue
        freed.note(tx, found.slot_id, freed.LET_GO)
        if _offer_noted(tx, keyring, found.slot_id, now):
            given += 1
        else:
            refused += 1
        known = waiting.by_id(tx, row.id)
        if known is None or known.state is not WaitingState.WAITING or refused == LOOKS:
            return
        if given == LOOKS:
            waiting_order.look(tx, row.id, now)
            return


def _offer_noted(tx: Tx, keyring: Keyring, slot_id: int, now: datetime) -> bool:
    noted = freed.pending_of(tx, slot_id)
    return noted is not None and offer_to_next(tx, keyring, noted, now)


Settle = Callable[[Tx], None]


def settling(keyring: Keyring, now: Callable[[], datetime]) -> Settle:
    """Make what the store does at the end of each transaction."""

    def work(tx: Tx) -> None:
        if has_any(tx):
            settle(tx, keyring, now())

    return work
