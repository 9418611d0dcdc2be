"""aiogram's storage of conversations in Redis: a hash a chat, its values sealed as in the database."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.config import BadConfig
from bot.dialog_values import DialogValues
from storage.crypto import Keyring, UnreadableSeal

ANSWER_SECONDS = 5.0
"""How long Redis may take at the start to show that it is there."""


class RedisDialogState(DialogValues):
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

    async def _get(self, chat_id: int, name: str) -> bytes | None:
        sealed = await self._redis.hget(_hash_of(chat_id), name)  # type: ignore[misc]
        if sealed is None:
            return None
        try:
            return self._keyring.unseal(cast(bytes, sealed), _place(chat_id, name))
        except UnreadableSeal:
            return None

    async def _set(self, chat_id: int, name: str, value: bytes | None) -> None:
        chat = _hash_of(chat_id)
        if value is None:
            await self._redis.hdel(chat, name)  # type: ignore[misc]
            return
        async with self._redis.pipeline(transaction=True) as both:
            both.hset(chat, name, cast(str, self._keyring.seal(value, _place(chat_id, name))))
            both.expire(chat, self._kept)
            await both.execute()


def _hash_of(chat_id: int) -> str:
    return f"talon:dialogs:{chat_id}"


def _place(chat_id: int, field: str) -> str:
    return f"dialog:{chat_id}:{field}"
