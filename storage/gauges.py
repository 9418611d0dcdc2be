"""How much of what there is, for the operator's board: counts by index, all of them in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from storage.types import Tx, epoch, instant

COUNTED = 10_000
"""Where there is more of something, so many are counted: looking must not hold up those who are served."""


@dataclass(frozen=True, slots=True)
class Due:
    """Messages of a channel and kind that ought to have been sent by now."""

    channel: str
    kind: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Gauges:
    """The store at an instant."""

    inbox_waiting: int
    inbox_oldest: datetime | None
    due: tuple[Due, ...]
    holds: int
    waiting: int
    """live entries of the waiting list"""
    open_offers: int


def read(tx: Tx, now: datetime) -> Gauges:
    """Read all of them."""
    at = {"now": epoch(now), "most": COUNTED}
    updates, oldest = tx.execute(
        "SELECT count(*), min(received_at) FROM (SELECT received_at FROM inbox WHERE state = 1 LIMIT :most)",
        at,
    ).fetchone()
    due = tx.execute(
        "SELECT channel, kind, count(*), min(due_at) FROM (SELECT channel, kind, due_at FROM notification"
        " WHERE state = 1 AND due_at <= :now ORDER BY due_at LIMIT :most) GROUP BY channel, kind",
        at,
    ).fetchall()
    (holds,) = tx.execute(
        "SELECT count(*) FROM (SELECT 1 FROM hold WHERE expires_at > :now LIMIT :most)", at
    ).fetchone()
    (waiting,) = tx.execute(
        "SELECT count(*) FROM (SELECT 1 FROM waiting WHERE state < 2 AND ends_at > :now LIMIT :most)", at
    ).fetchone()
    (offers,) = tx.execute(
        "SELECT count(*) FROM (SELECT 1 FROM waiting_offer WHERE state = 0 AND until > :now LIMIT :most)", at
    ).fetchone()
    return Gauges(
        updates,
        None if oldest is None else instant(oldest),
        tuple(Due(channel, kind, count, instant(first)) for channel, kind, count, first in due),
        holds,
        waiting,
        offers,
    )


@dataclass(frozen=True, slots=True)
class Marks:
    """How far what only grows has been counted."""

    journal: int
    offers: int


def marks(tx: Tx) -> Marks:
    """Read where counting begins."""
    (entry,) = tx.execute("SELECT max(id) FROM journal").fetchone()
    (offer,) = tx.execute("SELECT max(id) FROM waiting_offer").fetchone()
    return Marks(entry or 0, offer or 0)


def entries_between(tx: Tx, after: Marks, until: Marks) -> list[tuple[str, str, int]]:
    """Count the journal's entries between two marks by action and record."""
    return tx.execute(
        "SELECT action, record, count(*) FROM journal WHERE id > :after AND id <= :until"
        " GROUP BY action, record",
        {"after": after.journal, "until": until.journal},
    ).fetchall()


def offers_between(tx: Tx, after: Marks, until: Marks) -> int:
    """Count the offers of the waiting list that were made between two marks."""
    (count,) = tx.execute(
        "SELECT count(*) FROM waiting_offer WHERE id > :after AND id <= :until",
        {"after": after.offers, "until": until.offers},
    ).fetchone()
    return int(count)
