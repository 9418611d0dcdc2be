"""«Документы»: a patient's files, sealed. Listed, added (several at once), looked at, replaced, deleted."""

from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, Message
from aiogram_dialog import Data, Dialog, DialogManager, ShowMode

from clinic import documents, patients, rules
from clinic.documents import KINDS, NewDocument
from clinic.errors import NotFound, NotRegistered, TooManyDocuments
from dialogs import cards, navigation
from dialogs.states import Documents
from dialogs.widgets import Act, Choice, Choices, Pager, screen, shorten
from dialogs.wording import bad_input, refusal
from documents.recognise import LARGEST, Unrecognised, recognise
from locales import Translator, later
from storage.documents import DocumentRow

PAGE_SIZE = 5
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


async def begin(data: Data, manager: DialogManager) -> None:
    """Begin with the only patient, or with the question whose documents; `data` may name patient and kind."""
    given = data if isinstance(data, dict) else {}
    middleware = manager.middleware_data
    known = await patients.patients(middleware["database"], middleware["event_chat"].id)
    if not known:
        raise NotRegistered
    manager.dialog_data["patient_id"] = given.get("patient_id", known[0].id)
    if given.get("kind") in KINDS:
        manager.dialog_data["kind"] = given["kind"]
        await navigation.skip_to(manager, Documents.send)
        return
    if "waiting" in given:
        manager.dialog_data["waiting"] = given["waiting"]
    if len(known) > 1 and "patient_id" not in given:
        await navigation.skip_to(manager, Documents.person)


# --- whose


