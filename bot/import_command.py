"""The command that takes a clinic's own tables, first to see what would change, then for good."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import visit_tables
from clinic import imports
from clinic.clock import SystemClock
from clinic.imports import Taken
from clinic.outcomes import Found
from storage import journal
from storage.crypto import Keyring, UnreadableSeal
from storage.database import Database
from storage.imports import files, plan
from storage.imports.plan import Plan
from storage.reference.tables import WrongTable
from storage.seed import seed_reference
from storage.states import AppointmentStatus, SlotStatus

TOLD = 30
"""Most times that are named one by one."""
_KEPT = {
    plan.BOOKED: "a visit is booked at this time, which the table has not: it stays. Move or cancel it",
    plan.HELD: "somebody is booking this time, which the table has not: it stays. Import again later",
    plan.LENGTH: "this time is taken and longer or shorter than in the table: it stays as it is",
    plan.IN_THE_WAY: "this time of the table is left out: it would lie within one that is taken",
}


def run(url: str, path: Path, keys: Callable[[], Sequence[str]], *, is_applied: bool) -> int:
    """Import a folder or a file and print what changes; 1 where it is refused.

    `keys` of SECRET_KEY are asked for where visits are spoken of: nothing else of the tables is personal.
    """
    try:
        read = files.read(path)
        keyring = Keyring(*keys()) if read.rows("visits") else Keyring("tables of a clinic are not personal")
        found = asyncio.run(
            _imported(Database(url, keyring), read, path, SystemClock().now(), is_applied=is_applied)
        )
    except UnreadableSeal:
        print("talon: SECRET_KEY does not open a visit: give the key that the bot has", file=sys.stderr)
    except (WrongTable, OSError) as error:
        print(f"talon: {error}", file=sys.stderr)
    else:
        for line in told(found, is_applied=is_applied):
            print(line)
        return 0
    print("talon: nothing was imported. What the tables hold: docs/import.md", file=sys.stderr)
    return 1


async def _imported(
    database: Database, read: files.Files, path: Path, now: datetime, *, is_applied: bool
) -> Taken:
    reports = await asyncio.to_thread(visit_tables.read, read, path)
    await database.open()
    try:
        if not await database.read(lambda tx: tx.execute("SELECT 1 FROM specialty LIMIT 1").fetchone()):
            await seed_reference(database)
        return await (imports.run if is_applied else imports.dry_run)(database, read, reports, now)
    finally:
        await database.close()


def told(taken: Taken, *, is_applied: bool) -> list[str]:
    """Word what an import changes or would change; of visits numbers alone."""
    found, lines = taken.plan, []
    for table, name in (("facility", "facilities"), ("doctor", "doctors"), ("schedule", "schedules")):
        new, changed = len(found.new.get(table, ())), len(found.changed.get(table, ()))
        if new or changed:
            lines.append(f"{name}: {new} new, {changed} changed")
    if found.rules or found.no_rules:
        lines.append(f"rules of reserves: {len(found.rules)} new or changed, {len(found.no_rules)} taken off")
    lines += _times(found) + _visits(taken.visits)
    if taken.told:
        lines.append(f"messages to patients: {taken.told}")
    if not lines:
        lines.append("Everything is as the tables say already: nothing to change.")
    elif is_applied:
        lines.append("Done.")
    else:
        lines.append("Nothing is changed yet. To do it: the same command with --apply")
    if taken.visits.left_out:
        where = ", ".join(map(str, taken.visits.left_out[:TOLD]))
        lines.append(
            f"visits.csv, line {where}: the patient has deleted all of theirs; nothing is kept of it"
        )
    if found.kept:
        lines.append(f"Please look at {len(found.kept)} times:")
        for one in found.kept[:TOLD]:
            at = one.starts_at.astimezone(ZoneInfo(one.timezone))
            lines.append(f"  {one.doctor}, {one.facility}, {at:%d.%m.%Y %H:%M}: {_KEPT[one.why]}")
        if len(found.kept) > TOLD:
            lines.append(f"  and {len(found.kept) - TOLD} more")
    return lines


def _times(found: Plan) -> list[str]:
    moved: dict[SlotStatus, int] = {}
    for (_, becomes), slots in found.moved.items():
        moved[becomes] = moved.get(becomes, 0) + len(slots)
    counts = {
        "new": len(found.times),
        "closed": moved.get(SlotStatus.UNAVAILABLE, 0),
        "open again": moved.get(SlotStatus.FREE, 0),
        "kept closed as a reserve": moved.get(SlotStatus.RESERVED, 0),
        "of another length": len(found.lengths),
    }
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    reserved = sum(status is SlotStatus.RESERVED for *_, status in found.times)
    if reserved:
        said += f" ({reserved:,} of the new ones as a reserve)"
    return [f"times: {said}"] if said else []


def _visits(found: Found) -> list[str]:
    statuses, results, (new, gone) = found.statuses, found.results, found.files
    lines = []
    for title, counts in (
        (
            "visits",
            {
                "came": statuses[AppointmentStatus.ARRIVED],
                "finished": statuses[AppointmentStatus.FULFILLED],
                "no-show": statuses[AppointmentStatus.NOSHOW],
            },
        ),
        (
            "results",
            {
                "new": results[journal.CREATED],
                "changed": results[journal.CHANGED],
                "taken away": results[journal.DELETED],
            },
        ),
        ("files", {"new": new, "taken away": gone}),
    ):
        said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        if said:
            lines.append(f"{title}: {said}")
    return lines
