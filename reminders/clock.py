"""The clock that ticks: once a second it wakes the outbox, frees the holds that have run out and works the
waiting list; when a new day has begun, those who have come of age leave their guardians' lists. Every ten
seconds it looks up when some of the clinics have their next free time.

APScheduler keeps nothing: what is due is in the store.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import date

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from clinic import coming_of_age, finding
from clinic.clock import Clock, moscow_day
from reminders.holds import HoldNotes
from reminders.outbox import Outbox
from reminders.watch import Watch
from storage.database import Database

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
LOOK_SECONDS = 10.0
LOOKED_UP = 500
"""Clinics of which the nearest free time is looked up at a time: some milliseconds."""


Job = Callable[[], Awaitable[None]]


def _cut_off_quietly(job: Job) -> Job:
    """Let the stop of the bot cut a job off without an error in the log: what is due is in the store."""

    async def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await job()

    return run


def ticking(
    database: Database, clock: Clock, outbox: Outbox, holds: HoldNotes, watch: Watch
) -> AsyncIOScheduler:
    """Build the scheduler; whoever starts it shuts it down."""

    grown_on: date | None = None

    async def tick() -> None:
        outbox.wake()
        try:
            await holds.tick(clock.now())
        except sqlite3.OperationalError as error:
            logger.warning("holds could not be freed now: %s", type(error).__name__)

    async def grow() -> None:
        nonlocal grown_on
        now = clock.now()
        if grown_on == moscow_day(now):
            return
        try:
            await coming_of_age.let_grow(database, now)
        except sqlite3.OperationalError as error:
            logger.warning("birthdays could not be looked for now: %s", type(error).__name__)
        else:
            grown_on = moscow_day(now)

    async def wait() -> None:
        await watch.tick(clock.now())

    looked_up = 0

    async def look_up() -> None:
        nonlocal looked_up
        try:
            looked_up = await finding.look_up_nearest(database, looked_up, LOOKED_UP, clock.now()) or 0
        except sqlite3.OperationalError as error:
            logger.warning("free times could not be looked up now: %s", type(error).__name__)

    scheduler = AsyncIOScheduler(timezone="UTC")
    jobs = ((tick, TICK_SECONDS), (grow, TICK_SECONDS), (wait, TICK_SECONDS), (look_up, LOOK_SECONDS))
    for job, seconds in jobs:
        scheduler.add_job(
            _cut_off_quietly(job),
            "interval",
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return scheduler
