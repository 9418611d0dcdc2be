"""Taking a deployment's own complaints and signs of danger; their columns are those of the shipped tables."""

import asyncio
from pathlib import Path

from storage import own_phrases, specialties
from storage.database import Database
from storage.own_phrases import COMPLAINT, DANGER, OwnPhrase
from storage.reference.phrases import COMPLAINTS, DANGERS
from storage.reference.tables import Mistake, WrongTable, numbered_rows
from storage.types import Tx


async def import_complaints(database: Database, path: Path) -> int:
    """Put a table of complaints in place of the own ones that were there; returns how many rows it has.

    Raises WrongTable or OSError, and then nothing is taken. The shipped ones stay beside it.
    """
    read = await asyncio.to_thread(numbered_rows, path, COMPLAINTS)
    rows = [OwnPhrase(COMPLAINT, row["specialties"], row["who"], False, row["phrases"]) for _, row in read]

    def work(tx: Tx) -> None:
        known = {row.code for row in specialties.searched(tx)}
        mistakes = [
            Mistake(path.name, line, "specialties", f"codes of the table of specialties, not {code!r}")
            for line, row in read
            for code in row["specialties"]
            if code not in known
        ]
        if mistakes:
            raise WrongTable(mistakes)
        own_phrases.put(tx, COMPLAINT, rows)

    await database.write(work)
    return len(rows)


async def import_dangers(database: Database, path: Path) -> int:
    """Put a table of signs of danger in place of the own ones that were there, likewise."""
    read = await asyncio.to_thread(numbered_rows, path, DANGERS)
    rows = [OwnPhrase(DANGER, (row["group"],), row["who"], row["past"], row["phrases"]) for _, row in read]
    await database.write(lambda tx: own_phrases.put(tx, DANGER, rows))
    return len(rows)
