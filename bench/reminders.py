"""What reminders cost: planning them, looking whether one is due, and sending very many at once meanwhile.

Sending is measured on the running bot, with a Telegram of its own, while people press; a bare aiogram bot
sends as many messages at the same pace beside it.
"""

import asyncio
import contextlib
import random
import shutil
import statistics
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.bots import KEY
from bench.due import plan_for_many
from bench.patients import Chats, PressLost, wander
from bench.running import Bot
from bench.table import Line, beside, holds, noted, within
from bot.send_limits import ALL_CHATS_RATE
from clinic import booking, patients, planning, reminding
from clinic.booking import Request
from clinic.clock import SystemClock
from clinic.errors import Refused
from storage import outgoing
from storage.crypto import Keyring
from storage.database import Database, connect
from storage.people import Person
from storage.reminders import REMINDER

FIRST_CHAT = 1_000_000
PRESSING = 10
"""People who look around while the messages go out."""
REST = 0.5
WARM_UP = 6.0
"""Seconds in which the search makes its index and caches fill."""
BOOKINGS = 60
LONGEST_ANSWER = 300.0


async def measure(
    store: Path, folder: Path, planned: int, due: int, seconds: float, rounds: int
) -> list[Line]:
    """Measure on copies of a store of the demo."""
    copies = [Path(shutil.copy(store, folder / f"reminders-{name}.db")) for name in ("book", "tick", "drain")]
    every, without, bare = await _booking(copies[0], rounds)
    lines = [
        beside("a booking with its reminders, in the store", every, without, most=1.15, what="without them"),
        beside("the same, and ticket, file and question", every, bare, most=1.15, what="with no message"),
    ]
    idle, reached = await _tick(copies[1], planned)
    lines.append(within(f"look whether one of {reached:,} reminders is due", idle, most=0.1, digits=3))
    return lines + await _drain(copies[2], due, seconds)


async def _open(store: Path) -> Database:
    database = Database(f"sqlite+aiosqlite:///{store}", Keyring(KEY))
    await database.open()
    return database


def _free_slots(tx: Any, now: datetime, count: int) -> list[int]:
    """Find free times from four days on, an hour apart: none overlaps another."""
    rows = tx.execute(
        "SELECT min(id) FROM slot WHERE status = 0 AND starts_at > ? GROUP BY starts_at / 7200 LIMIT ?",
        (int((now + timedelta(days=4)).timestamp()), count),
    ).fetchall()
    return [number for (number,) in rows]


async def _booking(store: Path, rounds: int) -> tuple[float, float, float]:
    """Return milliseconds of CPU that a booking takes: with all its messages, without reminders, with none.

    Medians, in turns.
    """
    database = await _open(store)
    now = SystemClock().now()
    person = Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15))
    slots = await database.read(lambda tx: _free_slots(tx, now, BOOKINGS))
    chats = {}
    for chat in range(FIRST_CHAT, FIRST_CHAT + len(slots)):
        registration = patients.Registration(
            chat, "ru", patients.CONSENT_VERSION, now, "+79990000000", person
        )
        chats[chat] = (await patients.register(database, registration, now)).id
    await database.close()
    connection = connect(store)
    ways = ("every", "without", "bare")
    taken: dict[str, list[float]] = {way: [] for way in ways}
    reminders, messages = reminding.planned, planning.booked
    for turn in range(len(ways) * (rounds + 1)):
        way = ways[turn % len(ways)]
        reminding.planned = reminders if way == "every" else lambda *_: []
        planning.booked = (lambda *_: False) if way == "bare" else messages
        for (chat, patient), slot in zip(chats.items(), slots, strict=True):
            request = Request(chat, patient, slot, is_second_meant=True, is_sex_meant=True)
            connection.execute("BEGIN")
            begun = time.thread_time()
            try:
                booking.book_within(connection, database.keyring, request, now)
            except Refused:
                connection.execute("ROLLBACK")
                continue
            spent = time.thread_time() - begun
            connection.execute("ROLLBACK")
            if turn >= len(ways):
                taken[way].append(spent * 1000)
    reminding.planned, planning.booked = reminders, messages
    connection.close()
    every, without, bare = (statistics.median(taken[way]) for way in ways)
    return every, without, bare


async def _plan_one(store: Path) -> int:
    """Book a visit in four days and return its last reminder."""
    database = await _open(store)
    now = SystemClock().now()
    slots = await database.read(lambda tx: _free_slots(tx, now, BOOKINGS))
    person = Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15))
    registration = patients.Registration(
        FIRST_CHAT - 1, "ru", patients.CONSENT_VERSION, now, "+79990000000", person
    )
    patient = await patients.register(database, registration, now)
    for slot in slots:  # some are a children's doctor's, or one's who needs a referral
        with contextlib.suppress(Refused):
            await booking.book(database, Request(FIRST_CHAT - 1, patient.id, slot, is_sex_meant=True), now)
            break
    ((row,),) = await database.read(
        lambda tx: tx.execute("SELECT max(id) FROM notification WHERE kind = ?", (REMINDER,)).fetchall()
    )
    await database.close()
    return int(row)


