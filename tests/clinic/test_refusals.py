"""What is refused before anything is written, each as a type of its own, and what each way out leads to."""

from datetime import date, timedelta

import pytest

from clinic import booking, codes, family, patients, rules, visits
from clinic.booking import Request
from clinic.errors import (
    AccountInactive,
    Refused,
    SameSpecialty,
    TimeClosed,
    TimeTaken,
    TooManyVisits,
    UnusualSex,
    WrongAge,
)
from storage.appointments import Visit
from storage.people import PatientRow, Person
from storage.states import SlotStatus
from tests.world import BULGAKOV, CHECK_UP, CHEKHOV, VERESAEV, World

ANNA, BORIS = 101, 102


async def change(world: World, sql: str) -> None:
    await world.database.write(lambda tx: tx.execute(sql))


async def child(world: World, born_on: date = date(2018, 3, 1)) -> PatientRow:
    await world.patient(ANNA)
    person = Person("Смирнова", "Мария", "Ивановна", born_on)
    return await family.add_child(world.database, ANNA, codes.new_id(), person, world.clock.now())


async def book(world: World, patient: PatientRow, slot: int, **meant: bool | int) -> Visit:
    request = Request(ANNA, patient.id, slot, **meant)  # type: ignore[arg-type]
    return await booking.book(world.database, request, world.clock.now())


async def refused(world: World, patient: PatientRow, slot: int, expected: type[Refused]) -> Refused:
    """See that a booking is refused, and that the kept time stays kept."""
    await booking.hold(world.database, ANNA, slot, world.clock.now(), is_to_book=True)
    with pytest.raises(expected) as error:
        await book(world, patient, slot)
    assert await world.status(slot) == SlotStatus.TENTATIVE
    assert await world.rows("SELECT count(*) FROM appointment WHERE slot_id = ?", slot) == [(0,)]
    return error.value


# --- the time


async def test_a_time_that_the_clinic_closed_is_called_so_and_others_are_offered(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 1)
    anna = await world.patient(ANNA)
    await change(world, f"UPDATE slot SET status = 3 WHERE id = {slot}")
    with pytest.raises(TimeClosed) as error:
        await booking.hold(world.database, ANNA, slot, world.clock.now())
    assert len(error.value.nearest) == rules.OFFERED_TIMES
    with pytest.raises(TimeClosed):
        await book(world, anna, slot)
    await change(world, f"UPDATE slot SET status = 2 WHERE id = {slot}")
    with pytest.raises(TimeTaken):
        await book(world, anna, slot)


async def test_a_long_service_is_refused_where_the_clinic_closed_a_part_of_it(world: World) -> None:
    await world.list_services()
    anna = await world.patient(ANNA)
    following = await world.slot_id(CHEKHOV, 1, 1)
    await change(world, f"UPDATE slot SET status = 3 WHERE id = {following}")
    with pytest.raises(TimeClosed):
        await book(world, anna, await world.slot_id(CHEKHOV, 1), service_id=CHECK_UP)


# --- the patient


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE specialty SET audience = 'child' WHERE id = 1",
        "UPDATE facility SET audience = 'child' WHERE id = 1",
        "UPDATE service SET audience = 'child' WHERE id = 1",
    ],
)
async def test_children_are_seen_and_a_grown_up_is_not(world: World, sql: str) -> None:
    await world.list_services()
    await change(world, sql)
    masha = await child(world)
    anna = await world.patient(ANNA)
    slot = await world.slot_id(CHEKHOV, 1)
    error = await refused(world, anna, slot, WrongAge)
    assert isinstance(error, WrongAge)
    assert error.audience == "child"
    assert (await book(world, masha, slot)).appointment.patient_id == masha.id


@pytest.mark.parametrize("table", ["specialty", "facility"])
async def test_grown_ups_are_seen_and_a_child_is_not(world: World, table: str) -> None:
    await change(world, f"UPDATE {table} SET audience = 'adult' WHERE id = 1")
    masha = await child(world)
    anna = await world.patient(ANNA)
    slot = await world.slot_id(CHEKHOV, 1)
    error = await refused(world, masha, slot, WrongAge)
    assert isinstance(error, WrongAge)
    assert error.audience == "adult"
    await book(world, anna, slot)


