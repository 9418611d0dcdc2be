"""Ratings and comments. Those of visits are summed up with doctor and facility by whatever writes them here.

The sums are `rating_sum` and `rating_count` of both tables: lists are put in order by them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.crypto import Keyring
from storage.states import CommentState
from storage.types import Tx, epoch, instant

VISIT, BOOKING = "visit", "booking"
POINTS = ("timely", "information", "convenience", "notifications", "protection")
"""What else is asked of a visit, in this order (seed 6.2); the columns have these names."""


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """What somebody thinks of a visit or a booking; the comment is opened."""

    id: int
    about: str
    appointment_id: int | None
    account_id: int | None
    doctor_id: int
    facility_id: int
    rating: int
    points: dict[str, int | None]
    """answers by the names of POINTS"""
    given_at: datetime
    changed_at: datetime
    comment: str
    state: CommentState
    doubts: tuple[str, ...]
    revision: int
    is_void: bool = False
    """the clinic says that nobody came: it does not count"""

    @property
    def key(self) -> tuple[int, int]:
        """Where it stands among the reviews of its doctor."""
        return epoch(self.given_at), self.id


_FEEDBACK = (
    "fb.id, fb.about, fb.appointment_id, fb.account_id, fb.doctor_id, fb.facility_id, fb.rating,"
    f" {', '.join('fb.' + name for name in POINTS)}, fb.given_at, fb.changed_at, fb.comment, fb.state,"
    " fb.doubts, fb.revision, fb.is_void FROM feedback AS fb"
)


def _opened(keyring: Keyring, row: tuple[Any, ...]) -> FeedbackRow:
    points, (given_at, changed_at, comment, state, doubts, revision, is_void) = row[7:12], row[12:]
    values: list[Any] = [
        *row[:7],
        dict(zip(POINTS, points, strict=True)),
        instant(given_at),
        instant(changed_at),
        "" if comment is None else keyring.unseal(comment, f"feedback:{row[0]}").decode(),
        CommentState(state),
        tuple(doubts.split()),
        revision,
        bool(is_void),
    ]
    return FeedbackRow(*values)


def by_id(tx: Tx, keyring: Keyring, feedback_id: int) -> FeedbackRow | None:
    """Read one; whose it is is the caller's to ask."""
    row = tx.execute(f"SELECT {_FEEDBACK} WHERE fb.id = :id", {"id": feedback_id}).fetchone()
    return row and _opened(keyring, row)


def of_visit(tx: Tx, keyring: Keyring, appointment_id: int, about: str = VISIT) -> FeedbackRow | None:
    """Read what was said of a visit, or of its booking; whose it is is the caller's to ask."""
    row = tx.execute(
        f"SELECT {_FEEDBACK} WHERE fb.appointment_id = :visit AND fb.about = :about",
        {"visit": appointment_id, "about": about},
    ).fetchone()
    return row and _opened(keyring, row)


def of_patient(tx: Tx, keyring: Keyring, patient_id: int) -> list[FeedbackRow]:
    """Read all that was said of a patient's visits, the earliest visit first."""
    rows = tx.execute(
        f"SELECT {_FEEDBACK} JOIN appointment AS a ON a.id = fb.appointment_id"
        " WHERE a.patient_id = :patient ORDER BY a.starts_at, a.id, fb.about",
        {"patient": patient_id},
    ).fetchall()
    return [_opened(keyring, row) for row in rows]


def booked_since(tx: Tx, account_id: int, except_id: int, since: datetime) -> bool:
    """Tell whether an account booked another visit since an instant."""
    row = tx.execute(
        "SELECT 1 FROM care AS c JOIN appointment AS a ON a.patient_id = c.patient_id"
        " WHERE c.account_id = :account AND a.starts_at > :since AND a.booked_at > :since"
        " AND a.booked_by = :account AND a.id <> :except LIMIT 1",
        {"account": account_id, "since": epoch(since), "except": except_id},
    ).fetchone()
    return row is not None


def rated_since(tx: Tx, account_id: int, doctor_id: int, since: datetime) -> bool:
    """Tell whether an account has rated a doctor since an instant."""
    row = tx.execute(
        "SELECT 1 FROM feedback WHERE account_id = :account AND doctor_id = :doctor AND about = 'visit'"
        " AND given_at > :since AND NOT is_void LIMIT 1",
        {"account": account_id, "doctor": doctor_id, "since": epoch(since)},
    ).fetchone()
    return row is not None


# --- writing


def insert(tx: Tx, row: FeedbackRow) -> None:
    """Write a new rating, without a comment yet."""
    tx.execute(
        "INSERT INTO feedback (id, about, appointment_id, account_id, doctor_id, facility_id, rating,"
        " given_at, changed_at, state, doubts, revision)"
        " VALUES (:id, :about, :visit, :account, :doctor, :facility, :rating, :now, :now, 0, '', 0)",
        {
            "id": row.id,
            "about": row.about,
            "visit": row.appointment_id,
            "account": row.account_id,
            "doctor": row.doctor_id,
            "facility": row.facility_id,
            "rating": row.rating,
            "now": epoch(row.given_at),
        },
    )
    _count(tx, row, row.rating, 1)


