"""How long one may have to wait for a visit within the state guarantees: a dated table, and working days.

The limit of a request never ends earlier than the law's: days that may be free count as free.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.reference.days_off import holidays_of, is_day_off
from storage.reference.reader import Limit

HOURS, WORKING_DAYS, NONE = "hours", "working_days", "none"
_OTHERS = "*"


def limit_of(limits: Sequence[Limit], specialty_code: str, on: date) -> Limit | None:
    """Choose what holds for a specialty on a day: the newest row that names it, else the one for all others.

    None where there is none, or a row says so.
    """
    valid = sorted((row for row in limits if row.valid_from <= on), key=lambda row: row.valid_from)
    for code in (specialty_code, _OTHERS):
        naming = [row for row in valid if code in row.specialties]
        if naming:
            return None if naming[-1].unit == NONE else naming[-1]
    return None


def ends_at(limit: Limit, asked_at: datetime, timezone: str, closed: frozenset[date]) -> datetime:
    """Return the instant up to which a visit is within the limit, days being the facility's.

    Working days are counted from the day after the request (Civil Code, article 191), the last one whole.
    """
    if limit.unit == HOURS:
        return asked_at + timedelta(hours=limit.amount)
    day, left = asked_at.astimezone(ZoneInfo(timezone)).date(), limit.amount
    while left:
        day += timedelta(days=1)
        left -= not is_day_off(day, closed)
    following = day + timedelta(days=1)
    return datetime.combine(following, time(), ZoneInfo(timezone)).astimezone(UTC) - timedelta(seconds=1)


async def holidays_near(now: datetime) -> frozenset[date]:
    """Tell the holidays of this year and the next."""
    return await asyncio.to_thread(holidays_of, now.year, now.year + 1)
