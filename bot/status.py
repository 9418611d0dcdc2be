"""Whether the bot is well, for whoever asks on METRICS_PORT: /healthz, /readyz, /metrics.

Nobody is asked for a password there, so nothing there is about a person.
"""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import backups
from bot.config import BadConfig, Config
from bot.counts import Counts
from clinic.clock import Clock
from reminders.outbox import Outbox
from storage import gauges, schema
from storage.database import Database
from storage.gauges import Gauges, Marks
from storage.types import Tx

if TYPE_CHECKING:
    from aiohttp import web

    from bot.metrics import Seen

ANSWER_SECONDS = 5.0
"""How long the store may take to answer; another process may hold its lock for a moment."""
OUTBOX_SECONDS = 120.0
"""How long the outbox may stand still; one message may be tried for forty seconds."""
LAG_EVERY = 0.25
NO_STORE = (sqlite3.Error, RuntimeError, TimeoutError)


class Status:
    """What is asked when somebody wants to know; `outbox` is set once there is one, `serving` by the app."""

    def __init__(
        self,
        config: Config,
        database: Database,
        clock: Clock,
        counts: Counts,
        serving: asyncio.Event,
        stop: asyncio.Event,
    ) -> None:
        self.outbox: Outbox | None = None
        self._config = config
        self._database = database
        self._clock = clock
        self._counts = counts
        self._serving = serving
        self._stop = stop
        self._marks: Marks | None = None
        self._entries: Counter[tuple[str, str]] = Counter()
        self._offers = 0
        self._reading = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Answer on METRICS_PORT meanwhile; without one, do nothing at all."""
        if self._config.metrics_port is None:
            yield
            return
        from aiohttp import web

        self._marks = await self._database.read(gauges.marks)
        app = web.Application(client_max_size=1024)
        for path, handler in (
            ("/healthz", self.healthz), ("/readyz", self.readyz), ("/metrics", self.metrics)
        ):  # fmt: skip
            app.router.add_get(path, handler)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        lag = asyncio.create_task(self._watch_lag())
        heard = _Heard(self._counts)
        logging.getLogger().addHandler(heard)
        try:
            try:
                await web.TCPSite(runner, self._config.metrics_host, self._config.metrics_port).start()
            except OSError as error:
                raise BadConfig(f"METRICS_PORT cannot be listened on ({error.strerror})") from None
            yield
        finally:
            logging.getLogger().removeHandler(heard)
            lag.cancel()
            await asyncio.gather(lag, return_exceptions=True)
            await runner.cleanup()

    async def healthz(self, _: "web.Request") -> "web.Response":
        """Say whether the loop turns, which answering shows, and whether the writer answers."""
        is_well = await self._writer_answers()
        return _json({"alive": is_well}, 200 if is_well else 503)

    async def readyz(self, _: "web.Request") -> "web.Response":
        """Say whether people are served, and if not, which checks fail."""
        failing = [name for name, passes in (await self.checks()).items() if not passes]
        return _json({"ready": not failing, "failing": failing}, 503 if failing else 200)

    async def metrics(self, _: "web.Request") -> "web.Response":
        """Give every number."""
        from aiohttp import web

        from bot import metrics

        async with self._reading:
            body = metrics.text(self._counts, await self._see())
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def checks(self) -> dict[str, bool]:
        """Tell of each thing that serving people needs whether it is so."""
        is_current = None
        with contextlib.suppress(*NO_STORE):
            async with asyncio.timeout(ANSWER_SECONDS):
                is_current = await self._database.read(_has_newest_schema)
        outbox = self.outbox
        return {
            "started": self._serving.is_set(),
            "not_stopping": not self._stop.is_set(),
            "store": is_current is not None,
            "schema": is_current is True,
            "writer": await self._writer_answers(),
            "telegram": not self._counts.telegram.is_down,
            "updates": not self._counts.polling.is_down,
            "outbox": outbox is not None and time.monotonic() - outbox.moved_at < OUTBOX_SECONDS,
        }

    async def _writer_answers(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._database.write(_nothing)
        except NO_STORE:
            return False
        return True

    async def _see(self) -> "Seen":
        """Read what a scrape wants to know: one transaction, and the files' sizes beside the loop."""
        from bot.metrics import Seen

        now, found = self._clock.now(), None
        with contextlib.suppress(*NO_STORE):
            async with asyncio.timeout(ANSWER_SECONDS):
                found = await self._database.read(partial(self._count, now=now))
        if found is not None:
            self._marks, entries, offers, _ = found
            self._entries.update(entries)
            self._offers += offers
        store, log, backup = await asyncio.to_thread(_files, self._database.path, self._config)
        gauged: Gauges | None = None if found is None else found[3]
        return Seen(now, await self.checks(), self._entries, self._offers, gauged, store, log, backup)

    def _count(self, tx: Tx, now: Any) -> tuple[Marks, dict[tuple[str, str], int], int, Gauges]:
        until = gauges.marks(tx)
        after = self._marks or until
        entries = {(act, record): n for act, record, n in gauges.entries_between(tx, after, until)}
        return until, entries, gauges.offers_between(tx, after, until), gauges.read(tx, now)

    async def _watch_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(LAG_EVERY)
            self._counts.lag_seconds.note(max(0.0, loop.time() - begun - LAG_EVERY))


class _Heard(logging.Handler):
    """Counts warnings and errors; what they say is not looked at."""

    def __init__(self, counts: Counts) -> None:
        super().__init__(logging.WARNING)
        self._counts = counts

    def emit(self, record: logging.LogRecord) -> None:
        self._counts.log_lines[record.levelname, record.name] += 1


def _nothing(_: Tx) -> None:
    pass


def _has_newest_schema(tx: Tx) -> bool:
    return tx.execute("SELECT version_num FROM alembic_version").fetchall() == [(schema.HEAD,)]


def _files(store: Path, config: Config) -> tuple[int, int, Any]:
    newest = next(iter(backups.found_in(backups.folder_of(config))), None)
    return _size(store), _size(store.with_name(f"{store.name}-wal")), newest


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _json(facts: dict[str, Any], status: int) -> "web.Response":
    from aiohttp import web

    return web.json_response(facts, status=status)
