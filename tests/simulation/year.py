"""A simulated stretch of a clinic's life: people book, move and cancel, machines and lines fail, and all of
what was to be said is held against what was heard.

The product's own outbox, channels, session and limits run; wire, threads and time are others.
"""

import asyncio
import heapq
import itertools
import random
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties

from bot.send_limits import SendLimits
from clinic import booking, codes, family, invitations, patients, planning, reminding, rules, visits
from clinic.booking import Request
from clinic.errors import Refused
from clinic.locks import Locks
from documents import qr
from documents import ticket as ticket_file
from reminders.channels import Channel
from reminders.chat import ChatChannel
from reminders.mail import MailChannel
from reminders.notes import NoteChannel
from reminders.outbox import Outbox, is_reminder
from reminders.texts import SmsChannel
from storage import accounts, reminders
from storage.accounts import Contact
from storage.crypto import Keyring
from storage.database import connect
from storage.notifications import NotificationRow
from storage.people import Person
from storage.states import LIVE, NotificationState
from storage.types import Tx, epoch, instant
from tests.simulation.clinic import fill
from tests.simulation.outside import (
    CHAT,
    MAIL,
    SMS,
    Outside,
    SimulatedGateway,
    SimulatedMail,
    SimulatedSession,
    Span,
    Traced,
)
from tests.simulation.virtual import InlineDatabase, Killed, Life, VirtualClock, VirtualLoop

BEGINS = datetime(2026, 1, 12, 5, 0, tzinfo=UTC)
KEY = Keyring("a secret of the tests")
ADULT = Person("Смирнова", "Анна", "Петровна", date(1986, 4, 15))
CHILD = Person("Смирнова", "Мария", "Ивановна", date(2018, 3, 1))
RECOVERY = timedelta(minutes=5)
"""After so long with everything in order what was due has come: a lease, or a pause of an outage."""
MAIL_RECOVERY = timedelta(minutes=35)
LINE = timedelta(seconds=5)
"""What is on the line, or tried again by the session, when a visit is cancelled."""
SECOND = timedelta(seconds=1)


@dataclass
class Plan:
    """How much of everything; `seed` says which run it is."""

    seed: int = 1
    days: int = 366
    bookings: int = 350
    accounts: int = 40
    processes: int = 1
    kill_chance: float = 0.008
    outages: bool = True
    clock_jumps: bool = True
    outbox: type[Outbox] = Outbox


@dataclass
class Version:
    """A visit as it stood for a while."""

    starts_at: datetime
    ends_at: datetime
    since: datetime
    wall: str
    until: datetime | None = None
    """when it was moved or cancelled"""


@dataclass
class Process:
    """A running bot, as far as it sends."""

    life: Life
    database: InlineDatabase
    outbox: Outbox
    stop: asyncio.Event
    running: "asyncio.Task[None]"


@dataclass
class Outcome:
    """What came of it."""

    faults: list[str]
    messages: int
    arrivals: int
    repeated: int
    """messages that came twice, each after a kill or a lost answer"""
    dropped: int
    kills: int
    in_a_second: int


