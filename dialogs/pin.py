"""The PIN: set (typed twice), changed, taken away; and the way for those who forgot it."""

from typing import Any

from aiogram.types import KeyboardButton, Message
from aiogram_dialog import Data, Dialog, DialogManager
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.kbd import Keyboard
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.text import Const

from clinic import confirmation, contacts, patients, pin
from clinic.errors import BadInput, PinBlocked, PinWrong, Refused
from clinic.locks import Locks
from dialogs import confirmation as confirmation_dialog
from dialogs import keypad, navigation
from dialogs.keypad import Keypad
from dialogs.states import Pin
from dialogs.widgets import Act, Choice, Choices, OnTyped, screen
from dialogs.wording import refusal
from locales import Translator, later
from storage.database import Database

_EXPECT = later("I am waiting for the PIN: press the digits, then ✓")


def _locks(manager: DialogManager) -> Locks:
    locks: Locks = manager.middleware_data["locks"]
    return locks


def _chat_id(manager: DialogManager) -> int:
    chat_id: int = manager.middleware_data["event_chat"].id
    return chat_id


def _typed(on_pin: keypad.OnPin) -> OnTyped:
    """Take digits typed in the chat like those of the keypad."""

    async def take(manager: DialogManager, message: Message) -> bool:
        digits = await keypad.take_typed(manager, message)
        if digits:
            await on_pin(manager, digits)
        return bool(digits)

    return take


