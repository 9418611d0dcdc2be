"""To whom: specialty and doctor, and the nearest time of each; what has one answer is not asked."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import days, finding
from clinic import times as free_times
from clinic.clock import Clock
from dialogs import calendar, cards, letter, lists, navigation
from dialogs.booking import doctor_times, known, service, times
from dialogs.states import Booking, Waiting
from dialogs.widgets import Choice, noted
from locales import Translator
from storage.database import Database

PAGE_SIZE = 5
"""Doctors on one screen: above them stand the nearest time and «any doctor», below them the wish."""


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
        lists.PAGE_SIZE,
        data.get("filter"),
    )
    question = tr.html("<b>{name}</b>\nWhich doctor do you need?", name=facility.name)
    choices = []
    for row in found.items:
        when = (
            tr("no times")
            if row.nearest_at is None
            else tr.short_day(cards.local(row.nearest_at, facility.timezone).date())
        )
        choices.append(Choice(noted(tr.name(row.name_ru, row.name_en), when), row.id))
    return lists.listed(dialog_manager, tr, question, found) | lists.page_of(found, choices)


async def no_such_doctor(manager: DialogManager) -> None:
    """Wait for a specialty that is not seen here: it is chosen among all there are."""
    data = manager.dialog_data
    facility = await finding.facility(manager.middleware_data["database"], data["facility_id"])
    wanted = {
        "region": facility.region_code,
        "facility_id": facility.id,
        "timezone": facility.timezone,
        "scope": "region",
        "reason": "no_specialist",
        "patient_id": data.get("patient_id"),
        "filter": data.get("filter"),
    }
    await manager.start(Waiting.specialty, wanted)


async def choose_specialty(manager: DialogManager, value: str) -> None:
    """Keep the specialty; where it has several services, ask which one is wanted."""
    data = manager.dialog_data
    data.pop("filter", None)
    data["specialty_id"] = int(value)
    service.forget(manager)
    if await service.is_to_be_asked(manager):
        await navigation.go(manager, Booking.service)
    else:
        await to_doctor(manager)


async def choose_service(manager: DialogManager, value: str) -> None:
    """Keep the service, and go on with what it was asked for."""
    await service.keep(manager, value)
    wished = manager.dialog_data.pop("wished_id", None)
    if wished is not None:
        await times.choose_time(manager, str(wished))
    elif navigation.previous(manager) == Booking.day.state:
        await navigation.go_back(manager)
    else:
        await to_doctor(manager)


async def to_doctor(manager: DialogManager) -> None:
    """Show the doctors; a single one is chosen without asking."""
    data = manager.dialog_data
    for kept in ("doctors_on", "is_alone_in_region"):
        data.pop(kept, None)
    now = manager.middleware_data["clock"].now()
    found = await finding.doctors(
        manager.middleware_data["database"], data["facility_id"], data["specialty_id"], now, 0, 2
    )
    data["is_alone"] = len(found.items) == 1
    if data["is_alone"]:
        await choose_doctor(manager, str(found.items[0].schedule_id))
    else:
        await navigation.go(manager, Booking.doctor)


async def doctors(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the doctors, the one with the nearest free time first, and that time as a button of its own."""
    data = dialog_manager.dialog_data
    facility = await finding.facility(database, data["facility_id"])
    number, is_compared = data.get("page", 0), doctor_times.is_needed(dialog_manager)
    wish = calendar.wish_of(dialog_manager)
    size = PAGE_SIZE - bool(wish)
    found = await finding.doctors(
        database,
        facility.id,
        data["specialty_id"],
        clock.now(),
        0 if is_compared else number,
        doctor_times.MOST if is_compared else size,
        data.get("filter"),
        minutes=data.get("minutes", 0),
    )
    if is_compared:
        found = await doctor_times.compared(dialog_manager, found.items, number, size)
    specialty = await finding.specialty(database, data["specialty_id"])
    question = tr.html(
        "<b>{specialty}</b>\n{facility}\n\nChoose the doctor:",
        specialty=service.named(tr, dialog_manager) or tr.name(specialty.name_ru, specialty.name_en),
        facility=facility.name,
    )
    lines, choices = [], []
    for row in found.items:
        if row.nearest_at is None:
            when = tr("nothing fits") if is_compared else tr("no times")
        else:
            when = cards.short_day_and_time(tr, row.nearest_at, facility.timezone)
        choices.append(Choice(noted(row.short_name, when), row.schedule_id))
        years = max(1, clock.now().year - row.practising_since)
        experience = tr.plural("{count} year of practice", "{count} years of practice", years)
        details = ", ".join(filter(None, (row.category, experience)))
        lines.append(tr.html("• <b>{name}</b>: {details}", name=row.full_name, details=details))
    screen_data = lists.listed(dialog_manager, tr, question, found) | lists.page_of(found, choices)
    screen_data["text"] += "\n\n" + "\n".join(lines)
    if day := doctor_times.day_of(dialog_manager):
        first = tr.html("First those with times on {day}.", day=tr.accusative_day(day))
        screen_data["text"] += f"\n\n{first}"
    if wish:
        note = known.usual_note(tr, dialog_manager, 0) or calendar.wish_note(tr, wish, 0)
        screen_data["text"] += f"\n\n{note}"
        screen_data["chip"] = calendar.chip(tr, wish)
    if len(found.items) > 1 and found.number == 0 and not data.get("filter"):
        screen_data["anybody"] = [Choice(tr("👥 Any doctor"), "any")]
    nearest = found.items[0].nearest_at if found.items and found.number == 0 else None
    if nearest is None and found.number == 0 and not data.get("filter"):
        screen_data["letter"] = await letter.offered(dialog_manager, facility.id, specialty.id)
    if nearest is not None and not data.get("filter"):
        label = tr("⚡ Nearest: {when}", when=cards.short_day_and_time(tr, nearest, facility.timezone))
        screen_data["nearest"] = [Choice(label, found.items[0].schedule_id)]
    return screen_data


