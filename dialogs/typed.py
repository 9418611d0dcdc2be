"""What people type or send instead of a press, window by window."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from aiogram_dialog import DialogManager, DialogProtocol
from aiogram_dialog.widgets.input import BaseInput
from aiogram_dialog.widgets.kbd import Keyboard

from dialogs import answers, navigation, typing
from locales import Translator

OnTyped = Callable[[DialogManager, Message], Awaitable[bool]]
Getter = Callable[..., Awaitable[dict[str, Any]]]

_NO_LABELS = ("yes", "no", "thanks", "hello", "come", "wont")
_SHORTEST_LABEL = 3
"""The names of weekdays over the calendar are shorter, and so are the signs of the pager."""
_LONGEST_LABEL = 40


class Typed(BaseInput):
    """Whatever is sent instead of a press.

    Common words first, then the names of the window's own buttons, then what this window understands. What
    nobody understands is searched for where no question is open; else it gets a kind word about what is
    expected, and the window anew below it.
    """

    def __init__(
        self,
        understand: OnTyped | None,
        expected: str,
        *,
        getter: Getter,
        rows: Sequence[Keyboard],
        is_prose: bool = False,
        is_question: bool = True,
    ) -> None:
        super().__init__(id=None)
        self._understand = understand
        self._expected = expected
        self._getter = getter
        self._rows = rows
        self._is_prose = is_prose
        self._is_question = is_question

    async def process_message(self, message: Message, dialog: DialogProtocol, manager: DialogManager) -> bool:
        """Understand a message, or say kindly what is expected; True, since something always happened."""
        word = typing.command_word(message.text)
        if word == "back":
            await navigation.go_back(manager)
        elif word == "home":
            await navigation.go_home(manager)
        elif await self._press_by_name(message, word, dialog, manager):
            pass
        elif word == "cancel":
            await navigation.go_home(manager)
        elif not await self._answer(message, word, manager):
            tr: Translator = manager.middleware_data["tr"]
            manager.dialog_data.setdefault("hint", tr(self._expected))
        return True

    async def _answer(self, message: Message, word: str | None, manager: DialogManager) -> bool:
        if word in ("thanks", "hello"):
            manager.dialog_data["hint"] = answers.courtesy(manager.middleware_data["tr"], word)
            return True
        if not self._is_prose and word in ("come", "wont") and await answers.to_reminder(manager, word):
            return True
        if not self._is_prose and word == "book" and await answers.begin_booking(manager):
            return True
        if not self._is_prose and word == "history":
            await answers.open_history(manager)
            return True
        if not self._is_prose and word == "support":
            await answers.open_support(manager)
            return True
        if self._understand is not None and await self._understand(manager, message):
            return True
        if not self._is_prose and word in ("yes", "no") and await answers.to_reminder(manager, word):
            return True
        return not self._is_question and word is None and await answers.search(manager, message.text)

    async def _press_by_name(
        self, message: Message, word: str | None, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        """Press the button whose name was typed, in full or up to the «·»; of two alike none is pressed."""
        wanted = typing.label_key(message.text or "")
        if word in _NO_LABELS or not _SHORTEST_LABEL <= len(wanted) <= _LONGEST_LABEL:
            return False
        data = await self._getter(**manager.middleware_data)
        found: dict[str, Keyboard] = {}
        for keyboard in self._rows:
            for row in await keyboard.render_keyboard(data, manager):
                for button in row:
                    if isinstance(button, InlineKeyboardButton) and button.callback_data:
                        names = (button.text, button.text.split(" · ")[0])
                        if wanted in map(typing.label_key, names):
                            found[button.callback_data] = keyboard
        if len(found) != 1:
            return False
        ((pressed, keyboard),) = found.items()
        press = CallbackQuery.model_construct(data=pressed)  # type: ignore[call-arg]
        return await keyboard.process_callback(press, dialog, manager)
