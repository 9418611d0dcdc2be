"""Times offered to people in the waiting list, and what became of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.states import OfferState
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A time offered to an entry of the waiting list."""

    id: int
    waiting_id: int
    slot_id: int
    offered_at: datetime
    told_at: datetime | None
    until: datetime
    state: OfferState
    notification_id: int | None
    appointment_id: int | None
    further: tuple[int, ...] = ()
    """the slots that follow and are kept too"""

    @property
    def slots(self) -> tuple[int, ...]:
        """All slots that are kept, the first one first."""
        return (self.slot_id, *self.further)


_OFFER = (
    "id, waiting_id, slot_id, offered_at, told_at, until, state, notification_id, appointment_id, further"
)


def _row(row: tuple[Any, ...]) -> OfferRow:
    number, waiting_id, slot_id, offered, told, until, state, notification_id, appointment_id, further = row
    return OfferRow(
        number,
        waiting_id,
        slot_id,
        instant(offered),
        None if told is None else instant(told),
        instant(until),
        OfferState(state),
        notification_id,
        appointment_id,
        tuple(map(int, (further or "").split())),
    )


def insert(tx: Tx, row: OfferRow) -> None:
    """Write an offer; raises sqlite3.IntegrityError where the time, or the entry, has an open one already."""
    tx.execute(
        "INSERT INTO waiting_offer"
        " (id, waiting_id, slot_id, offered_at, told_at, until, state, notification_id, appointment_id,"
        "  further)"
        " VALUES (:id, :waiting, :slot, :offered, NULL, :until, :state, :notification, :appointment,"
        "  :further)",
        {
            "id": row.id,
            "waiting": row.waiting_id,
            "slot": row.slot_id,
            "offered": epoch(row.offered_at),
            "until": epoch(row.until),
            "state": int(row.state),
            "notification": row.notification_id,
            "appointment": row.appointment_id,
            "further": " ".join(map(str, row.further)) or None,
        },
    )


def by_id(tx: Tx, offer_id: int) -> OfferRow | None:
    """Read an offer; whose it is is the caller's to ask."""
    row = tx.execute(f"SELECT {_OFFER} FROM waiting_offer WHERE id = :id", {"id": offer_id}).fetchone()
    return row and _row(row)


def open_of(tx: Tx, waiting_id: int) -> OfferRow | None:
    """Read the open offer of an entry."""
    row = tx.execute(
        f"SELECT {_OFFER} FROM waiting_offer WHERE waiting_id = :id AND state = 0",
        {"id": waiting_id},
    ).fetchone()
    return row and _row(row)


def note_told(tx: Tx, offer_id: int, now: datetime, until: datetime) -> None:
    """Note that it is being told, and until when it is kept for them from now on."""
    tx.execute(
        "UPDATE waiting_offer SET told_at = :now, until = :until WHERE id = :id AND told_at IS NULL",
        {"now": epoch(now), "until": epoch(until), "id": offer_id},
    )


def end(tx: Tx, offer_id: int, state: OfferState, appointment_id: int | None = None) -> None:
    """End an open offer."""
    tx.execute(
        "UPDATE waiting_offer SET state = :state, appointment_id = :appointment WHERE id = :id AND state = 0",
        {"state": int(state), "appointment": appointment_id, "id": offer_id},
    )


def missed_since(tx: Tx, waiting_id: int, since: datetime) -> int:
    """Count how many offers an entry has missed since then."""
    row = tx.execute(
        "SELECT COUNT(*) FROM waiting_offer"
        " WHERE waiting_id = :id AND state = :missed AND offered_at > :since",
        {"id": waiting_id, "missed": int(OfferState.MISSED), "since": epoch(since)},
    ).fetchone()
    return int(row[0])


def delete(tx: Tx, waiting_id: int) -> None:
    """Delete all offers of an entry."""
    tx.execute("DELETE FROM waiting_offer WHERE waiting_id = :id", {"id": waiting_id})


@dataclass(frozen=True, slots=True)
class DueOffer:
    """An offer whose time is over; `is_untried` while nobody has tried to tell it."""

    row: OfferRow
    is_untried: bool
    starts_at: datetime


def due(tx: Tx, now: datetime, limit: int) -> list[DueOffer]:
    """Read the open offers whose time is over, the oldest first."""
    rows = tx.execute(
        f"SELECT {', '.join('o.' + name for name in _OFFER.split(', '))},"
        " o.told_at IS NULL AND coalesce(n.state, 2) = 1, sl.starts_at FROM waiting_offer AS o"
        " JOIN slot AS sl ON sl.id = o.slot_id LEFT JOIN notification AS n ON n.id = o.notification_id"
        " WHERE o.state = 0 AND o.until <= :now ORDER BY o.until LIMIT :limit",
        {"now": epoch(now), "limit": limit},
    ).fetchall()
    return [DueOffer(_row(row[:-2]), bool(row[-2]), instant(row[-1])) for row in rows]
