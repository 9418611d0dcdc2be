"""How values are written down: instants as whole epoch seconds, personal data sealed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol


class Rows(Protocol):
    """What a statement gives back."""

    @property
    def rowcount(self) -> int:
        """How many rows an UPDATE or DELETE changed."""
        ...

    def fetchone(self) -> Any:
        """Take the next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Take all rows that are left."""
        ...


class Tx(Protocol):
    """A transaction in hand: what query functions get.

    `sqlite3.Connection` is one as it stands. Statements use `:name` parameters, which every
    driver that we may meet understands, so another database needs another `Tx`, not other queries.
    """

    def execute(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ..., /) -> Rows:
        """Run one statement."""
        ...

    def executemany(self, sql: str, parameters: Any, /) -> Rows:
        """Run one statement for each set of parameters."""
        ...


def epoch(at: datetime) -> int:
    """Turn an aware instant into whole seconds since 1970 UTC; a naive one is a bug and raises ValueError."""
    if at.tzinfo is None:
        raise ValueError(f"a naive datetime has no instant: {at!r}")
    return int(at.timestamp())


def instant(seconds: int) -> datetime:
    """Turn stored epoch seconds into an aware UTC instant."""
    return datetime.fromtimestamp(seconds, UTC)
