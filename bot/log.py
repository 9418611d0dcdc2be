"""The log: one line an event, no personal data. Exceptions come with their place, not with their text."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

from bot.middlewares import speaker, update_in_hand

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


class _JsonFormatter(_Formatter):
    """An object a line; what a line has nothing to say of is left out."""

    def format(self, record: logging.LogRecord) -> str:
        who = speaker.get()
        facts = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "speaker": None if who == "-" else who,
            "update": update_in_hand.get(),
            "mistake": getattr(record, "mistake", None),
            "where": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: fact for name, fact in facts.items() if fact is not None})


def set_up(level: str, form: str = "text") -> None:
    """Log to standard error, where service managers take it."""
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        handler.setFormatter(_JsonFormatter())
    else:
        handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s [%(speaker)s] %(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
