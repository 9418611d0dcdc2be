"""Time that passes only when nobody has anything to do, and a store that works without threads.

One process with one loop, so a run with the same seed is the same run.
"""

import asyncio
import random
import selectors
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from storage import database as real
from storage.crypto import Keyring
from storage.database import Database, Work

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Instead of sleeping it says that the time has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise RuntimeError("everybody waits for somebody else")
        self.seconds += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own; what would go to a thread is done at once."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)
        self._clock_resolution = 1e-6  # after months of seconds a float knows no smaller ones

    def time(self) -> float:
        return self._virtual.seconds

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class VirtualClock:
    """What a process takes for the time: the loop's, and by how much the machine's clock is wrong."""

    def __init__(self, began_at: datetime) -> None:
        self.began_at = began_at
        self.wrong_by = timedelta()

    @property
    def truth(self) -> datetime:
        """Tell the time as it is."""
        return self.began_at + timedelta(seconds=asyncio.get_running_loop().time())

    def now(self) -> datetime:
        return self.truth + self.wrong_by


class Killed(BaseException):
    """The process is gone: nothing that it would have done next happens."""


class Life:
    """One process from start to kill: each step of it may be the last."""

    def __init__(self, number: int, randomly: random.Random, chance: Callable[[], float]) -> None:
        self.number = number
        self.is_over = False
        self.steps = 0
        self.last_step: int | None = None
        """at which step it is killed, where that is planned"""
        self.ended = asyncio.Event()
        self._randomly = randomly
        self._chance = chance

    def step(self) -> None:
        """Stand at a place where a kill leaves something half done; raises Killed."""
        if self.is_over:
            raise Killed
        self.steps += 1
        if self.steps == self.last_step or self._randomly.random() < self._chance():
            self.kill()
            raise Killed

    def kill(self) -> None:
        self.is_over = True
        self.ended.set()


class InlineDatabase(Database):
    """The store of one process: the real transactions, made at once; beside each it may be killed."""

    def __init__(self, url: str, keyring: Keyring, life: Life) -> None:
        super().__init__(url, keyring)
        self._life = life
        self._connection: Any = None

    async def open(self) -> None:
        self._connection = real.connect(self.path)
        self._connection.execute("PRAGMA synchronous = OFF")  # nobody cuts the power here

    async def close(self) -> None:
        self._connection.close()

    async def write(self, work: Work[T]) -> T:
        await asyncio.sleep(0)
        self._life.step()
        (result,) = real._write_group(self._connection, [self._whole(work)])
        self._life.step()
        return result

    async def read(self, work: Work[T]) -> T:
        await asyncio.sleep(0)
        if self._life.is_over:
            raise Killed
        return real._read(self._connection, work)
