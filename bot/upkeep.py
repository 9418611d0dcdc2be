"""Commands over the whole store: seal everything under the first key, see that everything is whole."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.config import BadConfig
from bot.owner import Owner
from clinic.waiting import watching
from storage import journal, schema, seals
from storage.crypto import Keyring
from storage.database import connect, empty_log, sqlite_path
from storage.seals import Batch
from storage.types import Tx

SHOWN = 10
"""Most faults of one kind that are told."""


def keyring_of(keys: tuple[str, ...]) -> Keyring:
    """Make the keyring of SECRET_KEY; raises BadConfig."""
    try:
        return Keyring(*keys)
    except ValueError as error:
        raise BadConfig(f"SECRET_KEY is wrong: {error}") from None


def _existing(url: str) -> Path:
    path = sqlite_path(url)
    if not path.exists():
        raise BadConfig(f"DATABASE_URL: there is no store at {path}")
    if not schema.is_current(url):
        raise BadConfig("the store's schema is of another version: python bot.py migrate")
    return path


def rotate(url: str, keys: tuple[str, ...], say: Callable[[str], None]) -> int:
    """Seal everything anew under the first key; returns how many values no key opens.

    A kill loses nothing: again, it goes on. Raises BadConfig while a bot works with the store.
    """
    keyring = keyring_of(keys)
    path = _existing(url)
    unreadable = 0
    with Owner(path):
        connection = connect(path)
        try:
            for seal in seals.SEALS:
                done = _in_batches(
                    connection,
                    lambda tx, after, seal=seal: seals.rotate(tx, keyring, seal, after),  # type: ignore[misc]
                )
                unreadable += done.unreadable
                say(_line(seal.name, done))
            done = _in_batches(
                connection,
                lambda tx, after: seals.reindex(tx, keyring, None if after is None else after[0]),
            )
            say(_line("account.phone_index", done))
            empty_log(connection)
        finally:
            connection.close()
    return unreadable


def _line(name: str, done: Batch) -> str:
    words = f"{name}: {done.sealed} made anew"
    return words + (f", {done.unreadable} do not open" if done.unreadable else "")


def _in_batches(connection: sqlite3.Connection, work: Callable[[Tx, tuple[Any, ...] | None], Batch]) -> Batch:
    """Work batch after batch, a transaction each; returns the sums."""
    after: tuple[Any, ...] | None = None
    sealed = unreadable = 0
    while True:
        connection.execute("BEGIN IMMEDIATE")
        try:
            batch = work(connection, after)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        sealed, unreadable = sealed + batch.sealed, unreadable + batch.unreadable
        if batch.last is None:
            return Batch(None, sealed, unreadable)
        after = batch.last


def faults(url: str, keys: tuple[str, ...], now: datetime | None = None) -> list[str]:
    """Say what is wrong with the store, a line each; it is only read, so a bot may be working with it."""
    keyring = keyring_of(keys)
    try:
        return _faults(_existing(url), keyring, now)
    except sqlite3.OperationalError:  # it is locked or cannot be opened: that says nothing of what is in it
        raise
    except sqlite3.DatabaseError as error:
        return [f"the file is damaged: {error}"]


def _faults(path: Path, keyring: Keyring, now: datetime | None) -> list[str]:
    connection = connect(path, read_only=True)
    try:
        found = [
            f"the file is damaged: {line}"
            for (line,) in connection.execute(f"PRAGMA integrity_check({SHOWN})")
            if line != "ok"
        ]
        if found:
            return found
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        found += [f"{row[0]}: row {row[1]} points at a {row[2]} that is gone" for row in broken[:SHOWN]]
        entry = journal.first_broken(connection)
        if entry is not None:
            found.append(f"journal: entry {entry} does not follow from those before it")
        for seal in seals.SEALS:
            count = count_unreadable(connection, keyring, seal)
            if count:
                found.append(f"{seal.name}: {count} values do not open with SECRET_KEY")
        since = None if now is None else watching.stands_still(connection, now)
        if since is not None:
            found.append(
                f"the waiting list has not been worked since {since:%d.%m.%Y %H:%M} UTC: is the bot running?"
            )
        return found
    finally:
        connection.close()


def count_unreadable(connection: sqlite3.Connection, keyring: Keyring, seal: seals.Seal) -> int:
    """Count the values of a sealed column that no key opens."""
    after: tuple[Any, ...] | None = None
    count = 0
    while True:
        batch = seals.count_unreadable(connection, keyring, seal, after)
        count += batch.unreadable
        if batch.last is None:
            return count
        after = batch.last
