"""The log of what the bot called, and of what Telegram would not have allowed."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the bot and its answer."""

    n: int
    at: float
    method: str
    chat_id: int | str | None
    params: dict[str, Any]
    ok: bool
    error_code: int | None
    description: str | None
    ms: float

    def as_json(self) -> dict[str, Any]:
        """Write it down for the page."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that Telegram refuses, or that no bot should do."""

    n: int
    at: float
    method: str
    what: str

    def as_json(self) -> dict[str, Any]:
        """Write it down for the page."""
        return asdict(self)


class Log:
    """Calls, the latest ones, and all violations."""

    def __init__(self) -> None:
        self.count = 0
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.violations: list[Violation] = []


def summary(parameters: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:
    """Shorten parameters to what one reads in a list."""
    short = {}
    for name, value in parameters.items():
        if isinstance(value, str) and value.startswith("attach://"):
            file = files.get(value.removeprefix("attach://"))
            short[name] = f"<{file[0]} {len(file[1]) // 1024 + 1} kB>" if file else value
        elif isinstance(value, str) and len(value) > 300:
            short[name] = value[:300] + "…"
        else:
            short[name] = value
    return short
