"""Comments on doctors: those that everybody may read, and what administrators decide of the others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from clinic.errors import CommentChanged, CommentDecided, NotFound
from clinic.feedback import CHANNEL, REJECTED, TO_CHECK, tell
from storage import accounts, appointments, feedback, journal, notifications, places
from storage import reviews as stored_reviews
from storage.crypto import Keyring
from storage.database import Database
from storage.feedback import FeedbackRow
from storage.notifications import NO_ACCOUNT
from storage.places import Place
from storage.reviews import Of, Review
from storage.states import CommentState
from storage.types import Tx

UNTOLD = 100
"""So many comments at most are told of at a start; the others at the next one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is shown of the reviews at once."""

    items: tuple[Review, ...]
    has_newer: bool = False
    has_older: bool = False
    is_read_back: bool = False
    """they are those before the one that was named: of too many the first are left out, not the last"""


async def stretch(database: Database, of: Of, after: tuple[int, bool] | None, size: int) -> Stretch:
    """Read so many reviews, the latest first: from the first on, or from the one that `after` names.

    `after` is a review's id and whether those before it are meant. A page costs as much as any other.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Stretch:
        key = None if after is None else stored_reviews.key_of(tx, after[0])
        is_newer = key is not None and after is not None and after[1]
        rows = stored_reviews.shown(tx, keyring, of, size + 1, key, is_newer=is_newer)
        if key is not None and not rows:
            key, is_newer = None, False  # the beginning was reached, or what followed has gone
            rows = stored_reviews.shown(tx, keyring, of, size + 1)
        has_more = len(rows) > size
        if is_newer:
            return Stretch(tuple(rows[-size:]), has_more, has_older=True, is_read_back=True)
        return Stretch(tuple(rows[:size]), key is not None, has_more)

    return await database.read(work)


# --- administrators


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A comment as an administrator sees it: whose it is they do not learn."""

    row: FeedbackRow
    place: Place


def _to_check(tx: Tx, keyring: Keyring, feedback_id: int) -> tuple[ToCheck, int, int]:
    """Read a comment with its schedule and patient; raises NotFound for one that was taken back."""
    row = feedback.by_id(tx, keyring, feedback_id)
    ids = (
        None
        if row is None or row.appointment_id is None
        else appointments.schedule_and_patient(tx, row.appointment_id)
    )
    if row is None or not row.comment or ids is None:
        raise NotFound
    place = places.of_schedule(tx, ids[0])
    if place is None:
        raise NotFound
    return ToCheck(row, place), *ids


def _doer(tx: Tx, telegram_id: int, admin_ids: Collection[int]) -> int:
    """Name the administrator for the journal; raises NotFound for anybody else."""
    if telegram_id not in admin_ids:
        raise NotFound
    account = accounts.of_chat(tx, telegram_id)
    return NO_ACCOUNT if account is None else account.id


async def to_check(
    database: Database, telegram_id: int, admin_ids: Collection[int], feedback_id: int, now: datetime
) -> ToCheck:
    """Read a comment, noted in the patient's journal; raises NotFound where it is gone or not theirs."""
    keyring = database.keyring

    def work(tx: Tx) -> ToCheck:
        doer = _doer(tx, telegram_id, admin_ids)
        found, _, patient_id = _to_check(tx, keyring, feedback_id)
        journal.note_view(tx, now, doer, journal.FEEDBACK, feedback_id, patient_id)
        return found

    return await database.write(work)


async def decide(
    database: Database,
    telegram_id: int,
    admin_ids: Collection[int],
    feedback_id: int,
    revision: int,
    now: datetime,
    *,
    is_shown: bool,
    seen: CommentState,
) -> ToCheck:
    """Let a comment be shown, or not; its writer is told of the latter.

    Raises NotFound where it is gone or not theirs, CommentChanged where another one was written, and
    CommentDecided where it was decided on since it was `seen`, as the same again is.
    """
    keyring = database.keyring
    state = CommentState.SHOWN if is_shown else CommentState.REJECTED

    def work(tx: Tx) -> ToCheck:
        doer = _doer(tx, telegram_id, admin_ids)
        found, _, patient_id = _to_check(tx, keyring, feedback_id)
        row = found.row
        if row.state in (CommentState.PRIVATE, CommentState.NONE):
            raise NotFound
        if row.revision != revision:
            raise CommentChanged
        if row.state is not seen:
            raise CommentDecided(is_shown=row.state is CommentState.SHOWN)
        if row.state is not state:
            feedback.set_state(tx, row.id, state)
            journal.note(tx, now, doer, journal.CHANGED, journal.FEEDBACK, row.id, patient_id)
            if not is_shown and row.account_id is not None:
                words = {"visit": str(row.appointment_id), "feedback": str(row.id)}
                notifications.plan_note(tx, keyring, row.account_id, REJECTED, CHANNEL, now, words)
        return _to_check(tx, keyring, feedback_id)[0]

    return await database.write(work)


@dataclass(frozen=True, slots=True)
class Queue:
    """The comment that waits longest, of those that were not passed over; None where none is left."""

    comment: ToCheck | None
    mark: tuple[int, int] | None
    """where the next one is read on"""
    has_next: bool
    number: int
    """how many wait, at most `most`"""


async def waiting(
    database: Database,
    telegram_id: int,
    admin_ids: Collection[int],
    after: tuple[int, int] | None,
    most: int,
    now: datetime,
) -> Queue:
    """Read the next comment that waits, noted in the patient's journal; NotFound for no administrator."""
    keyring = database.keyring

    def work(tx: Tx) -> Queue:
        doer = _doer(tx, telegram_id, admin_ids)
        number = feedback.count_waiting(tx, most)
        marks = feedback.waiting(tx, after or (0, 0), 2)
        if not marks:
            return Queue(None, None, has_next=False, number=number)
        found, _, patient_id = _to_check(tx, keyring, marks[0][1])
        journal.note_view(tx, now, doer, journal.FEEDBACK, found.row.id, patient_id)
        return Queue(found, marks[0], len(marks) > 1, number)

    return await database.write(work)


async def tell_untold(database: Database, admin_ids: Sequence[int], now: datetime) -> int:
    """Tell the administrators of comments that came when there were none; returns of how many."""
    keyring = database.keyring

    def work(tx: Tx) -> int:
        waiting = feedback.untold(tx, UNTOLD)
        for feedback_id in waiting:
            tell(tx, keyring, feedback_id, TO_CHECK, admin_ids, now)
        return len(waiting)

    return await database.write(work) if admin_ids else 0
