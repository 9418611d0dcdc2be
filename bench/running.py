"""The bots that are measured, running: a process each, with a Telegram of its own, on a store of the demo."""

import asyncio
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import psutil

from bench.bots import KEY
from bench.telegram import FakeTelegram
from clinic import patients
from clinic.clock import SystemClock
from storage import schema
from storage.crypto import Keyring
from storage.database import Database
from storage.people import Person
from storage.seed import seed_demo, seed_reference

ROOT = Path(__file__).parents[1]
PEOPLE = 400
"""Registered in the store, with the ids from 1 on."""


async def make_store(path: Path, people: int = PEOPLE) -> None:
    """Fill the demo clinic and register people."""
    url = f"sqlite+aiosqlite:///{path}"
    schema.upgrade(url)
    database = Database(url, Keyring(KEY))
    await database.open()
    now = SystemClock().now()
    await seed_reference(database)
    await seed_demo(database, now)
    for number in range(1, people + 1):
        person = Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15))
        await patients.register(
            database,
            patients.Registration(number, "ru", patients.CONSENT_VERSION, now, "+79990000000", person),
            now,
        )
    await database.close()


class Bot:
    """A bot's process (a kind of bench.bots) and the Telegram it talks to."""

    def __init__(self, kind: str, store: Path | None) -> None:
        self._kind, self._store = kind, store
        self.telegram = FakeTelegram()
        self.telegram.is_recording = False

    async def __aenter__(self) -> "Bot":
        url = await self.telegram.start()
        arguments = [url] if self._store is None else [url, str(self._store)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.bots", self._kind, *arguments], stdout=subprocess.PIPE, cwd=ROOT
        )
        self._watched = psutil.Process(self._process.pid)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.poll() is None:
            await self.stop()
        await self.telegram.close()

    @property
    def cpu(self) -> float:
        """Seconds of CPU, user and system, since the start."""
        times = self._watched.cpu_times()
        return times.user + times.system

    @property
    def memory(self) -> float:
        """Resident memory in megabytes."""
        return self._watched.memory_info().rss / 1e6

    def watch_pauses(self) -> None:
        """Let the bot watch its event loop from now on, which costs it some 25 ms of CPU a second."""
        self._process.send_signal(signal.SIGUSR1)

    async def stop(self) -> float | None:
        """Stop it; returns the longest pause of its event loop in milliseconds where it watched."""
        self._process.terminate()
        out, _ = await asyncio.to_thread(self._process.communicate)
        return float(out) if out.strip() else None
