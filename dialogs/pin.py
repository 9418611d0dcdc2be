"""The PIN: set (typed twice), changed, taken away."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import Dialog, DialogManager

from clinic import pin
from clinic.errors import BadInput, PinBlocked, PinWrong
from clinic.locks import Locks
from dialogs import forgotten_pin, keypad, navigation, phone
from dialogs.keypad import Keypad
from dialogs.states import Pin
from dialogs.typed import OnTyped
from dialogs.widgets import Act, Choices, screen
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
        await manager.done(navigation.SEEN)
        return
    navigation.forget_trail(manager)
    manager.dialog_data["hint"] = hint
    await navigation.skip_to(manager, Pin.main)


async def open_forgot(manager: DialogManager) -> None:
    """Go the way of those who forgot it."""
    await navigation.go(manager, Pin.forgot)


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
        screen(Pin.forgot, forgotten_pin.forgot, Choices("way", forgotten_pin.choose_way)),
        screen(
            Pin.contact,
            forgotten_pin.contact,
            phone.keyboard(home=False),
            typed=forgotten_pin.take_contact,
            expected=later("I am waiting for your number: press «📱 Send my number» below."),
            navigation_row=False,
            markup_factory=phone.keyboard_factory(),
        ),
        on_process_result=forgotten_pin.confirmed,
    )
