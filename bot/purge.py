"""Deleting what was done or left behind long ago."""

import asyncio
import logging
import sqlite3
from datetime import datetime, timedelta
from functools import partial

from bot.dialog_state import DialogStateStorage
from bot.failures import reason
from clinic.waiting import watching
from storage import dialog_state, freed, inbox, no_times, one_time_codes, support
from storage.database import Database

logger = logging.getLogger(__name__)

DONE_KEPT = timedelta(hours=48)
"""How long a done update is known, so that the same one is not worked again; Telegram keeps them 24 hours."""
SET_ASIDE_KEPT = timedelta(days=30)
"""How long the operator has for an update that was set aside."""
CODES_KEPT = timedelta(days=2)
"""How long codes by SMS and e-mail are counted: wrong and sent ones are limited by the day."""
ANSWERS_KEPT = timedelta(days=365)
"""How long it is known that somebody was told there were no times: letters list such answers."""
FREED_KEPT = timedelta(days=2)
"""How long a time that got free while somebody waited is known: the daily word counts those of a day."""
WAITING_KEPT = timedelta(days=60)
"""How long an entry of the waiting list is kept after its end: old buttons tell what became of it."""
REQUESTS_KEPT = timedelta(days=365)
"""How long a request to support is kept after the last word in it."""
DIALOGS_KEPT = timedelta(days=60)
"""How long a conversation that nobody goes on with is kept."""
PURGE_EVERY = timedelta(minutes=10)
LIMIT = 500
"""Most rows that one transaction deletes: others wait for it only a moment."""
PAUSE = 0.1


async def purge(database: Database, state: DialogStateStorage | None, now: datetime) -> None:
    """Delete old updates, codes and conversations, a little at a time."""
    updates = partial(
        inbox.purge, done_before=now - DONE_KEPT, set_aside_before=now - SET_ASIDE_KEPT, limit=LIMIT
    )
    dialogs = partial(dialog_state.purge, before=now - DIALOGS_KEPT, limit=LIMIT)
    answers = partial(no_times.purge, before=now - ANSWERS_KEPT, limit=LIMIT)
    codes = partial(one_time_codes.purge, before=now - CODES_KEPT, limit=LIMIT)
    times = partial(freed.purge, before=now - FREED_KEPT, limit=LIMIT)
    waited = partial(watching.purge, before=now - WAITING_KEPT, limit=LIMIT)
    requests = partial(support.purge, before=now - REQUESTS_KEPT, limit=LIMIT // 10)  # with their files
    gone = 1
    try:
        while gone:
            gone = await database.write(updates)
            gone += await database.write(codes)
            gone += await database.write(answers)
            gone += await database.write(times)
            gone += await database.write(waited)
            gone += await database.write(requests)
            chats = await database.write(dialogs)
            if state is not None:
                for chat_id in chats:
                    state.forget(chat_id)
            gone += len(chats)
            await asyncio.sleep(PAUSE)
    except sqlite3.OperationalError as error:
        logger.warning("old rows could not be deleted now: %s", reason(error))
