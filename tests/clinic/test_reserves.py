"""Reserved times: closed until a rule opens them, and told to the waiting list first."""

from datetime import timedelta

import pytest

from clinic import visits
from clinic.waiting import reserves
from storage import reserve
from storage.reserve import ReserveRow
from storage.states import SlotStatus
from tests.clinic.waiting_list import List
from tests.world import BULGAKOV, CHEKHOV, MOSCOW, World

ANNA, BORIS = 101, 102


async def keep(
    world: World, slots: list[int], *, days: int = 0, load: int = 0, on_cancel: bool = False
) -> None:
    """Reserve some of Chekhov's times, by these rules."""

    def work(tx) -> None:
        reserve.set_rules(tx, ReserveRow(CHEKHOV, 20, days, load, on_cancel, MOSCOW))
        for slot in slots:
            tx.execute("UPDATE slot SET status = ? WHERE id = ?", (int(SlotStatus.RESERVED), slot))

    await world.database.write(work)


async def gone(world: World, slot: int) -> None:
    """Let a time be somebody's."""

    def work(tx) -> None:
        tx.execute("UPDATE slot SET status = 2 WHERE id = ?", (slot,))

    await world.database.write(work)


async def open_due(world: World) -> int:
    now = world.clock.now()
    return (await world.database.write(lambda tx: reserves.open_due(tx, now, 0)))[1]


async def test_a_reserved_time_is_nobodys_until_it_opens(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 7)
    await keep(world, [slot], days=3)
    assert await open_due(world) == 0
    assert await world.status(slot) == SlotStatus.RESERVED


@pytest.mark.parametrize(("early", "opened"), [(timedelta(seconds=1), 0), (timedelta(), 1)])
async def test_it_opens_so_many_days_before(world: World, early: timedelta, opened: int) -> None:
    slot = await world.slot_id(CHEKHOV, 7)
    await keep(world, [slot], days=3)
    ((starts,),) = await world.rows("SELECT starts_at FROM slot WHERE id = ?", slot)
    world.clock.at += timedelta(seconds=starts - world.clock.now().timestamp()) - timedelta(days=3) - early
    assert await open_due(world) == opened
    assert await world.status(slot) == (SlotStatus.FREE if opened else SlotStatus.RESERVED)


async def test_it_opens_one_by_one_as_the_days_other_times_go(world: World) -> None:
    """Six times a day, two of them reserved: at 75 % of the other four the first opens."""
    times = [await world.slot_id(CHEKHOV, 14, number) for number in range(6)]
    await keep(world, times[4:], load=75)

    await gone(world, times[0])
    await gone(world, times[1])
    assert await open_due(world) == 0
    await gone(world, times[2])
    assert await open_due(world) == 1
    assert [await world.status(slot) for slot in times[4:]] == [SlotStatus.FREE, SlotStatus.RESERVED]
    assert await open_due(world) == 0
    await gone(world, times[3])
    assert await open_due(world) == 1


async def test_another_days_load_opens_nothing(world: World) -> None:
    full, reserved = (
        [await world.slot_id(CHEKHOV, 14, number) for number in range(6)],
        await world.slot_id(CHEKHOV, 15),
    )
    await keep(world, [reserved], load=75)
    for slot in full:
        await gone(world, slot)
    assert await open_due(world) == 0


async def test_a_cancel_opens_the_nearest_one_and_that_opens_no_other(world: World) -> None:
    List(world)
    reserved = [await world.slot_id(CHEKHOV, day) for day in (9, 10)]
    await keep(world, reserved, on_cancel=True)
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 8))
    elsewhere = await world.book(BORIS, await world.slot_id(BULGAKOV, 8))
    await visits.cancel(world.database, BORIS, elsewhere.appointment.id, world.clock.now())
    assert await world.status(reserved[0]) == SlotStatus.RESERVED
    await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now())
    assert [await world.status(slot) for slot in reserved] == [SlotStatus.FREE, SlotStatus.RESERVED]


async def test_what_opens_is_offered_to_the_list_first(world: World) -> None:
    the_list = List(world)
    await the_list.close_all()
    world.clock.move(timedelta(hours=3))
    slot = await world.slot_id(CHEKHOV, 7)
    await keep(world, [slot], days=10)
    await the_list.join(ANNA)
    assert await open_due(world) == 1
    assert await the_list.to_whom(slot) == ANNA
    assert await world.rows("SELECT why FROM freed_time") == [("opened",)]


async def test_many_schedules_are_looked_at_a_few_at_a_time(world: World) -> None:
    def more(tx) -> None:
        names = [row[1] for row in tx.execute("PRAGMA table_info(doctor)") if row[1] not in ("id", "code")]
        for number in range(10, 10 + reserves.SCHEDULES + 3):
            tx.execute(
                f"INSERT INTO doctor (id, code, {', '.join(names)})"
                f" SELECT ?, 'd' || ?, {', '.join(names)} FROM doctor WHERE id = 1",
                (number, number),
            )
            tx.execute(
                "INSERT INTO schedule (id, doctor_id, facility_id, specialty_id, region_code, room)"
                " VALUES (?1, ?1, 1, 1, 'RU-MOW', '')",
                (number,),
            )
            reserve.set_rules(tx, ReserveRow(number, 20, 3, 0, False, MOSCOW))

    await world.database.write(more)
    now = world.clock.now()
    after, _ = await world.database.write(lambda tx: reserves.open_due(tx, now, 0))
    assert after == 9 + reserves.SCHEDULES
    assert (await world.database.write(lambda tx: reserves.open_due(tx, now, after)))[0] == 0
