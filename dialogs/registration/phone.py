"""The phone: the sender's own contact, or a typed number that a code confirms."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import Data, DialogManager

from clinic import confirmation
from dialogs import confirmation as code_window
from dialogs import navigation
from dialogs import phone as phones
from dialogs.states import Registration
from locales import Translator


async def phone(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the phone by Telegram's own button."""
    text = tr(
        "Press the button «📱 Send my number» below: the registry calls it if something changes."
        " No code is needed."
    )
    if code_window.carries(dialog_manager, confirmation.SMS):
        text += "\n\n" + tr("Or type another one, for example +7 916 123-45-67: a code will come to it.")
    return {"text": text}


async def take_contact(manager: DialogManager, message: Message) -> bool:
    """Take the sender's own contact; a typed number goes on to its code."""
    number = await phones.understood(manager, message)
    if isinstance(number, str):
        await _keep_phone(manager, number)
        return True
    return number


async def _keep_phone(manager: DialogManager, number: str) -> None:
    tr: Translator = manager.middleware_data["tr"]
    manager.dialog_data["phone"] = number
    manager.dialog_data["hint"] = tr("Thank you, the number is here.")
    await navigation.go(manager, Registration.name)


async def code_taken(_: Data, result: Any, manager: DialogManager) -> None:
    """Take the typed number once its code was right."""
    if number := phones.confirmed(result, confirmation.PHONE):
        await _keep_phone(manager, number)
