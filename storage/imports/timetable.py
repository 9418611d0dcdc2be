"""From hours to times: what the table of times says of each schedule, in instants."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from storage.imports.files import Hours, Key
from storage.reference.tables import TOLD, Mistake, WrongTable

MOST = 1_000_000
"""Most times of one import."""


@dataclass(slots=True)
class Timetable:
    """A schedule's times, and the days of which the table speaks: other times of these days are none."""

    days: set[date] = field(default_factory=set)
    """by the facility's clock"""
    times: dict[int, int] = field(default_factory=dict)
    """instants in epoch seconds, and minutes"""


def build(hours: Sequence[Hours], zones: Mapping[str, str], usual: Mapping[str, int]) -> dict[Key, Timetable]:
    """Cut hours into times; `zones` are those of facilities, `usual` the minutes of specialties, by code.

    Raises WrongTable where a doctor would be in two places at once, or hours hold no time.
    """
    tables: dict[Key, Timetable] = defaultdict(Timetable)
    free: dict[Key, set[date]] = defaultdict(set)
    for one in hours:
        days = set(_days(one))
        tables[one.row.key].days |= days
        if one.hours is None:
            free[one.row.key] |= days
    mistakes: list[Mistake] = []
    taken: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    count = 0
    for place, one in enumerate(hours):
        if one.hours is None:
            continue
        key = one.row.key
        minutes = one.minutes or usual[key[2]]
        zone, times = ZoneInfo(zones[key[1]]), tables[key].times
        start, end = (datetime.combine(one.days[0], at) for at in one.hours)
        each = (end - start) // timedelta(minutes=minutes)
        if not each:
            mistakes.append(one.row.mistake("to", f"hours with room for {minutes} minutes at least"))
        for day in _days(one):
            if day.weekday() not in one.weekdays or day in one.without or day in free[key]:
                continue
            first = int(datetime.combine(day, one.hours[0], zone).timestamp())
            times.update((first + 60 * minutes * number, minutes) for number in range(each))
            taken[key[0]].append((first, first + 60 * minutes * each, place))
            count += each
        if count > MOST:
            raise WrongTable([one.row.mistake("", f"at most {MOST:,} times in one import: divide it")])
    mistakes += _overlaps(taken, hours)
    if mistakes:
        raise WrongTable(mistakes)
    return dict(tables)


def _days(hours: Hours) -> list[date]:
    first, last = hours.days
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _overlaps(taken: Mapping[str, list[tuple[int, int, int]]], hours: Sequence[Hours]) -> list[Mistake]:
    """Find the rows by which a doctor sees patients twice at one time; each is told once."""
    found: dict[int, Mistake] = {}
    for spans in taken.values():
        spans.sort()
        for (_, ends, before), (begins, _, at) in pairwise(spans):
            if begins < ends and len(found) <= TOLD:
                first, later = sorted((before, at))
                line = hours[first].row.line
                expected = f"hours that are not those of line {line} too: this doctor is there already"
                found.setdefault(later, hours[later].row.mistake("from", expected))
    return [found[place] for place in sorted(found)]
