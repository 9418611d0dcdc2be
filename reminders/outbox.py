"""Sending what is due: rows are claimed for a while, sent, marked. The clock only says when to look.

At least once: a kill between sending and marking may repeat the one message in hand; none is lost.
"""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)

from clinic import asking, patients, planning, reminding
from clinic.clock import Clock
from reminders.channels import Channel, NotYet, Pointless, Sent, Trouble, Unreachable
from storage import appointments, notifications, outgoing, reminders
from storage.appointments import AppointmentRow, Visit
from storage.database import Database
from storage.notifications import Note, NotificationRow
from storage.states import LIVE, AppointmentStatus, NotificationState
from storage.types import Tx

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a claimed message is in this process's hands; after a kill another look takes it again."""
SENDING = timedelta(seconds=90)
"""Longest that sending one message may take: less than a lease, which is renewed where less of it is left."""
AT_ONCE = 30
"""Chats (mailboxes, phones) that one channel writes to at the same time; Telegram takes as many a second."""
HELD = 300
"""Most messages of a channel in hand: several of one chat stand in line."""
ATTEMPTS = 12
"""Of a message that is refused; while nobody can be reached nothing is given up."""
REMINDER_ATTEMPTS = 6
"""Of a reminder by letter or text message, in five minutes; then another channel takes over."""
PAUSE = timedelta(seconds=10)
"""Before the second attempt; it doubles up to half an hour, so the last one comes hours later."""
LONGEST_PAUSE = timedelta(minutes=30)
OUTAGE_ATTEMPTS = 2
"""Attempts in an outage count as so many at most, so that the next one comes within a minute."""
PUT_BACK = timedelta(seconds=5)
"""A clock that goes back by more than this was put back."""
REMEMBERED = 1000
"""Of so many dropped messages it is known that they were."""
MOMENT = 0.01
"""Seconds of waiting after which it is asked again whether a message is still to be sent."""
DOWN_AFTER = 3
"""After so many messages in a row that did not get through, one at a time is tried until one does."""

Hear = Callable[[str, str, str, float | None], None]
Turn = Callable[[int], Awaitable[None]]
"""Waits until a message that nobody waits for may go to a chat."""
About = Visit | Note | str | Exception
"""What a message is about; or why it has lost its point, or why that cannot be read."""
GONE = "it is gone"
OVERTAKEN = "a later reminder is due as well"
NOT_IN_HAND = ""
"""Another process has it, or it was taken away: there is nothing to do and nothing to note."""


def _nobody(channel: str, kind: str, result: str, late: float | None) -> None:
    pass


