"""Files that a person sends: what each is is asked, then it is downloaded, recognised and kept."""

from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import documents, patients, rules
from clinic.clock import moscow_day
from clinic.documents import KINDS, NewDocument
from clinic.errors import NotFound, TooManyDocuments
from dialogs import navigation
from dialogs.states import Documents
from dialogs.widgets import Choice
from dialogs.wording import bad_input, refusal
from documents.recognise import LARGEST, Unrecognised, recognise
from locales import Translator, later

RETURNS = "returns"
"""Started with this, a conversation that adds one thing ends as soon as that is kept."""
_NAMES = {
    "passport": later("Passport"),
    "birth_certificate": later("Birth certificate"),
    "snils": later("SNILS"),
    "policy": later("OMS policy"),
    "referral": later("Referral"),
    "pregnancy": later("Pregnancy certificate"),
    "results": later("Results of tests"),
    "benefit": later("Proof of a benefit"),
    "other": later("Another document"),
}


def kind_name(tr: Translator, kind: str) -> str:
    """Name a kind of document."""
    return tr(_NAMES.get(kind, _NAMES["other"]))


async def add(manager: DialogManager) -> None:
    """Ask what is going to be sent."""
    manager.dialog_data.pop("replaces", None)
    await navigation.go(manager, Documents.kind)


async def kinds(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the kind: of passport and birth certificate, the one for the person's age."""
    middleware = dialog_manager.middleware_data
    known = await patients.patients(middleware["database"], middleware["event_chat"].id)
    today = moscow_day(middleware["clock"].now())
    usual = {
        kind
        for row in known
        if row.id == dialog_manager.dialog_data["patient_id"]
        for kind in rules.usual_documents(row.person.born_on, today)
    }
    left_out = {"passport", "birth_certificate"} - usual
    return {
        "text": tr("What is it? Choose, then send the file or a photo."),
        "choices": [Choice(kind_name(tr, kind), kind) for kind in KINDS if kind not in left_out],
    }


async def choose_kind(manager: DialogManager, value: str) -> None:
    """Keep the kind; a file that was sent before the question is taken at once."""
    if value not in KINDS:
        return
    manager.dialog_data["kind"] = value
    await navigation.go(manager, Documents.send)
    waiting = manager.dialog_data.pop("waiting", [])
    for file in waiting:
        await _take(manager, file)


async def send(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Wait for files."""
    data = dialog_manager.dialog_data
    count = data.get("added", 0)
    text = tr.html(
        "<b>{kind}</b>\nSend a photo or a file: PDF, JPG or PNG up to 5 MB. You may send several at once.",
        kind=kind_name(tr, data["kind"]),
    )
    if count:
        text = tr.plural("✅ {count} file is kept.", "✅ {count} files are kept.", count) + "\n\n" + text
    return {"text": text, "has_added": bool(count)}


async def finish(manager: DialogManager) -> None:
    """Go back to the list, or to where this one kind was asked for."""
    added = manager.dialog_data.pop("added", None)
    if navigation.start_data(manager).get(RETURNS):
        await manager.done({"added": added})
        return
    navigation.forget_trail(manager)
    await navigation.skip_to(manager, Documents.list)


async def take_file(manager: DialogManager, message: Message) -> bool:
    """Take a file or a photo that was sent; one by one also those of an album."""
    file = described(message)
    if file is None:
        return False
    await _take(manager, file)
    return True


def described(message: Message) -> dict[str, Any] | None:
    """Name what a message brings: where it is to be had, how large it says it is; None for no file."""
    if message.document is not None:
        file_id, size, name = message.document.file_id, message.document.file_size, message.document.file_name
    elif message.photo:
        file_id, size, name = message.photo[-1].file_id, message.photo[-1].file_size, None
    else:
        return None
    return {"file_id": file_id, "size": size or 0, "name": name or "", "source": str(message.message_id)}


async def _take(manager: DialogManager, file: dict[str, Any]) -> None:
    """Download, recognise and keep a file, or say what is wrong with it."""
    middleware, data = manager.middleware_data, manager.dialog_data
    tr: Translator = middleware["tr"]
    try:
        content = await download(manager, file)
        found = recognise(content)
        name = (file["name"] or kind_name(tr, data["kind"]))[:80].rpartition("/")[2]
        new = NewDocument(
            data["patient_id"],
            data["kind"],
            found.media_type,
            name if name.lower().endswith(found.suffix) else name + found.suffix,
            content,
            file["source"],
        )
        await documents.add(
            middleware["database"], middleware["event_chat"].id, new, middleware["clock"].now()
        )
    except Unrecognised as error:
        data["hint"] = bad_input(tr, error.problem)
        return
    except TooManyDocuments as error:
        data["hint"] = refusal(tr, error)
        return
    data["added"] = data.get("added", 0) + 1
    replaced = data.pop("replaces", None)
    if replaced is not None:
        try:
            await documents.delete(
                middleware["database"], middleware["event_chat"].id, replaced, middleware["clock"].now()
            )
        except NotFound:  # it was deleted meanwhile, or this update is worked a second time
            return


async def download(manager: DialogManager, file: dict[str, Any]) -> bytes:
    """Fetch a file from Telegram; one that says it is too large is not fetched. Raises Unrecognised."""
    if file["size"] > LARGEST:
        raise Unrecognised("file_too_large")
    bot = manager.middleware_data["bot"]
    try:
        found = await bot.get_file(file["file_id"])
        loaded = await bot.download_file(found.file_path)
    except TelegramBadRequest:
        raise Unrecognised("file_gone") from None
    content: bytes = loaded.read()
    return content


async def take_unasked(manager: DialogManager, message: Message) -> bool:
    """Take a file sent to a window that did not ask for one, of somebody with an account."""
    middleware, file = manager.middleware_data, described(message)
    if file is None or not await patients.patients(middleware["database"], middleware["event_chat"].id):
        return False
    await manager.start(Documents.kind, {"waiting": [file]})
    return True


async def take_without_kind(manager: DialogManager, message: Message) -> bool:
    """Take a file that was sent without «Add»: ask what it is, then keep it."""
    is_file = await take_one_more(manager, message)
    if is_file:
        await navigation.go(manager, Documents.kind)
    return is_file


async def take_one_more(manager: DialogManager, message: Message) -> bool:
    """Let a file wait until it is said what it is: the pictures of an album come one by one."""
    file = described(message)
    if file is None:
        return False
    waiting = manager.dialog_data.setdefault("waiting", [])
    if file not in waiting:
        waiting.append(file)
    return True
