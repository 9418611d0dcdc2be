"""The bot with a planted fault: it tells the patient first and writes the booking a moment later."""

import asyncio
import contextlib
import sys
from datetime import datetime
from typing import Any

from clinic import booking
from storage.appointments import Visit
from storage.database import Database

_book = booking.book_within
DELAY = 0.5


class _Undone(Exception):
    pass


async def book_later(database: Database, request: booking.Request, now: datetime) -> Visit:
    seen: list[Visit] = []

    def only_look(tx: Any) -> None:
        seen.append(_book(tx, database.keyring, request, now))
        raise _Undone

    with contextlib.suppress(_Undone):
        await database.write(only_look)

    async def write() -> None:
        await asyncio.sleep(DELAY)
        await database.write(lambda tx: _book(tx, database.keyring, request, now))

    _TASKS.append(asyncio.create_task(write()))
    return seen[0]


_TASKS: list[asyncio.Task[None]] = []

if __name__ == "__main__":
    booking.book = book_later
    from dialogs.booking import after as dialog

    async def done(**_: Any) -> dict[str, Any]:
        return {"text": "✅ <b>Вы записаны.</b>"}

    dialog.done = done  # type: ignore[assignment]
    from bot.cli import main

    sys.exit(main(["run"]))
