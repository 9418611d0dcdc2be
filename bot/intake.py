"""No press is lost: each update is on the disk before it is confirmed, and done only when its effects are.

    raw updates → inbox, one transaction a batch → confirmed → worked, in order within a chat → done,
    in the transaction that also writes the dialog state the update changed

What a kill leaves undone is worked again at the next start, on the dialog state from before it: so whatever
an update does must bear being done twice.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from bot.counts import Counts
from bot.dialog_state import Changes, DialogStateStorage
from bot.failures import is_trouble, reason
from bot.keyboards import Keyboards
from bot.lanes import Item, Lanes
from bot.middlewares import speaker, update_in_hand
from bot.purge import DONE_KEPT, PURGE_EVERY, purge
from bot.updates import read_update
from clinic.clock import Clock
from storage import dialog_state, inbox
from storage.crypto import Keyring
from storage.database import Database
from storage.types import Tx

logger = logging.getLogger(__name__)

Feed = Callable[[Update], Awaitable[object]]

HANDLER_SECONDS = 60.0
"""How long one update may be worked; then it is cancelled, and that is a failed attempt."""
ATTEMPTS = 3
"""After so many failures an update is set aside."""
PATIENT_ATTEMPTS = 50
"""The same where not the update but Telegram or the disk was at fault: about twenty minutes."""
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before an update is tried again; the last one repeats."""
LINGER = 0.005
"""Seconds for which a done update waits for a commit that comes by anyway: presses in a row cost one each."""


@dataclass(frozen=True, slots=True)
class _Done:
    """An update whose handler has run, and the dialog state that it changed."""

    update_id: int
    chat_id: int
    changes: Changes | None
    at: datetime


