"""Presses under times that are offered and words about the waiting list; an old one tells how it stands."""

import re
from html import unescape
from typing import Any

from aiogram import Bot, Router
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from clinic.clock import Clock
from clinic.errors import NotFound, Refused
from clinic.waiting import answers, watching
from dialogs import lock, navigation, presses
from dialogs.presses import OfferPress
from dialogs.states import Booking, Waiting
from dialogs.waiting import words
from locales import Translator
from storage.database import Database
from storage.states import OfferState, WaitingState

_TAG = re.compile(r"<[^>]+>")
LONGEST_ALERT = 200
"""Telegram cuts nothing there: it refuses what is longer."""


async def press(
    query: CallbackQuery,
    callback_data: OfferPress,
    dialog_manager: DialogManager,
    database: Database,
    clock: Clock,
    tr: Translator,
    bot: Bot,
    outbox: Any,
) -> None:
    """Do what a button stands for; raises what the use cases refuse, NotFound for anybody else's."""
    chat_id, number = query.from_user.id, callback_data.id
    if callback_data.act == "list":
        await navigation.open_over(dialog_manager, Waiting.list)
    elif callback_data.act == "book":
        await navigation.open_over(dialog_manager, Booking.region)
    elif callback_data.act == "entry":
        await navigation.open_over(dialog_manager, Waiting.card, {"waiting_id": number})
    elif callback_data.act == "quiet":
        await watching.switch(database, chat_id, clock.now(), is_on=False)
        said = tr("I write no more daily words. I watch on, and offers come as before.")
        await bot.answer_callback_query(query.id, text=said, show_alert=True)
        return
    elif callback_data.act == "open" or await lock.is_locked(dialog_manager):
        await _open(dialog_manager, database, number)
    else:
        over = await _answer(query, callback_data.act, number, dialog_manager, database, clock, tr, bot)
        outbox.wake()
        if over is not None:
            await bot.answer_callback_query(query.id, text=over, show_alert=True)
            return
    await bot.answer_callback_query(query.id)


async def _answer(
    query: CallbackQuery,
    act: str,
    offer_id: int,
    manager: DialogManager,
    database: Database,
    clock: Clock,
    tr: Translator,
    bot: Bot,
) -> str | None:
    """Take or decline; what has become of it takes the place of the message.

    Returns what to say above the chat where it was answered or over before: its message says so already.
    """
    chat_id = query.from_user.id
    before = await answers.offered(database, chat_id, offer_id)
    if before.offer.state is not OfferState.OPEN:
        return unescape(_TAG.sub("", words.stands(tr, before)))[:LONGEST_ALERT]
    if act == "take":
        try:
            await answers.accept(database, chat_id, offer_id, clock.now())
        except NotFound:
            raise
        except Refused:  # a question, or something in the way: the window asks and says it
            await navigation.open_over(manager, Waiting.offer, {"offer_id": offer_id, "wanted": "take"})
            return None
    else:
        await answers.decline(database, chat_id, offer_id, clock.now())
    found = await answers.offered(database, chat_id, offer_id)
    is_waiting = found.row.state is not WaitingState.ENDED
    keys = presses.under_waiting(tr, found.row.id) if is_waiting else None
    if query.message is not None:
        await bot.edit_message_text(
            words.stands(tr, found), chat_id=chat_id, message_id=query.message.message_id, reply_markup=keys
        )
    return None


async def _open(manager: DialogManager, database: Database, offer_id: int) -> None:
    """Open the offer's window; in a locked chat the PIN comes first."""
    await answers.offered(database, manager.middleware_data["event_chat"].id, offer_id)
    await navigation.open_over(manager, Waiting.offer, {"offer_id": offer_id})


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="offer presses")
    router.callback_query.register(press, OfferPress.filter())
    return router
