"""The words that days, dates, hours and numbers are said in, Russian and simple English, and what they mean.

A pattern is matched whole, as a part of a rule of the grammar; the function beside it reads what it matched.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

LUNCH = 13
"""The hour of «обед»."""
WEEKDAY = (
    r"(?:понедельник\w*|вторник\w*|сред(?:а|у|ы|е|ам|ах|ой)|четверг\w*|пятниц\w*|суббот\w*|воскресень\w*"
    r"|пн|вт|ср|чт|пт|сб|вс|mon(?:day)?s?|tue(?:sday)?s?|wed(?:nesday)?s?|thu(?:rsday)?s?|fri(?:day)?s?"
    r"|sat(?:urday)?s?|sun(?:day)?s?)\b"
)
_WEEKDAYS = (
    ("по", "пн", "mo"), ("вт", "tu"), ("ср", "we"), ("че", "чт", "th"), ("пя", "пт", "fr"),
    ("су", "сб", "sa"), ("во", "вс", "su"),
)  # fmt: skip
MONTH = (
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
    "полдень": 12, "полудня": 12, "полдня": 12, "noon": 12, "midday": 12, "обед": LUNCH, "обеда": LUNCH,
    "lunch": LUNCH, "работы": 18, "work": 18,
}  # fmt: skip
NUMBER = rf"(?:\d{{1,3}}|(?:{'|'.join(sorted(_BY_WORD, key=len, reverse=True))})\b)"
HOUR = (
    rf"(?:(?:\d{{1,2}}(?:\s?:\s?\d{{2}}|\.\d{{2}}|-(?:00|30|45)\b)?(?!\d|[./:]\d)|{NUMBER}"
    rf"|пол(?:овин\w+)?\s*(?:{'|'.join(_ORDINALS)})"
    rf"|(?:{'|'.join(_NAMED_HOURS)})\b)"
    r"(?:\s*(?:час(?:ов|а|у|ам)?|ч|o'?clock)\b\.?)?(?:\s*(?:утра|дня|вечера|ночи|a\.?m\b\.?|p\.?m\b\.?))?)"
    r"(?!\w|\s*(?:лет|год|км|руб|%|-?(?:ю|й|я|ой|ая)\b|поликлиник|больниц|кабинет|школ|детск|городск))"
)
_YEAR = r"(?:\s*(?:года?|г\.))?"
DATE = (
    r"(?:(?:сегодня|завтра|послезавтра|today|tomorrow|day after tomorrow)\b"
    r"|\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2}))?(?![\d:]|[./]\d)"
    rf"|\d{{1,2}}(?:-?(?:го|е|ое)|th|st|nd|rd)?\s+{MONTH}(?:\s+\d{{4}}\b)?{_YEAR}"
    rf"|{MONTH}\s+\d{{1,2}}(?:th|st|nd|rd)?\b(?!\s*[:.]\d)"
    r"|\d{1,2}(?:-?го|-?ое|\s+числа)(?!\w)"
    rf"|(?:эт\w{{1,2}}|ближайш\w+|следующ\w+|this|next)\s+{WEEKDAY})"
)
UNIT = (
    r"(?:минут\w*|мин|часов|часа|час|ч|сут\w*|дней|дня|день|недел\w*|месяц\w*|minutes?|hours?|days?|weeks?"
    r"|months?)\b"
)
AT = r"(?:(?:в|во|на|по|к|ко|on|at|in(?:\s+the)?)\s+)?"


def weekday_of(text: str) -> int:
    """Read a weekday's name by its first letters."""
    return next(number for number, starts in enumerate(_WEEKDAYS) if text[:2] in starts)


def number_of(text: str) -> int:
    """Read what `NUMBER` matched."""
    return int(text) if text.isdigit() else _BY_WORD[text]


def month_number(text: str) -> int | None:
    """Read a month's name by its first letters; None: it is none."""
    return next((number for number, starts in enumerate(_MONTHS, 1) if text[:3] in starts), None)


def next_weekday(number: int, today: date, *, or_today: bool = True) -> date:
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


def day_of_month(day: int, today: date) -> date | None:
    """Find the next day with that number; None: no month has it."""
    for ahead in range(3):
        month = today.month - 1 + ahead
        found = _coming(day, month % 12 + 1, today.year + month // 12, today)
        if found is not None and found >= today:
            return found
    return None


_AHEAD = {
    "сегодня": 0, "today": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2, "day after tomorrow": 2,
}  # fmt: skip


def date_of(text: str, today: date) -> date | None:
    """Read what `DATE` or a weekday's name matched."""
    if text in _AHEAD:
        return today + timedelta(days=_AHEAD[text])
    if found := re.search(WEEKDAY, text):
        number = weekday_of(found[0])
        if text.startswith(("следующ", "next")):
            return next_weekday(0, today, or_today=False) + timedelta(days=number)
        return next_weekday(number, today)
    numbers = [int(digits) for digits in re.findall(r"\d+", text)]
    if found := re.search(MONTH, text):
        month = month_number(found[0])
        return _coming(numbers[0], month, numbers[1] if len(numbers) > 1 else None, today) if month else None
    if len(numbers) == 1:
        return day_of_month(numbers[0], today)
    return _coming(numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else None, today)


_PART_OF_DAY = re.compile(r"(утра|дня|вечера|ночи|a\.?m\.?|p\.?m\.?)$")


_CLOCK = re.compile(r"^(.+?)\s*(?:часов|часа|часу|часам|час|ч|o'?clock)\.?$")


@dataclass(frozen=True, slots=True)
class Hour:
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


def hour_of(text: str) -> Hour:
    """Read what `HOUR` matched."""
    part = ""
    if found := _PART_OF_DAY.search(text):
        part, text = found[0].replace(".", ""), text[: found.start()]
    words = _CLOCK.sub(r"\1", text.strip())
    if words in _NAMED_HOURS:
        return Hour(_NAMED_HOURS[words], 0, is_exact=True, part="")
    if words.startswith("пол"):
        number = next(number for number, name in enumerate(_ORDINALS) if words.endswith(name))
        return Hour(number or 12, 30, is_exact=False, part=part)
    if not words[0].isdigit():
        return Hour(_BY_WORD[words], 0, is_exact=False, part=part)
    numbers = re.findall(r"\d+", words)
    minute = int(numbers[1]) if len(numbers) > 1 else 0
    return Hour(int(numbers[0]), minute, is_exact=words.startswith("0"), part=part)
