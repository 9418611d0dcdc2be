"""Presses under tickets and reminders. They stay pressable for ever, so each asks how things stand now."""

from typing import Any

from aiogram import Bot, Router
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from clinic import visits
from clinic.clock import Clock
from dialogs import lock, navigation
from dialogs.papers import calendar_file
from dialogs.presses import VisitPress
from dialogs.states import Visits
from locales import Translator
from storage.database import Database


async def press(
    query: CallbackQuery,
    callback_data: VisitPress,
    dialog_manager: DialogManager,
    database: Database,
    clock: Clock,
    tr: Translator,
    bot: Bot,
    bot_username: str,
    channel: Any,
) -> None:
    """Do what a button stands for; raises what the use cases refuse, NotFound for anybody else's visit."""
    chat_id = query.from_user.id
    if callback_data.act == "home":
        await navigation.go_home(dialog_manager)
    elif await lock.is_locked(dialog_manager):
        await _open(dialog_manager, database, callback_data)
    elif callback_data.act in ("come", "come_all"):
        are_all = callback_data.act == "come_all"
        visit = await visits.confirm(database, chat_id, callback_data.id, clock.now(), are_all=are_all)
        await bot.answer_callback_query(query.id, text=tr("Thank you, you are expected."))
        await channel.mark_confirmed(visit)
        return
    elif callback_data.act == "ics":
        visit = await visits.visit(database, chat_id, callback_data.id)
        file = calendar_file(tr, visit, bot_username, clock.now())
        await bot.send_document(chat_id, file, caption=tr("Open the file to add the visit to your calendar."))
    else:
        await _open(dialog_manager, database, callback_data)
    await bot.answer_callback_query(query.id)


async def _open(manager: DialogManager, database: Database, pressed: VisitPress) -> None:
    """Open the visit's window and go on to what was pressed; in a locked chat the PIN comes first."""
    await visits.visit(database, manager.middleware_data["event_chat"].id, pressed.id)
    await navigation.open_over(
        manager,
        Visits.change if pressed.act == "change" else Visits.card,
        {
            "appointment_id": pressed.id,
            "wanted": pressed.act if pressed.act in ("move", "cancel", "come", "ics") else None,
        },
    )


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="visit presses")
    router.callback_query.register(press, VisitPress.filter())
    return router
