"""What a match of the grammar says: which days, dates, hours or notice. None: it says nothing after all."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum, auto

from clinic.wishes.wish import EVERY_DAY
from clinic.wishes.words import (
    Hour,
    date_of,
    day_of_month,
    hour_of,
    month_number,
    next_weekday,
    number_of,
    weekday_of,
)

Hours = tuple[time, time | None]
Span = tuple[date | None, date | None]
WHOLE_DAY: Hours = (time(0), None)
_LONGEST = timedelta(days=366)


class Kind(Enum):
    """What a piece says."""

    DAYS = auto()
    HOURS = auto()
    DATES = auto()
    NOTICE = auto()
    ANY = auto()
    NOT = auto()
    OR = auto()
    AND = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a wish and where in the text it stands."""

    kind: Kind
    start: int
    end: int
    days: frozenset[int] = EVERY_DAY
    hours: Hours = WHOLE_DAY
    dates: Span = (None, None)
    notice: timedelta = timedelta()
    word: str = ""


Found = dict[str, object] | None
Make = Callable[[re.Match[str], date], Found]


def _dates(first: date | None, last: date | None) -> Found:
    return {"kind": Kind.DATES, "dates": (first, last)}


def _hours(since: time | None, until: time | None) -> Found:
    if since is None:
        return None
    return {"kind": Kind.HOURS, "hours": (since, until if until and until > since else None)}


def _days(*numbers: int) -> Found:
    return {"kind": Kind.DAYS, "days": frozenset(numbers)}


def _ahead(match: re.Match[str]) -> timedelta:
    number = number_of(match["n"].strip()) if match["n"] else 1
    unit = match["unit"]
    if unit.startswith(("мин", "min")):
        wanted = timedelta(minutes=number)
    elif unit.startswith(("час", "ч", "hour")):
        wanted = timedelta(hours=number)
    elif unit.startswith(("недел", "week")):
        wanted = timedelta(weeks=number)
    elif unit.startswith(("месяц", "month")):
        wanted = timedelta(days=30 * number)
    else:
        wanted = timedelta(days=number)
    return min(wanted, _LONGEST)


def in_time(match: re.Match[str], today: date) -> Found:
    """Read «через неделю», «не раньше чем через 3 часа»."""
    ahead = _ahead(match)
    if match["soon"] or ahead < timedelta(days=1) or match["unit"].startswith(("час", "hour", "ч")):
        return {"kind": Kind.NOTICE, "notice": ahead}
    return _dates(today + ahead, None)


def within(match: re.Match[str], today: date) -> Found:
    """Read «в ближайшие 10 дней»."""
    return _dates(today, today + timedelta(days=_ahead(match).days))


def date_range(match: re.Match[str], today: date) -> Found:
    """Read «с 1 по 10 декабря», «с завтра до пятницы»."""
    last = date_of(match["b"], today)
    text = match["a"]
    if last is None:
        return None
    if text.isdigit():  # «с 1 по 10 декабря»: the month is said once
        try:
            first: date | None = last.replace(day=int(text))
        except ValueError:
            return None
    else:
        first = date_of(text, today)
    if first is None:
        return None
    if last < first:
        last = date_of(match["b"], first)
    return _dates(first, last) if last and last >= first else None


def day_numbers(match: re.Match[str], today: date) -> Found:
    """Read «с 25 по 31»: hours end at 24."""
    first = day_of_month(int(match["a"]), today)
    last = first and day_of_month(int(match["b"]), first)
    return _dates(first, last) if first and last else None


def weekday_range(match: re.Match[str], today: date) -> Found:
    """Read «пн-пт»."""
    first, last = weekday_of(match["a"]), weekday_of(match["b"])
    return _days(*((first + number) % 7 for number in range((last - first) % 7 + 1)))


def hour_range(match: re.Match[str], today: date) -> Found:
    """Read «с 9 до 12», «между 5 и 7 вечера»."""
    first, last = hour_of(match["a"]), hour_of(match["b"])
    until = last.at(evening_up_to=0)
    if last.hour == 24 and not last.minute:
        return _hours(first.at(evening_up_to=6), None)
    if until is None:
        return None
    if last.part and not first.part:
        as_last = Hour(first.hour, first.minute, first.is_exact, last.part).at(evening_up_to=0)
        if as_last is not None and as_last < until:
            return _hours(as_last, until)
    since = first.at(evening_up_to=6)
    if since is not None and until <= since and until.hour < 12 and not last.part:
        until = until.replace(hour=until.hour + 12)
    return _hours(since, until)


def since_date(match: re.Match[str], today: date) -> Found:
    """Read «начиная с 5 декабря», «после среды»."""
    found = date_of(match["a"], today)
    if found and match["how"].startswith(("после", "after", "позже", "позднее")):
        found += timedelta(days=1)
    return _dates(found, None) if found else None


