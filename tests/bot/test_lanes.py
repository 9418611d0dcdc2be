"""The lanes at their narrow places: an update that is written while its chat's lane reads the store."""

import asyncio

from bot.lanes import CONCURRENT, HELD_PER_CHAT, Item, Lanes


class Shelf:
    """A store whose reading a test can hold up."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.seen: list[int] = []
        self.reading = asyncio.Event()
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.lanes = Lanes(self.work, self.read)

    async def work(self, chat_id: int, item: Item) -> float:
        self.seen.append(item.update_id)
        await asyncio.sleep(0)
        self.rows.remove(item.update_id)
        return 0

    async def read(self, chat_id: int, limit: int) -> tuple[list[Item], bool]:
        found = self.rows[:limit]
        self.reading.set()
        await self.may_read.wait()
        return [Item(number, {}) for number in found], len(found) == limit

    def put(self, *numbers: int) -> None:
        for number in numbers:
            self.lanes.put(7, Item(number, {}))
        self.lanes.start()

    async def settle(self) -> None:
        async with asyncio.timeout(2):
            while not self.lanes.is_idle:
                await asyncio.sleep(0)


async def test_an_update_that_comes_after_a_reading_began_is_read_the_next_time() -> None:
    shelf = Shelf()
    shelf.rows = [1]
    shelf.may_read.clear()
    shelf.lanes.expect(7)
    shelf.lanes.start()
    await shelf.reading.wait()
    shelf.rows.append(2)
    shelf.put(2)
    shelf.may_read.set()
    await shelf.settle()
    assert shelf.seen == [1, 2]


async def test_an_update_that_a_reading_found_before_it_was_put_is_worked_once() -> None:
    shelf = Shelf()
    shelf.rows = [1, 2]
    shelf.lanes.expect(7)
    shelf.lanes.start()
    while not shelf.seen:
        await asyncio.sleep(0)
    shelf.put(1, 2)
    await shelf.settle()
    assert shelf.seen == [1, 2]


async def test_a_full_lane_leaves_the_rest_in_the_store() -> None:
    shelf = Shelf()
    shelf.rows = list(range(100))
    shelf.put(*range(100))
    assert shelf.lanes.held == HELD_PER_CHAT
    await shelf.settle()
    assert shelf.seen == list(range(100))
    assert shelf.lanes.held == 0


async def test_a_reading_that_fails_is_made_again(monkeypatch) -> None:
    monkeypatch.setattr("bot.lanes.TROUBLE_PAUSE", 0.01)
    shelf = Shelf()
    shelf.rows = [1]
    failures = [OSError(), OSError()]

    async def fail(chat_id: int, limit: int) -> tuple[list[Item], bool]:
        if failures:
            raise failures.pop()
        return await shelf.read(chat_id, limit)

    shelf.lanes = Lanes(shelf.work, fail)
    shelf.lanes.expect(7)
    shelf.lanes.start()
    await shelf.settle()
    assert shelf.seen == [1]


async def test_so_many_chats_are_worked_at_once_and_no_more() -> None:
    at_once = most = 0

    async def work(chat_id: int, item: Item) -> float:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.001)
        at_once -= 1
        return 0

    shelf = Shelf()
    shelf.lanes = Lanes(work, shelf.read)
    for chat in range(500):
        shelf.lanes.put(chat, Item(chat, {}))
    shelf.lanes.start()
    await shelf.settle()
    assert most == CONCURRENT


async def test_something_beside_the_updates_has_the_chat_to_itself() -> None:
    shelf = Shelf()
    done: list[str] = []

    async def work() -> None:
        shelf.rows.append(1)
        shelf.put(1)
        await asyncio.sleep(0.02)
        assert shelf.seen == []
        done.append("alone")
        raise RuntimeError("a fault of it stops no update")

    assert await shelf.lanes.alone(7, work)
    await shelf.settle()
    assert (done, shelf.seen) == (["alone"], [1])

    shelf.rows.append(2)
    shelf.put(2)
    assert not await shelf.lanes.alone(7, work)
    await shelf.settle()
    assert (done, shelf.seen) == (["alone"], [1, 2])
    await shelf.lanes.stop(1)
    assert not await shelf.lanes.alone(7, work)