def set_rating(tx: Tx, row: FeedbackRow, rating: int, account_id: int, now: datetime) -> None:
    """Change a rating."""
    tx.execute(
        "UPDATE feedback SET rating = :rating, account_id = :account, changed_at = :now WHERE id = :id",
        {"rating": rating, "account": account_id, "now": epoch(now), "id": row.id},
    )
    _count(tx, row, rating - row.rating, 0)


def delete(tx: Tx, row: FeedbackRow) -> None:
    """Delete all that was said, the rating too."""
    tx.execute("DELETE FROM feedback WHERE id = :id", {"id": row.id})
    if not row.is_void:
        _count(tx, row, -row.rating, -1)


def set_void(tx: Tx, row: FeedbackRow, *, is_void: bool) -> None:
    """Let a rating count for nothing, its words be shown to nobody; or let both be as before."""
    if row.is_void == is_void:
        return
    tx.execute("UPDATE feedback SET is_void = :void WHERE id = :id", {"void": int(is_void), "id": row.id})
    sign = -1 if is_void else 1
    _count(tx, row, sign * row.rating, sign)


def _count(tx: Tx, row: FeedbackRow, points: int, count: int) -> None:
    """Add to the sums of doctor and facility; the booking of a visit is not the doctor's doing."""
    if row.about != VISIT or not (points or count):
        return
    for table, number in (("doctor", row.doctor_id), ("facility", row.facility_id)):
        tx.execute(
            f"UPDATE {table} SET rating_sum = rating_sum + :points, rating_count = rating_count + :count"  # noqa: S608
            " WHERE id = :id",
            {"points": points, "count": count, "id": number},
        )


def set_point(tx: Tx, feedback_id: int, point: str, value: int | None, now: datetime) -> None:
    """Write the answer to one of POINTS; raises ValueError for any other."""
    POINTS.index(point)
    tx.execute(
        f"UPDATE feedback SET {point} = :value, changed_at = :now WHERE id = :id",  # noqa: S608
        {"value": value, "now": epoch(now), "id": feedback_id},
    )


def set_comment(
    tx: Tx,
    keyring: Keyring,
    feedback_id: int,
    comment: str,
    state: CommentState,
    doubts: tuple[str, ...],
    account_id: int,
    now: datetime,
) -> None:
    """Write a comment anew, or (empty) take it away."""
    sealed = keyring.seal(comment.encode(), f"feedback:{feedback_id}") if comment else None
    tx.execute(
        "UPDATE feedback SET comment = :comment, state = :state, doubts = :doubts, account_id = :account,"
        " revision = revision + 1, told_at = NULL, changed_at = :now WHERE id = :id",
        {
            "comment": sealed,
            "state": int(state),
            "doubts": " ".join(doubts),
            "account": account_id,
            "now": epoch(now),
            "id": feedback_id,
        },
    )


def set_state(tx: Tx, feedback_id: int, state: CommentState) -> None:
    """Let a comment be shown, or not."""
    tx.execute("UPDATE feedback SET state = :state WHERE id = :id", {"state": int(state), "id": feedback_id})


def waiting(tx: Tx, after: tuple[int, int], limit: int) -> list[tuple[int, int]]:
    """Find comments that wait to be checked, the oldest first: when they were written, and their ids.

    Those after the named one, in epoch seconds as well.
    """
    rows = tx.execute(
        "SELECT changed_at, id FROM feedback WHERE state = 2 AND (changed_at, id) > (:at, :id)"
        " ORDER BY changed_at, id LIMIT :limit",
        {"at": after[0], "id": after[1], "limit": limit},
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def count_waiting(tx: Tx, most: int) -> int:
    """Count the comments that wait to be checked, up to so many."""
    row = tx.execute(
        "SELECT count(*) FROM (SELECT 1 FROM feedback WHERE state = 2 AND changed_at > 0 LIMIT :most)",
        {"most": most},
    ).fetchone()
    return int(row[0])


def untold(tx: Tx, limit: int) -> list[int]:
    """Find comments that wait and of which no administrator knows."""
    rows = tx.execute(
        "SELECT id FROM feedback WHERE state = 2 AND told_at IS NULL ORDER BY id LIMIT :limit",
        {"limit": limit},
    ).fetchall()
    return [row[0] for row in rows]


def note_told(tx: Tx, feedback_id: int, now: datetime) -> None:
    """Note that the administrators are told of a comment."""
    tx.execute("UPDATE feedback SET told_at = :now WHERE id = :id", {"now": epoch(now), "id": feedback_id})


# --- forgetting who said it


def forget_patient(tx: Tx, patient_id: int) -> None:
    """Delete the comments on a patient's visits; ratings stay as numbers that nobody gave."""
    tx.execute(
        "UPDATE feedback SET comment = NULL, state = 0, doubts = '', account_id = NULL, told_at = NULL"
        " WHERE appointment_id IN (SELECT id FROM appointment WHERE patient_id = :patient)",
        {"patient": patient_id},
    )


def forget_account(tx: Tx, account_id: int) -> None:
    """Delete the comments that an account wrote; ratings stay as numbers that nobody gave."""
    tx.execute(
        "UPDATE feedback SET comment = NULL, state = 0, doubts = '', account_id = NULL, told_at = NULL"
        " WHERE account_id = :account",
        {"account": account_id},
    )
