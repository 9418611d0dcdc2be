"""Every exception ends here: refusals become sentences, trouble is tried again, mistakes get a number."""

import logging
import secrets
import sqlite3

from aiogram import Bot, Router
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import ErrorEvent
from aiogram_dialog import DialogManager
from aiogram_dialog.api.exceptions import OutdatedIntent, UnknownIntent, UnknownState

from clinic.errors import Refused
from dialogs import navigation, presses
from dialogs.wording import refusal
from locales import Translator

logger = logging.getLogger(__name__)


async def try_again(event: ErrorEvent) -> None:
    """Leave what is not the update's fault to the intake: it works the update again."""
    raise event.exception


async def gone(event: ErrorEvent) -> None:
    """Leave a person alone who blocked the bot between a press and its answer."""
    logger.info("the person has blocked the bot")


async def refused(event: ErrorEvent, tr: Translator, bot: Bot, dialog_manager: DialogManager) -> None:
    """Say what was refused and show the window as things stand now."""
    assert isinstance(event.exception, Refused)  # noqa: S101
    await navigation.show_present(dialog_manager, refusal(tr, event.exception))
    await _answer(event, bot)


async def old_button(event: ErrorEvent, tr: Translator, bot: Bot, dialog_manager: DialogManager) -> None:
    """Answer a press on a window of long ago and show the present one in its place."""
    await _close_other_window(event, bot, dialog_manager)
    await navigation.show_present(dialog_manager, None)
    await _answer(event, bot, tr("This button is old. Here is how things stand now."))


async def mistake(event: ErrorEvent, tr: Translator, bot: Bot) -> None:
    """Apologise with a number that finds the exception in the log."""
    number = secrets.token_hex(4)
    logger.error(
        "mistake %s: %s",
        number,
        type(event.exception).__name__,
        exc_info=event.exception,
        extra={"mistake": number},
    )
    chat = _chat_id(event)
    if chat is not None:
        await bot.send_message(
            chat,
            tr(
                "Something went wrong on our side, we are sorry. Nothing that was confirmed is lost."
                " Please try again: /start\n\nNumber of the failure: {number}",
                number=number,
            ),
            reply_markup=presses.under_apology(tr, number),
        )
    await _answer(event, bot)


async def _close_other_window(event: ErrorEvent, bot: Bot, manager: DialogManager) -> None:
    """Delete the window shown last, or take its buttons: the present state moves to where the press was."""
    query = event.update.callback_query
    last = manager.current_stack().last_message_id
    if query is None or query.message is None or last is None or query.message.message_id == last:
        return
    chat_id = query.message.chat.id
    try:
        await bot.delete_message(chat_id, last)
    except TelegramBadRequest:  # too old, or the person deleted it
        try:
            await bot.edit_message_reply_markup(chat_id=chat_id, message_id=last)
        except TelegramAPIError as error:
            logger.info("the last window's buttons stay: %s", type(error).__name__)
    except TelegramAPIError as error:
        logger.info("the last window stays: %s", type(error).__name__)


async def _answer(event: ErrorEvent, bot: Bot, text: str | None = None) -> None:
    query = event.update.callback_query
    if query is None:
        return
    try:
        await bot.answer_callback_query(query.id, text=text)
    except TelegramBadRequest as error:
        logger.info("a press was too old to be answered: %s", error.message)


def _chat_id(event: ErrorEvent) -> int | None:
    update = event.update
    if update.callback_query is not None:
        return update.callback_query.from_user.id
    if update.message is not None and update.message.chat.type == "private":
        return update.message.chat.id
    return None


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="errors")
    router.error.register(
        try_again,
        ExceptionTypeFilter(
            sqlite3.OperationalError, TelegramNetworkError, TelegramServerError, TelegramRetryAfter
        ),
    )
    router.error.register(gone, ExceptionTypeFilter(TelegramForbiddenError))
    router.error.register(refused, ExceptionTypeFilter(Refused))
    router.error.register(old_button, ExceptionTypeFilter(UnknownIntent, OutdatedIntent, UnknownState))
    router.error.register(mistake)
    return router
