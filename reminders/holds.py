"""Kept times that run out: freed, and told in the window that waits for their person.

Everything is found again after a restart: which holds run out is in the store, and whether a window is still
about one is asked of the conversation itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from clinic import booking
from storage.database import Database

Show = Callable[[int], Awaitable[bool]]
"""Shows a chat's window as things stand now; False where the chat is busy, and it is to be asked again."""


class HoldNotes:
    """Has the window shown again once when a minute is left and once when the time is kept no more."""

    def __init__(self, database: Database, show: Show) -> None:
        self._database = database
        self._show = show
        self._ending: dict[int, int] = {}
        self._due: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def tick(self, now: datetime) -> None:
        """Free what has run out and tell whom it concerns; the telling goes on in the background."""
        released = await booking.release_expired(self._database, now)
        ending = {hold.telegram_id: hold.slot_id for hold in await booking.ending(self._database, now)}
        # who was in his last minute and is not any more: freed by somebody else's press, say
        changed = ending.items() ^ self._ending.items()
        self._ending = ending
        chats = self._due | {chat for chat, _ in changed} | {hold.telegram_id for hold in released}
        self._due = set()
        for chat in chats:
            task = asyncio.create_task(self._tell(chat))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _tell(self, chat: int) -> None:
        if not await self._show(chat):
            self._due.add(chat)