async def people(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask whose documents."""
    middleware = dialog_manager.middleware_data
    known = await patients.patients(middleware["database"], middleware["event_chat"].id)
    number: int = dialog_manager.dialog_data.get("page", 0)
    page = known[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
    return {
        "text": tr("Whose documents?"),
        "choices": [Choice(shorten(row.person.full_name), row.id) for row in page],
        "page": number,
        "has_next": len(known) > (number + 1) * PAGE_SIZE,
    }


async def choose_person(manager: DialogManager, value: str) -> None:
    """Open a person's documents, or ask what was sent; whose they are is asked when they are touched."""
    manager.dialog_data["patient_id"] = int(value)
    await navigation.go(manager, Documents.kind if manager.dialog_data.get("waiting") else Documents.list)


# --- the list


async def listed(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """List a person's documents and say what is missing."""
    middleware, data = dialog_manager.middleware_data, dialog_manager.dialog_data
    folder = await documents.folder(
        middleware["database"],
        middleware["event_chat"].id,
        data["patient_id"],
        data.get("page", 0),
        PAGE_SIZE,
        middleware["clock"].now(),
    )
    lines = [tr.html("<b>Documents: {name}</b>", name=folder.patient.person.full_name), ""]
    if folder.items:
        lines += [_line(tr, row) for row in folder.items]
    else:
        lines.append(tr("There are no documents here yet."))
    if folder.missing:
        names = ", ".join(kind_name(tr, kind) for kind in folder.missing)
        lines += ["", tr.html("Clinics usually also ask for: {names}.", names=names)]
    lines += ["", tr("They are kept encrypted; only those who book for this person see them.")]
    return {
        "text": "\n".join(lines),
        "choices": [Choice(shorten(_label(tr, row)), row.id) for row in folder.items],
        "page": data.get("page", 0),
        "has_next": folder.has_next,
    }


def _label(tr: Translator, row: DocumentRow) -> str:
    return f"{kind_name(tr, row.kind)} · {tr.short_day(cards.local(row.added_at, 'Europe/Moscow').date())}"


def _line(tr: Translator, row: DocumentRow) -> str:
    return tr.html(
        "• {kind}: {name}, {size}", kind=kind_name(tr, row.kind), name=row.name, size=_size(tr, row.size)
    )


def _size(tr: Translator, size: int) -> str:
    if size < 1024 * 1024:
        return tr("{count} kB", count=max(1, round(size / 1024)))
    return tr("{count} MB", count=tr.number(size / 1024 / 1024))


async def open_document(manager: DialogManager, value: str) -> None:
    """Open one document's window."""
    manager.dialog_data["document_id"] = int(value)
    await navigation.go(manager, Documents.item)


# --- adding


async def add(manager: DialogManager) -> None:
    """Ask what is going to be sent."""
    manager.dialog_data.pop("replaces", None)
    await navigation.go(manager, Documents.kind)


async def kinds(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the kind: of passport and birth certificate, the one for the person's age."""
    middleware = dialog_manager.middleware_data
    known = await patients.patients(middleware["database"], middleware["event_chat"].id)
    today = middleware["clock"].now().date()
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
    """Go back to the list."""
    manager.dialog_data.pop("added", None)
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
        content = await _download(manager, file)
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


async def _download(manager: DialogManager, file: dict[str, Any]) -> bytes:
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


# --- one document


async def item(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what a document is."""
    row = await _document(dialog_manager)
    added_on = cards.local(row.added_at, "Europe/Moscow").date()
    return {
        "text": tr.html(
            "<b>{kind}</b>\n{name}, {size}\nAdded on {date}",
            kind=kind_name(tr, row.kind),
            name=row.name,
            size=_size(tr, row.size),
            date=tr.day_with_year(added_on),
        )
    }


async def _document(manager: DialogManager) -> DocumentRow:
    middleware = manager.middleware_data
    return await documents.document(
        middleware["database"], middleware["event_chat"].id, manager.dialog_data["document_id"]
    )


async def show(manager: DialogManager) -> None:
    """Send the file into the chat; it cannot be forwarded from there."""
    middleware = manager.middleware_data
    row, content = await documents.content(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["document_id"],
        middleware["clock"].now(),
    )
    await middleware["bot"].send_document(
        middleware["event_chat"].id, BufferedInputFile(content, row.name), protect_content=True
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def replace(manager: DialogManager) -> None:
    """Wait for a file in place of this one; the old one goes when the new one is kept."""
    row = await _document(manager)
    manager.dialog_data.update(kind=row.kind, patient_id=row.patient_id, replaces=row.id)
    await navigation.go(manager, Documents.send)


async def ask_delete(manager: DialogManager) -> None:
    """Ask before deleting."""
    await navigation.go(manager, Documents.delete)


async def deleting(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask whether the document is to be deleted."""
    row = await _document(dialog_manager)
    return {
        "text": tr.html(
            "Delete «{kind}» ({name})? It cannot be brought back.",
            kind=kind_name(tr, row.kind),
            name=row.name,
        )
    }


async def delete(manager: DialogManager) -> None:
    """Delete the document."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    await documents.delete(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["document_id"],
        middleware["clock"].now(),
    )
    manager.dialog_data["hint"] = tr("The document is deleted.")
    navigation.forget_trail(manager)
    await navigation.skip_to(manager, Documents.list)


async def take_unasked(manager: DialogManager, message: Message) -> bool:
    """Take a file sent to a window that did not ask for one, of somebody with an account."""
    middleware, file = manager.middleware_data, described(message)
    if file is None or not await patients.patients(middleware["database"], middleware["event_chat"].id):
        return False
    await manager.start(Documents.kind, {"waiting": [file]})
    return True


async def _sent_unasked(manager: DialogManager, message: Message) -> bool:
    """Take a file that was sent without «Add»: ask what it is, then keep it."""
    is_file = await _sent_with_others(manager, message)
    if is_file:
        await navigation.go(manager, Documents.kind)
    return is_file


async def _sent_with_others(manager: DialogManager, message: Message) -> bool:
    """Let a file wait until it is said what it is: the pictures of an album come one by one."""
    file = described(message)
    if file is None:
        return False
    waiting = manager.dialog_data.setdefault("waiting", [])
    if file not in waiting:
        waiting.append(file)
    return True


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Documents.list,
            listed,
            Choices("d", open_document),
            Pager(),
            Act("add", "➕ Add", add),
            typed=_sent_unasked,
            expected=later("Press «Add», or send the file or photo at once."),
        ),
        screen(
            Documents.person, people, Choices("p", choose_person), Pager("people"), typed=_sent_with_others
        ),
        screen(Documents.kind, kinds, Choices("k", choose_kind), typed=_sent_with_others),
        screen(
            Documents.send,
            send,
            Act("done", "✅ Ready", finish, shown_if="has_added"),
            typed=take_file,
            expected=later("I am waiting for a photo or a file: PDF, JPG or PNG up to 5 MB."),
        ),
        screen(
            Documents.item,
            item,
            Act("show", "👁 Show", show),
            Act("replace", "🔁 Replace", replace),
            Act("delete", "🗑 Delete", ask_delete),
        ),
        screen(Documents.delete, deleting, Act("yes", "🗑 Yes, delete", delete)),
        on_start=begin,
    )
