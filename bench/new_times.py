"""A timetable of thousands of new times in front of a waiting list: how long until all of them are offered.

An import writes them in another process; the bot's clock goes through them each second, and whoever presses
meanwhile waits behind one of its transactions at most.
"""

import time
from datetime import timedelta
from pathlib import Path

from bench.table import Line, within
from bench.waiting import NEVER, NOW, List
from clinic.waiting import offering, watching
from clinic.wishes import Window, Wish
from storage import freed
from storage.database import Database
from storage.types import epoch

TIMES, PEOPLE = 10_000, 1_000
A_DAY = 40
WISHES = (Wish(), NEVER, Wish((Window(weekdays=frozenset({1})),)))
"""In turn: any time, one that never comes, Tuesdays."""


async def measure(folder: Path) -> list[Line]:
    """Let the times be written at once and count the clock's ticks until none is left."""
    waiting = List(folder / "new-times.db", PEOPLE)
    _write(waiting)
    waiting.connection.close()
    database = Database(f"sqlite+aiosqlite:///{folder / 'new-times.db'}", waiting.keyring)
    await database.open()
    database.before_commit = offering.settling(waiting.keyring, lambda: NOW)
    ticks, slowest, cpu = 0, 0.0, time.process_time()
    while await database.read(freed.has_pending):
        ticks += 1
        begun = time.perf_counter()
        await watching.tick(database, NOW)
        slowest = max(slowest, time.perf_counter() - begun)
    cpu = time.process_time() - cpu
    await database.close()
    what = f"{TIMES:,} new times are offered to {PEOPLE:,} who wait"
    return [
        within(what, float(ticks), most=30, unit="s", digits=0,
               against=f"CPU in all {cpu:.1f} s, slowest tick {slowest * 1000:.0f} ms"),
    ]  # fmt: skip


def _write(waiting: List) -> None:
    connection = waiting.connection
    connection.execute("BEGIN")
    for number in range(1, PEOPLE + 1):
        waiting.let_wish(number, WISHES[number % len(WISHES)])
    connection.execute("DELETE FROM slot")
    for number in range(TIMES):
        day, turn = divmod(number, A_DAY)
        connection.execute(
            "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (1, ?, 15, 0)",
            (epoch(NOW + timedelta(days=3 + day)) + turn * 900,),
        )
    freed.note_written(connection, 0)
    connection.execute("COMMIT")
