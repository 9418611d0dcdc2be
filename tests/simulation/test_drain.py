"""Many messages due at once go at Telegram's rate, and whoever presses or books meanwhile does not wait.

Time is virtual: what is measured is whose turn it is. With the real one: `python -m bench --only reminders`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.due import plan_for_many
from bot import send_limits
from bot.send_limits import SendLimits
from clinic import booking, planning
from clinic.booking import Request
from reminders.channels import Sent
from reminders.chat import ChatChannel
from reminders.outbox import Outbox
from storage import outgoing
from storage.database import connect
from storage.notifications import NotificationRow
from storage.reminders import REMINDER
from tests.simulation import whole_drain
from tests.simulation.outside import PUBLISHED
from tests.simulation.virtual import VirtualLoop
from tests.simulation.whole_drain import Drained as WholeDrain
from tests.simulation.year import Plan, Simulation, without_pictures

DUE = 900
PRESS_SECONDS = 0.3


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pictures(monkeypatch)


@dataclass
class Drained:
    seconds: float
    in_a_second: int
    violations: list[str]
    slowest_press: float
    ticket_seconds: float
    sent: int


async def drain(empty_store: Path, folder: Path) -> Drained:
    """Let messages to many chats be due at once, while people press, and one of them books."""
    plan = Plan(accounts=2, bookings=0, kill_chance=0.0, outages=False, clock_jumps=False, days=30)
    run = Simulation(plan, empty_store, folder / "drain.db")
    loop = asyncio.get_running_loop()
    try:
        process = await run.start()
        await run.register()
        patient, other = list(run.carers)[:2]
        await run.act(
            lambda database: booking.book(
                database, Request(1, patient, run._free_slot(timedelta(days=9)) or 0), run.clock.now()
            )
        )
        await asyncio.sleep(5)
        reminders = "SELECT id FROM notification WHERE state = 1 AND kind = ? ORDER BY due_at"
        planned = run.oracle.execute(reminders, (REMINDER,)).fetchall()
        connection = connect(run.store)
        with connection:
            plan_for_many(connection, planned[-1][0], run.clock.now(), range(1000, 1000 + DUE))
        connection.close()
        begun = loop.time()
        pressed: list[float] = []

        async def press() -> None:
            """Somebody presses: what answers them is a message, in the worst case."""
            session: Any = run.sessions[0]
            for number in range(200):
                at = loop.time()
                await session.limits.admit(5000 + number)
                pressed.append(loop.time() - at)
                await asyncio.sleep(0.1)

        async def book() -> float:
            await asyncio.sleep(5)
            at = loop.time()
            found = await run.act(
                lambda database: booking.book(
                    database, Request(2, other, run._free_slot(timedelta(days=9)) or 0), run.clock.now()
                )
            )
            while not run.oracle.execute(
                "SELECT 1 FROM notification WHERE appointment_id = ? AND kind = ? AND state = 0",
                (found.appointment.id, planning.TICKET),
            ).fetchone():
                await asyncio.sleep(0.05)
            return loop.time() - at

        async def tick() -> None:
            while True:
                process.outbox.wake()
                await asyncio.sleep(1)

        ticking = asyncio.create_task(tick())
        pressing, booked = asyncio.create_task(press()), asyncio.create_task(book())
        left = "SELECT count(*) FROM notification WHERE state = 1 AND due_at <= ?"
        while run.oracle.execute(left, (int(run.clock.now().timestamp()),)).fetchone()[0]:
            await asyncio.sleep(0.2)
        seconds = loop.time() - begun
        await pressing
        ticket = await booked
        ticking.cancel()
        sent = sum(len(found) for found in run.outside.arrivals.values())
        return Drained(
            seconds, run.outside.in_a_second, run.outside.violations, max(pressed), ticket, sent
        )  # fmt: skip
    finally:
        await run.finish()


@pytest.fixture
def drained(empty_store: Path, tmp_path: Path) -> Callable[[], Drained]:
    def work() -> Drained:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(drain(empty_store, tmp_path))

    return work


def test_many_at_once_go_at_telegrams_rate_and_nobody_waits_for_them(drained) -> None:
    found = drained()
    assert found.violations == []
    assert found.in_a_second <= PUBLISHED
    assert found.sent >= DUE
    assert found.seconds <= (DUE + 200) / 29 + 5
    assert found.slowest_press <= PRESS_SECONDS
    assert found.ticket_seconds <= 3


@pytest.fixture
def whole(empty_store: Path, tmp_path: Path) -> Callable[[], WholeDrain]:
    def work() -> WholeDrain:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(whole_drain.drain(DUE, empty_store, tmp_path))

    return work


def test_a_whole_drain_brings_each_once_and_keeps_nothing(whole) -> None:
    found = whole()
    assert found.faults == []
    assert found.sent == DUE


def test_a_whole_drain_that_loses_and_repeats_is_caught(whole, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = Outbox._mark

    send = ChatChannel.send

    async def loses(self: Any, row: NotificationRow, about: Any) -> Any:
        return Sent(None) if row.id % 300 == 1 else await send(self, row, about)

    monkeypatch.setattr(ChatChannel, "send", loses)
    assert [fault for fault in whole().faults if "did not come" in fault]
    monkeypatch.setattr(ChatChannel, "send", send)

    async def forgets_first(self: Any, row: NotificationRow, *what: Any) -> None:
        if row.id % 300 or row.attempts > 1:
            await mark(self, row, *what)

    monkeypatch.setattr(Outbox, "_mark", forgets_first)
    assert [fault for fault in whole().faults if "came twice" in fault]


def test_messages_without_a_limit_are_caught(drained, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.simulation.year.SendLimits", lambda: SendLimits(10_000))
    assert drained().in_a_second > PUBLISHED


def test_presses_that_stand_in_line_behind_reminders_are_caught(
    drained, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = send_limits._Places.take

    async def in_line(self: Any, *, is_behind: bool) -> None:
        await original(self, is_behind=True)

    monkeypatch.setattr(send_limits._Places, "take", in_line)
    assert drained().slowest_press > PRESS_SECONDS


def test_a_ticket_that_waits_for_all_that_was_due_before_is_caught(
    drained, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = outgoing.claim_due

    def oldest_first(tx: Any, channel: str, now: Any, leased_until: Any, limit: int) -> Any:
        return [row for _ in range(limit) for row in claim(tx, channel, now, leased_until, 1)]

    monkeypatch.setattr(outgoing, "claim_due", oldest_first)
    assert drained().ticket_seconds > 3
