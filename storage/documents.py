"""Documents of patients: their list, and the sealed files beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.crypto import Keyring
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document without its bytes; `name` is the file's name, opened."""

    id: int
    patient_id: int
    account_id: int
    kind: str
    media_type: str
    size: int
    name: str
    added_at: datetime


def insert(tx: Tx, keyring: Keyring, row: DocumentRow, sealed_content: bytes) -> None:
    """Write a document; its content is sealed before, outside the transaction: that takes long."""
    tx.execute(
        "INSERT INTO document (id, patient_id, account_id, kind, media_type, size, name, added_at)"
        " VALUES (:id, :patient, :account, :kind, :type, :size, :name, :added)",
        {
            "id": row.id,
            "patient": row.patient_id,
            "account": row.account_id,
            "kind": row.kind,
            "type": row.media_type,
            "size": row.size,
            "name": keyring.seal(row.name.encode(), f"document:{row.id}:name"),
            "added": epoch(row.added_at),
        },
    )
    tx.execute(
        "INSERT INTO document_content (document_id, content) VALUES (:id, :content)",
        {"id": row.id, "content": sealed_content},
    )


def sealed_content(keyring: Keyring, document_id: int, content: bytes) -> bytes:
    """Seal a file, bound to its document."""
    return keyring.seal(content, f"document:{document_id}")


def of_patient(tx: Tx, keyring: Keyring, patient_id: int, offset: int, limit: int) -> list[DocumentRow]:
    """Read a patient's documents, the latest first."""
    rows = tx.execute(
        "SELECT id, patient_id, account_id, kind, media_type, size, name, added_at FROM document"
        " WHERE patient_id = :patient ORDER BY added_at DESC, id LIMIT :limit OFFSET :offset",
        {"patient": patient_id, "limit": limit, "offset": offset},
    ).fetchall()
    return [_opened(keyring, row) for row in rows]


def of_kind(tx: Tx, keyring: Keyring, patient_id: int, kind: str) -> list[DocumentRow]:
    """Read a patient's documents of one kind, the latest first; there are few (rules.MOST_DOCUMENTS)."""
    rows = tx.execute(
        "SELECT id, patient_id, account_id, kind, media_type, size, name, added_at FROM document"
        " WHERE patient_id = :patient AND kind = :kind ORDER BY added_at DESC, id",
        {"patient": patient_id, "kind": kind},
    ).fetchall()
    return [_opened(keyring, row) for row in rows]


def by_id(tx: Tx, keyring: Keyring, document_id: int) -> DocumentRow | None:
    """Read a document; whose it is is the caller's to ask."""
    row = tx.execute(
        "SELECT id, patient_id, account_id, kind, media_type, size, name, added_at FROM document"
        " WHERE id = :id",
        {"id": document_id},
    ).fetchone()
    return row and _opened(keyring, row)


def _opened(keyring: Keyring, row: tuple[Any, ...]) -> DocumentRow:
    number, patient_id, account_id, kind, media_type, size, name, added_at = row
    opened = keyring.unseal(name, f"document:{number}:name").decode()
    return DocumentRow(number, patient_id, account_id, kind, media_type, size, opened, instant(added_at))


def content(tx: Tx, document_id: int) -> bytes | None:
    """Read a document's bytes as they are sealed; opening them is done outside the transaction."""
    row = tx.execute(
        "SELECT content FROM document_content WHERE document_id = :id", {"id": document_id}
    ).fetchone()
    return None if row is None else bytes(row[0])


def opened_content(keyring: Keyring, document_id: int, sealed: bytes) -> bytes:
    """Open a file."""
    return keyring.unseal(sealed, f"document:{document_id}")


def delete(tx: Tx, document_id: int) -> None:
    """Delete a document and its bytes; no visit has it any more."""
    tx.execute("DELETE FROM attachment WHERE document_id = :id", {"id": document_id})
    tx.execute("DELETE FROM document_content WHERE document_id = :id", {"id": document_id})
    tx.execute("DELETE FROM document WHERE id = :id", {"id": document_id})


def count_of(tx: Tx, patient_id: int) -> int:
    """Count a patient's documents."""
    row = tx.execute(
        "SELECT count(*) FROM document WHERE patient_id = :patient", {"patient": patient_id}
    ).fetchone()
    return int(row[0])


def kinds_of(tx: Tx, patient_id: int) -> set[str]:
    """Read which kinds of documents a patient has."""
    rows = tx.execute(
        "SELECT DISTINCT kind FROM document WHERE patient_id = :patient", {"patient": patient_id}
    )
    return {row[0] for row in rows.fetchall()}
