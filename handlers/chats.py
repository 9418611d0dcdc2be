"""What happens to the chat itself: blocked, unblocked, and groups, where nothing personal is said."""

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from clinic import patients, support
from clinic.clock import Clock
from clinic.waiting import entries
from handlers.commands import COMMANDS
from handlers.filters import NotPrivate, Private
from locales import Translator
from storage.database import Database


async def blocked_or_back(event: ChatMemberUpdated, database: Database, clock: Clock) -> None:
    """Note that a person blocked the bot or came back: reminders find another way, or none."""
    is_blocked = event.new_chat_member.status == "kicked"
    await patients.set_blocked(database, event.chat.id, clock.now() if is_blocked else None)
    if not is_blocked:
        await entries.come_back(database, event.chat.id, clock.now())
        await support.come_back(database, event.chat.id, clock.now())


async def in_group(message: Message, bot: Bot, bot_username: str, tr: Translator) -> None:
    """Send people from a group to the private chat, when they give one of the bot's own commands."""
    if _is_for_us(message.text or "", bot_username):
        link = f"https://t.me/{bot_username}?start=book"
        await bot.send_message(
            message.chat.id, tr("A doctor can be booked in a private chat only: {link}", link=link)
        )


def _is_for_us(text: str, bot_username: str) -> bool:
    """Tell whether a text is a command of ours; `/start@another_bot` is another bot's."""
    command, _, addressee = text.partition(" ")[0].partition("@")
    is_ours = not addressee or addressee.casefold() == bot_username.casefold()
    return is_ours and command[:1] == "/" and command[1:].casefold() in COMMANDS


async def pressed_elsewhere(query: CallbackQuery, bot: Bot, tr: Translator) -> None:
    """Answer a press in a group; nothing is done there."""
    await bot.answer_callback_query(query.id, text=tr("Please open the private chat with me."))


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="chats")
    router.my_chat_member.register(blocked_or_back, Private())
    router.message.register(in_group, NotPrivate())
    router.callback_query.register(pressed_elsewhere, NotPrivate())
    return router
