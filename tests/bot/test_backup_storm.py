"""Copies made while bookings come as fast as the machine gives: what was told before one began is in it."""

import asyncio
import itertools
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from clinic import booking, patients
from clinic.booking import Request
from storage import backup
from storage.people import Person
from storage.types import epoch
from tests.world import World

PEOPLE, EACH, AT_ONCE, COPIES = 60, 18, 12, 3
Copy = Callable[[Path, Path], object]


def only_the_file(store: Path, target: Path) -> None:
    """Copy the file and forget its log: the planted fault."""
    shutil.copy(store, target)


async def storm(world: World, folder: Path, copy: Copy) -> tuple[list[str], int]:
    """Book without a pause, copy meanwhile; returns what is missing or too much in the copies."""
    database, now = world.database, world.clock.now()
    first = now + timedelta(days=40)
    slots = range(1_000_000, 1_000_000 + PEOPLE * EACH)
    await database.write(
        lambda tx: tx.executemany(
            "INSERT INTO slot (id, schedule_id, starts_at, minutes, status) VALUES (?, 1, ?, 30, 0)",
            [(slot, epoch(first) + (slot - slots.start) * 1800) for slot in slots],
        )
    )
    registered = []
    for chat in range(1, PEOPLE + 1):
        person = Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15))
        registration = patients.Registration(
            chat, "ru", patients.CONSENT_VERSION, now, "+79161234567", person
        )
        registered.append((chat, (await patients.register(database, registration, now)).id))
    told: list[int] = []
    waiting = list(zip(slots, itertools.cycle(registered), strict=False))

    async def book() -> None:
        while waiting:
            slot, (chat, patient) = waiting.pop()
            request = Request(chat, patient, slot, is_second_meant=True)
            told.append((await booking.book(database, request, now)).appointment.id)

    booking_all = [asyncio.create_task(book()) for _ in range(AT_ONCE)]
    marks: list[tuple[Path, list[int]]] = []
    for number in range(COPIES):
        while len(told) < (number + 1) * len(slots) // (COPIES + 2):
            await asyncio.sleep(0.001)
        mark, target = list(told), folder / f"copy-{number}.db"
        await asyncio.to_thread(copy, world.database.path, target)
        marks.append((target, mark))
    came_meanwhile = len(told) - len(marks[0][1])
    await asyncio.gather(*booking_all)
    assert len(told) == len(slots)
    faults = []
    for target, mark in marks:
        faults += [f"{target.name}: {damage}" for damage in backup.damages_of(target)]
        faults += await _compare(world, target, mark)
    return faults, came_meanwhile


async def _compare(world: World, target: Path, mark: list[int]) -> list[str]:
    columns = "id, number, patient_id, slot_id, status, starts_at, sequence, booked_at"
    now_there = {row[0]: row for row in await world.rows(f"SELECT {columns} FROM appointment")}
    try:
        with backup.reading(target) as copy:
            rows = {row[0]: row for row in copy.execute(f"SELECT {columns} FROM appointment")}
            bare = copy.execute(
                "SELECT count(*) FROM appointment AS a JOIN slot AS s ON s.id = a.slot_id WHERE s.status <> 2"
                " OR NOT EXISTS (SELECT 1 FROM notification AS n WHERE n.appointment_id = a.id"
                "  AND n.kind = 'reminder')"
            ).fetchone()[0]
    except sqlite3.DatabaseError as error:
        return [f"{target.name}: {error}"]
    faults = [f"{target.name}: {number} is missing" for number in mark if number not in rows]
    faults += [
        f"{target.name}: {number} is another" for number in rows if rows[number] != now_there.get(number)
    ]
    if bare:
        faults.append(f"{target.name}: {bare} visits without their time or their reminders")
    return faults


async def test_all_that_was_told_before_a_copy_began_is_in_it(world: World, tmp_path: Path) -> None:
    faults, came_meanwhile = await storm(world, tmp_path, backup.copy)
    assert faults == []
    assert came_meanwhile > 0


async def test_a_copy_of_the_file_alone_is_caught(world: World, tmp_path: Path) -> None:
    faults, _ = await storm(world, tmp_path, only_the_file)
    assert any("missing" in fault for fault in faults)
