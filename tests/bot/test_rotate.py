"""`rotate`, `check`, and `run` without a good key: on data written under the old key alone."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import cli, upkeep
from bot.config import MAKE_KEY, BadConfig
from bot.owner import Owner
from clinic import booking, documents, feedback, support, visits
from clinic.booking import Request
from clinic.documents import NewDocument
from storage import dialog_state, inbox, notifications, preferences, seals
from storage.crypto import Keyring
from storage.database import Database, connect
from storage.inbox import NewUpdate
from tests import reports
from tests.world import CHEKHOV, StoppedClock, World

OLD = "the old key of the tests that is long enough 0123456789"
NEW = "the new key of the tests that is long enough 9876543210"
ANNA = 101
PURPOSE, CONTENT = "болит левое колено", b"%PDF of a passport" * 300


@pytest.fixture
async def old_store(clinic_store: Path, tmp_path: Path, clock: StoppedClock) -> Path:
    """Fill a store under the old key: a value in every sealed column there is."""
    path = tmp_path / "talon.db"
    path.write_bytes(clinic_store.read_bytes())
    keyring = Keyring(OLD)
    database = Database(f"sqlite+aiosqlite:///{path}", keyring)
    await database.open()
    world, now = World(database, clock), clock.now()
    patient = await world.patient(ANNA)
    request = Request(ANNA, patient.id, await world.slot_id(CHEKHOV, 3), PURPOSE)
    visit = (await booking.book(database, request, now)).appointment
    await visits.mail_ticket(database, ANNA, visit.id, "anna@example.ru", now)
    new = NewDocument(patient.id, "passport", "application/pdf", "паспорт.pdf", CONTENT, "1")
    await documents.add(database, ANNA, new, now)

    def work(tx) -> None:
        inbox.receive(tx, keyring, [NewUpdate(7, ANNA, b"{}")], now, now - timedelta(days=7))
        values = {f"key {number}": b"{}" for number in range(seals.BATCH + 20)}
        dialog_state.save(tx, keyring, ANNA, values, now)
        dialog_state.save(tx, keyring, -ANNA, {"of a group": b"{}"}, now)
        pin = keyring.seal(b"hash", f"account:{patient.account_id}:pin")
        tx.execute("UPDATE account SET pin = ?", (pin,))
        preferences.keep(tx, keyring, patient.account_id, "facilities", {"order": "rating"})
        words = {"name": "Маша"}
        notifications.plan_note(tx, keyring, patient.account_id, "note", "chat", now, words)

    await database.write(work)
    over = visit.ends_at
    await feedback.rate(database, ANNA, visit.id, 5, over)
    await feedback.comment(database, ANNA, visit.id, PURPOSE, over)
    result = {"number": visit.number, "result": PURPOSE, "files": "a.pdf"}
    evening = tmp_path / "evening"
    evening.mkdir()
    await reports.take(database, reports.table(evening, result, beside={"a.pdf": reports.PDF}), over)
    asked = support.NewPost(5, PURPOSE, (support.NewFile("application/pdf", CONTENT),))
    await support.ask(database, ANNA, "ru", support.TECHNICAL, asked, (900,), now)
    await database.close()
    return path


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_TOKEN", "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/talon.db")
    monkeypatch.setenv("SECRET_KEY", NEW)
    monkeypatch.setenv("BACKUP_HOUR", "-1")


def keys(monkeypatch: pytest.MonkeyPatch, *secrets: str) -> None:
    monkeypatch.setenv("SECRET_KEY", ",".join(secrets))


def sealed(store: Path) -> dict[str, list[bytes]]:
    connection = connect(store, read_only=True)
    found = {
        seal.name: [
            row[0]
            for row in connection.execute(
                f"SELECT {seal.column} FROM {seal.table} WHERE {seal.column} IS NOT NULL"
            )
        ]
        for seal in seals.SEALS
    }
    connection.close()
    return found


async def test_after_a_rotation_the_old_key_can_be_taken_out(
    old_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sealed(old_store)
    assert all(before.values()), "a sealed column that the test does not fill"
    keys(monkeypatch, NEW, OLD)
    assert cli.main(["rotate"]) == 0
    assert "can be taken out" in capsys.readouterr().out
    keys(monkeypatch, NEW)
    assert cli.main(["check"]) == 0
    assert "whole" in capsys.readouterr().out
    keyring = Keyring(NEW)
    after = sealed(old_store)
    assert {name: len(values) for name, values in after.items()} == {
        name: len(values) for name, values in before.items()
    }
    assert all(keyring.is_sealed_by_first(value) for values in after.values() for value in values)
    database = Database(f"sqlite+aiosqlite:///{old_store}", keyring)
    await database.open()
    try:
        (visit,) = (await visits.coming(database, ANNA, StoppedClock().now(), 0, 5)).items
        assert visit.appointment.words == {"purpose": PURPOSE, "result": PURPOSE}
        assert visit.person.surname == "Смирнова"
        (row,) = await database.read(lambda tx: tx.execute("SELECT phone_index FROM account").fetchall())
        assert row[0] == keyring.index("+79161234567", "phone")
        (number,) = await database.read(lambda tx: tx.execute("SELECT id FROM document").fetchone())
        _, content = await documents.content(database, ANNA, number, StoppedClock().now())
        assert content == CONTENT
    finally:
        await database.close()


async def test_nothing_that_the_old_key_opens_is_left_in_file_or_log(
    old_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [value for values in sealed(old_store).values() for value in values]
    keys(monkeypatch, NEW, OLD)
    assert cli.main(["rotate"]) == 0
    files = [old_store, *old_store.parent.glob("talon.db-*")]
    raw = b"".join(path.read_bytes() for path in files)
    assert [value for value in before if value[:60] in raw] == []


async def test_a_rotation_that_was_killed_goes_on(old_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch, NEW, OLD)
    real, done = seals.rotate, []

    def dies(tx, keyring, seal, after):
        if seal.column == "value" and after is not None:
            raise KeyboardInterrupt
        done.append(seal.name)
        return real(tx, keyring, seal, after)

    monkeypatch.setattr(seals, "rotate", dies)
    assert cli.main(["rotate"]) == 130
    assert len(done) > 5
    halfway = sealed(old_store)
    keyring = Keyring(NEW, OLD)
    new = [keyring.is_sealed_by_first(value) for value in halfway["dialog_state.value"]]
    assert True in new
    assert False in new
    monkeypatch.setattr(seals, "rotate", real)
    assert cli.main(["rotate"]) == 0
    assert sealed(old_store)["patient.person"] == halfway["patient.person"]
    keys(monkeypatch, NEW)
    assert cli.main(["check"]) == 0


async def test_without_the_old_key_nothing_is_lost_and_it_is_said(
    old_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sealed(old_store)
    assert cli.main(["rotate"]) == 1
    assert "no key in SECRET_KEY opens them" in capsys.readouterr().err
    assert sealed(old_store) == before
    assert cli.main(["check"]) == 1
    said = capsys.readouterr().err
    assert "patient.person: 1 values do not open" in said
    assert f"dialog_state.value: {seals.BATCH + 21} values" in said
    keys(monkeypatch, NEW, OLD)
    assert cli.main(["rotate"]) == 0


async def test_a_rotation_waits_for_no_bot(
    old_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys(monkeypatch, NEW, OLD)
    before = sealed(old_store)
    with Owner(old_store):
        assert cli.main(["rotate"]) == 2
    assert "another process works with this store" in capsys.readouterr().err
    assert sealed(old_store) == before


async def test_a_check_tells_of_a_broken_journal_and_of_lost_rows(
    old_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys(monkeypatch, OLD)
    assert cli.main(["check"]) == 0
    connection = connect(old_store)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("UPDATE journal SET action = 'viewed' WHERE id = 2")
    connection.execute("DELETE FROM patient")
    connection.close()
    capsys.readouterr()
    assert cli.main(["check"]) == 1
    said = capsys.readouterr().err
    assert "journal: entry 2" in said
    assert "points at a patient that is gone" in said


async def test_a_check_tells_of_a_damaged_file(
    old_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys(monkeypatch, OLD)
    connection = connect(old_store)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'appointment_of_patient'"
    ).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with old_store.open("r+b") as file:
        file.seek((page - 1) * size + size - 24)
        file.write(b"\xff" * 24)
    assert cli.main(["check"]) == 1
    assert "the file is damaged" in capsys.readouterr().err


def test_no_store_is_made_by_a_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check"]) == 2
    assert cli.main(["rotate"]) == 2
    assert "there is no store" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", [None, "", "short", "a" * 64, f"{NEW},short"])
def test_run_refuses_a_missing_or_weak_key_and_names_the_command_that_makes_one(
    key: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if key is None:
        monkeypatch.delenv("SECRET_KEY")
    else:
        monkeypatch.setenv("SECRET_KEY", key)
    assert cli.main(["run"]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "SECRET_KEY" in line
    assert MAKE_KEY in line
    assert not key or key not in line.replace(MAKE_KEY, "")


def test_two_keys_that_cannot_be_told_apart_are_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="SECRET_KEY"):
        upkeep.rotate(f"sqlite+aiosqlite:///{tmp_path}/talon.db", (OLD, OLD), print)
