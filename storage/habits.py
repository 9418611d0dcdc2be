"""What an account's bookings were: with whom, where, when; the latest booked first."""

from dataclasses import dataclass
from datetime import datetime

from storage.states import AppointmentStatus
from storage.types import Tx, instant


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking of one of an account's patients, whatever became of it."""

    patient_id: int
    schedule_id: int
    facility_id: int
    service_id: int | None
    starts_at: datetime
    timezone: str
    status: AppointmentStatus


def recent(tx: Tx, account_id: int, patient_id: int | None, limit: int) -> list[Booked]:
    """Read the latest bookings of all of an account's patients, or of one of them."""
    of_one = "" if patient_id is None else " AND c.patient_id = :patient"
    rows = tx.execute(
        "SELECT a.patient_id, sl.schedule_id, sc.facility_id, a.service_id, a.starts_at, f.timezone, a.status"  # noqa: S608
        " FROM care AS c JOIN appointment AS a ON a.patient_id = c.patient_id"
        " JOIN slot AS sl ON sl.id = a.slot_id JOIN schedule AS sc ON sc.id = sl.schedule_id"
        f" JOIN facility AS f ON f.id = sc.facility_id WHERE c.account_id = :account{of_one}"
        " ORDER BY a.booked_at DESC, a.starts_at DESC LIMIT :limit",
        {
            "account": account_id,
            "limit": limit,
            **({} if patient_id is None else {"patient": patient_id}),
        },
    ).fetchall()
    return [
        Booked(row[0], row[1], row[2], row[3], instant(row[4]), row[5], AppointmentStatus(row[6]))
        for row in rows
    ]