async def test_the_age_on_the_day_of_the_visit_counts(world: World) -> None:
    await change(world, "UPDATE specialty SET audience = 'child' WHERE id = 1")
    birthday = world.clock.now().date() + timedelta(days=2)  # two days from a Monday
    masha = await child(world, birthday.replace(year=birthday.year - 18))
    await book(world, masha, await world.slot_id(CHEKHOV, 1))
    with pytest.raises(WrongAge):
        await book(world, masha, await world.slot_id(CHEKHOV, 2), is_second_meant=True)


@pytest.mark.parametrize(("seen", "sex", "is_asked"), [
    ("female", "male", True), ("male", "female", True), ("female", "female", False), ("any", "male", False),
    ("female", "", False),
])  # fmt: skip
async def test_another_sex_is_a_question_and_no_refusal(
    world: World, seen: str, sex: str, is_asked: bool
) -> None:
    await change(world, f"UPDATE specialty SET sex = '{seen}' WHERE id = 1")
    person = Person("Смирнов", "Саша", "", date(1986, 4, 15), sex)
    registration = patients.Registration(
        ANNA, "ru", patients.CONSENT_VERSION, world.clock.now(), "+79161234567", person
    )
    sasha = await patients.register(world.database, registration, world.clock.now())
    slot = await world.slot_id(CHEKHOV, 1)
    if is_asked:
        await refused(world, sasha, slot, UnusualSex)
    assert await book(world, sasha, slot, is_sex_meant=is_asked)


# --- the account


async def test_only_an_account_with_a_confirmed_contact_books(world: World) -> None:
    anna = await world.patient(ANNA)
    slot = await world.slot_id(CHEKHOV, 1)
    await change(world, "UPDATE account SET phone_confirmed_at = NULL")
    await refused(world, anna, slot, AccountInactive)
    await change(world, "UPDATE account SET email_confirmed_at = 1")
    await book(world, anna, slot)


# --- how many


async def test_a_second_visit_is_refused_only_where_the_facility_says_so(world: World) -> None:
    anna = await world.patient(ANNA)
    first = await book(world, anna, await world.slot_id(CHEKHOV, 1))
    with pytest.raises(SameSpecialty) as error:
        await book(world, anna, await world.slot_id(BULGAKOV, 3))
    assert error.value.is_allowed
    await change(world, "UPDATE facility SET allows_second = 0 WHERE id = 1")
    for meant in (False, True):
        with pytest.raises(SameSpecialty) as error:
            await book(world, anna, await world.slot_id(BULGAKOV, 3), is_second_meant=meant)
        assert not error.value.is_allowed
        assert error.value.appointment_id == first.appointment.id
    moved = await visits.move(
        world.database, ANNA, first.appointment.id, await world.slot_id(BULGAKOV, 3), world.clock.now()
    )
    assert moved.appointment.id == first.appointment.id


async def test_a_facility_rules_for_itself_alone(world: World) -> None:
    anna = await world.patient(ANNA)
    await change(world, "UPDATE facility SET allows_second = 0 WHERE id = 2")
    await change(world, "UPDATE schedule SET specialty_id = 1 WHERE id = 3")
    await book(world, anna, await world.slot_id(CHEKHOV, 1))
    with pytest.raises(SameSpecialty) as error:
        await book(world, anna, await world.slot_id(VERESAEV, 3))
    assert error.value.is_allowed


async def test_a_patient_has_so_many_visits_ahead_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_VISITS", 2)
    masha = await child(world)
    anna = await world.patient(ANNA)
    for day in (1, 2):
        await book(world, anna, await world.slot_id(CHEKHOV, day), is_second_meant=True)
    slot = await world.slot_id(CHEKHOV, 3)
    await refused(world, anna, slot, TooManyVisits)
    assert await book(world, masha, slot)  # another patient of the same account
    world.clock.move(timedelta(days=2))  # the first one is over
    await book(world, anna, await world.slot_id(CHEKHOV, 4), is_second_meant=True)
