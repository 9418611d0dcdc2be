"""Presses under tickets and reminders. They stay pressable for ever, so each asks how things stand now."""

from typing import Any

from aiogram import Bot, Router
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from clinic import family_days, visits
from clinic.clock import Clock
from clinic.family_days import Confirmed
from dialogs import cards, lock, navigation
from dialogs.papers import calendar_caption, calendar_file
from dialogs.presses import VisitPress
from dialogs.states import Visits
from locales import Translator
from storage.database import Database

ANSWER = 200
"""Most signs of an answer to a press."""


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
    elif callback_data.act == "come":
        visit = await visits.confirm(database, chat_id, callback_data.id, clock.now())
        await bot.answer_callback_query(query.id, text=tr("Thank you, you are expected."))
        await channel.mark_confirmed(visit)
        return
    elif callback_data.act == "come_all":
        message_id = query.message.message_id if query.message else 0
        confirmed = await family_days.confirm_all(
            database, chat_id, callback_data.id, message_id, clock.now()
        )
        text, is_partial = _all_expected(tr, confirmed), confirmed.left_out > 0
        await bot.answer_callback_query(query.id, text=text, show_alert=is_partial)
        await channel.mark_confirmed(*confirmed.visits)
        return
    elif callback_data.act == "ics":
        visit = await visits.visit(database, chat_id, callback_data.id)
        file = calendar_file(tr, visit, bot_username, clock.now())
        await bot.send_document(chat_id, file, caption=calendar_caption(tr, visit))
    else:
        await _open(dialog_manager, database, callback_data)
    await bot.answer_callback_query(query.id)


def _all_expected(tr: Translator, confirmed: Confirmed) -> str:
    """Say who is expected when, and that others are not; no longer than an answer may be."""
    visits = [
        f"{tr.time(cards.local(row.starts_at, one.place.facility.timezone))} {one.person.given_name}"
        for one in confirmed.visits
        for row in (one.appointment,)
    ]
    others = ""
    if confirmed.left_out:
        others = " " + tr.plural(
            "Not confirmed: {count} visit that was moved, cancelled, or is over.",
            "Not confirmed: {count} visits that were moved, cancelled, or are over.",
            confirmed.left_out,
        )
    text = tr("Thank you, you are expected: {visits}.", visits=", ".join(visits)) + others
    return text if len(text) <= ANSWER else tr("Thank you, you are expected.") + others


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
