"""What the card of a visit that is over shows beside the visit: what came out of it, its files, «again»."""

from collections.abc import Sequence
from typing import Any

from aiogram_dialog import DialogManager

from clinic import history
from clinic.history import Details
from dialogs import cards, for_whom, papers
from dialogs.own_visits import own_visit
from dialogs.sent_files import kind_name
from dialogs.states import Booking, Feedback
from dialogs.widgets import Choice, noted, shorten
from locales import Translator
from storage.appointments import Visit
from storage.history import MISSED
from storage.visit_files import VisitFileRow

_LONGEST = 300
"""So much of each thing that a doctor wrote stands on the card; all of it is a press away."""
_CLINICS, _OWN = 3, 4
"""Buttons for files on the card, the clinic's and the patient's own; of these two beside the clinic's."""


async def details(manager: DialogManager) -> Details:
    """Read what there is, noted in the journal."""
    data = manager.middleware_data
    return await history.details(
        data["database"], data["event_chat"].id, manager.dialog_data["appointment_id"], data["clock"].now()
    )


def shown(tr: Translator, visit: Visit, found: Details) -> dict[str, Any]:
    """Word the card; a section only where there is something."""
    parts = [cards.card(tr, visit, found.outcome)]
    if found.outcome == MISSED:
        phone = visit.place.facility.phone
        parts.append(tr.html("Were you there after all? Call the clinic: {phone}", phone=phone))
    if found.result:
        parts.append(tr.html("<b>Result</b>\n{text}", text=_beginning(found.result)))
    if found.recommendations:
        parts.append(tr.html("<b>Recommendations</b>\n{text}", text=_beginning(found.recommendations)))
    if found.files:
        names = [cards.escape(f"🏥 {shorten(row.name, 60)}") for row in found.files[:_CLINICS]]
        more = len(found.files) - _CLINICS
        if more > 0:
            names.append(tr.plural("and {count} more file", "and {count} more files", more))
        parts.append("\n".join([tr("<b>From the clinic</b>"), *names]))
    named = [
        tr.html("📎 {kind}: {name}", kind=kind_name(tr, row.kind), name=shorten(row.name, 60))
        for row in found.documents
    ]
    if named:
        parts.append("\n".join([*([tr("<b>Your documents</b>")] if found.files else []), *named]))
    if found.rating is not None:
        parts.append(tr("Your rating: {rating} of 5", rating=found.rating))
        if found.is_void:
            parts[-1] += ". " + tr("It does not count: the clinic says that you did not come.")
    return {
        "text": "\n\n".join(parts),
        "rating": _rating(tr, found),
        "has_more": _has_more(found),
        "clinics": clinics_files(found.files[:_CLINICS]),
        "files": [
            Choice(noted(f"📎 {row.name}", kind_name(tr, row.kind).lower()[:12]), row.id)
            for row in found.documents[: 2 if found.files else _OWN]
        ],
        "is_over": True,
        "ways": [Choice(tr("📅 Out of the calendar"), "ics")] if visit.appointment.cancelled_at else [],
    }


def _beginning(text: str) -> str:
    """Take what has room on the card, up to the end of a word."""
    first, *others = cut(text, _LONGEST, _LONGEST)
    return f"{first}…" if others else first


def cut(text: str, length: int, first: int) -> list[str]:
    """Cut a text into parts, at the end of a line or of a word where there is one in the second half.

    `first`: the length of the first part.
    """
    parts: list[str] = []
    while len(text) > (room := length if parts else first):
        ends = [text.rfind(sign, room // 2, room + 1) for sign in ("\n", " ")]
        end = next((at for at in ends if at > 0), room)
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, text] if text else parts


def _has_more(found: Details) -> bool:
    """Tell whether the card leaves out something that the clinic wrote."""
    is_cut = any(len(text) > _LONGEST for text in (found.result, found.recommendations))
    return is_cut or len(found.files) > _CLINICS


def clinics_files(rows: Sequence[VisitFileRow]) -> list[Choice]:
    """Make a button for each file of the clinic."""
    return [Choice(f"🏥 {row.name}", row.id) for row in rows]


def _rating(tr: Translator, found: Details) -> list[Choice]:
    """Make the button that rates, or opens what was said."""
    if found.rating is not None:
        label = tr("⭐ Change the rating") if found.can_rate else tr("⭐ My rating")
        return [Choice(label, "main")]
    return [Choice(tr("⭐ Rate the visit"), "rate")] if found.can_rate else []


async def open_rating(manager: DialogManager, value: str) -> None:
    """Rate this visit, or look at what was said of it."""
    state = Feedback.rate if value == "rate" else Feedback.main
    await manager.start(state, {"appointment_id": manager.dialog_data["appointment_id"]})


async def open_file(manager: DialogManager, value: str) -> None:
    """Send a document of the visit; whose it is is asked when it is read."""
    await papers.send_document(manager, for_whom.as_id(value))


async def open_clinics_file(manager: DialogManager, value: str) -> None:
    """Send a file of the clinic; whose visit it is of is asked when it is read."""
    await papers.send_clinics_file(manager, for_whom.as_id(value))


async def book_again(manager: DialogManager) -> None:
    """Book the same once more: patient, doctor, service and purpose are kept, the time is chosen anew."""
    visit = await own_visit(manager)
    row = visit.appointment
    data: dict[str, Any] = {"schedule_id": row.schedule_id, "patient_id": row.patient_id}
    if row.service_id is not None:
        data["service_id"] = row.service_id
    if purpose := row.words.get("purpose"):
        data["purpose"] = purpose
    await manager.start(Booking.day, data)
