"""Two hundred patients in four processes confirm the same time at once."""

import asyncio
import json
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from storage.database import connect
from tests import world as small_clinic

PROCESSES, EACH = 4, 50
pytestmark = pytest.mark.slow


async def race(store: Path, slot_id: int, mode: str) -> list[list]:
    racers = []
    for number in range(PROCESSES):
        first = 1 + number * EACH
        racers.append(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.e2e.racers",
                str(store),
                str(slot_id),
                str(first),
                str(first + EACH),
                mode,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        )
    for racer in racers:
        assert (await racer.stdout.readline()).strip() == b"ready"
    for racer in racers:
        racer.stdin.write(b"go\n")
    told = []
    for racer in racers:
        out, _ = await asyncio.wait_for(racer.communicate(), 60)
        told += json.loads(out)
    return told


@pytest.fixture
def crowded(empty_store: Path, tmp_path: Path) -> tuple[Path, int]:
    """A store whose clinic has days from today on, and a time everybody wants."""
    from clinic.clock import SystemClock

    store = Path(shutil.copy(empty_store, tmp_path / "talon.db"))
    connection = connect(store)
    connection.execute("BEGIN")
    small_clinic.fill(connection, SystemClock().now().date())
    connection.execute("COMMIT")
    now = SystemClock().now().timestamp()
    ((slot_id,),) = connection.execute(
        "SELECT id FROM slot WHERE schedule_id = 1 AND starts_at > ? LIMIT 1", (now + 86_400,)
    ).fetchall()
    connection.close()
    return store, slot_id


async def test_one_gets_it_and_the_others_are_offered_three_nearest(crowded: tuple[Path, int]) -> None:
    store, slot_id = crowded
    told = await race(store, slot_id, "ours")
    assert len(told) == PROCESSES * EACH
    assert len([one for one in told if one[0] == "booked"]) == 1
    assert {one[1] for one in told if one[0] == "taken"} == {3}
    connection = sqlite3.connect(store)
    assert connection.execute("SELECT slot_id, status FROM appointment").fetchall() == [(slot_id, 1)]
    planned = [kind for (kind,) in connection.execute("SELECT kind FROM notification ORDER BY kind")]
    assert planned == ["how_was_it", "reminder", "reminder", "ticket", "ticket_file"]
    connection.close()


async def test_the_race_is_hard_enough_to_show_a_planted_fault(crowded: tuple[Path, int]) -> None:
    """With «look, then take» and without the unique index several are told that they have the time."""
    store, slot_id = crowded
    connection = sqlite3.connect(store)
    connection.execute("DROP INDEX appointment_live_slot")
    connection.commit()
    connection.close()
    booked = []
    for number in range(5):  # on a busy machine the processes may take turns by chance
        told = await race(Path(shutil.copy(store, store.parent / f"{number}.db")), slot_id, "check-then-act")
        booked.append(len([one for one in told if one[0] == "booked"]))
        if booked[-1] > 1:
            break
    assert max(booked) > 1


async def test_the_unique_index_alone_would_hold_too(crowded: tuple[Path, int]) -> None:
    """The same fault with the index in place: the second one fails in the database."""
    store, _ = crowded
    connection = connect(store)
    connection.execute("PRAGMA foreign_keys = OFF")
    for number, succeeds in ((1, True), (2, False)):
        try:
            connection.execute(
                "INSERT INTO appointment (id, number, ticket_code, patient_id, slot_id, status, starts_at,"
                " ends_at, first_starts_at, queue_number, sequence, booked_at, is_barred)"
                " VALUES (?, ?, ?, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0)",
                (number, str(number), str(number)),
            )
            assert succeeds
        except sqlite3.IntegrityError:
            assert not succeeds
    connection.close()
