"""What was said of a visit: shown, changed, taken back."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import feedback
from dialogs import cards, navigation, typing
from dialogs.feedback import words
from dialogs.feedback.rating import about, own, place
from dialogs.states import Feedback
from dialogs.widgets import Choice, shorten
from locales import Translator
from storage.feedback import BOOKING


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
        lines += ["", cards.escape(f"«{shorten(row.comment, 160)}»")]
        lines += [] if row.is_void else [words.fate(tr, row)]
    if row.is_void:
        lines += ["", tr("It does not count: the clinic says that you did not come.")]
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
