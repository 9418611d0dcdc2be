"""«Записаться к врачу»: region, facility, specialty, doctor, day, time, purpose, confirm."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import Data, Dialog, DialogManager

from clinic import booking, finding, patients, rules, times, visits
from clinic.clock import Clock
from clinic.errors import NotRegistered, SameSpecialty, TimeRefused
from dialogs import calendar, cards, navigation, typing
from dialogs.calendar import Steps
from dialogs.states import Booking, Registration, Visits
from dialogs.widgets import Act, Choice, Choices, Pager, screen, shorten
from dialogs.wording import refusal
from locales import Translator, later
from storage.appointments import Visit
from storage.catalogue import Page
from storage.database import Database

PAGE_SIZE = 6


def _page(found: Page[Any], choices: list[Choice]) -> dict[str, Any]:
    return {"choices": choices, "page": found.number, "has_next": found.has_next}


async def _narrow(manager: DialogManager, message: Message) -> bool:
    """Take what was typed as a part of a name that narrows the list."""
    if not message.text or len(message.text) > 60:
        return False
    manager.dialog_data["filter"] = message.text
    manager.dialog_data["page"] = 0
    return True


async def clear_filter(manager: DialogManager) -> None:
    """Show the whole list again."""
    manager.dialog_data.pop("filter", None)


def _listed(manager: DialogManager, tr: Translator, question: str, found: Page[Any]) -> dict[str, Any]:
    """Word a list that may have been narrowed by typing."""
    part = manager.dialog_data.get("filter")
    if not part:
        return {"text": question, "is_narrowed": False}
    if found.items:
        return {"text": question + "\n\n" + tr.html("Found by «{part}»:", part=part), "is_narrowed": True}
    nothing = tr.html("Nothing found by «{part}». Try a part of the name.", part=part)
    return {"text": question + "\n\n" + nothing, "is_narrowed": True}


def show_all() -> Act:
    """Make the button that ends the narrowing."""
    return Act("all", "Show all", clear_filter, shown_if="is_narrowed")


# --- where


async def begin(_: Data, manager: DialogManager) -> None:
    """Begin with the regions; where there is one only, the question is not asked."""
    middleware = manager.middleware_data
    found = await finding.regions(middleware["database"], middleware["tr"].language, 0, 2)
    if len(found.items) == 1:
        await choose_region(manager, found.items[0].code)
        navigation.forget_trail(manager)


async def regions(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the regions that have a clinic."""
    data = dialog_manager.dialog_data
    found = await finding.regions(database, tr.language, data.get("page", 0), PAGE_SIZE, data.get("filter"))
    question = tr("Where will you see a doctor? Choose the region or type its name.")
    choices = [
        Choice(shorten(tr.name(region.name_ru, region.name_en)), region.code) for region in found.items
    ]
    return _listed(dialog_manager, tr, question, found) | _page(found, choices)


async def choose_region(manager: DialogManager, value: str) -> None:
    """Keep the region; a region with one facility goes on to its specialties."""
    manager.dialog_data.pop("filter", None)
    manager.dialog_data["region"] = value
    found = await finding.facilities(manager.middleware_data["database"], value, 0, 2)
    if len(found.items) == 1:
        await choose_facility(manager, str(found.items[0].id))
    else:
        await navigation.go(manager, Booking.facility)


