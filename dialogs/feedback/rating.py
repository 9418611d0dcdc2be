"""Rating a visit, the five questions after it, and the window that shows what was said."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import Message
from aiogram_dialog import Data, DialogManager

from clinic import feedback
from clinic.clock import Clock
from clinic.feedback import Opinion
from dialogs import cards, navigation, typing
from dialogs.feedback import words
from dialogs.states import Feedback
from dialogs.typed import Getter
from dialogs.widgets import Choice, shorten
from locales import Translator
from storage.feedback import BOOKING, POINTS, VISIT

STEPS: dict[str, State] = {
    "timely": Feedback.timely,
    "information": Feedback.information,
    "convenience": Feedback.convenience,
    "notifications": Feedback.notifications,
    "protection": Feedback.protection,
}
"""The window of each of POINTS, in their order."""
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
    found = await feedback.rate(*place(manager), _digit(value), now)
    row = found.row
    is_first = row is not None and not row.comment and not any(row.points.values())
    await navigation.go(manager, Feedback.timely if is_first else Feedback.main)


async def rate_wanted(manager: DialogManager) -> None:
    """Give the rating that was pressed under the question while the chat was locked."""
    if wanted := manager.dialog_data.pop("wanted", None):
        await choose_rating(manager, str(wanted))


def _digit(text: str) -> int:
    return int(text) if len(text) == 1 and text.isascii() and text.isdigit() else 0


def typed(choose: Callable[[DialogManager, str], Awaitable[None]]) -> Any:
    """Make what a window of a scale does with a typed digit: the same as with the press."""

    async def understand(manager: DialogManager, message: Message) -> bool:
        text = (message.text or "").strip(" .!⭐")
        if not 1 <= _digit(text) <= 5:
            return False
        await choose(manager, text)
        return True

    return understand


# --- the five points


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
        await feedback.answer(*place(manager), point, _digit(value), now)
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


# --- what was said


async def main(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what was said and what can be done with it."""
    found = await own(dialog_manager)
    row = found.row
    if row is None:
        return {
            "text": tr("Nothing is rated here now.") + "\n\n" + "\n".join(words.of_visit(tr, found.visit))
        }
    is_booking = row.about == BOOKING
    title = tr("<b>Booking: {rating} of 5</b>") if is_booking else tr("<b>Your rating: {rating} of 5</b>")
    lines = [title.format(rating=row.rating), *words.of_visit(tr, found.visit)]
    answered = sum(value is not None for value in row.points.values())
    if answered:
        lines += ["", tr("Questions about the service answered: {count} of 5", count=answered)]
    if row.comment:
        lines += ["", cards.escape(f"«{shorten(row.comment, 160)}»"), words.fate(tr, row)]
    if found.can_rate:
        lines += ["", words.until(tr, found)]
    write = tr("✏️ Change the review") if row.comment else tr("✍️ Write a review")
    return {
        "text": "\n".join(lines),
        "can_rate": found.can_rate and not is_booking,
        "write": [Choice(write, "write")] if found.can_rate else [],
        "is_given": True,
    }


async def open_rating(manager: DialogManager) -> None:
    """Ask for the rating anew."""
    await navigation.go(manager, Feedback.rate)


async def open_points(manager: DialogManager) -> None:
    """Ask the five questions."""
    await navigation.go(manager, Feedback.timely)


async def open_comment(manager: DialogManager, value: str = "") -> None:
    """Ask for a comment."""
    await navigation.go(manager, Feedback.comment)


async def open_removal(manager: DialogManager) -> None:
    """Ask whether all is to be taken back."""
    await navigation.go(manager, Feedback.remove)


async def removal(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say what taking back does."""
    found = await own(dialog_manager)
    lines = [
        tr("<b>Take back rating and review?</b>"),
        *words.of_visit(tr, found.visit),
        "",
        tr("They are deleted: the doctor's rating is counted without yours."),
    ]
    return {"text": "\n".join(lines)}


async def remove(manager: DialogManager) -> None:
    """Delete all that was said."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    await feedback.take_back(*place(manager), middleware["clock"].now(), about(manager))
    await navigation.leave(manager, tr("Rating and review are taken back."))


async def type_removal(manager: DialogManager, message: Message) -> bool:
    """Take «да» for taking back, «нет» for leaving it."""
    word = typing.command_word(message.text)
    if word == "yes":
        await remove(manager)
    elif word == "no":
        await navigation.go_back(manager)
    return word in ("yes", "no")
