"""Words of the history: what became of a visit, its line and button, the period that is shown."""

from datetime import date

from clinic.history import PastVisit
from clinic.periods import Period
from dialogs import cards
from dialogs.widgets import shorten
from locales import Translator, later
from storage.history import CANCELLED, DONE, MISSED, PASSED
from storage.people import PatientRow

OUTCOMES = {
    DONE: later("took place"),
    PASSED: later("over"),
    CANCELLED: later("was cancelled"),
    MISSED: later("missed"),
}
"""As a line says it: «завершена»."""
_MARKS = {DONE: "✅ ", CANCELLED: "❌ ", MISSED: "🚫 ", PASSED: ""}
PERIODS = {
    "month": later("Month"),
    "half": later("Half a year"),
    "year": later("Year"),
    "": later("All time"),
}
LINE_LENGTH = 84
"""Six lines of a list and what stands around them are one screen."""


def outcome(tr: Translator, visit: PastVisit) -> str:
    """Say what became of a visit: «завершена»."""
    return tr(OUTCOMES[visit.outcome]) if visit.outcome else ""


def day(tr: Translator, at: date) -> str:
    """Write a day in digits: «25.11.2026»."""
    return f"{at:%d.%m.%Y}"


def line(tr: Translator, visit: PastVisit, *, is_family: bool) -> str:
    """Write a visit on one line, as HTML, with its person where there are several."""
    wall = cards.local(visit.row.starts_at, visit.place.facility.timezone)
    specialty = tr.name(visit.place.specialty_ru, visit.place.specialty_en).lower()
    who = f"{visit.patient.person.short_name}, " if is_family else ""
    words = f"{who}{visit.place.doctor_short}, {specialty}"
    when, end = f"{day(tr, wall)}, {tr.time(wall)}", outcome(tr, visit)
    room = LINE_LENGTH - len(when) - len(end)
    return tr.html("• <b>{when}</b> {what} · {end}", when=when, what=shorten(words, room), end=end)


def label(tr: Translator, visit: PastVisit, *, is_family: bool) -> str:
    """Name a visit on a button: «✅ 25.11.26 · Маша · Чехов»."""
    wall = cards.local(visit.row.starts_at, visit.place.facility.timezone)
    who = f"{shorten(visit.patient.person.given_name, 9)} · " if is_family else ""
    return shorten(f"{_MARKS.get(visit.outcome, '')}{wall:%d.%m.%y} · {who}{visit.place.doctor_surname}")


def period(tr: Translator, shown: Period) -> str:
    """Name a period that was typed: «Октябрь 2026», «1.10–15.11.26», «с 1.10.26»."""
    since, until = shown.since, shown.until
    if since is None or until is None:
        if since is not None:
            return tr("from {day}", day=_short(since))
        return tr("until {day}", day=_short(until)) if until is not None else ""
    if since == until:
        return _short(since)
    if (since.day, since.month, until.day, until.month) == (1, 1, 31, 12) and since.year == until.year:
        return str(since.year)
    after = date.fromordinal(until.toordinal() + 1)
    if since.day == 1 and after.day == 1 and (since.year, since.month) == (until.year, until.month):
        return tr.month(since)
    first = f"{since.day}.{since.month:02}" if since.year == until.year else _short(since)
    return f"{first}–{_short(until)}"


def _short(at: date) -> str:
    return f"{at.day}.{at.month:02}.{at:%y}"


def person(row: PatientRow) -> str:
    """Name a person on a chip."""
    return row.person.short_name
