"""Groups, where nothing personal is said, and people who block the bot and come back."""

from typing import Any

import pytest

from sandbox.chats import Chat
from sandbox.people import Person
from tests.telegram import Line
from tests.world import CHEKHOV

GROUP_ID = -1002003004
GROUP = {"id": GROUP_ID, "type": "supergroup", "title": "Двор"}


async def in_group(line: Line, text: str) -> list[dict[str, Any]]:
    """Let Anna say something in a group; returns what the bot says there."""
    anna = line.person("Анна").chat.person
    chat = line.telegram.chats.setdefault(GROUP_ID, Chat(Person(GROUP_ID, "Двор", started=True)))
    message = {"message_id": chat.new_id(), "from": anna.user(), "chat": GROUP, "date": 1, "text": text}
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    line.telegram.updates.put("message", message)
    await line.work()
    return chat.newest_first()


@pytest.mark.parametrize(
    "text", ["/start", "/my@talon_demo_bot", "/book", "/start v_abc", "/settings", "/cancel"]
)
async def test_a_command_in_a_group_gets_a_link_to_the_private_chat_and_nothing_else(
    line: Line, text: str
) -> None:
    await line.world.book(1001, await line.world.slot_id(CHEKHOV, 2))
    line.person("Анна").chat.person.started = True
    (answer,) = await in_group(line, text)
    assert "https://t.me/talon_demo_bot?start=book" in answer["text"]
    assert "reply_markup" not in answer
    for personal in ("Смирнова", "Анна", "Чехов", "Пн", "июн"):
        assert personal not in answer["text"]


@pytest.mark.parametrize("text", ["когда приём?", "да", "приду", "спасибо", "отмена"])
async def test_what_people_say_to_each_other_is_left_alone(line: Line, text: str) -> None:
    await line.world.book(1001, await line.world.slot_id(CHEKHOV, 2))
    line.person("Анна").chat.person.started = True
    assert await in_group(line, text) == []
    assert await line.world.rows("SELECT confirmed_at FROM appointment") == [(None,)]


async def test_a_group_opens_no_conversation_of_its_own(line: Line) -> None:
    await in_group(line, "/book")
    assert await line.world.rows("SELECT count(*) FROM dialog_state WHERE chat_id < 0") == [(0,)]
    assert await line.world.rows("SELECT count(*) FROM hold") == [(0,)]


@pytest.mark.parametrize("act", ["come", "cancel", "move", "ics", "change", "home"])
async def test_a_press_in_a_group_is_answered_and_does_nothing(line: Line, act: str) -> None:
    visit = await line.world.book(1001, await line.world.slot_id(CHEKHOV, 2))
    anna = line.person("Анна").chat
    anna.person.started = True
    await line.work()
    forwarded = {**anna.newest_first()[-1], "chat": GROUP}
    press = line.telegram.press_raw(anna, forwarded, f"v:{act}:{visit.appointment.id}")
    count = len(anna.messages)
    await line.work()
    assert press.answer == "Откройте, пожалуйста, личный чат со мной."
    assert len(anna.messages) == count
    assert await line.world.rows("SELECT status, confirmed_at FROM appointment") == [(1, None)]


async def test_a_block_is_noted_and_taken_back(line: Line) -> None:
    anna = line.person("Анна")
    await line.world.patient(anna.id)
    await anna.start()
    await anna.block()
    await line.work()
    now = int(line.world.clock.now().timestamp())
    assert await line.world.rows("SELECT blocked_at FROM account") == [(now,)]
    await anna.start()
    assert await line.world.rows("SELECT blocked_at FROM account") == [(None,)]
    assert "🩺 Записаться к врачу" in anna.buttons


async def test_a_stranger_who_blocks_the_bot_leaves_no_trace(line: Line) -> None:
    igor = line.person("Игорь")
    await igor.start()
    await igor.block()
    await line.work()
    assert await line.world.rows("SELECT count(*) FROM account") == [(0,)]
