"""The command that takes a clinic's own tables, first to see what would change, then for good."""

import asyncio
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from clinic.clock import SystemClock
from storage.crypto import Keyring
from storage.database import Database
from storage.imports import files, plan, writing
from storage.imports.plan import Plan
from storage.reference.tables import WrongTable
from storage.seed import seed_reference
from storage.states import SlotStatus

TOLD = 30
"""Most times that are named one by one."""
_KEPT = {
    plan.BOOKED: "a visit is booked at this time, which the table has not: it stays. Move or cancel it",
    plan.HELD: "somebody is booking this time, which the table has not: it stays. Import again later",
    plan.LENGTH: "this time is taken and longer or shorter than in the table: it stays as it is",
    plan.IN_THE_WAY: "this time of the table is left out: it would lie within one that is taken",
}


def run(url: str, path: Path, *, is_applied: bool) -> int:
    """Import a folder or a file and print what changes; 1 where it is refused."""

    async def work() -> Plan:
        now = SystemClock().now()
        read = await asyncio.to_thread(files.read, path)
        database = Database(url, Keyring("tables of a clinic are not personal"))
        await database.open()
        try:
            if not await database.read(lambda tx: tx.execute("SELECT 1 FROM specialty LIMIT 1").fetchone()):
                await seed_reference(database)
            return await (writing.run if is_applied else writing.dry_run)(database, read, now)
        finally:
            await database.close()

    try:
        found = asyncio.run(work())
    except (WrongTable, OSError) as error:
        print(f"talon: {error}", file=sys.stderr)
        print("talon: nothing was imported. What the tables hold: docs/import.md", file=sys.stderr)
        return 1
    for line in told(found, is_applied=is_applied):
        print(line)
    return 0


def told(found: Plan, *, is_applied: bool) -> list[str]:
    """Word what an import changes or would change."""
    lines = []
    for table, name in (("facility", "facilities"), ("doctor", "doctors"), ("schedule", "schedules")):
        new, changed = len(found.new.get(table, ())), len(found.changed.get(table, ()))
        if new or changed:
            lines.append(f"{name}: {new} new, {changed} changed")
    if found.rules or found.no_rules:
        lines.append(f"rules of reserves: {len(found.rules)} new or changed, {len(found.no_rules)} taken off")
    lines += _times(found)
    if not lines:
        lines.append("Everything is as the tables say already: nothing to change.")
    elif is_applied:
        lines.append("Done.")
    else:
        lines.append("Nothing is changed yet. To do it: the same command with --apply")
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
