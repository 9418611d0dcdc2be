"""The SQLite store: one writer that commits in groups, one reader beside it.

Each has a thread of its own (an aiosqlite connection). A transaction is a plain function that gets a `Tx`
and runs there whole, in one trip: a trip for each statement costs two to three times as much.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from storage.crypto import Keyring
from storage.search import has_words
from storage.text import fold
from storage.types import Tx

T = TypeVar("T")
Work = Callable[[Tx], T]

BUSY_SECONDS = 10
"""How long a writer waits for another process's write lock before it gives up."""
EMPTYING_SECONDS = 0.3
"""How long emptying the log waits for readers: nobody can write meanwhile, and a backup reads for seconds."""
GROUP_LIMIT = 200
"""Most transactions that share one commit."""


class UnsupportedDatabase(ValueError):
    """DATABASE_URL names a database that this version cannot use."""


class _Connection(aiosqlite.Connection):
    """An aiosqlite connection that runs a whole function on its thread."""

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        result: T = await self._execute(function, self._conn, *arguments)  # type: ignore[no-untyped-call]
        return result


class Database:
    """An open store; `write` and `read` run transactions on it.

    A commit returns when its pages are on the disk (`synchronous=FULL`): what a patient is told is kept.
    """

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.url = url
        self.path = sqlite_path(url)
        self.keyring = keyring
        self.before_commit: Work[None] | None = None
        """Called at the end of each transaction, within it; what it raises makes the transaction fail."""
        self._writer: _Connection | None = None
        self._reader: _Connection | None = None
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open both connections; the schema must be there already (storage.schema)."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = _Connection(lambda: connect(self.path), 64)
        await self._writer
        self._reader = _Connection(lambda: connect(self.path, read_only=True), 64)
        await self._reader

    async def close(self) -> None:
        """Finish the transactions in hand and close."""
        while self._flushing is not None:
            await self._flushing
        for connection in (self._reader, self._writer):
            if connection is not None:
                await connection.close()
        self._reader = self._writer = None

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction of its own and return its result once that is on the disk.

        Transactions that are waiting share one commit; one that raises is rolled back alone and its
        exception comes out here. Raises sqlite3.OperationalError when the file stays locked or is full.
        """
        if self._writer is None:
            raise RuntimeError("the database is not open")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush(self._writer))
        return await future

    async def read(self, work: Work[T]) -> T:
        """Run `work` on one consistent state of the store; it cannot write."""
        if self._reader is None:
            raise RuntimeError("the database is not open")
        return await self._reader.run(_read, work)

    async def checkpoint(self) -> bool:
        """Write the log back into the file and empty it, so that what was deleted is in neither.

        False when somebody was reading meanwhile: then the next checkpoint does it; a backup makes one.
        """
        if self._writer is None:
            raise RuntimeError("the database is not open")
        return await self._writer.run(empty_log)

    def _whole(self, work: Work[T]) -> Work[T]:
        """Add to a transaction what is done at the end of each."""
        finish = self.before_commit
        if finish is None:
            return work

        def whole(tx: Tx) -> T:
            result = work(tx)
            finish(tx)
            return result

        return whole

    async def _flush(self, writer: _Connection) -> None:
        try:
            while self._waiting:
                group = self._waiting[:GROUP_LIMIT]
                del self._waiting[:GROUP_LIMIT]
                try:
                    results = await writer.run(_write_group, [self._whole(work) for work, _ in group])
                except Exception as error:
                    results = [error] * len(group)
                for (_, future), result in zip(group, results, strict=True):
                    if future.done():  # whoever waited was cancelled; the transaction stands all the same
                        continue
                    if isinstance(result, Exception):
                        future.set_exception(result)
                    else:
                        future.set_result(result)
        finally:
            self._flushing = None


def attempt(tx: Tx, work: Work[T]) -> T:
    """Run a part of a transaction; where it raises, what it did is undone and the rest stands."""
    tx.execute("SAVEPOINT attempt")
    try:
        result = work(tx)
    except Exception:
        tx.execute("ROLLBACK TO attempt")
        tx.execute("RELEASE attempt")
        raise
    tx.execute("RELEASE attempt")
    return result


def _write_group(connection: sqlite3.Connection, works: list[Work[Any]]) -> list[Any]:
    """Run each work in its own savepoint and commit them all at once; an exception stands for its result."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if len(works) == 1:
            results = [works[0](connection)]
        else:
            results = [_within_savepoint(connection, work) for work in works]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return results


def _within_savepoint(connection: sqlite3.Connection, work: Work[Any]) -> Any:
    connection.execute("SAVEPOINT work")
    try:
        result = work(connection)
    except Exception as error:
        if not connection.in_transaction:
            raise  # the disk is full or failing: SQLite gave the whole group up
        connection.execute("ROLLBACK TO work")
        connection.execute("RELEASE work")
        return error
    connection.execute("RELEASE work")
    return result


def _read(connection: sqlite3.Connection, work: Work[T]) -> T:
    connection.execute("BEGIN")
    try:
        return work(connection)
    finally:
        connection.execute("COMMIT")


def empty_log(connection: sqlite3.Connection) -> bool:
    """Write the log back into the file and cut it to nothing; False when a reader was in the way."""
    connection.execute(f"PRAGMA busy_timeout = {int(EMPTYING_SECONDS * 1000)}")
    try:
        (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    return not is_busy


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a connection with the settings that every one of ours has."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS, cached_statements=512
    )
    connection.create_function("fold", 1, fold, deterministic=True)
    connection.create_function("has_words", 2, has_words, deterministic=True)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA cache_size = -32000")
    connection.execute("PRAGMA temp_store = MEMORY")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


def sqlite_path(url: str) -> Path:
    """Find the file that DATABASE_URL names; raises UnsupportedDatabase for anything but SQLite."""
    for scheme in ("sqlite+aiosqlite:///", "sqlite:///"):
        path = url.removeprefix(scheme)
        if path != url and path and not path.startswith(":memory:"):
            return Path(path)
    raise UnsupportedDatabase("DATABASE_URL must name a SQLite file: sqlite+aiosqlite:///data/talon.db")
