"""What time it is, and what day; the only place that asks the machine."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
"""The zone of what belongs to no facility: ages, links, the journal."""


def moscow_day(now: datetime) -> date:
    """Return the day by which ages and dates of birth are judged: Moscow's, wherever a patient is seen."""
    return now.astimezone(MOSCOW).date()


class Clock(Protocol):
    """Whatever can say what time it is; the demo's can be moved."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251
