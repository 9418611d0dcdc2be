"""What a visit is for: which service is meant, and those that take several times in a row."""

from datetime import timedelta

import pytest

from clinic import booking, days, exports, rights, services, times, visits
from clinic.days import FreeDay, Look, Scope, State
from clinic.errors import ServiceNeeded, TimeTaken, TimeTooShort, VisitOverlaps
from storage.states import SlotStatus
from tests.world import (
    BULGAKOV,
    CARDIOLOGIST,
    CHECK_UP,
    CHEKHOV,
    ECG,
    HOLTER,
    THERAPIST,
    VERESAEV,
    VISIT,
    WHOLE_MORNING,
    World,
)

ANNA, BORIS = 101, 102


@pytest.fixture(autouse=True)
async def listed(world: World) -> None:
    await world.list_services()


async def statuses(world: World, schedule: int = CHEKHOV, day: int = 1) -> list[int]:
    return [await world.status(await world.slot_id(schedule, day, number)) for number in range(6)]


def row(*taken: int, by: SlotStatus = SlotStatus.BUSY) -> list[int]:
    return [by if number in taken else SlotStatus.FREE for number in range(6)]


async def test_the_usual_visit_is_meant_where_nobody_chose(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    assert visit.service is not None
    assert visit.service.id == VISIT
    assert visit.appointment.ends_at - visit.appointment.starts_at == timedelta(minutes=30)


async def test_what_cannot_be_guessed_is_asked_for(world: World) -> None:
    slot = await world.slot_id(VERESAEV, 1)
    with pytest.raises(ServiceNeeded):
        await booking.hold(world.database, ANNA, slot, world.clock.now(), is_to_book=True)
    with pytest.raises(ServiceNeeded):
        await world.book(ANNA, slot)
    with pytest.raises(ServiceNeeded):  # a therapist's
        await world.book(ANNA, slot, service_id=CHECK_UP)
    assert (await world.book(ANNA, slot, service_id=ECG)).appointment.service_id == ECG
    assert [one.id for one in await services.of_specialty(world.database, CARDIOLOGIST)] == [ECG, HOLTER]


async def test_a_long_service_takes_the_times_that_follow(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 1, 1)
    visit = await world.book(ANNA, slot, service_id=CHECK_UP)
    assert visit.appointment.ends_at - visit.appointment.starts_at == timedelta(minutes=60)
    assert visit.appointment.queue_number == 2
    assert await statuses(world) == row(1, 2)
    with pytest.raises(TimeTaken):
        await world.book(BORIS, await world.slot_id(CHEKHOV, 1, 2))
    again = await world.book(ANNA, slot, service_id=CHECK_UP)
    assert again.appointment.id == visit.appointment.id
    assert await statuses(world) == row(1, 2)


async def test_a_time_and_a_half_takes_two(world: World) -> None:
    await world.book(ANNA, await world.slot_id(VERESAEV, 1), service_id=HOLTER)
    assert await statuses(world, VERESAEV) == row(0, 1)


async def test_the_next_time_may_not_be_somebody_elses(world: World) -> None:
    await world.book(BORIS, await world.slot_id(CHEKHOV, 1, 2))
    first = await world.slot_id(CHEKHOV, 1, 1)
    with pytest.raises(TimeTaken) as refused:
        await world.book(ANNA, first, service_id=CHECK_UP)
    assert await statuses(world) == row(2)
    for offer in refused.value.nearest:  # each has room
        held = await booking.hold(
            world.database, ANNA, offer.slot_id, world.clock.now(), is_to_book=True, service_id=CHECK_UP
        )
        assert held.slot.id == offer.slot_id


async def test_a_day_that_ends_too_early_is_refused_as_such(world: World) -> None:
    last = await world.slot_id(CHEKHOV, 1, 5)
    with pytest.raises(TimeTooShort) as refused:
        await world.book(ANNA, last, service_id=CHECK_UP)
    assert last not in {offer.slot_id for offer in refused.value.nearest}
    assert await statuses(world) == row()


async def test_only_times_with_room_are_offered(world: World) -> None:
    now, database = world.clock.now(), world.database
    await world.book(BORIS, await world.slot_id(CHEKHOV, 1, 2))
    tomorrow = now.date() + timedelta(days=1)
    look = Look(Scope(CHEKHOV), now, minutes=60)
    free = await days.times_of(database, look, tomorrow)
    starts = [await world.slot_id(CHEKHOV, 1, number) for number in (0, 3, 4)]
    assert [one.free.slot_id for one in free.times] == starts
    assert free.hidden == 0
    found = {day.on: day.count for day in (await days.nearest(database, look)).days}
    assert (found[now.date()], found[tomorrow]) == (5, 3)
    both = Look(Scope(specialty_id=THERAPIST, facility_id=1, region="RU-MOW"), now, minutes=180)
    assert (await days.nearest(database, both, 2)).days == (FreeDay(now.date(), 2), FreeDay(tomorrow, 1))
    (page,) = (await days.page(database, Look(Scope(CHEKHOV), now, minutes=180), tomorrow, 1)).days
    assert (page.state, page.count) == (State.FULL, 0)
    nearest = await times.nearest_at_facility(database, THERAPIST, 1, now, 1, 180)
    assert [one.slot_id for one in nearest] == [await world.slot_id(CHEKHOV, 0)]
    await world.book(BORIS, await world.slot_id(CHEKHOV, 0, 3))
    whole = await times.nearest_of_schedule(database, CHEKHOV, now, 180)
    assert whole is not None
    assert whole.slot_id == await world.slot_id(CHEKHOV, 2)  # neither today nor tomorrow is a whole morning


async def test_a_gap_is_no_room(world: World) -> None:
    gone = await world.slot_id(CHEKHOV, 1, 2)
    await world.database.write(lambda tx: tx.execute("DELETE FROM slot WHERE id = :id", {"id": gone}))
    with pytest.raises(TimeTooShort):
        await world.book(ANNA, await world.slot_id(CHEKHOV, 1, 1), service_id=CHECK_UP)


async def test_a_long_hold_keeps_all_its_times_and_gives_all_back(world: World) -> None:
    database, now = world.database, world.clock.now()
    slot = await world.slot_id(CHEKHOV, 1, 1)

    async def hold(service_id: int | None) -> booking.Held:
        return await booking.hold(database, ANNA, slot, now, is_to_book=True, service_id=service_id)

    first = await hold(CHECK_UP)
    assert await statuses(world) == row(1, 2, by=SlotStatus.TENTATIVE)
    assert (await hold(CHECK_UP)).expires_at == first.expires_at
    assert await statuses(world) == row(1, 2, by=SlotStatus.TENTATIVE)
    await hold(VISIT)  # a shorter one of the same time
    assert await statuses(world) == row(1, by=SlotStatus.TENTATIVE)
    await hold(CHECK_UP)
    await booking.let_go(database, ANNA)
    assert await statuses(world) == row()
    await hold(CHECK_UP)
    world.clock.move(timedelta(minutes=6))
    await booking.release_expired(database, world.clock.now())
    assert await statuses(world) == row()
    assert await world.rows("SELECT * FROM held_slot") == []


async def test_changing_the_service_does_not_keep_a_time_for_ever(world: World) -> None:
    slot, start = await world.slot_id(CHEKHOV, 1), world.clock.now()
    for number in range(12):
        held = await booking.hold(
            world.database, ANNA, slot, world.clock.now(), is_to_book=True,
            service_id=(VISIT, CHECK_UP)[number % 2],
        )  # fmt: skip
        world.clock.move(timedelta(minutes=4))
        if held.expires_at <= world.clock.now():
            break
    assert held.expires_at - start == timedelta(minutes=20)


async def test_what_is_held_for_a_long_service_is_booked_for_it(world: World) -> None:
    slot, now = await world.slot_id(CHEKHOV, 1, 1), world.clock.now()
    await world.patient(ANNA)
    await booking.hold(world.database, ANNA, slot, now, is_to_book=True, service_id=CHECK_UP)
    with pytest.raises(TimeTaken):
        await world.book(BORIS, await world.slot_id(CHEKHOV, 1, 2))
    await world.book(ANNA, slot, service_id=CHECK_UP)
    assert await statuses(world) == row(1, 2)
    assert await world.rows("SELECT * FROM held_slot") == []


async def test_a_refused_long_booking_keeps_the_hold(world: World) -> None:
    slot, now = await world.slot_id(CHEKHOV, 1, 1), world.clock.now()
    await world.book(BORIS, await world.slot_id(CHEKHOV, 1, 2))
    await booking.hold(world.database, ANNA, slot, now, is_to_book=True)
    with pytest.raises(TimeTaken):
        await world.book(ANNA, slot, service_id=CHECK_UP)
    assert await world.status(slot) == SlotStatus.TENTATIVE
    assert await booking.held(world.database, ANNA, now) is not None


async def test_a_cancel_frees_every_time(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1, 1), service_id=CHECK_UP)
    await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now(), reason="болею")
    assert await statuses(world) == row()
    await world.book(BORIS, await world.slot_id(CHEKHOV, 1, 2))
    await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now())
    assert await statuses(world) == row(2)


