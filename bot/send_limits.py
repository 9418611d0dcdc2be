"""Telegram's limits on sending: about 30 messages a second over all chats, one a second in a chat."""

import asyncio
from collections import OrderedDict

from aiolimiter import AsyncLimiter

ALL_CHATS_RATE = 25.0
"""Messages a second over all chats; with the burst below no second sees more than 30."""
ALL_CHATS_BURST = 5
CHAT_BURST = 5
"""Messages that one chat may get at once; then one a second. A card with its ticket and menu is three."""
CHAT_RATE = 1.0

_FORGET_AFTER = CHAT_BURST / CHAT_RATE
"""Seconds after which a chat's limiter has nothing left to remember."""


class SendLimits:
    """Holds messages back before Telegram has to refuse them, and chats it has refused."""

    def __init__(
        self,
        all_chats_rate: float = ALL_CHATS_RATE,
        chat_rate: float = CHAT_RATE,
        chat_burst: int = CHAT_BURST,
    ) -> None:
        self._all_chats = AsyncLimiter(ALL_CHATS_BURST, ALL_CHATS_BURST / all_chats_rate)
        self._chat_rate = chat_rate
        self._chat_burst = chat_burst
        self._chats: OrderedDict[int | str, tuple[AsyncLimiter, float]] = OrderedDict()
        self._paused_until: dict[int | str, float] = {}

    async def admit(self, chat_id: int | str | None) -> None:
        """Wait until one more message may be sent."""
        if chat_id is not None:
            await self._limiter(chat_id).acquire()
        await self._all_chats.acquire()

    def pause(self, chat_id: int | str, seconds: float) -> None:
        """Note that Telegram wants nothing for this chat for so long."""
        now = asyncio.get_running_loop().time()
        if len(self._paused_until) > 100:
            self._paused_until = {chat: until for chat, until in self._paused_until.items() if until > now}
        self._paused_until[chat_id] = max(now + seconds, self._paused_until.get(chat_id, 0.0))

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
