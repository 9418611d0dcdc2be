"""A comment that waits, as an administrator sees and decides it."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import reviews
from clinic.clock import Clock
from clinic.errors import CommentChanged, CommentDecided
from clinic.reviews import ToCheck
from dialogs import navigation
from dialogs.feedback import words
from dialogs.wording import refusal
from locales import Translator
from storage.database import Database
from storage.states import CommentState


async def window(
    dialog_manager: DialogManager,
    database: Database,
    clock: Clock,
    tr: Translator,
    admin_ids: tuple[int, ...],
    **_: Any,
) -> dict[str, Any]:
    """Show the comment; raises NotFound where it is gone, or this is no administrator."""
    found = await reviews.to_check(
        database,
        dialog_manager.middleware_data["event_chat"].id,
        admin_ids,
        dialog_manager.dialog_data["feedback_id"],
        clock.now(),
    )
    dialog_manager.dialog_data.update(revision=found.row.revision, seen=int(found.row.state))
    if found.row.state is CommentState.PRIVATE:
        return {"text": words.remark(tr, found)}
    return {
        "text": words.to_check(tr, found),
        "can_show": found.row.state is not CommentState.SHOWN,
        "can_hide": found.row.state is not CommentState.REJECTED,
    }


async def show(manager: DialogManager) -> None:
    """Let it be shown."""
    await _decide(manager, is_shown=True)


async def hide(manager: DialogManager) -> None:
    """Let it not be shown; whoever wrote it is told."""
    await _decide(manager, is_shown=False)


async def _decide(manager: DialogManager, *, is_shown: bool) -> None:
    data, tr = manager.dialog_data, manager.middleware_data["tr"]
    found = await decide(
        manager, data["feedback_id"], data["revision"], CommentState(data["seen"]), is_shown=is_shown
    )
    if found is not None:
        await navigation.leave(manager, words.decided(tr, found))


async def decide(
    manager: DialogManager, feedback_id: int, revision: int, seen: CommentState, *, is_shown: bool
) -> ToCheck | None:
    """Decide on a comment; None where it was changed or decided on meanwhile, which a hint says.

    Raises NotFound where it is gone, or this is no administrator.
    """
    middleware = manager.middleware_data
    try:
        found = await reviews.decide(
            middleware["database"],
            middleware["event_chat"].id,
            middleware["admin_ids"],
            feedback_id,
            revision,
            middleware["clock"].now(),
            is_shown=is_shown,
            seen=seen,
        )
    except (CommentChanged, CommentDecided) as error:
        manager.dialog_data["hint"] = refusal(middleware["tr"], error)
        return None
    middleware["outbox"].wake()
    return found
