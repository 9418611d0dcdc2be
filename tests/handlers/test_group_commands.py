"""In a group the bot speaks when it is spoken to, and never for another bot."""

import pytest

from bot.commands import commands
from handlers.chats import _is_for_us
from handlers.commands import COMMANDS
from locales import translator


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        ("/book", True), ("/start book", True), ("/Book@Talon_Bot", True), ("/my@talon_bot now", True),
        ("/book@another_bot", False), ("/weather", False), ("/weather@talon_bot", False), ("book", False),
        ("/", False), ("", False), ("врача!", False), ("see /book", False),
    ],
)  # fmt: skip
def test_only_our_own_commands_are_answered(text: str, is_ours: bool) -> None:
    assert _is_for_us(text, "talon_bot") is is_ours


def test_all_commands_that_are_shown_are_known() -> None:
    assert {command.command for command in commands(translator("ru"))} == COMMANDS
