"""What the clinic wrote of a visit, whole: the texts page by page, and all its files."""

from typing import Any

from aiogram_dialog import DialogManager, Window

from dialogs import cards, navigation, past_card
from dialogs.states import Visits
from dialogs.widgets import Choices, Pager, screen
from locales import Translator

PAGE = 1500
"""Of a text at once: a long page is easier to read than many short ones, and a message holds 4096."""
FILES = 5
"""Buttons for files on a page."""


async def open_window(manager: DialogManager) -> None:
    """Show all that the clinic wrote, from the beginning."""
    manager.dialog_data.pop("page", None)
    await navigation.go(manager, Visits.result)


async def result(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show a page of the texts, and as many files."""
    found = await past_card.details(dialog_manager)
    texts = pages(tr, found.result, found.recommendations)
    last = max(len(texts), -(-len(found.files) // FILES)) - 1
    number = max(0, min(dialog_manager.dialog_data.get("page", 0), last))
    files = found.files[number * FILES : (number + 1) * FILES]
    if number < len(texts):
        text = texts[number]
    elif files:
        text = tr("<b>From the clinic</b>")
    else:
        text = tr("The clinic has taken back what it wrote.")
    return {
        "text": text,
        "clinics": past_card.clinics_files(files),
        "page": number,
        "has_next": number < last,
    }


def pages(tr: Translator, result: str, recommendations: str) -> list[str]:
    """Cut the texts into pages of HTML; the second begins where the first ends, if there is room enough."""
    found: list[str] = []
    room = 0
    for title, text in ((tr("Result"), result), (tr("Recommendations"), recommendations)):
        for number, part in enumerate(past_card.cut(text, PAGE, room if room >= PAGE // 4 else PAGE)):
            block = f"<b>{title}</b>\n{cards.escape(part)}"
            if number == 0 and found and room >= PAGE // 4:
                found[-1] += f"\n\n{block}"
            else:
                found.append(block)
                room = PAGE
            room -= len(part)
    return found


def window() -> Window:
    """Make the window; a dispatcher needs its own."""
    return screen(
        Visits.result,
        result,
        Choices("given", past_card.open_clinics_file, source="clinics"),
        Pager(),
        personal=True,
    )
