"""Buttons made by copying are those that validating would have made."""

from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton

from dialogs.buttons import WINDOW_KEYBOARD, button


class OneConversation:
    id = "conversation"

    def current_context(self) -> Any:
        return self


def test_a_button_is_like_one_that_was_validated_and_leaves_the_others_alone() -> None:
    first, second = button("One", "a:1"), button("Two", "a:2")
    assert first == InlineKeyboardButton(text="One", callback_data="a:1")
    assert second.model_dump(exclude_none=True) == {"text": "Two", "callback_data": "a:2"}


async def test_a_keyboard_names_the_conversation_once_in_each_button_that_calls_back() -> None:
    link = InlineKeyboardButton(text="Map", url="https://example.org")
    rows: list[list[InlineKeyboardButton | KeyboardButton]] = [[button("One", "a:1"), link]]
    for _ in range(2):
        markup = await WINDOW_KEYBOARD.render_markup({}, OneConversation(), rows)  # type: ignore[arg-type]
    assert isinstance(markup, InlineKeyboardMarkup)
    assert [key.callback_data for key in markup.inline_keyboard[0]] == ["conversation\x1da:1", None]
