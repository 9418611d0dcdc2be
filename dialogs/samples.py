"""A made-up patient with visits, a family and all else that windows show, in a store of its own."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from clinic import (
    booking,
    codes,
    documents,
    family,
    feedback,
    invitations,
    patients,
    profile,
    rules,
    support,
    times,
)
from clinic.documents import NewDocument
from clinic.errors import TimeTaken
from clinic.patients import Registration as NewPatient
from clinic.waiting import entries, offering
from clinic.waiting.entries import Wanted
from storage import outcomes, visit_files
from storage.appointments import Visit
from storage.database import Database
from storage.people import PatientRow, Person
from storage.types import Tx
from storage.visit_files import VisitFileRow

KNOWN = {
    "sex": "female",
    "snils": "112-233-445 95",
    "policy": "7755310884000121",
    "insurer": "СОГАЗ & <Мед>",
    "identity": "passport 4510 123456",
    "benefit": "pensioner",
}
"""What else is known of the sample's person."""

CHILD_ID = 7_000_000_001

OTHER_CHAT = 500_000_000

COMMENT = ("Врач <b>внимательный</b> & спокойный. " * 7)[:240] + " Пишите: 8 916 123-45-67, a@example.ru"

ADMINISTRATOR = 600_000_000

WAITING_REQUESTS = 6
"""One more than a page of the administrators' list has."""

PURPOSE = "Вторую неделю кашель & температура <37,5"


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody with a visit and another time of the same doctor held: what the windows are about."""

    chat_id: int
    visit: Visit
    held: booking.Held
    phone: str
    refusal: TimeTaken
    now: datetime
    document_id: int
    child: PatientRow
    invitation: str
    """the code of a link by which somebody else invites them"""
    acting_id: int
    """the account of somebody who books for them"""
    waiting_id: int
    """what they wait for"""
    offer_id: int
    """a time that is offered to them"""
    feedback_id: int
    """what they said of the visit, once it was over"""
    request_id: int
    """what they wrote to support"""


async def sample(
    database: Database, chat_id: int, person: Person, phone: str, schedule_id: int, now: datetime
) -> Sample:
    """Register a person, book the doctor's nearest time and hold the next one."""
    new = NewPatient(chat_id, "ru", patients.CONSENT_VERSION, now, phone, person)
    patient = await patients.register(database, new, now)
    free = await times.nearest_of_schedule(database, schedule_id, now)
    assert free is not None, "a preview needs a doctor with free times"  # noqa: S101
    visit = await booking.book(database, booking.Request(chat_id, patient.id, free.slot_id, PURPOSE), now)
    following = await times.nearest_of_schedule(database, schedule_id, now)
    assert following is not None, "a preview needs a doctor with two free times"  # noqa: S101
    held = await booking.hold(database, chat_id, following.slot_id, now)
    offers = await database.read(lambda tx: times.offers_near(tx, schedule_id, free.starts_at, now))
    file = NewDocument(patient.id, "passport", "image/png", "паспорт & <прописка>.png", b"content", "1")
    for field, value in {**KNOWN, "region": visit.place.facility.region_code}.items():
        await profile.change(database, chat_id, patient.id, field, value, now)
    document = await documents.add(database, chat_id, file, now)
    referral = replace(file, kind="referral", name="направление & <терапевт> №12345.pdf", source="2")
    await documents.add(database, chat_id, referral, now)
    child, code, acting_id = await _family(database, chat_id, new, now)
    waiting_id, offer_id = await _wait(database, chat_id, patient.id, visit, now)
    feedback_id = await _rate(database, chat_id, visit)
    await _write_result(database, visit, now)
    request_id = await _ask_support(database, chat_id, now)
    return Sample(
        chat_id, visit, held, phone, TimeTaken(offers), now, document.id, child, code, acting_id, waiting_id,
        offer_id, feedback_id, request_id,
    )  # fmt: skip


