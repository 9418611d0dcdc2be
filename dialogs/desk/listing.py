"""The requests that nobody has answered, the one that waits longest first."""

from typing import Any

from aiogram_dialog import DialogManager, Window

from clinic.clock import Clock
from clinic.support import desk
from dialogs import cards, navigation
from dialogs.desk import marks, one_request, words
from dialogs.states import Desk
from dialogs.support.words import kind_name, number
from dialogs.widgets import Choice, Choices, Pager, screen, shorten
from locales import Translator, later
from storage.database import Database

PAGE_SIZE = 5
_WORDS = 45
"""So much of a request stands in the list."""


async def main(
    dialog_manager: DialogManager,
    database: Database,
    clock: Clock,
    tr: Translator,
    admin_ids: tuple[int, ...],
    **_: Any,
) -> dict[str, Any]:
    """List a page of what waits; raises NotFound for whoever is no administrator."""
    chat_id, now = dialog_manager.middleware_data["event_chat"].id, clock.now()
    mark, page = marks.present(dialog_manager)
    found = await desk.waiting(database, chat_id, admin_ids, mark, PAGE_SIZE, now)
    if not found.requests and page:  # the others have answered what stood here
        marks.begin_anew(dialog_manager)
        page = 0
        found = await desk.waiting(database, chat_id, admin_ids, None, PAGE_SIZE, now)
    marks.keep(dialog_manager, page, found.next_mark)
    dialog_manager.dialog_data["listed"] = [one.request.id for one in found.requests]
    lines = [tr("<b>🗂 Requests that wait: {count}</b>", count=words.number(found.number))]
    for one in found.requests:
        head = tr.html(
            "<b>{number}</b> · {kind} · waits {age}",
            number=number(one.request),
            kind=kind_name(tr, one.request.kind),
            age=words.age(tr, one.request.waits_since, now),
        )
        said = shorten(" ".join(one.text.split()), _WORDS) or "📎"
        lines.append(f"{head}\n{cards.escape(said)}")
    if not found.requests:
        lines.append(tr("Nobody waits for an answer."))
    comments = tr("💬 Reviews to check: {count}", count=words.number(found.comments))
    return {
        "text": "\n\n".join(lines),
        "choices": [
            Choice(f"{number(one.request)} · " + words.age(tr, one.request.waits_since, now), one.request.id)
            for one in found.requests
        ],
        "comments": [Choice(comments, "all")] if found.comments else [],
        "page": page,
        "has_next": found.next_mark is not None,
    }


async def open_comments(manager: DialogManager, value: str) -> None:
    """Show the review that waits longest."""
    marks.begin_anew(manager)
    await navigation.go(manager, Desk.comments)


def window() -> Window:
    """Make the window."""
    return screen(
        Desk.main,
        main,
        Choices("request", one_request.open_one),
        Pager(),
        Choices("comments", open_comments, source="comments"),
        expected=later("Please press a request to answer it."),
        personal=True,
    )
