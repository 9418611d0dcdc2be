"""Papers of a visit: what is missing is told, what is required refuses, and a referral goes along."""

from datetime import timedelta
from pathlib import Path

import pytest

from clinic import booking, documents, exports, needs, profile, rights, visits
from clinic.booking import Request
from clinic.documents import NewDocument
from clinic.errors import DocumentMissing, NotFound, VisitCancelled, VisitOver
from clinic.needs import POLICY, REFERRAL
from storage import papers
from storage.people import PatientRow
from storage.reference.reader import read_services, read_specialties
from storage.reference.required import import_required
from storage.reference.tables import WrongTable
from tests.world import CARDIOLOGIST, CHECK_UP, CHEKHOV, ECG, NOW, THERAPIST, VERESAEV, World

ANNA, BORIS = 101, 102
POLICY_NUMBER = "7755310884000121"


async def refer(world: World) -> None:
    """Let the cardiologist need a referral within the state insurance."""
    await world.database.write(lambda tx: tx.execute("UPDATE specialty SET needs_referral = 1 WHERE id = 2"))


async def require(world: World, *rows: tuple[str, str]) -> None:
    assert await world.database.write(lambda tx: papers.set_required(tx, rows)) == []


async def send(world: World, patient: PatientRow, kind: str, source: str = "1", chat: int = ANNA) -> int:
    new = NewDocument(patient.id, kind, "image/png", f"{kind}.png", b"content", source)
    return (await documents.add(world.database, chat, new, NOW)).id


async def needed(world: World, patient: PatientRow, specialty: int = CARDIOLOGIST) -> needs.Papers:
    return await needs.for_booking(world.database, ANNA, patient.id, specialty, None, None)


async def book(world: World, patient: PatientRow, *, referral: int | None = None, schedule: int = VERESAEV):
    slot = await world.slot_id(schedule, 2)
    request = Request(ANNA, patient.id, slot, referral_id=referral, is_second_meant=True)
    return await booking.book(world.database, request, NOW)


def test_what_is_needed_follows_from_the_way_of_paying() -> None:
    assert needs.needed_papers(needs.OMS, needs_referral=False) == (POLICY,)
    assert needs.needed_papers(needs.OMS, needs_referral=True) == (POLICY, REFERRAL)
    assert needs.needed_papers(needs.DMS, needs_referral=True) == ()
    assert needs.needed_papers(needs.PAID, needs_referral=True) == ()


async def test_a_policy_counts_as_number_and_as_document(world: World) -> None:
    anna = await world.patient(ANNA)
    assert (await needed(world, anna)).missing == (POLICY,)
    document = await send(world, anna, "policy")
    assert (await needed(world, anna)).missing == ()
    await documents.delete(world.database, ANNA, document, NOW)
    await profile.change(world.database, ANNA, anna.id, "policy", POLICY_NUMBER, NOW)
    assert (await needed(world, anna)).missing == ()
    folder = await documents.folder(world.database, ANNA, anna.id, 0, 5, NOW)
    assert folder.missing == ("passport", "snils")


async def test_a_referral_is_missing_only_where_the_specialty_needs_one(world: World) -> None:
    anna = await world.patient(ANNA)
    await refer(world)
    assert (await needed(world, anna)).missing == (POLICY, REFERRAL)
    assert (await needed(world, anna, THERAPIST)).missing == (POLICY,)
    await send(world, anna, "referral")
    assert (await needed(world, anna)).missing == (POLICY,)


@pytest.mark.parametrize("is_specialtys", [False, True])
async def test_what_is_said_of_the_service_wins_over_its_specialty(world: World, is_specialtys: bool) -> None:
    anna = await world.patient(ANNA)
    await world.list_services()
    if is_specialtys:
        await refer(world)
    await world.database.write(
        lambda tx: (
            tx.execute(
                "UPDATE service SET needs_referral = ? WHERE id = ?", (not is_specialtys, ECG)
            ).rowcount
        )
    )

    async def missing(service: int | None) -> tuple[str, ...]:
        database = world.database
        return (await needs.for_booking(database, ANNA, anna.id, CARDIOLOGIST, service, None)).missing

    with_referral, without = (POLICY, REFERRAL), (POLICY,)
    assert await missing(ECG) == (without if is_specialtys else with_referral)
    assert await missing(None) == (with_referral if is_specialtys else without)
    assert await missing(CHECK_UP) == await missing(None), "another specialty's service"
    slot = await world.slot_id(VERESAEV, 2)
    visit = await booking.book(world.database, Request(ANNA, anna.id, slot, service_id=ECG), NOW)
    assert (await needs.of_visit(world.database, ANNA, visit.appointment.id)).missing == await missing(ECG)


def test_a_screening_is_shipped_as_needing_no_referral() -> None:
    services = {row.code: row.needs_referral for row in read_services()}
    specialties = {row.code: row.needs_referral for row in read_specialties()}
    assert specialties["radiologist"]
    assert (services["radiologist_chest"], services["radiologist_breast"]) == (False, False)
    assert services["radiologist_picture"]


async def test_what_is_missing_stops_nobody(world: World) -> None:
    anna = await world.patient(ANNA)
    await refer(world)
    visit = await book(world, anna)
    found = await needs.of_visit(world.database, ANNA, visit.appointment.id)
    assert (found.missing, found.required, found.attached) == ((POLICY, REFERRAL), (), None)


