"""What a press costs: bare aiogram beside our intake, session and dialog state; CPU of the bot's process.

python -m bench.intake [--presses 1000] [--rounds 3]
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

from bench.presses import Presses
from bench.telegram import FakeTelegram

BOTS = ("stock", "stock-uvloop", "ours")
WARM_UP = 300


@dataclass(frozen=True)
class Measured:
    cpu_ms: float
    """of the bot's process, a press"""
    p50_ms: float
    p99_ms: float
    max_ms: float


async def measure(kind: str, in_flight: int, count: int, store: str) -> Measured:
    """Run one bot against a server of its own."""
    telegram = FakeTelegram()
    telegram.is_recording = False
    url = await telegram.start()
    arguments = [url] if kind.startswith("stock") else [url, store]
    process = subprocess.Popen([sys.executable, "-m", "bench.bots", kind, *arguments])
    try:
        await asyncio.wait_for(Presses(telegram, in_flight).run(WARM_UP), 60)
        presses = Presses(telegram, in_flight)
        watched = psutil.Process(process.pid)
        before = watched.cpu_times()
        await asyncio.wait_for(presses.run(count), 120)
        after = watched.cpu_times()
    finally:
        process.terminate()
        process.wait()
        await telegram.close()
    spent = after.user + after.system - before.user - before.system
    times = sorted(seconds * 1000 for seconds in presses.seconds)
    return Measured(spent / count * 1000, statistics.median(times), times[int(len(times) * 0.99)], times[-1])


async def run(rounds: int, count: int) -> None:
    print(f"{'':14} {'in flight':>9} {'CPU ms':>8} {'ratio':>6} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8}")
    for in_flight in (1, 50):
        results: dict[str, list[Measured]] = {kind: [] for kind in BOTS}
        for _ in range(rounds):
            for kind in BOTS:  # taking turns, so that a busy machine is busy for each
                with tempfile.TemporaryDirectory() as folder:
                    results[kind].append(await measure(kind, in_flight, count, str(Path(folder, "b.db"))))
        stock = statistics.median(result.cpu_ms for result in results["stock"])
        for kind, measured in results.items():
            cpu, p50, p99, worst = (
                statistics.median(getattr(result, name) for result in measured)
                for name in ("cpu_ms", "p50_ms", "p99_ms", "max_ms")
            )
            print(f"{kind:14} {in_flight:9} {cpu:8.3f} {cpu / stock:6.2f} {p50:8.2f} {p99:8.2f} {worst:8.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    uvloop.run(run(arguments.rounds, arguments.presses))
