"""«Документы»: a patient's files, sealed. Listed, added, looked at, replaced, deleted."""

from typing import Any

from aiogram_dialog import Data, Dialog, DialogManager

from clinic import documents, patients
from clinic.documents import KINDS
from clinic.errors import NotRegistered
from dialogs import cards, navigation, needs, papers, sent_files
from dialogs.sent_files import kind_name
from dialogs.states import Documents
from dialogs.widgets import Act, Choice, Choices, Pager, screen, shorten
from locales import Translator, later
from storage.documents import DocumentRow

PAGE_SIZE = 5


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
        names = needs.names(tr, tuple(folder.missing))
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
    await papers.send_document(manager, manager.dialog_data["document_id"])


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


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Documents.list,
            listed,
            Choices("d", open_document),
            Pager(),
            Act("add", "➕ Add", sent_files.add),
            typed=sent_files.take_without_kind,
            expected=later("Press «Add», or send the file or photo at once."),
            personal=True,
        ),
        screen(
            Documents.person,
            people,
            Choices("p", choose_person),
            Pager("people"),
            typed=sent_files.take_one_more,
            personal=True,
        ),
        screen(
            Documents.kind,
            sent_files.kinds,
            Choices("k", sent_files.choose_kind),
            typed=sent_files.take_one_more,
            personal=True,
        ),
        screen(
            Documents.send,
            sent_files.send,
            Act("done", "✅ Ready", sent_files.finish, shown_if="has_added"),
            typed=sent_files.take_file,
            expected=later("I am waiting for a photo or a file: PDF, JPG or PNG up to 5 MB."),
            personal=True,
        ),
        screen(
            Documents.item,
            item,
            Act("show", "👁 Show", show),
            Act("replace", "🔁 Replace", replace),
            Act("delete", "🗑 Delete", ask_delete),
            personal=True,
        ),
        screen(Documents.delete, deleting, Act("yes", "🗑 Yes, delete", delete), personal=True),
        on_start=begin,
    )
