"""A clinic's own tables taken at once: catalogue, timetables, and what became of visits. All or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clinic import outcomes
from clinic.outcomes import Found, Report
from storage.database import Database
from storage.imports import plan, writing
from storage.imports.files import Files
from storage.imports.plan import Plan
from storage.reference.tables import Mistake, WrongTable
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import changes, or would; `told` messages are planned."""

    plan: Plan
    visits: Found
    told: int = 0


async def dry_run(database: Database, files: Files, reports: Sequence[Report], now: datetime) -> Taken:
    """Say what an import would change; raises WrongTable."""
    return await database.read(lambda tx: _compare(tx, database, files, reports, now))


async def run(database: Database, files: Files, reports: Sequence[Report], now: datetime) -> Taken:
    """Import all of it or nothing, and say what has changed; raises WrongTable."""

    def work(tx: Tx) -> Taken:
        found = _compare(tx, database, files, reports, now)
        writing.write(tx, found.plan, now)
        told = outcomes.write(tx, database.keyring, found.visits, now)
        return Taken(found.plan, found.visits, told)

    return await database.write(work)


def _compare(tx: Tx, database: Database, files: Files, reports: Sequence[Report], now: datetime) -> Taken:
    """Compare with the store, and tell the mistakes of both kinds of tables together."""
    mistakes: list[Mistake] = []
    found, visits = Plan(), Found()
    try:
        found = plan.compare(tx, files, now)
    except WrongTable as error:
        mistakes += error.mistakes
    try:
        visits = outcomes.compare(tx, database.keyring, reports, now)
    except WrongTable as error:
        mistakes += error.mistakes
    if mistakes:
        raise WrongTable(mistakes)
    return Taken(found, visits)
