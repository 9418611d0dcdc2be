"""Reviews that wait to be checked, one after the other, the one that waits longest first."""

from typing import Any

from aiogram_dialog import DialogManager, Window

from clinic import reviews
from clinic.clock import Clock
from clinic.errors import NotFound
from clinic.support.desk import COUNTED
from dialogs.desk import marks, words
from dialogs.feedback import checking
from dialogs.feedback import words as of_feedback
from dialogs.states import Desk
from dialogs.widgets import Act, Pager, screen
from locales import Translator, later
from storage.database import Database
from storage.states import CommentState


async def main(
    dialog_manager: DialogManager,
    database: Database,
    clock: Clock,
    tr: Translator,
    admin_ids: tuple[int, ...],
    **_: Any,
) -> dict[str, Any]:
    """Show one of them; raises NotFound for whoever is no administrator."""
    chat_id, now = dialog_manager.middleware_data["event_chat"].id, clock.now()
    mark, page = marks.present(dialog_manager)
    found = await reviews.waiting(database, chat_id, admin_ids, mark, COUNTED, now)
    if found.comment is None and page:
        marks.begin_anew(dialog_manager)
        page = 0
        found = await reviews.waiting(database, chat_id, admin_ids, None, COUNTED, now)
    marks.keep(dialog_manager, page, found.mark if found.has_next else None)
    if found.comment is None:
        return {"text": tr("<b>💬 Reviews to check</b>\n\nAll are done.")}
    row = found.comment.row
    dialog_manager.dialog_data["comment"] = [row.id, row.revision]
    count = tr.html("Waiting: {count}", count=words.number(found.number))
    return {
        "text": f"{of_feedback.to_check(tr, found.comment)}\n\n{count}",
        "page": page,
        "has_next": found.has_next,
        "is_there": True,
    }


async def publish(manager: DialogManager) -> None:
    """Let everybody read it, and show the next one."""
    await _decide(manager, is_shown=True)


async def reject(manager: DialogManager) -> None:
    """Let nobody read it; whoever wrote it is told."""
    await _decide(manager, is_shown=False)


async def _decide(manager: DialogManager, *, is_shown: bool) -> None:
    """Decide on the review that is shown; of what was decided or changed meanwhile that is said."""
    middleware, data = manager.middleware_data, manager.dialog_data
    tr: Translator = middleware["tr"]
    feedback_id, revision = data["comment"]
    if middleware["event_chat"].id not in middleware["admin_ids"]:
        raise NotFound
    try:
        found = await checking.decide(manager, feedback_id, revision, CommentState.WAITING, is_shown=is_shown)
    except NotFound:
        data["hint"] = tr("This review was taken back.")
        return
    if found is not None:
        data["hint"] = of_feedback.decided(tr, found)


def window() -> Window:
    """Make the window."""
    return screen(
        Desk.comments,
        main,
        Act("publish", "✅ Publish", publish, shown_if="is_there"),
        Act("reject", "🚫 Reject", reject, shown_if="is_there"),
        Pager(),
        expected=later("Please press «Publish» or «Reject»."),
        personal=True,
    )
