"""Phone and e-mail of the account: each kept once it is confirmed."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import Data, DialogManager

from clinic import confirmation, contacts, typed
from clinic.errors import BadInput, NotFound
from dialogs import confirmation as code_window
from dialogs import phone as phones
from dialogs.profile import steps, values
from dialogs.profile.chosen import skipping
from dialogs.profile.typed_fields import question
from dialogs.wording import bad_input
from locales import Translator


async def phone(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the phone."""
    known = await steps.known(dialog_manager)
    words = tr("The registry calls it if something changes. Press «📱 Send my number» below.")
    if code_window.carries(dialog_manager, confirmation.SMS):
        words += " " + tr("Or type another one, for example +7 916 123-45-67: a code will come to it.")
    return {"text": question(tr, "phone", words, values.shown(tr, known, "phone"))}


async def take_phone(manager: DialogManager, message: Message) -> bool:
    """Take the sender's own contact, or a typed number."""
    await _check_own(manager)
    number = await phones.understood(manager, message)
    if isinstance(number, str):
        middleware = manager.middleware_data
        await contacts.keep_own_phone(
            middleware["database"], middleware["event_chat"].id, number, middleware["clock"].now()
        )
        await steps.went_on(manager, "phone", middleware["tr"]("✅ Saved."))
        return True
    return number or await skipping("phone")(manager, message)


async def _check_own(manager: DialogManager) -> None:
    """An account's contact is asked for among its own person's data alone."""
    if not (await steps.known(manager)).is_own:
        raise NotFound


async def email(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the e-mail."""
    known = await steps.known(dialog_manager)
    words = tr("Tickets and letters about changes go there. Type the address: anna@example.ru")
    return {
        "text": question(tr, "email", words, values.shown(tr, known, "email")),
        "can_delete": steps.can_delete(known, "email"),
        "is_step": steps.is_stepping(dialog_manager),
    }


async def type_email(manager: DialogManager, message: Message) -> bool:
    """Take a typed address and send a code to it."""
    if not message.text:
        return False
    if await skipping("email")(manager, message):
        return True
    await _check_own(manager)
    try:
        address = typed.parse_email(message.text)
    except BadInput as error:
        manager.dialog_data["hint"] = bad_input(manager.middleware_data["tr"], error.problem)
        return True
    await code_window.start(manager, purpose=confirmation.MAIL, way=confirmation.EMAIL, target=address)
    return True


async def delete_email(manager: DialogManager) -> None:
    """Forget the address."""
    await _check_own(manager)
    middleware = manager.middleware_data
    await contacts.remove_email(
        middleware["database"], middleware["event_chat"].id, middleware["clock"].now()
    )
    await steps.went_on(manager, "email", middleware["tr"]("It is deleted."))


async def code_taken(_: Data, result: Any, manager: DialogManager) -> None:
    """Go on once the code was right: the phone or the address is kept already."""
    for purpose, field in ((confirmation.PHONE, "phone"), (confirmation.MAIL, "email")):
        if phones.confirmed(result, purpose):
            await steps.went_on(manager, field, manager.middleware_data["tr"]("✅ Saved."))
