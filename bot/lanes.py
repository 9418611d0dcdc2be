"""Who is worked next: a lane for each chat, one update of a lane at a time, many lanes at once."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.failures import reason

logger = logging.getLogger(__name__)

CONCURRENT = 128
"""Most chats that are worked at once."""
HELD_PER_CHAT = 20
"""Most updates of one chat that are held in memory; the rest of a flood waits in the store."""
HELD = 5_000
"""Most updates that are held in memory."""
TROUBLE_PAUSE = 15.0
"""Seconds for which a lane rests when an update could not even be set aside."""


@dataclass(slots=True)
class Item:
    """An update in memory."""

    update_id: int
    content: dict[str, Any]
    failures: int = 0
    troubles: int = 0
    """failures for which the update is not to blame"""


@dataclass(slots=True)
class _Lane:
    chat_id: int
    waiting: deque[Item] = field(default_factory=deque)
    has_more: bool = False
    """the store holds updates of this chat that are not in `waiting`"""
    is_refilling: bool = False
    is_busy: bool = False
    """in hand, in the queue, or resting before another attempt"""


Work = Callable[[int, Item], Awaitable[float]]
"""Works an update of a chat; gives the seconds until it is to be tried again, 0 when it is out of the way."""
Refill = Callable[[int, int], Awaitable[tuple[list[Item], bool]]]
"""Reads the next updates of a chat, so many at most, and whether there may be more."""


class Lanes:
    """The updates that wait, in order within each chat. Chats take turns: a flood delays itself."""

    def __init__(self, work: Work, refill: Refill) -> None:
        self._work = work
        self._refill = refill
        self._lanes: dict[int, _Lane] = {}
        self._ready: deque[_Lane] = deque()
        self._held: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is in hand and nothing waits."""
        return not self._lanes

    @property
    def held(self) -> int:
        """How many updates are in memory."""
        return len(self._held)

    def is_queued(self, chat_id: int) -> bool:
        """Tell whether more updates of a chat wait behind the one in hand."""
        lane = self._lanes.get(chat_id)
        return lane is not None and (lane.has_more or len(lane.waiting) > 1)

    def put(self, chat_id: int, item: Item) -> None:
        """Add an update that is in the store; where the lane is full it is left there until its turn."""
        if item.update_id in self._held:
            return  # a refill found it before the one who wrote it came here
        lane = self._lane(chat_id)
        is_full = len(lane.waiting) >= HELD_PER_CHAT or len(self._held) >= HELD
        if lane.has_more or lane.is_refilling or is_full:
            lane.has_more = True
        else:
            self._held.add(item.update_id)
            lane.waiting.append(item)
        self._queue(lane)

    def expect(self, chat_id: int) -> None:
        """Note that the store holds updates of a chat."""
        lane = self._lane(chat_id)
        lane.has_more = True
        self._queue(lane)

    def start(self) -> None:
        """Start as many lanes as there is room for, the one that waits longest first."""
        while self._ready and len(self._tasks) < CONCURRENT and not self._is_stopping:
            task = asyncio.create_task(self._serve(self._ready.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._on_done)

    async def alone(self, chat_id: int, work: Callable[[], Awaitable[None]]) -> bool:
        """Do something while no update of a chat is in hand; where one is or waits, do nothing: False."""
        if self._is_stopping or chat_id in self._lanes:
            return False
        lane = self._lane(chat_id)
        lane.is_busy = True
        task = asyncio.create_task(self._do_alone(lane, work))
        self._tasks.add(task)
        task.add_done_callback(self._on_done)
        await asyncio.wait([task])
        return True

    async def _do_alone(self, lane: _Lane, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            logger.error("something beside the updates failed: %s", reason(error))
        finally:
            self._release(lane)

    async def stop(self, grace: float) -> None:
        """Start nothing more and finish what is in hand within `grace` seconds; what hangs is cancelled."""
        self._is_stopping = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _lane(self, chat_id: int) -> _Lane:
        lane = self._lanes.get(chat_id)
        if lane is None:
            lane = self._lanes[chat_id] = _Lane(chat_id)
        return lane

    def _queue(self, lane: _Lane) -> None:
        if not lane.is_busy:
            lane.is_busy = True
            self._ready.append(lane)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.start()

    async def _serve(self, lane: _Lane) -> None:
        """Work the next update of a lane, then send the lane to the end of the queue."""
        pause = 0.0
        try:
            if not lane.waiting:
                await self._fill(lane)
            if lane.waiting:
                pause = await self._work(lane.chat_id, lane.waiting[0])
                if not pause:
                    self._held.discard(lane.waiting.popleft().update_id)
        except Exception as error:
            logger.error("an update could neither be done nor be set aside: %s", reason(error))
            pause = TROUBLE_PAUSE
        if pause:
            asyncio.get_running_loop().call_later(pause, self._rested, lane)
        else:
            self._release(lane)

    def _release(self, lane: _Lane) -> None:
        if lane.waiting or lane.has_more:
            self._ready.append(lane)
        else:
            del self._lanes[lane.chat_id]

    def _rested(self, lane: _Lane) -> None:
        self._ready.append(lane)
        self.start()

    async def _fill(self, lane: _Lane) -> None:
        """Read a lane's next updates from the store."""
        lane.has_more, lane.is_refilling = False, True
        try:
            items, has_more = await self._refill(lane.chat_id, HELD_PER_CHAT)
        except BaseException:
            lane.has_more = True
            raise
        finally:
            lane.is_refilling = False
        lane.has_more |= has_more  # `put` may have set it meanwhile
        self._held.update(item.update_id for item in items)
        lane.waiting.extend(items)
