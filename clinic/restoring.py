"""An older store comes back: what was decided since must stand, for one's own data above all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from clinic import rights
from storage import afterwards, erasure, holds, journal
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class Stands:
    """What was brought up to date in the older store; counts."""

    erased_again: int
    """accounts and patients that were erased since"""
    taken_back: int
    """rights to act for a patient that were taken back since"""
    sent: int
    """messages that were sent since"""
    dropped: int
    """messages of the past of which nobody knows whether they were sent"""
    ended: int
    """presses that were worked since"""
    changed_visits: int | None
    """visits booked, moved or cancelled since, which are as they were; None where nobody knows"""


def bring_forward(tx: Tx, lost: Tx | None, erased: Collection[tuple[str, int]], now: datetime) -> Stands:
    """Let stand in an older store what must: see `storage.afterwards`. Again it changes nothing."""
    again = erase_again(tx, erased, now)
    taken_back = 0
    if lost is not None:
        taken_back = afterwards.take_back(tx, lost)
        afterwards.keep_pins(tx, lost)
    afterwards.close_links(tx, lost, now)
    sent, dropped = afterwards.end_messages(tx, lost, now)
    ended = afterwards.end_updates(tx, lost)
    changed = None if lost is None else afterwards.changed_visits(tx, lost)
    return Stands(again, taken_back, sent, dropped, ended, changed)


def erase_again(tx: Tx, erased: Collection[tuple[str, int]], now: datetime) -> int:
    """Erase those who are there and were erased, as `clinic.rights.erase` did; returns how many.

    What is noted is the service's doing, so the next restore knows it too.
    """
    count = 0
    known, accounts = afterwards.known_patients(tx), afterwards.accounts_of(tx)
    for record, number in sorted(erased, key=lambda one: one[0] == journal.ACCOUNT):  # patients first
        if record == journal.PATIENT and number in known:
            rights.cancel_coming(tx, number, journal.SERVICE, now)
            erasure.wipe_patient(tx, number)
            journal.note(tx, now, journal.SERVICE, journal.ERASED, journal.PATIENT, number, number)
        elif record == journal.ACCOUNT and number in accounts:
            slot_id = holds.delete(tx, accounts[number])
            if slot_id is not None:
                holds.free(tx, slot_id)
            erasure.wipe_chat(tx, accounts[number], ())
            afterwards.forget_updates(tx, accounts[number])
            erasure.wipe_account(tx, number)
            journal.note(tx, now, journal.SERVICE, journal.ERASED, journal.ACCOUNT, number)
        else:
            continue
        count += 1
    return count
