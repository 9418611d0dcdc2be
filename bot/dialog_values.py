"""What aiogram's storages of conversations have in common here: JSON values by chat and name."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import orjson
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey


class DialogValues(BaseStorage):
    """States and data of conversations as JSON values; where they are kept is the heirs' to say."""

    @abstractmethod
    async def _get(self, chat_id: int, name: str) -> bytes | None:
        """Read a value of a chat."""

    @abstractmethod
    async def _set(self, chat_id: int, name: str, value: bytes | None) -> None:
        """Write a value of a chat; None deletes."""

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Write the state of a conversation; None ends it."""
        name = state.state if isinstance(state, State) else state
        await self._set(key.chat_id, name_of(key, "state"), None if name is None else orjson.dumps(name))

    async def get_state(self, key: StorageKey) -> str | None:
        """Read the state of a conversation."""
        value = await self._get(key.chat_id, name_of(key, "state"))
        if value is None:
            return None
        state: str = orjson.loads(value)
        return state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Write the data of a conversation; it must be what JSON can say, dates and sets are refused."""
        if not isinstance(data, dict):
            raise DataNotDictLikeError(f"Data must be a dict or dict-like object, got {type(data).__name__}")
        await self._set(key.chat_id, name_of(key, "data"), dump(data) if data else None)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """Read the data of a conversation, a copy each time."""
        value = await self._get(key.chat_id, name_of(key, "data"))
        if value is None:
            return {}
        data: dict[str, Any] = orjson.loads(value)
        return data


def dump(data: Mapping[str, Any]) -> bytes:
    """Turn data into JSON; raises TypeError for what would not come back as it was."""
    return orjson.dumps(data, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS)


def name_of(key: StorageKey, part: str) -> str:
    """Name a value of a chat: whose it is, of which conversation, and which part of that."""
    return f"{key.user_id}:{key.thread_id or ''}:{key.business_connection_id or ''}:{key.destiny}:{part}"
