"""Backups: made while the bot works, without those who were erased, thinned out, never in the bot's way."""

import asyncio
import contextlib
import logging
import resource
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import backups, cli
from bot.backups import AGAIN, STALE, Kept, Nightly
from bot.config import Config
from clinic import booking, rights
from clinic.booking import Request
from clinic.clock import MOSCOW
from storage import backup, holds, inbox, journal
from storage.crypto import Keyring
from storage.database import Database, connect
from storage.inbox import NewUpdate
from tests.world import BULGAKOV, CHEKHOV, StoppedClock, World

KEY = "a key of the tests that is long enough 0123456789"
ANNA, BORIS = 101, 102
THREE = datetime(2025, 6, 2, 0, 0, tzinfo=UTC)
"""Three in the morning in Moscow."""


def config_of(store: Path, **settings: Any) -> Config:
    given = {
        "bot_token": "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "secret_key": KEY,
        "database_url": f"sqlite+aiosqlite:///{store}",
        "_env_file": None,
    }
    return Config(**given | settings)


def visits_in(path: Path) -> set[tuple]:
    with backup.reading(path) as connection:
        return set(connection.execute("SELECT id, slot_id, status FROM appointment").fetchall())


async def test_what_is_booked_while_a_backup_is_made_is_in_it_whole_or_not_at_all(
    world: World, tmp_path: Path
) -> None:
    """Each copy is made between two commits: its visits, slots and messages agree."""
    patient = await world.patient(ANNA)
    slots = [await world.slot_id(schedule, day, number) for schedule in (CHEKHOV, BULGAKOV)
             for day in (1, 2, 3, 7, 8, 9, 10) for number in range(6)]  # fmt: skip
    told: set[int] = set()
    done = asyncio.Event()

    async def book() -> None:
        for slot_id in slots:
            request = Request(ANNA, patient.id, slot_id, "", True)
            with contextlib.suppress(Exception):
                told.add((await booking.book(world.database, request, world.clock.now())).appointment.id)
            await asyncio.sleep(0.01)
        done.set()

    working = asyncio.create_task(book())
    number = 0
    while not done.is_set():
        before = set(told)
        target = tmp_path / f"copy-{number}.db"
        await asyncio.to_thread(backup.copy, world.database.path, target)
        number += 1
        visits = visits_in(target)
        assert before <= {visit[0] for visit in visits}
        with backup.reading(target) as connection:
            busy = {row[0] for row in connection.execute("SELECT id FROM slot WHERE status = 2")}
            told_of = connection.execute("SELECT DISTINCT appointment_id FROM notification").fetchall()
        assert busy == {visit[1] for visit in visits}
        assert {row[0] for row in told_of} == {visit[0] for visit in visits}
    await working
    assert number > 1
    assert len(told) > 10


async def test_a_long_backup_keeps_nobody_from_writing_or_from_being_erased(world: World) -> None:
    """A transaction that reads is all that a backup is to the others."""
    await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    reading = connect(world.database.path)
    reading.execute("BEGIN")
    sealed = reading.execute("SELECT person FROM patient").fetchone()[0]
    begun = asyncio.get_running_loop().time()
    await rights.erase(world.database, ANNA, world.clock.now())
    assert asyncio.get_running_loop().time() - begun < 3
    reading.execute("COMMIT")
    reading.close()
    files = [world.database.path, *world.database.path.parent.glob("clinic.db-*")]
    assert sealed[20:60] in b"".join(path.read_bytes() for path in files), "the log could be emptied at once"
    target = world.database.path.with_name("copy.db")
    backup.copy(world.database.path, target)
    for path in [*files, target]:
        assert sealed[20:60] not in path.read_bytes(), path.name


async def test_the_next_backup_has_nothing_of_those_who_were_erased(world: World, tmp_path: Path) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    held = await world.slot_id(BULGAKOV, 4)
    await booking.hold(world.database, ANNA, held, world.clock.now())
    rows = await world.rows("SELECT person FROM patient UNION ALL SELECT contact FROM account")
    before, after = tmp_path / "before.db", tmp_path / "after.db"
    backup.copy(world.database.path, before)
    assert all(row[0][20:60] in before.read_bytes() for row in rows)
    await rights.erase(world.database, ANNA, world.clock.now())
    backup.copy(world.database.path, after)
    assert [row for row in rows if row[0][20:60] in after.read_bytes()] == []
    with backup.reading(after) as connection:
        assert holds.of_chat(connection, ANNA) is None


def test_a_backup_is_its_owners_alone_and_says_what_it_is(
    clinic_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "talon.db").write_bytes(clinic_store.read_bytes())
    assert cli.main(["backup"]) == 0
    (made,) = (tmp_path / "data" / "backups").iterdir()
    assert list(backups.found_in(made.parent).values()) == [made]
    assert made.stat().st_mode & 0o777 == 0o600
    assert made.parent.stat().st_mode & 0o777 == 0o700
    said = capsys.readouterr().out
    assert f"{made.relative_to(tmp_path)}: 0." in said
    assert "MB, whole, made in " in said
    assert "SECRET_KEY is not in it" in said
    other = tmp_path / "other.db"
    assert cli.main(["backup", str(other)]) == 0
    assert visits_in(other) == set()
    before = other.read_bytes()
    assert cli.main(["backup", str(other)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert other.read_bytes() == before


def test_without_a_store_there_is_no_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["backup"]) == 2
    assert "there is no store" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def damage(store: Path) -> None:
    """Break an index, as a dying disk would."""
    connection = connect(store)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'appointment_of_patient'"
    ).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with store.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 64)


