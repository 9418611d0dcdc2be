"""A copy of the store, made while it is worked with; and whether a copy is whole.

`VACUUM INTO` reads one consistent state and writes nothing into the store, so writers go on. What was deleted
is not in the copy: it has no free pages. Personal data are sealed in it as they are in the store.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from storage.database import BUSY_SECONDS, empty_log

SHOWN = 10
"""Most damages that are told."""
_STEPS = 100_000
"""Steps of SQLite's machine between two questions whether to stop."""


class DamagedCopy(Exception):
    """A copy is not whole; the text is one line."""


def _never() -> bool:
    return False


def copy(
    store: Path, target: Path, is_stopped: Callable[[], bool] = _never, *, is_checked: bool = True
) -> int:
    """Copy the store to a new file that only its owner may read; returns its size in bytes.

    It has its name only once it is checked and on the disk, so a kill leaves at most `part_of(target)`.
    Raises FileExistsError, OSError, sqlite3.Error, and DamagedCopy where the store itself is damaged.
    """
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    part = part_of(target)
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with reading(store) as connection:
            connection.set_progress_handler(is_stopped, _STEPS)
            connection.execute("VACUUM INTO ?", (str(part),))
            connection.set_progress_handler(None, 0)
            if wal_of(store).exists():
                empty_log(connection)  # what was erased meanwhile could not leave the log: we were reading
        _on_disk(part)
        damages = damages_of(part, is_stopped) if is_checked else []
        if damages:
            raise DamagedCopy(damages[0])
        size = part.stat().st_size
        part.rename(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    _on_disk(target.parent)
    return size


def part_of(target: Path) -> Path:
    """Return where a copy is while it is not done."""
    return target.with_name(f".{target.name}.part")


def wal_of(store: Path) -> Path:
    """Return the log of a store."""
    return store.with_name(f"{store.name}-wal")


def damages_of(path: Path, is_stopped: Callable[[], bool] = _never) -> list[str]:
    """Say what is wrong with the file of a store, a line each; nothing is when it is whole."""
    try:
        with reading(path) as connection:
            connection.set_progress_handler(is_stopped, _STEPS)
            rows = connection.execute(f"PRAGMA integrity_check({SHOWN})").fetchall()
    except sqlite3.OperationalError:  # locked, stopped, not to be opened: that says nothing of what is in it
        raise
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [line for (line,) in rows if line != "ok"]


def replace(store: Path, new: Path, aside: Path) -> bool:
    """Put a new file in the place of the store, which stays under the name `aside`; whoever calls owns it.

    A kill leaves the one or the other. Returns whether there was a store. Raises BlockingIOError while
    somebody reads the store.
    """
    _on_disk(new)
    had = store.exists()
    if had:
        settle(store)
        _keep(store, aside)
        if wal_of(store).exists():  # of a store too damaged to be opened: it goes along with it
            wal_of(store).rename(wal_of(aside))
    wal_of(store).unlink(missing_ok=True)
    store.with_name(f"{store.name}-shm").unlink(missing_ok=True)
    new.replace(store)
    _on_disk(store.parent)
    return had


def settle(store: Path) -> None:
    """Write the log back into the store and let it go, as far as that can still be done."""
    try:
        connection = sqlite3.connect(store, isolation_level=None, timeout=1)
        try:
            is_empty = empty_log(connection)
        finally:
            connection.close()  # the last one to leave deletes the log
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return
        is_empty = False
    if not is_empty:
        raise BlockingIOError("another process reads the store: end it first")


def _keep(store: Path, aside: Path) -> None:
    """Give the store a second name, or where the file system has none, a copy."""
    try:
        os.link(store, aside)
    except FileExistsError:
        raise
    except OSError:
        import shutil

        shutil.copy2(store, aside)
        _on_disk(aside)
    _on_disk(aside.parent)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a store or a copy for reading; a copy may lie where nobody can write, so nothing is made there."""
    mode = "rw" if wal_of(path).exists() or _is_wal(path) else "ro&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=BUSY_SECONDS
    )
    try:
        connection.execute("PRAGMA cache_size = -8000")
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def changing(copy_of_store: Path) -> Iterator[sqlite3.Connection]:
    """Change a copy in one transaction, which a kill undoes; what is deleted is overwritten."""
    connection = sqlite3.connect(copy_of_store, isolation_level=None, timeout=BUSY_SECONDS)
    try:
        for setting in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    finally:
        connection.close()


def _is_wal(path: Path) -> bool:
    """Tell whether the file's header says that it has a log beside it: the file format's bytes 18 and 19."""
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\x02\x02"


def _on_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