async def facilities(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the region's facilities; full names and addresses stand in the text."""
    data = dialog_manager.dialog_data
    found = await finding.facilities(
        database, data["region"], data.get("page", 0), PAGE_SIZE, data.get("filter")
    )
    question = tr("Choose the clinic:")
    screen_data = _listed(dialog_manager, tr, question, found)
    lines = [
        tr.html("• <b>{name}</b>, {town}, {address}", name=row.name, town=row.town, address=row.address)
        for row in found.items
    ]
    screen_data["text"] += "\n\n" + "\n".join(lines) if lines else ""
    return screen_data | _page(found, [Choice(shorten(row.name), row.id) for row in found.items])


async def choose_facility(manager: DialogManager, value: str) -> None:
    """Keep the facility; one with a single specialty goes on to its doctors."""
    middleware = manager.middleware_data
    manager.dialog_data.pop("filter", None)
    manager.dialog_data["facility_id"] = int(value)
    found = await finding.specialties(
        middleware["database"], int(value), middleware["tr"].language, middleware["clock"].now(), 0, 2
    )
    if len(found.items) == 1:
        await choose_specialty(manager, str(found.items[0].id))
    else:
        await navigation.go(manager, Booking.specialty)


# --- to whom


async def specialties(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the facility's specialties with the day of the nearest free time of each."""
    data = dialog_manager.dialog_data
    facility = await finding.facility(database, data["facility_id"])
    found = await finding.specialties(
        database,
        facility.id,
        tr.language,
        clock.now(),
        data.get("page", 0),
        PAGE_SIZE,
        data.get("filter"),
    )
    question = tr.html("<b>{name}</b>\nWhom do you want to see?", name=facility.name)
    choices = []
    for row in found.items:
        name = tr.name(row.name_ru, row.name_en)
        if row.nearest_at is None:
            label = f"{shorten(name, 20)} · {tr('no times')}"
        else:
            day = tr.short_day(cards.local(row.nearest_at, facility.timezone).date())
            label = f"{shorten(name, 20)} · {day}"
        choices.append(Choice(label, row.id))
    return _listed(dialog_manager, tr, question, found) | _page(found, choices)


async def choose_specialty(manager: DialogManager, value: str) -> None:
    """Keep the specialty; a single doctor is chosen without asking."""
    data = manager.dialog_data
    data.pop("filter", None)
    data["specialty_id"] = int(value)
    now = manager.middleware_data["clock"].now()
    found = await finding.doctors(
        manager.middleware_data["database"], data["facility_id"], data["specialty_id"], now, 0, 2
    )
    if len(found.items) == 1:
        await choose_doctor(manager, str(found.items[0].schedule_id))
    else:
        await navigation.go(manager, Booking.doctor)


async def doctors(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the doctors, the one with the nearest free time first, and that time as a button of its own."""
    data = dialog_manager.dialog_data
    facility = await finding.facility(database, data["facility_id"])
    found = await finding.doctors(
        database,
        facility.id,
        data["specialty_id"],
        clock.now(),
        data.get("page", 0),
        PAGE_SIZE,
        data.get("filter"),
    )
    specialty = await finding.specialty(database, data["specialty_id"])
    question = tr.html(
        "<b>{specialty}</b>\n{facility}\n\nChoose the doctor:",
        specialty=tr.name(specialty.name_ru, specialty.name_en),
        facility=facility.name,
    )
    lines, choices = [], []
    for row in found.items:
        if row.nearest_at is None:
            when = tr("no times")
        else:
            when = cards.short_day_and_time(tr, row.nearest_at, facility.timezone)
        choices.append(Choice(f"{shorten(row.short_name, 16)} · {when}", row.schedule_id))
        years = max(1, clock.now().year - row.practising_since)
        experience = tr.plural("{count} year of practice", "{count} years of practice", years)
        details = ", ".join(filter(None, (row.category, experience)))
        lines.append(tr.html("• <b>{name}</b>: {details}", name=row.full_name, details=details))
    screen_data = _listed(dialog_manager, tr, question, found) | _page(found, choices)
    screen_data["text"] += "\n\n" + "\n".join(lines)
    nearest = found.items[0].nearest_at if found.items and found.number == 0 else None
    if nearest is not None and not data.get("filter"):
        label = tr("⚡ Nearest: {when}", when=cards.short_day_and_time(tr, nearest, facility.timezone))
        screen_data["nearest"] = [Choice(label, found.items[0].schedule_id)]
    return screen_data


async def choose_nearest(manager: DialogManager, value: str) -> None:
    """Take a doctor's nearest free time in one press."""
    await _set_doctor(manager, int(value))
    middleware = manager.middleware_data
    free = await times.nearest_of_schedule(middleware["database"], int(value), middleware["clock"].now())
    if free is None:
        await navigation.go(manager, Booking.day)
    else:
        await choose_time(manager, str(free.slot_id))


async def choose_doctor(manager: DialogManager, value: str) -> None:
    """Keep the doctor."""
    manager.dialog_data.pop("filter", None)
    await _set_doctor(manager, int(value))
    await navigation.go(manager, Booking.day)


async def _set_doctor(manager: DialogManager, schedule_id: int) -> None:
    place = await finding.place(manager.middleware_data["database"], schedule_id)
    manager.dialog_data.update(
        schedule_id=schedule_id,
        timezone=place.facility.timezone,
        facility_id=place.facility.id,
        specialty_id=place.specialty_id,
        region=place.facility.region_code,
        heading=f"<b>{cards.escape(place.doctor)}</b>",
    )


# --- when


async def days(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show the nearest free days and the very nearest time; say where to look when there is none."""
    data = dialog_manager.dialog_data
    place = await finding.place(database, data["schedule_id"])
    free = await calendar.days_of(dialog_manager)
    heading = "\n".join(cards.place_lines(tr, place))
    if not free:
        others = await times.nearest_in_region(database, data["specialty_id"], data["region"], clock.now())
        text = heading + "\n\n" + tr("This doctor has no free times now.")
        if others:
            text += " " + tr("The nearest times of this specialty in the region:")
        else:
            text += " " + tr.html(
                "There are none of this specialty in the region either. Ask the registry: {phone}",
                phone=place.facility.phone,
            )
        return {"text": text, "offers": await _offers(database, tr, others), "has_days": False}
    nearest = await times.nearest_of_schedule(database, data["schedule_id"], clock.now())
    choices = []
    if nearest is not None:
        when = cards.short_day_and_time(tr, nearest.starts_at, data["timezone"])
        choices = [Choice(tr("⚡ Nearest: {when}", when=when), nearest.slot_id)]
    if note := cards.zone_note(tr, clock.now(), data["timezone"]):
        heading += "\n" + note[:1].upper() + note[1:]
    return {
        "text": heading + "\n\n" + tr("Choose the day or type a date, for example 25.11:"),
        "offers": choices,
        "choices": calendar.day_choices(tr, free),
        "has_days": True,
    }


async def _offers(database: Database, tr: Translator, found: list[Any]) -> list[Choice]:
    choices = []
    for free in found:
        place = await finding.place(database, free.schedule_id)
        when = cards.short_day_and_time(tr, free.starts_at, place.facility.timezone)
        choices.append(Choice(f"{when} · {place.doctor_short}", free.slot_id))
    return choices


async def choose_day(manager: DialogManager, value: str) -> None:
    """Look at the times of a day."""
    await calendar.choose_day(manager, value, STEPS)


async def open_calendar(manager: DialogManager) -> None:
    """Show the two-week grid."""
    manager.dialog_data.pop("grid", None)
    await navigation.go(manager, Booking.calendar)


async def grid(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Name the months of the grid."""
    title = calendar.grid_title(dialog_manager, tr)
    heading = dialog_manager.dialog_data["heading"]
    return {"text": f"{heading}\n{title}\n\n" + tr("Days with free times are numbers, the others are dots:")}


async def times_of_day(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show the free times of a day."""
    return await calendar.time_screen(dialog_manager, tr, dialog_manager.dialog_data["heading"])


async def choose_time(manager: DialogManager, value: str) -> None:
    """Hold a time; someone new is asked to register meanwhile, everyone else goes on to the purpose."""
    middleware = manager.middleware_data
    database: Database = middleware["database"]
    chat_id: int = middleware["event_chat"].id
    account = await patients.account(database, chat_id)
    try:
        held = await booking.hold(
            database, chat_id, int(value), middleware["clock"].now(), is_registering=account is None
        )
    except TimeRefused as error:
        await show_refusal(manager, error)
        return
    await _set_doctor(manager, held.slot.schedule_id)
    manager.dialog_data["slot_id"] = held.slot.id
    if account is None:
        await manager.start(Registration.consent, {"slot_id": held.slot.id})
    else:
        await navigation.go(manager, Booking.purpose)


async def show_refusal(manager: DialogManager, error: TimeRefused) -> None:
    """Say why a time cannot be had and offer the nearest ones."""
    tr: Translator = manager.middleware_data["tr"]
    manager.dialog_data["refusal"] = refusal(tr, error)
    manager.dialog_data["offers"] = [[cards.offer_label(tr, offer), offer.slot_id] for offer in error.nearest]
    await navigation.skip_to(manager, Booking.taken)


async def taken(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Show the refusal and the times offered in its place."""
    data = dialog_manager.dialog_data
    return {
        "text": data["refusal"],
        "choices": [Choice(shorten(label, 34), slot_id) for label, slot_id in data["offers"]],
    }


async def other_days(manager: DialogManager) -> None:
    """Look at all days of the doctor again."""
    await navigation.skip_to(manager, Booking.day)


# --- the visit itself


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


STEPS = Steps(Booking.day, Booking.calendar, Booking.time, choose_time)


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Booking.region,
            regions,
            Choices("r", choose_region),
            show_all(),
            Pager(),
            typed=_narrow,
        ),
        screen(
            Booking.facility,
            facilities,
            Choices("f", choose_facility),
            show_all(),
            Pager(),
            typed=_narrow,
        ),
        screen(
            Booking.specialty,
            specialties,
            Choices("s", choose_specialty),
            show_all(),
            Pager(),
            typed=_narrow,
        ),
        screen(
            Booking.doctor,
            doctors,
            Choices("n", choose_nearest, source="nearest"),
            Choices("d", choose_doctor),
            show_all(),
            Pager(),
            typed=_narrow,
        ),
        screen(
            Booking.day,
            days,
            Choices("t", choose_time, source="offers"),
            Choices("d", choose_day, width=2),
            Act("grid", "📅 Another date", open_calendar, shown_if="has_days"),
            typed=calendar.understand_day(STEPS),
            expected=later("I did not understand. Choose a day or type a date, for example 25.11."),
        ),
        screen(
            Booking.calendar,
            grid,
            calendar.Grid(STEPS),
            typed=calendar.understand_day(STEPS),
            expected=later("I did not understand. Choose a day or type a date, for example 25.11."),
        ),
        screen(
            Booking.time,
            times_of_day,
            Choices("p", calendar.choose_part, source="parts", width=3),
            Choices("t", choose_time, width=4),
            typed=calendar.understand_time(STEPS),
            expected=later("I did not understand. Choose a time or type it, for example 9:30."),
        ),
        screen(
            Booking.purpose,
            purpose,
            Choices("p", choose_purpose),
            typed=type_purpose,
            expected=later("Please say in words what the visit is for, or press «Skip»."),
            personal=True,
        ),
        screen(
            Booking.confirm,
            confirmation,
            Act("book", "✅ Book", confirm),
            typed=type_confirm,
            expected=later("To book this time press «Book»."),
            personal=True,
        ),
        screen(
            Booking.second,
            second,
            Act("move", "Move that visit", move_other),
            Act("more", "Book one more", confirm_second),
            personal=True,
        ),
        screen(
            Booking.taken,
            taken,
            Choices("t", choose_time),
            Act("days", "📅 Other days", other_days),
        ),
        screen(Booking.done, done, back=False, personal=True),
        on_start=begin,
        on_process_result=registered,
    )
