"""«Мои права»: have one's data sent, see who looked at them, withdraw the consent and delete everything."""

import contextlib
import logging
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, ShowMode

from clinic import patients, rights
from clinic.errors import NotRegistered
from clinic.rights import Erased, Outlook
from dialogs import navigation, own_data
from dialogs.journal import line
from dialogs.states import Rights
from dialogs.widgets import Act, Choice, Choices, Pager, screen, shorten
from locales import Translator, translator
from storage.people import PatientRow

logger = logging.getLogger(__name__)

PAGE_SIZE = 7
OTHERS_SHOWN = 4
NAMES_SHOWN = 5
MESSAGES_REMOVED = 40
"""Most messages about visits that are taken out of a chat: an update has a minute."""


async def main(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say what can be asked for; somebody without an account has nothing here."""
    middleware = dialog_manager.middleware_data
    if await patients.account(middleware["database"], middleware["event_chat"].id) is None:
        raise NotRegistered
    return {
        "text": tr(
            "<b>My rights</b>\n\nWhat we know of you is yours. You can have it all sent here, see who looked"
            " at it, and have it deleted."
        )
    }


async def export(manager: DialogManager) -> None:
    """Send everything, below."""
    await own_data.send(manager)
    manager.show_mode = ShowMode.DELETE_AND_SEND


# --- the journal


async def open_journal(manager: DialogManager) -> None:
    """Show who looked."""
    manager.dialog_data.pop("patient_id", None)
    await navigation.go(manager, Rights.journal)


async def journal(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show a page of what happened to a patient's data; the account's other patients are buttons."""
    middleware, data = dialog_manager.middleware_data, dialog_manager.dialog_data
    page = data.get("page", 0)
    found = await rights.looked_at(
        middleware["database"], middleware["event_chat"].id, data.get("patient_id"), page, PAGE_SIZE
    )
    name = shorten(found.patient.person.full_name, 60)
    lines = [tr.html("<b>Who saw the data: {name}</b>", name=name), ""]
    lines += [line(tr, looked) for looked in found.lines]
    if not found.lines:
        lines.append(tr("There is nothing here yet."))
    return {
        "text": "\n".join(lines),
        "choices": [Choice(shorten(one.person.full_name), one.id) for one in found.others[:OTHERS_SHOWN]],
        "page": page,
        "has_next": found.has_next,
    }


async def choose_person(manager: DialogManager, value: str) -> None:
    """Show the journal of another patient; whose it is is asked when it is read."""
    manager.dialog_data["patient_id"] = int(value)
    manager.dialog_data.pop("page", None)


# --- deleting


async def open_erase(manager: DialogManager) -> None:
    """Say what would happen."""
    await navigation.go(manager, Rights.erase)


async def erase(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say what withdrawing the consent does."""
    middleware = dialog_manager.middleware_data
    outlook = await rights.outlook(
        middleware["database"], middleware["event_chat"].id, middleware["clock"].now()
    )
    return {"text": "\n".join(_consequences(tr, outlook))}


def _consequences(tr: Translator, outlook: Outlook) -> list[str]:
    lines = [tr("<b>Withdraw the consent and delete everything</b>"), ""]
    if outlook.erased:
        lines.append(tr.html("• We delete all about: {names}", names=_names(outlook.erased)))
    if outlook.visits:
        lines.append(
            tr.plural(
                "• {count} coming visit is cancelled, its time goes to others.",
                "• {count} coming visits are cancelled, their times go to others.",
                outlook.visits,
            )
        )
    if outlook.documents:
        lines.append(
            tr.plural("• {count} document is deleted.", "• {count} documents are deleted.", outlook.documents)
        )
    if outlook.left:
        lines.append(
            tr.html(
                "• {names}: somebody else cares for them too, so their visits stay. You see them no more.",
                names=_names(outlook.left),
            )
        )
    return [*lines, "", tr("It cannot be undone. You may want to download your data first.")]


def _names(rows: tuple[PatientRow, ...]) -> str:
    names = [shorten(row.person.short_name, 20) for row in rows[:NAMES_SHOWN]]
    return ", ".join(names) + (" …" if len(rows) > NAMES_SHOWN else "")


async def ask_again(manager: DialogManager) -> None:
    """Ask a second time."""
    await navigation.go(manager, Rights.confirm)


async def confirm(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask whether it is really meant."""
    return {"text": tr("Really delete everything? Press «Delete for ever», or type it.")}


async def erase_all(manager: DialogManager) -> None:
    """Delete everything, close the windows, part with one message."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    bot: Bot = middleware["bot"]
    chat_id: int = middleware["event_chat"].id
    stack = manager.current_stack()
    window = stack.last_message_id
    open_ids = ["aiogd:stack:", *stack.intents]
    erased = await rights.erase(middleware["database"], chat_id, middleware["clock"].now(), open_ids)
    if (forget := middleware.get("forget_dialogs")) is not None:
        await forget(chat_id, open_ids)  # where they are not in the database; again it changes nothing
    middleware["desks"].deleted()
    await _clear_chats(bot, chat_id, erased)
    farewell = tr(
        "✅ Everything about you is deleted, your consent is withdrawn.\n\nWhat is left in this chat only you"
        " can delete: clear its history. Would you like to book again one day? Type /start\n\nBe well!"
    )
    manager.show_mode = ShowMode.NO_UPDATE
    stack.last_message_id = None
    stack.last_reply_keyboard = False
    await manager.reset_stack(remove_keyboard=False)
    await middleware["state"].clear()
    event = manager.event
    if isinstance(event, CallbackQuery) and event.message is not None:
        window = event.message.message_id
        try:
            await bot.edit_message_text(farewell, chat_id=chat_id, message_id=window)
        except TelegramBadRequest as error:  # the person deleted it, or it says so already
            logger.info("the window could not be replaced: %s", type(error).__name__)
        else:
            return
    await bot.send_message(chat_id, farewell)
    if window is not None:
        await _remove(bot, chat_id, window)


async def _clear_chats(bot: Bot, chat_id: int, erased: Erased) -> None:
    """Take what was sent about visits, and requests to support, out of the chats; void relatives' tickets."""
    for message_id in erased.own[:MESSAGES_REMOVED]:
        await _remove(bot, chat_id, message_id)
    for other, message_id in erased.support[:MESSAGES_REMOVED]:
        with contextlib.suppress(TelegramForbiddenError):  # an administrator who has blocked the bot
            await _remove(bot, other, message_id)
    for other, language, message_id in erased.tickets[:MESSAGES_REMOVED]:
        words = translator(language)("❌ <b>Not valid</b>: the visit is cancelled.")
        try:
            await bot.edit_message_caption(chat_id=other, message_id=message_id, caption=words)
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            logger.info("a ticket could not be marked: %s", type(error).__name__)


async def _remove(bot: Bot, chat_id: int, message_id: int) -> None:
    """Delete a message; what is older than Telegram deletes (48 h) is emptied where it has words."""
    try:
        await bot.delete_message(chat_id, message_id)
    except TelegramBadRequest:
        with contextlib.suppress(TelegramBadRequest):
            await bot.edit_message_caption(chat_id=chat_id, message_id=message_id, caption="—")
            return
        try:
            await bot.edit_message_text("—", chat_id=chat_id, message_id=message_id)
        except TelegramBadRequest as error:
            logger.info("a message stays in the chat: %s", type(error).__name__)


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Rights.main,
            main,
            Act("export", "📦 Download my data", export),
            Act("journal", "👁 Who saw my data", open_journal),
            Act("erase", "🗑 Withdraw and delete all", open_erase),
            personal=True,
        ),
        screen(Rights.journal, journal, Choices("p", choose_person), Pager(), personal=True),
        screen(
            Rights.erase,
            erase,
            Act("export", "📦 Download my data", export),
            Act("next", "🗑 Delete everything", ask_again),
            personal=True,
        ),
        screen(Rights.confirm, confirm, Act("yes", "🗑 Delete for ever", erase_all), personal=True),
    )