async def main(dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say what a PIN is good for and whether there is one."""
    known = await pin.state(database, _chat_id(dialog_manager))
    text = "🔒 <b>" + tr("PIN") + "</b>\n\n"
    if not known.is_registered:
        text += tr("There is nothing personal here yet. Book the first visit, then a PIN can be set.")
    elif known.is_set:
        text += tr(
            "The PIN is on. Your visits and data are shown only after it is typed, and are locked again after"
            " 5 minutes without a press."
        )
    else:
        text += tr(
            "With a PIN nobody who takes your phone sees your visits and data here. It is asked after"
            " 5 minutes without a press, and reminders name no details then."
        )
    return {"text": text, "is_set": known.is_set, "can_set": known.is_registered and not known.is_set}


async def begin_set(manager: DialogManager) -> None:
    """Ask for the first PIN."""
    keypad.forget_digits(manager)
    manager.dialog_data.update(wanted="set", proof=None)
    await navigation.go(manager, Pin.new)


async def begin_change(manager: DialogManager) -> None:
    """Ask for the present PIN, then for a new one."""
    keypad.forget_digits(manager)
    manager.dialog_data["wanted"] = "change"
    await navigation.go(manager, Pin.present)


async def begin_remove(manager: DialogManager) -> None:
    """Ask for the present PIN, to take it away."""
    keypad.forget_digits(manager)
    manager.dialog_data["wanted"] = "remove"
    await navigation.go(manager, Pin.present)


async def lock_now(manager: DialogManager) -> None:
    """Lock at once."""
    tr: Translator = manager.middleware_data["tr"]
    _locks(manager).lock(_chat_id(manager))
    manager.dialog_data["hint"] = tr("Locked. The PIN is asked before anything personal is shown.")


# --- typing


async def present(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the present PIN."""
    return _asked(dialog_manager, tr("Type the present PIN and press ✓"))


async def new(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for a new PIN."""
    return _asked(dialog_manager, tr("Think of a PIN: 4 to 6 digits. Type it and press ✓"))


async def again(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the new PIN once more."""
    return _asked(dialog_manager, tr("Type the same PIN once more and press ✓"))


def _asked(manager: DialogManager, question: str) -> dict[str, Any]:
    return {"text": f"🔒 {question}\n\n{keypad.dots(manager)}"}


async def take_present(manager: DialogManager, digits: str) -> None:
    """Check the present PIN and go on to what is wanted."""
    locks, data, tr = _locks(manager), manager.dialog_data, manager.middleware_data["tr"]
    try:
        proof = await locks.unlock(_chat_id(manager), digits, keypad.attempt(manager))
        if data.get("wanted") == "remove":
            await locks.remove_pin(_chat_id(manager), proof)
    except PinWrong as error:
        data["hint"] = refusal(tr, error)
        return
    except PinBlocked as error:
        data["hint"] = refusal(tr, error)
        await navigation.skip_to(manager, Pin.forgot)
        return
    if data.get("wanted") == "remove":
        await _finish(manager, tr("The PIN is off."))
    else:
        data["proof"] = proof
        await navigation.skip_to(manager, Pin.new)


async def take_new(manager: DialogManager, digits: str) -> None:
    """Keep a new PIN until it is typed once more."""
    try:
        manager.dialog_data["first"] = pin.parse_pin(digits)
    except BadInput as error:
        manager.dialog_data["hint"] = refusal(manager.middleware_data["tr"], error)
    else:
        await navigation.skip_to(manager, Pin.again)


async def take_again(manager: DialogManager, digits: str) -> None:
    """Set the PIN when both are the same."""
    data, tr = manager.dialog_data, manager.middleware_data["tr"]
    if data.pop("first", None) != digits:
        data["hint"] = tr("The two PINs differ. Please type the new one again.")
        await navigation.skip_to(manager, Pin.new)
        return
    try:
        await _locks(manager).set_pin(_chat_id(manager), digits, data.get("proof"))
    except (PinWrong, PinBlocked) as error:  # it was changed meanwhile
        await _finish(manager, refusal(tr, error))
    else:
        await _finish(manager, tr("✅ The PIN is on. Please remember it."))


async def _finish(manager: DialogManager, hint: str) -> None:
    """Return to the settings of the PIN, or to the window that had been locked."""
    for key in ("first", "proof", "wanted"):
        manager.dialog_data.pop(key, None)
    if manager.dialog_data.get("was_forgotten") and len(manager.current_stack().intents) > 1:
        await manager.done()
        return
    navigation.forget_trail(manager)
    manager.dialog_data["hint"] = hint
    await navigation.skip_to(manager, Pin.main)


# --- forgotten


async def open_forgot(manager: DialogManager) -> None:
    """Go the way of those who forgot it."""
    await navigation.go(manager, Pin.forgot)


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
            " Your visits stay as they are."
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
    _locks(manager).forget(_chat_id(manager))
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


class _ContactKeyboard(Keyboard):
    """Telegram's button that shares the sender's own number, and a word to go back by."""

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        tr: Translator = manager.middleware_data["tr"]
        return [
            [KeyboardButton(text=tr("📱 Send my number"), request_contact=True)],
            [KeyboardButton(text=tr("Back"))],
        ]


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
        phone = patients.parse_phone("+" + shared.phone_number.lstrip("+"))
        await pin.reset_by_contact(
            middleware["database"], _chat_id(manager), phone, middleware["clock"].now()
        )
    except Refused as error:
        manager.dialog_data["hint"] = refusal(tr, error)
    else:
        await _begin_anew(manager)
    return True


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Pin.main,
            main,
            Act("set", "🔒 Set a PIN", begin_set, shown_if="can_set"),
            Act("change", "✏️ Change the PIN", begin_change, shown_if="is_set"),
            Act("remove", "🔓 Remove the PIN", begin_remove, shown_if="is_set"),
            Act("lock", "🔒 Lock now", lock_now, shown_if="is_set"),
        ),
        screen(
            Pin.present,
            present,
            Keypad("pin", take_present),
            Act("forgot", "Forgot the PIN?", open_forgot),
            typed=_typed(take_present),
            expected=_EXPECT,
        ),
        screen(Pin.new, new, Keypad("pin", take_new), typed=_typed(take_new), expected=_EXPECT),
        screen(Pin.again, again, Keypad("pin", take_again), typed=_typed(take_again), expected=_EXPECT),
        screen(Pin.forgot, forgot, Choices("way", choose_way)),
        screen(
            Pin.contact,
            contact,
            _ContactKeyboard(),
            typed=take_contact,
            expected=later("I am waiting for your number: press «📱 Send my number» below."),
            navigation_row=False,
            markup_factory=ReplyKeyboardFactory(
                resize_keyboard=True, one_time_keyboard=True, input_field_placeholder=Const("📱")
            ),
        ),
        on_process_result=confirmed,
    )
