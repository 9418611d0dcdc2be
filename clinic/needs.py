"""Which papers a visit needs, which of them a patient has, and the referral that goes with the visit.

A paper that is missing is told and stops nobody, but where the specialty is set to take nobody without it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from clinic import rules
from clinic.errors import DocumentMissing, NotFound, VisitCancelled, VisitOver
from storage import accounts, appointments, documents, journal, papers, people, places
from storage.appointments import AppointmentRow
from storage.crypto import Keyring
from storage.database import Database
from storage.documents import DocumentRow
from storage.people import Person
from storage.states import LIVE
from storage.types import Tx

OMS, DMS, PAID = "oms", "dms", "paid"
"""Ways in which a visit is paid for: state insurance, a company's insurance, by the patient."""
POLICY, REFERRAL = "policy", "referral"
"""Papers that a visit can need, called as the kinds of documents are."""
PAPERS = (POLICY, REFERRAL)


@dataclass(frozen=True, slots=True)
class Papers:
    """What a visit needs of papers and what there is."""

    missing: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    """those of the missing without which nobody is booked"""
    referrals: tuple[DocumentRow, ...] = ()
    """referrals that the patient has stored, the latest first"""
    attached: DocumentRow | None = None
    """the one that goes with the visit"""


def needed_papers(way: str, *, needs_referral: bool) -> tuple[str, ...]:
    """Name the papers that a visit needs by its way of paying (seed 2.2).

    The state insurance pays by the policy, to a narrow specialist by a referral. A company's insurance agrees
    with the clinic itself, and who pays signs at the desk: neither needs a paper before.
    """
    if way != OMS:
        return ()
    return (POLICY, REFERRAL) if needs_referral else (POLICY,)


def has_paper(person: Person, kinds: Collection[str], paper: str) -> bool:
    """Tell whether a patient has a paper: as a document, or its number in the profile."""
    numbers = {
        "policy": person.policy,
        "snils": person.snils,
        "passport": person.identity_number,
        "birth_certificate": person.identity_number,
    }
    return paper in kinds or bool(numbers.get(paper))


def _read(
    tx: Tx,
    keyring: Keyring,
    patient_id: int,
    specialty_id: int,
    service_id: int | None,
    referral_ids: Collection[int],
) -> Papers:
    person = people.person(tx, keyring, patient_id)
    if person is None:
        raise NotFound
    kinds = documents.kinds_of(tx, patient_id)
    required = papers.required(tx, specialty_id)
    usual = needed_papers(OMS, needs_referral=papers.needs_referral(tx, specialty_id, service_id))
    referrals = tuple(documents.of_kind(tx, keyring, patient_id, REFERRAL)) if REFERRAL in kinds else ()
    missing = tuple(
        paper for paper in PAPERS if paper in (*usual, *required) and not has_paper(person, kinds, paper)
    )
    return Papers(
        missing,
        tuple(paper for paper in missing if paper in required),
        referrals,
        next((row for row in referrals if row.id in referral_ids), None),
    )


async def for_booking(
    database: Database,
    telegram_id: int,
    patient_id: int,
    specialty_id: int,
    service_id: int | None,
    referral_id: int | None,
) -> Papers:
    """Read what a visit that is about to be booked needs; raises NotFound for anybody else's patient."""
    keyring = database.keyring

    def work(tx: Tx) -> Papers:
        account = accounts.of_chat(tx, telegram_id)
        if account is None or not people.is_patient_of(tx, patient_id, account.id):
            raise NotFound
        chosen = () if referral_id is None else (referral_id,)
        return _read(tx, keyring, patient_id, specialty_id, service_id, chosen)

    return await database.read(work)


async def of_visit(database: Database, telegram_id: int, appointment_id: int) -> Papers:
    """Read what a booked visit needs; raises NotFound for anybody else's."""
    keyring = database.keyring

    def work(tx: Tx) -> Papers:
        row = _own(tx, keyring, telegram_id, appointment_id)
        place = places.of_schedule(tx, row.schedule_id)
        if place is None:
            raise NotFound
        attached = papers.attached(tx, row.id)
        return _read(tx, keyring, row.patient_id, place.specialty_id, row.service_id, attached)

    return await database.read(work)


def _own(tx: Tx, keyring: Keyring, telegram_id: int, appointment_id: int) -> AppointmentRow:
    account = accounts.of_chat(tx, telegram_id)
    row = account and appointments.of_account(tx, keyring, appointment_id, account.id)
    if not row:
        raise NotFound
    return row


def check(tx: Tx, keyring: Keyring, patient_id: int, specialty_id: int) -> None:
    """Raise DocumentMissing where the specialty takes nobody without a paper that the patient has not."""
    if papers.required(tx, specialty_id):
        missing = _read(tx, keyring, patient_id, specialty_id, None, ()).required
        if missing:
            raise DocumentMissing(missing)


def is_referral_of(tx: Tx, keyring: Keyring, patient_id: int, document_id: int) -> bool:
    """Tell whether a document is a referral of this patient and still there."""
    row = documents.by_id(tx, keyring, document_id)
    return row is not None and row.patient_id == patient_id and row.kind == REFERRAL


async def attach(
    database: Database, telegram_id: int, appointment_id: int, document_id: int | None, now: datetime
) -> None:
    """Let a stored referral go with a visit, in place of another one; None takes it off.

    Raises NotFound for anybody else's visit or document, VisitCancelled, VisitOver. Again it changes nothing.
    """
    keyring = database.keyring

    def work(tx: Tx) -> None:
        row = _own(tx, keyring, telegram_id, appointment_id)
        if row.status not in LIVE:
            raise VisitCancelled
        if not rules.can_change(row.starts_at, now):
            raise VisitOver
        if document_id is not None and not is_referral_of(tx, keyring, row.patient_id, document_id):
            raise NotFound
        before = papers.attached(tx, row.id)
        wanted = [] if document_id is None else [document_id]
        if before == wanted:
            return
        for other in before:
            papers.detach(tx, row.id, other)
        for one in wanted:
            papers.attach(tx, row.id, one)
        journal.note(tx, now, row.account_id, journal.CHANGED, journal.VISIT, row.id, row.patient_id)

    await database.write(work)
