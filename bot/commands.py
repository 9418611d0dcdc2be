"""What Telegram shows beside the input: the commands and the description, per language."""

from collections.abc import Sequence

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from aiogram.types import BotCommand, BotCommandScopeChat

from locales import DEFAULT, LANGUAGES, Translator, translator


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
