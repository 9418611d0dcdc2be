"""How a visit and its booking were. Each use case is one transaction, with the sums of ratings in it.

One a visit and one a booking, by whoever acts for the patient; changed until rules.RATE_WITHIN is over, taken
back at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from clinic import codes, moderation, rules
from clinic.errors import NotFound, NotRated, RatingClosed
from storage import accounts, appointments, feedback, history, journal, notifications, people, places
from storage.appointments import AppointmentRow, Visit
from storage.crypto import Keyring
from storage.database import Database
from storage.feedback import BOOKING, POINTS, VISIT, FeedbackRow
from storage.reference.abuse import read_abuse
from storage.states import CommentState
from storage.types import Tx

CHANNEL = "feedback"
TO_CHECK, REMARK = "comment_to_check", "remark_on_booking"
"""to administrators: a comment that waits; a comment on a booking"""
REJECTED = "comment_rejected"
"""to whoever wrote it"""
SETTLED = (history.DONE, history.PASSED)
"""Outcomes with which a visit is rated: it took place, as far as anybody knows."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an account may see and do of the feedback on one of its visits; `row` is None before a rating."""

    visit: Visit
    row: FeedbackRow | None
    can_rate: bool
    until: datetime
    """up to when"""


def _since(row: AppointmentRow, about: str) -> datetime:
    return row.booked_at if about == BOOKING else row.ends_at


def _rated(tx: Tx, keyring: Keyring, telegram_id: int, appointment_id: int) -> AppointmentRow:
    """Read a visit of this chat; raises NotFound for anybody else's."""
    account = accounts.of_chat(tx, telegram_id)
    row = account and appointments.of_account(tx, keyring, appointment_id, account.id)
    if not row:
        raise NotFound
    return row


def _check(row: AppointmentRow, about: str, now: datetime) -> None:
    if about == VISIT and history.outcome(row.status, row.ends_at, now) not in SETTLED:
        raise NotRated
    if not rules.can_rate(min(_since(row, about), now), now):
        raise RatingClosed


def can_rate(row: AppointmentRow, now: datetime) -> bool:
    """Tell whether a visit can be rated now, or its rating changed."""
    try:
        _check(row, VISIT, now)
    except (NotRated, RatingClosed):
        return False
    return True


def _opinion(tx: Tx, keyring: Keyring, row: AppointmentRow, about: str, now: datetime) -> Opinion:
    return Opinion(
        appointments.visit(tx, keyring, row),
        feedback.of_visit(tx, keyring, row.id, about),
        about == BOOKING or can_rate(row, now),
        _since(row, about) + rules.RATE_WITHIN,
    )


async def of_visit(
    database: Database, telegram_id: int, appointment_id: int, now: datetime, about: str = VISIT
) -> Opinion:
    """Read what was said of a visit or of its booking; raises NotFound for anybody else's."""
    keyring = database.keyring

    def work(tx: Tx) -> Opinion:
        return _opinion(tx, keyring, _rated(tx, keyring, telegram_id, appointment_id), about, now)

    return await database.read(work)


async def rate(
    database: Database,
    telegram_id: int,
    appointment_id: int,
    rating: int,
    now: datetime,
    about: str = VISIT,
) -> Opinion:
    """Give or change a rating. The same one again changes nothing.

    Raises NotFound for anybody else's visit and for what is no rating, NotRated, RatingClosed.
    """
    if not rules.is_rating(rating):
        raise NotFound
    keyring = database.keyring

    def work(tx: Tx) -> Opinion:
        row = _rated(tx, keyring, telegram_id, appointment_id)
        _check(row, about, now)
        given = feedback.of_visit(tx, keyring, row.id, about)
        if given is None:
            _insert(tx, row, rating, about, now)
        elif given.rating != rating:
            feedback.set_rating(tx, given, rating, row.account_id, now)
            _note(tx, row, journal.CHANGED, given.id, now)
        return _opinion(tx, keyring, row, about, now)

    return await database.write(work)


def _insert(tx: Tx, row: AppointmentRow, rating: int, about: str, now: datetime) -> None:
    ids = places.ids_of(tx, row.schedule_id)
    if ids is None:
        raise NotFound
    new = FeedbackRow(
        codes.new_id(), about, row.id, row.account_id, *ids, rating, dict.fromkeys(POINTS), now, now, "",
        CommentState.NONE, (), 0,
    )  # fmt: skip
    feedback.insert(tx, new)
    _note(tx, row, journal.CREATED, new.id, now)


def _note(tx: Tx, row: AppointmentRow, action: str, feedback_id: int, now: datetime) -> None:
    journal.note(tx, now, row.account_id, action, journal.FEEDBACK, feedback_id, row.patient_id)


