"""Deleting everything: who goes, who stays, what is left as a fact; the export; the journal."""

from datetime import date, timedelta

import pytest

from clinic import booking, confirmation, documents, exports, patients, rights, rules, visits
from clinic import invitations as inviting
from clinic.booking import Request
from clinic.documents import NewDocument
from clinic.errors import CodeBlocked, NotFound, NotRegistered
from storage import dialog_state, holds, inbox, invitations, journal, no_times, people
from storage.inbox import NewUpdate
from storage.invitations import InvitationRow
from storage.no_times import AnswerRow
from storage.people import CHILD, RELATIVE, SELF, WARD, PatientRow, Person
from storage.states import AppointmentStatus, SlotStatus
from tests.world import BULGAKOV, CHEKHOV, World

ANNA, BORIS = 101, 102
CHILD_ID = 4242
LENA = Person("Смирнова", "Елена", "Ивановна", date(2015, 3, 8))


async def child_of(world: World, *carers: PatientRow) -> int:
    """Write a child whom these accounts act for."""

    def work(tx) -> None:
        people.insert_patient(tx, world.database.keyring, CHILD_ID, LENA, world.clock.now())
        for carer in carers:
            people.add_care(
                tx,
                carer.account_id,
                CHILD_ID,
                relation=CHILD,
                basis="birth_certificate",
                now=world.clock.now(),
            )

    await world.database.write(work)
    return CHILD_ID


async def visit_of_child(world: World, telegram_id: int, day: int = 3) -> int:
    request = Request(telegram_id, CHILD_ID, await world.slot_id(BULGAKOV, day), "прививка")
    return (await booking.book(world.database, request, world.clock.now())).appointment.id


async def document_of(world: World, telegram_id: int, patient_id: int, source: str = "1") -> int:
    new = NewDocument(patient_id, "passport", "image/png", "паспорт.png", b"bytes", source)
    return (await documents.add(world.database, telegram_id, new, world.clock.now())).id


async def erase(world: World, telegram_id: int) -> rights.Erased:
    return await rights.erase(world.database, telegram_id, world.clock.now())


async def persons(world: World) -> dict[int, bool]:
    """Tell of each patient whether anything is known."""
    return {row[0]: row[1] for row in await world.rows("SELECT id, person IS NOT NULL FROM patient")}


async def count(world: World, table: str) -> int:
    return int((await world.rows(f"SELECT count(*) FROM {table}"))[0][0])


async def test_all_of_a_person_goes_and_facts_stay(world: World) -> None:
    anna = await world.patient(ANNA)
    slot = await world.slot_id(CHEKHOV, 2)
    visit = (await world.book(ANNA, slot)).appointment
    await visits.move(
        world.database, ANNA, visit.id, await world.slot_id(CHEKHOV, 3), world.clock.now(), reason="работа"
    )
    await document_of(world, ANNA, anna.id)
    held = await world.slot_id(BULGAKOV, 4)
    await booking.hold(world.database, ANNA, held, world.clock.now())
    now, keyring = world.clock.now(), world.database.keyring

    def fill(tx) -> None:
        link = InvitationRow(3, "relative", anna.account_id, None, now, now + timedelta(days=1), None, None)
        invitations.insert(tx, link, b"hash")
        answer = AnswerRow(now, now + timedelta(days=1), None)
        no_times.write(tx, anna.account_id, 1, 2, now.date(), answer)
        dialog_state.save(tx, keyring, ANNA, {"stack": b"{}", "open-one": b"{}"}, now)
        updates = [NewUpdate(1, ANNA, b"{}"), NewUpdate(2, ANNA, b"{}"), NewUpdate(3, BORIS, b"{}")]
        inbox.receive(tx, keyring, updates, now, now - timedelta(days=7))
        inbox.set_aside(tx, 1, "why")
        inbox.set_aside(tx, 3, "why")

    await world.database.write(fill)
    await rights.erase(world.database, ANNA, now, ["open"])
    for table in (
        "account", "care", "document", "document_content", "notification", "invitation", "hold",
        "no_times_answer",
    ):  # fmt: skip
        assert await count(world, table) == 0, table
    assert await persons(world) == {anna.id: False}
    assert await world.rows("SELECT status, words FROM appointment") == [(AppointmentStatus.CANCELLED, None)]
    assert await world.rows("SELECT count(*) FROM slot WHERE status <> 0") == [(0,)]
    assert await world.rows("SELECT key FROM dialog_state") == [("open-one",)]
    assert await world.rows("SELECT update_id FROM inbox WHERE payload IS NOT NULL") == [(2,), (3,)]
    entries = await world.rows("SELECT action, record FROM journal ORDER BY id DESC LIMIT 3")
    assert entries == [("erased", "account"), ("erased", "patient"), ("cancelled", "visit")]
    assert await world.database.read(journal.first_broken) is None
    assert await patients.account(world.database, ANNA) is None


