"""Adults who agree that somebody books for them, see who does, and take it back.

By their own press today; agreement by an SMS code is another basis of the same care.
"""

from dataclasses import dataclass
from datetime import datetime

from clinic import booking, family
from clinic.errors import InvitationRefused
from storage import journal, notifications, people
from storage.appointments import Doer
from storage.crypto import Keyring
from storage.database import Database
from storage.people import RELATIVE, SELF, AccountRow
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class ActsForMe:
    """An account that may book for one's own person."""

    account_id: int
    doer: Doer


def agree(tx: Tx, keyring: Keyring, own: AccountRow, inviter_id: int, now: datetime, *, basis: str) -> None:
    """Let another account act for one's own person; `basis` says how that was agreed: by a press, by SMS."""
    patient_id = people.own_patient(tx, own.id)
    if patient_id is None:
        raise InvitationRefused("unknown")
    doer = family.name_of(tx, keyring, own.id)
    words = {"name": doer.name, "sex": doer.sex}
    people.add_care(tx, inviter_id, patient_id, relation=RELATIVE, basis=basis, now=now)
    journal.note(tx, now, own.id, journal.SHARED, journal.ACCOUNT, inviter_id, patient_id)
    notifications.plan_note(tx, keyring, inviter_id, family.AGREED, family.NOTE, now, words)
    booking.plan_reminders_of(tx, keyring, inviter_id, patient_id, now)


async def acting_for_me(database: Database, telegram_id: int) -> list[ActsForMe]:
    """Read who may book for the own person of a chat's account."""
    keyring = database.keyring

    def work(tx: Tx) -> list[ActsForMe]:
        own = people.account_of(tx, telegram_id)
        patient_id = None if own is None else people.own_patient(tx, own.id)
        if own is None or patient_id is None:
            return []
        return [
            ActsForMe(carer.account_id, family.name_of(tx, keyring, carer.account_id))
            for carer in people.carers_of(tx, patient_id)
            if carer.account_id != own.id
        ]

    return await database.read(work)


async def take_back(database: Database, telegram_id: int, account_id: int, now: datetime) -> bool:
    """Let somebody book for one's own person no more, and tell them; False where they could not anyway."""
    keyring = database.keyring

    def work(tx: Tx) -> bool:
        own = family.account(tx, telegram_id)
        patient_id = people.own_patient(tx, own.id)
        if patient_id is None or people.relation(tx, account_id, patient_id) in (None, SELF):
            return False
        family.end_access(tx, account_id, patient_id, now, by=own.id)
        doer = family.name_of(tx, keyring, own.id)
        words = {"name": doer.name, "sex": doer.sex}
        notifications.plan_note(tx, keyring, account_id, family.ENDED, family.NOTE, now, words)
        return True

    return await database.write(work)
