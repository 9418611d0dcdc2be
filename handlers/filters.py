"""Filters that cost little: magic filters run in a thread, these do not."""

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message


class Private(Filter):
    """Lets through what happens in the private chat with the bot."""

    async def __call__(self, event: Message | CallbackQuery | ChatMemberUpdated) -> bool:
        """Tell whether it does."""
        message = event.message if isinstance(event, CallbackQuery) else event
        return message is not None and message.chat.type == "private"


class OfAdministrator(Private):
    """Lets through what an administrator (ADMIN_IDS) writes in their private chat."""

    async def __call__(
        self, event: Message | CallbackQuery | ChatMemberUpdated, admin_ids: tuple[int, ...] = ()
    ) -> bool:
        """Tell whether it does."""
        user = event.from_user
        return user is not None and user.id in admin_ids and await super().__call__(event)


class NotPrivate(Private):
    """Lets through what happens in a group or a channel."""

    async def __call__(self, event: Message | CallbackQuery | ChatMemberUpdated) -> bool:
        """Tell whether it does."""
        return not await super().__call__(event)
