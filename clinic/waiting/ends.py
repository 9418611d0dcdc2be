"""How an offer comes to nothing and an entry of the waiting list ends: each end is told, with its reason."""

from datetime import datetime, timedelta

from clinic import rules
from clinic.waiting import notices
from storage import freed, times, waiting, waiting_order
from storage import waiting_offers as offers
from storage.crypto import Keyring
from storage.states import OfferState, SlotStatus, WaitingState
from storage.types import Tx
from storage.waiting import WaitingRow
from storage.waiting_offers import OfferRow


def close(tx: Tx, offer: OfferRow, row: WaitingRow, state: OfferState, now: datetime) -> None:
    """End an offer that came to nothing: the time goes on, the entry waits on in its place.

    What got free meanwhile went by, since one is offered a single time at once: so the entry looks again. Not
    after so many misses in a day: nobody is there, and what gets free anew is offered all the same.
    """
    offers.end(tx, offer.id, state)
    for slot_id in offer.slots:
        times.take(tx, slot_id, SlotStatus.FREE, from_status=SlotStatus.TENTATIVE)
    waiting.set_state(tx, row.id, WaitingState.WAITING)
    freed.offer_on(tx, offer.slot_id)
    if offers.missed_since(tx, row.id, now - timedelta(days=1)) < rules.MISSES_A_DAY:
        waiting_order.look(tx, row.id, now)


def give_up(tx: Tx, waiting_id: int, now: datetime) -> None:
    """Let a time that is offered to an entry go on to the next: it ends, or is erased."""
    offer, row = offers.open_of(tx, waiting_id), waiting.by_id(tx, waiting_id)
    if offer is not None and row is not None:
        close(tx, offer, row, OfferState.WITHDRAWN, now)


def end(tx: Tx, keyring: Keyring, row: WaitingRow, why: str, now: datetime) -> None:
    """End an entry and tell why."""
    give_up(tx, row.id, now)
    waiting.end(tx, row.id, why, now)
    notices.plan_end(tx, keyring, row, why, now)


def of_visit(tx: Tx, keyring: Keyring, appointment_id: int, now: datetime) -> None:
    """End what waits for an earlier time than that of a visit which is cancelled."""
    for row in waiting.of_visit(tx, appointment_id):
        end(tx, keyring, row, notices.VISIT_GONE, now)


def of_care(
    tx: Tx, keyring: Keyring, account_id: int, patient_id: int, now: datetime, *, is_told: bool
) -> None:
    """End what an account that acts for a patient no more has joined for them."""
    for row in waiting.live_of_patient(tx, patient_id):
        if row.account_id != account_id:
            continue
        if is_told:
            end(tx, keyring, row, notices.ACCESS, now)
        else:
            give_up(tx, row.id, now)
            waiting.end(tx, row.id, notices.ACCESS, now)


def merge(tx: Tx, patient_id: int, into: int, now: datetime) -> None:
    """Let another record of the same person wait for what this one waits for; twice the same is once."""
    for row in waiting.live_of_patient(tx, patient_id):
        if waiting.live_at(tx, into, waiting.place_key(row)) is not None:
            give_up(tx, row.id, now)
            waiting.end(tx, row.id, notices.LEFT, now)
    waiting.give_to(tx, patient_id, into)
