"""Asking for a phone: by Telegram's own button, or typed where a code can be sent to it."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory

from clinic import confirmation, typed
from clinic.errors import BadInput
from dialogs import confirmation as code_window
from dialogs import reply_keyboards
from dialogs.reply_keyboards import ShareKeyboard
from dialogs.wording import bad_input
from locales import Translator, later


def keyboard(*, home: bool = True) -> ShareKeyboard:
    """Make Telegram's button that shares the sender's own number, and words to go back by."""
    return ShareKeyboard(later("📱 Send my number"), reply_keyboards.CONTACT, home=home)


def keyboard_factory() -> ReplyKeyboardFactory:
    """Make what shows the keyboard in place of the phone's own."""
    return reply_keyboards.factory("📱")


async def understood(manager: DialogManager, message: Message) -> str | bool:
    """Read a shared contact and return its number, which needs no code.

    A typed number goes to where its code is asked for. True where that or a hint has answered the message,
    False where it is about no phone.
    """
    tr: Translator = manager.middleware_data["tr"]
    contact = message.contact
    try:
        if contact is None:
            return await _typed(manager, message)
        if message.from_user is None or contact.user_id != message.from_user.id:
            manager.dialog_data["hint"] = tr("This is somebody else's number. Please send your own.")
            return True
        return typed.parse_phone("+" + contact.phone_number.lstrip("+"))
    except BadInput as error:
        manager.dialog_data["hint"] = bad_input(tr, error.problem)
        return True


async def _typed(manager: DialogManager, message: Message) -> bool:
    if not message.text or not any(sign.isdigit() for sign in message.text):
        return False
    if code_window.carries(manager, confirmation.SMS):
        number = typed.parse_phone(message.text)
        await code_window.start(manager, purpose=confirmation.PHONE, way=confirmation.SMS, target=number)
    else:
        tr: Translator = manager.middleware_data["tr"]
        manager.dialog_data["hint"] = tr("A typed number cannot be checked.")
    return True


def confirmed(result: Any, purpose: str) -> str:
    """Return what a code has confirmed, from the result of its window; empty where it has not."""
    is_right = isinstance(result, dict) and result.get("purpose") == purpose
    return str(result["target"]) if is_right else ""
