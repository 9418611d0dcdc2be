"""All measurements in one run, and one table of them: `make bench`, or `python -m bench --quick`."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import uvloop

from bench import (
    booking,
    durable,
    new_times,
    reminders,
    routes,
    running,
    search,
    soak,
    start,
    ticket,
    waiting,
    words,
)
from bench.table import Line, table


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    presses: int = 1500
    confirming: int = 150
    rounds: int = 3
    starts: int = 5
    slots: int = 10_000_000
    soak_minutes: float = 10.0
    planned: int = 1_000_000
    """reminders in the store, of which none is due"""
    due: int = 100_000
    """reminders that are due at once"""
    drain_seconds: float = 60.0


QUICK = Size(
    presses=300,
    confirming=40,
    rounds=1,
    starts=1,
    slots=1_000_000,
    soak_minutes=0.1,
    planned=100_000,
    due=2_000,
    drain_seconds=16,
)
PARTS = ("presses", "soak", "routes", "search", "waiting", "reminders", "ticket", "start", "disk")


async def measure(size: Size, parts: tuple[str, ...], folder: Path) -> list[Line]:
    full = folder / "full.db"
    await running.make_store(full)

    def fresh() -> Path:
        return Path(shutil.copy(full, folder / "talon.db"))

    async def tickets() -> list[Line]:
        return ticket.measure(size.rounds * 6)

    async def searches() -> list[Line]:
        found = await search.measure(folder, size.slots, size.rounds)
        return found + await words.measure(folder, size.rounds)

    async def waits() -> list[Line]:
        return waiting.measure(folder, size.rounds * 10) + await new_times.measure(folder)

    measurements: dict[str, Callable[[], Awaitable[list[Line]]]] = {
        "presses": lambda: booking.measure(full, size.presses, size.confirming, size.rounds),
        "soak": lambda: soak.soak(fresh(), size.soak_minutes),
        "routes": lambda: routes.measure(fresh(), size.rounds * 5),
        "search": searches,
        "waiting": waits,
        "reminders": lambda: reminders.measure(
            fresh(), folder, size.planned, size.due, size.drain_seconds, size.rounds * 3
        ),
        "ticket": tickets,
        "start": lambda: start.measure(fresh(), size.starts),
        "disk": lambda: durable.check(fresh()),
    }
    lines: list[Line] = []
    for part in parts:
        if sys.stderr.isatty():
            print(f"\r\x1b[Kmeasuring: {part} …", end="", file=sys.stderr, flush=True)
        lines += await measurements[part]()
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    return lines


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything: under two minutes, rough")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="how long the event loop is watched")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="measure these alone")
    options = parser.parse_args(arguments)
    size = QUICK if options.quick else Size()
    if options.soak is not None:
        size = replace(size, soak_minutes=options.soak)
    with tempfile.TemporaryDirectory(prefix="talon-bench-") as folder:
        lines = uvloop.run(measure(size, tuple(options.only), Path(folder)))
    print(table(lines))


if __name__ == "__main__":
    main()
