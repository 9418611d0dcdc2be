"""The longest pause of the event loop while 50 people press, one after the other books and tickets go out.

A pause is a sleep of 2 ms that took longer, by the wall clock. The same watch runs in a process that does
nothing else: what it sees is the machine's own doing.
"""

import asyncio
import itertools
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from bench.booking import BOOK, IN_FLIGHT
from bench.patients import Chats, PressLost, to_confirmation, wander
from bench.running import PEOPLE, ROOT, Bot
from bench.table import Line, holds, within

BOOKING = 100
"""People who book, the last of all; the others look around."""
REST = 0.25
"""Seconds between two presses of one person: below what flood protection takes for a script."""


class IdleLoop:
    """A process whose event loop watches its pauses and does nothing else."""

    def __enter__(self) -> "IdleLoop":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.bots", "idle-loop"], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def watch_pauses(self) -> None:
        assert self._process.stdout is not None
        self._process.stdout.readline()
        self._process.send_signal(signal.SIGUSR1)

    def stop(self) -> float:
        self._process.terminate()
        return float(self._process.communicate()[0])


async def soak(store: Path, minutes: float) -> list[Line]:
    with IdleLoop() as idle:
        async with Bot("talon", store) as bot:
            chats = Chats(bot.telegram)
            await asyncio.gather(*(chats.write(chat_id, "/book") for chat_id in range(1, IN_FLIGHT + 1)))
            await asyncio.sleep(1)
            idle.watch_pauses()
            bot.watch_pauses()
            counted = await press(chats, time.monotonic() + minutes * 60)
            longest = await bot.stop()
        if longest is None:
            raise RuntimeError("the bot did not watch its loop")
        return lines(minutes, longest, idle.stop(), counted)


async def press(chats: Chats, end: float) -> dict[str, int]:
    """Press until `end`; counts what came of it."""
    counted = {"pressed": 0, "lost": 0, "booked": 0}

    async def look_around(chat_id: int) -> None:
        randomly = random.Random(chat_id)
        while time.monotonic() < end:
            try:
                await wander(chats, chat_id, 1, randomly)
                counted["pressed"] += 1
            except PressLost:
                counted["lost"] += 1
            await asyncio.sleep(REST)

    async def book() -> None:
        for number in itertools.count():
            if time.monotonic() > end:
                return
            chat_id = PEOPLE - number % BOOKING
            try:
                await to_confirmation(chats, chat_id, number // BOOKING)
                await chats.press(chat_id, BOOK)
                counted["booked"] += "Вы записаны" in chats.text(chat_id)
            except PressLost:
                counted["lost"] += 1
            await asyncio.sleep(1)

    await asyncio.gather(book(), *(look_around(chat_id) for chat_id in range(1, IN_FLIGHT + 1)))
    return counted


def lines(minutes: float, longest: float, idle: float, counted: dict[str, int]) -> list[Line]:
    what = f"{counted['pressed']} presses, {counted['booked']} visits booked"
    return [
        within(f"longest pause of the event loop in {minutes:g} min", longest, most=25, digits=1,
               against=f"a loop that only sleeps {idle:.1f} ms"),
        holds(f"presses lost in {minutes:g} min", "none", str(counted["lost"]), counted["lost"] == 0, what),
    ]  # fmt: skip
