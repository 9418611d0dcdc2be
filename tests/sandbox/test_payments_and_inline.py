"""Invoices and inline mode: the bot is asked, answers in time, and the person sees what came of it."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LabeledPrice,
    Message,
)

from sandbox.actor import Actor
from sandbox.errors import CannotDo
from sandbox.server import Sandbox
from tests.sandbox.test_messages import keyboard

PRICES = [LabeledPrice(label="Приём", amount=150_000), LabeledPrice(label="Скидка", amount=-10_000)]


async def invoice(bot: Bot, anna: Actor, **changes: Any) -> Message:
    options: dict[str, Any] = {
        "title": "Приём терапевта",
        "description": "26 ноября, 15:45",
        "payload": "visit-7",
        "provider_token": "TEST",
        "currency": "RUB",
        "prices": PRICES,
    }
    return await bot.send_invoice(anna.id, **options | changes)


async def test_an_invoice_is_paid_when_the_bot_agrees(bot: Bot, box: Sandbox, anna: Actor) -> None:
    sent = await invoice(bot, anna)
    assert (sent.invoice.total_amount, sent.reply_markup.inline_keyboard[0][0].pay) == (140_000, True)
    paying = asyncio.create_task(anna.pay(sent.model_dump()))
    (update,) = await bot.get_updates(timeout=5)
    query = update.pre_checkout_query
    assert (query.invoice_payload, query.total_amount, query.currency) == ("visit-7", 140_000, "RUB")
    await bot.answer_pre_checkout_query(query.id, ok=True)
    await paying
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    assert update.message.successful_payment.invoice_payload == "visit-7"
    with pytest.raises(CannotDo, match="уже оплачен"):
        await anna.pay(sent.model_dump())
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_pre_checkout_query(query.id, ok=True)


async def test_a_declined_or_forgotten_payment_does_not_go_through(
    bot: Bot, box: Sandbox, anna: Actor
) -> None:
    sent = await invoice(bot, anna)
    paying = asyncio.create_task(anna.pay(sent.model_dump()))
    (update,) = await bot.get_updates(timeout=5)
    await bot.answer_pre_checkout_query(update.pre_checkout_query.id, ok=False, error_message="Время занято")
    with pytest.raises(CannotDo, match="Время занято"):
        await paying
    box.world.payments.answer_within = 0.05
    with pytest.raises(CannotDo, match="не ответил"):
        await anna.pay(sent.model_dump())
    assert box.violations == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": "я" * 33}, "invalid invoice title"),
        ({"payload": "я" * 65}, "INVOICE_PAYLOAD_INVALID"),
        ({"currency": "ROUBLE"}, "CURRENCY_INVALID"),
        ({"provider_token": ""}, "PAYMENT_PROVIDER_INVALID"),
        ({"currency": "XTR", "provider_token": ""}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"prices": [LabeledPrice(label="a", amount=-5)]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"reply_markup": keyboard("first")}, "BUTTON_TYPE_INVALID"),
    ],
)
async def test_a_wrong_invoice_is_refused(bot: Bot, anna: Actor, changes: dict, why: str) -> None:
    with pytest.raises(TelegramBadRequest, match=why):
        await invoice(bot, anna, **changes)


def article(number: str, text: str = "<b>Терапевт</b>") -> InlineQueryResultArticle:
    content = InputTextMessageContent(message_text=text, parse_mode="HTML")
    return InlineQueryResultArticle(id=number, title="Терапевт", input_message_content=content)


async def test_an_inline_query_is_answered_and_a_result_is_sent(bot: Bot, box: Sandbox, anna: Actor) -> None:
    asking = asyncio.create_task(anna.ask_inline("терапевт"))
    (update,) = await bot.get_updates(timeout=5)
    assert update.inline_query.query == "терапевт"
    button = InlineQueryResultsButton(text="Записаться", start_parameter="book")
    await bot.answer_inline_query(update.inline_query.id, [article("1"), article("2")], button=button)
    answer = await asking
    assert [result["title"] for result in answer["results"]] == ["Терапевт", "Терапевт"]
    assert answer["button"]["start_parameter"] == "book"
    await anna.choose_inline(answer, "2")
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    assert (update.message.text, update.message.via_bot.id) == ("Терапевт", bot.id)
    with pytest.raises(CannotDo):
        await anna.choose_inline(answer, "3")
    assert box.violations == []


async def test_wrong_or_late_inline_answers_are_refused(bot: Bot, box: Sandbox, anna: Actor) -> None:
    for results, why in (
        ([article(str(number)) for number in range(51)], "RESULTS_TOO_MUCH"),
        ([article("1"), article("1")], "RESULT_ID_DUPLICATE"),
        ([article("x" * 65)], "RESULT_ID_INVALID"),
        ([article("1", "a < b")], "can't parse entities"),
        ([article("1")], "query is too old"),
    ):
        with pytest.raises(TelegramBadRequest, match=why):
            await bot.answer_inline_query("17", [*results])
    box.world.inline.answer_within = 0.05
    with pytest.raises(CannotDo, match="ничего не предложил"):
        await anna.ask_inline("терапевт")
