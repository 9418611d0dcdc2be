"""What the process has done since it started: plain numbers, so that noting one costs next to nothing.

`bot/metrics.py` turns them into metrics when somebody asks for those; nothing here knows of that.
"""

import time
from bisect import bisect_left
from collections import Counter, OrderedDict

from aiogram.exceptions import (
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

PRESS_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0, 10.0)
LATE_BOUNDS = (1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 3600.0, 21600.0)
LAG_BOUNDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
PRESSES_WATCHED = 5_000
"""Most presses that wait for their answer and are timed; of more, the oldest are forgotten."""
DOWN_AFTER = 60.0
"""Seconds of failures alone after which a line counts as down: a pause of Telegram's is no outage."""


class Buckets:
    """A histogram: how many values were at most each bound, and their sum."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def note(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


class Line:
    """Whether something that is tried again and again succeeds."""

    def __init__(self) -> None:
        self._bad_since: float | None = None

    def note(self, *, is_good: bool) -> None:
        """Note how an attempt ended."""
        if is_good:
            self._bad_since = None
        elif self._bad_since is None:
            self._bad_since = time.monotonic()

    @property
    def is_down(self) -> bool:
        """Tell whether nothing but failures came for too long."""
        return self._bad_since is not None and time.monotonic() - self._bad_since > DOWN_AFTER


RESULTS = ("sent", "put_off", "dropped", "failed")


class Counts:
    """The numbers of one life of the bot.

    What an alert asks the growth of is there as 0 before it happens for the first time: Prometheus sees no
    growth in a series that begins with 1.
    """

    def __init__(self) -> None:
        self.updates: Counter[str] = Counter(taken=0, done=0, failed=0, set_aside=0)
        """by what became of them: taken, done, failed (tried again), set_aside"""
        self.press_seconds = Buckets(PRESS_BOUNDS)
        """from when a press came in to when Telegram had its answer"""
        self.calls: Counter[tuple[str, str]] = Counter()
        """by method and result, each attempt for itself"""
        self.retries: Counter[str] = Counter()
        self.messages: Counter[tuple[str, str, str]] = Counter()
        """of the outbox, by channel, kind and result"""
        self.late_seconds: dict[str, Buckets] = {}
        """by channel: how long after it was due a message was sent"""
        self.lag_seconds = Buckets(LAG_BOUNDS)
        self.log_lines: Counter[tuple[str, str]] = Counter({("ERROR", "handlers.errors"): 0})
        """by level and logger, warnings and worse"""
        self.telegram = Line()
        """whether Telegram answers at all"""
        self.polling = Line()
        """whether it hands out updates: not while another process polls with the same token"""
        self._presses: OrderedDict[str, float] = OrderedDict()

    def press_came(self, press_id: object) -> None:
        """Begin to time a press."""
        if isinstance(press_id, str):
            self._presses[press_id] = time.perf_counter()
            if len(self._presses) > PRESSES_WATCHED:
                self._presses.popitem(last=False)

    def press_answered(self, press_id: str) -> None:
        """End it."""
        came = self._presses.pop(press_id, None)
        if came is not None:
            self.press_seconds.note(time.perf_counter() - came)

    def called(self, method: str, error: Exception | None = None) -> None:
        """Count an attempt at a call to Telegram."""
        result = "ok" if error is None else _result(error)
        self.calls[method, result] += 1
        self.telegram.note(is_good=result not in ("network", "server"))
        if method == "getUpdates":
            self.polling.note(is_good=result in ("ok", "too_many"))

    def message(self, channel: str, kind: str, result: str, late: float | None = None) -> None:
        """Count what became of a message of the outbox, and how late it was where it was sent."""
        if (channel, kind, result) not in self.messages:
            for other in RESULTS:
                self.messages.setdefault((channel, kind, other), 0)
        self.messages[channel, kind, result] += 1
        if late is not None:
            self.late_seconds.setdefault(channel, Buckets(LATE_BOUNDS)).note(late)


def _result(error: Exception) -> str:
    if isinstance(error, TelegramRetryAfter):
        return "too_many"
    if isinstance(error, TelegramForbiddenError):
        return "forbidden"
    if isinstance(error, TelegramEntityTooLarge):  # aiogram derives it from the next one
        return "refused"
    if isinstance(error, TelegramNetworkError):
        return "network"
    return "server" if isinstance(error, TelegramServerError) else "refused"
