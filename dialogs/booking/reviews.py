"""What patients write about a doctor, or about the doctors of a clinic: the latest first, whole."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import finding, reviews
from clinic.clock import Clock
from dialogs import cards, navigation
from dialogs.feedback import words
from dialogs.history import turning
from dialogs.states import Booking
from locales import Translator
from storage.database import Database
from storage.reviews import Of, Review

PAGE_SIZE = 5
ROOM = 460
"""So many characters of reviews are shown at once, beyond the first of them."""
_OF = "reviews_of"
DOCTOR, FACILITY = "doctor", "facility"


async def open_of_doctor(manager: DialogManager) -> None:
    """Show the reviews of the doctor that is looked at."""
    await _open(manager, DOCTOR)


async def open_of_facility(manager: DialogManager) -> None:
    """Show those of all doctors of the clinic that is looked at."""
    await _open(manager, FACILITY)


async def _open(manager: DialogManager, of: str) -> None:
    turning.begin_anew(manager)
    manager.dialog_data[_OF] = of
    await navigation.go(manager, Booking.reviews)


async def window(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show as many as fit, five at most."""
    data, now = dialog_manager.dialog_data, clock.now()
    is_of_doctor = data.get(_OF) != FACILITY
    if is_of_doctor:
        doctor = (await finding.doctor_card(database, data["schedule_id"], now)).row
        of, name, rating = Of(doctor_id=doctor.doctor_id), doctor.full_name, doctor.rating
    else:
        facility = await finding.facility_card(database, data["facility_id"], now)
        of, name, rating = Of(facility_id=facility.row.id), facility.row.name, facility.rating
    turn, page = turning.present(dialog_manager)
    after = None if turn is None else (turn.appointment_id, turn.is_newer)
    found = await reviews.stretch(database, of, after, PAGE_SIZE)
    head = tr.html("<b>Reviews: {name}</b>", name=name) + "\n" + words.rating_line(tr, rating)
    if not found.items:
        return {"text": head + "\n\n" + tr("Nobody has written anything yet.")}
    shown = _fitting(found.items, from_end=found.is_read_back)
    is_cut = len(shown) < len(found.items)
    has_newer = found.has_newer or (is_cut and found.is_read_back)
    return {
        "text": "\n\n".join([head, *(_worded(tr, one, is_of_doctor=is_of_doctor) for one in shown)]),
        "page": max(page, 1) if has_newer else 0,
        "has_newer": has_newer,
        "has_older": found.has_older or is_cut,
        "newest": shown[0].id,
        "oldest": shown[-1].id,
    }


def _fitting(items: tuple[Review, ...], *, from_end: bool) -> list[Review]:
    """Take the first ones, or the last ones, that one screen has room for; one at least."""
    taken: list[Review] = []
    room = ROOM
    for one in reversed(items) if from_end else items:
        room -= len(one.comment) + len(one.doctor) + 40
        if taken and room < 0:
            break
        taken.append(one)
    return taken[::-1] if from_end else taken


def _worded(tr: Translator, review: Review, *, is_of_doctor: bool) -> str:
    who = tr("patient, {month}", month=words.month(tr, review.given_at))
    parts = [words.stars(review.rating), *([] if is_of_doctor else [review.doctor]), who]
    return cards.escape(" · ".join(parts) + "\n" + review.comment)