async def test_the_log_is_empty_afterwards(world: World) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    log = world.database.path.with_name(world.database.path.name + "-wal")
    assert log.stat().st_size
    await erase(world, ANNA)
    assert not log.stat().st_size


async def test_again_it_changes_nothing(world: World) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    assert await erase(world, ANNA) == rights.Erased()
    before = await world.rows("SELECT * FROM journal")
    assert await erase(world, ANNA) == rights.Erased()
    assert await world.rows("SELECT * FROM journal") == before


async def test_somebody_else_is_not_touched(world: World) -> None:
    boris = await world.patient(BORIS, "Борис")
    theirs = (await world.book(BORIS, await world.slot_id(CHEKHOV, 3))).appointment
    await document_of(world, BORIS, boris.id)
    await booking.hold(world.database, BORIS, await world.slot_id(CHEKHOV, 4), world.clock.now())
    tables = (
        "account",
        "patient",
        "care",
        "appointment",
        "notification",
        "document",
        "document_content",
        "hold",
    )
    before = {table: await world.rows(f"SELECT * FROM {table}") for table in tables}
    anna = await world.patient(ANNA)
    await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    await erase(world, ANNA)
    after = {
        table: [row for row in await world.rows(f"SELECT * FROM {table}") if anna.id not in row]
        for table in tables
    }
    assert after == before
    assert (await visits.visit(world.database, BORIS, theirs.id)).person.given_name == "Борис"


async def test_who_comes_back_is_new(world: World) -> None:
    old = await world.patient(ANNA)
    await erase(world, ANNA)
    new = await world.patient(ANNA)
    assert new.id != old.id
    assert new.account_id != old.account_id


async def test_a_child_with_another_parent_stays_with_their_visits_and_documents(world: World) -> None:
    anna, boris = await world.patient(ANNA), await world.patient(BORIS, "Борис")
    await child_of(world, anna, boris)
    visit = await visit_of_child(world, ANNA)
    await document_of(world, ANNA, CHILD_ID)
    await erase(world, ANNA)
    assert (await persons(world))[CHILD_ID]
    seen = await visits.visit(world.database, BORIS, visit)
    assert seen.appointment.status == AppointmentStatus.BOOKED
    assert seen.appointment.words == {"purpose": "прививка"}
    assert await count(world, "document") == 1
    accounts = await world.rows("SELECT DISTINCT account_id FROM notification")
    assert accounts == [(boris.account_id,)]
    (last,) = (await rights.looked_at(world.database, BORIS, CHILD_ID, 0, 1)).lines
    assert (last.entry.action, last.name) == (journal.UNSHARED, "")
    await erase(world, BORIS)
    assert not (await persons(world))[CHILD_ID]
    assert await world.rows("SELECT status FROM appointment") == [(AppointmentStatus.CANCELLED,)]


async def test_the_visit_of_a_child_whom_nobody_else_cares_for_is_cancelled(world: World) -> None:
    anna = await world.patient(ANNA)
    await child_of(world, anna)
    await visit_of_child(world, ANNA)
    await erase(world, ANNA)
    assert await persons(world) == {anna.id: False, CHILD_ID: False}
    assert await world.status(await world.slot_id(BULGAKOV, 3)) == SlotStatus.FREE