async def test_a_move_takes_the_length_along_even_onto_its_own_times(world: World) -> None:
    database, now = world.database, world.clock.now()
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1, 1), service_id=CHECK_UP)
    number = visit.appointment.id
    moved = await visits.move(database, ANNA, number, await world.slot_id(CHEKHOV, 1, 2), now)
    assert await statuses(world) == row(2, 3)
    assert moved.appointment.ends_at - moved.appointment.starts_at == timedelta(minutes=60)
    await visits.move(database, ANNA, number, await world.slot_id(BULGAKOV, 3), now)
    assert await statuses(world) == row()
    assert await statuses(world, BULGAKOV, 3) == row(0, 1)
    with pytest.raises(TimeTooShort):
        await visits.move(database, ANNA, number, await world.slot_id(CHEKHOV, 1, 5), now)
    assert await statuses(world, BULGAKOV, 3) == row(0, 1)


async def test_the_whole_length_counts_for_overlaps(world: World) -> None:
    await world.book(ANNA, await world.slot_id(BULGAKOV, 1, 2))
    with pytest.raises(VisitOverlaps):
        await world.book(ANNA, await world.slot_id(CHEKHOV, 1, 1), service_id=CHECK_UP)
    await world.book(ANNA, await world.slot_id(CHEKHOV, 1, 1))


async def test_who_deletes_everything_gives_every_time_back(world: World) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 1), service_id=WHOLE_MORNING)
    assert await statuses(world) == row(*range(6))
    await booking.hold(
        world.database, ANNA, await world.slot_id(CHEKHOV, 2), world.clock.now(), is_to_book=True,
        service_id=CHECK_UP,
    )  # fmt: skip
    await rights.erase(world.database, ANNA, world.clock.now())
    assert await statuses(world) == row()
    assert await statuses(world, day=2) == row()
    assert await world.rows("SELECT * FROM appointment_slot") == []


async def test_the_service_stands_in_what_a_person_gets_of_their_data(world: World) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 1), service_id=CHECK_UP)
    data = await exports.collect(world.database, ANNA, world.clock.now())
    ((visit,),) = [one["visits"] for one in exports.as_json(data)["patients"]]
    assert visit["service"] == "Диспансеризация"
