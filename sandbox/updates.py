"""The queue of updates: kept until the bot confirms them."""

import asyncio
import time
from typing import Any

from sandbox.errors import ApiError

POLLED_LATELY = 3.0
"""Seconds between two requests of a bot that is well."""
DEFAULT_EXCLUDED = {"chat_member", "message_reaction", "message_reaction_count"}


class Updates:
    """Updates waiting for the bot, in the order in which they happened."""

    def __init__(self, first_id: int = 100_001) -> None:
        self._next_id = first_id
        self._waiting: list[dict[str, Any]] = []
        self._changed = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None
        self.allowed: list[str] | None = None
        self.webhook_is_set = False
        self.duplicates = 0
        """how many of the next answers repeat their first update (a fault on order)"""
        self.shuffles = 0
        self._polled_at = -POLLED_LATELY

    @property
    def waiting(self) -> int:
        """How many are not confirmed yet."""
        return len(self._waiting)

    @property
    def is_polled(self) -> bool:
        """Whether a bot asks for updates, or did a moment ago."""
        return self._poller is not None or time.monotonic() - self._polled_at < POLLED_LATELY

    @property
    def changed(self) -> asyncio.Event:
        """Set whenever an update comes."""
        return self._changed

    def put(self, kind: str, content: dict[str, Any]) -> int | None:
        """Add an update; None when the bot did not ask for its kind."""
        if (self.allowed and kind not in self.allowed) or (not self.allowed and kind in DEFAULT_EXCLUDED):
            return None
        update_id = self._next_id
        self._next_id += 1
        self._waiting.append({"update_id": update_id, kind: content})
        self._changed.set()
        return update_id

    def put_raw(self, update: dict[str, Any]) -> None:
        """Add an update as it stands, for what no honest server would send."""
        self._waiting.append({"update_id": self._next_id, **update})
        self._next_id += 1
        self._changed.set()

    def peek(self) -> list[dict[str, Any]]:
        """Look at what waits."""
        return list(self._waiting)

    def confirm(self, update_id: int) -> None:
        """Drop one update: the webhook took it."""
        self._waiting = [update for update in self._waiting if update["update_id"] != update_id]

    def drop(self) -> None:
        """Drop everything that waits."""
        self._waiting.clear()

    async def poll(self, offset: int | None, limit: int, timeout: int) -> list[dict[str, Any]]:
        """Answer getUpdates; raises ApiError 409 when a webhook is set or another poller comes."""
        if self.webhook_is_set:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first",
            )
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(
                ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request;"
                    " make sure that only one bot instance is running",
                )
            )
        poller: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = poller
        if offset is not None and offset < 0:
            self._waiting = self._waiting[offset:]
        elif offset is not None:
            self._waiting = [update for update in self._waiting if update["update_id"] >= offset]
        deadline = asyncio.get_running_loop().time() + timeout
        try:
            while not self._waiting:
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return []
                self._changed.clear()
                change = asyncio.ensure_future(self._changed.wait())
                waited: set[asyncio.Future[Any]] = {change, poller}
                done, _ = await asyncio.wait(waited, timeout=left, return_when="FIRST_COMPLETED")
                change.cancel()
                if poller in done:
                    await poller
        finally:
            if self._poller is poller:
                self._poller = None
                self._polled_at = time.monotonic()
            if poller.done():
                poller.exception()
        batch = self._waiting[:limit]
        if self.shuffles and len(batch) > 1:
            self.shuffles -= 1
            batch = [*batch[1:], batch[0]]
        if self.duplicates:
            self.duplicates -= 1
            batch = [batch[0], *batch]
        return batch
