"""`bot.py import` with a table of visits: it needs the key of the bot, and says nothing of what it reads."""

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import cli, import_command
from clinic import booking, history
from clinic.booking import Request
from storage.crypto import Keyring
from storage.database import Database
from tests import reports
from tests.world import CHEKHOV, StoppedClock, World

ANNA = 101
KEY, OTHER = (
    "the key of the bot that is long enough 0123456789",
    "some other key that is long enough 9876543210",
)
RESULT = "Тайна врача"


@pytest.fixture
def visit(
    clinic_store: Path, tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, Path]:
    """Let Anna have been at a doctor's; returns the visit, and a folder whose table speaks of it."""
    url = f"sqlite+aiosqlite:///{shutil.copy(clinic_store, tmp_path / 'talon.db')}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)

    async def book() -> tuple[int, str, datetime]:
        database = Database(url, Keyring(KEY))
        await database.open()
        world = World(database, clock)
        patient = await world.patient(ANNA)
        request = Request(ANNA, patient.id, await world.slot_id(CHEKHOV, 1))
        row = (await booking.book(database, request, clock.now())).appointment
        await database.close()
        return row.id, row.number, row.ends_at

    number, public, over = asyncio.run(book())
    clock.at = over + timedelta(hours=1)
    monkeypatch.setattr(import_command, "SystemClock", lambda: clock)
    (folder := tmp_path / "evening").mkdir()
    row = {"number": public, "status": "finished", "result": RESULT, "files": "a.pdf"}
    return number, reports.table(folder, row, beside={"a.pdf": reports.PDF})


def details(tmp_path: Path, visit_id: int, clock: StoppedClock) -> history.Details:
    async def read() -> history.Details:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'talon.db'}", Keyring(KEY))
        await database.open()
        found = await history.details(database, ANNA, visit_id, clock.now())
        await database.close()
        return found

    return asyncio.run(read())


def test_it_is_said_first_and_done_with_apply(
    visit: tuple[int, Path],
    tmp_path: Path,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    number, folder = visit
    monkeypatch.setenv("SECRET_KEY", KEY)
    assert cli.main(["import", str(folder)]) == 0
    assert "Nothing is changed yet" in capsys.readouterr().out
    assert details(tmp_path, number, clock).result == ""
    assert cli.main(["import", str(folder / "visits.csv"), "--apply"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "Done."
    assert RESULT not in said.out + said.err
    found = details(tmp_path, number, clock)
    assert (found.result, len(found.files)) == (RESULT, 1)
    assert cli.main(["import", str(folder), "--apply"]) == 0
    assert "nothing to change" in capsys.readouterr().out


def test_without_the_bots_key_nothing_is_written(
    visit: tuple[int, Path],
    tmp_path: Path,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    number, folder = visit
    monkeypatch.delenv("SECRET_KEY", raising=False)
    assert cli.main(["import", str(folder), "--apply"]) == 2
    monkeypatch.setenv("SECRET_KEY", OTHER)
    assert cli.main(["import", str(folder), "--apply"]) == 1
    assert "give the key that the bot has" in capsys.readouterr().err
    assert details(tmp_path, number, clock).result == ""