class Simulation:
    """One run. `Plan` and the store say all there is to know: the same seed is the same run."""

    def __init__(self, plan: Plan, empty_store: Path, store: Path) -> None:
        self.plan = plan
        self.randomly = random.Random(plan.seed)
        self.store = store
        store.write_bytes(empty_store.read_bytes())
        self.oracle = connect(store)
        self.oracle.execute("PRAGMA synchronous = OFF")
        self.oracle.execute("BEGIN")
        self.walls = fill(self.oracle, BEGINS.date(), plan.days + 45)
        self.oracle.execute("COMMIT")
        self.clock = VirtualClock(BEGINS)
        self.outside = Outside(self.clock, random.Random(plan.seed + 1))
        self.processes: list[Process] = []
        self.sessions: list[SimulatedSession] = []
        self.downs: list[tuple[datetime, datetime]] = []
        self.wrong: list[tuple[datetime, datetime]] = []
        self.killed_at: dict[int, datetime] = {}
        self.visits: dict[tuple[int, int], Version] = {}
        self.carers: dict[int, list[int]] = {}
        self._lives = itertools.count(1)
        self._todo: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._order = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_up = asyncio.Event()
        self._changed = asyncio.Event()
        """something may be due sooner than it was: the clock's second would see it"""

    # --- processes

    async def start(self, last_step: int | None = None) -> Process:
        """Start a bot; it may be killed at any of its steps."""
        life = Life(next(self._lives), self.randomly, self._kill_chance)
        life.last_step = last_step
        database = InlineDatabase(f"sqlite+aiosqlite:///{self.store}", KEY, life)
        await database.open()
        session = SimulatedSession(self.outside, life, SendLimits())
        bot = Bot("42:TEST", session=session, default=DefaultBotProperties(parse_mode="HTML"))
        locks = Locks(database, self.clock)
        channels: dict[str, Channel] = {
            reminding.CHAT: ChatChannel(bot, "talon_bot", database, self.clock, locks),
            family.NOTE: NoteChannel(bot, "talon_bot", locks),
        }
        of_telegram = tuple(channels)
        mail: Any = SimulatedMail(self.outside, life)
        channels[reminding.EMAIL] = MailChannel(mail, "talon_bot", database, self.clock)
        gateway: Any = SimulatedGateway(self.outside, life)
        channels[reminding.SMS] = SmsChannel(gateway, database, self.clock)
        traced: dict[str, Channel] = {
            name: Traced(channel, self.clock, life) for name, channel in channels.items()
        }
        outbox = self.plan.outbox(
            database, self.clock, traced, turn=session.limits.take_turn, in_turn=of_telegram
        )
        stop = asyncio.Event()
        process = Process(life, database, outbox, stop, asyncio.create_task(outbox.run(stop)))
        self.processes.append(process)
        self.sessions.append(session)
        self._is_up.set()
        self._spawn(self._bury(process))
        outbox.wake()
        return process

    def _kill_chance(self) -> float:
        """While the clock is wrong nobody is killed: who dies then takes along what was dropped as late."""
        return 0.0 if self.clock.wrong_by else self.plan.kill_chance

    async def _bury(self, process: Process) -> None:
        """Take a killed process away, and start another one after a while."""
        await process.life.ended.wait()
        self.killed_at[process.life.number] = self.clock.truth
        process.running.cancel()
        await asyncio.gather(process.running, return_exceptions=True)
        await process.database.close()
        self.processes.remove(process)
        await self._be_down(timedelta(seconds=self.randomly.uniform(1, 90)))
        await self.start()

    async def _be_down(self, how_long: timedelta) -> None:
        since = self.clock.truth
        await asyncio.sleep(how_long.total_seconds())
        if self.plan.processes == 1:
            self.downs.append((since, self.clock.truth))

    async def restart(self, how_long: timedelta) -> None:
        """Stop a process as a service manager does, and start one later."""
        if not self.processes:
            return
        process = self.processes.pop(0)
        process.stop.set()
        process.outbox.wake()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(process.running), 2)
        process.life.is_over = True
        process.running.cancel()
        await asyncio.gather(process.running, return_exceptions=True)
        self.killed_at.setdefault(process.life.number, self.clock.truth)
        await process.database.close()
        await self._be_down(how_long)
        await self.start()

    # --- people

    async def act(self, work: Callable[[InlineDatabase], Awaitable[Any]]) -> Any:
        """Do what somebody pressed: worked again after a kill, as the intake does."""
        while True:
            while not self.processes:
                self._is_up.clear()
                await self._is_up.wait()
            process = self.randomly.choice(self.processes)
            try:
                found = await work(process.database)
            except Killed:
                await asyncio.sleep(0.5)
            except Refused as refused:
                return refused
            else:
                process.outbox.wake()
                return found
            finally:
                self._look()
                self._changed.set()

    def _look(self) -> None:
        """Note which visits there are, and as what: the truth that the messages are held against."""
        now = self.clock.truth
        rows = self.oracle.execute(
            "SELECT id, sequence, status, starts_at, ends_at, slot_id, patient_id FROM appointment"
            " WHERE ends_at > ?",
            (epoch(now),),
        ).fetchall()
        for number, sequence, status, starts, ends, slot, _ in rows:
            if (number, sequence) in self.visits:
                continue
            before = self.visits.get((number, sequence - 1))
            if before is not None and before.until is None:
                before.until = now
            if status in LIVE:
                self.visits[number, sequence] = Version(
                    instant(starts), instant(ends), now, self.walls[slot][2]
                )
            else:
                self.visits[number, sequence] = Version(instant(starts), instant(ends), now, "", until=now)

    async def register(self) -> None:
        """Let people register, some of them with a child that has two parents."""
        for chat in range(1, self.plan.accounts + 1):
            await self.act(lambda database, chat=chat: self._register(database, chat))  # type: ignore[misc]
        for chat in range(1, self.plan.accounts, 4):
            await self.act(lambda database, chat=chat: self._have_child(database, chat))  # type: ignore[misc]

    async def _register(self, database: InlineDatabase, chat: int) -> None:
        now = self.clock.now()
        registration = patients.Registration(
            chat, "ru", patients.CONSENT_VERSION, now, f"+7916{chat:07}", ADULT
        )
        row = await patients.register(database, registration, now)
        self.carers[row.id] = [chat]
        if chat % 3 == 0:  # the first reminder by letter, the second by text message
            contact = Contact(registration.phone, "anna@example.ru")
            ways = (reminding.EMAIL, reminding.SMS, reminding.CHAT)
            leads = {int(lead.total_seconds()): way for lead, way in zip(rules.REMINDERS, ways, strict=True)}

            def wish(tx: Tx) -> None:
                account = accounts.of_chat(tx, chat)
                assert account is not None
                accounts.set_contact(
                    tx, KEY, account.id, contact, phone_confirmed_at=now, email_confirmed_at=now
                )
                reminders.set_of_account(tx, account.id, reminding.changed(None, leads=leads))

            await database.write(wish)

    async def _have_child(self, database: InlineDatabase, chat: int) -> None:
        now = self.clock.now()
        row = await family.add_child(database, chat, codes.new_id(), CHILD, now)
        link = await invitations.invite_parent(database, chat, row.id, now)
        await invitations.accept(database, chat + 1, link.code, now)
        self.carers[row.id] = [chat, chat + 1]

    def in_time(self, at: datetime, do: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self._todo, (at, next(self._order), do))

    async def book(self) -> None:
        """Somebody books a time, and it is settled already what becomes of it."""
        patient = self.randomly.choice(list(self.carers))  # in the order in which they came
        chat = self.randomly.choice(self.carers[patient])
        slot = self._free_slot(timedelta(days=40))
        if slot is None:
            return
        request = Request(chat, patient, slot, is_second_meant=True, is_clash_meant=True)
        visit = await self.act(lambda database: booking.book(database, request, self.clock.now()))
        if isinstance(visit, Refused):
            return
        number = visit.appointment.id
        if self.randomly.random() < 0.2:
            self.in_time(self._moment(number), lambda: self.mail(chat, number))
        for _ in range(self.randomly.choice([0, 0, 0, 1, 1, 2])):
            self.in_time(self._moment(number), lambda: self.move(chat, number))
        if self.randomly.random() < 0.25:
            self.in_time(self._moment(number), lambda: self.cancel(chat, number))
        if self.randomly.random() < 0.04:
            since = self._moment(number) - timedelta(minutes=1)
            until = since + timedelta(seconds=self.randomly.choice([90, 3600, 40_000]))
            self.outside.spans.append(Span(str(chat), since, until, "blocked"))

    async def move(self, chat: int, number: int) -> None:
        slot = self._free_slot(timedelta(days=25), number)
        if slot is not None:
            await self.act(
                lambda database: visits.move(database, chat, number, slot, self.clock.now(), reason="работа")
            )

    async def cancel(self, chat: int, number: int) -> None:
        await self.act(lambda database: visits.cancel(database, chat, number, self.clock.now()))

    async def mail(self, chat: int, number: int) -> None:
        await self.act(
            lambda database: visits.mail_ticket(database, chat, number, "anna@example.ru", self.clock.now())
        )

    def _free_slot(self, ahead: timedelta, like: int | None = None) -> int | None:
        """Find a free time: soon, or any within the span; of the same house as a visit's."""
        house = self.randomly.randint(1, 16)
        if like is not None:
            (house,) = self.oracle.execute(
                "SELECT schedule_id FROM appointment WHERE id = ?", (like,)
            ).fetchone()
        after = self.randomly.choice([timedelta(), timedelta(hours=20), ahead * self.randomly.random()])
        found = self.oracle.execute(
            "SELECT id FROM slot WHERE schedule_id = ? AND starts_at > ? AND status = 0"
            " ORDER BY starts_at LIMIT 1",
            (house, epoch(self.clock.truth + after)),
        ).fetchone()
        return None if found is None else int(found[0])

    def _moment(self, number: int) -> datetime:
        """Choose when something happens to a visit: any time, or the very second of one of its messages."""
        now = self.clock.truth
        rows = self.oracle.execute(
            "SELECT due_at FROM notification WHERE appointment_id = ? AND state = 1 ORDER BY id", (number,)
        ).fetchall()
        if rows and self.randomly.random() < 0.6:
            at = instant(self.randomly.choice(rows)[0]) + timedelta(seconds=self.randomly.uniform(-0.5, 2))
        else:
            (starts,) = self.oracle.execute(
                "SELECT starts_at FROM appointment WHERE id = ?", (number,)
            ).fetchone()
            at = now + (instant(starts) - now) * self.randomly.random()
        return max(at, now + SECOND)

    # --- the days

    def plan_the_days(self) -> None:
        """Settle when people come and when things fail."""
        end = BEGINS + timedelta(days=self.plan.days)

        def some_time() -> datetime:
            return BEGINS + (end - BEGINS) * self.randomly.uniform(0.01, 0.97)

        for _ in range(self.plan.bookings):
            self.in_time(some_time(), self.book)
        if self.plan.outages:
            spans = self.outside.spans
            for what in (CHAT, MAIL, SMS):
                for minutes in [2.0] * 12 + [45.0] * 6 + [600.0] * 2 + [26 * 60.0]:
                    since = some_time()
                    how = self.randomly.choice(["refused", "refused", "error"] + ["lost"] * (minutes < 10))
                    spans.append(Span(what, since, since + timedelta(minutes=minutes), how))
            for minutes in [0.1] * 25 + [1] * 10 + [60] * 4 + [3 * 24 * 60]:
                how_long = timedelta(minutes=minutes)
                self.in_time(some_time(), lambda how_long=how_long: self.restart(how_long))  # type: ignore[misc]
            self.outside.slow_down = 0.03
        if self.plan.clock_jumps:
            for by in (timedelta(hours=-1), timedelta(days=-1), timedelta(hours=1), timedelta(days=1)) * 2:
                self.in_time(some_time(), lambda by=by: self._jump(by))  # type: ignore[misc]

    async def _jump(self, by: timedelta) -> None:
        """Let the machine's clock be wrong for some minutes."""
        since = self.clock.truth
        self.clock.wrong_by += by
        for _ in range(40):  # the ticks go on
            self._wake()
            await asyncio.sleep(10)
        self.clock.wrong_by -= by
        self._wake()
        self._changed.set()
        self.wrong.append((since, self.clock.truth))

    async def run(self) -> Outcome:
        """Live it through."""
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        while len(self.processes) < self.plan.processes:
            await self.start()
        if not self.carers:
            await self.register()
        self.plan_the_days()
        end = BEGINS + timedelta(days=self.plan.days)
        last_wake = BEGINS
        while (now := self.clock.truth) < end:
            due = self._next_due(last_wake) if self.processes else now + timedelta(minutes=1)
            at = min([end, due, *([self._todo[0][0]] if self._todo else [])])
            if at > now:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), (at - now).total_seconds())
                self._changed.clear()
            while self._todo and self._todo[0][0] <= self.clock.truth:
                self._spawn(heapq.heappop(self._todo)[2]())
            if due <= self.clock.truth:
                last_wake = self.clock.truth
                self._wake()
            await asyncio.sleep(0.001)
        return self.judge()

    def _wake(self) -> None:
        for process in self.processes:
            process.outbox.wake()

    def _next_due(self, last_wake: datetime) -> datetime:
        """Find when the next tick that finds something is; the seconds of nothing in between are left out."""
        (at,) = self.oracle.execute(
            "SELECT min(max(due_at, leased_until)) FROM notification WHERE state = 1"
        ).fetchone()
        if at is None:
            return last_wake + timedelta(days=1)
        phase = timedelta(seconds=self.randomly.random())
        tick = max(instant(at) - self.clock.wrong_by + phase, last_wake + SECOND)
        return min(tick, last_wake + timedelta(days=1))

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        for process in self.processes:
            process.life.is_over = True
            process.running.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *(p.running for p in self.processes), return_exceptions=True)
        for process in self.processes:
            await process.database.close()
        self.oracle.close()

    # --- judgement

    def judge(self) -> Outcome:
        """Hold what was heard against what was to be said."""
        rows = self.oracle.execute(
            "SELECT id, appointment_id, account_id, kind, channel, sequence, due_at, attempts, address,"
            " words, lead, instead_of, state, error FROM notification ORDER BY id"
        ).fetchall()
        blocked = dict(self.oracle.execute("SELECT id, telegram_id FROM account").fetchall())
        every = [(_row(row[:12]), row[12], row[13]) for row in rows]
        faults = [*self.outside.violations]
        repeated = dropped = 0
        for row, state, error in every:
            judge = _Judge(self, row, state, error, every, str(blocked.get(row.account_id, "")))
            faults += judge.faults()
            repeated += judge.repeated
            dropped += state == NotificationState.DROPPED
        faults += self._visits_without_messages(every)
        (integrity,) = self.oracle.execute("PRAGMA integrity_check").fetchone()
        if integrity != "ok":
            faults.append(integrity)
        return Outcome(
            faults, len(every), sum(map(len, self.outside.arrivals.values())), repeated, dropped,
            len(self.killed_at), self.outside.in_a_second,
        )  # fmt: skip

    def _visits_without_messages(self, every: list[tuple[NotificationRow, int, str | None]]) -> list[str]:
        """Find visits of which nobody is told, or that nobody is reminded of."""
        told = {(row.appointment_id, row.sequence, row.kind == planning.TICKET) for row, _, _ in every}
        reminded = {(row.appointment_id, row.sequence) for row, _, _ in every if is_reminder(row)}
        faults = []
        for (number, sequence), version in self.visits.items():
            if not version.wall:
                continue
            if (number, sequence, True) not in told:
                faults.append(f"visit {number}.{sequence} has no ticket")
            if version.starts_at - version.since > timedelta(hours=25) and (number, sequence) not in reminded:
                faults.append(f"visit {number}.{sequence} has no reminder")
        return faults


