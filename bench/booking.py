"""What a press costs in the whole bot, beside a press in bare aiogram in the same run.

python -m bench.booking [--presses 1200] [--rounds 3]

CPU is that of the bot's process (user + system). «stock» answers and edits with MemoryStorage. «window» is a
press inside the booking conversation: inbox, store, dialog state in SQLite, answer, edit. «confirm» is the
press that books: slot, appointment, ticket and reminder rows, hold, dialog state, inbox; the ticket itself is
made and sent afterwards and stands in a line of its own.
"""

import argparse
import asyncio
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil
import uvloop

from bench.bots import KEY
from bench.patients import Chats, to_confirmation, wander
from bench.telegram import FakeTelegram, Presses
from clinic import patients
from clinic.clock import SystemClock
from storage import schema
from storage.crypto import Keyring
from storage.database import Database
from storage.people import Person
from storage.seed import seed_demo, seed_reference

PRESSES_OF_A_PERSON = 30
"""Below what flood protection takes for a script."""
PEOPLE = 400
WARM_UP = 200


@dataclass(frozen=True)
class Measured:
    cpu_ms: float
    seconds: list[float]
    longest_pause_ms: float | None = None


async def make_store(path: Path) -> None:
    """Fill the demo clinic and register people."""
    url = f"sqlite+aiosqlite:///{path}"
    schema.upgrade(url)
    database = Database(url, Keyring(KEY))
    await database.open()
    now = SystemClock().now()
    await seed_reference(database)
    await seed_demo(database, now)
    for number in range(1, PEOPLE + 1):
        person = Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15))
        await patients.register(
            database,
            patients.Registration(number, "ru", patients.CONSENT_VERSION, now, "+79990000000", person),
            now,
        )
    await database.close()


class Bot:
    """A bot's process and the Telegram it talks to."""

    def __init__(self, kind: str, store: Path | None) -> None:
        self._kind, self._store = kind, store
        self.telegram = FakeTelegram()
        self.telegram.is_recording = False

    async def __aenter__(self) -> "Bot":
        url = await self.telegram.start()
        arguments = [url] if self._store is None else [url, str(self._store)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.bots", self._kind, *arguments], stdout=subprocess.PIPE
        )
        self._watched = psutil.Process(self._process.pid)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.poll() is None:
            await self.stop()
        await self.telegram.close()

    @property
    def cpu(self) -> float:
        times = self._watched.cpu_times()
        return times.user + times.system

    def forget_pauses(self) -> None:
        self._process.send_signal(signal.SIGUSR1)

    async def stop(self) -> float | None:
        """Stop it; returns the longest pause of its event loop in milliseconds where it watched."""
        self._process.terminate()
        out, _ = await asyncio.to_thread(self._process.communicate)
        return float(out) if out.strip() else None


async def stock(kind: str, in_flight: int, presses: int) -> Measured:
    async with Bot(kind, None) as bot:
        await asyncio.wait_for(Presses(bot.telegram, in_flight).run(WARM_UP), 60)
        timed = Presses(bot.telegram, in_flight)
        before = bot.cpu
        await asyncio.wait_for(timed.run(presses), 120)
        return Measured((bot.cpu - before) / presses * 1000, timed.seconds)


async def windows(store: Path, in_flight: int, presses: int) -> Measured:
    """Presses inside the booking conversation."""
    async with Bot("talon", store) as bot:
        chats = Chats(bot.telegram)
        people = range(1, max(in_flight, presses // PRESSES_OF_A_PERSON) + 1)
        for chat_id in (*people, PEOPLE):
            await chats.write(chat_id, "/book")
        await wander(chats, PEOPLE, 35, random.Random(0))
        seconds: list[float] = []
        waiting = list(people)
        each = presses // len(people)

        async def work() -> None:
            while waiting:
                chat_id = waiting.pop()
                seconds.extend(await wander(chats, chat_id, each, random.Random(chat_id)))

        await asyncio.sleep(1)
        bot.forget_pauses()
        before = bot.cpu
        await asyncio.gather(*(work() for _ in range(in_flight)))
        cpu = bot.cpu - before
        return Measured(cpu / len(seconds) * 1000, seconds, await bot.stop())


async def confirms(store: Path, kind: str, count: int) -> Measured:
    """Presses that book, one after the other."""
    async with Bot(kind, store) as bot:
        chats = Chats(bot.telegram)
        people = range(1, count + 1)
        for chat_id in people:
            await to_confirmation(chats, chat_id)
        for chat_id in people[:10]:
            await chats.press(chat_id, "✅ Записаться")
        await asyncio.sleep(2)
        before = bot.cpu
        seconds = [await chats.press(chat_id, "✅ Записаться") for chat_id in people[10:]]
        if kind == "talon":
            await asyncio.sleep(len(seconds) * 2 / 25 + 3)  # the tickets go out at Telegram's rate
        cpu = bot.cpu - before
        if not all("Вы записаны" in chats.text(chat_id) for chat_id in people):
            raise RuntimeError("not everybody was booked")
        return Measured(cpu / len(seconds) * 1000, seconds)


def median(results: list[Measured]) -> float:
    return statistics.median(result.cpu_ms for result in results)


def row(name: str, results: list[Measured], base: float) -> None:
    cpu = median(results)
    seconds = sorted(second for result in results for second in result.seconds)
    p50, p99, worst = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)], seconds[-1]
    pauses = [result.longest_pause_ms for result in results if result.longest_pause_ms is not None]
    pause = f"{max(pauses):7.1f}" if pauses else "      –"
    waits = " ".join(f"{wait * 1000:7.2f}" for wait in (p50, p99, worst))
    print(f"{name:34} {cpu:7.3f} {cpu / base:6.2f}  {waits} {pause}")


async def run(presses: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder, "full.db")
        await make_store(full)
        results: dict[str, list[Measured]] = {}

        def fresh() -> Path:
            return Path(shutil.copy(full, Path(folder, "talon.db")))

        for _ in range(rounds):  # taking turns, so that a busy machine is busy for each
            results.setdefault("stock press, 1 in flight", []).append(await stock("stock", 1, presses))
            results.setdefault("stock uvloop press, 1 in flight", []).append(
                await stock("stock-uvloop", 1, presses)
            )
            results.setdefault("window press, 1 in flight", []).append(await windows(fresh(), 1, presses))
            results.setdefault("confirm press, 1 in flight", []).append(
                await confirms(fresh(), "talon-no-tickets", 150)
            )
            results.setdefault("stock press, 50 in flight", []).append(await stock("stock", 50, presses))
            results.setdefault("window press, 50 in flight", []).append(await windows(fresh(), 50, presses))
        results["confirm press and its ticket sent"] = [await confirms(fresh(), "talon", 60)]
    print(f"{'':34} {'CPU ms':>7} {'ratio':>6}  {'p50 ms':>7} {'p99 ms':>7} {'max ms':>7} {'pause ms':>7}")
    for name, measured in results.items():
        base = median(results[f"stock press, {'50' if '50 in' in name else '1'} in flight"])
        row(name, measured, base)


def main(presses: int = 1200, rounds: int = 3) -> None:
    uvloop.run(run(presses, rounds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=1200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    main(arguments.presses, arguments.rounds)
