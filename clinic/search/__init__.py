"""Search: any free message becomes a list of what to press, best first."""

from clinic.search.finding import Suggested, find, nearest_schedule, search, suggest, warm
from clinic.search.hits import Answer, Asker, CommandHit, DoctorHit, FacilityHit, Hit, SpecialtyHit

__all__ = [
    "Answer",
    "Asker",
    "CommandHit",
    "DoctorHit",
    "FacilityHit",
    "Hit",
    "SpecialtyHit",
    "Suggested",
    "find",
    "nearest_schedule",
    "search",
    "suggest",
    "warm",
]
