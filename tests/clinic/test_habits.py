"""What is learned from past bookings, and what is set; for each patient their own."""

from datetime import date, timedelta

import pytest

from clinic import booking, codes, family, habits, visits
from clinic.booking import Request
from clinic.errors import NotFound
from clinic.times import EVENING, NOON
from clinic.wishes import Window
from storage.appointments import Visit
from storage.people import PatientRow, Person
from tests.world import CHECK_UP, CHEKHOV, VERESAEV, World

ANNA, BORIS = 101, 102


async def child(world: World) -> PatientRow:
    await world.patient(ANNA)
    person = Person("Смирнова", "Мария", "Ивановна", date(2018, 3, 1))
    return await family.add_child(world.database, ANNA, codes.new_id(), person, world.clock.now())


async def book(world: World, patient: PatientRow, slot: int, service_id: int | None = None) -> Visit:
    world.clock.move(timedelta(seconds=1))
    request = Request(
        ANNA, patient.id, slot, is_second_meant=True, is_clash_meant=True, service_id=service_id
    )
    return await booking.book(world.database, request, world.clock.now())


async def known(world: World, patient: PatientRow | None = None, chat: int = ANNA) -> habits.Habits:
    patient_id = patient.id if patient else None
    return await habits.known(world.database, chat, world.clock.now(), patient_id)


async def move_afternoons_into_the_evening(world: World) -> None:
    """Let the last three times of every day begin nine hours later."""
    await world.database.write(
        lambda tx: tx.execute(
            "UPDATE slot SET starts_at = starts_at + 9 * 3600 WHERE id IN (SELECT s.id FROM slot AS s"
            " WHERE (SELECT COUNT(*) FROM slot AS e WHERE e.schedule_id = s.schedule_id"
            "  AND e.starts_at / 86400 = s.starts_at / 86400 AND e.starts_at < s.starts_at) >= 3)"
        )
    )


async def test_nobody_is_known_without_bookings(world: World) -> None:
    assert await known(world) == habits.Habits()
    anna = await world.patient(ANNA)
    assert await known(world, anna) == habits.Habits()


async def test_the_last_doctors_come_first_with_their_next_time(world: World) -> None:
    await world.list_services()
    anna = await world.patient(ANNA)
    await book(world, anna, await world.slot_id(CHEKHOV, 1), CHECK_UP)
    await book(world, anna, await world.slot_id(VERESAEV, 1), 4)
    await book(world, anna, await world.slot_id(CHEKHOV, 4), CHECK_UP)
    found = (await known(world, anna)).doctors
    assert [one.place.schedule_id for one in found] == [CHEKHOV, VERESAEV]
    chekhov = found[0]
    assert (chekhov.service_id, chekhov.is_own) == (CHECK_UP, True)
    assert chekhov.first is not None
    assert chekhov.first.slot_id == await world.slot_id(CHEKHOV, 0)


async def test_the_next_time_has_room_for_the_service(world: World) -> None:
    await world.list_services()
    anna = await world.patient(ANNA)
    await book(world, anna, await world.slot_id(CHEKHOV, 1), CHECK_UP)
    await world.book(BORIS, await world.slot_id(CHEKHOV, 0, 1), service_id=1)
    (chekhov,) = (await known(world, anna)).doctors
    assert chekhov.first is not None
    assert chekhov.first.slot_id == await world.slot_id(CHEKHOV, 0, 2)


async def test_each_patient_has_doctors_of_their_own(world: World) -> None:
    masha = await child(world)
    anna = await world.patient(ANNA)
    await book(world, anna, await world.slot_id(CHEKHOV, 1))
    await book(world, masha, await world.slot_id(VERESAEV, 1))
    assert [one.place.schedule_id for one in (await known(world, anna)).doctors] == [CHEKHOV]
    (hers,) = (await known(world, masha)).doctors
    assert (hers.place.schedule_id, hers.is_own, hers.person.given_name) == (VERESAEV, False, "Мария")
    assert [one.patient_id for one in (await known(world)).doctors] == [masha.id, anna.id]
    await world.patient(BORIS)
    assert await known(world, masha, BORIS) == habits.Habits()