async def answer(
    database: Database, telegram_id: int, appointment_id: int, point: str, value: int, now: datetime
) -> Opinion:
    """Answer one of POINTS about a visit that was rated; raises what `rate` raises."""
    if not rules.is_rating(value) or point not in POINTS:
        raise NotFound
    keyring = database.keyring

    def work(tx: Tx) -> Opinion:
        row, given = _given(tx, keyring, telegram_id, appointment_id, VISIT)
        _check(row, VISIT, now)
        if given.points[point] != value:
            feedback.set_point(tx, given.id, point, value, now)
            _note(tx, row, journal.CHANGED, given.id, now)
        return _opinion(tx, keyring, row, VISIT, now)

    return await database.write(work)


def _given(
    tx: Tx, keyring: Keyring, telegram_id: int, appointment_id: int, about: str
) -> tuple[AppointmentRow, FeedbackRow]:
    row = _rated(tx, keyring, telegram_id, appointment_id)
    given = feedback.of_visit(tx, keyring, row.id, about)
    if given is None:
        raise NotFound
    return row, given


async def comment(
    database: Database,
    telegram_id: int,
    appointment_id: int,
    text: str,
    now: datetime,
    admin_ids: Sequence[int] = (),
    about: str = VISIT,
) -> Opinion:
    """Write a comment on what was rated: shown at once, or waiting where it may name or abuse somebody.

    Each of `admin_ids` is told of one that waits, and of any on a booking, which nobody else sees. The same
    text again changes nothing. Raises what `rate` raises.
    """
    words, keyring = text.strip()[: rules.COMMENT_LENGTH], database.keyring

    def work(tx: Tx) -> Opinion:
        row, given = _given(tx, keyring, telegram_id, appointment_id, about)
        _check(row, about, now)
        if not words or words == given.comment:
            return _opinion(tx, keyring, row, about, now)
        why = () if about == BOOKING else _doubts(tx, keyring, row, words)
        state = CommentState.WAITING if why else CommentState.SHOWN
        if about == BOOKING:
            state = CommentState.PRIVATE
        feedback.set_comment(tx, keyring, given.id, words, state, why, row.account_id, now)
        _note(tx, row, journal.CHANGED, given.id, now)
        if state is not CommentState.SHOWN:
            tell(tx, keyring, given.id, REMARK if about == BOOKING else TO_CHECK, admin_ids, now)
        return _opinion(tx, keyring, row, about, now)

    return await database.write(work)


def _doubts(tx: Tx, keyring: Keyring, row: AppointmentRow, words: str) -> tuple[str, ...]:
    """Look for what tells of the patient or of whoever writes; the doctor may be named."""
    patient = people.person(tx, keyring, row.patient_id)
    author = people.person_of_account(tx, keyring, row.account_id)
    names = [one.full_name for one in (patient, author) if one is not None]
    place = places.of_schedule(tx, row.schedule_id)
    return moderation.doubts(words, names, [] if place is None else [place.doctor], read_abuse())


def tell(
    tx: Tx, keyring: Keyring, feedback_id: int, kind: str, admin_ids: Sequence[int], now: datetime
) -> None:
    """Write to each administrator about a comment; where there is none it is told once there is one."""
    for chat_id in admin_ids:
        words = {"feedback": str(feedback_id)}
        notifications.plan_to_chat(tx, keyring, chat_id, kind, CHANNEL, now, words)
    if admin_ids:
        feedback.note_told(tx, feedback_id, now)


async def take_comment_back(
    database: Database, telegram_id: int, appointment_id: int, now: datetime, about: str = VISIT
) -> Opinion:
    """Delete a comment, at any time; the rating stays. Raises NotFound for anybody else's."""
    keyring = database.keyring

    def work(tx: Tx) -> Opinion:
        row, given = _given(tx, keyring, telegram_id, appointment_id, about)
        if given.comment:
            feedback.set_comment(tx, keyring, given.id, "", CommentState.NONE, (), row.account_id, now)
            _note(tx, row, journal.CHANGED, given.id, now)
        return _opinion(tx, keyring, row, about, now)

    return await database.write(work)


async def take_back(
    database: Database, telegram_id: int, appointment_id: int, now: datetime, about: str = VISIT
) -> Opinion:
    """Delete all that was said, the rating too, at any time. Raises NotFound for anybody else's visit."""
    keyring = database.keyring

    def work(tx: Tx) -> Opinion:
        row = _rated(tx, keyring, telegram_id, appointment_id)
        given = feedback.of_visit(tx, keyring, row.id, about)
        if given is not None:
            feedback.delete(tx, given)
            _note(tx, row, journal.DELETED, given.id, now)
        return replace(_opinion(tx, keyring, row, about, now), row=None)

    return await database.write(work)
