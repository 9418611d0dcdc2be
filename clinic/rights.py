"""What people may ask of what is kept about them: who looked at it, and that it be deleted."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from clinic.errors import NotFound
from storage import accounts, documents, erasure, holds, journal, people, runs, support_posts
from storage.accounts import AccountRow
from storage.crypto import Keyring
from storage.database import Database
from storage.erasure import SentMessage
from storage.journal import Entry
from storage.people import Carer, PatientRow
from storage.types import Tx

YOU, SERVICE, CLINIC, OTHER = "you", "service", "clinic", "other"
"""Who did something, where no name is to be said."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A line of the journal as a patient reads it; `name` is set where it was another carer."""

    entry: Entry
    who: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """A page of what happened to a patient's data; `others` are the account's other patients."""

    patient: PatientRow
    lines: tuple[Looked, ...]
    has_next: bool
    others: tuple[PatientRow, ...]


async def looked_at(
    database: Database, telegram_id: int, patient_id: int | None, page: int, size: int
) -> Journal:
    """Read who did what with a patient's data, the latest first; None is the account's own person.

    Raises NotFound for anybody else's patient.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Journal:
        account = accounts.of_chat(tx, telegram_id)
        known = [] if account is None else people.patients_of(tx, keyring, account.id)
        patient = next((one for one in known if patient_id in (None, one.id)), None)
        if account is None or patient is None:
            raise NotFound
        entries = journal.of_patient(tx, patient.id, page * size, size + 1)
        return Journal(
            patient,
            tuple(named(tx, keyring, account.id, patient.id, entries[:size])),
            len(entries) > size,
            tuple(one for one in known if one.id != patient.id),
        )

    return await database.read(work)


def named(tx: Tx, keyring: Keyring, account_id: int, patient_id: int, entries: list[Entry]) -> list[Looked]:
    """Say who each entry is of: who asks, another carer by name, service, clinic, or somebody else."""
    names = {}
    for carer in people.carers_of(tx, patient_id):
        person = people.person_of_account(tx, keyring, carer.account_id)
        names[carer.account_id] = "" if person is None else person.short_name
    lines = []
    for entry in entries:
        if entry.account_id == account_id:
            lines.append(Looked(entry, YOU))
        elif entry.account_id == journal.SERVICE:
            lines.append(Looked(entry, SERVICE))
        elif entry.account_id == journal.CLINIC:
            lines.append(Looked(entry, CLINIC))
        else:
            lines.append(Looked(entry, OTHER, names.get(entry.account_id, "")))
    return lines


# --- deleting


@dataclass(frozen=True, slots=True)
class Outlook:
    """What deleting everything would do."""

    erased: tuple[PatientRow, ...] = ()
    left: tuple[PatientRow, ...] = ()
    """patients who stay, because somebody else acts for them"""
    visits: int = 0
    """coming visits that would be cancelled"""
    documents: int = 0


@dataclass(frozen=True, slots=True)
class Erased:
    """What is left to be done in the chats; `own` is the chat that was erased."""

    own: tuple[int, ...] = ()
    """messages about visits in it, the latest first"""
    tickets: tuple[tuple[int, str, int], ...] = ()
    """tickets in the chats of others that are void now: chat, language, message"""
    support: tuple[tuple[int, int], ...] = ()
    """messages by which requests to support and their answers came, the latest first: chat, message"""


def is_erased(relation: str, others: Collection[str]) -> bool:
    """Tell whether a patient goes with an account, by its relation and those of the other carers.

    Whoever withdraws the consent to what is kept about themselves decides for the relatives who act with
    their agreement, not for parents and guardians, who act by law.
    """
    if relation == people.SELF:
        return not {people.CHILD, people.WARD} & set(others)
    return not others


def _others(tx: Tx, patient: PatientRow) -> list[Carer]:
    return [one for one in people.carers_of(tx, patient.id) if one.account_id != patient.account_id]


def _goes(tx: Tx, patient: PatientRow) -> bool:
    return is_erased(patient.relation, [one.relation for one in _others(tx, patient)])


async def outlook(database: Database, telegram_id: int, now: datetime) -> Outlook:
    """Read what deleting everything would do; nothing for someone without an account."""
    keyring = database.keyring

    def work(tx: Tx) -> Outlook:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            return Outlook()
        found = Outlook()
        for patient in people.patients_of(tx, keyring, account.id):
            if not _goes(tx, patient):
                found = replace(found, left=(*found.left, patient))
                continue
            found = Outlook(
                (*found.erased, patient),
                found.left,
                found.visits + len(erasure.coming_of(tx, patient.id, now)),
                found.documents + documents.count_of(tx, patient.id),
            )
        return found

    return await database.read(work)


async def erase(
    database: Database, telegram_id: int, now: datetime, open_ids: Collection[str] = ()
) -> Erased:
    """Delete a chat's account and everybody for whom nobody else acts; their coming visits are cancelled.

    Then neither file nor log has anything of it. The journal keeps the facts. Again it changes nothing.
    `open_ids` name the conversations that whoever calls closes afterwards.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Erased:
        account = accounts.of_chat(tx, telegram_id)
        copies = tuple(support_posts.copies_of_chat(tx, telegram_id))
        erased = Erased() if account is None else _erase(tx, keyring, account, now)
        slot_id = holds.delete(tx, telegram_id)
        if slot_id is not None:
            holds.free(tx, slot_id)
        erasure.wipe_chat(tx, telegram_id, open_ids)
        return replace(erased, support=copies)

    erased = await database.write(work)
    await database.checkpoint()
    return erased


def _erase(tx: Tx, keyring: Keyring, account: AccountRow, now: datetime) -> Erased:
    own: list[SentMessage] = []
    tickets: list[tuple[int, str, int]] = []
    for patient in people.patients_of(tx, keyring, account.id):
        if not _goes(tx, patient):
            own += [one for one in erasure.sent_messages(tx, patient.id) if one.account_id == account.id]
            erasure.leave_patient(tx, patient.id, account.id)
            journal.note(tx, now, account.id, journal.UNSHARED, journal.PATIENT, patient.id, patient.id)
            continue
        cancel_coming(tx, patient.id, account.id, now)
        sent = erasure.sent_messages(tx, patient.id)
        own += [one for one in sent if one.account_id == account.id]
        tickets += _void_of_others(sent, _others(tx, patient))
        erasure.wipe_patient(tx, patient.id)
        journal.note(tx, now, account.id, journal.ERASED, journal.PATIENT, patient.id, patient.id)
    erasure.wipe_account(tx, account.id)
    journal.note(tx, now, account.id, journal.ERASED, journal.ACCOUNT, account.id)
    return Erased(tuple(one.message_id for one in own), tuple(tickets))


def cancel_coming(tx: Tx, patient_id: int, account_id: int, now: datetime) -> None:
    """Cancel the coming visits of a patient and free their times."""
    for appointment_id, slot_id in erasure.coming_of(tx, patient_id, now):
        erasure.cancel(tx, appointment_id, account_id, now)
        runs.free_all(tx, appointment_id, slot_id)
        journal.note(tx, now, account_id, journal.CANCELLED, journal.VISIT, appointment_id, patient_id)


def _void_of_others(sent: list[SentMessage], others: list[Carer]) -> list[tuple[int, str, int]]:
    """Find the tickets in the chats of relatives whose visit is not to be."""
    by_account = {one.account_id: one for one in others}
    return [
        (by_account[one.account_id].telegram_id, by_account[one.account_id].language, one.message_id)
        for one in sent
        if one.kind == "ticket" and one.is_cancelled and one.account_id in by_account
    ]
