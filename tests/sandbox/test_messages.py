"""What Telegram refuses in messages, and how it answers what it takes."""

from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from sandbox.actor import Actor
from sandbox.server import Sandbox


def keyboard(*data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=one[:20], callback_data=one)] for one in data]
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a<br>b", 'Unsupported start tag "br" at byte offset 1'),
        ("<p>a</p>", "Unsupported start tag"),
        ("1 < 2", "Unsupported start tag"),
        ("<b>a", "Can't find end tag"),
        ("<b><i>a</b></i>", "Unmatched end tag"),
        ("a</b>", "Unexpected end tag"),
    ],
)
async def test_html_that_telegram_cannot_read_is_refused_and_listed(
    bot: Bot, box: Sandbox, anna: Actor, text: str, why: str
) -> None:
    with pytest.raises(TelegramBadRequest, match="can't parse entities") as refused:
        await bot.send_message(anna.id, text, parse_mode="HTML")
    assert why in refused.value.message
    assert [one.method for one in box.violations] == ["sendMessage"]
    assert len(anna.messages) == 1


async def test_html_becomes_text_with_entities_counted_in_utf16(bot: Bot, box: Sandbox, anna: Actor) -> None:
    sent = await bot.send_message(anna.id, "🩺 <b>Врач &amp; <i>час</i></b> /help", parse_mode="HTML")
    assert sent.text == "🩺 Врач & час /help"
    found = [(one.type, one.offset, one.length) for one in sent.entities]
    assert found == [("bold", 3, 10), ("italic", 10, 3), ("bot_command", 14, 5)]
    assert box.violations == []


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "message text is empty"), (" \n ", "message text is empty"), ("я" * 4097, "message is too long")],
)
async def test_a_text_has_one_to_4096_characters(bot: Bot, anna: Actor, text: str, why: str) -> None:
    with pytest.raises(TelegramBadRequest, match=why):
        await bot.send_message(anna.id, text)
    assert (await bot.send_message(anna.id, "я" * 4096)).text == "я" * 4096


@pytest.mark.parametrize(
    ("data", "fits"), [("x" * 64, True), ("x" * 65, False), ("я" * 32, True), ("я" * 33, False)]
)
async def test_callback_data_has_at_most_64_bytes(
    bot: Bot, box: Sandbox, anna: Actor, data: str, fits: bool
) -> None:
    if fits:
        await bot.send_message(anna.id, "?", reply_markup=keyboard(data))
    else:
        with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
            await bot.send_message(anna.id, "?", reply_markup=keyboard(data))
    assert bool(box.violations) is not fits


async def test_a_button_needs_a_text_and_exactly_one_purpose(bot: Bot, anna: Actor) -> None:
    for button, why in (
        (InlineKeyboardButton(text=" ", callback_data="a"), "text is empty"),
        (InlineKeyboardButton(text="a"), "BUTTON_TYPE_INVALID"),
        (InlineKeyboardButton(text="a", url="javascript:alert(1)"), "Unsupported URL protocol"),
    ):
        with pytest.raises(TelegramBadRequest, match=why):
            await bot.send_message(
                anna.id, "?", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]])
            )


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, box: Sandbox, anna: Actor) -> None:
    sent = await bot.send_message(anna.id, "<b>a</b>", parse_mode="HTML", reply_markup=keyboard("x"))
    where: dict[str, Any] = {"chat_id": anna.id, "message_id": sent.message_id}
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("<b>a</b>", **where, parse_mode="HTML", reply_markup=keyboard("x"))
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(**where, reply_markup=keyboard("x"))
    changed = await bot.edit_message_text("b", **where)
    assert changed.edit_date is not None
    assert changed.reply_markup is None, "an edit without markup takes the keyboard away"
    assert len(box.violations) == 2


