"""Appointments: reading those of an account, writing each change of state."""

from dataclasses import dataclass, field
from datetime import datetime

from storage import places, services
from storage.crypto import Keyring
from storage.people import SELF, Person, person_of_account, unsealed_person
from storage.places import Place
from storage.services import ServiceRow
from storage.states import AppointmentStatus
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """A visit as an account sees it that acts for its patient; `words` are the patient's own, opened.

    `account_id`, `telegram_id` and `language` are of the account that looks, or that a message goes to.
    """

    id: int
    number: str
    ticket_code: str
    patient_id: int
    account_id: int
    telegram_id: int
    language: str
    slot_id: int
    schedule_id: int
    status: AppointmentStatus
    starts_at: datetime
    ends_at: datetime
    first_starts_at: datetime
    queue_number: int
    sequence: int
    booked_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None
    booked_by: int | None
    changed_by: int | None
    words: dict[str, str]
    relation: str = SELF
    """what the patient is to that account"""
    service_id: int | None = None


@dataclass(frozen=True, slots=True)
class Doer:
    """Who had a hand in a visit, as a family speaks of them: «Анна С.»."""

    name: str
    sex: str
    """for the ending of the verb; empty where it is not known"""


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment with everything a card says about it."""

    appointment: AppointmentRow
    place: Place
    person: Person
    booked_by: Doer | None = None
    """who booked it, where that was somebody else than the account that looks"""
    changed_by: Doer | None = None
    """who moved or cancelled it last, likewise"""
    service: ServiceRow | None = None
    """what it is for; None where the specialty lists no services"""
    has_reminder: bool | None = field(default=None, compare=False)
    """whether the account that looks will be reminded; None: it was not booked this moment, ask the rows"""


APPOINTMENT = """
    a.id, a.number, a.ticket_code, a.patient_id, c.account_id, acc.telegram_id, acc.language, a.slot_id,
    sl.schedule_id, a.status, a.starts_at, a.ends_at, a.first_starts_at, a.queue_number, a.sequence,
    a.booked_at, a.confirmed_at, a.cancelled_at, a.booked_by, a.changed_by, a.words, c.relation,
    a.service_id
    FROM appointment AS a JOIN care AS c ON c.patient_id = a.patient_id
    JOIN account AS acc ON acc.id = c.account_id JOIN slot AS sl ON sl.id = a.slot_id
"""


def opened(keyring: Keyring, row: tuple[object, ...]) -> AppointmentRow:
    """Read a row of APPOINTMENT."""
    values = list(row)
    values[9] = AppointmentStatus(values[9])  # type: ignore[arg-type]
    for position in (10, 11, 12, 15, 16, 17):
        seconds = values[position]
        values[position] = None if seconds is None else instant(seconds)  # type: ignore[arg-type]
    values[20] = opened_words(keyring, values[0], values[20])  # type: ignore[arg-type]
    return AppointmentRow(*values)  # type: ignore[arg-type]


def opened_words(keyring: Keyring, appointment_id: int, sealed: bytes | None) -> dict[str, str]:
    """Open what was written of a visit by whoever booked it and by the clinic."""
    return {} if sealed is None else keyring.unseal_json(sealed, f"appointment:{appointment_id}")


def of_account(tx: Tx, keyring: Keyring, appointment_id: int, account_id: int) -> AppointmentRow | None:
    """Read an appointment if it belongs to this account; someone else's is as if it were not there."""
    row = tx.execute(
        f"SELECT {APPOINTMENT} WHERE a.id = :id AND c.account_id = :account",
        {"id": appointment_id, "account": account_id},
    ).fetchone()
    return row and opened(keyring, row)


def id_by_ticket(tx: Tx, ticket_code: str) -> int | None:
    """Find the visit whose present ticket has that code."""
    row = tx.execute("SELECT id FROM appointment WHERE ticket_code = :code", {"code": ticket_code}).fetchone()
    return None if row is None else int(row[0])


def live_on_slot(tx: Tx, keyring: Keyring, slot_id: int, account_id: int) -> AppointmentRow | None:
    """Read the appointment that has this time now, if this account acts for its patient."""
    row = tx.execute(
        f"SELECT {APPOINTMENT} WHERE a.slot_id = :slot AND a.status IN (1, 2) AND c.account_id = :account",
        {"slot": slot_id, "account": account_id},
    ).fetchone()
    return row and opened(keyring, row)


