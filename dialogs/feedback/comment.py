"""The comment: written, changed, taken back."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import feedback, rules
from dialogs import navigation, typing
from dialogs.feedback import words
from dialogs.feedback.rating import about, own, place
from dialogs.states import Feedback
from dialogs.widgets import Choice, shorten
from locales import Translator
from storage.feedback import BOOKING


async def window(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for a comment, and say who will read it."""
    found = await own(dialog_manager)
    row = found.row
    if about(dialog_manager) == BOOKING:
        lines = [
            tr("<b>What should be better about booking?</b>"),
            tr("Type it in your own words. Only those who look after this bot read it."),
        ]
    else:
        lines = [
            tr("<b>What would you tell other patients about this visit?</b>"),
            tr("Type it in your own words. For example: the doctor explained everything and took time."),
            "",
            tr.html(
                "It is signed «patient, {month}», without a name. Please leave out names, phones and what"
                " tells of you: such a review waits to be checked.",
                month=words.month(tr, found.visit.appointment.starts_at),
            ),
        ]
    has_comment = row is not None and bool(row.comment)
    if row is not None and row.comment:
        lines += ["", tr.html("Now: «{comment}»", comment=shorten(row.comment, 100))]
    tools = [Choice(tr("🗑 Take the review back"), "drop")] if has_comment else []
    return {"text": "\n".join(lines), "tools": [*tools, Choice(tr("Skip ›"), "skip")]}


async def use_tool(manager: DialogManager, value: str) -> None:
    """Take the comment back, or write none."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    if value == "drop":
        await feedback.take_comment_back(*place(manager), middleware["clock"].now(), about(manager))
        manager.dialog_data["hint"] = tr("The review is taken back.")
    await navigation.go(manager, Feedback.main)


async def understand(manager: DialogManager, message: Message) -> bool:
    """Take typed words as the comment; «нет» writes none."""
    text = typing.parse_sentence(message.text, rules.COMMENT_LENGTH)
    if text is None:
        return False
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    if text:
        await feedback.comment(
            *place(manager), text, middleware["clock"].now(), middleware["admin_ids"], about(manager)
        )
        middleware["outbox"].wake()
        manager.dialog_data["hint"] = (
            words.too_long(tr)
            if typing.is_too_long(message.text, rules.COMMENT_LENGTH)
            else tr("Thank you, it is written down.")
        )
    await navigation.go(manager, Feedback.main)
    return True
