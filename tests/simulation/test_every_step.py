"""A kill at each step of sending: nothing is lost, at most the message on its way is repeated."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from clinic import booking
from clinic.booking import Request
from tests.simulation.virtual import VirtualLoop
from tests.simulation.year import Outcome, Plan, Simulation, without_pictures

MOST_STEPS = 60


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pictures(monkeypatch)


async def killed_at(step: int, empty_store: Path, folder: Path) -> tuple[Outcome, bool]:
    """Book a visit, let the bot be killed at that step of it, and live on until all is over."""
    plan = Plan(seed=step, days=4, bookings=0, accounts=2, kill_chance=0.0, outages=False, clock_jumps=False)
    run = Simulation(plan, empty_store, folder / f"step-{step}.db")
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    try:
        process = await run.start()
        await run.register()
        slot = run._free_slot(timedelta(days=2))
        patient = list(run.carers)[-1]
        request = Request(run.carers[patient][0], patient, slot or 0)
        process.life.last_step = process.life.steps + step
        await run.act(lambda database: booking.book(database, request, run.clock.now()))
        outcome = await run.run()
        return outcome, bool(run.killed_at)
    finally:
        await run.finish()


def test_a_kill_at_each_step_loses_nothing(empty_store: Path, tmp_path: Path) -> None:
    repeated = kills = 0
    was_killed = True
    for step in range(1, MOST_STEPS):
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            outcome, was_killed = runner.run(killed_at(step, empty_store, tmp_path))
        assert outcome.faults == [], f"killed at step {step}"
        assert outcome.repeated <= 2  # both parents' messages are on their way
        repeated += outcome.repeated
        kills += was_killed
        if not was_killed:
            break
    assert not was_killed, "there are more steps than were tried"
    assert kills > 20
    assert 0 < repeated < kills
