"""The clock that ticks, when it is stopped."""

import asyncio
import logging
from types import SimpleNamespace

import pytest

from reminders import clock as reminder_clock
from tests.world import World


async def test_a_tick_that_the_stop_cuts_off_is_no_error(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun = asyncio.Event()

    async def hang(*_: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(reminder_clock, "TICK_SECONDS", 0.05)
    scheduler = reminder_clock.ticking(
        world.database,
        world.clock,
        SimpleNamespace(wake=lambda: None),  # type: ignore[arg-type]
        SimpleNamespace(tick=nothing),  # type: ignore[arg-type]
        SimpleNamespace(tick=hang),  # type: ignore[arg-type]
    )
    scheduler.start()
    await asyncio.wait_for(begun.wait(), 5)
    with caplog.at_level(logging.ERROR):
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0.05)
    assert [record.getMessage() for record in caplog.records] == []
