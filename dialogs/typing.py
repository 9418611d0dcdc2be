"""Reading what people type where a button would do: words, days, times, sentences."""

import re
from datetime import date, time, timedelta

from clinic import rules
from storage.text import fold

_WORDS = {
    "back": ("назад", "обратно", "back"),
    "home": ("в начало", "начало", "меню", "домой", "home", "menu"),
    "cancel": ("отмена", "отменить", "стоп", "cancel", "stop"),
    "yes": (
        "да", "ага", "верно", "все верно", "правильно", "подтверждаю", "ок", "ok", "хорошо", "ладно",
        "конечно", "согласен", "согласна", "согласны", "yes", "y", "sure", "all right", "i agree",
    ),
    "no": ("нет", "не надо", "не верно", "неверно", "no", "n", "не согласен", "не согласна", "не согласны"),
    "skip": ("пропустить", "дальше", "skip", "next", "-"),
    "thanks": ("спасибо", "спасибо большое", "большое спасибо", "благодарю", "спс", "thanks", "thank you"),
    "come": ("приду", "я приду", "буду", "придем", "i will come", "i'll come", "coming"),
    "wont": (
        "не смогу", "я не смогу", "не смогу прийти", "не приду", "не буду", "не получится", "не придем",
        "i cannot come", "i can't come", "can't come", "i will not come", "i won't come",
    ),
    "hello": (
        "здравствуйте", "здравствуй", "привет", "добрый день", "добрый вечер", "доброе утро", "доброго дня",
        "hello", "hi", "good morning", "good afternoon", "good evening",
    ),
    "history": (
        "история", "моя история", "история приемов", "история записей", "история посещений",
        "прошлые приемы", "history", "my history", "visit history", "past visits",
    ),
    "support": (
        "поддержка", "в поддержку", "служба поддержки", "техподдержка", "написать в поддержку",
        "напишите оператору", "написать оператору", "оператор", "позовите оператора", "не работает",
        "ничего не работает", "бот не работает", "support", "write to support",
        "it does not work", "not working",
    ),
    "book": (
        "записаться", "запись", "запишите", "запишите меня", "записаться к врачу", "запись к врачу",
        "хочу записаться", "book", "book a doctor",
    ),
}  # fmt: skip
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}
_ENDS = " .!?,)"


def command_word(text: str | None) -> str | None:
    """Recognise a word that means the same in every window, and name its meaning."""
    return _KINDS.get(fold(text).replace("’", "'").strip(_ENDS)) if text else None


_WITHOUT = {
    "нет", "не скажу", "не хочу говорить", "без причины", "никакая", "никакой", "просто так", "не знаю",
    "пропустить", "дальше", "no", "none", "skip", "no reason", "without a reason", "i will not say", "-",
}  # fmt: skip
_NO_SENTENCE = {"yes", "thanks", "hello", "come", "cancel", "home", "back"}


def parse_sentence(text: str | None, longest: int = rules.PURPOSE_LENGTH) -> str | None:
    """Read a purpose or a reason: empty where it is withheld («нет», «не скажу»), None for what is neither.

    It comes cut to `longest` characters; `is_too_long` tells whether something was lost.
    """
    if not text:
        return None
    if fold(text).strip(_ENDS) in _WITHOUT or text.strip() == "-":
        return ""
    if command_word(text) in _NO_SENTENCE or not any(sign.isalpha() for sign in text):
        return None
    return text.strip()[:longest]


def is_too_long(text: str | None, longest: int = rules.PURPOSE_LENGTH) -> bool:
    """Tell whether a purpose or a reason is longer than what is kept of it."""
    return text is not None and len(text.strip()) > longest


_NOT_SAID = re.compile(r"[^\w:.,/\- ]")


def label_key(label: str) -> str:
    """Bring a button's label, or what was typed in its place, to the form in which the two are compared.

    Pictures, «›» and marks of punctuation are left out: nobody types them.
    """
    return " ".join(_NOT_SAID.sub(" ", fold(label)).split()).strip(" .,-")


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
