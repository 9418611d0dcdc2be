"""The store itself: commits in groups, reads of one state, two processes at once, what a full disk leaves."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage import database as storage_database
from storage import schema
from storage.crypto import Keyring
from storage.database import Database
from storage.types import Tx

ROOT = Path(schema.__file__).parent.parent
REGION = (
    "INSERT INTO region (code, name_ru, name_en, timezone, latitude, longitude) VALUES (?, '', '', '', 0, 0)"
)


class Refusal(Exception):
    """Whatever a use case may raise."""


def add(code: str):
    return lambda tx: tx.execute(REGION, (code,)).rowcount


def add_and_refuse(code: str):
    def work(tx: Tx) -> None:
        tx.execute(REGION, (code,))
        raise Refusal(code)

    return work


async def codes(database: Database) -> list[str]:
    rows = await database.read(lambda tx: tx.execute("SELECT code FROM region ORDER BY code").fetchall())
    return [code for (code,) in rows]


def count_commits(database: Database, statements: list[str]) -> None:
    """Note every BEGIN, COMMIT and ROLLBACK of the writer."""
    endings = ("BEGIN", "COMMIT", "ROLLBACK")
    database._writer._conn.set_trace_callback(
        lambda sql: statements.append(sql) if sql.startswith(endings) else None
    )


async def test_a_write_returns_its_result_and_is_seen(database: Database) -> None:
    assert await database.write(add("A")) == 1
    assert await codes(database) == ["A"]


async def test_works_that_wait_together_share_one_commit(database: Database) -> None:
    statements: list[str] = []
    count_commits(database, statements)
    results = await asyncio.gather(*(database.write(add(f"R{number:02}")) for number in range(50)))
    assert results == [1] * 50
    assert statements == ["BEGIN IMMEDIATE", "COMMIT"]
    assert len(await codes(database)) == 50


async def test_a_group_has_a_limit(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_database, "GROUP_LIMIT", 20)
    statements: list[str] = []
    count_commits(database, statements)
    await asyncio.gather(*(database.write(add(f"R{number:02}")) for number in range(50)))
    assert statements.count("COMMIT") == 3
    assert len(await codes(database)) == 50


async def test_one_that_raises_in_a_group_is_rolled_back_alone(database: Database) -> None:
    statements: list[str] = []
    count_commits(database, statements)
    results = await asyncio.gather(
        database.write(add("A")),
        database.write(add_and_refuse("B")),
        database.write(add("A")),  # twice the same key
        database.write(add("C")),
        return_exceptions=True,
    )
    assert results[0] == results[3] == 1
    assert isinstance(results[1], Refusal)
    assert isinstance(results[2], sqlite3.IntegrityError)
    assert await codes(database) == ["A", "C"]
    assert statements.count("COMMIT") == 1


async def test_one_that_raises_alone_leaves_nothing(database: Database) -> None:
    with pytest.raises(Refusal):
        await database.write(add_and_refuse("A"))
    assert await codes(database) == []
    await database.write(add("A"))
    assert await codes(database) == ["A"]


async def test_a_work_sees_what_the_one_before_it_in_the_group_wrote(database: Database) -> None:
    def count(tx: Tx) -> int:
        return tx.execute("SELECT count(*) FROM region").fetchone()[0]

    results = await asyncio.gather(
        database.write(add("A")),
        database.write(count),
        database.write(add_and_refuse("B")),
        database.write(count),
        return_exceptions=True,
    )
    assert [results[1], results[3]] == [1, 1]


async def test_when_the_group_cannot_be_committed_everyone_is_told(database: Database) -> None:
    """A foreign key checked late fails the COMMIT itself: nobody may believe that their work stands."""

    def break_at_commit(tx: Tx) -> None:
        tx.execute("PRAGMA defer_foreign_keys = ON")
        tx.execute("INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (999, 0, 30, 0)")

    results = await asyncio.gather(
        database.write(add("A")), database.write(break_at_commit), return_exceptions=True
    )
    assert [type(result) for result in results] == [sqlite3.IntegrityError] * 2
    assert await codes(database) == []
    await database.write(add("B"))
    assert await codes(database) == ["B"]


async def test_a_full_disk_fails_the_group_and_the_next_one_works(database: Database) -> None:
    pages = (await database.read(lambda tx: tx.execute("PRAGMA page_count").fetchone()))[0]
    await database._writer.run(lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}"))

    def write_much(tx: Tx) -> None:
        tx.executemany(REGION, [(f"{number}{'x' * 3000}",) for number in range(50)])

    results = await asyncio.gather(
        database.write(add("A")),
        database.write(write_much),
        database.write(add("B")),
        return_exceptions=True,
    )
    assert isinstance(results[1], sqlite3.OperationalError)
    told_that_it_stands = [code for code, result in zip("AxB", results, strict=True) if result == 1]
    assert await codes(database) == told_that_it_stands
    await database._writer.run(lambda connection: connection.execute("PRAGMA max_page_count = 1000000"))
    await database.write(write_much)
    assert len(await codes(database)) == 50 + len(told_that_it_stands)


async def test_whoever_stops_waiting_leaves_the_others_their_answers(database: Database) -> None:
    impatient = asyncio.create_task(database.write(add("A")))
    patient = asyncio.create_task(database.write(add("B")))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == 1
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert await codes(database) == ["A", "B"]


async def test_closing_finishes_what_is_in_hand(store: Path) -> None:
    first = Database(f"sqlite+aiosqlite:///{store}", Keyring("a secret of the tests"))
    await first.open()
    writes = [asyncio.create_task(first.write(add(f"R{number}"))) for number in range(5)]
    await asyncio.sleep(0)
    await first.close()
    assert await asyncio.gather(*writes) == [1] * 5
    for act in (first.write, first.read):
        with pytest.raises(RuntimeError, match="not open"):
            await act(add("late"))
    again = Database(f"sqlite:///{store}", Keyring("a secret of the tests"))
    await again.open()
    assert len(await codes(again)) == 5
    await again.close()


async def test_a_read_sees_one_state_while_others_write(database: Database) -> None:
    """Between two statements of one read another connection commits; the read must not see it."""
    await database.write(add("A"))
    other = storage_database.connect(database.path)

    def twice(tx: Tx) -> tuple[int, int]:
        (before,) = tx.execute("SELECT count(*) FROM region").fetchone()
        other.execute(REGION, ("B",))
        (after,) = tx.execute("SELECT count(*) FROM region").fetchone()
        return before, after

    assert await database.read(twice) == (1, 1)
    assert await codes(database) == ["A", "B"]
    other.close()


async def test_a_reader_waits_for_no_writer(database: Database) -> None:
    other = storage_database.connect(database.path)
    other.execute("BEGIN IMMEDIATE")
    other.execute(REGION, ("A",))
    assert await asyncio.wait_for(codes(database), 2) == []
    other.execute("COMMIT")
    other.close()
    assert await codes(database) == ["A"]


async def test_the_reading_side_cannot_write_and_goes_on_reading(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.read(add("A"))
    assert await codes(database) == []


async def test_a_read_that_raises_ends_its_transaction(database: Database) -> None:
    def broken(tx: Tx) -> None:
        tx.execute("SELECT count(*) FROM region").fetchone()
        raise Refusal

    with pytest.raises(Refusal):
        await database.read(broken)
    await database.write(add("A"))
    assert await codes(database) == ["A"]


async def test_a_commit_is_on_the_disk_and_the_settings_are_ours(database: Database) -> None:
    def settings(connection: sqlite3.Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "query_only")
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    ours = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert await database._writer.run(settings) == {**ours, "query_only": 0}
    assert await database._reader.run(settings) == {**ours, "query_only": 1}


async def test_rows_cannot_point_at_nothing(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await database.write(
            lambda tx: tx.execute(
                "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (999, 0, 30, 0)"
            )
        )


async def test_a_lock_that_lasts_is_told_and_passes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database._writer.run(lambda connection: connection.execute("PRAGMA busy_timeout = 50"))
    other = storage_database.connect(database.path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await database.write(add("A"))
    other.execute("ROLLBACK")
    other.close()
    assert await database.write(add("A")) == 1


WRITER = """
import asyncio, sys
from storage.crypto import Keyring
from storage.database import Database

async def main(url, name, count):
    database = Database(url, Keyring("a secret of the tests"))
    await database.open()
    def work(number):
        def both(tx):
            tx.execute("INSERT INTO region (code, name_ru, name_en, timezone, latitude, longitude)"
                       " VALUES (?, '', '', '', 0, 0)", (f"{name}{number:04}",))
            tx.execute("UPDATE region SET latitude = latitude + 1 WHERE code = 'count'")
        return both
    for start in range(0, count, 10):
        await asyncio.gather(*(database.write(work(start + number)) for number in range(10)))
    await database.close()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.mark.slow
async def test_two_processes_that_write_at_once_lose_nothing(database: Database) -> None:
    await database.write(add("count"))
    commands = [[sys.executable, "-c", WRITER, database.url, name, "300"] for name in ("a", "b")]
    processes = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    done = await asyncio.gather(*(asyncio.to_thread(process.wait, 60) for process in processes))
    assert done == [0, 0]
    assert len(await codes(database)) == 601
    counted = await database.read(
        lambda tx: tx.execute("SELECT latitude FROM region WHERE code = 'count'").fetchone()
    )
    assert counted == (600,)
