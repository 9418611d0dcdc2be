"""Searches for free times in a large store beside a small one, and beside sqlite3 by hand; the store's size.

The searches are called as the windows call them. By hand is one statement of the same answer on an open
connection: no thread, no transaction, no objects. Every store has five doctors of a specialty in a region, a
doctor has 500 times in 25 days, half of them free; days are published one after the other, as in life.
"""

import random
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

from bench.table import Line, beside, within
from clinic import days, rules, times
from clinic.days import Look, Scope
from clinic.wishes import WORKDAYS, Window, Wish
from storage import schema
from storage.crypto import Keyring
from storage.database import Database
from storage.types import epoch

DAYS, A_DAY, DOCTORS = 25, 20, 5
NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
ZONE = "Europe/Moscow"
SPECIALTIES = 50
EVENINGS = Wish((Window(WORKDAYS, since=clock(11)),))
WAYS = ("days", "days_by_hand", "days_of_any", "fortnight", "nearest", "nearest_by_hand")
BYTES = 70
"""Most bytes on disk for a time with its indexes: 700 MB for ten million."""

FILL = """
    WITH RECURSIVE sc(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM sc WHERE n < :schedules),
    k(m) AS (SELECT 0 UNION ALL SELECT m + 1 FROM k WHERE m < :most)
    INSERT INTO slot(schedule_id, starts_at, minutes, status)
    SELECT n, :day + m * 900, 15, 2 * (((n * 7 + m * 13 + :number * 31) * 2654435761 >> 8) & 1)
    FROM sc CROSS JOIN k"""
SCHEDULES = """
    WITH RECURSIVE sc(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM sc WHERE n < :most)
    INSERT INTO schedule(id, doctor_id, facility_id, specialty_id, region_code, room)
    SELECT n + 1, n + 1, n / 20 + 1, n / :doctors % :specialties + 1, n / :doctors / :specialties, '1'
    FROM sc"""
FACILITIES = """
    INSERT INTO facility(id, code, region_code, name, kind, audience, town, address, phone, timezone,
        latitude, longitude, official_code, is_demo)
    SELECT DISTINCT facility_id, facility_id, 1, 'Поликлиника', '', '', '', '', '', :zone, 0, 0, '', 0
    FROM schedule"""
DOCTORS_OF_SCHEDULES = """
    INSERT INTO doctor(id, code, surname, given_name, patronymic, sex, category, education,
        practising_since, languages)
    SELECT doctor_id, doctor_id, 'Чехов', 'Антон', 'Павлович', '', '', '', 2005, '' FROM schedule"""
DAYS_BY_HAND = """
    SELECT (starts_at + 10800) / 86400, COUNT(*) FROM slot
    WHERE schedule_id = ? AND status = 0 AND starts_at > ? AND +starts_at < ? GROUP BY 1"""
NEAREST_BY_HAND = """
    SELECT id, schedule_id, starts_at FROM slot WHERE id IN (
        SELECT s.id FROM schedule AS sc JOIN slot AS s ON s.id IN (
            SELECT id FROM slot WHERE schedule_id = sc.id AND status = 0 AND starts_at > ?3
            ORDER BY starts_at LIMIT ?4)
        WHERE sc.specialty_id = ?1 AND sc.region_code = ?2)
    ORDER BY starts_at LIMIT ?4"""


def fill(path: Path, slots: int) -> int:
    """Make a store of so many times; returns the number of schedules. Ten million take some 15 seconds."""
    schema.upgrade(f"sqlite:///{path}")
    schedules = slots // (DAYS * A_DAY)
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN")
    sizes = {"most": schedules - 1, "doctors": DOCTORS, "specialties": SPECIALTIES}
    connection.execute(SCHEDULES, sizes)
    connection.execute(FACILITIES, {"zone": ZONE})
    connection.execute(DOCTORS_OF_SCHEDULES)
    for number in range(DAYS):
        day = epoch(NOW + timedelta(days=number))
        connection.execute(FILL, {"schedules": schedules, "most": A_DAY - 1, "day": day, "number": number})
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    return schedules