async def _at_once(chat_id: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A message in hand until its lease ends; what it is about was read just now, or is still to be."""

    row: NotificationRow
    until: datetime
    about: About | None = None


@dataclass(slots=True)
class _Way:
    """A channel at work: whom it is writing to, each with what is still to be sent, in order."""

    lines: dict[int, deque[_Claimed]] = field(default_factory=dict)
    held: int = 0
    failures: int = 0
    """messages in a row that did not get through"""

    @property
    def room(self) -> int:
        """For how many more messages there is room."""
        at_once = 1 if self.failures >= DOWN_AFTER else AT_ONCE
        return max(0, min(at_once - len(self.lines), HELD - self.held))


class Outbox:
    """Sends planned messages. `channels` are by the name that rows carry; none waits for another.

    `hear` is told what became of each: channel, kind, result, and by how many seconds what was sent was late.
    Those of `in_turn` are chats of Telegram: each message waits for its `turn`.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channels: dict[str, Channel],
        hear: Hear = _nobody,
        *,
        turn: Turn = _at_once,
        in_turn: Collection[str] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels
        self._hear = hear
        self._turn = turn
        self._in_turn = in_turn
        self._ways: dict[str, _Way] = defaultdict(_Way)
        self._tasks: set[asyncio.Task[None]] = set()
        self._unmarked: dict[tuple[int, datetime], tuple[datetime, Sent]] = {}
        """what was sent while the store could not be written to"""
        self._unmarked_along: dict[int, tuple[datetime, Sent]] = {}
        """and what went along in it"""
        self._late: deque[int] = deque(maxlen=REMEMBERED)
        """what was dropped as late: not for good where the clock turns out to have been wrong"""
        self._seen_at: datetime | None = None
        self._woken = asyncio.Event()
        self.moved_at = time.monotonic()
        """When it last got on: each look and each message counts."""

    def wake(self) -> None:
        """Look at once: something has just been planned, or a second has passed."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send whenever woken, until `stop` is set; whatever fails is tried again."""
        try:
            while not stop.is_set():
                await self._woken.wait()
                self._woken.clear()
                self.moved_at = time.monotonic()
                if stop.is_set():
                    break
                try:
                    await self.take_due()
                except Exception as error:
                    logger.error("the outbox could not work: %s", type(error).__name__)
            await self._let_go()
            await asyncio.gather(*self._tasks)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def send_due(self) -> int:
        """Send what is due now and return how many messages were looked at."""
        count = await self.take_due()
        while self._tasks:
            await asyncio.gather(*self._tasks)
        return count

    async def take_due(self) -> int:
        """Claim what is due, as much as there is room for, and begin to send it; returns how many that is."""
        now = self._clock.now()
        if self._seen_at is None:  # the clock of the process before may have been wrong
            beyond = now + LONGEST_PAUSE + LEASE
            await self._database.write(partial(outgoing.look_anew, now=now, beyond=beyond, late=[]))
        elif now < self._seen_at - PUT_BACK:
            logger.warning("the clock was put back: what is due is looked at anew")
            late, self._late = list(self._late), deque(maxlen=REMEMBERED)
            await self._database.write(partial(outgoing.look_anew, now=now, beyond=now, late=late))
        self._seen_at = now
        count = 0
        for channel in await self._database.read(partial(outgoing.due_channels, now=now)):
            way = self._ways[channel]
            while room := way.room:
                claim = partial(
                    outgoing.claim_due, channel=channel, now=now, leased_until=now + LEASE, limit=room
                )
                rows = await self._database.write(claim)
                abouts = await self._read(rows, now)
                for row, about in zip(rows, abouts, strict=True):
                    self._begin(way, _Claimed(row, now + LEASE, about))
                count += len(rows)
                if len(rows) < room:
                    break
        return count

    async def _read(self, rows: list[NotificationRow], now: datetime) -> list[About]:
        """Read what a claim is about; where the store does not answer, the claim is given back."""
        try:
            return await self._database.read(partial(self._look, rows=rows, now=now))
        except Exception:
            await self._database.write(partial(outgoing.let_go, rows=rows))
            raise

    def _begin(self, way: _Way, one: _Claimed) -> None:
        whose = one.row.account_id or -one.row.id
        line = way.lines.get(whose)
        way.held += 1
        if line is not None:
            line.append(_Claimed(one.row, one.until))
            return
        way.lines[whose] = deque([one])
        task = asyncio.create_task(self._serve(way, whose))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, way: _Way, whose: int) -> None:
        """Send to one chat what stands in its line, one after the other."""
        line = way.lines[whose]
        try:
            while line:
                try:
                    await self._deliver(way, line[0])
                except Exception as error:
                    logger.error("a message could not be worked: %s", type(error).__name__)
                finally:
                    line.popleft()
                    way.held -= 1
        finally:
            way.held -= len(line)
            del way.lines[whose]
            if len(way.lines) <= AT_ONCE * 2 // 3:
                self.wake()  # claims are made for several at a time: each is a write

    async def _let_go(self) -> None:
        """Give back what stands in line, so that the next process need not wait for the lease to end."""
        rows = []
        for way in self._ways.values():
            for line in way.lines.values():
                while len(line) > 1:
                    rows.append(line.pop().row)
                    way.held -= 1
        if rows:
            await self._database.write(partial(outgoing.let_go, rows=rows))

    async def _deliver(self, way: _Way, one: _Claimed) -> None:
        self.moved_at = time.monotonic()
        row, about = one.row, one.about
        if told := self._unmarked.get((row.id, row.due_at)) or self._unmarked_along.get(row.id):
            await self._mark(row, *told)
            return
        now = self._clock.now()
        if about is None:
            (about,) = await self._database.read(partial(self._look, rows=[row], now=now))
        if isinstance(about, Exception):
            await self._try_later(row, type(about).__name__)
            return
        if isinstance(about, str):
            if about:
                await self._drop(row, about)
            return
        if row.channel not in self._channels:
            await self._give_up(row, "the channel is not set up")
            return
        telegram_id = about.telegram_id if isinstance(about, Note) else about.appointment.telegram_id
        if row.channel in self._in_turn:
            begun = asyncio.get_running_loop().time()
            await self._turn(telegram_id)
            has_waited = asyncio.get_running_loop().time() - begun > MOMENT
        else:
            has_waited = False
        if not await self._is_still_in_hand(row, one.until, has_waited=has_waited):
            return
        try:
            async with asyncio.timeout(SENDING.total_seconds()):
                sent = await self._channels[row.channel].send(row, about)
            way.failures = 0
        except (TelegramForbiddenError, TelegramNotFound):
            way.failures = 0
            await patients.set_blocked(self._database, telegram_id, now)
            await self._give_up(row, "the patient blocked the bot")
        except Pointless as error:
            await self._end(row, NotificationState.DROPPED, str(error))
        except NotYet as error:
            await self._put_off(row, error.until - self._clock.now(), str(error))
        except Unreachable as error:
            await self._give_up(row, str(error))
        except Trouble as error:
            await self._try_later(row, str(error))
        except TelegramRetryAfter as error:
            await self._put_off(
                row, timedelta(seconds=error.retry_after), "too many requests", in_outage=True
            )
        except (TelegramNetworkError, TelegramServerError, TimeoutError) as error:
            way.failures += 1
            await self._put_off(row, pause_after(row.attempts), type(error).__name__, in_outage=True)
        except TelegramAPIError as error:
            await self._try_later(row, type(error).__name__)
        except Exception as error:
            logger.exception("a message could not be made")
            await self._try_later(row, type(error).__name__)
        else:
            await self._mark(row, self._clock.now(), sent if isinstance(sent, Sent) else Sent(sent))

    async def _mark(self, row: NotificationRow, sent_at: datetime, sent: Sent) -> None:
        """Note that a message was sent; while the store cannot be written to it is remembered here."""
        self._unmarked[row.id, row.due_at] = sent_at, sent
        self._unmarked_along |= dict.fromkeys(sent.along, (sent_at, Sent(sent.message_id)))
        mark = partial(
            outgoing.mark_sent,
            notification_id=row.id, now=sent_at, message_id=sent.message_id, along=sent.along,
        )  # fmt: skip
        await self._database.write(mark)
        del self._unmarked[row.id, row.due_at]
        for number in (row.id, *sent.along):
            self._unmarked_along.pop(number, None)
        self._hear(row.channel, row.kind, "sent", (sent_at - row.due_at).total_seconds())

    async def _is_still_in_hand(self, row: NotificationRow, until: datetime, *, has_waited: bool) -> bool:
        """Look again after a wait: the visit may be cancelled, or the lease may have run out."""
        now = self._clock.now()
        if now + SENDING > until:
            keep = partial(outgoing.keep_in_hand, row=row, until=now + LEASE)
            return await self._database.write(keep)
        if has_waited:
            return await self._database.read(partial(outgoing.is_in_hand, row=row))
        return True

    def _look(self, tx: Tx, rows: list[NotificationRow], now: datetime) -> list[About]:
        """Read what messages are about, as their accounts see it now; one that cannot be read spoils none."""
        found: list[About] = []
        for row in rows:
            try:
                found.append(self._about(tx, row, now))
            except Exception as error:
                logger.warning("message %d cannot be read: %s", row.id, type(error).__name__)
                found.append(error)
        return found

    def _about(self, tx: Tx, row: NotificationRow, now: datetime) -> Visit | Note | str:
        if not outgoing.is_in_hand(tx, row):
            return NOT_IN_HAND
        keyring = self._database.keyring
        if row.appointment_id is None:
            return notifications.note(tx, keyring, row) or GONE
        found = appointments.of_account(tx, keyring, row.appointment_id, row.account_id)
        if found is None:
            return GONE  # or its account may not see it any more
        if pointless := why_pointless(row, found, now):
            return pointless
        if is_reminder(row) and reminders.is_overtaken(tx, row.id, now):
            return OVERTAKEN
        return appointments.visit(tx, keyring, found)

    async def _try_later(self, row: NotificationRow, why: str) -> None:
        is_of_chat = row.channel == reminding.CHAT
        if is_reminder(row) and is_of_chat and row.attempts >= ATTEMPTS:
            logger.error("message %d does not get through after %d attempts: %s", row.id, row.attempts, why)
            await self._put_off(row, LONGEST_PAUSE, why)
        elif row.attempts >= (REMINDER_ATTEMPTS if is_reminder(row) and not is_of_chat else ATTEMPTS):
            logger.error("message %d was given up after %d attempts: %s", row.id, row.attempts, why)
            await self._give_up(row, why)
        else:
            await self._put_off(row, pause_after(row.attempts), why)

    async def _give_up(self, row: NotificationRow, why: str) -> None:
        """Give a message up on its channel; what must arrive goes by the next one that there is."""
        now = self._clock.now()

        def work(tx: Tx) -> bool:
            is_planned = outgoing.is_in_hand(tx, row) and planning.fall_over(
                tx, row, frozenset(self._channels), now
            )
            outgoing.end(tx, row, NotificationState.FAILED, why)
            return is_planned

        logger.info("message %d of the kind %s was not delivered: %s", row.id, row.kind, why)
        if await self._database.write(work):
            self.wake()
        self._hear(row.channel, row.kind, NotificationState.FAILED.name.lower(), None)

    async def _put_off(
        self, row: NotificationRow, pause: timedelta, why: str, *, in_outage: bool = False
    ) -> None:
        until = self._clock.now() + pause
        self._hear(row.channel, row.kind, "put_off", None)
        attempts = min(row.attempts, OUTAGE_ATTEMPTS) if in_outage else row.attempts
        await self._database.write(
            partial(outgoing.put_off, row=row, until=until, why=why, attempts=attempts)
        )

    async def _drop(self, row: NotificationRow, why: str) -> None:
        if row.appointment_id is not None:
            self._late.append(row.id)
        await self._end(row, NotificationState.DROPPED, why)

    async def _end(self, row: NotificationRow, state: NotificationState, why: str) -> None:
        logger.info("message %d of the kind %s was not sent: %s", row.id, row.kind, why)
        await self._database.write(partial(outgoing.end, row=row, state=state, why=why))
        self._hear(row.channel, row.kind, state.name.lower(), None)


def is_reminder(row: NotificationRow) -> bool:
    """Tell whether a message reminds of a visit: then it is tried as long as it can still be of use."""
    return row.kind == reminders.REMINDER


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after that many attempts."""
    doublings = min(max(attempts - 1, 0), 10)
    return min(PAUSE * (1 << doublings), LONGEST_PAUSE)


def why_pointless(row: NotificationRow, appointment: AppointmentRow, now: datetime) -> str:
    """Say why a message about a visit has lost its point since it was planned; empty when it has not."""
    if row.kind == planning.CANCELLED or row.kind in planning.RESULTS:
        return ""
    if row.kind == asking.QUESTION:
        return asking.why_not_asked(appointment, row.sequence, now)
    if appointment.status not in LIVE:
        return "the visit is cancelled"
    if row.sequence != appointment.sequence:
        return "the visit was moved"
    if appointment.ends_at <= now:
        return "the visit is over"
    if is_reminder(row) and appointment.status == AppointmentStatus.ARRIVED:
        return "the patient is there"
    if is_reminder(row) and appointment.starts_at <= now:
        return "it would come too late"
    return ""
