"""Whether a booking is on the disk before its patient is told: what the writing connection is set to.

`Database.write` returns after COMMIT, and with these settings COMMIT returns after the disk has it.
"""

from pathlib import Path

from bench.table import Line, holds
from storage.crypto import Keyring
from storage.database import Database

SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")


async def check(store: Path) -> list[Line]:
    database = Database(f"sqlite+aiosqlite:///{store}", Keyring("nothing personal"))
    await database.open()
    try:
        level = await database.write(lambda tx: int(tx.execute("PRAGMA synchronous").fetchone()[0]))
        journal = await database.write(lambda tx: str(tx.execute("PRAGMA journal_mode").fetchone()[0]))
    finally:
        await database.close()
    return [line(level, journal)]


def line(level: int, journal: str) -> Line:
    reached = f"synchronous={SYNCHRONOUS[level]}"
    return holds("a visit is on the disk before it is told", "synchronous=FULL", reached, level >= 2,
                 f"journal_mode={journal}")  # fmt: skip
