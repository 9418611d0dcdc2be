"""What is known is offered first: the last doctors with their next time, the usual clinic and hours."""

from datetime import datetime
from typing import Any

from aiogram_dialog import DialogManager

from clinic import finding, habits
from clinic.errors import NotFound
from clinic.habits import Habits, KnownDoctor
from clinic.wishes import Wish, to_json
from dialogs import calendar, cards, for_whom, lock, navigation
from dialogs.widgets import LABEL_LENGTH, Choice, noted, shorten
from dialogs.wish_words import wish_words
from locales import Translator
from storage.people import PatientRow

_MOST = 2
"""Doctors on a screen."""
_CUT = "тер…"
"""So much of a specialty at least is worth its place on a button."""
_USUAL = "usual_wish"
"""Under this key the dialog's data keep the wish that was learned, so that it is told from one's own."""


async def of_patient(manager: DialogManager, patient: PatientRow | None) -> Habits:
    """Read what is known of a patient; nothing while the chat is locked."""
    if patient is None or await lock.is_locked(manager):
        return Habits()
    middleware = manager.middleware_data
    return await habits.known(
        middleware["database"], middleware["event_chat"].id, middleware["clock"].now(), patient.id, _MOST
    )


async def offered(manager: DialogManager, tr: Translator) -> dict[str, Any]:
    """Make the first buttons of the first screen of a booking, and the lines that say what they are."""
    data = manager.dialog_data
    if data.get("filter") or navigation.has_trail(manager):
        return {"known": [], "known_text": ""}
    now: datetime = manager.middleware_data["clock"].now()
    patient = for_whom.pick(manager, await for_whom.known(manager))
    known = await of_patient(manager, patient)
    choices = [
        Choice(doctor_label(tr, one, now, is_named=False), "d" + value_of(one)) for one in known.doctors
    ]
    lines = [_line(tr, one, now) for one in known.doctors]
    if known.clinic is not None:
        choices.append(Choice(shorten(f"🏥 {known.clinic.name}"), f"c{known.clinic.id}"))
    elif patient is not None and patient.person.region:
        choices += await _region(manager, tr, patient.person.region)
    return {"known": choices, "known_text": "\n\n" + "\n".join(lines) if lines else ""}


async def _region(manager: DialogManager, tr: Translator, code: str) -> list[Choice]:
    middleware = manager.middleware_data
    found = await finding.facilities(middleware["database"], code, middleware["clock"].now(), 0, 1)
    region = await finding.region(middleware["database"], code) if found.items else None
    return [Choice(shorten("📍 " + tr.name(region.name_ru, region.name_en)), f"r{code}")] if region else []


def _line(tr: Translator, one: KnownDoctor, now: datetime) -> str:
    place = one.place
    specialty = tr.name(place.specialty_ru, place.specialty_en).lower()
    when = tr("no times") if one.first is None else next_time(tr, one, now)
    return tr.html(
        "🔁 <b>{doctor}</b>, {specialty}, {facility}: {when}",
        doctor=place.doctor_short,
        specialty=specialty,
        facility=place.facility.name,
        when=when,
    )


def next_time(tr: Translator, one: KnownDoctor, now: datetime) -> str:
    """Say when the next time is: «завтра 9:20», «26 ноя 9:20»; empty where there is none."""
    if one.first is None:
        return ""
    return cards.brief_day_and_time(tr, one.first.starts_at, one.place.facility.timezone, now)


def doctor_label(tr: Translator, one: KnownDoctor, now: datetime, *, is_named: bool) -> str:
    """Name a doctor on a button: «🔁 Рощина, терапевт · завтра 9:20», or «🔁 Мария: Рощина · …»."""
    place = one.place
    when = next_time(tr, one, now)
    name = f"{place.doctor_surname}, {tr.name(place.specialty_ru, place.specialty_en).lower()}"
    if is_named:
        name = f"{one.person.given_name}: {place.doctor_surname}"
    elif len(f"🔁 {place.doctor_surname}, {_CUT} · {when}") > LABEL_LENGTH:
        name = place.doctor_surname  # «Александров…» is not her name
    return noted(f"🔁 {name}", when) if when else shorten(f"🔁 {name}")


def value_of(one: KnownDoctor) -> str:
    """Pack what a press on a known doctor stands for: patient, schedule, service, time."""
    slot_id = one.first.slot_id if one.first else 0
    return f"{one.patient_id}.{one.place.schedule_id}.{one.service_id or 0}.{slot_id}"


def started_with(value: str) -> dict[str, Any]:
    """Unpack it into what a booking is started with; raises NotFound for what was forged."""
    parts = value.split(".")
    if len(parts) != 4:
        raise NotFound
    patient_id, schedule_id, service_id, slot_id = map(for_whom.as_id, parts)
    data: dict[str, Any] = {"patient_id": patient_id, "schedule_id": schedule_id}
    if service_id:
        data["service_id"] = service_id
    if slot_id:
        data["slot_id"] = slot_id
    return data


def apply_hours(manager: DialogManager, known: Habits) -> None:
    """Look at the usual hours first, where nothing else is wished for."""
    if known.hours is None or calendar.wish_of(manager):
        return
    wish = Wish((known.hours,))
    calendar.set_wish(manager, wish)
    manager.dialog_data[_USUAL] = to_json(wish)


async def note_dropped(manager: DialogManager) -> None:
    """Remember that the usual hours were taken off, where it is these that are looked at."""
    data, middleware = manager.dialog_data, manager.middleware_data
    if not data.get("wish") or data.get("wish") != data.get(_USUAL):
        return
    patient = for_whom.pick(manager, await for_whom.known(manager))
    if patient is not None:
        await habits.drop_hours(middleware["database"], middleware["event_chat"].id, patient.id)


def usual_note(tr: Translator, manager: DialogManager, hidden: int) -> str:
    """Say that the usual hours are looked at; empty where the wish is one's own, or there is none."""
    data = manager.dialog_data
    if not data.get("wish") or data.get("wish") != data.get(_USUAL):
        return ""
    note = tr.html("🕘 As usual: {wish}.", wish=wish_words(tr, calendar.wish_of(manager)))
    if hidden:
        note += " " + tr.plural("{count} more time: press ✖️.", "{count} more times: press ✖️.", hidden)
    return note


async def mine(manager: DialogManager, tr: Translator, patient: PatientRow | None) -> list[Choice]:
    """Make the button that makes the clinic shown the patient's own, or takes that back."""
    if patient is None or await lock.is_locked(manager):
        return []
    known = await of_patient(manager, patient)
    facility_id = manager.dialog_data["facility_id"]
    if known.is_clinic_set and known.clinic is not None and known.clinic.id == facility_id:
        return [Choice(tr("⭐ My clinic: take off"), "off")]
    return [Choice(tr("☆ Make it my clinic"), "on")]


async def turn_mine(manager: DialogManager, value: str) -> None:
    """Make the clinic shown the patient's own, or take that back."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    patient = for_whom.pick(manager, await for_whom.known(manager))
    if patient is None:
        raise NotFound
    facility_id = manager.dialog_data["facility_id"] if value == "on" else None
    await habits.set_clinic(middleware["database"], middleware["event_chat"].id, patient.id, facility_id)
    manager.dialog_data["hint"] = (
        tr("⭐ From now on this clinic is offered first.")
        if value == "on"
        else tr("This clinic is not offered first any more.")
    )
