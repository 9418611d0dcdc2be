"""Papers that go with visits, and those without which there is none."""

from collections.abc import Sequence

from storage.types import Tx


def attached(tx: Tx, appointment_id: int) -> list[int]:
    """Read which documents go with a visit."""
    rows = tx.execute(
        "SELECT document_id FROM attachment WHERE appointment_id = :id ORDER BY document_id",
        {"id": appointment_id},
    ).fetchall()
    return [row[0] for row in rows]


def attach(tx: Tx, appointment_id: int, document_id: int) -> None:
    """Let a document go with a visit; nothing changes where it does already."""
    tx.execute(
        "INSERT INTO attachment (appointment_id, document_id) VALUES (:appointment, :document)"
        " ON CONFLICT DO NOTHING",
        {"appointment": appointment_id, "document": document_id},
    )


def detach(tx: Tx, appointment_id: int, document_id: int) -> None:
    """Let a document go with a visit no more."""
    tx.execute(
        "DELETE FROM attachment WHERE appointment_id = :appointment AND document_id = :document",
        {"appointment": appointment_id, "document": document_id},
    )


def required(tx: Tx, specialty_id: int) -> tuple[str, ...]:
    """Read the papers without which nobody is booked to a specialty."""
    rows = tx.execute(
        "SELECT r.paper FROM specialty AS sp JOIN required_paper AS r ON r.specialty_code = sp.code"
        " WHERE sp.id = :specialty ORDER BY r.paper",
        {"specialty": specialty_id},
    ).fetchall()
    return tuple(row[0] for row in rows)


def needs_referral(tx: Tx, specialty_id: int, service_id: int | None = None) -> bool:
    """Tell whether a visit within the state insurance usually needs a referral.

    What is said of the service wins over its specialty, both ways.
    """
    row = tx.execute(
        "SELECT COALESCE(s.needs_referral, sp.needs_referral) FROM specialty AS sp"
        " LEFT JOIN service AS s ON s.id = :service AND s.specialty_code = sp.code WHERE sp.id = :specialty",
        {"specialty": specialty_id, "service": service_id},
    ).fetchone()
    return bool(row and row[0])


def set_required(tx: Tx, rows: Sequence[tuple[str, str]]) -> list[str]:
    """Put these (specialty's code, paper) in place of all that was required; returns unknown codes.

    Where there are unknown ones, nothing is to be kept: the caller raises.
    """
    tx.execute("DELETE FROM required_paper")
    known = {row[0] for row in tx.execute("SELECT code FROM specialty").fetchall()}
    for code, paper in rows:
        if code in known:
            tx.execute(
                "INSERT INTO required_paper (specialty_code, paper) VALUES (:code, :paper)",
                {"code": code, "paper": paper},
            )
    return [code for code, _ in rows if code not in known]
