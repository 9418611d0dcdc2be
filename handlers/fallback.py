"""What nothing else took: a person without an open window, or a press on a button nobody knows."""

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager

from clinic import visits
from clinic.clock import Clock
from dialogs import cards, lock, navigation, typing
from locales import Translator
from storage.database import Database


async def message_without_window(
    message: Message, dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator
) -> None:
    """Answer kindly and show the menu; «да» and «приду» answer the last reminder."""
    word = typing.command_word(message.text)
    hint = None
    if word == "thanks":
        hint = tr("You are welcome! Be well.")
    elif word in ("yes", "come"):
        visit = await visits.confirm_reminded(database, message.chat.id, clock.now())
        if visit is not None:
            is_locked = await lock.is_locked(dialog_manager)
            hint = cards.expected(tr, visit, is_locked=is_locked)
    elif word is None:
        hint = tr("I did not understand. Please choose from the menu.")
    await navigation.go_home(dialog_manager, hint=hint)


async def unknown_press(
    query: CallbackQuery, bot: Bot, dialog_manager: DialogManager, tr: Translator
) -> None:
    """Answer a press on a button of long ago and show the menu."""
    await navigation.go_home(dialog_manager)
    await bot.answer_callback_query(query.id, text=tr("This button is old. Here is how things stand now."))


def router() -> Router:
    """Collect the handlers; a dispatcher needs a router of its own."""
    router = Router(name="fallback")
    router.message.register(message_without_window)
    router.callback_query.register(unknown_press)
    return router
