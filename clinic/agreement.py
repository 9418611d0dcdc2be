"""Adults who agree that somebody books for them, see who does, and take it back.

By their own press in their own chat, or, without Telegram, by telling the code that came by SMS.
"""

from dataclasses import dataclass
from datetime import date, datetime

from clinic import confirmation, family, planning, rules
from clinic.clock import moscow_day
from clinic.errors import InvitationRefused, NotFound, NotOfAge, PhoneHasTelegram
from storage import accounts, journal, notifications, people
from storage.accounts import AccountRow
from storage.appointments import Doer
from storage.crypto import Keyring
from storage.database import Database
from storage.people import RELATIVE, SELF, PatientRow, Person
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class ActsForMe:
    """An account that may book for one's own person."""

    account_id: int
    doer: Doer


BY_PRESS, BY_SMS = "agreement", "sms"
"""Bases of care: how an adult agreed."""


def agree(tx: Tx, keyring: Keyring, own: AccountRow, inviter_id: int, now: datetime) -> None:
    """Let another account act for one's own person, who has pressed «yes»."""
    patient_id = people.own_patient(tx, own.id)
    if patient_id is None:
        raise InvitationRefused("unknown")
    doer = family.name_of(tx, keyring, own.id)
    words = {"name": doer.name, "sex": doer.sex}
    people.add_care(tx, inviter_id, patient_id, relation=RELATIVE, basis=BY_PRESS, now=now)
    journal.note(tx, now, own.id, journal.SHARED, journal.ACCOUNT, inviter_id, patient_id)
    notifications.plan_note(tx, keyring, inviter_id, family.AGREED, family.NOTE, now, words)
    planning.reminders_of(tx, inviter_id, now, patient_id)


async def acting_for_me(database: Database, telegram_id: int) -> list[ActsForMe]:
    """Read who may book for the own person of a chat's account."""
    keyring = database.keyring

    def work(tx: Tx) -> list[ActsForMe]:
        own = accounts.of_chat(tx, telegram_id)
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
        family.end_access(tx, keyring, account_id, patient_id, now, by=own.id)
        doer = family.name_of(tx, keyring, own.id)
        words = {"name": doer.name, "sex": doer.sex}
        notifications.plan_note(tx, keyring, account_id, family.ENDED, family.NOTE, now, words)
        return True

    return await database.write(work)


# --- a relative without Telegram


def check_of_age(born_on: date, on: date) -> None:
    """Raise NotOfAge for somebody who is a child on that day."""
    if not rules.is_of_age(born_on, on):
        raise NotOfAge


async def check_phone(database: Database, telegram_id: int, phone: str) -> None:
    """See, before a code goes out, whether somebody with that phone (E.164) can be added by it.

    Raises NotRegistered, PhoneHasTelegram, FamilyFull.
    """
    await database.read(lambda tx: _check(tx, database.keyring, family.account(tx, telegram_id), phone))


def _check(tx: Tx, keyring: Keyring, own: AccountRow, phone: str) -> None:
    holder = accounts.by_phone(tx, keyring, phone)
    if holder is not None:
        raise PhoneHasTelegram(is_own=holder == own.id)
    family.check_room(tx, keyring, own.id)


async def agree_by_code(
    database: Database, telegram_id: int, patient_id: int, person: Person, code: str, now: datetime
) -> PatientRow:
    """Add an adult who told the code that came to `person.phone`; code and record are one transaction.

    `patient_id` is a new one that was drawn before: the same update worked again adds nobody else. Raises
    what confirmation.check raises, NotRegistered, NotOfAge, PhoneHasTelegram, FamilyFull; NotFound where the
    id is somebody else's. Where it refuses, the code stays unused.
    """
    keyring = database.keyring

    def then(tx: Tx) -> PatientRow:
        own = family.account(tx, telegram_id)
        known = people.person(tx, keyring, patient_id)
        if known is not None:
            relation = people.relation(tx, own.id, patient_id)
            if relation is None:
                raise NotFound
            return PatientRow(patient_id, own.id, known, relation)
        check_of_age(person.born_on, moscow_day(now))
        _check(tx, keyring, own, person.phone)
        people.insert_patient(tx, keyring, patient_id, person, now)
        people.add_care(tx, own.id, patient_id, relation=RELATIVE, basis=BY_SMS, now=now)
        journal.note(tx, now, own.id, journal.CREATED, journal.PATIENT, patient_id, patient_id)
        journal.note(tx, now, own.id, journal.CONFIRMED, journal.AGREEMENT, own.id, patient_id)
        return PatientRow(patient_id, own.id, person, RELATIVE)

    return await confirmation.check(
        database, telegram_id, confirmation.AGREEMENT, person.phone, code, now, then
    )
