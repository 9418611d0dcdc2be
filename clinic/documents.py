"""Documents of patients: kept sealed, seen and deleted only by those who act for the patient."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime

from clinic import needs, rules
from clinic.clock import moscow_day
from clinic.errors import NotFound, TooManyDocuments
from clinic.waiting import precedence
from storage import accounts, documents, journal, people
from storage.accounts import AccountRow
from storage.database import Database
from storage.documents import DocumentRow
from storage.people import PatientRow
from storage.types import Tx

KINDS = (
    "passport",
    "birth_certificate",
    "snils",
    "policy",
    "referral",
    "pregnancy",
    "results",
    "benefit",
    "other",
)
"""What a document can be, in the order in which it is asked (seed 2.2)."""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A file, recognised by its content. `source` names the message: the same one twice is kept once."""

    patient_id: int
    kind: str
    media_type: str
    name: str
    content: bytes
    source: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A patient and a page of their documents."""

    patient: PatientRow
    items: tuple[DocumentRow, ...]
    has_next: bool
    missing: tuple[str, ...]
    """kinds that clinics ask everybody for, of which there is neither document nor number"""


def _account(tx: Tx, telegram_id: int) -> AccountRow:
    account = accounts.of_chat(tx, telegram_id)
    if account is None:
        raise NotFound
    return account


def _carer(tx: Tx, telegram_id: int, patient_id: int) -> AccountRow:
    """Find the account, if it acts for this patient; somebody else's patient is as if not there."""
    account = _account(tx, telegram_id)
    if not people.is_patient_of(tx, patient_id, account.id):
        raise NotFound
    return account


async def folder(
    database: Database, telegram_id: int, patient_id: int, page: int, size: int, now: datetime
) -> Folder:
    """Read a page of a patient's documents; raises NotFound for anybody else's patient."""
    keyring = database.keyring

    def work(tx: Tx) -> Folder:
        account = _carer(tx, telegram_id, patient_id)
        patient = next(one for one in people.patients_of(tx, keyring, account.id) if one.id == patient_id)
        rows = documents.of_patient(tx, keyring, patient_id, page * size, size + 1)
        kinds = documents.kinds_of(tx, patient_id)
        journal.note_view(tx, now, account.id, journal.DOCUMENT, patient_id, patient_id)
        wanted = rules.usual_documents(patient.person.born_on, moscow_day(now))
        missing = tuple(kind for kind in wanted if not needs.has_paper(patient.person, kinds, kind))
        return Folder(patient, tuple(rows[:size]), len(rows) > size, missing)

    return await database.write(work)


async def add(database: Database, telegram_id: int, new: NewDocument, now: datetime) -> DocumentRow:
    """Keep a file; the same message again changes nothing.

    Raises NotFound for anybody else's patient, TooManyDocuments (rules.MOST_DOCUMENTS).
    """
    keyring = database.keyring
    digest = hashlib.blake2b(f"{telegram_id}:{new.source}".encode(), digest_size=8).digest()
    document_id = int.from_bytes(digest) >> 2
    sealed = await asyncio.to_thread(documents.sealed_content, keyring, document_id, new.content)

    def work(tx: Tx) -> DocumentRow:
        account = _carer(tx, telegram_id, new.patient_id)
        there = documents.by_id(tx, keyring, document_id)
        if there is not None:
            return there
        if documents.count_of(tx, new.patient_id) >= rules.MOST_DOCUMENTS:
            raise TooManyDocuments
        row = DocumentRow(
            document_id,
            new.patient_id,
            account.id,
            new.kind,
            new.media_type,
            len(new.content),
            new.name,
            now,
        )
        documents.insert(tx, keyring, row, sealed)
        journal.note(tx, now, account.id, journal.CREATED, journal.DOCUMENT, document_id, new.patient_id)
        if new.kind == precedence.PROOF:
            precedence.refresh(tx, keyring, new.patient_id)
        return row

    return await database.write(work)


def _own(tx: Tx, database: Database, telegram_id: int, document_id: int) -> tuple[AccountRow, DocumentRow]:
    row = documents.by_id(tx, database.keyring, document_id)
    if row is None:
        raise NotFound
    return _carer(tx, telegram_id, row.patient_id), row


async def document(database: Database, telegram_id: int, document_id: int) -> DocumentRow:
    """Read what a document is, without its bytes; raises NotFound for anybody else's."""
    return await database.read(lambda tx: _own(tx, database, telegram_id, document_id)[1])


async def content(
    database: Database, telegram_id: int, document_id: int, now: datetime
) -> tuple[DocumentRow, bytes]:
    """Read a document with its bytes, noted in the journal; raises NotFound for anybody else's."""

    def work(tx: Tx) -> tuple[DocumentRow, bytes]:
        account, row = _own(tx, database, telegram_id, document_id)
        sealed = documents.content(tx, document_id)
        if sealed is None:
            raise NotFound
        journal.note(tx, now, account.id, journal.VIEWED, journal.DOCUMENT, document_id, row.patient_id)
        return row, sealed

    row, sealed = await database.write(work)
    return row, await asyncio.to_thread(documents.opened_content, database.keyring, document_id, sealed)


async def delete(database: Database, telegram_id: int, document_id: int, now: datetime) -> None:
    """Delete a document; deleted again it is NotFound, like anybody else's."""

    def work(tx: Tx) -> None:
        account, row = _own(tx, database, telegram_id, document_id)
        documents.delete(tx, document_id)
        journal.note(tx, now, account.id, journal.DELETED, journal.DOCUMENT, document_id, row.patient_id)
        if row.kind == precedence.PROOF:
            precedence.refresh(tx, database.keyring, row.patient_id)

    await database.write(work)
