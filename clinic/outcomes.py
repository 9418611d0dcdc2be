"""What a clinic's own system says of visits: who came, who did not, results, recommendations, files.

All reports of an import are compared and written in one transaction, with the journal, the ratings and the
messages to those who may see the visit. The same reports again change nothing and tell nobody.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from clinic import asking, codes, planning
from storage import feedback, journal, notifications, outcomes, visit_files
from storage.crypto import Keyring
from storage.imports.cells import CAME, FINISHED, NO_SHOW
from storage.imports.files import Row
from storage.outcomes import RECOMMENDATIONS, RESULT, Reportable
from storage.reference.tables import Mistake, WrongTable
from storage.reminders import REMINDER
from storage.states import AppointmentStatus
from storage.types import Tx
from storage.visit_files import VisitFileRow

MOST_BYTES = 200 * 1024 * 1024
"""Most of new files in one import: while they are written the bot waits, some three seconds for so many."""
_MISSED = "the patient did not come"
_STATUSES = {
    CAME: AppointmentStatus.ARRIVED,
    FINISHED: AppointmentStatus.FULFILLED,
    NO_SHOW: AppointmentStatus.NOSHOW,
}


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file beside the table, recognised by its content, which `read` reads once more when it is kept."""

    name: str
    media_type: str
    size: int
    digest: str
    """SHA-256 in hexadecimal digits"""
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Report:
    """A row of the table of visits; None says nothing, empty words or no files take away what there is."""

    row: Row
    number: str
    status: str | None = None
    result: str | None = None
    recommendations: str | None = None
    files: tuple[NewFile, ...] | None = None

    @property
    def has_words(self) -> bool:
        """Tell whether it says more than who came."""
        return any(one is not None for one in (self.result, self.recommendations, self.files))


@dataclass(slots=True)
class Change:
    """What a report changes of a visit."""

    report: Report
    visit: Reportable
    status: AppointmentStatus | None = None
    words: dict[str, str] | None = None
    gone: tuple[VisitFileRow, ...] = ()
    new: tuple[NewFile, ...] = ()
    had_something: bool = False
    has_something: bool = False
    """there is something to read before, after"""
    is_news: bool = False
    """something to read is new or other than before"""

    @property
    def is_of_result(self) -> bool:
        """Tell whether texts or files change."""
        return self.words is not None or bool(self.gone or self.new)


@dataclass(slots=True)
class Found:
    """What an import of visits changes; how many people are told is known once it is written."""

    changes: list[Change] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    """lines about people who have deleted all of theirs: nothing is kept of them"""

    @property
    def statuses(self) -> Counter[AppointmentStatus]:
        """Count what became of visits."""
        return Counter(one.status for one in self.changes if one.status is not None)

    @property
    def results(self) -> Counter[str]:
        """Count the visits whose texts or files are new, changed, or taken away: by the journal's words."""
        return Counter(_action(one) for one in self.changes if one.is_of_result)

    @property
    def files(self) -> tuple[int, int]:
        """Count files: new ones, and those taken away."""
        return sum(len(one.new) for one in self.changes), sum(len(one.gone) for one in self.changes)


def compare(tx: Tx, keyring: Keyring, reports: Sequence[Report], now: datetime) -> Found:
    """Find what reports change; raises WrongTable with every report that cannot be right."""
    found, mistakes = Found(), []
    for report in reports:
        visit = outcomes.by_number(tx, keyring, report.number)
        if visit is None:
            mistakes.append(_unknown(report))
            continue
        if visit.is_erased:
            found.left_out.append(report.row.line)
            continue
        if (mistake := _wrong(report, visit, now)) is not None:
            mistakes.append(mistake)
            continue
        change = _changed(report, visit, visit_files.of_visit(tx, keyring, visit.id))
        status = change.status or visit.status
        if status is AppointmentStatus.NOSHOW and change.has_something:
            mistakes.append(
                report.row.mistake(
                    "status", "came or finished where there is a result: nobody missed that visit"
                )
            )
        if change.status is not None or change.is_of_result:
            found.changes.append(change)
    new = [file for one in found.changes for file in one.new]
    if sum(file.size for file in new) > MOST_BYTES and not mistakes:
        last = found.changes[-1].report.row
        mistakes.append(
            last.mistake("files", f"at most {MOST_BYTES >> 20} MB of new files: divide the import")
        )
    if mistakes:
        raise WrongTable(mistakes)
    return found


def _unknown(report: Report) -> Mistake:
    return report.row.mistake("number", "the number of a visit that was booked here, as its ticket has it")


