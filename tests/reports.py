"""Tables of visits as a clinic's own system writes them, and their import."""

import csv
import io
import zlib
from datetime import datetime
from pathlib import Path

from bot import visit_tables
from clinic import imports
from clinic.imports import Taken
from storage.database import Database
from storage.imports import files

COLUMNS = ("number", "status", "result", "recommendations", "files")
PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0")
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)


def table(folder: Path, *rows: dict[str, str], beside: dict[str, bytes] | None = None) -> Path:
    """Write visits.csv with rows and the files beside it; returns the folder."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / "visits.csv").write_text(out.getvalue(), encoding="utf-8")
    for name, content in (beside or {}).items():
        (folder / "files").mkdir(exist_ok=True)
        (folder / "files" / name).write_bytes(content)
    return folder


async def take(database: Database, path: Path, now: datetime) -> Taken:
    """Import for good; raises WrongTable."""
    read = files.read(path)
    return await imports.run(database, read, visit_tables.read(read, path), now)


async def look(database: Database, path: Path, now: datetime) -> Taken:
    """Say what would change; raises WrongTable."""
    read = files.read(path)
    return await imports.dry_run(database, read, visit_tables.read(read, path), now)
