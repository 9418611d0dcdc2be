"""What is written to support until it is sent: words and files, in as many messages as one likes."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import codes, rules, support
from clinic.support import NewFile, NewPost
from dialogs import alarms, lock, navigation, sent_files
from dialogs.states import Support
from dialogs.support import words
from dialogs.widgets import shorten
from dialogs.wording import bad_input
from documents.recognise import Unrecognised, recognise
from locales import Translator
from storage.support import RequestRow

SHOWN = 250
"""Characters of what was written that the window repeats."""


async def begin(manager: DialogManager, kind: str, *, text: str = "", mistake: str | None = None) -> None:
    """Begin a draft of a new request and show its window."""
    manager.dialog_data.update(
        is_more=False, kind=kind, text=text, mistake=mistake, files=[], post_id=codes.new_id()
    )
    await navigation.go(manager, Support.write)


async def begin_more(manager: DialogManager, request_id: int) -> None:
    """Begin a draft that goes into a request that there is."""
    manager.dialog_data.update(
        is_more=True, request_id=request_id, text="", mistake=None, files=[], post_id=codes.new_id()
    )
    await navigation.go(manager, Support.write)


async def write(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask what happened, or repeat what is written so far; while the chat is locked only its length."""
    data = dialog_manager.dialog_data
    text, files = data["text"], data["files"]
    if data["is_more"]:
        lines = [tr("<b>More to your request</b>")]
    else:
        lines = [f"<b>{words.kind_name(tr, data['kind'])}</b>"]
    if data.get("mistake"):
        lines.append(tr.html("I attach the number of the failure: {number}.", number=data["mistake"]))
    lines.append("")
    if not text and not files:
        lines += [_invitation(tr), "", _terms(tr)]
        return {"text": "\n".join(lines)}
    if text and await lock.is_locked(dialog_manager):
        lines.append(tr.plural("Written: {count} character.", "Written: {count} characters.", len(text)))
    elif text:
        lines.append(tr.html("You write: «{text}»", text=shorten(text, SHOWN)))
    if files:
        lines.append(tr.plural("📎 {count} file", "📎 {count} files", len(files)))
    lines += ["", tr("Press «Send», or write on, or add a screenshot.")]
    return {"text": "\n".join(lines), "has_draft": True}


def _invitation(tr: Translator) -> str:
    return tr(
        "Write what happened: what you pressed and what you saw. You may add screenshots, {count} at most:"
        " PDF, JPG or PNG, each up to 5 MB.\n\n"
        "For example: «I booked a therapist, and the ticket does not come».",
        count=rules.REQUEST_FILES,
    )


def _terms(tr: Translator) -> str:
    return tr("An administrator reads it. By sending it you agree that what you wrote is processed (152-FZ).")


async def take(manager: DialogManager, message: Message) -> bool:
    """Take words and files of somebody who asks; signs of danger are answered at once."""
    await alarms.say(manager, (message.text or message.caption or "").strip())
    return await collect(manager, message)


async def collect(manager: DialogManager, message: Message) -> bool:
    """Take words and files, one after the other also those of an album; a caption is words."""
    data, tr = manager.dialog_data, manager.middleware_data["tr"]
    file = sent_files.described(message)
    said = (message.text or message.caption or "").strip()
    if file is None and not said:
        return False
    if file is not None:
        _add_file(data, tr, file, await _fault(manager, file))
    joined = "\n".join(filter(None, (data["text"], said)))
    if support.length(joined) > rules.REQUEST_LENGTH:
        data["hint"] = bad_input(tr, "request_long")
    else:
        data["text"] = joined
    return True


async def take_more(manager: DialogManager, message: Message) -> bool:
    """Take what is written in the window of a request: it begins a draft of more to it."""
    if not manager.middleware_data["admin_ids"]:
        manager.dialog_data["hint"] = words.unread(manager.middleware_data["tr"])
        return True
    if sent_files.described(message) is None and not (message.text or "").strip():
        return False
    await begin_more(manager, manager.dialog_data["request_id"])
    return await take(manager, message)


def _add_file(data: dict[str, Any], tr: Translator, file: dict[str, Any], fault: str) -> None:
    if file["source"] in [one["source"] for one in data["files"]]:
        return
    if fault or len(data["files"]) >= rules.REQUEST_FILES:
        data["hint"] = bad_input(tr, fault or "request_files")
        return
    data["files"].append(file)


async def _fault(manager: DialogManager, file: dict[str, Any]) -> str:
    """Name what is wrong with a file, while it can be sent anew; empty where nothing is."""
    try:
        recognise(await sent_files.download(manager, file))
    except Unrecognised as error:
        return error.problem
    return ""


async def clear(manager: DialogManager) -> None:
    """Begin the text anew."""
    manager.dialog_data.update(text="", files=[])


async def send(manager: DialogManager) -> None:
    """Send what is written; the files are fetched once more and kept sealed."""
    data, middleware = manager.dialog_data, manager.middleware_data
    tr: Translator = middleware["tr"]
    try:
        files = await fetched(manager)
    except Unrecognised as error:
        data["hint"] = bad_input(tr, error.problem)
        data["files"] = []
        return
    new = NewPost(data["post_id"], data["text"], files)
    row = await _post(manager, new)
    middleware["outbox"].wake()
    data.update(number=words.number(row), request_id=row.id, text="", files=[])
    await navigation.skip_to(manager, Support.sent)


async def fetched(manager: DialogManager) -> tuple[NewFile, ...]:
    """Fetch the files of the draft; raises Unrecognised."""
    files = []
    for file in manager.dialog_data["files"]:
        content = await sent_files.download(manager, file)
        files.append(NewFile(recognise(content).media_type, content))
    return tuple(files)


async def _post(manager: DialogManager, new: NewPost) -> RequestRow:
    """Begin the request, or write more in it; raises what the use cases refuse."""
    data, middleware = manager.dialog_data, manager.middleware_data
    database, chat_id, now = middleware["database"], middleware["event_chat"].id, middleware["clock"].now()
    admin_ids = middleware["admin_ids"]
    if data.get("is_more"):
        return await support.add(database, chat_id, data["request_id"], new, admin_ids, now)
    return await support.ask(
        database, chat_id, middleware["tr"].language, data["kind"], new, admin_ids, now, data.get("mistake")
    )


async def sent(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say the number and where the answer comes."""
    return {
        "text": tr.html(
            "✅ <b>Sent. Request {number}</b>\n\nAn administrator reads it and answers here, in this chat."
            " You need not wait: the answer comes as a message.",
            number=dialog_manager.dialog_data["number"],
        )
    }
