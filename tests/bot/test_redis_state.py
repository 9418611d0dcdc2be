"""Conversations in a running Redis (its open fork, Valkey): kept, sealed, forgotten."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.storage.base import StorageKey

from bot.redis_state import RedisDialogState
from dialogs.states import Booking
from storage.crypto import Keyring

KEPT = timedelta(days=60)


@pytest.fixture
async def state(redis_url: str, redis: Any) -> AsyncIterator[RedisDialogState]:
    state = RedisDialogState(redis_url, Keyring("a secret"), KEPT)
    await state.check()
    yield state
    await state.close()


def key(chat_id: int = 7, destiny: str = "default") -> StorageKey:
    return StorageKey(bot_id=1, chat_id=chat_id, user_id=chat_id, destiny=destiny)


async def test_it_keeps_states_and_data_of_each_conversation(state: RedisDialogState) -> None:
    assert await state.get_state(key()) is None
    assert await state.get_data(key()) == {}
    await state.set_state(key(), Booking.doctor)
    await state.set_data(key(), {"name": "Анна"})
    await state.set_data(key(destiny="aiogd:stack:"), {"b": [2]})
    assert await state.get_state(key()) == Booking.doctor.state
    assert await state.update_data(key(), {"c": None}) == {"name": "Анна", "c": None}
    assert await state.get_data(key(destiny="aiogd:stack:")) == {"b": [2]}
    assert await state.get_data(key(8)) == {}
    await state.set_state(key())
    await state.set_data(key(), {})
    assert (await state.get_state(key()), await state.get_data(key())) == (None, {})


async def test_it_refuses_what_would_not_come_back_as_it_was(state: RedisDialogState) -> None:
    with pytest.raises(TypeError):
        await state.set_data(key(), {"on": date(2025, 6, 2)})
    with pytest.raises(DataNotDictLikeError):
        await state.set_data(key(), [1])  # type: ignore[arg-type]


async def test_nothing_in_redis_can_be_read_and_no_value_fits_another_place(
    state: RedisDialogState, redis: Any
) -> None:
    await state.set_data(key(), {"name": "Смирнова", "phone": "+79161234567"})
    (chat,) = await redis.keys("*")
    ((field, sealed),) = (await redis.hgetall(chat)).items()
    assert b"+7916" not in sealed
    assert "Смирнова".encode() not in sealed
    await redis.hset("talon:dialogs:8", field.replace(b"7", b"8"), sealed)
    assert await state.get_data(key(8)) == {}


async def test_a_conversation_sealed_with_a_lost_key_begins_anew(
    state: RedisDialogState, redis_url: str
) -> None:
    await state.set_data(key(), {"a": 1})
    other = RedisDialogState(redis_url, Keyring("another secret"), KEPT)
    assert await other.get_data(key()) == {}
    await other.close()


async def test_a_chat_is_forgotten_but_for_what_is_open(state: RedisDialogState) -> None:
    await state.set_data(key(), {"language": "ru"})
    await state.set_data(key(destiny="aiogd:context:old"), {"a": 1})
    await state.set_data(key(destiny="aiogd:context:open"), {"a": 2})
    await state.set_data(key(8), {"a": 3})
    for _ in range(2):
        await state.forget(7, ["context:open"])
        assert await state.get_data(key()) == {}
        assert await state.get_data(key(destiny="aiogd:context:old")) == {}
        assert await state.get_data(key(destiny="aiogd:context:open")) == {"a": 2}
    await state.forget(7)
    assert await state.get_data(key(destiny="aiogd:context:open")) == {}
    assert await state.get_data(key(8)) == {"a": 3}


async def test_what_nobody_goes_on_with_goes_after_a_while(state: RedisDialogState, redis: Any) -> None:
    await state.set_data(key(), {"a": 1})
    left = await redis.ttl("talon:dialogs:7")
    assert 0 < left <= KEPT.total_seconds()


@pytest.mark.parametrize("count", [200])
async def test_many_conversations_at_once_do_not_mix(state: RedisDialogState, count: int) -> None:
    await asyncio.gather(*(state.set_data(key(chat), {"chat": chat}) for chat in range(1, count)))
    found = await asyncio.gather(*(state.get_data(key(chat)) for chat in range(1, count)))
    assert found == [{"chat": chat} for chat in range(1, count)]
