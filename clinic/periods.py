"""Reading a period that is over as people write it: «с 1.10 по 15.11», «октябрь», «полгода», «2025»."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from storage.text import fold


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both within; None is open."""

    since: date | None = None
    until: date | None = None


ALWAYS = Period()
MONTHS = {"month": 1, "half": 6, "year": 12}
"""Periods that end today, by how many months they are long."""
_NAMED = {
    "month": ("месяц", "последний месяц", "1 месяц", "month", "a month", "last month"),
    "half": ("полгода", "последние полгода", "6 месяцев", "half a year", "half year", "six months"),
    "year": ("год", "последний год", "1 год", "12 месяцев", "year", "a year", "last year"),
    "": ("все", "все время", "всегда", "за все время", "all", "all time", "always"),
}
_NAMES = {name: kind for kind, names in _NAMED.items() for name in names}
_MONTHS = (
    ("январь", "января", "январе", "янв", "january", "jan"),
    ("февраль", "февраля", "феврале", "фев", "february", "feb"),
    ("март", "марта", "марте", "мар", "march", "mar"),
    ("апрель", "апреля", "апреле", "апр", "april", "apr"),
    ("май", "мая", "мае", "may"),
    ("июнь", "июня", "июне", "июн", "june", "jun"),
    ("июль", "июля", "июле", "июл", "july", "jul"),
    ("август", "августа", "августе", "авг", "august", "aug"),
    ("сентябрь", "сентября", "сентябре", "сен", "september", "sep"),
    ("октябрь", "октября", "октябре", "окт", "october", "oct"),
    ("ноябрь", "ноября", "ноябре", "ноя", "november", "nov"),
    ("декабрь", "декабря", "декабре", "дек", "december", "dec"),
)
_TO = r"(?:\s+(?:по|до|to|till|until)\s+|\s*[-–—]\s*)"
_DAY = (
    r"(?:\d{1,2}[./\-]\d{1,2}(?:[./\-](?:\d{4}|\d{2}))?|\d{4}-\d{2}-\d{2}|\d{1,2}\s+[a-zа-я]+(?:\s+\d{4})?)"
)
_SPAN = re.compile(rf"(?:(?:с|со|от|from|since)\s+)?({_DAY}){_TO}({_DAY})")
_SINCE = re.compile(rf"(?:с|со|от|from|since|after|после)\s+({_DAY})")
_UNTIL = re.compile(rf"(?:по|до|till|until|before)\s+({_DAY})")
_ONE_DAY = re.compile(_DAY)
_MONTH = re.compile(r"(?:(?:в|за|in)\s+)?([a-zа-я]+)(?:\s+(\d{4}))?")
_MONTHS_SPAN = re.compile(rf"(?:(?:с|от|from)\s+)?([a-zа-я]+){_TO}([a-zа-я]+)")
_YEAR = re.compile(r"(?:(?:в|за|in)\s+)?(20\d\d)")


def named(kind: str, today: date) -> Period:
    """Give the period of a name in MONTHS: it ends with today, and what is dated later is no part of it."""
    months = MONTHS.get(kind)
    return ALWAYS if months is None else Period(_months_before(today, months), today)


def _months_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def parse_name(text: str) -> str | None:
    """Recognise the name of a period: its key in MONTHS, empty for all time; None for what is none."""
    words = " ".join(fold(text).strip(" .!?").split())
    return _NAMES.get(words, _NAMES.get(words.removeprefix("за ").removeprefix("the ")))


def _words(text: str) -> str:
    """Bring what was typed to one form; «г.», «года» and the like say nothing."""
    words = re.sub(r"\s+(?:г|год|года|году)\b\.?", "", fold(text).strip(" .!?"))
    return " ".join(words.split())


def parse(text: str, today: date) -> Period | None:
    """Read days, a month, several months or a year; None when it is none of these.

    Without a year the last ones that have begun are meant; of two days in the wrong order the first one is of
    the year before.
    """
    words = _words(text)
    if match := _SPAN.fullmatch(words):
        until = _day(match[2], today)
        since = None if until is None else _day(match[1], until)
        if since is None or until is None:
            return None
        return Period(since, until) if since <= until else None
    if match := _MONTHS_SPAN.fullmatch(words):
        last = _month(match[2], None, today)
        first = None if last is None else _month(match[1], None, last[1])
        return None if last is None or first is None else Period(first[0], last[1])
    for pattern, is_since in ((_SINCE, True), (_UNTIL, False)):
        if match := pattern.fullmatch(words):
            day = _day(match[1], today)
            if day is None:
                return None
            return Period(since=day) if is_since else Period(until=day)
    if match := _YEAR.fullmatch(words):
        return Period(date(int(match[1]), 1, 1), date(int(match[1]), 12, 31))
    if _ONE_DAY.fullmatch(words):
        day = _day(words, today)
        return None if day is None else Period(day, day)
    if match := _MONTH.fullmatch(words):
        found = _month(match[1], match[2], today)
        return None if found is None else Period(*found)
    return None


_NUMBERS = {fold(name): number for number, names in enumerate(_MONTHS, 1) for name in names}


def _month(word: str, year: str | None, today: date) -> tuple[date, date] | None:
    number = _NUMBERS.get(word)
    if number is None:
        return None
    last = today.year if number <= today.month else today.year - 1
    of = last if year is None else int(year)
    if not 1900 <= of <= 2999:
        return None
    return date(of, number, 1), date(of, number, monthrange(of, number)[1])


def _day(text: str, today: date) -> date | None:
    """Read one day; without a year it is the last one up to today."""
    try:
        if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := re.fullmatch(r"(\d{1,2})\s+([a-zа-я]+)(?:\s+(\d{4}))?", text):
            month = _NUMBERS.get(match[2])
            day, year = int(match[1]), match[3]
        else:
            parts = re.split(r"[./\-]", text)
            day, month, year = int(parts[0]), int(parts[1]), parts[2] if len(parts) > 2 else None
        if month is None:
            return None
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        return _last(day, month, today)
    except ValueError:
        return None


def _last(day: int, month: int, today: date) -> date | None:
    """Find the day in the last year in which it came, for the 29th of February some years back."""
    for year in range(today.year, today.year - 9, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None
