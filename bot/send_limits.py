"""Telegram's limits on sending: about 30 messages a second over all chats, one a second in a chat.

People go first: a message that answers a press takes the next place, one that nobody waits for only a place
that is left.
"""

import asyncio
from collections import OrderedDict, deque
from contextvars import ContextVar

from aiolimiter import AsyncLimiter

ALL_CHATS_RATE = 29
"""Most messages in any second, over all chats; Telegram takes 30, and on the line some catch up."""
PEOPLE_AHEAD = 5
"""Messages that answer people and go at once, out of the even pace of all."""
CHAT_BURST = 5
"""Messages that one chat may get at once; then one a second. A card with its ticket and menu is three."""
CHAT_RATE = 1.0
SEVERAL = 3
"""When Telegram wants to be left alone in so many chats at once it means all of them."""

_FORGET_AFTER = CHAT_BURST / CHAT_RATE
"""Seconds after which a chat's limiter has nothing left to remember."""
_ROUNDING = 1e-6
_HALF_A_TICK = 0.0005
"""Timers of uvloop count whole milliseconds: one that fires too early turns the loop until it is time."""

_turn: ContextVar[int | str | None] = ContextVar("turn", default=None)
"""The chat for which a place was taken already."""
_in_background: ContextVar[bool] = ContextVar("in_background", default=False)


def is_in_background() -> bool:
    """Tell whether nobody waits for what is being sent."""
    return _in_background.get()


class SendLimits:
    """Holds messages back before Telegram has to refuse them, and chats it has refused."""

    def __init__(
        self,
        all_chats_rate: float = ALL_CHATS_RATE,
        chat_rate: float = CHAT_RATE,
        chat_burst: int = CHAT_BURST,
    ) -> None:
        self._places = _Places(all_chats_rate)
        self._chat_rate = chat_rate
        self._chat_burst = chat_burst
        self._chats: OrderedDict[int | str, tuple[AsyncLimiter, float]] = OrderedDict()
        self._paused_until: dict[int | str, float] = {}

    async def admit(self, chat_id: int | str | None) -> None:
        """Wait until one more message may be sent; a task that has taken its turn does not wait again."""
        if chat_id is not None and _turn.get() == chat_id:
            _turn.set(None)
            return
        if chat_id is not None:
            await self._limiter(chat_id).acquire()
        await self._places.take(is_behind=is_in_background())

    async def take_turn(self, chat_id: int) -> None:
        """Wait until a message that nobody waits for may be sent; the task's next message to that chat is it.

        Whoever takes turns is in the background from then on: people's messages go first.
        """
        _in_background.set(True)
        _turn.set(None)
        if self.pause_left(chat_id) == 0:  # else the call will say so
            await self._limiter(chat_id).acquire()
            await self._places.take(is_behind=True)
        _turn.set(chat_id)

    def pause(self, chat_id: int | str, seconds: float) -> None:
        """Note that Telegram wants nothing for this chat for so long."""
        now = asyncio.get_running_loop().time()
        self._paused_until[chat_id] = max(now + seconds, self._paused_until.get(chat_id, 0.0))
        if len(self._paused_until) >= SEVERAL:
            self._paused_until = {chat: until for chat, until in self._paused_until.items() if until > now}
        if len(self._paused_until) >= SEVERAL:
            self._places.leave_alone(now + seconds)

    def pause_left(self, chat_id: int | str | None) -> float:
        """Tell how many seconds a chat must still be left alone; 0 for none."""
        if not self._paused_until or chat_id is None or chat_id not in self._paused_until:
            return 0.0
        left = self._paused_until[chat_id] - asyncio.get_running_loop().time()
        if left <= 0:
            del self._paused_until[chat_id]
            return 0.0
        return left

    def _limiter(self, chat_id: int | str) -> AsyncLimiter:
        """Find the limiter of a chat, and drop those that were not asked for long enough to be full again."""
        now = asyncio.get_running_loop().time()
        known = self._chats.pop(chat_id, None)
        limiter = known[0] if known else AsyncLimiter(self._chat_burst, self._chat_burst / self._chat_rate)
        self._chats[chat_id] = (limiter, now)
        while self._chats:
            oldest, (idle, used_at) = next(iter(self._chats.items()))
            if now - used_at < _FORGET_AFTER or not idle.has_capacity(self._chat_burst):
                break
            del self._chats[oldest]
        return limiter


class _Places:
    """So many messages in any second, evenly: those of people first, and a few of them at once."""

    def __init__(self, rate: float) -> None:
        self._rate = max(1, int(rate))
        self._gap = 1.0 / self._rate
        self._taken: deque[float] = deque()
        """when messages of the last second went"""
        self._next_at = 0.0
        """when the next one goes that does not jump ahead"""
        self._left_alone_until = 0.0
        self._people: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, *, is_behind: bool) -> None:
        """Wait for a place."""
        waiting = asyncio.get_running_loop().create_future()
        (self._others if is_behind else self._people).append(waiting)
        self._give()
        await waiting

    def leave_alone(self, until: float) -> None:
        """Give nothing to those in the background until then."""
        self._left_alone_until = max(self._left_alone_until, until)

    def _give(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time() + _ROUNDING
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._taken and self._taken[0] + 1.0 <= now:
            self._taken.popleft()
        while queue := self._people or self._others:
            if queue[0].done():  # whoever waited was cancelled
                queue.popleft()
            elif (at := self._when(is_behind=queue is self._others)) > now:
                self._timer = loop.call_at(at + _HALF_A_TICK, self._give)
                return
            else:
                queue.popleft().set_result(None)
                self._taken.append(now)
                self._next_at = max(self._next_at, now - self._gap) + self._gap  # a late timer is made up for

    def _when(self, *, is_behind: bool) -> float:
        """Say from when on the next place may be given."""
        if is_behind:
            at = max(self._next_at, self._left_alone_until)
        else:
            at = self._next_at - (PEOPLE_AHEAD - 1) * self._gap
        return max(at, self._taken[0] + 1.0) if len(self._taken) >= self._rate else at
