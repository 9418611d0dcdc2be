"""The clock that ticks: once a second it wakes the outbox, frees the holds that have run out and works the
waiting list; when a new day has begun, those who have come of age leave their guardians' lists.

APScheduler keeps nothing: what is due is in the store.
"""

import logging
import sqlite3
from datetime import date

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from clinic import coming_of_age
from clinic.clock import Clock, moscow_day
from reminders.holds import HoldNotes
from reminders.outbox import Outbox
from reminders.watch import Watch
from storage.database import Database

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0


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

    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in (tick, grow, wait):
        scheduler.add_job(
            job, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
        )
    return scheduler
