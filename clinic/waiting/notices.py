"""What people in the waiting list are told: sealed rows, written in the transaction that they tell of."""

from datetime import datetime

from storage import notifications, people, specialties
from storage.crypto import Keyring
from storage.types import Tx
from storage.waiting import WaitingRow

CHANNEL = "waiting"
OFFER, OFFER_OVER, BOOKED, ENDED, WATCH = "offer", "offer_over", "booked", "ended", "watch"
"""Kinds: a time is offered; it is no more; one was booked; an entry has ended; the list is watched."""
VISIT_GONE, ACCESS, OVER, LEFT = "visit_gone", "access", "over", "left"
"""Why an entry ends, besides BOOKED: its visit or the access is gone, its time is over, it was left."""
BOOK = "book"
"""The mode of those who are booked without being asked first."""


def plan(
    tx: Tx, keyring: Keyring, account_id: int, kind: str, due_at: datetime, words: dict[str, str]
) -> int:
    """Write a message to an account; returns its number."""
    return notifications.plan_note(tx, keyring, account_id, kind, CHANNEL, due_at, words)


def plan_end(tx: Tx, keyring: Keyring, row: WaitingRow, why: str, now: datetime) -> None:
    """Write that an entry has ended, why, and what it was for: the reader may not see it any more."""
    specialty = specialties.by_id(tx, row.specialty_id)
    person = people.person(tx, keyring, row.patient_id)
    words = {
        "why": why,
        "waiting": str(row.id),
        "specialty_ru": "" if specialty is None else specialty.name_ru,
        "specialty_en": "" if specialty is None else specialty.name_en,
        "patient": "" if person is None else person.short_name,
    }
    plan(tx, keyring, row.account_id, ENDED, now, words)