async def test_only_what_is_there_can_be_edited_or_deleted(bot: Bot, anna: Actor) -> None:
    for refused, why in (
        (bot.edit_message_text("a", chat_id=anna.id, message_id=999), "message to edit not found"),
        (bot.edit_message_text("a", chat_id=anna.id, message_id=1), "message can't be edited"),
        (bot.delete_message(anna.id, 999), "message to delete not found"),
        (
            bot.send_message(anna.id, "a", reply_parameters=ReplyParameters(message_id=999)),
            "to be replied not found",
        ),
        (bot.send_message(5, "a"), "chat not found"),
    ):
        with pytest.raises(TelegramBadRequest, match=why):
            await refused


async def test_after_two_days_a_message_stays(bot: Bot, box: Sandbox, anna: Actor) -> None:
    sent = await bot.send_message(anna.id, "a")
    box.forward(timedelta(hours=48, seconds=5))
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await bot.delete_message(anna.id, sent.message_id)


async def test_nobody_is_written_to_who_has_not_started_or_has_blocked_the_bot(
    bot: Bot, box: Sandbox
) -> None:
    igor = box.person("Игорь")
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation"):
        await bot.send_message(igor.id, "a")
    assert len(box.violations) == 1
    await igor.start()
    await bot.send_message(igor.id, "a")
    await igor.block()
    with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
        await bot.send_message(igor.id, "a")
    assert len(box.violations) == 1, "being blocked is nobody's fault"


async def test_copies_forwards_pins_and_reactions(bot: Bot, box: Sandbox, anna: Actor) -> None:
    first = await bot.send_message(anna.id, "<b>a</b>", parse_mode="HTML")
    second = await bot.send_message(anna.id, "b", protect_content=True)
    copied = await bot.copy_message(anna.id, anna.id, first.message_id)
    assert anna.chat.messages[copied.message_id]["entities"][0]["type"] == "bold"
    forwarded = await bot.forward_messages(anna.id, anna.id, [first.message_id, 999])
    assert anna.chat.messages[forwarded[0].message_id]["forward_origin"]["type"] == "user"
    with pytest.raises(TelegramBadRequest, match="can't be forwarded"):
        await bot.forward_message(anna.id, anna.id, second.message_id)
    await bot.pin_chat_message(anna.id, first.message_id)
    await bot.set_message_reaction(anna.id, first.message_id, [ReactionTypeEmoji(emoji="❤")])
    assert (anna.chat.pinned, anna.chat.reactions) == ([first.message_id], {first.message_id: "❤"})
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(anna.id, first.message_id, [ReactionTypeEmoji(emoji="🩺")])
    await bot.delete_message(anna.id, first.message_id)
    assert (anna.chat.pinned, anna.chat.reactions) == ([], {})
    with pytest.raises(TelegramBadRequest, match="to unpin not found"):
        await bot.unpin_chat_message(anna.id)


async def test_places_contacts_and_the_reply_keyboard(bot: Bot, anna: Actor) -> None:
    venue = await bot.send_venue(anna.id, 55.75, 37.61, "Поликлиника", "Тверская, 1")
    assert (venue.venue.title, venue.venue.location.latitude) == ("Поликлиника", 55.75)
    assert (await bot.send_location(anna.id, 55.75, 37.61)).location.longitude == 37.61
    assert (
        await bot.send_contact(anna.id, "+74951234567", "Регистратура")
    ).contact.first_name == "Регистратура"
    buttons = [[KeyboardButton(text="Мой номер", request_contact=True)]]
    sent = await bot.send_message(
        anna.id, "?", reply_markup=ReplyKeyboardMarkup(keyboard=buttons, one_time_keyboard=True)
    )
    assert sent.reply_markup is None, "only inline keyboards come back"
    await anna.share_contact()
    assert anna.chat.reply_keyboard is None
    (update,) = await bot.get_updates()
    assert update.message.contact.user_id == update.message.from_user.id == anna.id
    assert update.message.reply_to_message.message_id == sent.message_id
