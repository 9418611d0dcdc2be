"""Restoring: visits come back, those who were erased do not, nothing is sent twice, no kill loses both."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot import backups, cli, upkeep
from bot.owner import Owner
from bot.restore import CannotRestore, restore
from clinic import booking, documents, rights, visits
from clinic.booking import Request
from clinic.documents import NewDocument
from storage import (
    accounts,
    afterwards,
    backup,
    inbox,
    invitations,
    journal,
    outgoing,
    people,
    schema,
)
from storage.crypto import Keyring
from storage.database import Database, connect
from storage.inbox import NewUpdate
from storage.invitations import InvitationRow
from storage.people import CHILD, Person
from tests.bot.test_backups import KEY, break_rows, config_of, damage
from tests.world import BULGAKOV, CHEKHOV, StoppedClock, World

ROOT = Path(__file__).parents[2]
ANNA, BORIS = 101, 102
CHILD_ID = 4242
HOUR = timedelta(hours=1)


@dataclass
class Served(World):
    """A store under the key of the settings, that can be let go and taken up again."""

    @property
    def path(self) -> Path:
        return self.database.path

    async def copy(self, name: str = "copy.db") -> Path:
        target = self.path.with_name(name)
        backup.copy(self.path, target)
        return target

    async def restored(self, file: Path, **how: bool) -> list[str]:
        """Stop, restore, start again; what was said."""
        await self.database.close()
        said: list[str] = []
        self.clock.move(timedelta(seconds=1))
        try:
            restore(config_of(self.path), file, self.clock.now(), said.append, **how)
        finally:
            self.database = Database(self.database.url, Keyring(KEY))
            await self.database.open()
        return said


@pytest.fixture
async def served(clinic_store: Path, tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Served]:
    path = Path(shutil.copy(clinic_store, tmp_path / "talon.db"))
    database = Database(f"sqlite+aiosqlite:///{path}", Keyring(KEY))
    await database.open()
    served = Served(database, clock)
    yield served
    await served.database.close()


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


async def coming(served: Served, telegram_id: int) -> list[tuple]:
    found = await visits.coming(served.database, telegram_id, served.clock.now(), 0, 9)
    return [(one.appointment.number, one.appointment.starts_at, one.person.surname) for one in found.items]


async def send_all(served: Served, upto: timedelta = timedelta(0)) -> None:
    """Send what is due, as the outbox does."""
    now = served.clock.now() + upto

    def work(tx) -> None:
        for row in outgoing.claim_due(tx, "chat", now, now + HOUR, 100):
            outgoing.mark_sent(tx, row.id, now, 1000 + row.id)

    await served.database.write(work)


async def due(served: Served) -> list[str]:
    """Say which messages the outbox would send now."""
    rows = await served.rows(
        "SELECT kind FROM notification WHERE state = 1 AND due_at <= ?", int(served.clock.now().timestamp())
    )
    return sorted(row[0] for row in rows)


async def test_the_visits_are_those_of_the_copy_and_the_store_is_kept_aside(served: Served) -> None:
    first = await served.book(ANNA, await served.slot_id(CHEKHOV, 3))
    before = await coming(served, ANNA)
    document = NewDocument(first.appointment.patient_id, "passport", "image/png", "п.png", b"bytes", "1")
    kept = await documents.add(served.database, ANNA, document, served.clock.now())
    copy = await served.copy()
    await served.book(ANNA, await served.slot_id(BULGAKOV, 4))
    await visits.cancel(served.database, ANNA, first.appointment.id, served.clock.now())
    now_there = await coming(served, ANNA)
    said = await served.restored(copy)
    assert await coming(served, ANNA) == before
    assert (await documents.content(served.database, ANNA, kept.id, served.clock.now()))[1] == b"bytes"
    assert "Visits booked, moved or cancelled after this copy was made: 2" in "\n".join(said)
    (aside,) = served.path.parent.glob("talon.db.before-*")
    assert str(aside) in said[-1]
    assert served.path.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in served.path.parent.iterdir()) == sorted(
        ["copy.db", "talon.db", "talon.db-shm", "talon.db-wal", "talon.db.lock", aside.name]
    )
    _, notes = backups.told_of(config_of(served.path), served.clock.now())
    assert f"{aside} is left of a restore, with personal data in it: delete it." in notes
    await served.restored(aside)
    assert await coming(served, ANNA) == now_there


async def test_by_command_and_with_no_store_there(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await served.book(ANNA, await served.slot_id(CHEKHOV, 3))
    copy = await served.copy()
    new = served.path.parent / "new" / "talon.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{new}")
    monkeypatch.setenv("SECRET_KEY", KEY)
    assert cli.main(["restore", str(copy)]) == 0
    said = capsys.readouterr().out
    assert "cannot be read" in said
    assert "before-" not in said
    assert dump(new)
    assert upkeep.faults(f"sqlite:///{new}", (KEY,)) == []
    assert cli.main(["restore", str(copy.with_name("nothing.db"))]) == 1
    assert "there is no file" in capsys.readouterr().err


# --- what is refused, with the store as it was


async def refused(served: Served, file: Path) -> str:
    before = dump(served.path)
    names = sorted(path.name for path in served.path.parent.iterdir() if "lock" not in path.name)
    with pytest.raises(CannotRestore) as refusal:
        await served.restored(file)
    assert dump(served.path) == before
    assert sorted(path.name for path in served.path.parent.iterdir() if "lock" not in path.name) == names
    return str(refusal.value)


async def test_a_damaged_copy_is_refused(served: Served) -> None:
    copy = await served.copy()
    damage(copy)
    assert "is damaged" in await refused(served, copy)
    copy = await served.copy("other.db")
    break_rows(copy)
    assert "is damaged" in await refused(served, copy)
    copy.write_bytes(copy.read_bytes()[:5000])
    assert "is damaged" in await refused(served, copy)
    copy.write_text("no database at all, only words that somebody wrote")
    assert str(copy) in await refused(served, copy)


async def test_what_is_no_store_of_ours_is_refused(served: Served, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE anything (id INTEGER)")
    connection.close()
    assert "is no store of Talon" in await refused(served, other)


async def test_a_copy_of_a_newer_version_is_refused(served: Served) -> None:
    copy = await served.copy()
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "a version that this one does not know (revision 9999" in await refused(served, copy)


async def test_without_the_key_of_the_copy_it_is_refused_unless_meant(served: Served) -> None:
    patient = await served.patient(ANNA)
    copy = await served.copy()
    with sqlite3.connect(copy) as connection:
        person = Keyring("a lost key that was long enough 0123456789").seal(b"{}", f"patient:{patient.id}")
        connection.execute("UPDATE patient SET person = ?", (person,))
    connection.close()
    assert "SECRET_KEY does not open 1 sealed values (patient.person)" in await refused(served, copy)
    await served.restored(copy, despite_unreadable=True)
    assert await served.rows("SELECT person FROM patient") == [(person,)]


async def test_beside_a_running_bot_it_is_refused(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = await served.copy()
    before = dump(served.path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{served.path}")
    monkeypatch.setenv("SECRET_KEY", KEY)
    with Owner(served.path):
        assert cli.main(["restore", str(copy)]) == 2
    assert "another process works with this store" in capsys.readouterr().err
    assert dump(served.path) == before


async def test_while_somebody_reads_the_store_it_is_refused(served: Served) -> None:
    await served.book(ANNA, await served.slot_id(CHEKHOV, 3))
    copy = await served.copy()
    reader = connect(served.path, read_only=True)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM slot").fetchone()
    await served.book(ANNA, await served.slot_id(CHEKHOV, 4))
    with pytest.raises(CannotRestore, match="another process reads the store"):
        await served.restored(copy)
    reader.close()
    assert len(await coming(served, ANNA)) == 2


async def test_a_copy_of_an_older_version_is_migrated(served: Served, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    schema.upgrade(f"sqlite:///{older}", "0002")
    said = await served.restored(older)
    assert said[0] == f"migrating it from revision 0002 to {schema.HEAD}"
    assert schema.revision_of(served.path) == schema.HEAD
    assert schema.revision_of(older) == "0002"


def test_every_revision_is_known() -> None:
    assert schema.revisions()[-1] == schema.HEAD
    assert len(schema.revisions()) == len(list((schema.MIGRATIONS / "versions").glob("0*.py")))


# --- what must not come back


async def child_of(served: Served, *telegram_ids: int) -> None:
    """Write a child whom these accounts act for."""

    def work(tx) -> None:
        keyring, now = served.database.keyring, served.clock.now()
        people.insert_patient(tx, keyring, CHILD_ID, Person("Смирнов", "Лев", "", now.date()), now)
        for telegram_id in telegram_ids:
            account = accounts.of_chat(tx, telegram_id)
            people.add_care(tx, account.id, CHILD_ID, relation=CHILD, basis="birth_certificate", now=now)

    await served.database.write(work)


async def erase_after_copy(served: Served) -> tuple[Path, list[bytes]]:
    """Make a copy with Anna in it, then erase her; returns the copy and what was sealed of her."""
    slot_id = await served.slot_id(CHEKHOV, 3)
    visit = await served.book(ANNA, slot_id)
    boris = await served.patient(BORIS, "Борис")
    document = NewDocument(visit.appointment.patient_id, "passport", "image/png", "п.png", b"b" * 99, "1")
    await documents.add(served.database, ANNA, document, served.clock.now())
    await booking.hold(served.database, ANNA, await served.slot_id(BULGAKOV, 4), served.clock.now())
    rows = await served.rows(
        "SELECT person FROM patient WHERE id <> ? UNION ALL SELECT contact FROM account WHERE telegram_id = ?"
        " UNION ALL SELECT content FROM document_content UNION ALL SELECT words FROM appointment"
        " WHERE words IS NOT NULL",
        boris.id,
        ANNA,
    )
    copy = await served.copy()
    await rights.erase(served.database, ANNA, served.clock.now())
    return copy, [row[0][20:60] for row in rows]


async def gone(served: Served, sealed: list[bytes]) -> None:
    await served.database.checkpoint()
    raw = served.path.read_bytes() + served.path.with_name("talon.db-wal").read_bytes()
    assert [value for value in sealed if value in raw] == []
    assert await served.rows("SELECT telegram_id FROM account") == [(BORIS,)]
    assert len(await served.rows("SELECT id FROM patient WHERE person IS NOT NULL")) == 1
    assert await served.rows("SELECT count(*) FROM slot WHERE status <> 0") == [(0,)]
    assert await served.rows("SELECT count(*) FROM appointment WHERE status IN (1, 2)") == [(0,)]
    assert await served.rows("SELECT count(*) FROM document_content") == [(0,)]
    assert await served.database.read(journal.first_broken) is None
    assert len(await served.database.read(afterwards.erased)) == 2


async def test_whoever_was_erased_since_is_erased_again(served: Served) -> None:
    copy, sealed = await erase_after_copy(served)
    assert all(value in copy.read_bytes() for value in sealed)
    said = await served.restored(copy)
    assert said[0].startswith("2 accounts and patients who were erased since")
    await gone(served, sealed)
    await served.restored(copy)
    await gone(served, sealed)


async def test_of_a_damaged_store_the_journal_and_newer_backups_still_tell(served: Served) -> None:
    copy, sealed = await erase_after_copy(served)
    backups.make(served.path, served.path.parent / "backups", served.clock.now())
    await served.database.checkpoint()
    await served.database.close()
    served.path.write_bytes(b"what a dying disk left" * 999)
    said: list[str] = []
    restore(config_of(served.path), copy, served.clock.now(), said.append)
    served.database = Database(served.database.url, Keyring(KEY))
    await served.database.open()
    await gone(served, sealed)
    assert "The store as it was cannot be read" in "\n".join(said)
    (aside,) = served.path.parent.glob("talon.db.before-*")
    assert aside.read_bytes().startswith(b"what a dying disk left")


async def test_whoever_registered_anew_after_being_erased_is_not_hurt(served: Served) -> None:
    await erase_after_copy(served)
    await served.book(ANNA, await served.slot_id(CHEKHOV, 3))
    copy = await served.copy("later.db")
    await served.restored(copy)
    assert len(await coming(served, ANNA)) == 1


async def test_a_right_that_was_taken_back_stays_taken_back(served: Served) -> None:
    await served.patient(ANNA)
    boris = await served.patient(BORIS, "Борис")
    await child_of(served, ANNA, BORIS)
    request = Request(ANNA, CHILD_ID, await served.slot_id(BULGAKOV, 3), "", True)
    await booking.book(served.database, request, served.clock.now())
    copy = await served.copy()
    await served.database.write(
        lambda tx: tx.execute(
            "DELETE FROM care WHERE account_id = ? AND patient_id = ?", (boris.account_id, CHILD_ID)
        )
    )
    await served.restored(copy)
    owners = await served.rows("SELECT account_id FROM care WHERE patient_id = ?", CHILD_ID)
    assert len(owners) == 1
    assert (boris.account_id,) not in owners
    told = await served.rows("SELECT DISTINCT account_id FROM notification")
    assert told == owners
    assert await coming(served, BORIS) == []


async def test_links_that_were_used_or_revoked_do_not_work_again(served: Served) -> None:
    anna = await served.patient(ANNA)
    now = served.clock.now()

    def link(tx, number: int) -> None:
        row = InvitationRow(number, "relative", anna.account_id, None, now, now + 24 * HOUR, None, None)
        invitations.insert(tx, row, bytes([number]))

    for number in (1, 2, 3):
        await served.database.write(partial(link, number=number))
    copy = await served.copy()
    await served.database.write(
        lambda tx: [
            tx.execute("UPDATE invitation SET used_at = 5, used_by = 6 WHERE id = 1"),
            tx.execute("UPDATE invitation SET revoked_at = 7 WHERE id = 2"),
        ]
    )
    await served.restored(copy)
    query = "SELECT id, used_at, used_by, revoked_at FROM invitation ORDER BY id"
    assert await served.rows(query) == [(1, 5, 6, None), (2, None, None, 7), (3, None, None, None)]
    await served.database.close()
    served.path.unlink()
    await served.restored(copy)
    assert [row[3] for row in await served.rows(query)] == [int(now.timestamp()) + 2] * 3, (
        "nobody knows of them"
    )


async def test_a_pin_that_was_set_since_still_locks(served: Served) -> None:
    await served.patient(ANNA)
    copy = await served.copy()
    await served.database.write(
        lambda tx: accounts.set_pin(
            tx, served.database.keyring, accounts.of_chat(tx, ANNA).id, "a hash of a PIN"
        )
    )
    await served.restored(copy)
    assert await served.database.read(lambda tx: accounts.has_pin(tx, ANNA))


async def test_no_message_goes_twice_and_what_is_to_come_comes(served: Served) -> None:
    await served.book(ANNA, await served.slot_id(CHEKHOV, 3))
    copy = await served.copy()
    assert await due(served) == ["ticket", "ticket_file"]
    await send_all(served)
    served.clock.move(HOUR)
    said = await served.restored(copy)
    assert await due(served) == []
    assert "Messages: 2 were sent already, 0 of the past" in "\n".join(said)
    sent = await served.rows("SELECT message_id FROM notification WHERE state = 0")
    assert all(row[0] >= 1000 for row in sent), "an old ticket can still be marked as void"
    served.clock.move(timedelta(days=2, hours=2))
    assert await due(served) == ["reminder"]


async def test_what_the_lost_store_had_not_sent_is_sent(served: Served) -> None:
    await served.book(ANNA, await served.slot_id(CHEKHOV, 3))
    copy = await served.copy()
    await served.restored(copy)
    assert await due(served) == ["ticket", "ticket_file"]


async def test_where_nobody_knows_nothing_of_the_past_is_sent(served: Served) -> None:
    await served.book(ANNA, await served.slot_id(CHEKHOV, 3))
    copy = await served.copy()
    await served.database.close()
    served.path.unlink()
    served.clock.move(timedelta(days=2, hours=4))
    said = await served.restored(copy)
    assert await due(served) == []
    assert "3 of the past are dropped" in "\n".join(said)
    rows = await served.rows("SELECT kind, lead FROM notification WHERE state = 1")
    assert rows == [("reminder", 10800), ("how_was_it", 0)], "what is to come stays"


async def test_presses_that_were_worked_are_not_worked_again(served: Served) -> None:
    now = served.clock.now()
    updates = [NewUpdate(number, ANNA, b"{}") for number in (1, 2, 3)]
    await served.database.write(
        lambda tx: inbox.receive(tx, served.database.keyring, updates, now, now - timedelta(days=7))
    )
    copy = await served.copy()
    await served.database.write(lambda tx: inbox.mark_done(tx, 1))
    await served.database.write(lambda tx: tx.execute("DELETE FROM inbox WHERE update_id = 2"))
    await served.restored(copy)
    rows = await served.rows("SELECT update_id, state, payload IS NULL FROM inbox ORDER BY update_id")
    assert rows == [(1, 0, 1), (2, 0, 1), (3, 1, 0)]


# --- killed

KILLED = """
import os, signal, sys
from pathlib import Path
import bot.restore, alembic.command, sqlalchemy, alembic.config, storage.models
from tests.bot.test_backups import config_of
from tests.bot.test_restore import dump
from tests.world import NOW

