"""The waiting list's clock: offers that run out, entries that end, the daily word, reserved times that open.

What is due is in the store; only where the look through the reserves goes on is kept here, and begins anew.
"""

import logging
import sqlite3
from datetime import datetime, timedelta
from functools import partial

from clinic.waiting import reserves, watching
from storage.database import Database

logger = logging.getLogger(__name__)

SAY_AGAIN = timedelta(minutes=10)


class Watch:
    """Works what is due, and says in the log when that has stood still."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._after = 0
        self._said_at: datetime | None = None

    async def tick(self, now: datetime) -> None:
        """Do what is due now; a fault is logged and tried again at the next tick."""
        try:
            await self._say_if_still(now)
            await watching.tick(self._database, now)
            if await self._database.read(reserves.has_any):
                work = partial(reserves.open_due, now=now, after_id=self._after)
                self._after, _ = await self._database.write(work)
        except sqlite3.OperationalError as error:
            logger.warning("the waiting list could not be worked now: %s", type(error).__name__)
        except Exception:
            logger.exception("the waiting list could not be worked")

    async def _say_if_still(self, now: datetime) -> None:
        if self._said_at is not None and now < self._said_at + SAY_AGAIN:
            return
        self._said_at = now
        since = await self._database.read(partial(watching.stands_still, now=now))
        if since is not None:
            logger.warning("the waiting list has stood still since %s UTC", f"{since:%d.%m.%Y %H:%M}")
