"""The lock over personal windows: while a chat is locked they are not made at all, and a keypad stands there.

A window made while the chat is open brings its veil along: what replaces it when nobody presses for a while.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, DialogProtocol, Window
from aiogram_dialog.api.entities import NewMessage
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.input import BaseInput
from aiogram_dialog.widgets.kbd import Keyboard
from aiogram_dialog.widgets.text import Text

from clinic import pin
from clinic.errors import PinBlocked, PinWrong
from clinic.locks import Locks
from dialogs import keypad, navigation, typing
from dialogs.buttons import WINDOW_KEYBOARD, button
from dialogs.keypad import Keypad
from dialogs.states import Pin
from dialogs.wording import refusal
from locales import Translator
from storage.database import Database

_HINT = "lock_hint"
"""Apart from the window's own hint, which may be personal and waits until it is open."""
_VEILED = "is_veiled"

OnUnlock = Callable[[DialogManager], Awaitable[None]]


@dataclass
class VeiledMessage(NewMessage):
    """A window with something personal in it, and what it becomes when the chat is locked."""

    veil: NewMessage | None = None


async def is_locked(manager: DialogManager) -> bool:
    """Tell whether nothing personal may be shown now; getters of discreet windows ask."""
    data = manager.middleware_data
    locks: Locks = data["locks"]
    return data.get(_VEILED, False) or await locks.is_locked(data["event_chat"].id)


class DiscreetWindow(Window):
    """A window for everybody that shows less while the chat is locked: its getter asks `is_locked`."""

    async def render(self, dialog: DialogProtocol, manager: DialogManager) -> NewMessage:
        """Render the window, and once more as it looks when locked."""
        message = await super().render(dialog, manager)
        data = manager.middleware_data
        locks: Locks = data["locks"]
        if not await locks.has_pin(data["event_chat"].id) or await is_locked(manager):
            return message
        data[_VEILED] = True
        try:
            return _veiled(message, await super().render(dialog, manager))
        finally:
            del data[_VEILED]


class PersonalWindow(Window):
    """A window that is not made while its chat is locked; presses and messages go to the lock instead."""

    def __init__(
        self, *widgets: Any, state: State, getter: Any, on_unlock: OnUnlock | None = None, **options: Any
    ) -> None:
        super().__init__(*widgets, state=state, getter=getter, **options)
        number = state.group.__states__.index(state)
        take = _Taking(on_unlock)
        self._lock = Window(
            _Worded(),
            Keypad(f"lock{number}", take.pin),
            _Foot(f"lockfoot{number}"),
            _Typed(take.pin),
            state=state,
            getter=lock_screen,
            markup_factory=WINDOW_KEYBOARD,
        )

    async def render(self, dialog: DialogProtocol, manager: DialogManager) -> NewMessage:
        """Render the window or the lock; the open window brings the lock along as its veil."""
        data = manager.middleware_data
        locks: Locks = data["locks"]
        chat_id: int = data["event_chat"].id
        if await locks.is_locked(chat_id):
            return await self._lock.render(dialog, manager)
        keypad.forget_digits(manager)
        message = await super().render(dialog, manager)
        if not await locks.has_pin(chat_id):
            return message
        if isinstance(manager.event, (CallbackQuery, Message)):  # not where the bot shows it by itself
            locks.renew(chat_id)
        return _veiled(message, await self._lock.render(dialog, manager))

    async def process_message(self, message: Message, dialog: DialogProtocol, manager: DialogManager) -> bool:
        """Hand a message to the window or to the lock."""
        if await self._is_locked(manager):
            return await self._lock.process_message(message, dialog, manager)
        return await super().process_message(message, dialog, manager)

    async def process_callback(
        self, callback: CallbackQuery, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        """Hand a press to the window or to the lock."""
        if await self._is_locked(manager):
            return await self._lock.process_callback(callback, dialog, manager)
        return await super().process_callback(callback, dialog, manager)

    async def _is_locked(self, manager: DialogManager) -> bool:
        data = manager.middleware_data
        locks: Locks = data["locks"]
        locks.renew(data["event_chat"].id)
        return await locks.is_locked(data["event_chat"].id)


def _veiled(message: NewMessage, veil: NewMessage) -> VeiledMessage:
    return VeiledMessage(**vars(message), veil=veil)


async def lock_screen(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask for the PIN, or, after too many wrong ones, for a confirmation."""
    hint = dialog_manager.dialog_data.pop(_HINT, None)
    known = await pin.state(database, dialog_manager.middleware_data["event_chat"].id)
    if known.is_blocked:
        text = tr(
            "🔒 <b>The PIN is blocked</b>: it was wrong 5 times."
            "\nConfirm that it is you, then think of a new PIN."
        )
        return {"text": text, "has_keypad": False}
    text = tr("🔒 <b>This is personal.</b> Type your PIN and press ✓")
    if hint:
        text = f"{hint}\n\n{text}"
    return {"text": f"{text}\n\n{keypad.dots(dialog_manager)}", "has_keypad": True}


class _Worded(Text):
    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:
        text: str = data["text"]
        return text


class _Foot(Keyboard):
    """The way for those who forgot the PIN, and home."""

    FORGOT = "forgot"
    HOME = "home"

    def __init__(self, id: str) -> None:  # noqa: A002
        super().__init__(id=id)

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        tr: Translator = manager.middleware_data["tr"]
        forgot = tr("Forgot the PIN?") if data["has_keypad"] else tr("✅ Confirm that it is me")
        return [
            [button(forgot, f"{self.widget_id}:{self.FORGOT}")],
            [button(tr("🏠 Home"), f"{self.widget_id}:{self.HOME}")],
        ]

    async def _process_item_callback(
        self, callback: CallbackQuery, data: str, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        if data == self.HOME:
            await navigation.go_home(manager)
        else:
            await navigation.open_over(manager, Pin.forgot)
        return True


class _Typed(BaseInput):
    """Digits are a PIN; the way home is open; whatever else is written is told what is waited for."""

    def __init__(self, on_pin: keypad.OnPin) -> None:
        super().__init__(id=None)
        self._on_pin = on_pin

    async def process_message(self, message: Message, dialog: DialogProtocol, manager: DialogManager) -> bool:
        """Take a message; True, since something always happened."""
        digits = await keypad.take_typed(manager, message)
        if digits:
            await self._on_pin(manager, digits)
        elif typing.command_word(message.text) in ("back", "home", "cancel"):
            await navigation.go_home(manager)
        else:
            tr: Translator = manager.middleware_data["tr"]
            manager.dialog_data[_HINT] = tr("I am waiting for the PIN: press the digits, then ✓")
        return True


class _Taking:
    """Taking a PIN at the lock."""

    def __init__(self, on_unlock: OnUnlock | None) -> None:
        self._on_unlock = on_unlock

    async def pin(self, manager: DialogManager, typed: str) -> None:
        data = manager.middleware_data
        locks: Locks = data["locks"]
        try:
            await locks.unlock(data["event_chat"].id, typed, keypad.attempt(manager))
        except (PinWrong, PinBlocked) as error:
            manager.dialog_data[_HINT] = refusal(data["tr"], error)
            return
        manager.dialog_data.pop(_HINT, None)
        if self._on_unlock is not None:
            await self._on_unlock(manager)
