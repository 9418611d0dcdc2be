"""Which doctors of the demo keep a share of their times closed, and which times these are."""

from random import Random

from storage.demo.extras import SEED
from storage.demo.records import Work
from storage.demo.shifts import Mode

SHARE = 0.15
"""Of the doctors who have times."""
PERCENT, OPEN_DAYS, OPEN_LOAD = 20, 3, 80


def has_reserve(work: Work) -> bool:
    """Tell whether a doctor keeps a reserve: the same at every run."""
    key = f"{SEED} reserve {work.doctor_code} {work.house.code} {work.specialty_code}"
    return work.mode is Mode.OPEN and Random(key).random() < SHARE


def is_reserved(key: str, at: int, days_ahead: int) -> bool:
    """Tell whether a free time of such a doctor is kept closed; what would be open by now is not."""
    return days_ahead > OPEN_DAYS and Random(f"{key} {at}").random() * 100 < PERCENT
