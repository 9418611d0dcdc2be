"""Comments that everybody may read, of a doctor or of a facility: read on from the one shown last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.crypto import Keyring
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class Of:
    """Whose reviews are meant: a doctor's, or those of all doctors of a facility."""

    doctor_id: int | None = None
    facility_id: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A comment that everybody may read."""

    id: int
    rating: int
    given_at: datetime
    comment: str
    doctor: str
    """surname and initials"""

    @property
    def key(self) -> tuple[int, int]:
        """Where it stands in the list."""
        return epoch(self.given_at), self.id


_REVIEW = (
    "fb.id, fb.rating, fb.given_at, fb.comment, d.surname, d.given_name, d.patronymic"
    " FROM feedback AS fb JOIN doctor AS d ON d.id = fb.doctor_id"
)


def shown(
    tx: Tx,
    keyring: Keyring,
    of: Of,
    limit: int,
    key: tuple[int, int] | None = None,
    *,
    is_newer: bool = False,
) -> list[Review]:
    """Read the comments that follow a key, or, with `is_newer`, those before it; always the latest first."""
    column = "doctor_id" if of.facility_id is None else "facility_id"
    conditions = [f"fb.{column} = :of", "fb.state = 1", "NOT fb.is_void"]
    if key is not None:
        conditions.append(f"(fb.given_at, fb.id) {'>' if is_newer else '<'} (:key_at, :key_id)")
    order = "fb.given_at, fb.id" if is_newer else "fb.given_at DESC, fb.id DESC"
    at, number = key or (0, 0)
    rows = tx.execute(
        f"SELECT {_REVIEW} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT :limit",
        {
            "of": of.doctor_id if of.facility_id is None else of.facility_id,
            "key_at": at,
            "key_id": number,
            "limit": limit,
        },
    ).fetchall()
    found = [_review(keyring, row) for row in rows]
    return found[::-1] if is_newer else found


def _review(keyring: Keyring, row: tuple[Any, ...]) -> Review:
    number, rating, given_at, comment, surname, *names = row
    initials = " ".join(f"{part[0]}." for part in names if part)
    text = keyring.unseal(comment, f"feedback:{number}").decode()
    return Review(number, rating, instant(given_at), text, f"{surname} {initials}".strip())


def has_shown(tx: Tx, of: Of) -> bool:
    """Tell whether there is a comment that everybody may read: one index seek."""
    column = "doctor_id" if of.facility_id is None else "facility_id"
    row = tx.execute(
        f"SELECT 1 FROM feedback WHERE {column} = :of AND state = 1 AND NOT is_void LIMIT 1",  # noqa: S608
        {"of": of.doctor_id if of.facility_id is None else of.facility_id},
    ).fetchone()
    return row is not None


def key_of(tx: Tx, feedback_id: int) -> tuple[int, int] | None:
    """Find where a review stands in its list, hidden by now or not; None where it has gone."""
    row = tx.execute("SELECT given_at, id FROM feedback WHERE id = :id", {"id": feedback_id}).fetchone()
    return None if row is None else (row[0], row[1])
