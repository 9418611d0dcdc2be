"""Somebody who has been at the doctors of the demo before: past visits with what came out of them.

Rows like any other, written for one patient whom whoever calls has registered; again nothing is added.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage import outcomes, visit_files
from storage.crypto import Keyring
from storage.states import AppointmentStatus, SlotStatus
from storage.types import Tx, epoch
from storage.visit_files import VisitFileRow

TOWN = "Калининград"
NUMBERS = ("4821093715", "4821093728", "4821093731", "4821093744")


@dataclass(frozen=True, slots=True)
class _Past:
    days_ago: int
    at: time
    specialty: str
    status: AppointmentStatus
    words: Mapping[str, str] = field(default_factory=dict)
    file: str = ""


_VISITS = (
    _Past(
        12,
        time(10, 20),
        "therapist",
        AppointmentStatus.FULFILLED,
        {
            "purpose": "Кашель и температура",
            outcomes.RESULT: "ОРВИ лёгкого течения. Лёгкие чистые, температура 37,4, давление 125/80.",
            outcomes.RECOMMENDATIONS: "Больше пить, спать, проветривать комнату. При температуре выше 38,5"
            " принять парацетамол. Если через пять дней не станет лучше, запишитесь снова.",
        },
        "общий анализ крови.pdf",
    ),
    _Past(
        41,
        time(9, 40),
        "cardiologist",
        AppointmentStatus.FULFILLED,
        {
            outcomes.RESULT: "Артериальная гипертензия I степени, риск 2. Ритм синусовый, 72 удара в минуту,"
            " границы сердца не изменены. На ЭКГ без очаговых изменений. Отёков нет. По дневнику давления за"
            " две недели утром 130–145 на 80–90, вечером 125–135 на 75–85. Самочувствие хорошее, одышки при"
            " подъёме на третий этаж нет, боли в груди не беспокоят.",
            outcomes.RECOMMENDATIONS: "1. Измерять давление утром и вечером, записывать в дневник.\n"
            "2. Меньше соли: до одной чайной ложки в день вместе с готовой едой.\n"
            "3. Ходить пешком по полчаса пять дней в неделю.\n"
            "4. Таблетки принимать утром, в одно и то же время, не пропускать.\n"
            "5. Через три месяца сдать анализ на холестерин и прийти с дневником.\n"
            "Если давление выше 180 на 110 или появилась боль в груди, звоните 103.",
        },
    ),
    _Past(75, time(11, 0), "ophthalmologist", AppointmentStatus.NOSHOW),
    _Past(6, time(12, 0), "therapist", AppointmentStatus.BOOKED, {"purpose": "Продлить рецепт"}),
)
"""The last of them nobody has spoken of yet."""


def give(
    tx: Tx, keyring: Keyring, patient_id: int, account_id: int, now: datetime, file: bytes
) -> int | None:
    """Write the visits, each with a doctor of the demo in its town; `file` goes with one of the results.

    Returns the visit that has it, where that is new.
    """
    with_file = None
    for number, past in zip(NUMBERS, _VISITS, strict=True):
        row = tx.execute(
            "SELECT sc.id, f.timezone FROM facility AS f JOIN schedule AS sc ON sc.facility_id = f.id"
            " JOIN specialty AS sp ON sp.id = sc.specialty_id"
            " WHERE f.is_demo AND f.town = :town AND sp.code = :specialty ORDER BY sc.id LIMIT 1",
            {"town": TOWN, "specialty": past.specialty},
        ).fetchone()
        known = tx.execute("SELECT 1 FROM appointment WHERE number = :number", {"number": number}).fetchone()
        if row is None or known is not None:
            continue
        schedule_id, timezone = row
        starts_at = _starts_at(past, ZoneInfo(timezone), now)
        visit_id = _id(f"{number} visit")
        _insert(tx, keyring, visit_id, number, patient_id, account_id, schedule_id, starts_at, past)
        if past.file:
            new = VisitFileRow(
                _id(f"{number} file"), visit_id, "application/pdf", len(file), past.file,
                hashlib.sha256(file).hexdigest(), 0, starts_at + timedelta(hours=6),
            )  # fmt: skip
            visit_files.insert(tx, keyring, new, file)
            with_file = visit_id
    return with_file


def _starts_at(past: _Past, zone: ZoneInfo, now: datetime) -> datetime:
    """Find the workday on which it was, or the one before."""
    day = now.astimezone(zone).date() - timedelta(days=past.days_ago)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return datetime.combine(day, past.at, zone)


def _insert(
    tx: Tx,
    keyring: Keyring,
    visit_id: int,
    number: str,
    patient_id: int,
    account_id: int,
    schedule_id: int,
    starts_at: datetime,
    past: _Past,
) -> None:
    at, minutes = epoch(starts_at), 20
    tx.execute(
        "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (:schedule, :at, :minutes, :busy)"
        " ON CONFLICT DO NOTHING",
        {"schedule": schedule_id, "at": at, "minutes": minutes, "busy": int(SlotStatus.BUSY)},
    )
    tx.execute(
        "INSERT INTO appointment (id, number, ticket_code, patient_id, slot_id, status, starts_at, ends_at,"
        " first_starts_at, queue_number, sequence, booked_at, is_barred, booked_by, schedule_id)"
        " SELECT :id, :number, :code, :patient, id, :status, starts_at, starts_at + 60 * minutes, starts_at,"
        " 3, 0, starts_at - 345600, 0, :account, schedule_id FROM slot"
        " WHERE schedule_id = :schedule AND starts_at = :at",
        {
            "id": visit_id,
            "number": number,
            "code": hashlib.blake2b(f"{number} ticket".encode(), digest_size=10).hexdigest(),
            "patient": patient_id,
            "account": account_id,
            "status": int(past.status),
            "schedule": schedule_id,
            "at": at,
        },
    )
    outcomes.set_words(tx, keyring, visit_id, dict(past.words))


def _id(key: str) -> int:
    """Make the same number of the same key, as large as random ones are."""
    return (int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big") >> 2) + 1
