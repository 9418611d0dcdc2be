"""The table of papers without which nobody is booked to a specialty, and taking a deployment's own."""

import asyncio
from pathlib import Path

from storage import papers
from storage.database import Database
from storage.reference import cells
from storage.reference.tables import Mistake, WrongTable, read_rows
from storage.types import Tx

_NOTHING = "none"
"""Says that a specialty requires nothing: a table without rows would look like one that was cut off."""
_COLUMNS = {
    "specialty": cells.shaped(r"[a-z][a-z0-9_]{0,31}", "the code of a specialty"),
    "paper": cells.one_of("policy", "referral", _NOTHING),
}


async def import_required(database: Database, path: Path) -> int:
    """Put a table in place of all that was required, and return how many rows it has.

    Raises WrongTable or OSError, and then nothing is taken.
    """
    read = await asyncio.to_thread(read_rows, path, _COLUMNS, ())
    rows = sorted({(row["specialty"], row["paper"]) for row in read})

    def work(tx: Tx) -> int:
        unknown = papers.set_required(tx, [row for row in rows if row[1] != _NOTHING])
        if unknown:
            raise WrongTable(
                [
                    Mistake(path.name, 1, "specialty", f"codes of specialties, not «{code}»")
                    for code in unknown
                ]
            )
        return len(rows)

    return await database.write(work)