def break_rows(store: Path) -> None:
    """Break the table that everything copies."""
    connection = connect(store)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'specialty'").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with store.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def test_a_damaged_store_makes_no_backup(store: Path, tmp_path: Path) -> None:
    break_rows(store)
    with pytest.raises((backup.DamagedCopy, sqlite3.DatabaseError)):
        backup.copy(store, tmp_path / "copy.db")
    assert not list(tmp_path.glob("*copy.db*"))


def test_a_copy_that_came_out_damaged_does_not_get_its_name(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backup.damages_of

    def rot(path: Path, *rest: object) -> list[str]:
        damage(path)
        return real(path)

    monkeypatch.setattr(backup, "damages_of", rot)
    with pytest.raises(backup.DamagedCopy):
        backup.copy(store, tmp_path / "copy.db")
    assert not list(tmp_path.glob("*copy.db*"))


# --- each night


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond some pages: what the system says is what a full disk says."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def nights(nightly: Nightly, clock: StoppedClock, hours: float) -> None:
    """Let the clock run, with a look every half an hour."""
    for _ in range(int(hours * 2)):
        clock.move(timedelta(minutes=30))
        await nightly.tick()


async def test_a_backup_is_made_each_night_at_its_hour(store: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = StoppedClock(THREE - timedelta(hours=2))
    nightly = Nightly(config_of(store), clock)
    await nightly.tick()
    folder = store.parent / "backups"
    assert list(backups.found_in(folder)) == [clock.now()], "that of the day was missing"
    clock.at = THREE - timedelta(minutes=1)
    await nightly.tick()
    assert len(backups.found_in(folder)) == 1
    await nights(nightly, clock, 72)
    made = [at.astimezone(MOSCOW) for at in backups.found_in(folder)]
    assert [(at.day, at.hour) for at in made] == [(4, 3), (3, 3), (2, 3)], "one a day"
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_after_a_night_that_was_slept_through_it_is_made_at_the_start(store: Path) -> None:
    clock = StoppedClock(THREE + timedelta(minutes=5))
    folder = store.parent / "backups"
    await Nightly(config_of(store), clock).tick()
    clock.move(timedelta(hours=30))
    again = Nightly(config_of(store), clock)
    await again.tick()
    assert len(backups.found_in(folder)) == 2
    await nights(Nightly(config_of(store), clock), clock, 12)
    assert len(backups.found_in(folder)) == 2, "a restart made another one"


async def test_no_hour_means_no_backup(store: Path) -> None:
    await Nightly(config_of(store, backup_hour=-1), StoppedClock(THREE)).tick()
    assert not (store.parent / "backups").exists()


async def test_after_the_next_night_older_backups_have_nothing_of_those_who_were_erased_either(
    world: World,
) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 2))
    await world.patient(BORIS, "Борис")
    anna, boris = await world.rows(
        "SELECT p.person FROM patient AS p JOIN care AS c ON c.patient_id = p.id JOIN account AS a"
        " ON a.id = c.account_id ORDER BY a.telegram_id"
    )
    now, waiting = world.clock.now(), [NewUpdate(1, ANNA, b"{}"), NewUpdate(2, BORIS, b"{}")]
    keyring = world.database.keyring
    await world.database.write(lambda tx: inbox.receive(tx, keyring, waiting, now, now - timedelta(days=7)))
    nightly = Nightly(config_of(world.database.path), world.clock)
    for _ in range(2):
        await nightly.tick()
        world.clock.move(timedelta(days=1))
    copies = backups.found_in(world.database.path.parent / "backups").values()
    assert len(copies) == 2
    assert all(anna[0][20:60] in path.read_bytes() for path in copies)
    await world.database.write(lambda tx: inbox.mark_done(tx, 1))
    await rights.erase(world.database, ANNA, world.clock.now())
    await nightly.tick()
    copies = backups.found_in(world.database.path.parent / "backups").values()
    assert len(copies) == 3
    for path in copies:
        assert anna[0][20:60] not in path.read_bytes(), path.name
        assert boris[0][20:60] in path.read_bytes()
        assert backup.damages_of(path) == []
        with backup.reading(path) as connection:
            assert journal.first_broken(connection) is None
            assert connection.execute("SELECT count(*) FROM slot WHERE status <> 0").fetchone() == (0,)
            rows = connection.execute("SELECT update_id, payload IS NULL FROM inbox ORDER BY update_id")
            assert rows.fetchall() == [(1, 1), (2, 0)]
    files = [path.name for path in (world.database.path.parent / "backups").iterdir()]
    assert sorted(files) == sorted(path.name for path in copies)


