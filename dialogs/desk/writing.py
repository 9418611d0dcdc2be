"""An answer at the desk until it is sent: words and files, in as many messages as one likes."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager, Window

from clinic import codes, support
from clinic.errors import NotFound, RequestChanged
from clinic.support import NewPost
from dialogs import navigation
from dialogs.states import Desk
from dialogs.support import words as of_support
from dialogs.support import writing as drafts
from dialogs.widgets import Act, screen, shorten
from dialogs.wording import bad_input, refusal
from documents.recognise import Unrecognised
from locales import Translator, later


async def begin(manager: DialogManager) -> None:
    """Begin an answer; its number is the same however often it is sent."""
    manager.dialog_data.update(text="", files=[], post_id=codes.new_id())
    await navigation.go(manager, Desk.answer)


async def main(
    dialog_manager: DialogManager, tr: Translator, admin_ids: tuple[int, ...], **_: Any
) -> dict[str, Any]:
    """Ask for the answer, or repeat what is written so far."""
    if dialog_manager.middleware_data["event_chat"].id not in admin_ids:
        raise NotFound
    data = dialog_manager.dialog_data
    text, files = data["text"], data["files"]
    lines = [tr("<b>Your answer</b>"), ""]
    if not text and not files:
        lines.append(
            tr("Write it here, for example: «The ticket is sent anew». Photos and files may be added.")
        )
        return {"text": "\n".join(lines)}
    if text:
        lines.append(tr.html("You write: «{text}»", text=shorten(text, drafts.SHOWN)))
    if files:
        lines.append(tr.plural("📎 {count} file", "📎 {count} files", len(files)))
    lines += ["", tr("Press «Send», or write on, or add a screenshot.")]
    return {"text": "\n".join(lines), "has_draft": True}


async def take(manager: DialogManager, message: Message) -> bool:
    """Take words and files."""
    return await drafts.collect(manager, message)


async def send(manager: DialogManager) -> None:
    """Send it, unless something has happened in the request since: that is said first."""
    data, middleware = manager.dialog_data, manager.middleware_data
    tr: Translator = middleware["tr"]
    try:
        new = NewPost(data["post_id"], data["text"], await drafts.fetched(manager))
        row = await support.answer(
            middleware["database"],
            middleware["event_chat"].id,
            middleware["admin_ids"],
            data["request_id"],
            new,
            middleware["event_from_user"].first_name,
            middleware["clock"].now(),
            (data["seen"][0], data["seen"][1]),
        )
    except Unrecognised as error:
        data.update(hint=bad_input(tr, error.problem), files=[])
        return
    except RequestChanged as error:
        said = tr("Nothing was sent. Press «Send» again only if your words are needed all the same.")
        data.update(hint=f"{refusal(tr, error)}\n{said}", seen=list(error.seen))
        return
    middleware["outbox"].wake()
    data.update(text="", files=[])
    data["hint"] = tr.html(
        "✅ Your answer to the request {number} is on its way.", number=of_support.number(row)
    )
    await navigation.skip_to(manager, Desk.main)


def window() -> Window:
    """Make the window."""
    return screen(
        Desk.answer,
        main,
        Act("send", "✅ Send", send, shown_if="has_draft"),
        Act("clear", "🗑 Begin anew", drafts.clear, shown_if="has_draft"),
        typed=take,
        expected=later("Please write it in words, or send a photo or a file."),
        is_prose=True,
        personal=True,
    )
