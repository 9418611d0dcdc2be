"""The commands beside the input are told to Telegram until it has taken them."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe

from bot import commands
from bot.commands import PAUSES, PUBLISH_AGAIN
from locales import LANGUAGES

OLEG, VERA = 1, 2
OUT = TelegramNetworkError(GetMe(), "no network")


class Menus(Bot):
    """A bot that keeps in whose menus its commands stand, and fails as it is told first."""

    def __init__(self, failures: list[TelegramAPIError | None]) -> None:
        super().__init__("42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        self.failures = failures
        self.menus: list[int | None] = []

    async def __call__(self, method: Any, request_timeout: int | None = None) -> Any:
        """Take a call, or fail once."""
        if self.failures and (failure := self.failures.pop(0)) is not None:
            raise failure
        if scope := getattr(method, "scope", None):
            self.menus.append(scope.chat_id)
        elif hasattr(method, "commands"):
            self.menus.append(None)
        return True


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect the pauses in place of making them."""
    found: list[float] = []

    async def pause(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", pause)
    return found


async def test_they_are_set_once_telegram_is_there_again(pauses: list[float]) -> None:
    bot = Menus([OUT, OUT, TelegramServerError(GetMe(), "502"), None, OUT, OUT, OUT])
    await commands.keep_publishing(bot, (OLEG,))
    assert pauses == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    assert {None, OLEG} <= set(bot.menus)


async def test_telegram_is_waited_for_as_long_as_it_asks(pauses: list[float]) -> None:
    bot = Menus([TelegramRetryAfter(GetMe(), "wait", 77)])
    await commands.keep_publishing(bot, ())
    assert pauses == [77]
    assert None in bot.menus


async def test_who_has_not_pressed_start_is_tried_again_and_a_failure_between_ends_nothing(
    pauses: list[float],
) -> None:
    public: list[TelegramAPIError | None] = [None] * (3 * len(LANGUAGES))
    blocked = TelegramForbiddenError(GetMe(), "blocked")
    bot = Menus([*public, blocked, None, None, OUT])
    await commands.keep_publishing(bot, (OLEG, VERA))
    assert pauses == [PUBLISH_AGAIN, PAUSES[0]]
    assert {VERA, OLEG} <= set(bot.menus)
    assert bot.menus.count(VERA) == len(LANGUAGES)


async def test_a_token_that_is_wrong_ends_it(pauses: list[float]) -> None:
    bot = Menus([TelegramUnauthorizedError(GetMe(), "no")])
    await commands.keep_publishing(bot, (OLEG,))
    assert (pauses, bot.menus) == ([], [])