store, copy, folder = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def run(fatal):
    seen = 0
    def watch(event, arguments):
        nonlocal seen
        if event in ("os.rename", "os.link", "os.remove", "open", "sqlite3.connect", "os.chmod"):
            if any(folder in os.fsdecode(one) for one in arguments if isinstance(one, (str, bytes))):
                seen += 1
                if seen == fatal:
                    os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(watch)
    bot.restore.restore(config_of(store), copy, NOW, lambda line: None)
    os._exit(0)

import shutil
def lay():
    for path in Path(folder).iterdir():
        path.unlink()
    for path in Path(sys.argv[4]).iterdir():
        shutil.copy(path, folder)

lay()
old = dump(store)
lay()
child = os.fork()
if child == 0:
    run(0)
assert os.waitpid(child, 0)[1] == 0
new = dump(store)
assert new != old
olds = news = 0
for fatal in range(1, 500):
    lay()
    child = os.fork()
    if child == 0:
        run(fatal)
    status = os.waitpid(child, 0)[1]
    there = dump(store)
    assert there in (old, new), fatal
    olds, news = olds + (there == old), news + (there == new)
    if status == 0:
        break
    child = os.fork()  # again, it goes through
    if child == 0:
        aside = [path.unlink() for path in Path(folder).glob("talon.db.before-*")]
        run(0)
    assert os.waitpid(child, 0)[1] == 0
    assert dump(store) == new, fatal