async def _rate(database: Database, chat_id: int, visit: Visit) -> int:
    """Let them rate the visit after its end, answer one question, and write what waits to be checked."""
    row = visit.appointment
    await feedback.rate(database, chat_id, row.id, 4, row.ends_at)
    await feedback.answer(database, chat_id, row.id, "timely", 5, row.ends_at)
    found = await feedback.comment(database, chat_id, row.id, COMMENT, row.ends_at)
    assert found.row is not None  # noqa: S101
    return found.row.id


async def _write_result(database: Database, visit: Visit, now: datetime) -> None:
    """Let the clinic write what came out of the visit, with more files than a page has buttons for."""
    row, keyring = visit.appointment, database.keyring
    words = {
        outcomes.RESULT: f"{PURPOSE}. Лёгкие чистые.",
        outcomes.RECOMMENDATIONS: "Пить <тёплое> & спать.",
    }

    def work(tx: Tx) -> None:
        outcomes.set_words(tx, keyring, row.id, {**row.words, **words})
        for number in range(6):
            name = f"общий анализ крови & <мочи> {number}.pdf"
            file = VisitFileRow(codes.new_id(), row.id, "application/pdf", 7, name, "", number, now)
            visit_files.insert(tx, keyring, file, b"content")

    await database.write(work)


async def _ask_support(database: Database, chat_id: int, now: datetime) -> int:
    """Let them write to support, and have it answered."""
    screenshot = support.NewFile("application/pdf", b"content")
    asked = support.NewPost(codes.new_id(), PURPOSE, (screenshot,) * rules.REQUEST_FILES)
    row = await support.ask(database, chat_id, "ru", support.TECHNICAL, asked, (ADMINISTRATOR,), now)
    answer = support.NewPost(codes.new_id(), "Проверьте ещё раз: талон <отправлен>.", asked.files)
    await support.answer(database, ADMINISTRATOR, (ADMINISTRATOR,), row.id, answer, "Олег", now)
    for number in range(WAITING_REQUESTS):
        chat, asked = ADMINISTRATOR + 1 + number, support.NewPost(codes.new_id(), f"{PURPOSE}; {PURPOSE}")
        await support.ask(database, chat, "ru", support.TECHNICAL, asked, (ADMINISTRATOR,), now)
    return row.id


async def _wait(
    database: Database, chat_id: int, patient_id: int, visit: Visit, now: datetime
) -> tuple[int, int]:
    """Let them wait for another time of the same specialty: one that is free is offered."""
    place = visit.place
    wanted = Wanted(
        patient_id, place.specialty_id, place.facility.region_code, service_id=visit.appointment.service_id,
        is_any_hour=True,
    )  # fmt: skip
    entry = await entries.join(database, chat_id, wanted, now)
    await database.write(lambda tx: offering.settle(tx, database.keyring, now))
    entry = await entries.entry(database, chat_id, entry.row.id)
    assert entry.offer is not None, "a preview needs a specialty with free times"  # noqa: S101
    return entry.row.id, entry.offer.id


async def _family(
    database: Database, chat_id: int, new: NewPatient, now: datetime
) -> tuple[PatientRow, str, int]:
    """Give them a child and open links, and somebody else who books for them and invites them once more."""
    child = replace(new.person, born_on=date(now.year - 8, 3, 1))
    own = await family.add_child(database, chat_id, CHILD_ID, child, now)
    await invitations.invite_parent(database, chat_id, own.id, now)
    await invitations.invite_relative(database, chat_id, now)
    other = replace(new, telegram_id=chat_id + OTHER_CHAT)
    acting = await patients.register(database, other, now)
    agreed = await invitations.invite_relative(database, other.telegram_id, now)
    await invitations.accept(database, chat_id, agreed.code, now)
    theirs = await family.add_child(database, other.telegram_id, CHILD_ID + 1, child, now)
    link = await invitations.invite_parent(database, other.telegram_id, theirs.id, now)
    return own, link.code, acting.account_id
