"""Files that clinics gave with what came out of visits: their list, and the sealed files beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from storage.crypto import Keyring
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class VisitFileRow:
    """A clinic's file without its bytes, opened. `digest`: SHA-256 in hexadecimal digits."""

    id: int
    appointment_id: int
    media_type: str
    size: int
    name: str
    digest: str
    position: int
    added_at: datetime


_FILE = "id, appointment_id, media_type, size, about, position, added_at FROM visit_file"


def _opened(keyring: Keyring, row: tuple[Any, ...]) -> VisitFileRow:
    number, appointment_id, media_type, size, about, position, added_at = row
    said = keyring.unseal_json(about, f"visit_file:{number}:about")
    return VisitFileRow(
        number, appointment_id, media_type, size, said["name"], said["digest"], position, instant(added_at)
    )


def of_visit(tx: Tx, keyring: Keyring, appointment_id: int) -> list[VisitFileRow]:
    """Read the files of a visit in the order in which they came."""
    rows = tx.execute(
        f"SELECT {_FILE} WHERE appointment_id = :id ORDER BY position, id", {"id": appointment_id}
    ).fetchall()
    return [_opened(keyring, row) for row in rows]


def having(tx: Tx, appointment_ids: Sequence[int]) -> list[int]:
    """Tell which of these visits have files."""
    rows = tx.execute(
        "SELECT DISTINCT appointment_id FROM visit_file"
        " WHERE appointment_id IN (SELECT value FROM json_each(:ids))",
        {"ids": orjson.dumps(list(appointment_ids)).decode()},
    ).fetchall()
    return [number for (number,) in rows]


def by_id(tx: Tx, keyring: Keyring, file_id: int) -> VisitFileRow | None:
    """Read one; whose it is is the caller's to ask."""
    row = tx.execute(f"SELECT {_FILE} WHERE id = :id", {"id": file_id}).fetchone()
    return row and _opened(keyring, row)


def insert(tx: Tx, keyring: Keyring, row: VisitFileRow, content: bytes) -> None:
    """Write a file, sealed, its name and digest too."""
    about = {"name": row.name, "digest": row.digest}
    tx.execute(
        "INSERT INTO visit_file (id, appointment_id, media_type, size, about, position, added_at)"
        " VALUES (:id, :visit, :type, :size, :about, :position, :added)",
        {
            "id": row.id,
            "visit": row.appointment_id,
            "type": row.media_type,
            "size": row.size,
            "about": keyring.seal_json(about, f"visit_file:{row.id}:about"),
            "position": row.position,
            "added": epoch(row.added_at),
        },
    )
    tx.execute(
        "INSERT INTO visit_file_content (file_id, content) VALUES (:id, :content)",
        {"id": row.id, "content": keyring.seal(content, f"visit_file:{row.id}")},
    )


def content(tx: Tx, file_id: int) -> bytes | None:
    """Read a file's bytes as they are sealed; opening them is done outside the transaction."""
    row = tx.execute("SELECT content FROM visit_file_content WHERE file_id = :id", {"id": file_id}).fetchone()
    return None if row is None else bytes(row[0])


def opened_content(keyring: Keyring, file_id: int, sealed: bytes) -> bytes:
    """Open a file."""
    return keyring.unseal(sealed, f"visit_file:{file_id}")


def delete(tx: Tx, file_id: int) -> None:
    """Delete a file and its bytes."""
    tx.execute("DELETE FROM visit_file_content WHERE file_id = :id", {"id": file_id})
    tx.execute("DELETE FROM visit_file WHERE id = :id", {"id": file_id})


def forget_patient(tx: Tx, patient_id: int) -> None:
    """Delete all that clinics gave of a patient's visits."""
    tx.execute(
        "DELETE FROM visit_file_content WHERE file_id IN (SELECT vf.id FROM appointment AS a"
        " JOIN visit_file AS vf ON vf.appointment_id = a.id WHERE a.patient_id = :patient)",
        {"patient": patient_id},
    )
    tx.execute(
        "DELETE FROM visit_file WHERE appointment_id IN"
        " (SELECT id FROM appointment WHERE patient_id = :patient)",
        {"patient": patient_id},
    )
