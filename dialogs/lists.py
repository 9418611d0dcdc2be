"""Lists of which a page is read: narrowed by what is typed, shown whole again by a button."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from dialogs import alarms, answers, typing
from dialogs.widgets import Act, Choice
from locales import Translator
from storage.pages import Page

PAGE_SIZE = 6


def page_of(found: Page[Any], choices: list[Choice]) -> dict[str, Any]:
    """Give a window what its list and its pager show."""
    return {"choices": choices, "page": found.number, "has_next": found.has_next}


async def narrow(manager: DialogManager, message: Message) -> bool:
    """Take what was typed as a part of a name that narrows the list."""
    if not message.text or len(message.text) > 60 or typing.command_word(message.text):
        return False
    manager.dialog_data["filter"] = message.text
    manager.dialog_data["page"] = 0
    await alarms.say(manager, message.text)
    return True


async def clear_filter(manager: DialogManager) -> None:
    """Show the whole list again."""
    manager.dialog_data.pop("filter", None)


def listed(manager: DialogManager, tr: Translator, question: str, found: Page[Any]) -> dict[str, Any]:
    """Word a list that may have been narrowed by typing."""
    part = manager.dialog_data.get("filter")
    if not part:
        return {"text": question, "is_narrowed": False, "is_whole": True}
    if found.items:
        return {"text": question + "\n\n" + tr.html("Found by «{part}»:", part=part), "is_narrowed": True}
    nothing = tr.html("Nothing found by «{part}». Try the first three or four letters.", part=part)
    return {"text": question + "\n\n" + nothing, "is_narrowed": True, "has_nothing": True}


def show_all() -> Act:
    """Make the button that ends the narrowing."""
    return Act("all", "Show all", clear_filter, shown_if="is_narrowed")


async def search_everywhere(manager: DialogManager) -> None:
    """Search for what this list has not."""
    await answers.search(manager, manager.dialog_data.get("filter"))


def everywhere() -> Act:
    """Make the button that searches for what the list has not."""
    return Act("find", "🔎 Look everywhere", search_everywhere, shown_if="has_nothing")
