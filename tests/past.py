"""Visits of long ago, as many as a test wants, written by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage.states import AppointmentStatus
from storage.types import epoch
from tests.world import CHEKHOV, World

TOOK_PLACE, CANCELLED, MISSED, BOOKED = (
    AppointmentStatus.FULFILLED,
    AppointmentStatus.CANCELLED,
    AppointmentStatus.NOSHOW,
    AppointmentStatus.BOOKED,
)
_FIRST = 5_000_000_000


async def past_visit(
    world: World,
    patient_id: int,
    starts_at: datetime,
    schedule: int = CHEKHOV,
    status: AppointmentStatus = TOOK_PLACE,
) -> int:
    """Write one visit; returns its id."""
    return (await past_visits(world, [(patient_id, starts_at, schedule, status)]))[0]


async def past_visits(
    world: World, wanted: Sequence[tuple[int, datetime, int, AppointmentStatus]]
) -> list[int]:
    """Write visits of half an hour: patient, beginning, schedule, status; returns their ids."""

    def work(tx) -> list[int]:
        (taken,) = tx.execute("SELECT count(*) FROM appointment").fetchone()
        ids = [_FIRST + taken + number for number in range(len(wanted))]
        tx.executemany(
            "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (?, ?, 30, 2)"
            " ON CONFLICT DO NOTHING",
            [(schedule, epoch(at)) for _, at, schedule, _ in wanted],
        )
        tx.executemany(
            "INSERT INTO appointment (id, number, ticket_code, patient_id, slot_id, status, starts_at,"
            " ends_at, first_starts_at, queue_number, sequence, booked_at, cancelled_at, is_barred,"
            " schedule_id)"
            " SELECT :id, :number, :code, :patient, id, :status, starts_at, starts_at + 1800, starts_at,"
            " 1, 0, starts_at - 86400, :cancelled, 0, schedule_id FROM slot WHERE schedule_id = :schedule"
            " AND starts_at = :at",
            [
                {
                    "id": number,
                    "number": f"{number:010}",
                    "code": f"old{number}",
                    "patient": patient,
                    "status": int(status),
                    "schedule": schedule,
                    "at": epoch(at),
                    "cancelled": epoch(at - timedelta(hours=30)) if status == CANCELLED else None,
                }
                for number, (patient, at, schedule, status) in zip(ids, wanted, strict=True)
            ],
        )
        return ids

    return await world.database.write(work)
