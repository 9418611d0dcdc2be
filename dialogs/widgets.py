"""The pieces every window is made of.

A getter words its screen: it returns `text` (Telegram HTML, values escaped) and `choices`. The widgets here
only lay that out, so a window costs one pass and no template is rendered twice.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, InlineKeyboardButton, KeyboardButton
from aiogram_dialog import DialogManager, DialogProtocol, Window
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.kbd import Keyboard
from aiogram_dialog.widgets.media import DynamicMedia
from aiogram_dialog.widgets.text import Text

from dialogs import lock, navigation
from dialogs.buttons import WINDOW_KEYBOARD, button
from dialogs.states import WITHOUT_QUESTION
from dialogs.typed import Getter, OnTyped, Typed
from locales import Translator, later

OnChoice = Callable[[DialogManager, str], Awaitable[None]]

LABEL_LENGTH = 30
"""Longest label of a button that has a row to itself; small phones cut what is longer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says and what it stands for."""

    label: str
    value: str | int


def shorten(label: str, length: int = LABEL_LENGTH) -> str:
    """Cut a label to what fits a button."""
    return label if len(label) <= length else label[: length - 1].rstrip(" .,") + "…"


def shorten_all(labels: Sequence[str], length: int = LABEL_LENGTH) -> list[str]:
    """Cut the labels of one screen so that no two are equal: of those that would be, the middle is cut out.

    Labels that are equal as they came get a number.
    """
    if len(set(labels)) == len(labels) and all(len(label) <= length for label in labels):
        return list(labels)
    short = [shorten(label, length) for label in labels]
    twice = Counter(short)
    tail = length // 2
    short = [
        cut if twice[cut] == 1 or len(label) <= length else f"{label[: length - tail - 1]}…{label[-tail:]}"
        for cut, label in zip(short, labels, strict=True)
    ]
    twice = Counter(short)
    return [
        cut if twice[cut] == 1 else shorten(f"{number}. {cut}", length) for number, cut in enumerate(short, 1)
    ]


def noted(name: str, note: str) -> str:
    """Name something on a button, a note after it: «Чехов А. П. · Пн 24 ноя 9:20»; the note stays whole."""
    return f"{shorten(name, LABEL_LENGTH - len(note) - 3)} · {note}"


class Words(Text):
    """The text the getter worded, under a hint about what was typed wrong, if there is one."""

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:
        hint = manager.dialog_data.pop("hint", None) or navigation.start_data(manager).pop("hint", None)
        text: str = data["text"]
        return f"{hint}\n\n{text}" if hint else text


class Choices(Keyboard):
    """A button for each item of `data[source]`, `width` in a row."""

    def __init__(self, id: str, on_choice: OnChoice, *, source: str = "choices", width: int = 1) -> None:  # noqa: A002
        super().__init__(id=id)
        self._on_choice = on_choice
        self._source = source
        self._width = width

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        choices: Sequence[Choice] = data.get(self._source, ())
        labels = shorten_all([choice.label for choice in choices])
        buttons: list[InlineKeyboardButton | KeyboardButton] = [
            button(label, f"{self.widget_id}:{choice.value}")
            for label, choice in zip(labels, choices, strict=True)
        ]
        return [buttons[at : at + self._width] for at in range(0, len(buttons), self._width)]

    async def _process_item_callback(
        self, callback: CallbackQuery, data: str, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        await self._on_choice(manager, data)
        return True


class Act(Keyboard):
    """One button with fixed words; shown when the getter's `data[when]` is true, or always."""

    def __init__(
        self,
        id: str,  # noqa: A002
        label: str,
        act: Callable[[DialogManager], Awaitable[None]],
        *,
        shown_if: str = "",
    ) -> None:
        super().__init__(id=id)
        self.label = label
        self._act = act
        self._shown_if = shown_if

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        if self._shown_if and not data.get(self._shown_if):
            return []
        tr: Translator = manager.middleware_data["tr"]
        return [[button(tr(self.label), self.widget_id or "")]]

    async def _process_own_callback(
        self, callback: CallbackQuery, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        await self._act(manager)
        return True


class Pager(Keyboard):
    """«‹ 2 ›» for a list of which only one page is read; keeps the page's number in the dialog's data."""

    def __init__(self, id: str = "page") -> None:  # noqa: A002
        super().__init__(id=id)

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        number, has_next = data.get("page", 0), data.get("has_next", False)
        if not number and not has_next:
            return []
        prefix = f"{self.widget_id}:"
        back = ("‹", number - 1) if number else ("·", number)
        forth = ("›", number + 1) if has_next else ("·", number)
        buttons = (back, (str(number + 1), number), forth)
        return [[button(text, f"{prefix}{page}") for text, page in buttons]]

    async def _process_item_callback(
        self, callback: CallbackQuery, data: str, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        manager.dialog_data["page"] = max(0, int(data))
        return True


class Navigation(Keyboard):
    """The last row of every window: back and home, always in the same place."""

    BACK = "back"
    HOME = "home"

    def __init__(self, *, back: bool = True) -> None:
        super().__init__(id="nav")
        self._back = back

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        tr: Translator = manager.middleware_data["tr"]
        prefix = f"{self.widget_id}:"
        home = button(tr("🏠 Home"), f"{prefix}{self.HOME}")
        if not self._back:
            return [[home]]
        back = button(tr("‹ Back"), f"{prefix}{self.BACK}")
        return [[back, home]]

    async def _process_item_callback(
        self, callback: CallbackQuery, data: str, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        await (navigation.go_home(manager) if data == self.HOME else navigation.go_back(manager))
        return True


def screen(
    state: State,
    getter: Getter,
    *widgets: Keyboard,
    typed: OnTyped | None = None,
    expected: str = later("I did not understand. Please press one of the buttons."),
    back: bool = True,
    navigation_row: bool = True,
    personal: bool = False,
    discreet: bool = False,
    is_prose: bool = False,
    media: str = "",
    **options: Any,
) -> Window:
    """Put a window together: its words, its own buttons, what can be typed, and the way back and home.

    A `personal` window asks for the PIN, where there is one; `on_unlock` is what happens once it was typed
    there. A `discreet` one shows less instead: its getter asks `lock.is_locked`.

    The widgets' names get the window's number in its conversation: of two quick presses the second one finds
    another window open, which must not take it for a press of its own. `is_prose` is for windows in which
    people answer in sentences: «не смогу» is then a part of the answer. `media` is the name under which the
    getter gives a picture.
    """
    options.setdefault("markup_factory", WINDOW_KEYBOARD)
    rows: Sequence[Keyboard] = (*widgets, Navigation(back=back)) if navigation_row else widgets
    for row in rows:
        row.widget_id = f"{row.widget_id}{state.group.__states__.index(state)}"
    picture = (DynamicMedia(media),) if media else ()
    is_question = state not in WITHOUT_QUESTION
    reading = Typed(typed, expected, getter=getter, rows=rows, is_prose=is_prose, is_question=is_question)
    kind = lock.PersonalWindow if personal else lock.DiscreetWindow if discreet else Window
    return kind(Words(), *picture, *rows, reading, state=state, getter=getter, **options)
