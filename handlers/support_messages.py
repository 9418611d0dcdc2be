"""Replies to messages of support, from administrators and from whoever asked, and presses under them."""

import contextlib
import re
from typing import Any

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message, ReplyParameters
from aiogram_dialog import DialogManager

from clinic import support, visits
from clinic.clock import Clock
from clinic.codes import grouped
from clinic.errors import NotFound, Refused
from clinic.support import TECHNICAL, NewFile, NewPost, Replied
from dialogs import lock, navigation, presses, sent_files
from dialogs.presses import MistakePress, SupportPress
from dialogs.states import Support
from dialogs.support import words
from dialogs.wording import bad_input, refusal
from documents.recognise import Unrecognised, recognise
from handlers.filters import Private
from locales import Translator
from storage.database import Database
from storage.support import RequestRow

WORD = -1
"""The part of a post that says that it was passed on: a reply to that belongs to the request as well."""
GONE = 0
"""In place of the number of a request that was deleted."""
_NUMBER = re.compile(r"[0-9a-f]{8}")


class OfSupport(Filter):
    """Lets a reply through that belongs to a request, and hands on which one and on whose side."""

    async def __call__(
        self, message: Message, database: Database, admin_ids: tuple[int, ...]
    ) -> bool | dict[str, Any]:
        """Tell whether it does; somebody else's request is as if it were not there."""
        if message.reply_to_message is None:
            return False
        found = await support.replied(
            database, message.chat.id, message.reply_to_message.message_id, admin_ids
        )
        if found is None and message.chat.id in admin_ids and _is_of_staff(message.reply_to_message):
            found = Replied(GONE, is_staff=True)
        return False if found is None else {"replied": found}


def _is_of_staff(message: Message) -> bool:
    """Tell whether a message of the bot was about a request, whatever has become of that."""
    return (message.text or "").startswith(words.OF_STAFF)


async def reply(
    message: Message,
    replied: Replied,
    dialog_manager: DialogManager,
    tr: Translator,
    bot: Bot,
    database: Database,
    outbox: Any,
) -> None:
    """Carry a reply to the other side, and say so; what cannot be carried is said too."""
    if not replied.is_staff and await lock.is_locked(dialog_manager):
        await navigation.open_over(dialog_manager, Support.card, {"request_id": replied.request_id})
        return
    is_carried = False
    try:
        row = await _carry(message, replied, dialog_manager)
    except Unrecognised as error:
        said = bad_input(tr, error.problem)
    except NotFound:
        said = tr("This request is gone: the person has deleted it. Nothing was sent.")
    except Refused as error:
        said = refusal(tr, error)
    else:
        is_carried = True
        outbox.wake()
        said = (
            tr.html("✅ Your answer to the request {number} is on its way.", number=words.number(row))
            if replied.is_staff
            else tr.html("✅ Passed on: request {number}. The answer comes here.", number=words.number(row))
        )
    sent = await bot.send_message(
        message.chat.id,
        said,
        reply_parameters=ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True),
    )
    if is_carried:
        post_id = support.post_id_of(message.chat.id, message.message_id)
        await support.came(database, message.chat.id, sent.message_id, post_id, WORD)


async def _carry(message: Message, replied: Replied, manager: DialogManager) -> RequestRow:
    middleware = manager.middleware_data
    database, clock = middleware["database"], middleware["clock"]
    admin_ids = middleware["admin_ids"]
    file = sent_files.described(message)
    files: tuple[NewFile, ...] = ()
    if file is not None:
        content = await sent_files.download(manager, file)
        files = (NewFile(recognise(content).media_type, content),)
    text = message.text or message.caption or ""
    new = NewPost(support.post_id_of(message.chat.id, message.message_id), text, files)
    if replied.is_staff:
        by = message.from_user.first_name if message.from_user else ""
        return await support.answer(
            database, message.chat.id, admin_ids, replied.request_id, new, by, clock.now()
        )
    return await support.add(database, message.chat.id, replied.request_id, new, admin_ids, clock.now())


async def press(
    query: CallbackQuery,
    callback_data: SupportPress,
    dialog_manager: DialogManager,
    database: Database,
    clock: Clock,
    tr: Translator,
    bot: Bot,
    admin_ids: tuple[int, ...],
    outbox: Any,
) -> None:
    """Do what a button stands for; raises NotFound for anybody else's request or visit."""
    chat_id, number = query.from_user.id, callback_data.id
    if callback_data.act == "ticket":
        visit = await visits.visit(database, chat_id, number)
        text = tr("The ticket of visit {number} was not made.", number=grouped(visit.appointment.number))
        await _open(dialog_manager, {"kind": TECHNICAL, "text": text})
    elif callback_data.act == "solved" and not await lock.is_locked(dialog_manager):
        await support.solve(database, chat_id, number, admin_ids, clock.now())
        outbox.wake()
        await bot.answer_callback_query(query.id, text=tr("Glad to hear it."))
        if query.message is not None:
            with contextlib.suppress(TelegramBadRequest):  # pressed twice: it is so already
                await bot.edit_message_reply_markup(
                    chat_id=chat_id,
                    message_id=query.message.message_id,
                    reply_markup=presses.under_settled(tr, number),
                )
        return
    else:
        await support.thread(database, chat_id, number, 0, 1)
        is_locked = await lock.is_locked(dialog_manager)
        wanted = "more" if callback_data.act == "more" and not is_locked else None
        await navigation.open_over(dialog_manager, Support.card, {"request_id": number, "wanted": wanted})
    await bot.answer_callback_query(query.id)


async def after_mistake(
    query: CallbackQuery, callback_data: MistakePress, dialog_manager: DialogManager, bot: Bot
) -> None:
    """Open a request with the number of the failure; what looks like no number is left out."""
    number = callback_data.number if _NUMBER.fullmatch(callback_data.number) else None
    await _open(dialog_manager, {"kind": TECHNICAL, "mistake": number})
    await bot.answer_callback_query(query.id)


async def _open(manager: DialogManager, data: dict[str, Any]) -> None:
    await navigation.open_over(manager, Support.main, data)


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="support messages")
    router.message.register(reply, Private(), OfSupport())
    router.callback_query.register(press, SupportPress.filter())
    router.callback_query.register(after_mistake, MistakePress.filter())
    return router
