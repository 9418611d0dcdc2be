"""The way for those who forgot the PIN: confirm who it is, think of a new one. Nothing personal is shown."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import Data, DialogManager

from clinic import confirmation, contacts, pin, typed
from clinic.errors import Refused
from dialogs import confirmation as confirmation_dialog
from dialogs import navigation
from dialogs.states import Pin
from dialogs.widgets import Choice
from dialogs.wording import refusal
from locales import Translator


def _chat_id(manager: DialogManager) -> int:
    chat_id: int = manager.middleware_data["event_chat"].id
    return chat_id


async def forgot(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Offer the ways to confirm who it is, without numbers and addresses: it may be somebody else."""
    ways = await _ways(dialog_manager)
    labels = {
        confirmation.SMS: tr("💬 Code by SMS"),
        confirmation.EMAIL: tr("✉️ Code by e-mail"),
        _CONTACT: tr("📱 By my number"),
    }
    return {
        "text": tr(
            "<b>Forgot the PIN?</b>\nConfirm that it is you: the old PIN goes and you think of a new one."
            " Your visits stay as they are. It does not work? Write to support: /support"
        ),
        "choices": [Choice(labels[way], way) for way in ways],
    }


_CONTACT = "contact"


async def _ways(manager: DialogManager) -> dict[str, str]:
    """Find the ways by which this account can be confirmed, and where each leads.

    Sharing the own number is the last one: whoever holds an open Telegram can do it.
    """
    middleware = manager.middleware_data
    known = await contacts.of_chat(middleware["database"], _chat_id(manager))
    ways = {}
    if known.contact.phone and middleware["codes"].carries(confirmation.SMS):
        ways[confirmation.SMS] = known.contact.phone
    if known.contact.email and known.email_confirmed_at and middleware["codes"].carries(confirmation.EMAIL):
        ways[confirmation.EMAIL] = known.contact.email
    return ways or {_CONTACT: known.contact.phone}


async def choose_way(manager: DialogManager, value: str) -> None:
    """Send a code, or ask for the own contact."""
    ways = await _ways(manager)
    if value == _CONTACT and value in ways:
        await navigation.go(manager, Pin.contact)
    elif value in ways:
        await confirmation_dialog.start(manager, purpose=confirmation.NEW_PIN, way=value, target=ways[value])


async def confirmed(_: Data, result: Any, manager: DialogManager) -> None:
    """Ask for a new PIN once a code was right: it has taken the old PIN away."""
    if isinstance(result, dict) and result.get("purpose") == confirmation.NEW_PIN:
        await _begin_anew(manager)


async def _begin_anew(manager: DialogManager) -> None:
    manager.middleware_data["locks"].forget(_chat_id(manager))
    tr: Translator = manager.middleware_data["tr"]
    manager.dialog_data.update(
        was_forgotten=True,
        proof=None,
        hint=tr("Confirmed: the old PIN is gone. You can go without one, too."),
    )
    navigation.forget_trail(manager)
    await navigation.skip_to(manager, Pin.new)


async def contact(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the sender's own contact."""
    return {"text": tr("Press the button «📱 Send my number» below. It must be the number of your account.")}


async def take_contact(manager: DialogManager, message: Message) -> bool:
    """Take the sender's own contact; another number changes nothing."""
    shared, middleware = message.contact, manager.middleware_data
    if shared is None:
        return False
    tr: Translator = middleware["tr"]
    if message.from_user is None or shared.user_id != message.from_user.id:
        manager.dialog_data["hint"] = tr("This is somebody else's number. Please send your own.")
        return True
    if _CONTACT not in await _ways(manager):
        return False
    try:
        phone = typed.parse_phone("+" + shared.phone_number.lstrip("+"))
        await pin.reset_by_contact(
            middleware["database"], _chat_id(manager), phone, middleware["clock"].now()
        )
    except Refused as error:
        manager.dialog_data["hint"] = refusal(tr, error)
    else:
        await _begin_anew(manager)
    return True
