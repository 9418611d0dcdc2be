"""From start to the first request for updates, beside `import aiogram`; memory at rest, beside a bare bot.

The store is migrated and seeded before. Both take turns, by the wall clock; memory is what is resident a few
seconds after the first request.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from bench.bots import KEY
from bench.running import ROOT
from bench.table import Line, beside
from bench.telegram import TOKEN, FakeTelegram

REST_SECONDS = 3.0


class Started:
    """A bot that is started, up to its first request for updates."""

    def __init__(self) -> None:
        self.polled = asyncio.Event()
        self.telegram = FakeTelegram(self._respond)

    async def _respond(self, method: str, _: dict[str, Any]) -> None:
        if method == "getUpdates":
            self.polled.set()

    async def run(self, arguments: list[str], settings: dict[str, str], folder: Path) -> tuple[float, float]:
        """Start `python <arguments> <url>`; returns seconds to the first request and megabytes at rest."""
        url = await self.telegram.start()
        environment = os.environ | settings | {"TELEGRAM_API_URL": url, "PYTHONPATH": str(ROOT)}
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *(part.format(url=url) for part in arguments)],
            cwd=folder,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            await asyncio.wait_for(self.polled.wait(), 60)
            seconds = time.perf_counter() - begun
            await asyncio.sleep(REST_SECONDS)
            return seconds, psutil.Process(process.pid).memory_info().rss / 1e6
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)
            await self.telegram.close()


def importing() -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import aiogram"], check=True)
    return time.perf_counter() - begun


async def measure(store: Path, rounds: int) -> list[Line]:
    settings = {
        "BOT_TOKEN": TOKEN,
        "SECRET_KEY": KEY,
        "DATABASE_URL": f"sqlite+aiosqlite:///{store}",
    }
    starts, imports, memory, bare = [], [], [], []
    importing()  # the files are in the system's cache then
    for _ in range(rounds):
        imports.append(await asyncio.to_thread(importing))
        seconds, megabytes = await Started().run([str(ROOT / "bot.py"), "run"], settings, store.parent)
        starts.append(seconds)
        memory.append(megabytes)
        bare.append((await Started().run(["-m", "bench.bots", "stock", "{url}"], {}, store.parent))[1])
    start, imported, resident, stock = map(statistics.median, (starts, imports, memory, bare))
    return [
        beside("start to first poll", start, imported, most=1.3, what="import aiogram", unit="s"),
        beside("memory at rest", resident, stock, most=1.2, what="bare aiogram bot", unit="MB", digits=0),
    ]