async def test_relatives_who_act_with_consent_lose_it_and_their_tickets_are_void(world: World) -> None:
    anna, boris = await world.patient(ANNA), await world.patient(BORIS, "Борис")

    def agree(tx) -> None:
        people.add_care(
            tx, boris.account_id, anna.id, relation=RELATIVE, basis="agreement", now=world.clock.now()
        )

    await world.database.write(agree)
    request = Request(BORIS, anna.id, await world.slot_id(CHEKHOV, 2), "")
    await booking.book(world.database, request, world.clock.now())
    await world.database.write(
        lambda tx: tx.execute("UPDATE notification SET state = 0, message_id = account_id % 1000")
    )
    erased = await erase(world, ANNA)
    assert erased.tickets == ((BORIS, "ru", boris.account_id % 1000),)
    assert set(erased.own) == {anna.account_id % 1000}
    assert (await persons(world)) == {anna.id: False, boris.id: True}
    assert [row.id for row in await patients.patients(world.database, BORIS)] == [boris.id]
    assert await world.rows("SELECT status FROM appointment") == [(AppointmentStatus.CANCELLED,)]


@pytest.mark.parametrize(
    ("relation", "others", "goes"),
    [
        (SELF, [], True),
        (SELF, [RELATIVE, RELATIVE], True),
        (SELF, [CHILD], False),
        (SELF, [RELATIVE, WARD], False),
        (CHILD, [], True),
        (CHILD, [CHILD], False),
        (RELATIVE, [SELF], False),
        (RELATIVE, [], True),
    ],
)
def test_a_patient_goes_with_the_account_that_decides(relation: str, others: list[str], goes: bool) -> None:
    assert rights.is_erased(relation, others) is goes


async def test_a_visit_that_has_begun_stays_as_it_was(world: World) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    world.clock.move(timedelta(days=1, hours=3, minutes=10))
    assert (await rights.outlook(world.database, ANNA, world.clock.now())).visits == 0
    await erase(world, ANNA)
    assert await world.rows("SELECT status, words FROM appointment") == [(AppointmentStatus.BOOKED, None)]


async def test_what_would_happen_is_said_before(world: World) -> None:
    anna, boris = await world.patient(ANNA), await world.patient(BORIS, "Борис")
    await child_of(world, anna, boris)
    await visit_of_child(world, ANNA)
    await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    await document_of(world, ANNA, anna.id)
    found = await rights.outlook(world.database, ANNA, world.clock.now())
    assert [row.id for row in found.erased] == [anna.id]
    assert [row.id for row in found.left] == [CHILD_ID]
    assert (found.visits, found.documents) == (1, 1)
    assert await rights.outlook(world.database, 999, world.clock.now()) == rights.Outlook()


async def test_somebody_without_an_account_can_have_what_is_kept_of_the_chat_deleted(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 2)
    await booking.hold(world.database, ANNA, slot, world.clock.now())
    await erase(world, ANNA)
    assert await world.database.read(lambda tx: holds.of_chat(tx, ANNA)) is None
    assert await world.status(slot) == SlotStatus.FREE


async def test_deleting_everything_does_not_lift_the_limit_on_codes_to_a_number(world: World) -> None:
    await world.patient(ANNA)
    database, now = world.database, world.clock.now()
    target = "+79160000001"
    for number in range(rules.CODES_A_DAY):
        at = now + rules.CODE_AGAIN * 2 * number
        await confirmation.request(database, ANNA, confirmation.PHONE, target, at)
    later = now + rules.CODE_AGAIN * 2 * rules.CODES_A_DAY
    await rights.erase(database, ANNA, later)
    assert await world.rows("SELECT DISTINCT telegram_id FROM one_time_code") == [(0,)]
    await world.patient(ANNA)
    with pytest.raises(CodeBlocked):
        await confirmation.request(database, ANNA, confirmation.PHONE, target, later)
    await confirmation.request(database, ANNA, confirmation.PHONE, "+79160000002", later)


# --- the journal


