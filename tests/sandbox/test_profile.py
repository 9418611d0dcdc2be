"""What a bot says about itself, and the clock and the people of the sandbox."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChat, MenuButtonCommands

from sandbox import events
from sandbox.actor import Actor
from sandbox.server import Sandbox
from tests.sandbox.conftest import Http


async def names(bot: Bot, **options: Any) -> list[str]:
    return [one.command for one in await bot.get_my_commands(**options)]


async def test_commands_are_kept_by_language_and_chat(bot: Bot, box: Sandbox, anna: Actor) -> None:
    start = [BotCommand(command="start", description="Начать")]
    mine = [BotCommand(command="mine", description="Моё")]
    await bot.set_my_commands(start)
    await bot.set_my_commands(mine, scope=BotCommandScopeChat(chat_id=anna.id))
    await bot.set_my_commands(mine, scope=BotCommandScopeAllGroupChats())
    assert await names(bot) == ["start"]
    assert await names(bot, scope=BotCommandScopeChat(chat_id=anna.id)) == ["mine"]
    assert await names(bot, language_code="en") == []
    await bot.delete_my_commands()
    assert await names(bot) == []
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="Start", description="a")])


async def test_texts_and_the_menu_button_come_back(bot: Bot) -> None:
    assert (await bot.get_my_name()).name == "Талон"
    await bot.set_my_description("Запись к врачу")
    await bot.set_my_description("Booking", language_code="en")
    assert (await bot.get_my_description()).description == "Запись к врачу"
    assert (await bot.get_my_description(language_code="en")).description == "Booking"
    assert (await bot.get_my_description(language_code="de")).description == "Запись к врачу"
    with pytest.raises(TelegramBadRequest, match="too long"):
        await bot.set_my_short_description("я" * 121)
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_chat_menu_button()).type == "commands"


async def test_chats_and_their_people(bot: Bot, anna: Actor) -> None:
    assert (await bot.get_chat(anna.id)).first_name == "Анна"
    assert (await bot.get_chat_member(anna.id, anna.id)).status == "member"
    assert (await bot.get_user_profile_photos(anna.id)).total_count == 0
    assert await bot.send_chat_action(anna.id, "typing")


async def test_the_clock_moves_forward_only(box: Sandbox, http: Http) -> None:
    before = box.clock.now()
    assert (await http.control("clock", {"forward": 86_400}))["ok"]
    assert timedelta(days=1) <= box.clock.now() - before < timedelta(days=1, minutes=1)
    assert (await http.control("clock", {"forward": -1}))["ok"] is False


async def test_the_page_and_nothing_beside_it_is_served(http: Http) -> None:
    status, page = await http.get("/")
    assert status == 200
    assert b"http://" not in page.replace(b"http://www.w3.org", b"")
    assert b"https://" not in page, "nothing comes from elsewhere"
    for path in ("/page/..%2fserver.py", "/page/nothing.js", "/sandbox/files/nothing"):
        assert (await http.get(path))[0] == 404


async def test_the_page_says_whether_the_bot_is_there(bot: Bot, box: Sandbox, anna: Actor) -> None:
    await anna.send("a")
    assert events.status(box.world) == {"online": False, "waiting": 1}
    await bot.get_updates()
    assert events.status(box.world) == {"online": True, "waiting": 1}


def test_a_sandbox_runs_alone_for_any_bot() -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--name", "Эхо"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        try:
            line = process.stdout.readline()
        finally:
            process.terminate()
    assert line.startswith("http://127.0.0.1:")
    assert "TELEGRAM_API_URL=" in line
