"""Typing the code that came by SMS or e-mail. Whoever starts it gets `{purpose, target}` when it is right."""

from datetime import date
from typing import Any

from aiogram.types import Message
from aiogram_dialog import Data, Dialog, DialogManager

from clinic import agreement, confirmation, contacts, masks
from clinic.confirmation import EMAIL, SMS, CodeSender
from clinic.errors import CodeExpired, CodeWrong, Refused
from dialogs import lock, navigation
from dialogs.states import Confirmation
from dialogs.widgets import Act, screen
from dialogs.wording import refusal
from locales import Translator, later
from storage.people import Person

CHANGE = "change"
"""The result when the number or the address is to be typed anew."""


async def start(manager: DialogManager, *, purpose: str, way: str, target: str) -> None:
    """Ask for the code that confirms a phone (E.164) or an e-mail; it is sent at once."""
    data = {"purpose": purpose, "way": way, "target": target, "asked_by": ""}
    await manager.start(Confirmation.code, data)


async def start_agreement(manager: DialogManager, patient_id: int, person: Person, asked_by: str) -> None:
    """Ask for the code by which an adult without Telegram agrees; the right one adds them."""
    data = {
        "purpose": confirmation.AGREEMENT,
        "way": SMS,
        "target": person.phone,
        "asked_by": asked_by,
        "relative": [
            patient_id, person.surname, person.given_name, person.patronymic, person.born_on.isoformat()
        ],
    }  # fmt: skip
    await manager.start(Confirmation.code, data)


def carries(manager: DialogManager, way: str) -> bool:
    """Tell whether a code can go that way here."""
    codes: CodeSender | None = manager.middleware_data.get("codes")
    return codes is not None and codes.carries(way)


async def begin(_: Data, manager: DialogManager) -> None:
    """Send the first code, or say why none could be sent."""
    try:
        await _send(manager)
    except Refused as error:
        manager.dialog_data["is_unsent"] = True
        manager.dialog_data["hint"] = refusal(manager.middleware_data["tr"], error)


async def _send(manager: DialogManager) -> bool:
    """Send a code, the last one again where it is a moment old; False in that case."""
    asked, middleware = navigation.start_data(manager), manager.middleware_data
    tr: Translator = middleware["tr"]
    sent = await confirmation.request(
        middleware["database"],
        middleware["event_chat"].id,
        asked["purpose"],
        asked["target"],
        middleware["clock"].now(),
    )
    await middleware["codes"].send(
        asked["way"], asked["target"], tr.language, asked["purpose"], sent, asked["asked_by"]
    )
    manager.dialog_data.pop("is_unsent", None)
    return sent.is_new


async def code(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the code."""
    asked = navigation.start_data(dialog_manager)
    target = masks.shown_phone(asked["target"]) if asked["way"] == SMS else asked["target"]
    is_new_pin = asked["purpose"] == confirmation.NEW_PIN
    is_locked = await lock.is_locked(dialog_manager)  # then it may be somebody else who looks
    if dialog_manager.dialog_data.get("is_unsent"):
        text = (
            tr("No code has gone out.")
            if is_locked
            else tr.html("No code has gone to {target}.", target=target)
        )
    elif is_locked:
        text = (
            tr("A text message with a code is on its way. Type the code here: 6 digits.")
            if asked["way"] == SMS
            else tr("A letter with a code is on its way. Type the code here: 6 digits.")
        )
    elif asked["purpose"] == confirmation.AGREEMENT:
        text = tr.html(
            "A text message with a code has gone to {target}. If they agree, they tell you the code."
            " Type it here: 6 digits.",
            target=target,
        )
    elif asked["way"] == SMS:
        text = tr.html(
            "A text message with a code has gone to {target}. Type the code here: 6 digits.",
            target=target,
        )
    else:
        text = tr.html(
            "A letter with a code has gone to {target}. Type the code here: 6 digits."
            " Not there? Look into «Spam».",
            target=target,
        )
    return {
        "text": text + "\n\n" + tr("A new code can be sent after a minute; each works for 10 minutes."),
        "is_phone": asked["way"] == SMS and not is_new_pin,
        "is_email": asked["way"] == EMAIL and not is_new_pin,
    }


async def send_again(manager: DialogManager) -> None:
    """Send another code, or say that the last one is a moment old."""
    tr: Translator = manager.middleware_data["tr"]
    is_new = await _send(manager)
    manager.dialog_data["hint"] = (
        tr("A new code is on its way.")
        if is_new
        else tr("The code is on its way already. You can ask for another one in a minute.")
    )


async def change(manager: DialogManager) -> None:
    """Go back to where the number or the address is typed."""
    await manager.done(CHANGE)


async def type_code(manager: DialogManager, message: Message) -> bool:
    """Take a typed code."""
    if not message.text or not confirmation.is_code(message.text):
        return False
    asked, middleware = navigation.start_data(manager), manager.middleware_data
    database, chat_id, now = middleware["database"], middleware["event_chat"].id, middleware["clock"].now()
    purpose, target = asked["purpose"], asked["target"]
    result = {"purpose": purpose, "target": target}
    try:
        if purpose == confirmation.AGREEMENT:
            patient_id, surname, given_name, patronymic, born_on = asked["relative"]
            person = Person(surname, given_name, patronymic, date.fromisoformat(born_on), phone=target)
            await agreement.agree_by_code(database, chat_id, patient_id, person, message.text, now)
            result["patient_id"] = patient_id
        else:
            await contacts.confirm(database, chat_id, purpose, target, message.text, now)
    except (CodeWrong, CodeExpired) as error:
        manager.dialog_data["hint"] = refusal(middleware["tr"], error)
        return True
    await manager.done(result)
    return True


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Confirmation.code,
            code,
            Act("again", "🔁 Send a new code", send_again),
            Act("number", "✏️ Change the number", change, shown_if="is_phone"),
            Act("address", "✏️ Change the address", change, shown_if="is_email"),
            discreet=True,
            typed=type_code,
            expected=later("I am waiting for the code: 6 digits."),
        ),
        on_start=begin,
    )
