"""The world outside of a process: Telegram and a mail server, with their bad days."""

import asyncio
import random
from collections import defaultdict, deque
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import orjson
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod

from bot.send_limits import SendLimits
from bot.telegram import NotSent, TelegramSession
from reminders.channels import Channel, Sent, Trouble
from storage.notifications import NotificationRow
from tests.simulation.virtual import Life, VirtualClock

CHAT, MAIL, SMS = "telegram", "mail", "sms"
PUBLISHED = 30
"""Messages in a second over all chats."""
PUBLISHED_BURST = 20
"""Messages that one chat takes at once; then one a second."""
LATENCY = (0.02, 0.08)
SENDS = ("sendMessage", "sendPhoto", "sendDocument")

current: ContextVar["Sending | None"] = ContextVar("current", default=None)


@dataclass
class Sending:
    """An attempt to send a row, from the moment at which the outbox handed it over."""

    row: NotificationRow
    begun_at: datetime
    life: int


@dataclass
class Arrival:
    """A message that somebody got."""

    sending: Sending
    at: datetime
    text: str
    is_answer_lost: bool = False


@dataclass
class Span:
    """A time at which something does not work."""

    what: str
    """CHAT, MAIL, or a chat's number: that chat has blocked the bot"""
    since: datetime
    until: datetime
    how: str = "refused"
    """refused: no connection; lost: it arrives and the answer does not; error: 502; blocked"""


@dataclass
class Outside:
    """Everybody outside of the process, who remembers all that came."""

    clock: VirtualClock
    randomly: random.Random
    spans: list[Span] = field(default_factory=list)
    slow_down: float = 0.0
    """the chance that Telegram wants to be left alone in a chat"""
    arrivals: dict[int, list[Arrival]] = field(default_factory=lambda: defaultdict(list))
    violations: list[str] = field(default_factory=list)
    in_a_second: int = 0
    _second: deque[datetime] = field(default_factory=deque)
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)
    _alone: dict[int, datetime] = field(default_factory=dict)
    _told: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    """which process knows that a chat is to be left alone until then"""
    _message_ids: int = 100
    _keys: set[str] = field(default_factory=set)

    def how(self, what: str, at: datetime) -> str | None:
        return next(
            (span.how for span in self.spans if span.what == what and span.since <= at < span.until), None
        )

    def take(self, name: str, params: dict[str, Any], life: int) -> tuple[int, dict[str, Any]]:
        """Do what Telegram does with a call of a process."""
        now = self.clock.truth
        chat = int(params.get("chat_id") or 0)
        if self.how(str(chat), now):
            return 403, {
                "ok": False,
                "error_code": 403,
                "description": "Forbidden: bot was blocked by the user",
            }
        if name not in SENDS:
            return 200, {"ok": True, "result": True}
        until = self._alone.get(chat, now)
        left = until - now
        if left > timedelta(seconds=1) and self._told.get(chat) == (life, until):
            self.violations.append(f"{name} into a chat that was to be left alone for {left}")
        if left <= timedelta() and self.randomly.random() < self.slow_down:
            left = timedelta(seconds=self.randomly.randint(1, 30))
        if left > timedelta():
            self._alone[chat] = now + left
            seconds = max(1, round(left.total_seconds()))
            return 429, {
                "ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {seconds}",
                "parameters": {"retry_after": seconds},
            }  # fmt: skip
        self._count(chat, now)
        sending = current.get()
        if sending is not None:
            text = str(params.get("text") or params.get("caption") or name)
            self.arrivals[sending.row.id].append(Arrival(sending, now, text))
        self._message_ids += 1
        return 200, {
            "ok": True,
            "result": {"message_id": self._message_ids, "date": 0, "chat": {"id": chat, "type": "private"}},
        }

    def tell(self, chat: int, life: int) -> None:
        """Note that the answer with the seconds to wait has reached a process."""
        self._told[chat] = life, self._alone[chat]

    def leaves(self, name: str) -> None:
        """Count a message as it leaves the bot; on the line some catch up with others."""
        if name not in SENDS:
            return
        now = self.clock.truth
        while self._second and self._second[0] <= now - timedelta(seconds=1):
            self._second.popleft()
        self._second.append(now)
        self.in_a_second = max(self.in_a_second, len(self._second))

    def _count(self, chat: int, now: datetime) -> None:
        at = now.timestamp()
        left, since = self._chats.get(chat, (float(PUBLISHED_BURST), at))
        left = min(PUBLISHED_BURST, left + at - since) - 1
        self._chats[chat] = (left, at)
        if left < 0:
            self.violations.append("more than one message a second into a chat")

    async def text(self, text: str, key: str) -> None:
        """Take a text message, as a gateway does."""
        await asyncio.sleep(self.randomly.uniform(*LATENCY))
        how = self.how(SMS, self.clock.truth)
        if how in ("refused", "error"):
            raise Trouble(how)
        sending = current.get()
        assert sending is not None
        if key not in self._keys:
            self._keys.add(key)
            self.arrivals[sending.row.id].append(Arrival(sending, self.clock.truth, text))
        if how == "lost":
            raise Trouble("the line broke")

    async def deliver(self, letter: EmailMessage) -> None:
        """Take a letter, as a mail server does."""
        await asyncio.sleep(self.randomly.uniform(*LATENCY))
        how = self.how(MAIL, self.clock.truth)
        if how in ("refused", "error"):
            raise Trouble(how)
        sending = current.get()
        assert sending is not None
        body = letter.get_body(("plain",))
        text = "" if body is None else str(body.get_content())
        self.arrivals[sending.row.id].append(Arrival(sending, self.clock.truth, text))
        if how == "lost":
            self.arrivals[sending.row.id][-1].is_answer_lost = True
            raise Trouble("the line broke")