def _wrong(report: Report, visit: Reportable, now: datetime) -> Mistake | None:
    """Say why a report cannot be of that visit."""
    if visit.status is AppointmentStatus.CANCELLED:
        return report.row.mistake("number", "a visit that took place: this one was cancelled")
    zone = ZoneInfo(visit.timezone)
    begins = visit.starts_at.astimezone(zone)
    when = f"this one begins on {begins:%d.%m.%Y} at {begins:%H:%M}"
    if (report.has_words or report.status in (FINISHED, NO_SHOW)) and visit.starts_at > now:
        column = "number" if report.status is None else "status"
        return report.row.mistake(column, f"a visit that has begun: {when}")
    if report.status == CAME and begins.date() > now.astimezone(zone).date():
        return report.row.mistake("status", f"came on the day of the visit: {when}")
    return None


def _changed(report: Report, visit: Reportable, stored: list[VisitFileRow]) -> Change:
    """Compare a report with a visit as it stands."""
    words = dict(visit.words)
    for key, text in ((RESULT, report.result), (RECOMMENDATIONS, report.recommendations)):
        if text:
            words[key] = text
        elif text is not None:
            words.pop(key, None)
    gone: tuple[VisitFileRow, ...] = ()
    new: tuple[NewFile, ...] = ()
    if report.files is not None:
        there = {(one.name, one.digest) for one in stored}
        wanted = {(one.name, one.digest) for one in report.files}
        gone = tuple(one for one in stored if (one.name, one.digest) not in wanted)
        new = tuple(one for one in report.files if (one.name, one.digest) not in there)
    return Change(
        report,
        visit,
        _status(report.status, visit.status),
        words if words != visit.words else None,
        gone,
        new,
        bool(stored) or _says(visit.words),
        len(stored) - len(gone) + len(new) > 0 or _says(words),
        bool(new)
        or any(words.get(key) not in (None, visit.words.get(key)) for key in (RESULT, RECOMMENDATIONS)),
    )


def _says(words: dict[str, str]) -> bool:
    return bool(words.get(RESULT) or words.get(RECOMMENDATIONS))


def _status(said: str | None, before: AppointmentStatus) -> AppointmentStatus | None:
    """Return what a visit becomes; None where it stays. Who was seen has come, whatever is said later."""
    if said is None or (said == CAME and before is AppointmentStatus.FULFILLED):
        return None
    return _STATUSES[said] if _STATUSES[said] is not before else None


def write(tx: Tx, keyring: Keyring, found: Found, now: datetime) -> int:
    """Write what was found, in the transaction in which it was; returns how many messages are planned.

    Raises WrongTable where a file is not any more what it was when it was looked at.
    """
    return sum(_write(tx, keyring, change, now) for change in found.changes)


def _write(tx: Tx, keyring: Keyring, change: Change, now: datetime) -> int:
    visit = change.visit
    if change.status is not None:
        outcomes.set_status(tx, visit.id, change.status)
        _note(tx, visit, journal.CHANGED, journal.ATTENDANCE, now)
        notifications.drop_kinds(tx, visit.id, (REMINDER,), "the clinic has said who came")
        _reckon(tx, keyring, visit.id, is_missed=change.status is AppointmentStatus.NOSHOW)
    if not change.is_of_result:
        return 0
    if change.words is not None:
        outcomes.set_words(tx, keyring, visit.id, change.words)
    for stored in change.gone:
        visit_files.delete(tx, stored.id)
    left = visit_files.of_visit(tx, keyring, visit.id) if change.new else []
    first = max((one.position for one in left), default=-1) + 1
    for position, new in enumerate(change.new, first):
        visit_files.insert(
            tx,
            keyring,
            VisitFileRow(
                codes.new_id(), visit.id, new.media_type, new.size, new.name, new.digest, position, now
            ),
            _content(change.report, new),
        )
    _note(tx, visit, _action(change), journal.RESULT, now)
    if not change.has_something:
        notifications.drop_kinds(tx, visit.id, planning.RESULTS, "the clinic took it back")
    if not change.is_news:
        return 0
    return planning.result(tx, visit.patient_id, visit.id, visit.sequence, visit.timezone, now)


def _reckon(tx: Tx, keyring: Keyring, visit_id: int, *, is_missed: bool) -> None:
    """Let a missed visit be neither asked about nor count with its rating, and one that was not, be again."""
    rated = feedback.of_visit(tx, keyring, visit_id)
    if rated is not None:
        feedback.set_void(tx, rated, is_void=is_missed)
    if is_missed:
        notifications.drop_kinds(tx, visit_id, (asking.QUESTION,), _MISSED)
    else:
        notifications.plan_dropped(tx, visit_id, asking.QUESTION, _MISSED)


def _action(change: Change) -> str:
    if not change.has_something:
        return journal.DELETED
    return journal.CHANGED if change.had_something else journal.CREATED


def _note(tx: Tx, visit: Reportable, action: str, record: str, now: datetime) -> None:
    journal.note(tx, now, journal.CLINIC, action, record, visit.id, visit.patient_id)


def _content(report: Report, file: NewFile) -> bytes:
    content = file.read()
    if hashlib.sha256(content).hexdigest() != file.digest:
        raise WrongTable([report.row.mistake("files", "files that nobody changes while they are imported")])
    return content
