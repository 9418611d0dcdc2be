"""Presses on inline buttons and their answers."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery

from sandbox.actor import Actor
from sandbox.errors import CannotDo
from sandbox.server import Sandbox
from tests.sandbox.test_messages import keyboard


async def pressed(bot: Bot, box: Sandbox, anna: Actor) -> CallbackQuery:
    sent = await bot.send_message(anna.id, "?", reply_markup=keyboard("yes"))
    box.world.press(anna.chat, sent.message_id, 0, 0)
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    return update.callback_query


async def test_a_press_carries_the_message_and_is_answered_once(bot: Bot, box: Sandbox, anna: Actor) -> None:
    query = await pressed(bot, box, anna)
    assert (query.data, query.message.text, query.from_user.id) == ("yes", "?", anna.id)
    assert [press.state for press in anna.chat.presses.values()] == ["waiting"]
    await bot.answer_callback_query(query.id, text="Спасибо", show_alert=True)
    (press,) = anna.chat.presses.values()
    assert (press.state, press.answer, press.show_alert) == ("answered", "Спасибо", True)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query.id)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query("12345")
    assert len(box.violations) == 2


async def test_an_answer_that_comes_too_late_or_is_too_long_is_refused(
    bot: Bot, box: Sandbox, anna: Actor
) -> None:
    query = await pressed(bot, box, anna)
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(query.id, text="я" * 201)
    box.world.query_lifetime = 0.0
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query.id)
    box.world.forget_old_presses()
    assert anna.chat.presses == {}


async def test_only_a_button_that_is_there_can_be_pressed(bot: Bot, box: Sandbox, anna: Actor) -> None:
    query = await pressed(bot, box, anna)
    await bot.edit_message_text("!", chat_id=anna.id, message_id=query.message.message_id)
    with pytest.raises(CannotDo):
        box.world.press(anna.chat, query.message.message_id, 0, 0)
