"""Russia's days off: weekends, holidays, and days that a decree has moved them to."""

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=16)
def holidays_of(first: int, last: int) -> frozenset[date]:
    """Tell the holidays of some years, moved ones too; those of years without a decree yet are the law's own.

    The first call of a process takes a tenth of a second.
    """
    import holidays  # slow to load, and few need it

    return frozenset(holidays.country_holidays("RU", years=range(first, last + 1)))


def is_day_off(day: date, closed: frozenset[date]) -> bool:
    """Tell whether nobody works on a day; Saturdays that a decree made working days count as free."""
    return day.weekday() >= 5 or day in closed
