"""The card of a doctor, under their picture."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import finding
from clinic.clock import Clock
from dialogs import cards, navigation, portraits
from dialogs.feedback.words import rating_line
from dialogs.states import Booking
from locales import Translator, capital, later
from storage.database import Database
from storage.doctor_cards import DoctorCard, Practice

_CATEGORIES = {
    "высшая категория": later("highest category"),
    "высшая": later("highest category"),
    "первая категория": later("first category"),
    "первая": later("first category"),
    "вторая категория": later("second category"),
    "вторая": later("second category"),
}


def category(tr: Translator, words: str) -> str:
    """Name a doctor's category; one in other words stays as the clinic wrote it."""
    return tr(_CATEGORIES[words.lower()]) if words.lower() in _CATEGORIES else words


def experience(tr: Translator, practising_since: int, year: int) -> str:
    """Say for how long a doctor has practised: «21 год стажа»."""
    return tr.plural("{count} year of practice", "{count} years of practice", max(1, year - practising_since))


async def open_card(manager: DialogManager) -> None:
    """Show the card of the doctor that is looked at."""
    await navigation.go(manager, Booking.about_doctor)


async def about(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Word the card and find the picture."""
    data, now = dialog_manager.dialog_data, clock.now()
    card = await finding.doctor_card(database, data["schedule_id"], now)
    facility = await finding.facility(database, data["facility_id"])
    row, here = card.row, card.practices[0]
    specialty = tr.name(here.specialty_ru, here.specialty_en)
    lines = [
        tr.html("<b>{name}</b>", name=row.full_name),
        tr.html("{details}", details=", ".join(filter(None, (specialty, category(tr, row.category))))),
        rating_line(tr, row.rating),
        capital(experience(tr, row.practising_since, now.year))
        + " "
        + tr("(since {year})", year=row.practising_since),
        tr.html("🎓 {education}", education=card.education) if card.education else "",
        _languages(tr, card),
        "",
        tr.html("🏥 {place}", place=_place(tr, here)),
        *(_also(tr, practice) for practice in card.practices[1:3]),
    ]
    lines.append("")
    if row.nearest_at is None:
        lines.append(tr("This doctor has no free times now."))
    else:
        when = cards.day_and_time(tr, row.nearest_at, facility.timezone)
        lines.append(tr("Nearest free time: {when}", when=when))
    if card.is_demo:
        lines.append(tr("<i>A demonstration: no such doctor exists.</i>"))
    text = "\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line or before)
    return {"text": text, "photo": await portraits.of(card, database.path), "has_reviews": card.has_reviews}


def _languages(tr: Translator, card: DoctorCard) -> str:
    named = [tr.language_name(code) for code in card.languages]
    if not named:
        return ""
    return tr.html("🗣 {languages}", languages=", ".join(named))


def _place(tr: Translator, practice: Practice) -> str:
    if not practice.room:
        return practice.facility
    return tr("{facility}, room {room}", facility=practice.facility, room=practice.room)


def _also(tr: Translator, practice: Practice) -> str:
    return tr.html(
        "Also: {specialty}, {place}",
        specialty=tr.name(practice.specialty_ru, practice.specialty_en).lower(),
        place=_place(tr, practice),
    )


async def show_days(manager: DialogManager) -> None:
    """Go on to the days of this doctor."""
    await navigation.go(manager, Booking.day)
