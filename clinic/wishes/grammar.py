"""The pieces that wishes are said in: days, dates, hours, notice, and the words between them.

Russian and simple English. Longer than other modules because a grammar is best read in one place.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum, auto

from clinic.wishes.wish import EVERY_DAY, WEEKEND, WORKDAYS

Hours = tuple[time, time | None]
Span = tuple[date | None, date | None]
WHOLE_DAY: Hours = (time(0), None)
MORNING: Hours = (time(0), time(12))
DAYTIME: Hours = (time(12), time(17))
EVENING: Hours = (time(17), None)
_LUNCH = 13
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


# --- small parts: each is matched whole and then read by a function of its own

_W = (
    r"(?:понедельник\w*|вторник\w*|сред(?:а|у|ы|е|ам|ах|ой)|четверг\w*|пятниц\w*|суббот\w*|воскресень\w*"
    r"|пн|вт|ср|чт|пт|сб|вс|mon(?:day)?s?|tue(?:sday)?s?|wed(?:nesday)?s?|thu(?:rsday)?s?|fri(?:day)?s?"
    r"|sat(?:urday)?s?|sun(?:day)?s?)\b"
)
_WEEKDAYS = (
    ("по", "пн", "mo"), ("вт", "tu"), ("ср", "we"), ("че", "чт", "th"), ("пя", "пт", "fr"),
    ("су", "сб", "sa"), ("во", "вс", "su"),
)  # fmt: skip
_MONTH = (
    r"(?:янв\w*|фев\w*|март?\w?|апр\w*|ма[йяею]|июн\w*|июл\w*|авг\w*|сент?\w*|окт\w*|ноя\w*|дек\w*|jan\w*"
    r"|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)\b\.?"
)
_MONTHS = (
    ("янв", "jan"), ("фев", "feb"), ("мар",), ("апр", "apr"), ("май", "мая", "мае", "маю", "may"),
    ("июн", "jun"), ("июл", "jul"), ("авг", "aug"), ("сен", "sep"), ("окт", "oct"), ("ноя", "nov"),
    ("дек", "dec"),
)  # fmt: skip
_NUMBERS = (
    ("час", "часа", "часу", "один", "одну", "одного", "one", "an", "a"),
    ("два", "две", "двух", "пару", "two"), ("три", "трех", "three"), ("четыре", "четырех", "four"),
    ("пять", "пяти", "five"), ("шесть", "шести", "six"), ("семь", "семи", "seven"),
    ("восемь", "восьми", "eight"), ("девять", "девяти", "nine"), ("десять", "десяти", "ten"),
    ("одиннадцать", "одиннадцати", "eleven"), ("двенадцать", "двенадцати", "twelve"),
    ("тринадцать", "тринадцати"), ("четырнадцать", "четырнадцати"), ("пятнадцать", "пятнадцати"),
    ("шестнадцать", "шестнадцати"), ("семнадцать", "семнадцати"), ("восемнадцать", "восемнадцати"),
    ("девятнадцать", "девятнадцати"), ("двадцать", "двадцати"),
)  # fmt: skip
_BY_WORD = {word: number for number, words in enumerate(_NUMBERS, 1) for word in words}
_ORDINALS = (
    "первого", "второго", "третьего", "четвертого", "пятого", "шестого", "седьмого", "восьмого",
    "девятого", "десятого", "одиннадцатого", "двенадцатого",
)  # fmt: skip
_NAMED_HOURS = {
    "полдень": 12, "полудня": 12, "полдня": 12, "noon": 12, "midday": 12, "обед": _LUNCH, "обеда": _LUNCH,
    "lunch": _LUNCH, "работы": 18, "work": 18,
}  # fmt: skip
_N = rf"(?:\d{{1,3}}|(?:{'|'.join(sorted(_BY_WORD, key=len, reverse=True))})\b)"
_HOUR = (
    rf"(?:(?:\d{{1,2}}(?:\s?:\s?\d{{2}}|\.\d{{2}}|-(?:00|30|45)\b)?(?!\d|[./:]\d)|{_N}"
    rf"|пол(?:овин\w+)?\s*(?:{'|'.join(_ORDINALS)})"
    rf"|(?:{'|'.join(_NAMED_HOURS)})\b)"
    r"(?:\s*(?:час(?:ов|а|у|ам)?|ч|o'?clock)\b\.?)?(?:\s*(?:утра|дня|вечера|ночи|a\.?m\b\.?|p\.?m\b\.?))?)"
    r"(?!\w|\s*(?:лет|год|км|руб|%|-?(?:ю|й|я|ой|ая)\b|поликлиник|больниц|кабинет|школ|детск|городск))"
)
_YEAR = r"(?:\s*(?:года?|г\.))?"
_DATE = (
    r"(?:(?:сегодня|завтра|послезавтра|today|tomorrow|day after tomorrow)\b"
    r"|\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2}))?(?![\d:]|[./]\d)"
    rf"|\d{{1,2}}(?:-?(?:го|е|ое)|th|st|nd|rd)?\s+{_MONTH}(?:\s+\d{{4}}\b)?{_YEAR}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:th|st|nd|rd)?\b(?!\s*[:.]\d)"
    r"|\d{1,2}(?:-?го|-?ое|\s+числа)(?!\w)"
    rf"|(?:эт\w{{1,2}}|ближайш\w+|следующ\w+|this|next)\s+{_W})"
)
_UNIT = (
    r"(?:минут\w*|мин|часов|часа|час|ч|сут\w*|дней|дня|день|недел\w*|месяц\w*|minutes?|hours?|days?|weeks?"
    r"|months?)\b"
)
_AT = r"(?:(?:в|во|на|по|к|ко|on|at|in(?:\s+the)?)\s+)?"


def weekday(text: str) -> int:
    """Read a weekday's name by its first letters."""
    return next(number for number, starts in enumerate(_WEEKDAYS) if text[:2] in starts)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _BY_WORD[text]


