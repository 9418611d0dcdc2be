"""How updates reach the bot: by long polling and by a webhook."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import Update
from aiohttp import web

from sandbox import webhook
from sandbox.actor import Actor
from sandbox.server import Sandbox

SECRET = "a-secret_of-the-tests"


async def texts(bot: Bot, **options: Any) -> list[str]:
    return [str(update.message.text) for update in await bot.get_updates(**options)]


async def test_an_offset_confirms_what_is_below_it(bot: Bot, anna: Actor) -> None:
    for text in "abc":
        await anna.send(text)
    first, second, _ = await bot.get_updates()
    assert await texts(bot) == ["a", "b", "c"], "what is not confirmed comes again"
    assert await texts(bot, offset=second.update_id, limit=1) == ["b"]
    assert await texts(bot, offset=-1) == ["c"]
    assert await texts(bot, offset=first.update_id) == ["c"], "a negative offset forgets the ones before"


async def test_a_poll_waits_for_an_update(bot: Bot, anna: Actor) -> None:
    poll = asyncio.create_task(texts(bot, timeout=20))
    await asyncio.sleep(0.1)
    assert not poll.done()
    await anna.send("a")
    assert await asyncio.wait_for(poll, 2) == ["a"]


async def test_a_second_poller_ends_the_first_one(bot: Bot, box: Sandbox, anna: Actor) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(bot.get_updates(timeout=20))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await asyncio.wait_for(first, 2)
    await anna.send("a")
    assert len(await second) == 1
    assert len(box.violations) == 1


async def test_only_the_kinds_asked_for_come_and_the_choice_is_kept(bot: Bot, anna: Actor) -> None:
    await bot.get_updates(allowed_updates=["my_chat_member"])
    await anna.send("a")
    await anna.block()
    await anna.block(blocked=False)
    kinds = [update.event_type for update in await bot.get_updates()]
    assert kinds == ["my_chat_member", "my_chat_member"]


async def test_updates_come_twice_or_out_of_order_on_order(bot: Bot, box: Sandbox, anna: Actor) -> None:
    for text in "abc":
        await anna.send(text)
    box.updates.duplicates, box.updates.shuffles = 1, 1
    assert await texts(bot) == ["b", "b", "c", "a"]
    assert await texts(bot) == ["a", "b", "c"]


class Hook:
    """A bot's webhook that answers as it is told, then 200."""

    def __init__(self) -> None:
        self.answers: list[web.Response] = []
        self.got: list[tuple[float, Update, str | None]] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        update = Update.model_validate(await request.json())
        self.got.append((time.monotonic(), update, request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        return self.answers.pop(0) if self.answers else web.Response()

    async def wait(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.got) < count:
                await asyncio.sleep(0.01)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_updates_with_its_secret_and_polling_is_refused(
    bot: Bot, box: Sandbox, anna: Actor, hook: Hook
) -> None:
    await bot.set_webhook(hook.url, secret_token=SECRET)
    await anna.send("a")
    await hook.wait(1)
    assert (hook.got[0][1].message.text, hook.got[0][2]) == ("a", SECRET)
    with pytest.raises(TelegramConflictError, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    await anna.send("b")
    assert await texts(bot) == ["b"]


async def test_what_the_webhook_does_not_take_is_brought_again_and_others_do_not_wait(
    bot: Bot, box: Sandbox, anna: Actor, hook: Hook
) -> None:
    assert webhook.PAUSES[:3] == (0.0, 2.0, 4.0)
    hook.answers = [web.Response(status=500), web.Response(status=502)]
    await bot.set_webhook(hook.url)
    await anna.send("a")
    await hook.wait(2)
    assert (await bot.get_webhook_info()).last_error_message.startswith("Wrong response from the webhook: 50")
    igor = box.person("Игорь")
    await igor.start()
    await anna.send("b")
    await hook.wait(5)
    said = [update.message.text for _, update, _ in hook.got]
    assert said == ["a", "a", "/start", "a", "b"], "b waits for a, Igor does not"
    assert 1.8 < hook.got[3][0] - hook.got[1][0] < 3
    await asyncio.sleep(0.1)
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_a_method_in_the_webhook_s_answer_is_done_and_checked(
    bot: Bot, box: Sandbox, anna: Actor, hook: Hook
) -> None:
    hook.answers = [
        web.json_response({"method": "sendMessage", "chat_id": anna.id, "text": "Здравствуйте!"}),
        web.json_response({"method": "sendMessage", "chat_id": 5, "text": "?"}),
    ]
    await bot.set_webhook(hook.url)
    await anna.send("a")
    await anna.expect("Здравствуйте!")
    await anna.send("b")
    await anna.send("c")
    await hook.wait(3)
    assert [one.what for one in box.violations] == ["Bad Request: chat not found"]


async def test_a_webhook_is_https_or_on_this_machine(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="HTTPS URL must be provided"):
        await bot.set_webhook("http://example.org/hook")
    with pytest.raises(TelegramBadRequest, match="illegal characters"):
        await bot.set_webhook("https://example.org/hook", secret_token="two words")