@dataclass
class Store:
    """A store and the ways to search it."""

    path: Path
    schedules: int
    database: Database
    by_hand: sqlite3.Connection

    @classmethod
    async def make(cls, path: Path, slots: int) -> "Store":
        schedules = fill(path, slots)
        database = Database(f"sqlite+aiosqlite:///{path}", Keyring("nothing personal"))
        await database.open()
        return cls(path, schedules, database, sqlite3.connect(path, isolation_level=None))

    async def close(self) -> None:
        await self.database.close()
        self.by_hand.close()

    def _somewhere(self, number: int) -> tuple[int, str]:
        combination = number // DOCTORS
        return combination % SPECIALTIES + 1, str(combination // SPECIALTIES)

    async def days(self, number: int) -> int:
        look = Look(Scope(number + 1), NOW, times.day_start(NOW.date() + timedelta(days=30), ZONE))
        return len((await days.nearest(self.database, look, 30)).days)

    async def days_by_hand(self, number: int) -> int:
        until = epoch(times.day_start(NOW.date() + timedelta(days=30), ZONE))
        return len(self.by_hand.execute(DAYS_BY_HAND, (number + 1, epoch(NOW), until)).fetchall())

    async def days_of_any(self, number: int) -> int:
        """All doctors of a specialty in a region, through a wish that lets half of their times pass."""
        specialty, region = self._somewhere(number)
        scope = Scope(specialty_id=specialty, region=region, is_wide=True)
        return len((await days.nearest(self.database, Look(scope, NOW, wish=EVENINGS))).days)

    async def fortnight(self, number: int) -> int:
        return len((await days.page(self.database, Look(Scope(number + 1), NOW), NOW.date(), 14)).days)

    async def nearest(self, number: int) -> list[int]:
        found = await times.nearest_in_region(self.database, *self._somewhere(number), NOW)
        return sorted(epoch(free.starts_at) for free in found)

    async def nearest_by_hand(self, number: int) -> list[int]:
        wanted = (*self._somewhere(number), epoch(NOW), rules.OFFERED_TIMES)
        return [row[2] for row in self.by_hand.execute(NEAREST_BY_HAND, wanted).fetchall()]


async def timed(call: Callable[[int], Awaitable[object]], numbers: list[int]) -> list[float]:
    """Call for each number; in milliseconds."""
    took = []
    for number in numbers:
        begun = time.perf_counter()
        await call(number)
        took.append((time.perf_counter() - begun) * 1000)
    return took


async def measure(folder: Path, slots: int, rounds: int, per_round: int = 200) -> list[Line]:
    """Measure on `slots` times and a hundredth of them."""
    large = await Store.make(folder / "large.db", slots)
    small = await Store.make(folder / "small.db", slots // 100)
    found: dict[tuple[str, str], list[float]] = {}
    randomly = random.Random(1)
    try:
        for number in randomly.sample(range(large.schedules), min(20, large.schedules)):
            if await large.days(number) != await large.days_by_hand(number) or (
                await large.nearest(number) != await large.nearest_by_hand(number)
            ):
                raise RuntimeError("by hand there is another answer")
        for _ in range(rounds):
            for name, store in (("large", large), ("small", small)):
                numbers = randomly.choices(range(store.schedules), k=per_round)
                for way in WAYS:
                    found.setdefault((name, way), []).extend(await timed(getattr(store, way), numbers))
    finally:
        await large.close()
        await small.close()
    middle = {key: statistics.median(took) for key, took in found.items()}
    return lines(middle, slots, large.path.stat().st_size)


def lines(middle: dict[tuple[str, str], float], slots: int, size: int) -> list[Line]:
    result = []
    for way, name in (("days", "days with free times"), ("nearest", "nearest times in a region")):
        ours, small, by_hand = middle["large", way], middle["small", way], middle["large", f"{way}_by_hand"]
        result += [
            within(f"{name}, of {slots:,} times, median", ours, most=0.5, digits=3,
                   against=f"{ours / by_hand:.1f} × sqlite3 by hand {by_hand:.3f} ms"),
            beside(f"{name}, as the store grows", ours, small, most=1.5, what=f"of {slots // 100:,}",
                   digits=3),
        ]  # fmt: skip
    for way, name in (
        ("days_of_any", "nearest days of any doctor in a region, through a wish"),
        ("fortnight", "two weeks of a calendar"),
    ):
        result.append(within(f"{name}, of {slots:,} times, median", middle["large", way], most=3, digits=3))
    result.append(
        within(f"{slots:,} times on disk with their indexes", size / 1e6, most=slots * BYTES / 1e6, unit="MB",
               against=f"{size / slots:.0f} bytes a time", digits=0),
    )  # fmt: skip
    return result
