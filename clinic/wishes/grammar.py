"""The rules by which wishes are read, and the pieces that they find in a text."""

import re
from datetime import date, time

from clinic.wishes import matches
from clinic.wishes.matches import Hours, Kind, Make, Piece
from clinic.wishes.wish import WEEKEND, WORKDAYS
from clinic.wishes.words import AT, DATE, HOUR, LUNCH, MONTH, NUMBER, UNIT, WEEKDAY

_MORNING: Hours = (time(0), time(12))
_DAYTIME: Hours = (time(12), time(17))
_EVENING: Hours = (time(17), None)
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
        rf"(?:через|спустя|за|in)\s+(?P<n>{NUMBER}\s+)??(?P<unit>{UNIT})",
        matches.in_time,
    ),
    (
        rf"(?:в\s+(?:ближайши\w+|течени\w+)|within|in\s+the\s+next)\s+(?P<n>{NUMBER}\s+)?(?P<unit>{UNIT})",
        matches.within,
    ),
    (rf"(?:{_FROM})?(?P<a>{DATE}|\d{{1,2}})(?:{_TO})(?P<b>{DATE})", matches.date_range),
    (rf"{_FROM}(?P<a>{DATE}){_TO}(?P<b>{WEEKDAY})", matches.date_range),
    (r"с\s+(?P<a>\d{1,2})\s+(?:по|до)\s+(?P<b>2[5-9]|3[01])\b", matches.day_numbers),
    (rf"(?:{_FROM})?(?P<a>{WEEKDAY})\s*(?:-|по|до|to|till)\s*(?P<b>{WEEKDAY})", matches.weekday_range),
    (rf"{_FROM}(?P<a>{HOUR}){_TO}(?P<b>{HOUR})", matches.hour_range),
    (rf"{AT}(?P<a>{HOUR})\s*-\s*(?P<b>{HOUR})", matches.hour_range),
    (
        r"(?P<how>начиная\s+с|не\s+(?:раньше|ранее)|с|со|до|from|starting|not\s+before|until|till)\s+"
        r"(?:следующей\s+недели|next\s+week)\b",
        matches.around_week,
    ),
    (rf"{_SINCE}(?P<a>{DATE}|{WEEKDAY})", matches.since_date),
    (rf"{_UNTIL}(?P<a>{DATE}|{WEEKDAY})", matches.until_date),
    (rf"{_UNTIL_DATE}(?P<a>{DATE})", matches.until_date),
    (rf"{_SINCE}(?P<a>{HOUR})", matches.since),
    (rf"{_UNTIL}(?P<a>{HOUR})", matches.until),
    (
        r"(?:рано\s+утром|ранним\s+утром|early\s+(?:in\s+the\s+)?mornings?)\b",
        matches.fixed(Kind.HOURS, hours=(time(0), time(10))),
    ),
    (
        r"(?:поздно\s+вечером|поздним\s+вечером|late\s+(?:in\s+the\s+)?evenings?)\b",
        matches.fixed(Kind.HOURS, hours=(time(19), None)),
    ),
    (
        rf"(?:{AT}|с\s+)(?:утр(?:ом|ам|а|о)|утренн\w+(?:\s+(?:время|часы))?|mornings?)\b",
        matches.fixed(Kind.HOURS, hours=_MORNING),
    ),
    (
        rf"{AT}(?:вечер(?:ом|ам|а|у)?|вечерн\w+(?:\s+(?:время|часы))?|evenings?)\b",
        matches.fixed(Kind.HOURS, hours=_EVENING),
    ),
    (
        rf"{AT}(?:днем|дневн\w+(?:\s+(?:время|часы))?|середин\w+\s+дня|afternoons?|daytime)\b",
        matches.fixed(Kind.HOURS, hours=_DAYTIME),
    ),
    (
        rf"{AT}(?:обед|обеденн\w+(?:\s+(?:время|перерыв))?|lunch(?:time)?)\b",
        matches.fixed(Kind.HOURS, hours=(time(12), time(14))),
    ),
    (rf"{AT}перв\w+\s+половин\w+\s+дня\b", matches.fixed(Kind.HOURS, hours=(time(0), time(LUNCH)))),
    (rf"{AT}втор\w+\s+половин\w+\s+дня\b", matches.fixed(Kind.HOURS, hours=(time(LUNCH), None))),
    (
        r"(?:в\s+|at\s+the\s+)?(?P<part>начале|конце|beginning\s+of(?:\s+the)?|end\s+of(?:\s+the)?)\s+"
        r"(?P<which>этой|следующей|this|next)?\s*(?:недели|week)\b",
        matches.part_of_week,
    ),
    (rf"(?:{AT}(?P<which>эт\w+|текущ\w+|следующ\w+|this|next)\s+(?:недел\w+|week)\b)", matches.week),
    (
        r"(?P<which>до\s+конца|until\s+the\s+end\s+of(?:\s+the)?)\s+(?:(?:этой\s+)?недели|week)\b",
        matches.week,
    ),
    (rf"{AT}(?:ближайш\w+|следующ\w+|эт\w+|this|next)\s+(?:выходн\w+|weekend)\b", matches.weekend),
    (
        rf"(?P<part>(?:в\s+)?начале|(?:в\s+)?первых\s+числах|(?:в\s+)?середине|(?:в\s+)?конце|до\s+конца|(?:at\s+)?the\s+(?:beginning|end)\s+of)\s+"
        rf"(?P<which>(?:этого\s+)?месяца|следующего\s+месяца|(?:the\s+|this\s+|next\s+)?month|{MONTH})",
        matches.month_of,
    ),
    (
        rf"(?P<part>)(?:в|in)\s+(?P<which>этом\s+месяце|следующем\s+месяце|this\s+month|next\s+month|{MONTH})",
        matches.month_of,
    ),
    (rf"{AT}(?P<a>{DATE})", matches.on_date),
    (
        rf"{AT}(?:будн\w+|рабоч\w+\s+дн\w+|week\s?days?|work(?:ing)?\s?days?)(?:\s+дн\w+)?\b",
        matches.fixed(Kind.DAYS, days=WORKDAYS),
    ),
    (rf"{AT}(?:выходн\w+|week\s?ends?)(?:\s+дн\w+)?\b", matches.fixed(Kind.DAYS, days=WEEKEND)),
    (rf"{AT}(?P<a>{WEEKDAY})", matches.on_weekday),
    (rf"(?:около|примерно|приблизительно|где-то|about|around)\s+{AT}(?P<a>{HOUR})", matches.about),
    (rf"(?:в|во|ровно\s+в|at)\s+(?P<a>{HOUR})", matches.exactly),
    (r"(?P<a>\d{1,2}(?::\d{2}|\s*(?:утра|вечера|a\.?m\b\.?|p\.?m\b\.?)))(?![\w:])", matches.exactly),
    (
        r"(?:каждый\s+день|ежедневно|(?:в\s+)?люб(?:ой\s+день|ое\s+время|ые\s+дни)|когда\s+угодно|any\s?time"
        r"|every\s+day|any\s+day)\b",
        matches.fixed(Kind.ANY),
    ),
    (
        r"(?P<word>(?:я\s+)?не\s+(?:могу|смогу|получится|подходит|подойдет|удобно|приду)|неудобно)\b",
        matches.fixed(Kind.NOT, word="after"),
    ),
    (
        r"(?:кроме(?:\s+как)?|исключая|за\s+исключением|не\s+считая|без|только\s+не|но\s+не|не|ни|except(?:\s+for)?"
        r"|excluding|but\s+not|not)\b",
        matches.fixed(Kind.NOT),
    ),
    (r"(?:либо|either)\b", matches.fixed(Kind.OR, word="either")),
    (r"(?:или|or)\b|[;/|]", matches.fixed(Kind.OR)),
    (r"(?:и|а|and)\b|[,+&]", matches.fixed(Kind.AND)),
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
