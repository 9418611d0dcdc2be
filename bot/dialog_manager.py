"""aiogram-dialog's manager and message manager, where a patient would notice the difference.

A press under a ticket or a reminder is no press on the open window: the window comes below, like after a
typed message, and the ticket stays as it is. The window that was above is deleted, so that a chat is tickets,
reminders and one window. A window that already looks as it should is not edited again.
A reply keyboard is really taken away. A personal window is veiled once its chat is locked. Two conversations
never get the same id.
"""

import asyncio
import contextlib
import hashlib
import logging
import secrets
from collections import OrderedDict
from typing import Any, cast

from aiogram import Bot, Router
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import (
    BufferedInputFile,
    ErrorEvent,
    InlineKeyboardMarkup,
    InputFile,
    Message,
    ReplyKeyboardRemove,
)
from aiogram_dialog import ChatEvent, DialogManager, ShowMode
from aiogram_dialog.api.entities import MediaAttachment, NewMessage, OldMessage
from aiogram_dialog.api.entities import stack as stacks
from aiogram_dialog.api.internal import DialogManagerFactory
from aiogram_dialog.api.protocols import (
    DialogRegistryProtocol,
    MediaIdStorageProtocol,
    MessageManagerProtocol,
    MessageNotModified,
)
from aiogram_dialog.manager.manager import ManagerImpl
from aiogram_dialog.manager.message_manager import MessageManager

from bot.routing import is_window_press
from clinic.locks import Locks
from dialogs.lock import VeiledMessage
from dialogs.portraits import Portrait

logger = logging.getLogger(__name__)

REMEMBERED_SCREENS = 5_000
_BELOW = (ShowMode.SEND, ShowMode.DELETE_AND_SEND)


def _new_id() -> str:
    return secrets.token_urlsafe(8)


def use_unique_ids() -> None:
    """Give conversations random ids.

    aiogram-dialog's own are the second and one of a hundred numbers: of two conversations that open within a
    second one in a hundred overwrote the other, and a patient who registered quickly found the menu.
    """
    stacks.new_id = _new_id


class WindowManager(ManagerImpl):
    """Knows presses on windows from presses under other messages."""

    @property
    def _cause(self) -> Any:
        """What the person did, also where an error is being handled."""
        return self._event.update.event if isinstance(self._event, ErrorEvent) else self._event

    def is_window_pressed(self) -> bool:
        """Tell whether this is a press on a window of ours, open or old."""
        return is_window_press(self._cause)

    def _get_last_message(self) -> OldMessage | None:
        if self.is_window_pressed():
            return super()._get_last_message()
        event, self._event = self._event, None  # type: ignore[assignment]
        try:  # without an event it is the last window that was shown
            return super()._get_last_message()
        finally:
            self._event = event

    def _calc_show_mode(self) -> ShowMode:
        if self.show_mode is not ShowMode.AUTO:
            return self.show_mode
        if self.current_stack().last_reply_keyboard and not self.is_window_pressed():
            return ShowMode.DELETE_AND_SEND
        return ShowMode.EDIT if self.is_window_pressed() else ShowMode.SEND


class WindowManagerFactory(DialogManagerFactory):
    """Makes a WindowManager for each update."""

    def __init__(
        self, message_manager: MessageManagerProtocol, media_id_storage: MediaIdStorageProtocol
    ) -> None:
        self._message_manager = message_manager
        self._media_id_storage = media_id_storage

    def __call__(
        self, event: ChatEvent, data: dict[str, Any], registry: DialogRegistryProtocol, router: Router
    ) -> DialogManager:
        """Make the manager of one update."""
        return WindowManager(
            event=event,
            data=data,
            message_manager=self._message_manager,
            media_id_storage=self._media_id_storage,
            registry=registry,
            router=router,
            getter=None,
        )


