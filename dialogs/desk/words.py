"""Words of the desk: how many wait, and for how long."""

from datetime import datetime, timedelta

from clinic.support.desk import COUNTED
from locales import Translator


def age(tr: Translator, since: datetime | None, now: datetime) -> str:
    """Say for how long something has waited, briefly: «3 ч»."""
    waited = max(timedelta(), now - (since or now))
    if waited < timedelta(hours=1):
        return tr("{count} min", count=int(waited.total_seconds() // 60))
    if waited < timedelta(days=2):
        return tr("{count} h", count=int(waited.total_seconds() // 3600))
    return tr("{count} d", count=waited.days)


def number(counted: int) -> str:
    """Write how many wait; of many no more is known."""
    return f"{COUNTED - 1}+" if counted >= COUNTED else str(counted)
