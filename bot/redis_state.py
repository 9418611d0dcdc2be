"""aiogram's storage of conversations in Redis: a hash a chat, its values sealed as in the database."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, cast

import orjson
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.config import BadConfig
from bot.dialog_state import dump, name_of
from storage.crypto import Keyring, UnreadableSeal

ANSWER_SECONDS = 5.0
"""How long Redis may take at the start to show that it is there."""


class RedisDialogState(BaseStorage):
    """States and data of conversations; a chat's go `kept` after the last of them was written.

    A value whose key was taken out of SECRET_KEY is as good as gone: that conversation begins anew.
    """

    def __init__(self, url: str, keyring: Keyring, kept: timedelta) -> None:
        self._redis = Redis.from_url(url)
        self._keyring = keyring
        self._kept = kept

    async def check(self) -> None:
        """Ask for a sign of life; raises BadConfig without one."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._redis.ping()  # type: ignore[misc]
        except (RedisError, OSError) as error:
            raise BadConfig(f"REDIS_URL: Redis does not answer ({type(error).__name__})") from None

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Write the state of a conversation; None ends it."""
        name = state.state if isinstance(state, State) else state
        await self._set(key, "state", None if name is None else orjson.dumps(name))

    async def get_state(self, key: StorageKey) -> str | None:
        """Read the state of a conversation."""
        value = await self._get(key, "state")
        return None if value is None else cast(str, orjson.loads(value))

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Write the data of a conversation; it must be what JSON can say, dates and sets are refused."""
        if not isinstance(data, dict):
            raise DataNotDictLikeError(f"Data must be a dict or dict-like object, got {type(data).__name__}")
        await self._set(key, "data", dump(data) if data else None)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """Read the data of a conversation."""
        value = await self._get(key, "data")
        return {} if value is None else cast(dict[str, Any], orjson.loads(value))

    async def forget(self, chat_id: int, open_ids: Collection[str] = ()) -> None:
        """Delete what is kept of a chat, but the conversations named: whoever closes these deletes them."""
        chat = _hash_of(chat_id)
        gone = [
            field
            for field in await self._redis.hkeys(chat)  # type: ignore[misc]
            if not any(name in field.decode() for name in open_ids)
        ]
        if gone:
            await self._redis.hdel(chat, *gone)  # type: ignore[misc]

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _get(self, key: StorageKey, part: str) -> bytes | None:
        field = name_of(key, part)
        sealed = await self._redis.hget(_hash_of(key.chat_id), field)  # type: ignore[misc]
        if sealed is None:
            return None
        try:
            return self._keyring.unseal(cast(bytes, sealed), _place(key.chat_id, field))
        except UnreadableSeal:
            return None

    async def _set(self, key: StorageKey, part: str, value: bytes | None) -> None:
        chat, field = _hash_of(key.chat_id), name_of(key, part)
        if value is None:
            await self._redis.hdel(chat, field)  # type: ignore[misc]
            return
        async with self._redis.pipeline(transaction=True) as both:
            both.hset(chat, field, cast(str, self._keyring.seal(value, _place(key.chat_id, field))))
            both.expire(chat, self._kept)
            await both.execute()


def _hash_of(chat_id: int) -> str:
    return f"talon:dialogs:{chat_id}"


def _place(chat_id: int, field: str) -> str:
    return f"dialog:{chat_id}:{field}"
