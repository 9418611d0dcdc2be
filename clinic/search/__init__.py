"""Search: any free message becomes a list of what to press, best first."""

from clinic.search.finding import find, nearest_schedule, search, warm
from clinic.search.hits import Answer, Asker, CommandHit, DoctorHit, FacilityHit, Hit, SpecialtyHit

__all__ = [
    "Answer",
    "Asker",
    "CommandHit",
    "DoctorHit",
    "FacilityHit",
    "Hit",
    "SpecialtyHit",
    "find",
    "nearest_schedule",
    "search",
    "warm",
]
