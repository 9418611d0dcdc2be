"""Registering: consent, phone, name, date of birth. What was typed is read in `typed` and `names` before."""

from dataclasses import dataclass
from datetime import datetime

from clinic import codes
from clinic.errors import NotRegistered
from storage import accounts, journal, people
from storage.accounts import AccountRow
from storage.database import Database
from storage.people import PatientRow, Person
from storage.types import Tx

CONSENT_VERSION = "2026-11-25/2"
"""Version of the consent text; a new text needs a new one."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a new patient said, all of it checked."""

    telegram_id: int
    language: str
    consent_version: str
    consented_at: datetime
    phone: str
    person: Person


async def account(database: Database, telegram_id: int) -> AccountRow | None:
    """Find the account of a chat."""
    return await database.read(lambda tx: accounts.of_chat(tx, telegram_id))


async def patients(database: Database, telegram_id: int) -> list[PatientRow]:
    """Read the patients of a chat's account; none where there is no account."""
    keyring = database.keyring

    def work(tx: Tx) -> list[PatientRow]:
        found = accounts.of_chat(tx, telegram_id)
        return [] if found is None else people.patients_of(tx, keyring, found.id)

    return await database.read(work)


async def register(database: Database, registration: Registration, now: datetime) -> PatientRow:
    """Write account and patient in one transaction; registering again returns what is there."""
    keyring = database.keyring

    def work(tx: Tx) -> PatientRow:
        existing = accounts.of_chat(tx, registration.telegram_id)
        if existing is not None:
            return people.patients_of(tx, keyring, existing.id)[0]
        new = AccountRow(
            codes.new_id(), registration.telegram_id, registration.language, registration.consent_version
        )
        accounts.insert(
            tx,
            keyring,
            new,
            phone=registration.phone,
            consented_at=registration.consented_at,
            now=now,
            phone_confirmed_at=now,  # by Telegram, for the sender's own contact, or by a code
        )
        patient_id = codes.new_id()
        people.insert_patient(tx, keyring, patient_id, registration.person, now)
        people.add_care(tx, new.id, patient_id, relation=people.SELF, basis=people.SELF, now=now)
        journal.note(tx, now, new.id, journal.CREATED, journal.PATIENT, patient_id, patient_id)
        return PatientRow(patient_id, new.id, registration.person)

    return await database.write(work)


async def set_language(database: Database, telegram_id: int, language: str) -> None:
    """Keep the language an account chose."""
    await database.write(lambda tx: accounts.set_language(tx, telegram_id, language))


async def set_blocked(database: Database, telegram_id: int, blocked_at: datetime | None) -> None:
    """Note that a person blocked the bot, or (None) came back."""
    await database.write(lambda tx: accounts.set_blocked(tx, telegram_id, blocked_at))


async def renew_consent(database: Database, telegram_id: int, now: datetime) -> None:
    """Note that a chat's person agrees to the present text; again it changes nothing.

    Raises NotRegistered where there is no account.
    """

    def work(tx: Tx) -> None:
        found = accounts.of_chat(tx, telegram_id)
        if found is None:
            raise NotRegistered
        if found.consent_version != CONSENT_VERSION:
            accounts.set_consent(tx, found.id, CONSENT_VERSION, now)
            journal.note(tx, now, found.id, journal.CONFIRMED, journal.CONSENT, found.id)

    await database.write(work)