class SimulatedSession(TelegramSession):
    """The bot's own session; only the wire is another."""

    def __init__(self, outside: Outside, life: Life, limits: SendLimits | None = None) -> None:
        super().__init__(limits=limits)
        self._outside = outside
        self._life = life

    async def _post(
        self, bot: Bot, method: TelegramMethod[Any], body: bytes, seconds: float
    ) -> tuple[int, bytes]:
        return await self._exchange(method, orjson.loads(body))

    async def _upload(self, bot: Bot, method: TelegramMethod[Any], seconds: float) -> tuple[int, bytes]:
        params = {name: getattr(method, name, None) for name in ("chat_id", "caption")}
        return await self._exchange(method, params)

    async def _exchange(self, method: TelegramMethod[Any], params: dict[str, Any]) -> tuple[int, bytes]:
        self._life.step()
        self._outside.leaves(method.__api_method__)
        await asyncio.sleep(self._outside.randomly.uniform(*LATENCY))
        how = self._outside.how(CHAT, self._outside.clock.truth)
        if how == "refused":
            raise NotSent(method, "no connection")
        if how == "error":
            return 502, b"<html>Bad Gateway</html>"
        self._life.step()
        sending = current.get()
        arrivals = [] if sending is None else self._outside.arrivals[sending.row.id]
        before = len(arrivals)
        status, answer = self._outside.take(method.__api_method__, params, self._life.number)
        if how == "lost":
            if len(arrivals) > before:
                arrivals[-1].is_answer_lost = True
            raise TelegramNetworkError(method, "no answer in time")
        await asyncio.sleep(self._outside.randomly.uniform(*LATENCY))
        self._life.step()
        if status == 429:
            self._outside.tell(int(params["chat_id"]), self._life.number)
        return status, orjson.dumps(answer)


class SimulatedMail:
    """A mail server, where MailChannel hands its letters over."""

    def __init__(self, outside: Outside, life: Life) -> None:
        self._outside = outside
        self._life = life

    async def send(self, letter: EmailMessage) -> None:
        self._life.step()
        await self._outside.deliver(letter)
        self._life.step()


class SimulatedGateway:
    """A gateway for text messages: the same key twice is one message."""

    def __init__(self, outside: Outside, life: Life) -> None:
        self._outside = outside
        self._life = life

    async def send(self, to: str, text: str, key: str) -> None:
        self._life.step()
        await self._outside.text(text, key)
        self._life.step()


class Traced:
    """A channel of which it is noted what it was given, and when."""

    def __init__(self, channel: Channel, clock: VirtualClock, life: Life) -> None:
        self._channel = channel
        self._clock = clock
        self._life = life

    async def send(self, row: NotificationRow, about: Any) -> Sent | int | None:
        token = current.set(Sending(row, self._clock.truth, self._life.number))
        try:
            return await self._channel.send(row, about)
        finally:
            current.reset(token)
