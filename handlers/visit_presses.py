"""Presses under tickets and reminders. They stay pressable for ever, so each asks how things stand now."""

import logging

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager

from clinic import visits
from clinic.clock import Clock
from dialogs import lock, navigation, presses
from dialogs.presses import VisitPress
from dialogs.states import Visits
from dialogs.visits import calendar_file
from locales import Translator
from storage.database import Database

logger = logging.getLogger(__name__)


async def press(
    query: CallbackQuery,
    callback_data: VisitPress,
    dialog_manager: DialogManager,
    database: Database,
    clock: Clock,
    tr: Translator,
    bot: Bot,
    bot_username: str,
) -> None:
    """Do what a button stands for; raises what the use cases refuse, NotFound for anybody else's visit."""
    chat_id = query.from_user.id
    answer = None
    if callback_data.act == "home":
        await navigation.go_home(dialog_manager)
    elif await lock.is_locked(dialog_manager):
        await _open(dialog_manager, database, callback_data)
    elif callback_data.act == "come":
        await visits.confirm(database, chat_id, callback_data.id, clock.now())
        answer = tr("Thank you, you are expected.")
        await _mark_confirmed(query, tr, callback_data.id)
    elif callback_data.act == "ics":
        visit = await visits.visit(database, chat_id, callback_data.id)
        file = calendar_file(tr, visit, bot_username, clock.now())
        await bot.send_document(chat_id, file, caption=tr("Open the file to add the visit to your calendar."))
    else:
        await _open(dialog_manager, database, callback_data)
    await bot.answer_callback_query(query.id, text=answer)


async def _open(manager: DialogManager, database: Database, pressed: VisitPress) -> None:
    """Open the visit's window and go on to what was pressed; in a locked chat the PIN comes first."""
    await visits.visit(database, manager.middleware_data["event_chat"].id, pressed.id)
    await navigation.give_up_hold(manager)
    await navigation.start(
        manager,
        Visits.change if pressed.act == "change" else Visits.card,
        {
            "appointment_id": pressed.id,
            "wanted": pressed.act if pressed.act in ("move", "cancel", "come", "ics") else None,
        },
    )


async def _mark_confirmed(query: CallbackQuery, tr: Translator, appointment_id: int) -> None:
    """Take «Приду» from under the reminder, once it is pressed."""
    if not isinstance(query.message, Message) or query.message.text is None:
        return
    try:
        await query.message.edit_reply_markup(
            reply_markup=presses.under_reminder(tr, appointment_id, is_confirmed=True)
        )
    except TelegramBadRequest as error:
        logger.info("a reminder could not be marked: %s", error.message)


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="visit presses")
    router.callback_query.register(press, VisitPress.filter())
    return router