def _plan_for_many(store: Path, row: int, count: int, due_at: datetime) -> int:
    """Let a reminder be due then to so many chats; returns how many messages are planned."""
    connection = connect(store)
    with connection:
        plan_for_many(connection, row, due_at, range(FIRST_CHAT, FIRST_CHAT + count))
    (planned,) = connection.execute("SELECT count(*) FROM notification WHERE state = 1").fetchone()
    connection.close()
    return int(planned)


async def _tick(store: Path, planned: int) -> tuple[float, int]:
    """Return milliseconds that a tick's look takes in the store, of so many planned rows and none due."""
    now = SystemClock().now()
    reached = _plan_for_many(store, await _plan_one(store), planned, now + timedelta(days=3))
    connection = connect(store, read_only=True)
    spent = []
    for _ in range(500):
        begun = time.perf_counter()
        connection.execute("BEGIN")
        found = outgoing.due_channels(connection, now - timedelta(hours=1))
        connection.execute("COMMIT")
        spent.append((time.perf_counter() - begun) * 1000)
        assert not found
    connection.close()
    return statistics.median(spent), reached


class Sent:
    """Counts the messages to the many chats, beside what else listens."""

    def __init__(self, telegram: Any) -> None:
        self.at: list[float] = []
        self._before = telegram.on_answer
        telegram.on_answer = self._hear

    def _hear(self, method: str, params: dict[str, Any]) -> None:
        if method == "sendMessage" and int(params["chat_id"]) >= FIRST_CHAT:
            self.at.append(time.monotonic())
        elif self._before is not None:
            self._before(method, params)


async def _drain(store: Path, due: int, seconds: float) -> list[Line]:
    row = await _plan_one(store)
    async with Bot("talon", store) as bot:
        chats = Chats(bot.telegram)
        sent = Sent(bot.telegram)
        await asyncio.gather(*(chats.write(chat, "/book") for chat in range(1, PRESSING + 1)))
        await _press(chats, WARM_UP)
        alone, _ = await _press(chats, seconds / 3)
        cpu, begun = bot.cpu, time.monotonic()
        await asyncio.sleep(seconds / 6)
        idle = (bot.cpu - cpu) / (time.monotonic() - begun)
        await asyncio.to_thread(_plan_for_many, store, row, due, SystemClock().now())
        await _until_sending(sent)
        cpu, begun, before = bot.cpu, time.monotonic(), len(sent.at)
        await asyncio.sleep(seconds / 2)
        spent, took, messages = bot.cpu - cpu, time.monotonic() - begun, len(sent.at) - before
        pressed, lost = await _press(chats, seconds / 2)
        most = max(
            sum(1 for one in sent.at if at <= one < at + 1) for at in sent.at[:: len(sent.at) // 200 + 1]
        )
        await bot.stop()
    stock = await _stock(messages)
    rate, each = messages / took, (spent - idle * took) / messages * 1000
    return [
        within(f"a message of {due:,} due at once, CPU", each, most=2.0,
               against=f"bare aiogram at that pace {stock:.2f} ms; idle {idle * 1000:.0f} ms a second"),
        holds("messages a second, of those due at once", f"{ALL_CHATS_RATE - 1} to 30 on the average",
              f"{rate:.1f}", ALL_CHATS_RATE - 1 <= rate <= 30, f"most in one second {most}"),
        within("a press meanwhile, p99", _percentile(pressed, 0.99), most=LONGEST_ANSWER, digits=0,
               against=f"without them {_percentile(alone, 0.99):.0f} ms; of {len(pressed)} lost {lost}"),
        noted("a press meanwhile, median", f"{statistics.median(pressed) * 1000:.1f} ms",
              f"without them {statistics.median(alone) * 1000:.1f} ms"),
    ]  # fmt: skip


def _percentile(seconds: list[float], part: float) -> float:
    """Return milliseconds."""
    return sorted(seconds)[int(len(seconds) * part)] * 1000


async def _until_sending(sent: Sent) -> None:
    for _ in range(1200):
        if len(sent.at) > 30:
            return
        await asyncio.sleep(0.05)
    raise RuntimeError("the reminders do not go out")


async def _press(chats: Chats, seconds: float) -> tuple[list[float], int]:
    end = time.monotonic() + seconds
    spent: list[float] = []
    lost = 0

    async def look_around(chat: int) -> None:
        nonlocal lost
        randomly = random.Random(chat)
        while time.monotonic() < end:
            try:
                spent.extend(await wander(chats, chat, 1, randomly))
            except PressLost:
                lost += 1
            await asyncio.sleep(REST)

    await asyncio.gather(*(look_around(chat) for chat in range(1, PRESSING + 1)))
    return spent, lost


async def _stock(messages: int) -> float:
    """Return milliseconds of CPU a message of a bare aiogram bot that sends as many, evenly."""
    async with Bot("stock-sends", None) as bot:
        sent = Sent(bot.telegram)
        await _until_sending(sent)
        cpu, before = bot.cpu, len(sent.at)
        while len(sent.at) < before + messages:
            await asyncio.sleep(0.05)
        return (bot.cpu - cpu) / (len(sent.at) - before) * 1000
