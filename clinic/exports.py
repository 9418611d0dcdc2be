"""«Скачать мои данные»: everything that is known of an account and of those it acts for."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from clinic import own_requests, rights
from clinic.errors import NotFound, NotRegistered
from clinic.rights import Looked
from clinic.support import Thread
from storage import (
    accounts,
    appointments,
    documents,
    feedback,
    invitations,
    journal,
    no_times,
    notifications,
    papers,
    people,
    preferences,
    specialties,
    visit_files,
    waiting,
)
from storage.accounts import AccountRow, Contact
from storage.appointments import Visit
from storage.crypto import Keyring
from storage.database import Database
from storage.documents import DocumentRow
from storage.feedback import FeedbackRow
from storage.invitations import InvitationRow
from storage.no_times import AnswerRow
from storage.notifications import Told
from storage.people import PatientRow
from storage.types import Tx
from storage.visit_files import VisitFileRow
from storage.waiting import WaitingRow

FORMAT = 1
"""Number of the shape of data.json; another shape gets another one."""
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class PatientData:
    """All of one patient."""

    patient: PatientRow
    basis: str
    since: datetime
    visits: tuple[Visit, ...]
    told: tuple[tuple[Told, ...], ...]
    """of each visit what this account was told, or will be"""
    attached: tuple[tuple[int, ...], ...]
    """the documents that go with each visit, by their ids"""
    given: tuple[tuple[VisitFileRow, ...], ...]
    """the files that the clinic gave of each visit"""
    documents: tuple[DocumentRow, ...]
    looked: tuple[Looked, ...]
    waiting: tuple[tuple[str, WaitingRow], ...]
    """specialty and what is or was waited for"""
    reminders: str | None
    """JSON: what the account wants otherwise for this patient's reminders"""
    feedback: tuple[FeedbackRow, ...] = ()
    """what was said of the visits and their booking"""


@dataclass(frozen=True, slots=True)
class AccountData:
    """All of an account."""

    account: AccountRow
    contact: Contact
    consented_at: datetime
    created_at: datetime
    phone_confirmed_at: datetime | None
    email_confirmed_at: datetime | None
    preferences: dict[str, Any]
    reminders: str | None
    """JSON: what the account wants of reminders"""
    patients: tuple[PatientData, ...]
    no_times: tuple[tuple[str, str, AnswerRow], ...]
    """facility, specialty and what was answered: that there was no time within the limit"""
    invitations: tuple[InvitationRow, ...]
    support: tuple[Thread, ...]
    made_at: datetime

    @property
    def documents(self) -> tuple[DocumentRow, ...]:
        """The documents of all patients."""
        return tuple(row for one in self.patients for row in one.documents)


async def collect(database: Database, telegram_id: int, now: datetime) -> AccountData:
    """Read everything but the documents' bytes; noted in the journal of each patient.

    Raises NotRegistered where there is no account.
    """
    keyring = database.keyring

    def work(tx: Tx) -> AccountData:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            raise NotRegistered
        known = people.patients_of(tx, keyring, account.id)
        for patient in known:
            journal.note(tx, now, account.id, journal.EXPORTED, journal.PATIENT, patient.id, patient.id)
        _, consented_at, created_at = accounts.consent_of(tx, account.id)
        phone_at, email_at = accounts.confirmed_at(tx, account.id)
        return AccountData(
            account,
            accounts.contact_of(tx, keyring, account.id),
            consented_at,
            created_at,
            phone_at,
            email_at,
            preferences.of_account(tx, keyring, account.id),
            _carers(tx, account.id, known)[0],
            tuple(_of_patient(tx, keyring, patient) for patient in known),
            tuple(no_times.of_account(tx, account.id)),
            tuple(invitations.of_account(tx, account.id)),
            own_requests.of_chat(tx, keyring, telegram_id),
            now,
        )

    return await database.write(work)


