"""Filters that cost little: magic filters run in a thread, these do not."""

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message


class Private(Filter):
    """Lets through what happens in the private chat with the bot."""

    async def __call__(self, event: Message | CallbackQuery | ChatMemberUpdated) -> bool:
        """Tell whether it does."""
        message = event.message if isinstance(event, CallbackQuery) else event
        return message is not None and message.chat.type == "private"


class NotPrivate(Private):
    """Lets through what happens in a group or a channel."""

    async def __call__(self, event: Message | CallbackQuery | ChatMemberUpdated) -> bool:
        """Tell whether it does."""
        return not await super().__call__(event)
