"""Showing a chat's window again from outside an update, with the chat to itself."""

import asyncio
import logging

from aiogram import Bot, Dispatcher
from aiogram_dialog.manager.bg_manager import BgManagerFactoryImpl

from bot.intake import Intake
from dialogs.booking import hold_note

logger = logging.getLogger(__name__)

SECONDS = 20.0
"""How long that may take."""


async def show_hold(dispatcher: Dispatcher, bot: Bot, intake: Intake, chat_id: int) -> bool:
    """Show the window of a kept time as things stand now; False where the chat has an update in hand."""

    async def show() -> None:
        async with asyncio.timeout(SECONDS):
            manager = BgManagerFactoryImpl(dispatcher).bg(bot, chat_id, chat_id)
            async with manager.fg() as inside:
                await hold_note.show(inside)

    return await intake.alone(chat_id, show)
