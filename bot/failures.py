"""What is said of an update that failed, and whether the update is to blame."""

import sqlite3
import traceback
from pathlib import PurePath

from aiogram.exceptions import (
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from pydantic import ValidationError

_TROUBLE = (sqlite3.OperationalError, TelegramNetworkError, TelegramServerError, TelegramRetryAfter)


def is_trouble(error: BaseException) -> bool:
    """Tell whether Telegram, the line or the disk failed, so that the same update may well succeed later."""
    return isinstance(error, _TROUBLE) and not isinstance(error, TelegramEntityTooLarge)


def reason(error: BaseException) -> str:
    """Say what failed and where, but nothing of what it was about: messages of exceptions quote people."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['type']}"
    frames = reversed(traceback.extract_tb(error.__traceback__)[-4:])
    where = " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {where}" if where else type(error).__name__
