"""What nothing else took: a person without an open window, or a press on a button nobody knows."""

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager

from dialogs import answers, navigation, sent_files, typing
from locales import Translator


async def message_without_window(message: Message, dialog_manager: DialogManager, tr: Translator) -> None:
    """Search for what was typed; «да», «приду», «не смогу» and «нет» answer the last reminder.

    A file is taken for a document; anything else is answered kindly, with the menu.
    """
    if await sent_files.take_unasked(dialog_manager, message):
        return
    word = typing.command_word(message.text)
    if word is None and await answers.search(dialog_manager, message.text):
        return
    if word == "book":
        await answers.begin_booking(dialog_manager)
        return
    if word == "history":
        await answers.open_history(dialog_manager)
        return
    if word == "support":
        await answers.open_support(dialog_manager)
        return
    if word in ("yes", "come", "wont", "no") and await answers.to_reminder(dialog_manager, word):
        return
    if word in ("thanks", "hello"):
        hint = answers.courtesy(tr, word)
    elif word is None:
        hint = tr("I did not understand. Please choose from the menu.")
    else:
        hint = None
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