async def test_the_journal_says_who(world: World) -> None:
    anna, boris = await world.patient(ANNA), await world.patient(BORIS, "Борис")
    await child_of(world, anna, boris)
    now = world.clock.now()

    def work(tx) -> None:
        for account in (anna.account_id, boris.account_id, journal.SERVICE, 987654):
            journal.note(tx, now, account, journal.CHANGED, journal.PATIENT, CHILD_ID, CHILD_ID)

    await world.database.write(work)
    found = await rights.looked_at(world.database, ANNA, CHILD_ID, 0, 3)
    assert [(one.who, one.name) for one in found.lines] == [
        (rights.OTHER, ""),
        (rights.SERVICE, ""),
        (rights.OTHER, "Борис С."),
    ]
    assert found.has_next
    assert [row.id for row in found.others] == [anna.id]
    rest = await rights.looked_at(world.database, ANNA, CHILD_ID, 1, 3)
    assert [one.who for one in rest.lines] == [rights.YOU]
    assert not rest.has_next
    assert (await rights.looked_at(world.database, ANNA, None, 0, 3)).patient.id == anna.id


async def test_the_journal_of_somebody_else_is_as_if_it_were_not_there(world: World) -> None:
    anna = await world.patient(ANNA)
    await world.patient(BORIS, "Борис")
    for chat in (BORIS, 999):
        with pytest.raises(NotFound):
            await rights.looked_at(world.database, chat, anna.id, 0, 5)


# --- the export


async def test_the_export_has_everything_of_all_patients_and_is_noted(world: World) -> None:
    anna = await world.patient(ANNA)
    await child_of(world, anna)
    await visit_of_child(world, ANNA)
    await inviting.invite_parent(world.database, ANNA, CHILD_ID, world.clock.now())
    first = await document_of(world, ANNA, anna.id)
    second = await document_of(world, ANNA, CHILD_ID, "2")
    data = await exports.collect(world.database, ANNA, world.clock.now())
    told = exports.as_json(data)
    assert told["account"]["contact"] == {"phone": "+79161234567", "email": ""}
    assert told["consents"] == [
        {"version": patients.CONSENT_VERSION, "given_at": world.clock.now().isoformat()}
    ]
    own, child = told["patients"]
    assert (own["relation"], child["relation"]) == (SELF, CHILD)
    assert child["profile"]["born_on"] == "2015-03-08"
    assert child["visits"][0]["words"] == {"purpose": "прививка"}
    messages = child["visits"][0]["messages"]
    assert {"kind": "ticket", "channel": "chat", "state": "planned"}.items() <= messages[0].items()
    assert len(messages) == 5  # picture, page, two reminders, how it was
    (invitation,) = told["invitations"]
    assert (invitation["kind"], invitation["used_at"]) == ("parent", None)
    assert [own["documents"][0]["file"], child["documents"][0]["file"]] == [
        "documents/001-паспорт.png",
        "documents/002-паспорт.png",
    ]
    assert own["journal"][0]["action"] == journal.EXPORTED
    got = [(row.id, content) async for row, content in exports.files(world.database, ANNA, data.documents)]
    assert got == [(first, b"bytes"), (second, b"bytes")]
    rows = await world.rows("SELECT patient_id FROM journal WHERE action = 'exported' ORDER BY id")
    assert rows == [(anna.id,), (CHILD_ID,)]


async def test_nobody_exports_what_is_not_theirs(world: World) -> None:
    anna = await world.patient(ANNA)
    await document_of(world, ANNA, anna.id)
    data = await exports.collect(world.database, ANNA, world.clock.now())
    await world.patient(BORIS, "Борис")
    assert (
        exports.as_json(await exports.collect(world.database, BORIS, world.clock.now()))["patients"][0][
            "documents"
        ]
        == []
    )
    with pytest.raises(NotFound):
        [one async for one in exports.files(world.database, BORIS, data.documents)]
    with pytest.raises(NotRegistered):
        await exports.collect(world.database, 999, world.clock.now())


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c.pdf", "..", "", "\0.png", "паспорт (1).png"])
async def test_no_file_of_the_archive_leaves_its_folder(world: World, name: str) -> None:
    anna = await world.patient(ANNA)
    new = NewDocument(anna.id, "other", "image/png", name, b"bytes", "9")
    row = await documents.add(world.database, ANNA, new, world.clock.now())
    made = exports.file_name(row, 7)
    assert made.startswith("documents/007-")
    rest = made.removeprefix("documents/007-")
    assert rest
    assert not set(rest) & set("/\\\0")
    assert not rest.startswith(".")
