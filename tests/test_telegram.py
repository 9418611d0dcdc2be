"""The bot of the tests is handed what the bot is handed."""

import ast
from pathlib import Path

from tests.telegram import Line

BOT = Path(__file__).parents[1] / "bot"


def handed_on(source: str) -> set[str]:
    """Name what a module adds to the dispatcher's data."""
    return {
        keyword.arg
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "dispatcher.workflow_data.update"
        for keyword in node.keywords
        if keyword.arg
    }


def test_what_is_handed_on_is_found_in_the_source() -> None:
    assert handed_on("dispatcher.workflow_data.update(a=1, b=2)\nother.update(c=3)") == {"a", "b"}


async def test_windows_and_handlers_of_the_tests_get_all_that_the_app_hands_on(line: Line) -> None:
    expected = handed_on("\n".join((BOT / name).read_text() for name in ("app.py", "dispatcher.py")))
    assert {"database", "clock", "outbox", "codes", "operator_name"} <= expected
    assert expected - set(line.dispatcher.workflow_data) == set()