async def test_the_clinic_is_learned_and_can_be_set_and_taken_off(world: World) -> None:
    masha = await child(world)
    anna = await world.patient(ANNA)
    for number in range(2):
        await book(world, anna, await world.slot_id(CHEKHOV, 1 + number))
    await book(world, anna, await world.slot_id(VERESAEV, 1))
    learned = await known(world, anna)
    assert learned.clinic is not None
    assert (learned.clinic.id, learned.is_clinic_set) == (1, False)
    for patient in (anna, masha):
        await habits.set_clinic(world.database, ANNA, patient.id, 2)
    chosen = await known(world, anna)
    assert chosen.clinic is not None
    assert (chosen.clinic.id, chosen.is_clinic_set) == (2, True)
    await habits.set_clinic(world.database, ANNA, anna.id, None)
    again, hers = await known(world, anna), await known(world, masha)
    assert again.clinic == learned.clinic
    assert hers.clinic == chosen.clinic


async def test_nobody_sets_a_clinic_for_somebody_elses_patient(world: World) -> None:
    anna = await world.patient(ANNA)
    await world.patient(BORIS)
    with pytest.raises(NotFound):
        await habits.set_clinic(world.database, BORIS, anna.id, 1)
    with pytest.raises(NotFound):
        await habits.set_clinic(world.database, ANNA, anna.id, 99)


async def test_what_is_set_is_sealed(world: World) -> None:
    anna = await world.patient(ANNA)
    await habits.set_clinic(world.database, ANNA, anna.id, 2)
    ((kept,),) = await world.rows("SELECT preferences FROM account")
    assert b"clinics" not in kept


async def test_usual_hours_are_those_of_most_visits(world: World) -> None:
    await move_afternoons_into_the_evening(world)
    anna = await world.patient(ANNA)
    evening = Window(since=EVENING)
    booked = [await book(world, anna, await slot_in_the_evening(world, day)) for day in (1, 2)]
    assert (await known(world, anna)).hours is None  # two say nothing
    booked.append(await book(world, anna, await slot_in_the_evening(world, 3)))
    found = await known(world, anna)
    assert found.hours == evening
    (chekhov,) = found.doctors
    assert chekhov.first is not None
    assert chekhov.first.slot_id == await slot_in_the_evening(world, 0)
    assert (await known(world)).hours is None  # hours are a patient's
    await book(world, anna, await world.slot_id(CHEKHOV, 1))
    assert (await known(world, anna)).hours == evening  # three of four
    await book(world, anna, await world.slot_id(CHEKHOV, 2))
    assert (await known(world, anna)).hours is None
    for visit in booked[:1]:
        await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now())
    assert (await known(world, anna)).hours is None


async def slot_in_the_evening(world: World, day: int) -> int:
    first = await world.slot_id(CHEKHOV, day)
    ((found,),) = await world.rows(
        "SELECT n.id FROM slot AS s JOIN slot AS n ON n.schedule_id = s.schedule_id"
        " AND n.starts_at = s.starts_at + 1800 * 3 + 9 * 3600 WHERE s.id = ?", first
    )  # fmt: skip
    return int(found)


async def test_hours_that_were_taken_off_are_learned_no_more(world: World) -> None:
    await move_afternoons_into_the_evening(world)
    anna = await world.patient(ANNA)
    for day in (1, 2, 3):
        await book(world, anna, await slot_in_the_evening(world, day))
    await world.patient(BORIS)
    await habits.drop_hours(world.database, BORIS, anna.id)  # not theirs to drop
    assert (await known(world, anna)).hours is not None
    for _ in range(2):
        await habits.drop_hours(world.database, ANNA, anna.id)
    found = await known(world, anna)
    assert found.hours is None
    assert found.doctors[0].first is not None
    assert found.doctors[0].first.slot_id == await world.slot_id(CHEKHOV, 0)


async def test_a_doctor_without_usual_hours_is_offered_at_others(world: World) -> None:
    await move_afternoons_into_the_evening(world)
    anna = await world.patient(ANNA)
    for day in (1, 2, 3):
        await book(world, anna, await slot_in_the_evening(world, day))
    await world.database.write(
        lambda tx: tx.execute("UPDATE slot SET status = 3 WHERE starts_at % 86400 > 12 * 3600")
    )
    (chekhov,) = (await known(world, anna)).doctors
    assert chekhov.first is not None
    assert chekhov.first.slot_id == await world.slot_id(CHEKHOV, 0)


def test_the_parts_of_the_day_are_those_of_the_windows() -> None:
    assert [since for since, _ in habits.PARTS[1:]] == [NOON, EVENING]
