"""What a press costs in the whole bot, beside a press in bare aiogram in the same run.

CPU is that of the bot's process (user + system). «stock» answers and edits with MemoryStorage. «window» is a
press inside the booking conversation: inbox, store, dialog state in SQLite, answer, edit. «confirm» is the
press that books: slot, appointment, ticket and reminder rows, hold, dialog state, inbox; the ticket itself is
made and sent afterwards and stands in a line of its own.
"""

import asyncio
import random
import shutil
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from bench.patients import Chats, PressLost, to_confirmation, wander
from bench.presses import Presses
from bench.running import PEOPLE, Bot
from bench.table import Line, beside, holds, noted, within

PRESSES_OF_A_PERSON = 30
"""Below what flood protection takes for a script."""
WARM_UP = 200
IN_FLIGHT = 50
BOOK = "✅ Записаться"


@dataclass(frozen=True)
class Measured:
    """Presses on one bot."""

    cpu_ms: float
    """of the bot's process, a press"""
    seconds: list[float] = field(default_factory=list)
    """up to answer and edit"""
    lost: int = 0


async def stock(in_flight: int, presses: int) -> Measured:
    async with Bot("stock", None) as bot:
        await asyncio.wait_for(Presses(bot.telegram, in_flight).run(min(WARM_UP, presses)), 60)
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
        each = max(1, presses // len(people))
        lost = 0

        async def work() -> None:
            nonlocal lost
            while waiting:
                chat_id = waiting.pop()
                randomly = random.Random(chat_id)
                for _ in range(each):
                    try:
                        seconds.extend(await wander(chats, chat_id, 1, randomly))
                    except PressLost:
                        lost += 1

        await asyncio.sleep(1)
        before = bot.cpu
        await asyncio.gather(*(work() for _ in range(in_flight)))
        return Measured((bot.cpu - before) / len(seconds) * 1000, seconds, lost)


async def confirms(store: Path, kind: str, count: int) -> Measured:
    """Presses that book, one after the other; raises PressLost."""
    async with Bot(kind, store) as bot:
        chats = Chats(bot.telegram)
        people = range(1, count + 1)
        warm_up = count // 10
        for chat_id in people:
            await to_confirmation(chats, chat_id)
        for chat_id in people[:warm_up]:
            await chats.press(chat_id, BOOK)
        await asyncio.sleep(2)
        before = bot.cpu
        seconds = [await chats.press(chat_id, BOOK) for chat_id in people[warm_up:]]
        if kind == "talon":
            await asyncio.sleep(len(seconds) * 2 / 25 + 3)  # the tickets go out at Telegram's rate
        cpu = bot.cpu - before
        if not all("Вы записаны" in chats.text(chat_id) for chat_id in people):
            raise PressLost("not everybody was booked")
        return Measured(cpu / len(seconds) * 1000, seconds)


async def measure(store: Path, presses: int, confirming: int, rounds: int) -> list[Line]:
    """Measure on copies of `store`, taking turns, so that a busy machine is busy for each."""
    results: dict[str, list[Measured]] = {}

    def note(name: str, result: Measured) -> None:
        results.setdefault(name, []).append(result)

    def fresh() -> Path:
        return Path(shutil.copy(store, store.with_name("presses.db")))

    for _ in range(rounds):
        note("stock", await stock(1, presses))
        note("window", await windows(fresh(), 1, presses))
        note("confirm", await confirms(fresh(), "talon-no-tickets", confirming))
        note("stock 50", await stock(IN_FLIGHT, presses))
        note("window 50", await windows(fresh(), IN_FLIGHT, presses))
    note("ticket sent", await confirms(fresh(), "talon", confirming // 2))
    return lines(results)


def lines(results: dict[str, list[Measured]]) -> list[Line]:
    cpu = {name: statistics.median(one.cpu_ms for one in measured) for name, measured in results.items()}
    waits = {name: sorted(s * 1000 for one in of for s in one.seconds) for name, of in results.items()}
    busy, stock_busy = waits["window 50"], waits["stock 50"]
    lost = sum(one.lost for one in results["window 50"])
    p99, stock_p99 = (wait[int(len(wait) * 0.99)] for wait in (busy, stock_busy))
    return [
        beside("press on a window, CPU", cpu["window"], cpu["stock"], most=1.0, what="stock press"),
        beside("press that books, CPU", cpu["confirm"], cpu["stock"], most=1.2, what="stock press"),
        noted("the same and its ticket made and sent, CPU", f"{cpu['ticket sent']:.2f} ms"),
        beside("press, 50 in flight, CPU", cpu["window 50"], cpu["stock 50"], most=1.0, what="stock press"),
        within("press, 50 in flight, p99", p99, most=60, against=f"stock {stock_p99:.1f} ms", digits=1),
        within("press, 50 in flight, slowest", busy[-1], most=200, digits=1,
               against=f"stock {stock_busy[-1]:.1f} ms"),
        holds("presses lost, 50 in flight", "none", f"{lost} of {len(busy) + lost}", lost == 0),
    ]  # fmt: skip
