"""When a kept time is told about: once in its last minute, once after it, and never in vain for ever."""

import asyncio
from datetime import timedelta

from clinic import booking, rules
from reminders.holds import HoldNotes
from tests.world import CHEKHOV, World

ANNA, BORIS = 101, 102


class Windows:
    """Whose window was shown; a busy chat says so."""

    def __init__(self, world: World) -> None:
        self.shown: list[int] = []
        self.busy: set[int] = set()
        self._world = world
        self._notes = HoldNotes(world.database, self.show)

    async def show(self, chat: int) -> bool:
        if chat in self.busy:
            return False
        self.shown.append(chat)
        return True

    async def tick(self) -> list[int]:
        """Tick once; give whose windows that showed."""
        self.shown.clear()
        await self._notes.tick(self._world.clock.now())
        await asyncio.sleep(0)
        return sorted(self.shown)


async def test_each_is_told_once_in_the_last_minute_and_once_after_it(world: World) -> None:
    windows = Windows(world)
    await booking.hold(world.database, ANNA, await world.slot_id(CHEKHOV, 1), world.clock.now())
    assert await windows.tick() == []
    world.clock.move(rules.HOLD - timedelta(seconds=30))
    assert [await windows.tick() for _ in range(3)] == [[ANNA], [], []]
    world.clock.move(timedelta(seconds=30))
    assert [await windows.tick() for _ in range(3)] == [[ANNA], [], []]


async def test_a_time_that_somebody_elses_press_freed_is_told_too(world: World) -> None:
    windows = Windows(world)
    slot = await world.slot_id(CHEKHOV, 1)
    await booking.hold(world.database, ANNA, slot, world.clock.now())
    world.clock.move(rules.HOLD - timedelta(seconds=1))
    assert await windows.tick() == [ANNA]
    world.clock.move(timedelta(seconds=1))
    await booking.hold(world.database, BORIS, slot, world.clock.now())
    assert await windows.tick() == [ANNA]


async def test_what_ran_out_while_the_process_was_down_is_told_at_the_first_tick(world: World) -> None:
    await booking.hold(world.database, ANNA, await world.slot_id(CHEKHOV, 1), world.clock.now())
    world.clock.move(rules.HOLD)
    assert await Windows(world).tick() == [ANNA]


async def test_a_busy_chat_is_asked_again_until_it_is_free(world: World) -> None:
    windows = Windows(world)
    await booking.hold(world.database, ANNA, await world.slot_id(CHEKHOV, 1), world.clock.now())
    world.clock.move(rules.HOLD)
    windows.busy.add(ANNA)
    assert [await windows.tick() for _ in range(2)] == [[], []]
    windows.busy.clear()
    assert [await windows.tick() for _ in range(2)] == [[ANNA], []]
