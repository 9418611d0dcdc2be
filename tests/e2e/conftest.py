"""The whole bot against the sandbox, over HTTP, in one process: fast, and the clock can be moved."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.config import Config
from bot.middlewares import Flood
from bot.send_limits import SendLimits
from sandbox.server import TOKEN, Sandbox
from storage.database import connect
from tests import world as small_clinic

KEY = "a key of the tests that is long enough 0123456789"


class Stand:
    """A sandbox and the bot in it; `restart` stops the bot and starts it anew on the same store."""

    def __init__(self, box: Sandbox, store: Path, redis_url: str | None = None, **settings: Any) -> None:
        self.box = box
        self.store = store
        self.config = Config(
            bot_token=TOKEN,
            secret_key=KEY,
            database_url=f"sqlite+aiosqlite:///{store}",
            telegram_api_url=box.url,
            smtp_url=box.smtp_url,
            sms_url=box.sms_url,
            redis_url=redis_url,
            _env_file=None,
            **settings,
        )
        self.app = self._new_app()

    def _new_app(self) -> App:
        return App(
            self.config, self.box.clock, flood=Flood(burst=10_000), limits=SendLimits(10_000, 10_000, 10_000)
        )

    async def start(self) -> None:
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(self.app.run(self._stop))
        serving = asyncio.create_task(self.app.serving.wait())
        await asyncio.wait({self._running, serving}, return_when="FIRST_COMPLETED", timeout=20)
        serving.cancel()
        if self._running.done():
            await self._running
        assert self.app.serving.is_set()

    async def stop(self) -> None:
        self._stop.set()
        await asyncio.wait_for(self._running, 15)

    async def restart(self) -> None:
        await self.stop()
        await self.restart_after_stop()

    async def restart_after_stop(self) -> None:
        self.app = self._new_app()
        await self.start()

    def rows(self, query: str, *values: object) -> list[tuple]:
        connection = connect(self.store, read_only=True)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox() as box:
        yield box


def until_monday_noon(now: datetime) -> timedelta:
    """Tell how long it is until the next Monday, 12:00 UTC: then no test depends on when it is run.

    The small clinic has closed for that day in Moscow, and opens on Tuesday in 18 hours.
    """
    noon = datetime.combine(now.date(), time(12), UTC)
    return (noon + timedelta(days=-noon.weekday() % 7) - now) % timedelta(days=7)


@contextlib.asynccontextmanager
async def serving(
    box: Sandbox, empty_store: Path, tmp_path: Path, redis_url: str | None = None, **settings: Any
) -> AsyncIterator[Stand]:
    """Run the bot with the small clinic on a Monday afternoon; no violation may be left at the end."""
    box.forward(until_monday_noon(box.clock.now()))
    store = Path(shutil.copy(empty_store, tmp_path / "talon.db"))
    connection = connect(store)
    connection.execute("BEGIN")
    small_clinic.fill(connection, box.clock.now().date())
    connection.execute("COMMIT")
    connection.close()
    stand = Stand(box, store, redis_url, **settings)
    await stand.start()
    yield stand
    await stand.stop()
    assert [violation.what for violation in box.violations] == []


@pytest.fixture
async def stand(box: Sandbox, empty_store: Path, tmp_path: Path) -> AsyncIterator[Stand]:
    async with serving(box, empty_store, tmp_path) as stand:
        yield stand


Register = Callable[..., object]
