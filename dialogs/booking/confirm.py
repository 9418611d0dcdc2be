"""The visit itself: what it is for, the last look, the booking, and what it may be refused for."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import Data, DialogManager

from clinic import booking, finding, patients, rules, visits
from clinic.clock import Clock
from clinic.errors import NotRegistered, SameSpecialty, TimeRefused
from dialogs import cards, navigation, typing
from dialogs.booking.times import show_refusal
from dialogs.states import Booking, Visits
from dialogs.widgets import Choice
from locales import Translator, later
from storage.appointments import Visit
from storage.database import Database


async def registered(_: Data, result: Any, manager: DialogManager) -> None:
    """Go on with the kept time once its person is known; give it back when they refused."""
    if result == "registered":
        await booking.hold(
            manager.middleware_data["database"],
            manager.middleware_data["event_chat"].id,
            manager.dialog_data["slot_id"],
            manager.middleware_data["clock"].now(),
        )
        await navigation.skip_to(manager, Booking.purpose)
    else:
        await navigation.give_up_hold(manager)


async def purpose(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask what the visit is for."""
    return {
        "text": await held_line(dialog_manager, database, clock, tr)
        + "\n\n"
        + tr("What is the visit for? Choose, type in your own words, or skip."),
        "choices": [
            Choice(tr("I feel ill"), "ill"),
            Choice(tr("Follow-up visit"), "again"),
            Choice(tr("Check-up"), "check"),
            Choice(tr("Certificate or referral"), "paper"),
            Choice(tr("Skip ›"), "skip"),
        ],
    }


_PURPOSES = {
    "ill": later("I feel ill"),
    "again": later("Follow-up visit"),
    "check": later("Check-up"),
    "paper": later("Certificate or referral"),
    "skip": "",
}


async def choose_purpose(manager: DialogManager, value: str) -> None:
    """Keep the purpose in the patient's own language."""
    tr: Translator = manager.middleware_data["tr"]
    words = _PURPOSES.get(value, "")
    manager.dialog_data["purpose"] = tr(words) if words else ""
    await navigation.go(manager, Booking.confirm)


async def type_purpose(manager: DialogManager, message: Message) -> bool:
    """Take typed words as the purpose."""
    if not message.text:
        return False
    skipped = typing.command_word(message.text) in ("skip", "no")
    manager.dialog_data["purpose"] = "" if skipped else message.text.strip()[: rules.PURPOSE_LENGTH]
    await navigation.go(manager, Booking.confirm)
    return True


async def held_line(manager: DialogManager, database: Database, clock: Clock, tr: Translator) -> str:
    """Say which time is kept and until when, or that it is not kept any more."""
    now = clock.now()
    held = await booking.held(database, manager.middleware_data["event_chat"].id, now)
    timezone = manager.dialog_data["timezone"]
    if held is None or held.slot.id != manager.dialog_data["slot_id"]:
        return tr("This time is not kept for you any more, but may still be free.")
    minutes = max(1, round((held.expires_at - now).total_seconds() / 60))
    return tr.plural(
        "The time {time} is kept for you for {count} minute.",
        "The time {time} is kept for you for {count} minutes.",
        minutes,
        time=cards.short_day_and_time(tr, held.slot.starts_at, timezone),
    )


async def confirmation(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show everything that will be booked, to be checked before the press."""
    data = dialog_manager.dialog_data
    slot = await finding.slot(database, data["slot_id"])
    place = await finding.place(database, slot.schedule_id)
    known = await patients.patients(database, dialog_manager.middleware_data["event_chat"].id)
    timezone = place.facility.timezone
    note = cards.zone_note(tr, slot.starts_at, timezone)
    when = cards.day_and_time(tr, slot.starts_at, timezone, bare=True)
    lines = [
        tr("<b>Please check</b>"),
        "",
        f"🗓 <b>{when[:1].upper()}{when[1:]}</b>" + (f" ({note})" if note else ""),
        *cards.place_lines(tr, place),
        *[tr.html("Patient: {patient}", patient=row.person.full_name) for row in known[:1]],
    ]
    if data.get("purpose"):
        lines.append(tr.html("Purpose: {purpose}", purpose=data["purpose"]))
    lines += ["", await held_line(dialog_manager, database, clock, tr)]
    return {"text": "\n".join(lines)}


async def confirm(manager: DialogManager) -> None:
    """Book what is shown."""
    await _book(manager, is_second_meant=False)


async def confirm_second(manager: DialogManager) -> None:
    """Book although there is a visit to this specialty already."""
    await _book(manager, is_second_meant=True)


async def _book(manager: DialogManager, *, is_second_meant: bool) -> None:
    middleware, data = manager.middleware_data, manager.dialog_data
    database: Database = middleware["database"]
    chat_id: int = middleware["event_chat"].id
    known = await patients.patients(database, chat_id)
    if not known:
        raise NotRegistered
    request = booking.Request(chat_id, known[0].id, data["slot_id"], data.get("purpose", ""), is_second_meant)
    try:
        visit = await booking.book(database, request, middleware["clock"].now())
    except TimeRefused as error:
        await show_refusal(manager, error)
    except SameSpecialty as error:
        data["same_id"] = error.appointment_id
        await navigation.go(manager, Booking.second)
    else:
        data["appointment_id"] = visit.appointment.id
        middleware["outbox"].wake()
        await navigation.skip_to(manager, Booking.done)


async def type_confirm(manager: DialogManager, message: Message) -> bool:
    """Take «да» for the press and «нет» for going back."""
    word = typing.command_word(message.text)
    if word == "yes":
        await confirm(manager)
    elif word == "no":
        await navigation.go_back(manager)
    return word in ("yes", "no")


async def second(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask whether a second visit to the same specialty is meant."""
    visit = await _other_visit(dialog_manager, database)
    when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
    return {
        "text": tr.html(
            "You already have a visit to this specialty: {when}, {doctor}.\n\n"
            "Move that visit, or book one more?",
            when=when,
            doctor=visit.place.doctor,
        )
    }


async def _other_visit(manager: DialogManager, database: Database) -> Visit:
    return await visits.visit(
        database, manager.middleware_data["event_chat"].id, manager.dialog_data["same_id"]
    )


async def move_other(manager: DialogManager) -> None:
    """Go to the visit that is there already, to move it."""
    appointment_id = manager.dialog_data["same_id"]
    await navigation.give_up_hold(manager)
    await navigation.start(manager, Visits.change, {"appointment_id": appointment_id})


async def done(dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say that it is booked; the ticket follows below as messages of its own."""
    data = dialog_manager.dialog_data
    chat_id = dialog_manager.middleware_data["event_chat"].id
    visit = await visits.visit(database, chat_id, data["appointment_id"])
    timezone = visit.place.facility.timezone
    when = cards.day_and_time(tr, visit.appointment.starts_at, timezone)
    text = tr.html("✅ <b>You are booked.</b>\nWe expect you on {when}", when=when)
    if visit.place.room:
        text += tr.html(", room {room}", room=visit.place.room)
    return {"text": text + ".\n\n" + tr("The ticket comes below. I will remind you of the visit.")}
