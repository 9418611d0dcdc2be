"""Telegram's limits on sending: off, as published, or without the bursts that pass in practice."""

import math
import time

from sandbox.errors import ApiError

MODES = {"off": None, "published": (20.0, 30.0), "strict": (1.0, 30.0)}
"""Per mode: messages at once in one chat (then one a second), messages a second over all chats."""


class Limits:
    """Token buckets per chat and over all."""

    def __init__(self) -> None:
        self.mode = "off"
        self._chats: dict[int, tuple[float, float]] = {}
        self._all = (30.0, 0.0)

    def check(self, chat_id: int) -> None:
        """Count a message; raises ApiError 429 with the seconds to wait."""
        settings = MODES[self.mode]
        if settings is None:
            return
        burst, rate = settings
        now = time.monotonic()
        left, at = self._chats.get(chat_id, (burst, now))
        left = min(burst, left + now - at)
        all_left = min(rate, self._all[0] + (now - self._all[1]) * rate)
        wait = max(1 - left, (1 - all_left) / rate)
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise ApiError(
                429, f"Too Many Requests: retry after {seconds}", retry_after=seconds, is_violation=False
            )
        self._chats[chat_id] = (left - 1, now)
        self._all = (all_left - 1, now)