def until_date(match: re.Match[str], today: date) -> Found:
    """Read «до 10.12», «не позже пятницы»."""
    found = date_of(match["a"], today)
    if found and match["how"] == "before":
        found -= timedelta(days=1)
    return _dates(None, found) if found else None


def since(match: re.Match[str], today: date) -> Found:
    """Read «после 17», «с 9 утра»; past 24 the number is a day."""
    hour, is_after = hour_of(match["a"]), match["how"].startswith(("после", "after", "поз"))
    if 24 < hour.hour <= 31 and not hour.minute:
        day = day_of_month(hour.hour, today)
        return _dates(day + timedelta(days=is_after), None) if day else None
    return _hours(hour.at(evening_up_to=7 if is_after else 6), None)


def until(match: re.Match[str], today: date) -> Found:
    """Read «до обеда», «до 12»; past 24 the number is a day."""
    hour = hour_of(match["a"])
    if "работы" in match["a"] or "work" in match["a"]:
        return _hours(time(0), time(9))
    if 24 < hour.hour <= 31 and not hour.minute:
        day = day_of_month(hour.hour, today)
        return _dates(None, day) if day else None
    until = hour.at(evening_up_to=8)
    return _hours(time(0), until) if until else None


def _plus(at: time, hours: int) -> time | None:
    return at.replace(hour=at.hour + hours) if at.hour + hours < 24 else None


def about(match: re.Match[str], today: date) -> Found:
    """Read «около 10»: an hour before and after."""
    at = hour_of(match["a"]).at(evening_up_to=6)
    return _hours(at.replace(hour=max(0, at.hour - 1)), _plus(at, 1)) if at is not None else None


def exactly(match: re.Match[str], today: date) -> Found:
    """Read «в 10:30»: the hour from then."""
    at = hour_of(match["a"]).at(evening_up_to=6)
    return _hours(at, _plus(at, 1)) if at is not None else None


def week(match: re.Match[str], today: date) -> Found:
    """Read «на этой неделе», «на следующей неделе»."""
    sunday = next_weekday(6, today)
    if match["which"].startswith(("следующ", "next")):
        return _dates(sunday + timedelta(days=1), sunday + timedelta(days=7))
    return _dates(today, sunday)


def around_week(match: re.Match[str], today: date) -> Found:
    """Read «со следующей недели», «до следующей недели»."""
    sunday = next_weekday(6, today)
    if match["how"].startswith(("до", "until", "till")):
        return _dates(None, sunday)
    return _dates(sunday + timedelta(days=1), None)


def part_of_week(match: re.Match[str], today: date) -> Found:
    """Read the beginning or the end of a week; of the next one where this one's beginning is over."""
    monday = today - timedelta(days=today.weekday())
    is_beginning = match["part"].startswith(("нач", "beg"))
    if (match["which"] or "").startswith(("следующ", "next")) or (is_beginning and today.weekday() > 2):
        monday += timedelta(weeks=1)
    first, last = (0, 2) if is_beginning else (3, 6)
    return _dates(max(today, monday + timedelta(days=first)), monday + timedelta(days=last))


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def month_of(match: re.Match[str], today: date) -> Found:
    """Read a month, or its beginning, middle or end; of the next year where this year's is over."""
    which, part = match["which"], match["part"].removeprefix("в ").removeprefix("at ").removeprefix("the ")
    if which.startswith(("следующ", "next")):
        start = _end_of_month(today) + timedelta(days=1)
    elif number := month_number(which):
        start = date(today.year + (number < today.month), number, 1)
    else:
        start = today.replace(day=1)
    thirds = {
        "пер": (1, 10),
        "нач": (1, 10),
        "beg": (1, 10),
        "сер": (11, 20),
        "mid": (11, 20),
        "кон": (21, 31),
        "end": (21, 31),
    }
    begin, end = thirds.get(part[:3], (1, 31))
    last_day = _end_of_month(start)
    first, last = start.replace(day=begin), start.replace(day=min(end, last_day.day))
    if last < today:
        first, last = (_end_of_month(day) + timedelta(days=1) for day in (start, start))
        first, last = first.replace(day=begin), last.replace(day=min(end, _end_of_month(last).day))
    if part.startswith("до"):
        return _dates(None, last)
    return _dates(max(first, today), last)


def fixed(kind: Kind, **values: object) -> Make:
    """Make a rule that says the same whatever was matched."""
    return lambda _match, _today: {"kind": kind, **values}


def on_date(match: re.Match[str], today: date) -> Found:
    """Read a date by itself."""
    day = date_of(match["a"], today)
    return _dates(day, day) if day and day >= today else None


def on_weekday(match: re.Match[str], today: date) -> Found:
    """Read «по средам», «в среду»."""
    return _days(weekday_of(match["a"]))


def weekend(match: re.Match[str], today: date) -> Found:
    """Read «на выходных»: the coming ones, or what is left of them."""
    saturday = next_weekday(5, today) if today.weekday() != 6 else today
    return _dates(saturday, next_weekday(6, saturday))
