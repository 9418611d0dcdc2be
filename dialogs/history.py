"""What is over: past visits, each a card from which the same is booked again."""

from typing import Any

from aiogram_dialog import DialogManager, Window

from clinic import visits
from clinic.clock import Clock
from dialogs import cards, for_whom, navigation
from dialogs.own_visits import own_visit
from dialogs.states import Booking, Visits
from dialogs.widgets import Choice, Choices, OnChoice, Pager, screen, shorten
from locales import Translator, capital
from storage.database import Database

_PAGE_SIZE = 6


async def open_past(manager: DialogManager) -> None:
    """Show the visits that are over."""
    await navigation.go(manager, Visits.past)


async def past(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the visits that are over or were cancelled, of the family or of one person, the last first."""
    data = dialog_manager.dialog_data
    chat_id: int = dialog_manager.middleware_data["event_chat"].id
    whose = data.get("whose")
    found = await visits.past(database, chat_id, clock.now(), data.get("page", 0), _PAGE_SIZE, whose)
    if not found.items and not found.number:
        return {"text": tr("There are no past visits yet.")}
    is_family = len(await for_whom.known(dialog_manager)) > 1
    lines = []
    for visit in found.items:
        when = cards.local(visit.appointment.starts_at, visit.place.facility.timezone)
        name = f"{visit.person.short_name}, " if is_family else ""
        status = cards.status_line(tr, visit.appointment.status)
        lines.append(
            tr.html(
                "• {name}{when}: {specialty}, {doctor}",
                name=name,
                when=capital(tr.day(when.date())),
                specialty=tr.name(visit.place.specialty_ru, visit.place.specialty_en).lower(),
                doctor=visit.place.doctor_short,
            )
            + (f" · {status}" if status else "")
        )
    return {
        "text": tr("<b>Past visits</b>") + "\n\n" + "\n".join(lines),
        "choices": [
            Choice(shorten(cards.visit_label(tr, visit)), visit.appointment.id) for visit in found.items
        ],
        "page": found.number,
        "has_next": found.has_next,
    }


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


def window(open_card: OnChoice) -> Window:
    """Make the window; a dispatcher needs its own."""
    return screen(Visits.past, past, Choices("v", open_card), Pager(), personal=True)
