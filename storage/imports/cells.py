"""What the cells of a clinic's own tables may hold, beside those of `storage.reference.cells`."""

import re
from datetime import date, datetime, time, timedelta

from storage.reference import cells
from storage.reference.cells import Parse

WEEK = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
LONGEST = 400
"""Most days of one period: a year and a month."""
LONGEST_TEXT = 6000
"""Most characters of a result, and of recommendations."""
MOST_FILES = 10
"""Most files of a visit."""
TAKE_AWAY = "-"
"""A cell with this alone takes away what is stored."""
CAME, FINISHED, NO_SHOW = "came", "finished", "no_show"
"""What became of a visit, as the table of visits says it; in Russian too."""
_STATUSES = {
    CAME: (CAME, "пришел", "пришла", "приход отмечен"),
    FINISHED: (FINISHED, "завершен", "завершена", "завершено", "принят", "принята"),
    NO_SHOW: (NO_SHOW, "no-show", "неявка", "не пришел", "не пришла", "не явился", "не явилась"),
}
_SPAN = re.compile(r"(\d{1,2}[:.]\d{2})\s*[-–—]\s*(\d{1,2}[:.]\d{2})", re.ASCII)

code: Parse = cells.shaped(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", "a code of 1 to 32 letters a-z, digits, . _ -")
percent: Parse = cells.shaped(r"\d{1,2}|100", "a whole number of percent from 0 to 100")


def day(cell: str) -> date:
    """Accept a day: 2026-01-12, or 12.01.2026 as spreadsheets write it."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(cell, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise ValueError("a day such as 2026-01-12 or 12.01.2026")


def days(cell: str) -> tuple[date, date]:
    """Accept a day, or a period: 12.01.2026-31.03.2026 (or `..` between two days)."""
    first, divided, last = cell.partition("..")
    if not divided and (found := re.fullmatch(r"(\d+\.\d+\.\d+)\s*[-–—]\s*(\d+\.\d+\.\d+)", cell)):
        first, last = found.groups()
    try:
        since = day(first.strip())
        until = day(last.strip()) if last else since
    except ValueError:
        raise ValueError("a day such as 12.01.2026, or a period such as 12.01.2026-31.03.2026") from None
    if not timedelta() <= until - since < timedelta(days=LONGEST):
        raise ValueError(f"a period whose end is not before its beginning, of at most {LONGEST} days")
    return since, until


def some_days(cell: str) -> frozenset[date]:
    """Accept days with spaces between them, or nothing."""
    return frozenset(map(day, cell.split()))


def weekdays(cell: str) -> frozenset[int]:
    """Accept weekdays: «пн-пт», «вт чт», 1-5; nothing is every day. Monday is 0."""
    if not cell:
        return frozenset(range(7))
    found: set[int] = set()
    for part in re.split(r"[\s,]+", re.sub(r"\s*[-–—]\s*", "-", cell.casefold())):
        first, _, last = part.partition("-")
        since = _weekday(first)
        until = _weekday(last) if last else since
        found.update(at % 7 for at in range(since, until + 1 if until >= since else until + 8))
    return frozenset(found)


def _weekday(word: str) -> int:
    if word in WEEK:
        return WEEK.index(word)
    if re.fullmatch("[1-7]", word, re.ASCII):
        return int(word) - 1
    raise ValueError("weekdays such as пн-пт, вт чт or 1-5")


def clock(cell: str) -> time:
    """Accept a time of day: 9:00, 09:00:00, 9.30."""
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?::00)?", cell, re.ASCII)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError("a time such as 9:00")
    return time(int(found[1]), int(found[2]))


def opening_hours(cell: str) -> list[tuple[int, int] | None]:
    """Accept hours of the week: «пн-пт 8:00-20:00, сб 9:00-15:00»; days that are not named are shut."""
    week: list[tuple[int, int] | None] = [None] * 7
    for part in filter(None, map(str.strip, cell.split(","))):
        span = _SPAN.search(part)
        try:
            if span is None or not part[: span.start()].strip() or part[span.end() :].strip():
                raise ValueError
            chosen = weekdays(part[: span.start()].strip())
            opens, closes = (_minutes(word) for word in span.groups())
        except ValueError:
            raise ValueError("hours such as «пн-пт 8:00-20:00, сб 9:00-15:00»") from None
        for number in chosen:
            week[number] = (opens, closes if closes > opens else closes + 24 * 60)
    return week


def _minutes(word: str) -> int:
    if re.fullmatch(r"24[:.]00", word):
        return 24 * 60
    at = clock(word)
    return at.hour * 60 + at.minute


def names(cell: str) -> list[str]:
    """Accept names that semicolons divide."""
    return [part.strip() for part in cell.split(";") if part.strip()]


# --- of the table of visits; what they raise repeats no cell


def visit_number(cell: str) -> str:
    """Accept a visit's number as on its ticket: «4821 093 715»; spreadsheets drop zeros at its beginning."""
    digits = re.sub(r"[\s\u00a0-]", "", cell)
    if not re.fullmatch(r"\d{7,10}", digits, re.ASCII):
        raise ValueError("a visit's number, such as 4821 093 715: ten digits, kept as text")
    return digits.zfill(10)


def visit_status(cell: str) -> str:
    """Accept came, finished or no_show, in Russian too."""
    word = " ".join(cell.casefold().replace("ё", "е").split())
    found = next((status for status, words in _STATUSES.items() if word in words), None)
    if found is None:
        raise ValueError("came, finished or no_show (пришёл, завершён, неявка), or nothing")
    return found


def long_text(cell: str) -> str:
    """Accept words of any lines; `-` alone is no words. Signs that cannot be seen are left out."""
    if cell == TAKE_AWAY:
        return ""
    signs = (
        sign if sign == "\n" or sign.isprintable() else " " if sign.isspace() else ""
        for sign in cell.replace("\r\n", "\n")
    )
    text = "".join(signs).strip()
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text of at most {LONGEST_TEXT} characters; this one has {len(text)}")
    return text


def file_names(cell: str) -> tuple[str, ...]:
    """Accept names of files that semicolons or lines divide; `-` alone is no files."""
    if cell == TAKE_AWAY:
        return ()
    found = tuple(part.strip() for part in re.split(r"[;\n]", cell) if part.strip())
    for number, name in enumerate(found, 1):
        if re.search(r"[/\\\0]", name) or name.startswith(".") or len(name) > 100:
            raise ValueError(f"names of files of the folder files, without a path; number {number} is none")
    if len(set(found)) < len(found):
        raise ValueError("each file once")
    if len(found) > MOST_FILES:
        raise ValueError(f"at most {MOST_FILES} files")
    return found
