"""An adult without Telegram: their phone, the code that comes to it, and the card once they told it."""

from datetime import date
from typing import Any

from aiogram.types import Message
from aiogram_dialog import Data, DialogManager

from clinic import agreement, confirmation, typed
from clinic.errors import BadInput, PhoneHasTelegram
from dialogs import confirmation as code_window
from dialogs import for_whom, navigation
from dialogs import phone as phones
from dialogs.family import accepting, adding, names
from dialogs.states import Family
from dialogs.wording import refusal
from locales import Translator
from storage.people import RELATIVE, SELF, Person


async def phone(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the relative's phone."""
    data = dialog_manager.dialog_data
    return {
        "text": tr.html(
            "{name}: mobile phone? For example +7 916 123-45-67\n\n"
            "A text message with a code will come to it: be in touch with the relative.",
            name=data["name"][1],
        ),
        "has_telegram": data.get("has_telegram", False),
    }


async def type_phone(manager: DialogManager, message: Message) -> bool:
    """Take the phone, where a code from it can add somebody."""
    if not message.text or not any(sign.isdigit() for sign in message.text):
        return False
    middleware, data = manager.middleware_data, manager.dialog_data
    data["has_telegram"] = False
    try:
        number = typed.parse_phone(message.text)
        await agreement.check_phone(middleware["database"], middleware["event_chat"].id, number)
    except BadInput as error:
        return names.say(manager, error)
    except PhoneHasTelegram as error:
        data.update(has_telegram=not error.is_own, hint=refusal(middleware["tr"], error))
        return True
    data["phone"] = number
    await names.go_on(manager)
    return True


async def correct_phone(manager: DialogManager) -> None:
    """Type the phone again."""
    await navigation.go(manager, Family.phone)


async def ask(manager: DialogManager) -> None:
    """Send the code and wait until it is typed."""
    middleware, data = manager.middleware_data, manager.dialog_data
    await agreement.check_phone(middleware["database"], middleware["event_chat"].id, data["phone"])
    own = next(row.person for row in await for_whom.known(manager) if row.relation == SELF)
    surname, given_name, patronymic = data["name"]
    born_on = date.fromisoformat(data["born_on"])
    person = Person(surname, given_name, patronymic, born_on, phone=data["phone"])
    await code_window.start_agreement(
        manager, data["new_id"], person, asked_by=f"{own.given_name} {own.surname}"
    )


async def finish(manager: DialogManager) -> None:
    """Take «да» for the press that the check offers."""
    is_by_code = manager.dialog_data["relation"] == RELATIVE
    await (ask if is_by_code else adding.finish)(manager)


async def returned(started: Data, result: Any, manager: DialogManager) -> None:
    """Go on after the code, or after registering."""
    tr: Translator = manager.middleware_data["tr"]
    if result == code_window.CHANGE:
        await correct_phone(manager)
    elif phones.confirmed(result, confirmation.AGREEMENT):
        await adding.added(manager, result["patient_id"], tr("✅ Agreed and added."))
    else:
        await accepting.registered(started, result, manager)