def _month(text: str) -> int | None:
    return next((number for number, starts in enumerate(_MONTHS, 1) if text[:3] in starts), None)


def _next(number: int, today: date, *, or_today: bool = True) -> date:
    """Find the next day of that weekday."""
    return today + timedelta(days=(number - today.weekday() - (not or_today)) % 7 + (not or_today))


def _coming(day: int, month: int, year: int | None, today: date) -> date | None:
    """Make a date; without a year it is the next one that comes."""
    try:
        if year is not None:
            return date(year + 2000 if year < 100 else year, month, day)
        found = date(today.year, month, day)
        return found if found >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def _day_of_month(day: int, today: date) -> date | None:
    for ahead in range(3):
        month = today.month - 1 + ahead
        found = _coming(day, month % 12 + 1, today.year + month // 12, today)
        if found is not None and found >= today:
            return found
    return None


_AHEAD = {
    "сегодня": 0, "today": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2, "day after tomorrow": 2,
}  # fmt: skip


def _date(text: str, today: date) -> date | None:
    """Read what `_DATE` or a weekday's name matched."""
    if text in _AHEAD:
        return today + timedelta(days=_AHEAD[text])
    if found := re.search(_W, text):
        number = weekday(found[0])
        if text.startswith(("следующ", "next")):
            return _next(0, today, or_today=False) + timedelta(days=number)
        return _next(number, today)
    numbers = [int(digits) for digits in re.findall(r"\d+", text)]
    if found := re.search(_MONTH, text):
        month = _month(found[0])
        return _coming(numbers[0], month, numbers[1] if len(numbers) > 1 else None, today) if month else None
    if len(numbers) == 1:
        return _day_of_month(numbers[0], today)
    return _coming(numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else None, today)


_PART_OF_DAY = re.compile(r"(утра|дня|вечера|ночи|a\.?m\.?|p\.?m\.?)$")


_CLOCK = re.compile(r"^(.+?)\s*(?:часов|часа|часу|часам|час|ч|o'?clock)\.?$")


@dataclass(frozen=True, slots=True)
class _Hour:
    """An hour as said: the number, whether it can only be that one, and the part of the day beside it."""

    hour: int
    minute: int
    is_exact: bool
    part: str

    def at(self, *, evening_up_to: int) -> time | None:
        """Settle it: an hour that nobody works at is meant for the afternoon, up to that one."""
        hour = self.hour
        if self.part in ("вечера", "pm") or (self.part == "дня" and hour < 7):
            hour += 12 if hour < 12 else 0
        elif self.part in ("утра", "am", "ночи"):
            hour = 0 if hour == 12 else hour
        elif not self.is_exact and 1 <= hour <= evening_up_to:
            hour += 12
        return time(hour, self.minute) if hour < 24 and self.minute < 60 else None


def _hour(text: str) -> _Hour:
    """Read what `_HOUR` matched."""
    part = ""
    if found := _PART_OF_DAY.search(text):
        part, text = found[0].replace(".", ""), text[: found.start()]
    words = _CLOCK.sub(r"\1", text.strip())
    if words in _NAMED_HOURS:
        return _Hour(_NAMED_HOURS[words], 0, is_exact=True, part="")
    if words.startswith("пол"):
        number = next(number for number, name in enumerate(_ORDINALS) if words.endswith(name))
        return _Hour(number or 12, 30, is_exact=False, part=part)
    if not words[0].isdigit():
        return _Hour(_BY_WORD[words], 0, is_exact=False, part=part)
    numbers = re.findall(r"\d+", words)
    minute = int(numbers[1]) if len(numbers) > 1 else 0
    return _Hour(int(numbers[0]), minute, is_exact=words.startswith("0"), part=part)


# --- what matches make


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
    number = _number(match["n"].strip()) if match["n"] else 1
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


def _in_time(match: re.Match[str], today: date) -> Found:
    ahead = _ahead(match)
    if match["soon"] or ahead < timedelta(days=1) or match["unit"].startswith(("час", "hour", "ч")):
        return {"kind": Kind.NOTICE, "notice": ahead}
    return _dates(today + ahead, None)


def _within(match: re.Match[str], today: date) -> Found:
    return _dates(today, today + timedelta(days=_ahead(match).days))


def _date_range(match: re.Match[str], today: date) -> Found:
    last = _date(match["b"], today)
    text = match["a"]
    if last is None:
        return None
    if text.isdigit():  # «с 1 по 10 декабря»: the month is said once
        try:
            first: date | None = last.replace(day=int(text))
        except ValueError:
            return None
    else:
        first = _date(text, today)
    if first is None:
        return None
    if last < first:
        last = _date(match["b"], first)
    return _dates(first, last) if last and last >= first else None


def _day_numbers(match: re.Match[str], today: date) -> Found:
    first = _day_of_month(int(match["a"]), today)
    last = first and _day_of_month(int(match["b"]), first)
    return _dates(first, last) if first and last else None


def _weekday_range(match: re.Match[str], today: date) -> Found:
    first, last = weekday(match["a"]), weekday(match["b"])
    return _days(*((first + number) % 7 for number in range((last - first) % 7 + 1)))


def _hour_range(match: re.Match[str], today: date) -> Found:
    first, last = _hour(match["a"]), _hour(match["b"])
    until = last.at(evening_up_to=0)
    if last.hour == 24 and not last.minute:
        return _hours(first.at(evening_up_to=6), None)
    if until is None:
        return None
    if last.part and not first.part:
        as_last = _Hour(first.hour, first.minute, first.is_exact, last.part).at(evening_up_to=0)
        if as_last is not None and as_last < until:
            return _hours(as_last, until)
    since = first.at(evening_up_to=6)
    if since is not None and until <= since and until.hour < 12 and not last.part:
        until = until.replace(hour=until.hour + 12)
    return _hours(since, until)


def _since_date(match: re.Match[str], today: date) -> Found:
    found = _date(match["a"], today)
    if found and match["how"].startswith(("после", "after", "позже", "позднее")):
        found += timedelta(days=1)
    return _dates(found, None) if found else None


def _until_date(match: re.Match[str], today: date) -> Found:
    found = _date(match["a"], today)
    if found and match["how"] == "before":
        found -= timedelta(days=1)
    return _dates(None, found) if found else None


def _since(match: re.Match[str], today: date) -> Found:
    hour, is_after = _hour(match["a"]), match["how"].startswith(("после", "after", "поз"))
    if 24 < hour.hour <= 31 and not hour.minute:
        day = _day_of_month(hour.hour, today)
        return _dates(day + timedelta(days=is_after), None) if day else None
    return _hours(hour.at(evening_up_to=7 if is_after else 6), None)


def _until(match: re.Match[str], today: date) -> Found:
    hour = _hour(match["a"])
    if "работы" in match["a"] or "work" in match["a"]:
        return _hours(time(0), time(9))
    if 24 < hour.hour <= 31 and not hour.minute:
        day = _day_of_month(hour.hour, today)
        return _dates(None, day) if day else None
    until = hour.at(evening_up_to=8)
    return _hours(time(0), until) if until else None


def _plus(at: time, hours: int) -> time | None:
    return at.replace(hour=at.hour + hours) if at.hour + hours < 24 else None


def _about(match: re.Match[str], today: date) -> Found:
    at = _hour(match["a"]).at(evening_up_to=6)
    return _hours(at.replace(hour=max(0, at.hour - 1)), _plus(at, 1)) if at is not None else None


def _exactly(match: re.Match[str], today: date) -> Found:
    at = _hour(match["a"]).at(evening_up_to=6)
    return _hours(at, _plus(at, 1)) if at is not None else None


def _week(match: re.Match[str], today: date) -> Found:
    sunday = _next(6, today)
    if match["which"].startswith(("следующ", "next")):
        return _dates(sunday + timedelta(days=1), sunday + timedelta(days=7))
    return _dates(today, sunday)


def _around_week(match: re.Match[str], today: date) -> Found:
    """Read «со следующей недели», «до следующей недели»."""
    sunday = _next(6, today)
    if match["how"].startswith(("до", "until", "till")):
        return _dates(None, sunday)
    return _dates(sunday + timedelta(days=1), None)


def _part_of_week(match: re.Match[str], today: date) -> Found:
    """Read the beginning or the end of a week; of the next one where this one's beginning is over."""
    monday = today - timedelta(days=today.weekday())
    is_beginning = match["part"].startswith(("нач", "beg"))
    if (match["which"] or "").startswith(("следующ", "next")) or (is_beginning and today.weekday() > 2):
        monday += timedelta(weeks=1)
    first, last = (0, 2) if is_beginning else (3, 6)
    return _dates(max(today, monday + timedelta(days=first)), monday + timedelta(days=last))


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _month_of(match: re.Match[str], today: date) -> Found:
    """Read a month, or its beginning, middle or end; of the next year where this year's is over."""
    which, part = match["which"], match["part"].removeprefix("в ").removeprefix("at ").removeprefix("the ")
    if which.startswith(("следующ", "next")):
        start = _end_of_month(today) + timedelta(days=1)
    elif number := _month(which):
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


def _fixed(kind: Kind, **values: object) -> Make:
    return lambda _match, _today: {"kind": kind, **values}


def _on_date(match: re.Match[str], today: date) -> Found:
    day = _date(match["a"], today)
    return _dates(day, day) if day and day >= today else None


def _on_weekday(match: re.Match[str], today: date) -> Found:
    return _days(weekday(match["a"]))


def _weekend(match: re.Match[str], today: date) -> Found:
    saturday = _next(5, today) if today.weekday() != 6 else today
    return _dates(saturday, _next(6, saturday))


_FROM = r"(?:с|со|от|между|from|between)\s+"
_TO = r"\s*(?:до|по|и|-|to|till|until|and)\s*"
_SINCE = (
    r"(?P<how>начиная\s+с|не\s+(?:раньше|ранее)|после|позже|позднее|с|со|от|from|since|starting|after"
    r"|not\s+before|later\s+than)\s+"
)
_UNTIL = (
    r"(?P<how>не\s+(?:позже|позднее)|до|раньше|к|until|till|by|before|not\s+later\s+than|earlier\s+than)\s+"
)
_UNTIL_DATE = _UNTIL.replace("до|", "до|по|")

_RULES: tuple[tuple[str, Make], ...] = (
    (
        r"(?P<soon>(?:не\s+(?:раньше|ранее|скорее)|раньше|как\s+минимум|минимум|хотя\s+бы"
        r"|not\s+(?:sooner|earlier|before)(?:\s+than)?)\s*,?\s*(?:чем\s+)?)?"
        rf"(?:через|спустя|за|in)\s+(?P<n>{_N}\s+)??(?P<unit>{_UNIT})",
        _in_time,
    ),
    (
        rf"(?:в\s+(?:ближайши\w+|течени\w+)|within|in\s+the\s+next)\s+(?P<n>{_N}\s+)?(?P<unit>{_UNIT})",
        _within,
    ),
    (rf"(?:{_FROM})?(?P<a>{_DATE}|\d{{1,2}})(?:{_TO})(?P<b>{_DATE})", _date_range),
    (rf"{_FROM}(?P<a>{_DATE}){_TO}(?P<b>{_W})", _date_range),
    (r"с\s+(?P<a>\d{1,2})\s+(?:по|до)\s+(?P<b>2[5-9]|3[01])\b", _day_numbers),
    (rf"(?:{_FROM})?(?P<a>{_W})\s*(?:-|по|до|to|till)\s*(?P<b>{_W})", _weekday_range),
    (rf"{_FROM}(?P<a>{_HOUR}){_TO}(?P<b>{_HOUR})", _hour_range),
    (rf"{_AT}(?P<a>{_HOUR})\s*-\s*(?P<b>{_HOUR})", _hour_range),
    (
        r"(?P<how>начиная\s+с|не\s+(?:раньше|ранее)|с|со|до|from|starting|not\s+before|until|till)\s+"
        r"(?:следующей\s+недели|next\s+week)\b",
        _around_week,
    ),
    (rf"{_SINCE}(?P<a>{_DATE}|{_W})", _since_date),
    (rf"{_UNTIL}(?P<a>{_DATE}|{_W})", _until_date),
    (rf"{_UNTIL_DATE}(?P<a>{_DATE})", _until_date),
    (rf"{_SINCE}(?P<a>{_HOUR})", _since),
    (rf"{_UNTIL}(?P<a>{_HOUR})", _until),
    (
        r"(?:рано\s+утром|ранним\s+утром|early\s+(?:in\s+the\s+)?mornings?)\b",
        _fixed(Kind.HOURS, hours=(time(0), time(10))),
    ),
    (
        r"(?:поздно\s+вечером|поздним\s+вечером|late\s+(?:in\s+the\s+)?evenings?)\b",
        _fixed(Kind.HOURS, hours=(time(19), None)),
    ),
    (
        rf"(?:{_AT}|с\s+)(?:утр(?:ом|ам|а|о)|утренн\w+(?:\s+(?:время|часы))?|mornings?)\b",
        _fixed(Kind.HOURS, hours=MORNING),
    ),
    (
        rf"{_AT}(?:вечер(?:ом|ам|а|у)?|вечерн\w+(?:\s+(?:время|часы))?|evenings?)\b",
        _fixed(Kind.HOURS, hours=EVENING),
    ),
    (
        rf"{_AT}(?:днем|дневн\w+(?:\s+(?:время|часы))?|середин\w+\s+дня|afternoons?|daytime)\b",
        _fixed(Kind.HOURS, hours=DAYTIME),
    ),
    (
        rf"{_AT}(?:обед|обеденн\w+(?:\s+(?:время|перерыв))?|lunch(?:time)?)\b",
        _fixed(Kind.HOURS, hours=(time(12), time(14))),
    ),
    (rf"{_AT}перв\w+\s+половин\w+\s+дня\b", _fixed(Kind.HOURS, hours=(time(0), time(_LUNCH)))),
    (rf"{_AT}втор\w+\s+половин\w+\s+дня\b", _fixed(Kind.HOURS, hours=(time(_LUNCH), None))),
    (
        r"(?:в\s+|at\s+the\s+)?(?P<part>начале|конце|beginning\s+of(?:\s+the)?|end\s+of(?:\s+the)?)\s+"
        r"(?P<which>этой|следующей|this|next)?\s*(?:недели|week)\b",
        _part_of_week,
    ),
    (rf"(?:{_AT}(?P<which>эт\w+|текущ\w+|следующ\w+|this|next)\s+(?:недел\w+|week)\b)", _week),
    (r"(?P<which>до\s+конца|until\s+the\s+end\s+of(?:\s+the)?)\s+(?:(?:этой\s+)?недели|week)\b", _week),
    (rf"{_AT}(?:ближайш\w+|следующ\w+|эт\w+|this|next)\s+(?:выходн\w+|weekend)\b", _weekend),
    (
        rf"(?P<part>(?:в\s+)?начале|(?:в\s+)?первых\s+числах|(?:в\s+)?середине|(?:в\s+)?конце|до\s+конца|(?:at\s+)?the\s+(?:beginning|end)\s+of)\s+"
        rf"(?P<which>(?:этого\s+)?месяца|следующего\s+месяца|(?:the\s+|this\s+|next\s+)?month|{_MONTH})",
        _month_of,
    ),
    (
        rf"(?P<part>)(?:в|in)\s+(?P<which>этом\s+месяце|следующем\s+месяце|this\s+month|next\s+month|{_MONTH})",
        _month_of,
    ),
    (rf"{_AT}(?P<a>{_DATE})", _on_date),
    (
        rf"{_AT}(?:будн\w+|рабоч\w+\s+дн\w+|week\s?days?|work(?:ing)?\s?days?)(?:\s+дн\w+)?\b",
        _fixed(Kind.DAYS, days=WORKDAYS),
    ),
    (rf"{_AT}(?:выходн\w+|week\s?ends?)(?:\s+дн\w+)?\b", _fixed(Kind.DAYS, days=WEEKEND)),
    (rf"{_AT}(?P<a>{_W})", _on_weekday),
    (rf"(?:около|примерно|приблизительно|где-то|about|around)\s+{_AT}(?P<a>{_HOUR})", _about),
    (rf"(?:в|во|ровно\s+в|at)\s+(?P<a>{_HOUR})", _exactly),
    (r"(?P<a>\d{1,2}(?::\d{2}|\s*(?:утра|вечера|a\.?m\b\.?|p\.?m\b\.?)))(?![\w:])", _exactly),
    (
        r"(?:каждый\s+день|ежедневно|(?:в\s+)?люб(?:ой\s+день|ое\s+время|ые\s+дни)|когда\s+угодно|any\s?time"
        r"|every\s+day|any\s+day)\b",
        _fixed(Kind.ANY),
    ),
    (
        r"(?P<word>(?:я\s+)?не\s+(?:могу|смогу|получится|подходит|подойдет|удобно|приду)|неудобно)\b",
        _fixed(Kind.NOT, word="after"),
    ),
    (
        r"(?:кроме(?:\s+как)?|исключая|за\s+исключением|не\s+считая|без|только\s+не|но\s+не|не|ни|except(?:\s+for)?"
        r"|excluding|but\s+not|not)\b",
        _fixed(Kind.NOT),
    ),
    (r"(?:либо|either)\b", _fixed(Kind.OR, word="either")),
    (r"(?:или|or)\b|[;/|]", _fixed(Kind.OR)),
    (r"(?:и|а|and)\b|[,+&]", _fixed(Kind.AND)),
)
_COMPILED = tuple((re.compile(pattern), make) for pattern, make in _RULES)
_WORD = re.compile(r"\w+")


def pieces_of(text: str, today: date) -> list[Piece]:
    """Find the pieces in a text that is folded; words that are none of them are passed over."""
    found: list[Piece] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        piece = _piece_at(text, at, today)
        if piece is not None:
            found.append(piece)
            at = piece.end
        elif word := _WORD.match(text, at):
            at = word.end()
        else:
            at += 1
    return found


def _piece_at(text: str, at: int, today: date) -> Piece | None:
    for pattern, make in _COMPILED:
        match = pattern.match(text, at)
        if match and match.end() > at:
            try:
                values = make(match, today)
            except (OverflowError, ValueError):  # past the last year of the calendar
                continue
            if values:
                return Piece(start=at, end=match.end(), **values)  # type: ignore[arg-type]
    return None
