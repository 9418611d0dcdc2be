"""Rating a visit; what all windows of feedback ask first: which visit, and whose it is."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import Message
from aiogram_dialog import Data, DialogManager

from clinic import feedback
from clinic.clock import Clock
from clinic.feedback import Opinion
from dialogs import navigation
from dialogs.feedback import words
from dialogs.states import Feedback
from locales import Translator
from storage.feedback import VISIT

KEPT = ("appointment_id", "about", "feedback_id", "wanted")


async def begin(data: Data, manager: DialogManager) -> None:
    """Keep what a conversation was started with."""
    if isinstance(data, dict):
        manager.dialog_data.update({name: data[name] for name in KEPT if name in data})


def about(manager: DialogManager) -> str:
    """Tell whether a visit is meant, or its booking."""
    meant: str = manager.dialog_data.get("about", VISIT)
    return meant


def place(manager: DialogManager) -> tuple[Any, int, int]:
    """Give what each use case asks for first: the store, the chat, the visit."""
    middleware = manager.middleware_data
    return middleware["database"], middleware["event_chat"].id, manager.dialog_data["appointment_id"]


async def own(manager: DialogManager) -> Opinion:
    """Read what was said; whose it is is asked at every look."""
    clock: Clock = manager.middleware_data["clock"]
    return await feedback.of_visit(*place(manager), clock.now(), about(manager))


async def window_for(manager: DialogManager, appointment_id: int) -> State:
    """Choose the window to open: what was said, or the rating where there is none yet."""
    middleware = manager.middleware_data
    found = await feedback.of_visit(
        middleware["database"], middleware["event_chat"].id, appointment_id, middleware["clock"].now()
    )
    return Feedback.rate if found.row is None else Feedback.main


# --- the rating


async def rate(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the rating."""
    found = await own(dialog_manager)
    text = words.question(tr, found.visit)
    if not found.can_rate:
        text = "\n".join([tr("<b>How was the visit?</b>"), *words.of_visit(tr, found.visit)])
        return {"text": text + "\n\n" + tr("This visit cannot be rated now.")}
    return {"text": text, "choices": words.scale(None if found.row is None else found.row.rating, " ⭐")}


async def choose_rating(manager: DialogManager, value: str) -> None:
    """Keep the rating and ask the rest, where nothing more was said yet."""
    now = manager.middleware_data["clock"].now()
    found = await feedback.rate(*place(manager), digit(value), now)
    row = found.row
    is_first = row is not None and not row.comment and not any(row.points.values())
    await navigation.go(manager, Feedback.timely if is_first else Feedback.main)


async def rate_wanted(manager: DialogManager) -> None:
    """Give the rating that was pressed under the question while the chat was locked."""
    if wanted := manager.dialog_data.pop("wanted", None):
        await choose_rating(manager, str(wanted))


def digit(text: str) -> int:
    """Read a single digit; 0 for anything else."""
    return int(text) if len(text) == 1 and text.isascii() and text.isdigit() else 0


def typed(choose: Callable[[DialogManager, str], Awaitable[None]]) -> Any:
    """Make what a window of a scale does with a typed digit: the same as with the press."""

    async def understand(manager: DialogManager, message: Message) -> bool:
        text = (message.text or "").strip(" .!⭐")
        if not 1 <= digit(text) <= 5:
            return False
        await choose(manager, text)
        return True

    return understand