async def test_a_full_disk_is_one_line_in_the_log_and_older_backups_stay(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = StoppedClock(THREE)
    config = config_of(store, backup_daily=1, backup_weekly=0, backup_monthly=0)
    nightly = Nightly(config, clock)
    await nightly.tick()
    folder = backups.folder_of(config)
    old = backups.found_in(folder)
    clock.move(timedelta(days=1))
    with full_disk():
        await nightly.tick()
        await nightly.tick()
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.levelno == logging.ERROR
    assert record.getMessage().startswith("the nightly backup failed, older ones are kept: ")
    assert "\n" not in record.getMessage()
    assert backups.found_in(folder) == old
    assert [path.name for path in folder.iterdir()] == [path.name for path in old.values()]
    clock.move(AGAIN)
    await nightly.tick()
    assert list(backups.found_in(folder)) == [clock.now()], "it is made once there is room"


async def test_a_folder_that_cannot_be_made_does_not_stop_the_bot(
    store: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    await Nightly(config_of(store, backup_dir=str(tmp_path / "file" / "copies")), StoppedClock(THREE)).tick()
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "Not a directory" in record.getMessage()


async def test_a_bot_that_is_told_to_stop_breaks_its_backup_off(
    store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(backup, "_STEPS", 1)
    nightly = Nightly(config_of(store), StoppedClock(THREE))
    nightly.stop()
    await nightly.tick()
    assert list((store.parent / "backups").iterdir()) == []
    assert caplog.records == []


# --- which are kept


def test_over_a_year_days_weeks_and_months_are_kept(tmp_path: Path) -> None:
    kept, begin = Kept(7, 4, 12), datetime(2025, 1, 1, 0, 0, tzinfo=UTC)
    (tmp_path / "of somebody else.db").touch()
    (tmp_path / "talon-by-hand.db").touch()
    for number in range(500):
        now = begin + timedelta(days=number)
        (tmp_path / now.strftime(backups.NAME)).touch()
        (tmp_path / f".{now.strftime(backups.NAME)}.part").touch()
        backups.thin_out(tmp_path, kept, now)
        copies = backups.found_in(tmp_path)
        days = [at.astimezone(MOSCOW).date() for at in copies]
        today = now.astimezone(MOSCOW).date()
        assert days[:7] == [today - timedelta(days=back) for back in range(min(7, number + 1))]
        sundays = [
            day for back in range(28) if (day := today - timedelta(days=back)).weekday() == 6 and back
        ][:3]
        assert set(sundays) - set(days) == set() or number < 28
        ends = [day for back in range(330) if (day := today - timedelta(days=back + 1)).month
                != (day + timedelta(days=1)).month]  # fmt: skip
        assert set(ends) - set(days) == set() or number < 340
        assert len(copies) <= 7 + 4 + 12
        assert len(list(tmp_path.glob(".*.part"))) <= 2
    assert len(backups.found_in(tmp_path)) >= 20
    assert (tmp_path / "of somebody else.db").exists()
    assert (tmp_path / "talon-by-hand.db").exists()


def test_the_last_of_a_day_is_kept_and_the_latest_always() -> None:
    hours = [THREE + timedelta(hours=number) for number in range(30)]
    assert Kept(1, 0, 0).of(hours) == {hours[-1]}
    assert Kept(2, 0, 0).of(hours) == {hours[-1], hours[20]}
    assert Kept(0, 0, 0).of(hours[:1]) == {hours[0]}


def test_a_day_is_moscows() -> None:
    evening = datetime(2025, 6, 1, 21, 30, tzinfo=UTC)  # half past midnight of the second
    assert Kept(1, 0, 0).of([evening, THREE]) == {THREE}
    assert Kept(2, 0, 0).of([evening - timedelta(hours=1), evening]) == {
        evening,
        evening - timedelta(hours=1),
    }


# --- what `check` says of them


async def test_a_check_tells_of_the_newest_backup(world: World) -> None:
    config = config_of(world.database.path)
    own = Database(config.database_url, Keyring(KEY))
    await own.open()
    await World(own, world.clock).patient(ANNA)
    await own.close()
    now = world.clock.now()
    folder = backups.folder_of(config)
    faults, notes = backups.told_of(config, now)
    assert (faults, notes) == ([], [f"there is no backup in {folder}: python bot.py backup"])
    faults, _ = backups.told_of(config, now + STALE + timedelta(hours=1))
    assert faults == notes
    path, _ = backups.make(world.database.path, folder, now)
    faults, notes = backups.told_of(config, now + timedelta(hours=5))
    assert (faults, notes) == ([], [f"The newest backup is {path}, 5 h old."])
    faults, _ = backups.told_of(config, now + timedelta(days=3))
    assert faults == ["the newest backup is 3 days old: the log says why there is no newer one"]
    faults, _ = backups.told_of(config.model_copy(update={"backup_hour": -1}), now + timedelta(days=3))
    assert faults == []
    other = config_of(world.database.path, secret_key="another key that is long enough 0123456789")
    faults, _ = backups.told_of(other, now)
    assert "that SECRET_KEY does not open" in faults[0]
    damage(path)
    faults, _ = backups.told_of(config, now)
    assert f"the newest backup is damaged: {path}" in faults[0]
