"""A whole drain in virtual time: `python -m tests.simulation.whole_drain [MESSAGES]`, by hand.

All are due in the same second, one a chat; people press meanwhile. Each must arrive once, at Telegram's rate,
and nobody who presses may wait. CPU is that of the product, the virtual loop and the simulated Telegram
together.
"""

import asyncio
import gc
import logging
import random
import sys
import tempfile
import time
from array import array
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.due import FIRST_ACCOUNT, plan_for_many
from clinic import booking
from clinic.booking import Request
from storage import schema
from storage.database import connect
from storage.reminders import REMINDER
from tests.simulation.outside import PUBLISHED, Arrival, Outside
from tests.simulation.virtual import VirtualLoop
from tests.simulation.year import Plan, Process, Simulation, without_pictures

DUE = 100_000
FIRST_CHAT = 1000
PRESS_SECONDS = 0.3
RATE = 29
GROWTH = 1.1
"""Memory at the end, at most, of that at half time: pages of the store that are kept fill up to 32 MB."""
KEPT = 1.01
"""The same of Python's objects."""


class _Tally:
    """Counts what arrives of a row, and forgets it."""

    def __init__(self, counts: "array[int]", row: int) -> None:
        self._counts = counts
        self._row = row

    def append(self, arrival: Arrival) -> None:
        self._counts[self._row] += 1

    def __len__(self) -> int:
        return self._counts[self._row]


class _Tallies:
    def __init__(self, rows: int) -> None:
        self.counts = array("B", bytes(rows))

    def __getitem__(self, row: int) -> _Tally:
        return _Tally(self.counts, row)


class Counting(Outside):
    """A Telegram that remembers how often each message came, and nothing else of long ago."""

    def _count(self, chat: int, now: Any) -> None:
        super()._count(chat, now)
        if len(self._chats) > 2000:
            for old in list(self._chats)[:1000]:
                del self._chats[old]


@dataclass(frozen=True, slots=True)
class Drained:
    """What came of it."""

    sent: int
    repeated: int
    missing: int
    seconds: float
    in_a_second: int
    slowest_press: float
    violations: list[str]
    cpu_ms: float
    """a message"""
    memory: tuple[float, float]
    """at half time and at the end, in megabytes"""
    objects: tuple[int, int]
    """blocks that Python keeps, likewise"""
    size: tuple[float, float]
    """of the store, in megabytes: with all planned, and with all sent"""

    @property
    def faults(self) -> list[str]:
        """Name what must not be."""
        wrong = {
            f"{self.missing} did not come": self.missing > 0,
            f"{self.repeated} came twice": self.repeated > 0,
            "more in a second than Telegram takes": self.in_a_second > PUBLISHED,
            f"it took {self.seconds:.0f} s": self.seconds > (self.sent + self.seconds) / RATE * 1.02 + 5,
            f"a press waited for {self.slowest_press:.2f} s": self.slowest_press > PRESS_SECONDS,
            "memory grows": self.memory[1] > self.memory[0] * GROWTH,
            "objects are kept": self.objects[1] > self.objects[0] * KEPT,
        }
        return [*self.violations, *(what for what, is_so in wrong.items() if is_so)]


async def many_due(run: Simulation, count: int) -> Process:
    """Register two people, book a visit, and let a reminder of it be due now to so many chats."""
    process = await run.start()
    await run.register()
    patient = next(iter(run.carers))
    slot = run._free_slot(timedelta(days=9))
    request = Request(1, patient, slot or 0)
    await run.act(lambda database: booking.book(database, request, run.clock.now()))
    await asyncio.sleep(5)
    reminders = "SELECT id FROM notification WHERE state = 1 AND kind = ? ORDER BY due_at"
    planned = run.oracle.execute(reminders, (REMINDER,)).fetchall()
    connection = connect(run.store)
    with connection:
        plan_for_many(connection, planned[-1][0], run.clock.now(), range(FIRST_CHAT, FIRST_CHAT + count))
    connection.close()
    return process


async def drain(count: int, empty_store: Path, folder: Path) -> Drained:
    """Send them all."""
    plan = Plan(accounts=2, bookings=0, kill_chance=0.0, outages=False, clock_jumps=False, days=30)
    run = Simulation(plan, empty_store, folder / "drain.db")
    run.outside = Counting(run.clock, random.Random(1))
    tallies: Any = _Tallies(count + 100)
    run.outside.arrivals = tallies
    loop = asyncio.get_running_loop()
    try:
        process = await many_due(run, count)
        session: Any = run.sessions[0]
        size = _size(run.store)
        slowest = 0.0
        kept: list[tuple[float, int]] = []
        begun, cpu = loop.time(), time.process_time()

        async def press() -> None:
            nonlocal slowest
            for number in range(sys.maxsize):
                at = loop.time()
                await session.limits.admit(10_000_000 + number)
                slowest = max(slowest, loop.time() - at)
                await asyncio.sleep(1)

        async def tick() -> None:
            while True:
                process.outbox.wake()
                await asyncio.sleep(1)

        others = [asyncio.create_task(press()), asyncio.create_task(tick())]
        last = "SELECT 1 FROM notification WHERE state = 1 AND due_at <= ? LIMIT 1"
        while run.oracle.execute(last, (int(run.clock.now().timestamp()),)).fetchone():
            await asyncio.sleep(1)
            if not kept and loop.time() - begun > count / RATE / 2:
                kept.append(_kept())
        seconds, cpu = loop.time() - begun, time.process_time() - cpu
        kept.append(_kept())
        for task in others:
            task.cancel()
        (first,) = run.oracle.execute(
            "SELECT id FROM notification WHERE account_id = ?", (FIRST_ACCOUNT + FIRST_CHAT,)
        ).fetchone()
        came = tallies.counts[first : first + count]
        return Drained(
            sum(came), sum(n > 1 for n in came), sum(n == 0 for n in came), seconds,
            run.outside.in_a_second, slowest, run.outside.violations, cpu / count * 1000,
            (kept[0][0], kept[-1][0]), (kept[0][1], kept[-1][1]), (size, _size(run.store)),
        )  # fmt: skip
    finally:
        await run.finish()


def _kept() -> tuple[float, int]:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6, sys.getallocatedblocks()


def _size(store: Path) -> float:
    connection = connect(store)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return store.stat().st_size / 1e6


def main(count: int) -> int:
    """Run one by hand."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        without_pictures(patch)
        store = Path(folder) / "empty.db"
        schema.upgrade(f"sqlite+aiosqlite:///{store}")
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            found = runner.run(drain(count, store, Path(folder)))
    print(found, found.faults or "no faults", sep="\n")
    return len(found.faults)


if __name__ == "__main__":
    sys.exit(min(1, main(int(sys.argv[1]) if len(sys.argv) > 1 else DUE)))
