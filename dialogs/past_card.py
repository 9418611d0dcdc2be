"""What the card of a visit that is over shows beside the visit: what came out of it, its files, «again»."""

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

_LONGEST = 1500
"""Of each thing that a doctor wrote; a message has room for two and the card."""


async def details(manager: DialogManager) -> Details:
    """Read what there is, noted in the journal."""
    data = manager.middleware_data
    return await history.details(
        data["database"], data["event_chat"].id, manager.dialog_data["appointment_id"], data["clock"].now()
    )


def shown(tr: Translator, visit: Visit, found: Details) -> dict[str, Any]:
    """Word the card; a section only where there is something."""
    parts = [cards.card(tr, visit, found.outcome)]
    if found.result:
        parts.append(tr.html("<b>Result</b>\n{text}", text=shorten(found.result, _LONGEST)))
    if found.recommendations:
        parts.append(tr.html("<b>Recommendations</b>\n{text}", text=shorten(found.recommendations, _LONGEST)))
    named = [
        tr.html("📎 {kind}: {name}", kind=kind_name(tr, row.kind), name=shorten(row.name, 60))
        for row in found.documents
    ]
    if named:
        parts.append("\n".join(named))
    if found.rating is not None:
        parts.append(tr("Your rating: {rating} of 5", rating=found.rating))
    return {
        "text": "\n\n".join(parts),
        "rating": _rating(tr, found),
        "files": [
            Choice(noted(f"📎 {row.name}", kind_name(tr, row.kind).lower()[:12]), row.id)
            for row in found.documents[:4]
        ],
        "is_over": True,
        "ways": [Choice(tr("📅 Out of the calendar"), "ics")] if visit.appointment.cancelled_at else [],
    }


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
