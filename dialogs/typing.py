"""Reading what people type where a button would do: words, days, times."""

import re
from datetime import date, time, timedelta

from storage.text import fold

_WORDS = {
    "back": ("назад", "обратно", "back"),
    "home": ("в начало", "начало", "меню", "домой", "home", "menu"),
    "cancel": ("отмена", "отменить", "стоп", "cancel", "stop"),
    "yes": ("да", "ага", "верно", "подтверждаю", "ок", "ok", "yes", "y", "согласен", "согласна"),
    "no": ("нет", "не надо", "no", "n", "не согласен", "не согласна"),
    "skip": ("пропустить", "дальше", "skip", "next", "-"),
    "thanks": ("спасибо", "благодарю", "спс", "thanks", "thank you"),
    "come": ("приду", "буду", "i will come", "coming"),
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}


def command_word(text: str | None) -> str | None:
    """Recognise a word that means the same in every window, and name its meaning."""
    return _KINDS.get(fold(text).strip(" .!,")) if text else None


_DAY_WORDS = {
    "сегодня": 0, "today": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2, "day after tomorrow": 2,
}  # fmt: skip
_WEEKDAYS = (
    ("пн", "понедельник", "monday", "mon"),
    ("вт", "вторник", "tuesday", "tue"),
    ("ср", "среда", "среду", "wednesday", "wed"),
    ("чт", "четверг", "thursday", "thu"),
    ("пт", "пятница", "пятницу", "friday", "fri"),
    ("сб", "суббота", "субботу", "saturday", "sat"),
    ("вс", "воскресенье", "sunday", "sun"),
)
_MONTHS = (
    "янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
)  # fmt: skip
_NUMERIC_DAY = re.compile(r"(\d{1,2})[./\-](\d{1,2})(?:[./\-](\d{4}|\d{2}))?")
_WORDED_DAY = re.compile(r"(\d{1,2})\s+([а-я]+)")


def parse_day(text: str, today: date) -> date | None:
    """Read a coming day: «25.11», «завтра», «в пятницу», «25 ноября»; None when it is none of these.

    A day without a year is the next one that comes.
    """
    words = fold(text).strip(" .").removeprefix("в ").removeprefix("во ").removeprefix("на ")
    if words in _DAY_WORDS:
        return today + timedelta(days=_DAY_WORDS[words])
    for number, names in enumerate(_WEEKDAYS):
        if words in names:
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    if match := _NUMERIC_DAY.fullmatch(words):
        day, month, year = match.groups()
        return _coming(int(day), int(month), year, today)
    if match := _WORDED_DAY.fullmatch(words):
        for number, start in enumerate(_MONTHS, 1):
            if match[2].startswith(start):
                return _coming(int(match[1]), number, None, today)
    return None


def _coming(day: int, month: int, year: str | None, today: date) -> date | None:
    try:
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        found = date(today.year, month, day)
        return found if found >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


_TIME = re.compile(r"(?:в\s*)?(\d{1,2})(?:\s*[:.\- ч]\s*(\d{2}))?\s*(?:ч|час|часов|часа)?")


def parse_time(text: str) -> time | None:
    """Read a time of day: «9:30», «9.30», «в 9», «14 30»; None when it is no time."""
    match = _TIME.fullmatch(fold(text).strip(" ."))
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