def coming(
    tx: Tx,
    keyring: Keyring,
    account_id: int,
    now: datetime,
    offset: int,
    limit: int,
    patient_id: int | None = None,
) -> list[AppointmentRow]:
    """Read the visits of an account that are still to end, of all its patients or of one, nearest first."""
    of_one = "" if patient_id is None else " AND c.patient_id = :patient"
    rows = tx.execute(
        f"SELECT {APPOINTMENT} WHERE c.account_id = :account{of_one} AND a.status IN (1, 2)"
        " AND a.ends_at > :now ORDER BY a.starts_at, a.id LIMIT :limit OFFSET :offset",
        {
            "account": account_id,
            "now": epoch(now),
            "limit": limit,
            "offset": offset,
            **({} if patient_id is None else {"patient": patient_id}),
        },
    ).fetchall()
    return [opened(keyring, row) for row in rows]


def has_coming(tx: Tx, patient_id: int, now: datetime) -> bool:
    """Tell whether a patient has a visit that is still to end."""
    row = tx.execute(
        "SELECT 1 FROM appointment WHERE patient_id = :patient AND status IN (1, 2) AND ends_at > :now"
        " LIMIT 1",
        {"patient": patient_id, "now": epoch(now)},
    ).fetchone()
    return row is not None


def of_patient(tx: Tx, keyring: Keyring, patient_id: int, account_id: int) -> list[AppointmentRow]:
    """Read all visits of a patient, those that are over too, if this account acts for them."""
    rows = tx.execute(
        f"SELECT {APPOINTMENT} WHERE a.patient_id = :patient AND c.account_id = :account"
        " ORDER BY a.starts_at, a.id",
        {"patient": patient_id, "account": account_id},
    ).fetchall()
    return [opened(keyring, row) for row in rows]


def moved(tx: Tx, keyring: Keyring, account_id: int) -> list[AppointmentRow]:
    """Read the visits of an account that were ever moved, the latest first."""
    rows = tx.execute(
        f"SELECT {APPOINTMENT} WHERE c.account_id = :account AND a.sequence > 0 AND a.words IS NOT NULL"
        " ORDER BY a.starts_at DESC LIMIT 100",
        {"account": account_id},
    ).fetchall()
    return [opened(keyring, row) for row in rows]


def schedule_and_patient(tx: Tx, appointment_id: int) -> tuple[int, int] | None:
    """Read the schedule and the patient of a visit."""
    row = tx.execute(
        "SELECT sl.schedule_id, a.patient_id FROM appointment AS a JOIN slot AS sl ON sl.id = a.slot_id"
        " WHERE a.id = :id",
        {"id": appointment_id},
    ).fetchone()
    return None if row is None else (row[0], row[1])


def whose(tx: Tx, appointment_id: int) -> int | None:
    """Read which patient's a visit is."""
    row = tx.execute("SELECT patient_id FROM appointment WHERE id = :id", {"id": appointment_id}).fetchone()
    return None if row is None else int(row[0])


def service_of(tx: Tx, appointment_id: int) -> int | None:
    """Read what a visit is for."""
    row = tx.execute("SELECT service_id FROM appointment WHERE id = :id", {"id": appointment_id}).fetchone()
    return None if row is None else row[0]


def first_starts_at(tx: Tx, appointment_id: int) -> datetime | None:
    """Read when a visit was first booked for."""
    row = tx.execute(
        "SELECT first_starts_at FROM appointment WHERE id = :id", {"id": appointment_id}
    ).fetchone()
    return None if row is None else instant(row[0])


def last_schedule(tx: Tx, account_id: int) -> int | None:
    """Find with whom an account booked last, whatever became of that visit."""
    row = tx.execute(
        "SELECT sl.schedule_id FROM care AS c JOIN appointment AS a ON a.patient_id = c.patient_id"
        " JOIN slot AS sl ON sl.id = a.slot_id WHERE c.account_id = :account"
        " ORDER BY a.booked_at DESC, a.starts_at DESC LIMIT 1",
        {"account": account_id},
    ).fetchone()
    return None if row is None else int(row[0])


def has_number(tx: Tx, number: str) -> bool:
    """Tell whether a number has been given out already."""
    row = tx.execute("SELECT 1 FROM appointment WHERE number = :number", {"number": number}).fetchone()
    return row is not None