def _of_patient(tx: Tx, keyring: Keyring, patient: PatientRow) -> PatientData:
    care = people.care_of(tx, patient.account_id, patient.id)
    if care is None:
        raise NotFound
    rows = appointments.of_patient(tx, keyring, patient.id, patient.account_id)
    entries = journal.of_patient(tx, patient.id, 0, _MOST)
    return PatientData(
        patient,
        *care,
        tuple(appointments.visit(tx, keyring, row) for row in rows),
        tuple(tuple(notifications.told_about(tx, row.id, patient.account_id)) for row in rows),
        tuple(tuple(papers.attached(tx, row.id)) for row in rows),
        tuple(tuple(visit_files.of_visit(tx, keyring, row.id)) for row in rows),
        tuple(documents.of_patient(tx, keyring, patient.id, 0, _MOST)),
        tuple(rights.named(tx, keyring, patient.account_id, patient.id, entries)),
        tuple((_specialty(tx, row.specialty_id), row) for row in waiting.of_patient(tx, patient.id)),
        _carers(tx, patient.account_id, [patient])[1],
        tuple(feedback.of_patient(tx, keyring, patient.id)),
    )


def _carers(tx: Tx, account_id: int, known: list[PatientRow]) -> tuple[str | None, str | None]:
    """Read what is wished of reminders: for all, and for the first of these patients."""
    found = people.carer(tx, account_id, known[0].id) if known else None
    return (None, None) if found is None else (found.reminders, found.own_reminders)


def _specialty(tx: Tx, specialty_id: int) -> str:
    found = specialties.by_id(tx, specialty_id)
    return "" if found is None else found.name_ru


async def files(
    database: Database, telegram_id: int, rows: tuple[DocumentRow, ...]
) -> AsyncIterator[tuple[DocumentRow, bytes]]:
    """Read the documents' bytes one after the other; one that was deleted meanwhile is left out.

    They were noted as exported. Raises NotFound where the account acts for the patient no more.
    """

    def work(tx: Tx, row: DocumentRow) -> bytes | None:
        account = accounts.of_chat(tx, telegram_id)
        if account is None or not people.is_patient_of(tx, row.patient_id, account.id):
            raise NotFound
        return documents.content(tx, row.id)

    for row in rows:
        sealed = await database.read(lambda tx, row=row: work(tx, row))  # type: ignore[misc]
        if sealed is not None:
            yield (
                row,
                await asyncio.to_thread(documents.opened_content, database.keyring, row.id, sealed),
            )


async def clinics_files(
    database: Database, telegram_id: int, data: AccountData
) -> AsyncIterator[tuple[str, bytes]]:
    """Read the clinics' files with their names in the archive; one that is gone meanwhile is left out.

    They were noted as exported. Raises NotFound where the account acts for the patient no more.
    """

    def work(tx: Tx, patient_id: int, file_id: int) -> bytes | None:
        account = accounts.of_chat(tx, telegram_id)
        if account is None or not people.is_patient_of(tx, patient_id, account.id):
            raise NotFound
        return visit_files.content(tx, file_id)

    for one in data.patients:
        for visit, rows in zip(one.visits, one.given, strict=True):
            for number, row in enumerate(rows, 1):
                read = partial(work, patient_id=one.patient.id, file_id=row.id)
                sealed = await database.read(read)
                if sealed is not None:
                    content = await asyncio.to_thread(
                        visit_files.opened_content, database.keyring, row.id, sealed
                    )
                    yield clinics_file_name(visit.appointment.number, row, number), content


def clinics_file_name(visit_number: str, row: VisitFileRow, number: int) -> str:
    """Name a clinic's file in the archive."""
    return f"results/{visit_number}-{number:02}-{_safe(row.name)}"


def _safe(name: str) -> str:
    safe = "".join(sign if sign.isalnum() or sign in " .-_()" else "_" for sign in name)
    return safe.strip(" .") or "document"


def file_name(row: DocumentRow, number: int) -> str:
    """Name a document's file in the archive; the same name twice stays two files."""
    return f"documents/{number:03}-{_safe(row.name)}"


def as_json(data: AccountData) -> dict[str, Any]:
    """Write everything for machines: plain values, instants in UTC by ISO 8601."""
    numbers = {row.id: number for number, row in enumerate(data.documents, 1)}
    return {
        "format": FORMAT,
        "made_at": _plain(data.made_at),
        "account": {
            "telegram_id": data.account.telegram_id,
            "language": data.account.language,
            "created_at": _plain(data.created_at),
            "contact": asdict(data.contact),
            "phone_confirmed_at": _plain(data.phone_confirmed_at),
            "email_confirmed_at": _plain(data.email_confirmed_at),
            "preferences": data.preferences,
            "reminders": json.loads(data.reminders or "{}"),
        },
        "consents": [
            {"version": data.account.consent_version, "given_at": _plain(data.consented_at)},
        ],
        "no_times": [
            {
                "facility": facility,
                "specialty": specialty,
                "at": _plain(row.at),
                "until": _plain(row.until),
                "nearest_at": _plain(row.nearest_at),
            }
            for facility, specialty, row in data.no_times
        ],
        "invitations": [
            {
                "kind": row.kind,
                "created_at": _plain(row.created_at),
                "expires_at": _plain(row.expires_at),
                "used_at": _plain(row.used_at),
                "revoked_at": _plain(row.revoked_at),
            }
            for row in data.invitations
        ],
        "support": own_requests.as_json(data.support),
        "patients": [_patient_json(one, numbers) for one in data.patients],
    }


