"""aiogram's storage of conversations over the database: written with the mark that an update is done."""

from collections import OrderedDict
from functools import partial

from bot.dialog_values import DialogValues
from clinic.clock import Clock
from storage import dialog_state
from storage.database import Database

REMEMBERED_CHATS = 2_000
"""How many chats' rows are kept in memory; a press in one of these reads nothing."""

Changes = dict[str, bytes | None]
"""JSON values by key; None deletes."""


class DialogStateStorage(DialogValues):
    """States and data of conversations, a row each.

    Between `begin` and `commit` a chat's changes are held back; whoever began takes them with `changes` and
    writes them in a transaction of its own, or drops them with `roll_back`. What is written to a chat that
    nobody began goes to the database at once.

    One process owns the store: what it remembers of a chat is never stale.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._rows: OrderedDict[int, dict[str, bytes]] = OrderedDict()
        self._begun: dict[int, Changes] = {}

    def begin(self, chat_id: int) -> None:
        """Hold back what is written to a chat from now on."""
        self._begun[chat_id] = {}

    def changes(self, chat_id: int) -> Changes:
        """Return what was written to a chat since `begin`."""
        return self._begun[chat_id]

    def commit(self, chat_id: int) -> None:
        """Take the changes as stored: the caller's transaction is on the disk."""
        changes = self._begun.pop(chat_id)
        rows = self._rows.get(chat_id)
        if rows is not None:
            _apply(rows, changes)

    def roll_back(self, chat_id: int) -> None:
        """Forget what was written to a chat since `begin`."""
        del self._begun[chat_id]

    def forget(self, chat_id: int) -> None:
        """Read a chat's rows anew when they are next needed: they were changed behind this object's back."""
        self._rows.pop(chat_id, None)

    async def close(self) -> None:
        """Do nothing: the database is closed by whoever opened it."""

    async def _get(self, chat_id: int, name: str) -> bytes | None:
        changes = self._begun.get(chat_id)
        if changes and name in changes:
            return changes[name]
        rows = self._rows.get(chat_id)
        if rows is None:
            rows = await self._load(chat_id)
        else:
            self._rows.move_to_end(chat_id)
        return rows.get(name)

    async def _set(self, chat_id: int, name: str, value: bytes | None) -> None:
        rows = self._rows.get(chat_id)
        if rows is None:
            rows = await self._load(chat_id)
        changes = self._begun.get(chat_id)
        if changes is None:
            await self._write_at_once(chat_id, rows, {name: value})
        elif rows.get(name) == value:
            changes.pop(name, None)
        else:
            changes[name] = value

    async def _load(self, chat_id: int) -> dict[str, bytes]:
        loaded = await self._database.read(
            partial(dialog_state.load, keyring=self._database.keyring, chat_id=chat_id)
        )
        rows = self._rows.setdefault(chat_id, loaded)  # another reader may have been quicker
        if len(self._rows) > REMEMBERED_CHATS:
            # a chat in hand stays: a load of its rows that was overtaken by its commit must not come in again
            oldest = next((chat for chat in self._rows if chat not in self._begun), None)
            if oldest is not None:
                del self._rows[oldest]
        return rows

    async def _write_at_once(self, chat_id: int, rows: dict[str, bytes], changes: Changes) -> None:
        _apply(rows, changes)
        try:
            await self._database.write(
                partial(
                    dialog_state.save,
                    keyring=self._database.keyring,
                    chat_id=chat_id,
                    changes=changes,
                    now=self._clock.now(),
                )
            )
        except BaseException:
            self.forget(chat_id)
            raise


def _apply(rows: dict[str, bytes], changes: Changes) -> None:
    for name, value in changes.items():
        if value is None:
            rows.pop(name, None)
        else:
            rows[name] = value
