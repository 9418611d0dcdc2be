"""A patient's way with the conversations in Redis: restarted, booked, erased; nothing readable in it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram.fsm.storage.base import StorageKey

from bot.purge import DIALOGS_KEPT
from bot.redis_state import RedisDialogState
from sandbox.server import Sandbox
from storage.crypto import Keyring
from tests.e2e.conftest import KEY, Stand, serving
from tests.e2e.steps import choose_time
from tests.e2e.test_rights import PURPOSE, booked, erase, open_rights


@pytest.fixture
async def stand(
    box: Sandbox, empty_store: Path, tmp_path: Path, redis_url: str, redis: Any
) -> AsyncIterator[Stand]:
    async with serving(box, empty_store, tmp_path, redis_url) as stand:
        yield stand


async def kept(redis: Any) -> dict[bytes, bytes]:
    """Read all that Redis holds, by chat and conversation."""
    return {
        chat + b" " + field: value
        for chat in await redis.keys("*")
        for field, value in (await redis.hgetall(chat)).items()
    }


async def test_a_conversation_outlives_a_restart(stand: Stand, redis: Any) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    assert await kept(redis)
    assert stand.rows("SELECT count(*) FROM dialog_state") == [(0,)]
    await stand.restart()
    await anna.press("✅ Даю согласие")
    await anna.expect("Отправить мой номер")


async def test_who_deletes_everything_leaves_nothing_in_redis_either(
    stand: Stand, redis: Any, redis_url: str
) -> None:
    anna = await booked(stand)
    left_behind = {"name": ["Смирнова", "Анна"]}  # by a conversation that was killed half way
    planted = RedisDialogState(redis_url, Keyring(KEY), DIALOGS_KEPT)
    chat_id = anna.chat.person.id
    await planted.set_data(
        StorageKey(bot_id=1, chat_id=chat_id, user_id=chat_id, destiny="aiogd:context:gone"), left_behind
    )
    await planted.close()
    before = await kept(redis)
    for word in ("Смирнова", PURPOSE, "79990000101"):
        assert not any(word.encode() in value for value in before.values())
    await open_rights(anna)
    await erase(anna)
    await anna.press("🗑 Удалить навсегда")
    await anna.expect("Всё о вас удалено")
    after = await kept(redis)
    assert not set(after.values()) & set(before.values())
    assert all(b"aiogd:stack:" in field for field in after), after
