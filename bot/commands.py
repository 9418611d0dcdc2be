"""What Telegram shows beside the input: the commands and the description, per language."""

import asyncio
import logging
from collections.abc import Sequence

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BotCommand, BotCommandScopeChat

from locales import DEFAULT, LANGUAGES, Translator, translator

logger = logging.getLogger(__name__)

PUBLISH_AGAIN = 300.0
"""Seconds before an administrator is tried again whose menu could not be set."""
PAUSES = (2.0, 10.0, 60.0, PUBLISH_AGAIN)
"""Seconds before it is tried again when Telegram cannot be reached, or asks for patience; then the last."""


def commands(tr: Translator) -> list[BotCommand]:
    """List the commands in the order in which they are needed."""
    return [
        BotCommand(command="book", description=tr("Book a doctor")),
        BotCommand(command="my", description=tr("My visits: show, move, cancel")),
        BotCommand(command="settings", description=tr("Your data, reminders, language, PIN")),
        BotCommand(command="support", description=tr("Write to support")),
        BotCommand(command="help", description=tr("What I can do")),
        BotCommand(command="cancel", description=tr("Leave everything and return to the menu")),
        BotCommand(command="start", description=tr("Menu")),
    ]


async def publish(bot: Bot) -> None:
    """Tell Telegram; everybody whose language is not ours sees the default one's."""
    for language in LANGUAGES:
        tr = translator(language)
        code = None if language == DEFAULT else language
        await bot.set_my_commands(commands(tr), language_code=code)
        await bot.set_my_short_description(
            tr("Books a doctor, sends the ticket and reminds of the visit."), language_code=code
        )
        await bot.set_my_description(
            tr(
                "I help to book a doctor: choose the specialist and the time, get a ticket with a QR code,"
                " move or cancel by one press.\n\nPress «Start»."
            ),
            language_code=code,
        )


async def publish_desk(bot: Bot, admin_ids: Sequence[int]) -> list[int]:
    """Show administrators their command too, in their own menus; returns those who cannot be reached yet."""
    left = []
    for admin_id in admin_ids:
        try:
            for language in LANGUAGES:
                tr = translator(language)
                await bot.set_my_commands(
                    [BotCommand(command="desk", description=tr("What waits for an answer")), *commands(tr)],
                    scope=BotCommandScopeChat(chat_id=admin_id),
                    language_code=None if language == DEFAULT else language,
                )
        except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound):  # has not pressed «Start»
            left.append(admin_id)
    return left


async def keep_publishing(bot: Bot, admin_ids: Sequence[int]) -> None:
    """Tell Telegram the commands, again until it has taken them.

    Administrators who have not pressed «Start» yet are tried again for as long as there are any.
    """
    is_public, left, failures = False, list(admin_ids), 0
    while not is_public or left:
        pause = PUBLISH_AGAIN
        try:
            if not is_public:
                await publish(bot)
                is_public = True
            left = await publish_desk(bot, left)
            failures = 0
        except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter) as error:
            asked = error.retry_after if isinstance(error, TelegramRetryAfter) else 0.0
            pause = max(PAUSES[min(failures, len(PAUSES) - 1)], asked)
            failures += 1
            logger.warning("the command list is set again in %s s: %s", pause, type(error).__name__)
        except TelegramAPIError as error:
            logger.warning("the command list could not be set: %s", type(error).__name__)
            return
        if not is_public or left:
            await asyncio.sleep(pause)
