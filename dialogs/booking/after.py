"""After the press: another visit in the way, or booked."""

from dataclasses import replace
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import feedback, finding, reminder_settings, rules, visits
from clinic.needs import POLICY, Papers
from dialogs import cards, for_whom, navigation, needs, sent_files
from dialogs.feedback import words
from dialogs.profile import STEPS
from dialogs.states import Booking, Feedback, Profile, Visits
from locales import Translator, capital
from storage.appointments import Visit
from storage.database import Database
from storage.feedback import BOOKING
from storage.people import SELF

JUST_BOOKED = "just_booked"
"""Under this name the press that booked hands the visit on to the window, which need not read it again."""


async def _other_visit(manager: DialogManager, database: Database) -> Visit:
    return await visits.visit(
        database, manager.middleware_data["event_chat"].id, manager.dialog_data["other_id"]
    )


async def second(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask whether a second visit to the same specialty is meant."""
    visit = await _other_visit(dialog_manager, database)
    when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
    is_allowed = dialog_manager.dialog_data.get("is_second_allowed", True)
    text = tr.html(
        "You already have a visit to this specialty:\n{when}, {doctor}.",
        when=capital(when),
        doctor=visit.place.doctor,
    )
    question = (
        tr("Move that visit, or book one more?")
        if is_allowed
        else tr("This clinic takes one visit at a time to a specialty. Move that visit to the new time?")
    )
    return {"text": text + "\n\n" + question + _whose(tr, visit), "is_allowed": is_allowed}


async def overlap(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Say which visit the patient has at that hour."""
    visit = await _other_visit(dialog_manager, database)
    when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
    return {
        "text": tr.html(
            "You have another visit at this time:\n{when}, {doctor}.\n\nWhat shall we do?",
            when=capital(when),
            doctor=visit.place.doctor,
        )
        + _whose(tr, visit)
    }


def _whose(tr: Translator, visit: Visit) -> str:
    return "".join("\n\n" + line for line in cards.patient_lines(tr, visit))


async def clash(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask whether two children are meant to be in two places at once."""
    visit = await _other_visit(dialog_manager, database)
    return {
        "text": tr.html(
            "At this time another child of yours is elsewhere:\n<b>{name}</b>, {when}, {facility}.\n\n"
            "Book all the same?",
            name=visit.person.short_name,
            when=cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone),
            facility=visit.place.facility.name,
        )
    }


async def other_time(manager: DialogManager) -> None:
    """Give the time back and look at the others."""
    await navigation.leave_held(manager, Booking.day, Booking.time)


async def move_other(manager: DialogManager) -> None:
    """Move the visit that is there already, to the kept time where it may move there."""
    middleware, data = manager.middleware_data, manager.dialog_data
    database: Database = middleware["database"]
    visit = await _other_visit(manager, database)
    slot = await finding.slot(database, data["slot_id"])
    place = await finding.place(database, slot.schedule_id)
    start_data = {"appointment_id": visit.appointment.id}
    is_same_place = (place.facility.id, place.specialty_id) == (
        visit.place.facility.id,
        visit.place.specialty_id,
    )
    first = visit.appointment.first_starts_at
    if is_same_place and rules.can_move_to(first, slot.starts_at, middleware["clock"].now()):
        await navigation.start(manager, Visits.card, {**start_data, "wanted": "move", "slot_id": slot.id})
    else:
        await navigation.give_up_hold(manager)
        await navigation.start(manager, Visits.change, start_data)


async def done(dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say that it is booked; the ticket follows below as messages of its own."""
    data = dialog_manager.dialog_data
    middleware = dialog_manager.middleware_data
    visit: Visit | None = middleware.get(JUST_BOOKED)
    if visit is None:
        visit = await visits.visit(database, middleware["event_chat"].id, data["appointment_id"])
    when = cards.on_day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
    text = tr.html("✅ <b>You are booked.</b>\nWe expect you {when}", when=when)
    if visit.appointment.relation != SELF:
        name = visit.person.full_name
        text = tr.html("✅ <b>Booked: {name}.</b>\nWe expect you {when}", name=name, when=when)
    if visit.place.room:
        text += tr.html(", room {room}", room=visit.place.room)
    text += ".\n\n" + await _promise(dialog_manager, visit, tr)
    if data.get("is_new"):
        text += " " + tr("The clinic also asks for policy and SNILS: add them now and save time at the desk.")
    is_just_booked = JUST_BOOKED in middleware  # then the last look has read what is missing a press ago
    papers = (
        Papers(tuple(data.get("missing", ()))) if is_just_booked else await needs.of_visit(dialog_manager)
    )
    if data.get("is_new"):  # who is new is told of the policy above already
        papers = replace(papers, missing=tuple(one for one in papers.missing if one != POLICY))
    text += "".join("\n\n" + line for line in needs.lines(tr, papers, is_booked=True))
    if data.get("asks_how"):
        text += "\n\n" + tr("How did the booking go? 1 is bad, 5 is very good.")
    return {
        "text": text,
        "is_new": bool(data.get("is_new")),
        "papers": needs.buttons(tr, papers),
        "how": words.scale(mark=" ⭐") if data.get("asks_how") else [],
        "is_rated": bool(data.get("has_said_how")),
    }


async def _promise(manager: DialogManager, visit: Visit, tr: Translator) -> str:
    """Say what comes: the ticket, and a reminder, or why there is none ahead."""
    promise = tr("The ticket comes below. I will remind you of the visit.")
    if visit.has_reminder:
        return promise
    middleware, row = manager.middleware_data, visit.appointment
    found = await reminder_settings.of_chat(
        middleware["database"], middleware["event_chat"].id, row.patient_id, row.id
    )
    if found.following is not None:
        return promise
    if found.settings.leads is None:
        return tr("The ticket comes below. The visit is so soon that no reminder will come.")
    if not found.settings.leads:
        return tr("The ticket comes below. Your reminders are off: switch them on in the settings.")
    return tr("The ticket comes below. Your reminders would have come before now, so none will come.")


async def rate_booking(manager: DialogManager, value: str) -> None:
    """Keep how the booking went: one press, and it is not asked again."""
    middleware, data = manager.middleware_data, manager.dialog_data
    tr: Translator = middleware["tr"]
    await feedback.rate(
        middleware["database"],
        middleware["event_chat"].id,
        data["appointment_id"],
        for_whom.as_id(value),
        middleware["clock"].now(),
        BOOKING,
    )
    data.pop("asks_how", None)
    data["has_said_how"] = True
    data["hint"] = tr("Thank you for the rating!")


async def type_done(manager: DialogManager, message: Message) -> bool:
    """Take a typed digit for the rating, and a file for a document."""
    text = (message.text or "").strip(" .!")
    if manager.dialog_data.get("asks_how") and text in ("1", "2", "3", "4", "5"):
        await rate_booking(manager, text)
        return True
    return await sent_files.take_unasked(manager, message)


async def open_remark(manager: DialogManager) -> None:
    """Ask what should be better about booking."""
    visit = {"appointment_id": manager.dialog_data["appointment_id"], "about": BOOKING}
    await manager.start(Feedback.comment, visit)


async def complete_profile(manager: DialogManager) -> None:
    """Ask what the booking did not need, of whom it is for; offered after the first one alone."""
    data = manager.dialog_data
    data.pop("is_new", None)
    whose = {"patient_id": data["patient_id"]} if "patient_id" in data else {}
    await manager.start(Profile.main, {STEPS: True, **whose})
