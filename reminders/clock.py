"""The clock that ticks: once a second it wakes the outbox and frees the holds that have run out.

APScheduler keeps nothing: what is due is in the store.
"""

import logging
import sqlite3

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from clinic.clock import Clock
from reminders.holds import HoldNotes
from reminders.outbox import Outbox

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0


def ticking(clock: Clock, outbox: Outbox, holds: HoldNotes) -> AsyncIOScheduler:
    """Build the scheduler; whoever starts it shuts it down."""

    async def tick() -> None:
        outbox.wake()
        try:
            await holds.tick(clock.now())
        except sqlite3.OperationalError as error:
            logger.warning("holds could not be freed now: %s", type(error).__name__)

    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
    )
    return scheduler
