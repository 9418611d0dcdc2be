"""Dialog state in the database: survives, sealed, fresh copies, held back until the update is done."""

import asyncio
import sqlite3
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StorageKey
from aiogram.fsm.storage.memory import MemoryStorage

from bot import dialog_state as module
from bot.dialog_state import DialogStateStorage
from bot.dialog_values import dump
from bot.purge import purge
from storage.crypto import Keyring
from storage.database import Database
from tests.world import StoppedClock


class Booking(StatesGroup):
    doctor = State()


def key(chat_id: int = 7, destiny: str = "default", user_id: int = 7) -> StorageKey:
    return StorageKey(bot_id=42, chat_id=chat_id, user_id=user_id, destiny=destiny)


@pytest.fixture
def state(database: Database, clock: StoppedClock) -> DialogStateStorage:
    return DialogStateStorage(database, clock)


@pytest.mark.parametrize("kind", ["memory", "database"])
async def test_it_keeps_what_aiograms_own_storage_keeps(kind: str, state: DialogStateStorage) -> None:
    storage: BaseStorage = MemoryStorage() if kind == "memory" else state
    assert await storage.get_state(key()) is None
    assert await storage.get_data(key()) == {}
    await storage.set_state(key(), Booking.doctor)
    await storage.set_data(key(), {"a": 1})
    assert await storage.update_data(key(), {"b": [2]}) == {"a": 1, "b": [2]}
    assert await storage.get_state(key()) == "Booking:doctor"
    assert await storage.get_value(key(), "b") == [2]
    assert await storage.get_data(key(destiny="aiogd:stack:")) == {}
    assert await storage.get_data(key(user_id=8)) == {}
    await storage.set_state(key(), None)
    await storage.set_data(key(), {})
    assert await storage.get_state(key()) is None
    assert await storage.get_data(key()) == {}


async def test_it_survives_a_restart_sealed(
    state: DialogStateStorage, database: Database, clock: StoppedClock
) -> None:
    await state.set_data(key(), {"name": "Анна"})
    await state.set_state(key(), Booking.doctor)
    again = DialogStateStorage(database, clock)
    assert await again.get_data(key()) == {"name": "Анна"}
    assert await again.get_state(key()) == "Booking:doctor"
    rows = sqlite3.connect(database.path).execute("SELECT key, value FROM dialog_state").fetchall()
    assert len(rows) == 2
    assert all("Анна".encode() not in value and b"Booking" not in value for _, value in rows)
    assert all("42" not in name for name, _ in rows)


async def test_each_reading_is_a_copy_of_its_own(state: DialogStateStorage) -> None:
    await state.set_data(key(), {"state": "x", "inner": {"a": 1}})
    first = await state.get_data(key())
    first.pop("state")
    first["inner"]["a"] = 2
    assert await state.get_data(key()) == {"state": "x", "inner": {"a": 1}}


async def test_changes_are_held_back_until_they_are_committed(
    state: DialogStateStorage, database: Database, clock: StoppedClock
) -> None:
    await state.set_data(key(), {"step": 1})
    state.begin(7)
    await state.set_data(key(), {"step": 2})
    await state.set_data(key(destiny="new"), {"step": 1})
    assert await state.get_data(key()) == {"step": 2}, "the one who writes sees it"
    assert await DialogStateStorage(database, clock).get_data(key()) == {"step": 1}
    assert set(state.changes(7)) == {"7:::default:data", "7:::new:data"}
    state.roll_back(7)
    assert await state.get_data(key()) == {"step": 1}
    assert await state.get_data(key(destiny="new")) == {}
    state.begin(7)
    await state.set_data(key(), {"step": 3})
    state.commit(7)
    assert await state.get_data(key()) == {"step": 3}


async def test_what_was_written_back_as_it_was_is_no_change(state: DialogStateStorage) -> None:
    await state.set_data(key(), {"step": 1})
    state.begin(7)
    await state.set_data(key(), {"step": 2})
    await state.set_data(key(), {"step": 1})
    await state.set_data(key(destiny="none"), {})
    assert state.changes(7) == {}


async def test_another_chat_is_written_at_once_while_one_is_held_back(
    state: DialogStateStorage, database: Database, clock: StoppedClock
) -> None:
    state.begin(7)
    await state.set_data(key(8), {"step": 1})
    assert state.changes(7) == {}
    assert await DialogStateStorage(database, clock).get_data(key(8)) == {"step": 1}


async def test_a_failed_write_at_once_is_not_remembered(
    state: DialogStateStorage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: object) -> Any:
        raise sqlite3.OperationalError("database or disk is full")

    await state.set_data(key(), {"step": 1})
    with monkeypatch.context() as broken:
        broken.setattr(database, "write", full)
        with pytest.raises(sqlite3.OperationalError):
            await state.set_data(key(), {"step": 2})
    assert await state.get_data(key()) == {"step": 1}


async def test_a_known_chat_is_not_read_again_and_memory_is_bounded(
    state: DialogStateStorage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0
    read = database.read

    async def counted(work: Any) -> Any:
        nonlocal reads
        reads += 1
        return await read(work)

    monkeypatch.setattr(database, "read", counted)
    monkeypatch.setattr(module, "REMEMBERED_CHATS", 10)
    state.begin(1)
    for _ in range(3):
        await state.get_state(key(1))
        await state.get_data(key(1, destiny="aiogd:stack:"))
    assert reads == 1
    await state.set_data(key(1), {"held": 1})
    for chat in range(2, 50):
        await state.get_data(key(chat))
    assert len(state._rows) == 10
    state.commit(1)
    assert await state.get_data(key(1)) == {"held": 1}, "a chat in hand is not forgotten"


async def test_two_readers_of_a_chat_at_once_see_one_truth(state: DialogStateStorage) -> None:
    await state.set_data(key(), {"step": 1})
    state.forget(7)
    first, _ = await asyncio.gather(state.get_data(key()), state.set_data(key(), {"step": 2}))
    assert first["step"] in (1, 2)
    assert await state.get_data(key()) == {"step": 2}


async def test_what_json_cannot_say_is_refused(state: DialogStateStorage) -> None:
    for data in ({"on": date(2025, 6, 2)}, {"at": datetime(2025, 6, 2, tzinfo=UTC)}, {"ids": {1}}, {1: "a"}):
        with pytest.raises(TypeError):
            await state.set_data(key(), data)  # type: ignore[arg-type]
    with pytest.raises(DataNotDictLikeError):
        await state.set_data(key(), [1])  # type: ignore[arg-type]
    assert dump({"a": "ё"}) == '{"a":"ё"}'.encode()


async def test_a_conversation_that_nobody_goes_on_with_is_deleted(
    state: DialogStateStorage, database: Database, clock: StoppedClock
) -> None:
    await state.set_data(key(7), {"old": 1})
    clock.move(timedelta(days=59))
    await state.set_data(key(8), {"new": 1})
    await purge(database, state, clock.now())
    assert await state.get_data(key(7)) == {"old": 1}
    clock.move(timedelta(days=2))
    await purge(database, state, clock.now())
    assert await state.get_data(key(7)) == {}
    assert await state.get_data(key(8)) == {"new": 1}


async def test_a_conversation_sealed_with_a_lost_key_begins_anew(
    state: DialogStateStorage, database: Database, clock: StoppedClock
) -> None:
    await state.set_data(key(), {"a": 1})
    database.keyring = Keyring("another secret")
    assert await DialogStateStorage(database, clock).get_data(key()) == {}