def _patient_json(data: PatientData, numbers: dict[int, int]) -> dict[str, Any]:
    files = {row.id: file_name(row, numbers[row.id]) for row in data.documents}
    numbers_of_visits = {visit.appointment.id: visit.appointment.number for visit in data.visits}
    visits = [
        _visit_json(visit, told)
        | {
            "documents": [files[one] for one in attached if one in files],
            "clinics_files": [_given_json(visit.appointment.number, *one) for one in enumerate(given, 1)],
        }
        for visit, told, attached, given in zip(
            data.visits, data.told, data.attached, data.given, strict=True
        )
    ]
    return {
        "relation": data.patient.relation,
        "basis": data.basis,
        "since": _plain(data.since),
        "reminders": json.loads(data.reminders or "{}"),
        "profile": {name: _plain(value) for name, value in asdict(data.patient.person).items()},
        "visits": visits,
        "documents": [
            {
                "kind": row.kind,
                "name": row.name,
                "media_type": row.media_type,
                "size": row.size,
                "added_at": _plain(row.added_at),
                "file": files[row.id],
            }
            for row in data.documents
        ],
        "waiting": [
            {
                "specialty": specialty,
                "region": row.region_code,
                "reason": row.reason,
                "mode": row.mode,
                "wish": dict(row.wish),
                "joined_at": _plain(row.joined_at),
                "ends_at": _plain(row.ends_at),
                "ended": row.ended,
            }
            for specialty, row in data.waiting
        ],
        "feedback": [_feedback_json(row, numbers_of_visits) for row in data.feedback],
        "journal": [
            {
                "at": _plain(looked.entry.at),
                "who": looked.name or looked.who,
                "action": looked.entry.action,
                "record": looked.entry.record,
            }
            for looked in data.looked
        ],
    }


def _given_json(visit_number: str, number: int, row: VisitFileRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "media_type": row.media_type,
        "size": row.size,
        "added_at": _plain(row.added_at),
        "file": clinics_file_name(visit_number, row, number),
    }


def _feedback_json(row: FeedbackRow, visits: dict[int, str]) -> dict[str, Any]:
    return {
        "visit": visits.get(row.appointment_id or 0, ""),
        "about": row.about,
        "rating": row.rating,
        "counts": not row.is_void,
        **row.points,
        "comment": row.comment,
        "comment_state": row.state.name.lower(),
        "given_at": _plain(row.given_at),
        "changed_at": _plain(row.changed_at),
    }


def _visit_json(visit: Visit, told: tuple[Told, ...]) -> dict[str, Any]:
    row, place = visit.appointment, visit.place
    return {
        "number": row.number,
        "status": row.status.name.lower(),
        "starts_at": _plain(row.starts_at),
        "ends_at": _plain(row.ends_at),
        "timezone": place.facility.timezone,
        "first_starts_at": _plain(row.first_starts_at),
        "queue_number": row.queue_number,
        "facility": place.facility.name,
        "town": place.facility.town,
        "address": place.facility.address,
        "room": place.room,
        "specialty": place.specialty_ru,
        "service": visit.service.name_ru if visit.service else "",
        "doctor": place.doctor,
        "booked_at": _plain(row.booked_at),
        "confirmed_at": _plain(row.confirmed_at),
        "cancelled_at": _plain(row.cancelled_at),
        "words": row.words,
        "messages": [
            {
                "kind": one.kind,
                "channel": one.channel,
                "seconds_before": one.lead,
                "state": one.state.name.lower(),
                "due_at": _plain(one.due_at),
                "sent_at": _plain(one.sent_at),
            }
            for one in told
        ],
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
