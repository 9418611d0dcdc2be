"""Times that follow one another without a gap: what a service longer than one time takes.

The first of them is where holds and appointments hang; the further ones stand in tables of their own.
"""

from collections.abc import Sequence

from storage.states import SlotStatus
from storage.times import SlotRow, take
from storage.types import Tx, epoch, instant


def run(tx: Tx, first: SlotRow, minutes: int) -> list[SlotRow]:
    """Read the times that a service of so many minutes takes from `first` on, free or not.

    Empty where the doctor's times leave a gap or end before.
    """
    if minutes <= first.minutes:
        return [first]
    rows = tx.execute(
        "SELECT id, schedule_id, starts_at, minutes, status FROM slot WHERE schedule_id = :schedule"
        " AND starts_at > :after AND starts_at < :before ORDER BY starts_at",
        {
            "schedule": first.schedule_id,
            "after": epoch(first.starts_at),
            "before": epoch(first.starts_at) + 60 * minutes,
        },
    ).fetchall()
    found = [first]
    for row in rows:
        following = SlotRow(row[0], row[1], instant(row[2]), row[3], SlotStatus(row[4]))
        if following.starts_at != found[-1].ends_at:
            if following.status is SlotStatus.UNAVAILABLE:
                continue  # of a timetable that holds no more
            return []
        found.append(following)
    is_long_enough = epoch(found[-1].ends_at) >= epoch(first.starts_at) + 60 * minutes
    return found if is_long_enough else []


def take_all(tx: Tx, slots: Sequence[SlotRow], status: SlotStatus) -> bool:
    """Turn free times into taken ones; False, with some of them taken, when one was not free."""
    return all(take(tx, slot.id, status, from_status=SlotStatus.FREE) for slot in slots)


def keep(tx: Tx, telegram_id: int, further: Sequence[SlotRow]) -> None:
    """Note the further times of a hold."""
    for slot in further:
        tx.execute(
            "INSERT INTO held_slot (slot_id, telegram_id) VALUES (:slot, :chat)",
            {"slot": slot.id, "chat": telegram_id},
        )


def kept(tx: Tx, telegram_id: int) -> set[int]:
    """Read the further times of a chat's hold."""
    rows = tx.execute("SELECT slot_id FROM held_slot WHERE telegram_id = :chat", {"chat": telegram_id})
    return {row[0] for row in rows.fetchall()}


def free_kept(tx: Tx, telegram_id: int) -> list[int]:
    """Give the further times of a hold back to everybody; returns them."""
    rows = tx.execute(
        "DELETE FROM held_slot WHERE telegram_id = :chat RETURNING slot_id", {"chat": telegram_id}
    ).fetchall()
    for (slot_id,) in rows:
        take(tx, slot_id, SlotStatus.FREE, from_status=SlotStatus.TENTATIVE)
    return [row[0] for row in rows]


def add(tx: Tx, appointment_id: int, further: Sequence[SlotRow]) -> None:
    """Note the further times of a visit; raises sqlite3.IntegrityError when one is another visit's."""
    for slot in further:
        tx.execute(
            "INSERT INTO appointment_slot (slot_id, appointment_id) VALUES (:slot, :appointment)",
            {"slot": slot.id, "appointment": appointment_id},
        )


def free_all(tx: Tx, appointment_id: int, first_id: int) -> list[int]:
    """Give all the times of a visit that was live back to everybody; returns them, the first one first."""
    rows = tx.execute(
        "DELETE FROM appointment_slot WHERE appointment_id = :appointment RETURNING slot_id",
        {"appointment": appointment_id},
    ).fetchall()
    found = [first_id, *(row[0] for row in rows)]
    for slot_id in found:
        take(tx, slot_id, SlotStatus.FREE, from_status=SlotStatus.BUSY)
    return found