class Intake:
    """Takes updates in and works them.

    `feed` works one update: `partial(dispatcher.feed_update, bot)`. `state` is None where dialog state is not
    in the database. `keyboards` are the session's.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        bot: Bot,
        feed: Feed,
        state: DialogStateStorage | None = None,
        keyboards: Keyboards | None = None,
        *,
        counts: Counts | None = None,
        handler_seconds: float = HANDLER_SECONDS,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._database = database
        self._clock = clock
        self._bot = bot
        self._context = {"bot": bot}
        self._feed = feed
        self._state = state
        self._keyboards = keyboards
        self._counts = counts or Counts()
        self._handler_seconds = handler_seconds
        self._pauses = pauses
        self._lanes = Lanes(self._work, self._read_waiting)
        self._done: list[tuple[_Done, asyncio.Future[None]]] = []
        self._purging: asyncio.Task[None] | None = None
        self._purged_at = clock.now()

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is in hand and nothing waits."""
        return self._lanes.is_idle

    async def accept(self, raws: Sequence[bytes | dict[str, Any]]) -> int | None:
        """Write updates down; they may be confirmed to Telegram when this returns.

        Returns the highest of their numbers, None where there is none. Raises sqlite3.OperationalError when
        the store cannot take them: then they must not be confirmed.
        """
        updates = [update for update in map(read_update, raws) if update is not None]
        if len(updates) < len(raws):
            logger.error("%d updates came without a number and were left", len(raws) - len(updates))
        if not updates:
            return None
        self._counts.telegram.note(is_good=True)
        now = self._clock.now()
        rows = [inbox.NewUpdate(u.update_id, u.chat_id, u.payload, u.error) for u in updates]
        unseen = set(await self._write_with_done(rows, now))
        for update in updates:
            if update.update_id not in unseen:
                continue  # delivered again
            unseen.discard(update.update_id)
            self._counts.updates["taken"] += 1
            if update.content is None:
                self._counts.updates["set_aside"] += 1
                logger.error("update %d was set aside: %s", update.update_id, update.error)
            else:
                if isinstance(press := update.content.get("callback_query"), dict):
                    self._counts.press_came(press.get("id"))
                self._lanes.put(update.chat_id, Item(update.update_id, update.content))
        self._lanes.start()
        if now - self._purged_at >= PURGE_EVERY:
            self._purge_in_background(now)
        return max(update.update_id for update in updates)

    async def resume(self) -> None:
        """Work what a former process left undone; called once, before the first `accept`."""
        for chat_id in await self._database.read(inbox.waiting_chats):
            self._lanes.expect(chat_id)
        self._lanes.start()
        self._purge_in_background(self._clock.now())

    async def alone(self, chat_id: int, work: Callable[[], Awaitable[None]]) -> bool:
        """Do something of our own with a chat's dialog state; False where an update of it is in hand."""
        return await self._lanes.alone(chat_id, work)

    async def stop(self, grace: float = 8.0) -> None:
        """Finish what is in hand within `grace` seconds; the rest stays in the store for the next start."""
        await self._lanes.stop(grace)
        if self._purging is not None:
            self._purging.cancel()
            await asyncio.gather(self._purging, return_exceptions=True)

    def _purge_in_background(self, now: datetime) -> None:
        self._purged_at = now
        if self._purging is None or self._purging.done():
            self._purging = asyncio.create_task(purge(self._database, self._state, now))

    async def _read_waiting(self, chat_id: int, limit: int) -> tuple[list[Item], bool]:
        """Read the next updates of a chat from the store, and whether there may be more."""
        rows = await self._database.read(
            partial(inbox.waiting, keyring=self._database.keyring, chat_id=chat_id, limit=limit)
        )
        items = []
        for row in rows:
            update = None if row.payload is None else read_update(row.payload)
            if update is None or update.content is None:
                await self._set_aside(row.update_id, "no key in SECRET_KEY opens it")
            else:
                items.append(Item(row.update_id, update.content, failures=row.attempts))
        return items, len(rows) == limit

    async def _work(self, chat_id: int, item: Item) -> float:
        """Work one update; returns the seconds until it is to be tried again, 0 when it is out of the way."""
        update_in_hand.set(item.update_id)  # each turn of a lane is a task: others do not see it
        speaker.set("-")
        try:
            update = Update.model_validate(self._with_known_keyboard(item.content), context=self._context)
            _ = update.event_type
        except ValidationError as error:
            await self._set_aside(item.update_id, reason(error))
            return 0
        except UpdateTypeLookupError:
            await self._set_aside(item.update_id, "it is of a kind that is not known")
            return 0
        if self._state is not None:
            self._state.begin(chat_id)
        is_done = False
        try:
            async with asyncio.timeout(self._handler_seconds):
                answer = await self._feed(update)
                if isinstance(answer, TelegramMethod):
                    await self._bot(answer)
            await self._finish(chat_id, item)
            is_done = True
            self._counts.updates["done"] += 1
        except Exception as error:
            return await self._failed(item, error)
        finally:
            if self._state is not None and not is_done:
                self._state.roll_back(chat_id)
        return 0

    def _with_known_keyboard(self, content: dict[str, Any]) -> dict[str, Any]:
        """Replace the keyboard of a pressed message by the object that it was validated to before."""
        press = content.get("callback_query")
        if self._keyboards is None or not isinstance(press, dict) or "message" not in press:
            return content
        return content | {"callback_query": press | {"message": self._keyboards.put_into(press["message"])}}

    async def _finish(self, chat_id: int, item: Item) -> None:
        """Commit that an update is done, with the dialog state that it changed.

        The handler has run, so a store that does not answer is asked again and again, not the handler.
        """
        changes = None if self._state is None else self._state.changes(chat_id)
        done = _Done(item.update_id, chat_id, changes, self._clock.now())
        loop = asyncio.get_running_loop()
        tries = 0
        while True:
            committed: asyncio.Future[None] = loop.create_future()
            if not self._done:
                loop.call_later(LINGER, self._write_done)
            self._done.append((done, committed))
            if self._lanes.is_queued(chat_id):
                self._write_done()
            try:
                await committed
                break
            except sqlite3.OperationalError as error:
                logger.warning("the store does not answer: %s", reason(error))
                await asyncio.sleep(self._pauses[min(tries, len(self._pauses) - 1)])
                tries += 1
        if self._state is not None:
            self._state.commit(chat_id)

    def _write_done(self) -> None:
        """Commit what is done, when no batch of new updates came by to take it along."""
        if self._done:
            self._writing = asyncio.create_task(self._write_with_done([], self._clock.now()))

    async def _write_with_done(self, rows: list[inbox.NewUpdate], now: datetime) -> list[int]:
        """Write new updates down and mark done ones in one transaction; returns the numbers that are new."""
        taken, self._done = self._done, []
        try:
            new = await self._database.write(
                partial(
                    _receive_and_finish,
                    keyring=self._database.keyring,
                    rows=rows,
                    done=[done for done, _ in taken],
                    now=now,
                )
            )
        except asyncio.CancelledError:  # of whoever brought the new updates: the done ones are not concerned
            self._done = taken + self._done
            asyncio.get_running_loop().call_later(LINGER, self._write_done)
            raise
        except Exception as error:
            for _, committed in taken:
                if not committed.done():
                    committed.set_exception(error)
            if not rows:
                return []
            raise
        for _, committed in taken:
            if not committed.done():
                committed.set_result(None)
        return new

    async def _failed(self, item: Item, error: Exception) -> float:
        """Count a failure; returns the pause before the next attempt, 0 when there will be none."""
        why = reason(error)
        if is_trouble(error):
            item.troubles += 1
            tries, most = item.troubles, PATIENT_ATTEMPTS
        else:
            item.failures += 1
            tries, most = item.failures, ATTEMPTS
        if tries >= most:
            await self._set_aside(item.update_id, why)
            return 0
        self._counts.updates["failed"] += 1
        logger.warning("update %d failed and will be tried again: %s", item.update_id, why)
        if not is_trouble(error):
            await self._database.write(partial(inbox.mark_failed, update_id=item.update_id, reason=why))
        pause = self._pauses[min(tries, len(self._pauses)) - 1]
        return max(pause, error.retry_after) if isinstance(error, TelegramRetryAfter) else pause

    async def _set_aside(self, update_id: int, why: str) -> None:
        await self._database.write(partial(inbox.set_aside, update_id=update_id, reason=why))
        self._counts.updates["set_aside"] += 1
        logger.error("update %d was set aside: %s", update_id, why)


def _receive_and_finish(
    tx: Tx, keyring: Keyring, rows: list[inbox.NewUpdate], done: list[_Done], now: datetime
) -> list[int]:
    for one in done:
        inbox.mark_done(tx, one.update_id)
        if one.changes:
            dialog_state.save(tx, keyring, one.chat_id, one.changes, one.at)
    return inbox.receive(tx, keyring, rows, now, now - DONE_KEPT) if rows else []