def _row(values: tuple[Any, ...]) -> NotificationRow:
    number, visit, account, kind, channel, sequence, due_at, *rest = values
    return NotificationRow(number, visit, account, kind, channel, sequence, instant(due_at), *rest)


class _Judge:
    """What is to be said of one row."""

    def __init__(
        self,
        run: Simulation,
        row: NotificationRow,
        state: int,
        error: str | None,
        every: list[tuple[NotificationRow, int, str | None]],
        chat: str,
    ) -> None:
        self._run = run
        self._row, self._state, self._error = row, state, error
        self._chat = chat
        self._arrivals = run.outside.arrivals.get(row.id, [])
        if row.kind == planning.MAIL_FAILED:  # planned anew with each letter that fails
            self._arrivals = [one for one in self._arrivals if one.sending.row.due_at == row.due_at]
        self._version = run.visits.get((row.appointment_id or 0, row.sequence))
        self._every = every
        self.repeated = 0

    def faults(self) -> list[str]:
        row = self._row
        name = (
            f"row {row.id} {row.kind}/{row.channel} of {row.appointment_id}.{row.sequence} due {row.due_at}"
        )
        return [
            f"{name}: {fault}" for fault in [*self._comes_once(), *self._comes_in_time(), *self._is_lost()]
        ]

    def _comes_once(self) -> list[str]:
        faults = []
        for first, second in itertools.pairwise(self._arrivals):
            died_at = self._run.killed_at.get(first.sending.life)
            is_excused = first.is_answer_lost or (died_at is not None and died_at <= second.at)
            self.repeated += 1
            if not is_excused:
                faults.append(f"came twice, {first.at} and {second.at}")
        return faults

    def _comes_in_time(self) -> list[str]:
        faults = []
        for arrival in self._arrivals:
            begun = arrival.sending.begun_at
            is_clock_right = not any(since <= begun <= until + SECOND for since, until in self._run.wrong)
            if begun < self._row.due_at - SECOND and is_clock_right:
                faults.append(f"came too early, {arrival.at}")
            until = self._useful_until()
            if until is not None and begun > until and is_clock_right:
                faults.append(f"came too late, {arrival.at} after {until}")
            elif until is not None and arrival.at > until + LINE and is_clock_right:
                faults.append(f"was on the line for too long, {arrival.at} after {until}")
            version = self._version
            if version and version.wall and is_reminder(self._row) and version.wall not in arrival.text:
                faults.append(f"names another time than {version.wall}: {arrival.text!r}")
        return faults

    def _is_lost(self) -> list[str]:
        if self._arrivals or (self._row.kind == planning.CANCELLED and self._state == NotificationState.SENT):
            return []  # who cancelled it themselves is told so in the window
        if self._state == NotificationState.SENT and self._is_told_with_another():
            return []
        if self._state == NotificationState.FAILED and self._is_passed_on():
            return []
        if self._row.channel == reminding.EMAIL and self._state == NotificationState.FAILED:
            return []  # news by letter alone: the chat has them
        end = self._run.clock.truth
        until = min(self._useful_until() or end, end)
        need = RECOVERY if self._row.channel not in (reminding.EMAIL, reminding.SMS) else MAIL_RECOVERY
        since = self._row.due_at  # by a wrong clock it may have been due before it was planned
        if self._version is not None:
            since = max(since, self._version.since)
        if self._calm(since, until) >= need and not self._was_blocked(until):
            return [f"never came, state {self._state}, {self._error}"]
        due = max(until, self._row.due_at)
        if self._state == NotificationState.PLANNED and due + timedelta(hours=13) < end:
            return ["is still planned"]
        if self._state in (NotificationState.DROPPED, NotificationState.FAILED) and not self._error:
            return ["was dropped without a trace"]
        return []

    def _is_told_with_another(self) -> bool:
        """Tell whether the message of another visit of the family's day told of this one too.

        Both are marked at once.
        """
        others = self._run.oracle.execute(
            "SELECT id FROM notification WHERE account_id = ? AND id <> ? AND kind = 'reminder' AND lead = ?"
            " AND channel = ? AND (sent_at, message_id IS NULL)"
            " = (SELECT sent_at, message_id IS NULL FROM notification WHERE id = ?)",
            (self._row.account_id, self._row.id, self._row.lead, self._row.channel, self._row.id),
        ).fetchall()
        return any(self._run.outside.arrivals.get(other) for (other,) in others)

    def _is_passed_on(self) -> bool:
        """Tell whether another channel has taken the message over; that row is judged by itself."""
        row = self._row
        what = (row.appointment_id, row.account_id, row.sequence)
        return any(
            other.instead_of == row.channel
            and (other.appointment_id, other.account_id, other.sequence) == what
            and (other.lead == row.lead or not is_reminder(row))
            for other, _, _ in self._every
        )

    def _was_blocked(self, until: datetime) -> bool:
        return any(
            span.what == self._chat and span.since < until and span.until > self._row.due_at
            for span in self._run.outside.spans
        )

    def _useful_until(self) -> datetime | None:
        """Say when the message loses its point: by a change, the next reminder, the visit itself."""
        row, version = self._row, self._version
        if version is None or row.kind == planning.CANCELLED:
            return None
        ends = [version.starts_at if is_reminder(row) else version.ends_at]
        if version.until is not None:
            ends.append(version.until)
        if is_reminder(row):
            ends += [
                other.due_at
                for other, _, _ in self._every
                if is_reminder(other) and (other.due_at, -other.lead) > (row.due_at, -row.lead)
                and (other.appointment_id, other.account_id, other.sequence)
                == (row.appointment_id, row.account_id, row.sequence)
            ]  # fmt: skip
        return min(ends)

    def _calm(self, since: datetime, until: datetime) -> timedelta:
        """Find the longest stretch in which nothing was wrong."""
        way = {reminding.EMAIL: MAIL, reminding.SMS: SMS}.get(self._row.channel, CHAT)
        bad = [(one.since, one.until) for one in self._run.outside.spans if one.what in (way, self._chat)]
        bad += [*self._run.downs, *self._run.wrong]
        longest, at = timedelta(), since
        for begins, ends in sorted(bad):
            if ends <= at:
                continue
            if begins >= until:
                break
            longest, at = max(longest, begins - at), max(at, ends)
        return max(longest, until - at)


def simulate(plan: Plan, empty_store: Path, folder: Path) -> Outcome:
    """Run it in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:

        async def live() -> Outcome:
            run = Simulation(plan, empty_store, folder / f"year-{plan.seed}.db")
            try:
                return await run.run()
            finally:
                await run.finish()

        return runner.run(live())


def without_pictures(monkeypatch: Any) -> None:
    """Let tickets be made of nothing and certificates be read once: they have tests of their own."""
    context = ssl.create_default_context()
    monkeypatch.setattr(ssl, "create_default_context", lambda *_, **__: context)
    ids = itertools.count(1_000_000_000)
    monkeypatch.setattr(codes, "new_id", lambda: next(ids))  # what is in order is so in each run
    monkeypatch.setattr(qr, "png", lambda _: b"png")
    monkeypatch.setattr(ticket_file, "render", lambda _: b"%PDF")
