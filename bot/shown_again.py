"""Showing a chat's window again from outside an update, with the chat to itself."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable

from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram_dialog import DialogManager
from aiogram_dialog.api.exceptions import DialogsError
from aiogram_dialog.manager.bg_manager import BgManagerFactoryImpl

from bot.intake import Intake
from clinic.errors import Refused
from dialogs.booking import hold_note
from dialogs.desk import refreshing

logger = logging.getLogger(__name__)

SECONDS = 20.0
"""How long that may take."""


async def show_hold(dispatcher: Dispatcher, bot: Bot, intake: Intake, chat_id: int) -> bool:
    """Show the window of a kept time as things stand now; False where the chat has an update in hand."""
    return await intake.alone(chat_id, lambda: _show(dispatcher, bot, chat_id, hold_note.show))


async def show_desk(dispatcher: Dispatcher, bot: Bot, intake: Intake, chat_id: int) -> bool:
    """Show an administrator's window without what was deleted; False where it has to be tried again."""
    is_done = True

    async def show() -> None:
        nonlocal is_done
        try:
            await _show(dispatcher, bot, chat_id, refreshing.show)
        except (
            TelegramNetworkError,
            TelegramServerError,
            TelegramRetryAfter,
            TimeoutError,
            sqlite3.OperationalError,
        ) as error:
            is_done = False
            logger.info("an administrator's window is shown again later: %s", type(error).__name__)
        except (TelegramAPIError, DialogsError, Refused) as error:
            logger.info("an administrator's window could not be shown again: %s", type(error).__name__)

    return await intake.alone(chat_id, show) and is_done


async def _show(
    dispatcher: Dispatcher, bot: Bot, chat_id: int, act: Callable[[DialogManager], Awaitable[None]]
) -> None:
    async with asyncio.timeout(SECONDS):
        manager = BgManagerFactoryImpl(dispatcher).bg(bot, chat_id, chat_id)
        async with manager.fg() as inside:
            await act(inside)
