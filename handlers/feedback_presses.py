"""Presses under the question after a visit and under comments; an old one says how things stand."""

import logging
from typing import Any

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram_dialog import DialogManager

from clinic import feedback, reminder_settings, reviews
from clinic.clock import Clock
from clinic.errors import CommentChanged, CommentDecided, NotFound
from dialogs import lock, navigation, presses
from dialogs.feedback import words
from dialogs.presses import FeedbackPress
from dialogs.states import Feedback
from dialogs.wording import refusal
from locales import Translator
from storage.database import Database
from storage.states import CommentState

logger = logging.getLogger(__name__)


async def press(
    query: CallbackQuery,
    callback_data: FeedbackPress,
    dialog_manager: DialogManager,
    database: Database,
    clock: Clock,
    tr: Translator,
    bot: Bot,
    admin_ids: tuple[int, ...],
    outbox: Any,
) -> None:
    """Do what a button stands for; raises what the use cases refuse, NotFound for anybody else's visit."""
    chat_id, number, act = query.from_user.id, callback_data.id, callback_data.act
    if act in presses.DECISIONS:
        await _decide(query, callback_data, dialog_manager, database, clock, tr, bot, admin_ids)
        outbox.wake()
        return
    found = await feedback.of_visit(database, chat_id, number, clock.now())
    if act == "rate" and not await lock.is_locked(dialog_manager):
        found = await feedback.rate(database, chat_id, number, callback_data.n, clock.now())
        await _put(query, bot, words.rated(tr, found), presses.under_rated(tr, number))
        await navigation.open_over(dialog_manager, Feedback.timely, {"appointment_id": number})
    elif act in ("off", "on"):
        await reminder_settings.want_questions(database, chat_id, clock.now(), is_wanted=act == "on")
        if act == "off":
            said = tr(
                "I ask no more. You can rate a visit in the history."
                " Questions are set in «Settings», «Reminders»."
            )
            await _put(query, bot, said, presses.under_silence(tr, number))
        else:
            await _put(query, bot, tr("I ask again after visits."), None)
    elif act == "no":
        if found.row is None:
            said = tr("I understand. I ask no more about this visit.")
        else:
            said = words.rated(tr, found)
        await _put(query, bot, said, None)
    elif act == "comment" and found.row is not None:
        await navigation.open_over(dialog_manager, Feedback.comment, {"appointment_id": number})
    else:
        state = Feedback.rate if found.row is None or act == "rate" else Feedback.main
        wanted = callback_data.n if act == "rate" else None
        await navigation.open_over(dialog_manager, state, {"appointment_id": number, "wanted": wanted})
    await bot.answer_callback_query(query.id)


async def _decide(
    query: CallbackQuery,
    callback_data: FeedbackPress,
    manager: DialogManager,
    database: Database,
    clock: Clock,
    tr: Translator,
    bot: Bot,
    admin_ids: tuple[int, ...],
) -> None:
    """Decide on a comment, or open its window in a locked chat; nobody but administrators gets anything."""
    chat_id, number = query.from_user.id, callback_data.id
    if chat_id not in admin_ids:
        raise NotFound
    said = None
    try:
        if callback_data.act == "check" or await lock.is_locked(manager):
            await reviews.to_check(database, chat_id, admin_ids, number, clock.now())
            await navigation.open_over(manager, Feedback.check, {"feedback_id": number})
        else:
            found = await reviews.decide(
                database,
                chat_id,
                admin_ids,
                number,
                callback_data.n,
                clock.now(),
                is_shown=callback_data.act == "show",
                seen=CommentState.WAITING,
            )
            await _put(query, bot, words.decided(tr, found), presses.under_decided(tr, number))
    except CommentDecided as error:
        said = refusal(tr, error)
        await _put(query, bot, said, presses.under_decided(tr, number))
    except CommentChanged as error:
        said = refusal(tr, error)
        await _put(query, bot, said, presses.under_locked_comment(tr, number))
    except NotFound:
        said = tr("This review was taken back.")
        await _put(query, bot, said, None)
    await bot.answer_callback_query(query.id, text=said, show_alert=said is not None)


async def _put(query: CallbackQuery, bot: Bot, text: str, keys: InlineKeyboardMarkup | None) -> None:
    """Write in place of the message that was pressed; one that says so already, or is too old, stays."""
    message = query.message
    if not isinstance(message, Message) or message.html_text == text:
        return
    try:
        await bot.edit_message_text(
            text, chat_id=query.from_user.id, message_id=message.message_id, reply_markup=keys
        )
    except TelegramBadRequest as error:
        logger.info("a message about feedback stays as it is: %s", type(error).__name__)


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="feedback presses")
    router.callback_query.register(press, FeedbackPress.filter())
    return router
