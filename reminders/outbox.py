"""Sending what is due: rows are claimed for a while, sent, marked. The clock only says when to look.

At least once: a kill between sending and marking may repeat the one message in hand; none is lost.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
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

from clinic import booking, feedback, patients, rules
from clinic.clock import Clock
from reminders.channels import Channel, NotYet, Pointless, Trouble, Unreachable
from storage import appointments, notifications
from storage.appointments import Visit
from storage.crypto import UnreadableSeal
from storage.database import Database
from storage.notifications import Note, NotificationRow
from storage.states import LIVE, NotificationState
from storage.types import Tx

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a claimed message is in this process's hands; after a kill another look takes it again."""
BATCH = 100
AT_ONCE = 10
"""Most messages on their way at the same time; the limits on sending hold them back further."""
ATTEMPTS = 12
"""Of a message that Telegram refuses; while Telegram cannot be reached nothing is given up."""
PAUSE = timedelta(seconds=10)
"""Before the second attempt; it doubles up to half an hour, so the last one comes hours later."""
LONGEST_PAUSE = timedelta(minutes=30)

Hear = Callable[[str, str, str, float | None], None]


def _nobody(channel: str, kind: str, result: str, late: float | None) -> None:
    pass


class Outbox:
    """Sends planned messages. `channels` are by the name that rows carry.

    `hear` is told what became of each: channel, kind, result, and by how many seconds what was sent was late.
    """

    def __init__(
        self, database: Database, clock: Clock, channels: dict[str, Channel], hear: Hear = _nobody
    ) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels
        self._hear = hear
        self._woken = asyncio.Event()
        self.moved_at = time.monotonic()
        """When it last got on: each look and each message counts."""

    def wake(self) -> None:
        """Look at once: something has just been planned, or a second has passed."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send whenever woken, until `stop` is set; whatever fails is tried again."""
        while not stop.is_set():
            await self._woken.wait()
            self._woken.clear()
            self.moved_at = time.monotonic()
            try:
                while await self.send_due():
                    if stop.is_set():
                        break
            except Exception as error:
                logger.error("the outbox could not work: %s", type(error).__name__)

    async def send_due(self) -> int:
        """Send what is due now and return how many messages were looked at: one step of the loop."""
        now = self._clock.now()
        if not await self._database.read(partial(notifications.has_due, now=now)):
            return 0
        rows = await self._database.write(
            partial(notifications.claim_due, now=now, leased_until=now + LEASE, limit=BATCH)
        )
        by_visit: dict[int, list[NotificationRow]] = defaultdict(list)
        for row in rows:
            by_visit[row.appointment_id or -row.id].append(row)
        gate = asyncio.Semaphore(AT_ONCE)

        async def deliver_in_order(group: list[NotificationRow]) -> None:
            async with gate:
                for row in group:
                    await self._deliver(row)

        await asyncio.gather(*map(deliver_in_order, by_visit.values()))
        return len(rows)

    async def _deliver(self, row: NotificationRow) -> None:
        self.moved_at = time.monotonic()
        try:
            about = await self._database.read(partial(self._about, row=row))
        except UnreadableSeal as error:
            await self._try_later(row, type(error).__name__)
            return
        now = self._clock.now()
        pointless = "it is gone" if about is None else why_pointless(row, about, now)
        if about is None or pointless:
            await self._end(row, NotificationState.DROPPED, pointless)
            return
        try:
            message_id = await self._channels[row.channel].send(row, about)
        except (TelegramForbiddenError, TelegramNotFound):
            telegram_id = about.telegram_id if isinstance(about, Note) else about.appointment.telegram_id
            await patients.set_blocked(self._database, telegram_id, now)
            await self._end(row, NotificationState.FAILED, "the patient blocked the bot")
        except Pointless as error:
            await self._end(row, NotificationState.DROPPED, str(error))
        except NotYet as error:
            await self._put_off(row, error.until - self._clock.now(), str(error))
        except Unreachable as error:
            await self._say_undelivered(row)
            await self._end(row, NotificationState.FAILED, str(error))
        except Trouble as error:
            await self._try_later(row, str(error))
        except TelegramRetryAfter as error:
            await self._put_off(row, timedelta(seconds=error.retry_after), "too many requests")
        except (TelegramNetworkError, TelegramServerError) as error:
            await self._put_off(row, pause_after(row.attempts), type(error).__name__)
        except TelegramAPIError as error:
            await self._try_later(row, type(error).__name__)
        except Exception as error:
            logger.exception("a message could not be made")
            await self._try_later(row, type(error).__name__)
        else:
            sent_at = self._clock.now()
            await self._database.write(
                partial(notifications.mark_sent, notification_id=row.id, now=sent_at, message_id=message_id)
            )
            self._hear(row.channel, row.kind, "sent", (sent_at - row.due_at).total_seconds())

    def _about(self, tx: Tx, row: NotificationRow) -> Visit | Note | None:
        """Read what a message is about, as its account sees it now; None where it may not see it any more."""
        keyring = self._database.keyring
        if row.appointment_id is None:
            return notifications.note(tx, keyring, row)
        found = appointments.of_account(tx, keyring, row.appointment_id, row.account_id)
        return None if found is None else appointments.visit(tx, keyring, found)

    async def _try_later(self, row: NotificationRow, why: str) -> None:
        if row.attempts >= ATTEMPTS:
            logger.error("message %d was given up after %d attempts: %s", row.id, row.attempts, why)
            if row.channel == booking.EMAIL:
                await self._say_undelivered(row)
            await self._end(row, NotificationState.FAILED, why)
        else:
            await self._put_off(row, pause_after(row.attempts), why)

    async def _say_undelivered(self, row: NotificationRow) -> None:
        """Plan a message to the chat: a letter that was promised there does not come."""
        if row.appointment_id is None:
            return
        await self._database.write(
            partial(
                notifications.plan_again,
                appointment_id=row.appointment_id,
                account_id=row.account_id,
                kind=booking.MAIL_FAILED,
                channel=booking.CHAT,
                sequence=row.sequence,
                due_at=self._clock.now(),
            )
        )

    async def _put_off(self, row: NotificationRow, pause: timedelta, why: str) -> None:
        until = self._clock.now() + pause
        self._hear(row.channel, row.kind, "put_off", None)
        await self._database.write(
            partial(notifications.put_off, notification_id=row.id, until=until, why=why)
        )

    async def _end(self, row: NotificationRow, state: NotificationState, why: str) -> None:
        logger.info("message %d of the kind %s was not sent: %s", row.id, row.kind, why)
        await self._database.write(partial(notifications.end, notification_id=row.id, state=state, why=why))
        self._hear(row.channel, row.kind, state.name.lower(), None)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after that many attempts."""
    doublings = min(max(attempts - 1, 0), 10)
    return min(PAUSE * (1 << doublings), LONGEST_PAUSE)


def why_pointless(row: NotificationRow, about: Visit | Note, now: datetime) -> str:
    """Say why a message has lost its point since it was planned; empty when it has not."""
    if isinstance(about, Note):
        return ""
    appointment = about.appointment
    if row.kind == booking.CANCELLED:
        return ""
    if row.kind == feedback.QUESTION:
        return feedback.why_not_asked(appointment, row.sequence, now)
    if appointment.status not in LIVE:
        return "the visit is cancelled"
    if row.sequence != appointment.sequence:
        return "the visit was moved"
    if appointment.ends_at <= now:
        return "the visit is over"
    if row.kind in rules.REMINDERS and not rules.is_reminder_worth_sending(
        row.kind, appointment.starts_at, now
    ):
        return "it would come too late"
    return ""
