"""What may stand in the way of a booking: other visits of the patient, times that are barred to them."""

from datetime import datetime

from storage.appointments import APPOINTMENT, AppointmentRow, opened
from storage.crypto import Keyring
from storage.types import Tx, epoch


def of_other_child(
    tx: Tx,
    keyring: Keyring,
    account_id: int,
    patient_id: int,
    facility_id: int,
    starts_at: datetime,
    ends_at: datetime,
) -> AppointmentRow | None:
    """Find a live visit of another child of the same account, in that span but at another facility."""
    row = tx.execute(
        f"SELECT {APPOINTMENT} JOIN schedule AS sc ON sc.id = sl.schedule_id"
        " WHERE c.account_id = :account AND c.relation IN ('child', 'ward') AND c.patient_id <> :patient"
        " AND a.status IN (1, 2) AND a.starts_at < :ends AND a.ends_at > :starts"
        " AND sc.facility_id <> :facility ORDER BY a.starts_at LIMIT 1",
        {
            "account": account_id,
            "patient": patient_id,
            "facility": facility_id,
            "starts": epoch(starts_at),
            "ends": epoch(ends_at),
        },
    ).fetchone()
    return row and opened(keyring, row)


def overlapping(
    tx: Tx,
    keyring: Keyring,
    patient_id: int,
    account_id: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    except_id: int = 0,
) -> AppointmentRow | None:
    """Find a live visit of this patient that shares a minute with the given span."""
    row = tx.execute(
        f"SELECT {APPOINTMENT} WHERE a.patient_id = :patient AND c.account_id = :account"
        " AND a.status IN (1, 2) AND a.starts_at < :ends AND a.ends_at > :starts AND a.id <> :except LIMIT 1",
        {
            "patient": patient_id,
            "account": account_id,
            "starts": epoch(starts_at),
            "ends": epoch(ends_at),
            "except": except_id,
        },
    ).fetchone()
    return row and opened(keyring, row)


def of_specialty(
    tx: Tx,
    keyring: Keyring,
    patient_id: int,
    account_id: int,
    specialty_id: int,
    now: datetime,
    facility_id: int | None = None,
) -> AppointmentRow | None:
    """Find a coming live visit of this patient to a specialty, at one facility or wherever it is."""
    here = "" if facility_id is None else " AND sc.facility_id = :facility"
    row = tx.execute(
        f"SELECT {APPOINTMENT} JOIN schedule AS sc ON sc.id = sl.schedule_id"
        " WHERE a.patient_id = :patient AND c.account_id = :account AND a.status IN (1, 2)"
        " AND a.starts_at > :now AND sc.specialty_id = :specialty"
        f"{here} ORDER BY a.starts_at LIMIT 1",
        {
            "patient": patient_id,
            "account": account_id,
            "now": epoch(now),
            "specialty": specialty_id,
            **({} if facility_id is None else {"facility": facility_id}),
        },
    ).fetchone()
    return row and opened(keyring, row)


def count_coming(tx: Tx, patient_id: int, now: datetime) -> int:
    """Count the visits of a patient that are still to begin."""
    row = tx.execute(
        "SELECT COUNT(*) FROM appointment WHERE patient_id = :patient AND status IN (1, 2)"
        " AND starts_at > :now",
        {"patient": patient_id, "now": epoch(now)},
    ).fetchone()
    return int(row[0])


def is_barred(tx: Tx, patient_id: int, slot_id: int) -> bool:
    """Tell whether this patient gave this very time up late and without a reason (seed 4.2)."""
    row = tx.execute(
        "SELECT 1 FROM appointment WHERE patient_id = :patient AND slot_id = :slot AND is_barred LIMIT 1",
        {"patient": patient_id, "slot": slot_id},
    ).fetchone()
    return row is not None


def is_barred_for_account(tx: Tx, telegram_id: int, slot_id: int) -> bool:
    """Tell whether each patient of a chat's account gave this very time up late and without a reason."""
    row = tx.execute(
        "SELECT MIN(EXISTS (SELECT 1 FROM appointment AS a"
        "  WHERE a.patient_id = c.patient_id AND a.slot_id = :slot AND a.is_barred))"
        " FROM account AS acc JOIN care AS c ON c.account_id = acc.id WHERE acc.telegram_id = :chat",
        {"chat": telegram_id, "slot": slot_id},
    ).fetchone()
    return bool(row[0])
