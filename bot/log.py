"""The log: one line an event, no personal data. Exceptions come with their place, not with their text."""

import logging
import sys
import traceback
from types import TracebackType

from bot.middlewares import speaker

CHATTY = ("aiogram.event", "aiogram_dialog", "aiohttp.access", "aiosqlite", "apscheduler")
"""Libraries that are heard from WARNING on: below that they quote people, or say more than anybody reads."""

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _Formatter(logging.Formatter):
    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        record.speaker = speaker.get()
        return super().format(record)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802
        """Write where it happened and of what type it is: the text may quote what a person typed."""
        kind, _, place = ei
        return "".join(traceback.format_tb(place)) + (kind.__name__ if kind else "")


def set_up(level: str) -> None:
    """Log to standard error, where service managers take it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s [%(speaker)s] %(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