class WindowMessages(MessageManager):
    """Sends and edits windows; remembers what each looks like, and the veil of those that are personal."""

    def __init__(self) -> None:
        self._shown: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._veils: dict[int, tuple[int, NewMessage]] = {}
        """by chat: the open window, where it is personal and the chat has a PIN, and what it turns into"""
        self._veiling: dict[int, asyncio.Event] = {}

    async def show_message(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage | None
    ) -> OldMessage:
        """Show a window; MessageNotModified where it already looks like this."""
        if veiling := self._veiling.get(new_message.chat.id):
            await veiling.wait()  # else the veil would fall over what is shown now
        self._veils.pop(new_message.chat.id, None)
        look = _look(new_message)
        if (
            old_message is not None
            and new_message.show_mode is ShowMode.EDIT
            and self._shown.get((old_message.chat.id, old_message.message_id)) == look
        ):
            self._keep_veil(new_message, old_message.message_id)
            raise MessageNotModified("it looks like this already")
        if old_message is not None and new_message.show_mode in _BELOW:
            new_message.show_mode = ShowMode.SEND
            shown = await super().show_message(bot, new_message, None)
            await self.remove_message_safe(bot, old_message, new_message)
        else:
            shown = await super().show_message(bot, new_message, old_message)
        if self.had_reply_keyboard(old_message) and not self.need_reply_keyboard(new_message):
            await self._take_reply_keyboard(bot, new_message.chat.id)
        self._keep_veil(new_message, shown.message_id)
        key = (shown.chat.id, shown.message_id)
        self._shown[key] = look
        self._shown.move_to_end(key)
        if len(self._shown) > REMEMBERED_SCREENS:
            self._shown.popitem(last=False)
        return shown

    async def get_media_source(self, media: MediaAttachment, bot: Bot) -> InputFile | str:
        """Draw what was not sent before."""
        if isinstance(media, Portrait) and not media.file_id:
            return BufferedInputFile(await asyncio.to_thread(media.draw), "doctor.png")
        return await super().get_media_source(media, bot)

    def _keep_veil(self, new_message: NewMessage, message_id: int) -> None:
        if isinstance(new_message, VeiledMessage) and new_message.veil is not None:
            self._veils[new_message.chat.id] = (message_id, new_message.veil)

    async def veil_locked(self, bot: Bot, locks: Locks) -> None:
        """Veil the open personal windows whose chats are locked by now: one edit each."""
        chats = [chat_id for chat_id in list(self._veils) if await locks.is_locked(chat_id)]
        await asyncio.gather(*(self._veil(bot, chat_id) for chat_id in chats))

    async def veil_all(self, bot: Bot) -> None:
        """Veil every open personal window: after the end of this process its chat is locked."""
        await asyncio.gather(*(self._veil(bot, chat_id) for chat_id in list(self._veils)))

    async def _veil(self, bot: Bot, chat_id: int) -> None:
        message_id, veil = self._veils.pop(chat_id, (0, None))
        if veil is None:  # another window was shown meanwhile
            return
        self._veiling[chat_id] = event = asyncio.Event()
        self._shown.pop((chat_id, message_id), None)
        try:
            await bot.edit_message_text(
                veil.text or "",
                chat_id=chat_id,
                message_id=message_id,
                reply_markup=cast(InlineKeyboardMarkup, veil.reply_markup),
            )
        except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter):
            self._veils[chat_id] = message_id, veil  # the next look tries again
        except TelegramAPIError as error:
            logger.info("a window could not be veiled: %s", type(error).__name__)
        else:
            self._shown[(chat_id, message_id)] = _look(veil)
        finally:
            del self._veiling[chat_id]
            event.set()

    async def remove_message_safe(
        self, bot: Bot, old_message: OldMessage, new_message: NewMessage | None
    ) -> None:
        """Delete the window above; one older than Telegram deletes (48 h) stays without its buttons."""
        self._shown.pop((old_message.chat.id, old_message.message_id), None)
        await super().remove_message_safe(bot, old_message, new_message)

    async def remove_inline_kbd(self, bot: Bot, old_message: OldMessage | None) -> Message | None:
        """Take the buttons of a window that is left above."""
        if old_message is not None:
            self._shown.pop((old_message.chat.id, old_message.message_id), None)
        return await super().remove_inline_kbd(bot, old_message)

    async def remove_reply_kbd(self, bot: Bot, old_message: OldMessage | None) -> Message | None:
        """Leave the reply keyboard to show_message, which takes it away when the new window is there."""
        return None

    async def _take_reply_keyboard(self, bot: Bot, chat_id: int) -> None:
        """Take the reply keyboard away: only a message can, and that one goes at once."""
        carrier = await bot.send_message(chat_id, "👌", reply_markup=ReplyKeyboardRemove())
        with contextlib.suppress(TelegramBadRequest):  # the person deleted it first
            await bot.delete_message(chat_id, carrier.message_id)


def _look(message: NewMessage) -> bytes:
    markup = message.reply_markup
    buttons = "" if markup is None else markup.model_dump_json(exclude_none=True)
    return hashlib.blake2b(f"{message.text}\0{buttons}".encode(), digest_size=16).digest()
