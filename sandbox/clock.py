"""The sandbox's clock: the machine's, moved forward as far as one likes."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    """Says what time it is in the sandbox; moving it makes reminders come at once."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """Return the sandbox's instant, aware, in UTC."""
        return datetime.now(UTC) + self.offset  # noqa: TID251

    def forward(self, by: timedelta) -> None:
        """Move forward; raises ValueError for a move back, which no reminder could survive."""
        if by < timedelta():
            raise ValueError("the clock moves forward only")
        self.offset += by
