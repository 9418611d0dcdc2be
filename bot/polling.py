"""Long polling: updates are asked for, written down, and only then confirmed by the next request."""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter

from bot.intake import Intake
from bot.telegram import TelegramSession

logger = logging.getLogger(__name__)

POLL_SECONDS = 30
"""How long Telegram may keep a request open while there is nothing."""
PAUSES = (0.3, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before the next request after one that failed; the last one repeats."""


async def poll(
    bot: Bot,
    session: TelegramSession,
    intake: Intake,
    stop: asyncio.Event,
    allowed_updates: list[str] | None = None,
    *,
    timeout: int = POLL_SECONDS,
    pauses: Sequence[float] = PAUSES,
) -> None:
    """Take updates in until `stop` is set. Nothing else ends it: whatever fails is tried again."""
    poller = asyncio.current_task()
    assert poller is not None  # noqa: S101
    is_waiting = False

    def leave(_: object) -> None:
        if is_waiting:
            poller.cancel()

    stopping = asyncio.create_task(stop.wait())
    stopping.add_done_callback(leave)
    offset: int | None = None
    failures = 0
    try:
        while not stop.is_set():
            try:
                is_waiting = True
                raws = await session.get_updates(bot, offset, timeout, allowed_updates)
                is_waiting = False
                if raws:
                    highest = await intake.accept(raws)
                    if highest is None:
                        raise ValueError("no update of the batch has a number")
                    offset = highest + 1
                else:
                    # all below the offset is confirmed by now; without one, a numbering that begins anew
                    # after a week of silence is no trouble
                    offset = None
                failures = 0
            except (TelegramAPIError, sqlite3.OperationalError, ValueError) as error:
                pause = pauses[min(failures, len(pauses) - 1)]
                if isinstance(error, TelegramRetryAfter):
                    pause = max(pause, error.retry_after)
                failures += 1
                level = logging.WARNING if failures < len(pauses) else logging.ERROR
                logger.log(level, "no updates could be taken in (%s), again in %s s", _name(error), pause)
                is_waiting = True
                await asyncio.sleep(pause)
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
        poller.uncancel()
    finally:
        is_waiting = False
        stopping.cancel()


def _name(error: Exception) -> str:
    return error.message if isinstance(error, TelegramAPIError) else type(error).__name__