async def choose_nearest(manager: DialogManager, value: str) -> None:
    """Take a doctor's nearest free time in one press."""
    data = manager.dialog_data
    data.pop("any", None)
    await times.set_doctor(manager, int(value))
    middleware = manager.middleware_data
    if calendar.wish_of(manager):
        free = (await calendar.nearest_of(manager)).first
    else:
        free = await free_times.nearest_of_schedule(
            middleware["database"], int(value), middleware["clock"].now(), data.get("minutes", 0)
        )
    if free is None:
        await navigation.go(manager, Booking.day)
    else:
        await times.choose_time(manager, str(free.slot_id))


async def choose_doctor(manager: DialogManager, value: str) -> None:
    """Keep the doctor; where a day led here and has times that fit, show these."""
    data = manager.dialog_data
    data.pop("filter", None)
    data.pop("any", None)
    day = doctor_times.day_of(manager)
    await times.set_doctor(manager, int(value))
    if day is not None:
        look = calendar.look_of(manager)
        of_day = await days.times_of(manager.middleware_data["database"], look, day)
        if of_day.times:
            await calendar.choose_day(manager, day.isoformat(), times.STEPS)
            return
    await navigation.go(manager, Booking.day)


async def choose_anybody(manager: DialogManager, value: str) -> None:
    """Look at the days of all doctors of the list."""
    data = manager.dialog_data
    facility = await finding.facility(manager.middleware_data["database"], data["facility_id"])
    data.update(any=calendar.FACILITY, timezone=facility.timezone, region=facility.region_code)
    day = doctor_times.day_of(manager)
    if day is not None:
        await calendar.choose_day(manager, day.isoformat(), times.STEPS)
    else:
        await navigation.go(manager, Booking.day)
