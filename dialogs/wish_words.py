"""Words for a wish: in a sentence («по будням после 17:00, кроме четверга») and short, on a button."""

from datetime import date, time, timedelta

from clinic.wishes import EVERY_DAY, WEEKEND, WORKDAYS, Window, Wish
from locales import Translator, later

_EACH = (
    later("Mondays"), later("Tuesdays"), later("Wednesdays"), later("Thursdays"), later("Fridays"),
    later("Saturdays"), later("Sundays"),
)  # fmt: skip
_LEFT_OUT = (
    later("Monday"), later("Tuesday"), later("Wednesday"), later("Thursday"), later("Friday"),
    later("Saturday"), later("Sunday"),
)  # fmt: skip
LABEL = 25
"""Longest label of a wish; a sign and its blank stand before it."""


def wish_words(tr: Translator, wish: Wish) -> str:
    """Say when somebody wishes to come; empty where any time will do. Doctors and places are not named."""
    windows = [_window(tr, window) for window in wish.windows]
    has_commas = any("," in words for words in windows)
    parts = [f"{';' * has_commas} {tr('or')} ".join(windows)]
    if wish.least_notice:
        parts.append(notice_words(tr, wish.least_notice))
    return ("; " if len(windows) > 1 else ", ").join(part for part in parts if part)


def notice_words(tr: Translator, notice: timedelta) -> str:
    """Say the least notice: «не раньше чем через 3 часа»."""
    minutes = int(notice.total_seconds()) // 60
    if minutes % (24 * 60) == 0:
        return tr.plural("not sooner than in {count} day", "not sooner than in {count} days", minutes // 1440)
    if minutes % 60 == 0:
        return tr.plural("not sooner than in {count} hour", "not sooner than in {count} hours", minutes // 60)
    return tr.plural("not sooner than in {count} minute", "not sooner than in {count} minutes", minutes)


def _window(tr: Translator, window: Window) -> str:
    days, except_days = _days(tr, window.weekdays)
    said = [days, _hours(tr, window.since, window.until)]
    # one day stands before its hours; «с 25 декабря до 12:00» would be read as a single span
    is_one_day = window.first is not None and window.first == window.last
    said.insert(0 if is_one_day else 2, _dates(tr, window.first, window.last))
    text = " ".join(part for part in said if part)
    without = [*except_days, *(tr.bare_day(day) for day in sorted(window.without))]
    if not without:
        return text or tr("any time")
    left_out = tr("except {days}", days=_and(tr, without))
    return f"{text}, {left_out}" if text else left_out


def _days(tr: Translator, weekdays: frozenset[int]) -> tuple[str, list[str]]:
    """Name weekdays: those that are meant, and those that are left out of a larger set."""
    if weekdays == EVERY_DAY:
        return "", []
    if weekdays == WORKDAYS:
        return tr("on weekdays"), []
    if weekdays == WEEKEND:
        return tr("at weekends"), []
    if weekdays < WORKDAYS and len(weekdays) == 4:
        return tr("on weekdays"), [tr(_LEFT_OUT[number]) for number in sorted(WORKDAYS - weekdays)]
    if len(weekdays) >= 5:
        return "", [tr(_LEFT_OUT[number]) for number in sorted(EVERY_DAY - weekdays)]
    return tr("on {days}", days=_and(tr, [tr(_EACH[number]) for number in sorted(weekdays)])), []


def _and(tr: Translator, names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return tr("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])


def _hours(tr: Translator, since: time, until: time | None) -> str:
    if until is None:
        return tr("after {time}", time=tr.time(since)) if since > time(0) else ""
    if since == time(0):
        return tr("before {time}", time=tr.time(until))
    return tr("from {since} to {until}", since=tr.time(since), until=tr.time(until))


def _dates(tr: Translator, first: date | None, last: date | None) -> str:
    if first is not None and first == last:
        return tr.bare_day(first)
    if first is None:
        return tr("up to {date}", date=tr.bare_day(last)) if last is not None else ""
    if last is None:
        return tr("since {date}", date=tr.bare_day(first))
    beginning = str(first.day) if (first.year, first.month) == (last.year, last.month) else tr.bare_day(first)
    return tr("from {first} through {last}", first=beginning, last=tr.bare_day(last))


def wish_label(tr: Translator, wish: Wish, length: int = LABEL) -> str:
    """Name a wish on a button: «Пн–Ср, Пт после 17»; what has no room becomes «+1»."""
    pieces = [_short_window(tr, window) for window in wish.windows]
    if wish.least_notice:
        pieces.append(_short_notice(tr, wish.least_notice))
    if not pieces:
        return tr("Doctors and clinics") if wish else tr("any time")
    for shown in range(len(pieces), 1, -1):
        more = f" +{len(pieces) - shown}" if shown < len(pieces) else ""
        label = f" {tr('or')} ".join(pieces[:shown]) + more
        if len(label) <= length:
            return label
    more = f" +{len(pieces) - 1}" if len(pieces) > 1 else ""
    if len(pieces[0]) + len(more) > length:
        return pieces[0][: length - len(more) - 1].rstrip(" ,·–") + "…" + more
    return pieces[0] + more


def _short_notice(tr: Translator, notice: timedelta) -> str:
    hours = int(notice.total_seconds()) // 3600
    if hours and hours % 24 == 0:
        return tr.plural("in {count} day", "in {count} days", hours // 24)
    if hours:
        return tr.plural("in {count} hour", "in {count} hours", hours)
    return tr.plural("in {count} minute", "in {count} minutes", int(notice.total_seconds()) // 60)


def _short_window(tr: Translator, window: Window) -> str:
    parts = [_short_days(tr, window.weekdays)]
    if window.until is not None and window.since > time(0):
        parts.append(f"{_short_time(tr, window.since)}–{_short_time(tr, window.until)}")
    elif window.until is not None:
        parts.append(tr("before {time}", time=_short_time(tr, window.until)))
    elif window.since > time(0):
        parts.append(tr("after {time}", time=_short_time(tr, window.since)))
    first, last = window.first, window.last
    if first is not None and last is not None and first != last:
        parts.append(f"{_short_date(tr, first)}–{_short_date(tr, last)}")
    elif first is not None and first == last:
        parts.insert(0, _short_date(tr, first))
    elif first is not None:
        parts.append(tr("since {date}", date=_short_date(tr, first)))
    elif last is not None:
        parts.append(tr("up to {date}", date=_short_date(tr, last)))
    text = " ".join(part for part in parts if part)
    if window.without:
        days = ", ".join(_short_date(tr, day) for day in sorted(window.without))
        text = " ".join(filter(None, (text, tr("except {days}", days=days))))
    return text or tr("any time")


def _short_time(tr: Translator, at: time) -> str:
    """Write a time of day for a label: «9:30», and «17» for a full hour."""
    return tr.time(at) if at.minute else str(at.hour)


def _short_date(tr: Translator, day: date) -> str:
    """Write a day for a label: «24 ноя»."""
    return tr.short_day(day).partition(" ")[2]


def _short_days(tr: Translator, weekdays: frozenset[int]) -> str:
    """Write weekdays as letters, runs of three and more with a dash: «Пн–Ср, Пт»."""
    if weekdays == EVERY_DAY:
        return ""
    letters = tr.weekday_letters()
    runs: list[list[int]] = []
    for number in sorted(weekdays):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = [
        f"{letters[run[0]]}–{letters[run[-1]]}" if len(run) > 2 else ", ".join(letters[day] for day in run)
        for run in runs
    ]
    return ", ".join(names)