print(olds, news)
"""


@pytest.mark.slow
async def test_killed_at_whatever_step_the_old_or_the_new_store_is_there(
    served: Served, tmp_path: Path
) -> None:
    """Before each file that is opened, linked, renamed or deleted; the old one has a log that counts."""
    await served.book(ANNA, await served.slot_id(CHEKHOV, 3))
    copy = await served.copy()
    await send_all(served)
    await served.book(ANNA, await served.slot_id(CHEKHOV, 4))
    lying, folder = tmp_path / "lying", tmp_path / "folder"
    lying.mkdir()
    folder.mkdir()
    for name in ("talon.db", "talon.db-wal"):
        shutil.copy(served.path.with_name(name), lying)
    assert (lying / "talon.db-wal").stat().st_size > 0
    command = [sys.executable, "-W", "ignore", "-c", KILLED, str(folder / "talon.db"), str(copy),
               str(folder), str(lying)]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=300, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    olds, news = map(int, done.stdout.split())
    assert olds > 10
    assert news >= 1


@pytest.mark.slow
def test_a_backup_that_is_killed_leaves_no_name(store: Path, tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from storage import backup;"
        "backup.damages_of = lambda *_: os.kill(os.getpid(), signal.SIGKILL);"
        "backup.copy(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    target = tmp_path / "copy.db"
    command = [sys.executable, "-c", code, str(store), str(target)]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert not target.exists()
    assert backup.copy(store, target) > 0
    assert not backup.part_of(target).exists()