async def test_what_is_required_refuses_and_writes_nothing(world: World) -> None:
    anna = await world.patient(ANNA)
    await require(world, ("cardiologist", REFERRAL))
    assert (await needed(world, anna)).required == (REFERRAL,)
    slot = await world.slot_id(VERESAEV, 2)
    await booking.hold(world.database, ANNA, slot, NOW)
    with pytest.raises(DocumentMissing) as refused:
        await book(world, anna)
    assert refused.value.papers == (REFERRAL,)
    assert await world.rows("SELECT count(*) FROM appointment") == [(0,)]
    assert await world.rows("SELECT slot_id FROM hold") == [(slot,)]
    assert await book(world, anna, schedule=CHEKHOV)
    await send(world, anna, "referral")
    assert await book(world, anna)


async def test_a_visit_that_is_booked_already_is_not_refused_afterwards(world: World) -> None:
    anna = await world.patient(ANNA)
    visit = await book(world, anna)
    await require(world, ("cardiologist", POLICY))
    assert (await book(world, anna)).appointment.id == visit.appointment.id


async def test_a_referral_goes_along_from_the_booking_and_from_the_card(world: World) -> None:
    anna = await world.patient(ANNA)
    first, second = await send(world, anna, "referral"), await send(world, anna, "referral", "2")
    visit = await book(world, anna, referral=first)
    number = visit.appointment.id

    async def attached() -> int | None:
        row = (await needs.of_visit(world.database, ANNA, number)).attached
        return None if row is None else row.id

    assert await attached() == first
    for _ in range(2):
        await needs.attach(world.database, ANNA, number, second, NOW)
    assert await attached() == second
    changes = await world.rows("SELECT count(*) FROM journal WHERE action = 'changed' AND record = 'visit'")
    assert changes == [(1,)]
    await needs.attach(world.database, ANNA, number, None, NOW)
    assert await attached() is None
    await needs.attach(world.database, ANNA, number, first, NOW)
    await documents.delete(world.database, ANNA, first, NOW)
    assert await attached() is None


async def test_only_ones_own_referral_goes_with_ones_own_visit(world: World) -> None:
    anna, boris = await world.patient(ANNA), await world.patient(BORIS, "Борис")
    theirs = await send(world, boris, "referral", chat=BORIS)
    passport = await send(world, anna, "passport")
    visit = await book(world, anna, referral=theirs)
    number = visit.appointment.id
    assert (await needs.of_visit(world.database, ANNA, number)).attached is None
    for document in (theirs, passport, 12345):
        with pytest.raises(NotFound):
            await needs.attach(world.database, ANNA, number, document, NOW)
    with pytest.raises(NotFound):
        await needs.attach(world.database, BORIS, number, theirs, NOW)
    with pytest.raises(NotFound):
        await needs.of_visit(world.database, BORIS, number)
    with pytest.raises(NotFound):
        await needs.for_booking(world.database, BORIS, anna.id, THERAPIST, None, None)


async def test_what_is_over_or_cancelled_is_changed_no_more(world: World) -> None:
    anna = await world.patient(ANNA)
    referral = await send(world, anna, "referral")
    visit = await book(world, anna)
    with pytest.raises(VisitOver):
        await needs.attach(world.database, ANNA, visit.appointment.id, referral, NOW + timedelta(days=3))
    await visits.cancel(world.database, ANNA, visit.appointment.id, NOW)
    with pytest.raises(VisitCancelled):
        await needs.attach(world.database, ANNA, visit.appointment.id, referral, NOW)


async def test_the_export_says_which_document_goes_with_which_visit(world: World) -> None:
    anna = await world.patient(ANNA)
    await book(world, anna, referral=await send(world, anna, "referral"))
    told = exports.as_json(await exports.collect(world.database, ANNA, NOW))
    assert told["patients"][0]["visits"][0]["documents"] == ["documents/001-referral.png"]


async def test_it_is_erased_with_the_rest(world: World) -> None:
    anna = await world.patient(ANNA)
    await book(world, anna, referral=await send(world, anna, "referral"))
    assert await world.rows("SELECT count(*) FROM attachment") == [(1,)]
    await rights.erase(world.database, ANNA, NOW)
    assert await world.rows("SELECT count(*) FROM attachment") == [(0,)]


async def test_a_table_of_required_papers_takes_the_place_of_what_was_there(
    world: World, tmp_path: Path
) -> None:
    table = tmp_path / "papers.csv"
    table.write_text("specialty,paper\ncardiologist,referral\ncardiologist,policy\n")
    assert await import_required(world.database, table) == 2
    table.write_text("specialty,paper\ntherapist,policy\ntherapist,policy\n")
    assert await import_required(world.database, table) == 1
    for wrong in ("shaman,policy", "therapist,passport"):
        table.write_text(f"specialty,paper\n{wrong}\n")
        with pytest.raises(WrongTable):
            await import_required(world.database, table)
    assert await world.rows("SELECT * FROM required_paper") == [("therapist", "policy")]
    table.write_text("specialty,paper\ntherapist,none\n")
    await import_required(world.database, table)
    assert await world.rows("SELECT * FROM required_paper") == []