def insert(tx: Tx, keyring: Keyring, row: AppointmentRow) -> None:
    """Write a new appointment; raises sqlite3.IntegrityError when its time has one already."""
    tx.execute(
        "INSERT INTO appointment (id, number, ticket_code, patient_id, slot_id, status, starts_at, ends_at,"
        " first_starts_at, queue_number, sequence, booked_at, is_barred, booked_by, service_id, schedule_id,"
        " words)"
        " VALUES (:id, :number, :code, :patient, :slot, :status, :starts, :ends, :first, :queue, :sequence,"
        " :booked, 0, :by, :service, :schedule, :words)",
        {
            "id": row.id,
            "number": row.number,
            "code": row.ticket_code,
            "patient": row.patient_id,
            "slot": row.slot_id,
            "status": int(row.status),
            "starts": epoch(row.starts_at),
            "ends": epoch(row.ends_at),
            "first": epoch(row.first_starts_at),
            "queue": row.queue_number,
            "sequence": row.sequence,
            "booked": epoch(row.booked_at),
            "by": row.booked_by,
            "service": row.service_id,
            "schedule": row.schedule_id,
            "words": sealed_words(keyring, row.id, row.words),
        },
    )


def sealed_words(keyring: Keyring, appointment_id: int, words: dict[str, str]) -> bytes | None:
    """Seal the same; None where nothing is written."""
    return keyring.seal_json(words, f"appointment:{appointment_id}") if words else None


def move(
    tx: Tx,
    keyring: Keyring,
    row: AppointmentRow,
    *,
    slot_id: int,
    starts_at: datetime,
    ends_at: datetime,
    queue_number: int,
    ticket_code: str,
    words: dict[str, str],
) -> None:
    """Put an appointment on another time: same number, new ticket code, SEQUENCE one higher."""
    tx.execute(
        "UPDATE appointment SET slot_id = :slot, starts_at = :starts, ends_at = :ends, queue_number = :queue,"
        " ticket_code = :code, sequence = sequence + 1, confirmed_at = NULL, changed_by = :by,"
        " schedule_id = (SELECT schedule_id FROM slot WHERE id = :slot), words = :words WHERE id = :id",
        {
            "slot": slot_id,
            "starts": epoch(starts_at),
            "ends": epoch(ends_at),
            "queue": queue_number,
            "code": ticket_code,
            "by": row.account_id,
            "words": sealed_words(keyring, row.id, words),
            "id": row.id,
        },
    )


def cancel(
    tx: Tx, keyring: Keyring, row: AppointmentRow, now: datetime, *, is_barred: bool, words: dict[str, str]
) -> None:
    """Mark an appointment as cancelled; its time is the caller's to free."""
    tx.execute(
        "UPDATE appointment SET status = :status, cancelled_at = :now, is_barred = :barred,"
        " sequence = sequence + 1, changed_by = :by, words = :words WHERE id = :id",
        {
            "by": row.account_id,
            "status": int(AppointmentStatus.CANCELLED),
            "now": epoch(now),
            "barred": int(is_barred),
            "words": sealed_words(keyring, row.id, words),
            "id": row.id,
        },
    )


def confirm(tx: Tx, appointment_id: int, now: datetime) -> None:
    """Note that the patient said they would come."""
    tx.execute(
        "UPDATE appointment SET confirmed_at = :now WHERE id = :id",
        {"now": epoch(now), "id": appointment_id},
    )


def confirm_coming(tx: Tx, appointment_id: int, now: datetime) -> None:
    """Note that the patient said they would come, where the visit is still ahead and it was not said."""
    tx.execute(
        "UPDATE appointment SET confirmed_at = :now WHERE id = :id AND status IN (1, 2)"
        " AND starts_at > :now AND confirmed_at IS NULL",
        {"now": epoch(now), "id": appointment_id},
    )


def visit(tx: Tx, keyring: Keyring, row: AppointmentRow) -> Visit:
    """Add to an appointment what a card says: place, person, and who else has had a hand in it."""
    found = places.of_schedule(tx, row.schedule_id)
    sealed = tx.execute("SELECT person FROM patient WHERE id = :id", {"id": row.patient_id}).fetchone()
    if found is None or sealed is None:
        raise LookupError(f"appointment {row.id} points at rows that are gone")
    return Visit(
        row,
        found,
        unsealed_person(keyring, row.patient_id, sealed[0]),
        _other(tx, keyring, row, row.booked_by),
        _other(tx, keyring, row, row.changed_by),
        None if row.service_id is None else services.by_id(tx, row.service_id),
    )


def _other(tx: Tx, keyring: Keyring, row: AppointmentRow, account_id: int | None) -> Doer | None:
    if account_id is None or account_id == row.account_id:
        return None
    person = person_of_account(tx, keyring, account_id)
    return None if person is None else Doer(person.short_name, person.likely_sex)
