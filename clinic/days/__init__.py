"""Days and times of one doctor or of several, through a wish: what fits it, and how much it hides.

Days are each facility's own: its zone decides where one ends, also on the night the clocks change.
"""

from clinic.days.look import Look, Scope, is_seen_elsewhere, seen
from clinic.days.nearest_days import FreeDay, Nearest, by_doctor, nearest, nearest_in
from clinic.days.of_day import Time, TimesOfDay, times_of
from clinic.days.pages import FEW, Day, Page, State, page

__all__ = [
    "FEW",
    "Day",
    "FreeDay",
    "Look",
    "Nearest",
    "Page",
    "Scope",
    "State",
    "Time",
    "TimesOfDay",
    "by_doctor",
    "is_seen_elsewhere",
    "nearest",
    "nearest_in",
    "page",
    "seen",
    "times_of",
]
