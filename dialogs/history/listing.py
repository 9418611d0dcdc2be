"""The list of visits that are over or cancelled, the latest first, of the whole family."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import history
from clinic.clock import Clock
from dialogs import for_whom, navigation
from dialogs.history import filters, turning, words
from dialogs.states import History, Visits
from dialogs.widgets import Choice
from locales import Translator
from storage.database import Database

_ROWS = 6
"""Rows of buttons for visits and chips; pager and tools stand below."""


async def window(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show a page of the list under its filters."""
    chat_id = dialog_manager.middleware_data["event_chat"].id
    known = await for_whom.known(dialog_manager)
    chosen = filters.chosen(dialog_manager)
    chips = filters.chips(dialog_manager, known)
    size = _ROWS - (len(chips) + 1) // 2
    turn, page = turning.present(dialog_manager)
    found = await history.stretch(database, chat_id, chosen, turn, clock.now(), size)
    is_family = len(known) > 1
    head = tr("<b>Past visits</b>")
    if not found.items:
        return {
            "text": f"{head}\n\n{_nothing(tr, filters.named(dialog_manager, known), found.worth_dropping)}",
            "chips": chips,
            "tools": [Choice(tr("🔍 Filters"), "filters")] if chips else [],
        }
    lines = [words.line(tr, visit, is_family=is_family) for visit in found.items]
    return {
        "text": f"{head}\n\n" + "\n".join(lines),
        "chips": chips,
        "choices": [
            Choice(words.label(tr, visit, is_family=is_family), visit.row.id) for visit in found.items
        ],
        "tools": [Choice(tr("🔍 Filters"), "filters"), Choice(tr("📤 Export"), "export")],
        "page": page if found.has_newer else 0,
        "has_newer": found.has_newer,
        "has_older": found.has_older,
        "newest": found.items[0].row.id,
        "oldest": found.items[-1].row.id,
    }


def _nothing(tr: Translator, named: dict[str, str], worth_dropping: tuple[str, ...]) -> str:
    """Say that nothing was found, and which filter to take off."""
    if not named:
        return tr("There are no past visits yet. They will stand here after the visit.")
    names = [f"«{named[one]}»" for one in worth_dropping if one in named]
    if not names:
        return tr("Nothing with these filters. Take several of them off: press those with ×.")
    return tr.html(
        "Nothing with these filters. Take off {names}, then there is something.", names=tr(" or ").join(names)
    )


async def open_visit(manager: DialogManager, value: str) -> None:
    """Open a visit's card over the list."""
    await manager.start(Visits.card, {"appointment_id": for_whom.as_id(value)})


async def use_tool(manager: DialogManager, value: str) -> None:
    """Open the filters or the export."""
    await navigation.go(manager, History.export if value == "export" else History.filters)
