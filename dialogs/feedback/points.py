"""The five questions about the service after a rating (seed 6.2); each can be skipped."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.fsm.state import State
from aiogram_dialog import DialogManager

from clinic import feedback
from dialogs import navigation
from dialogs.feedback import words
from dialogs.feedback.rating import digit, own, place
from dialogs.states import Feedback
from dialogs.typed import Getter
from dialogs.widgets import Choice
from locales import Translator
from storage.feedback import POINTS

STEPS: dict[str, State] = {
    "timely": Feedback.timely,
    "information": Feedback.information,
    "convenience": Feedback.convenience,
    "notifications": Feedback.notifications,
    "protection": Feedback.protection,
}
"""The window of each of POINTS, in their order."""


def asking(point: str) -> Getter:
    """Make the getter of one of POINTS."""

    async def getter(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
        row = (await own(dialog_manager)).row
        number = POINTS.index(point) + 1
        lines = [
            tr("<b>{number} of 5.</b> {question}", number=number, question=tr(words.QUESTIONS[point])),
            "",
            tr("1 is «no», 5 is «yes, quite»."),
        ]
        if number == 1 and row is not None:
            thanks = tr("Thank you, your rating is saved: {rating} of 5.", rating=row.rating)
            lines = [thanks, tr("Five short questions about this service; each can be skipped."), "", *lines]
        return {
            "text": "\n".join(lines),
            "choices": words.scale(None if row is None else row.points[point]),
            "tools": [Choice(tr("Skip ›"), "skip"), Choice(tr("Skip them all ›"), "all")],
        }

    return getter


def answering(point: str) -> Callable[[DialogManager, str], Awaitable[None]]:
    """Make what a press does in the window of one of POINTS."""

    async def choose(manager: DialogManager, value: str) -> None:
        now = manager.middleware_data["clock"].now()
        await feedback.answer(*place(manager), point, digit(value), now)
        await _go_on(manager, point)

    return choose


def skipping(point: str) -> Callable[[DialogManager, str], Awaitable[None]]:
    """Make what «skip» does there: this question, or all that are left."""

    async def skip(manager: DialogManager, value: str) -> None:
        await _go_on(manager, POINTS[-1] if value == "all" else point)

    return skip


async def _go_on(manager: DialogManager, point: str) -> None:
    """Ask the next question; after the last one for a comment, where there is none yet."""
    following = POINTS[POINTS.index(point) + 1 :]
    if following:
        await navigation.go(manager, STEPS[following[0]])
        return
    row = (await own(manager)).row
    await navigation.go(manager, Feedback.main if row is not None and row.comment else Feedback.comment)
