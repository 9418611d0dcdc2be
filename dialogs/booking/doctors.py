"""To whom: specialty and doctor, and the nearest time of each; what has one answer is not asked."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import finding
from clinic import times as free_times
from clinic.clock import Clock
from dialogs import cards, letter, lists, navigation
from dialogs.booking import service, times
from dialogs.states import Booking
from dialogs.widgets import Choice, noted
from locales import Translator
from storage.database import Database


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
    found = await finding.doctors(
        database,
        facility.id,
        data["specialty_id"],
        clock.now(),
        data.get("page", 0),
        lists.PAGE_SIZE,
        data.get("filter"),
        minutes=data.get("minutes", 0),
    )
    specialty = await finding.specialty(database, data["specialty_id"])
    question = tr.html(
        "<b>{specialty}</b>\n{facility}\n\nChoose the doctor:",
        specialty=service.named(tr, dialog_manager) or tr.name(specialty.name_ru, specialty.name_en),
        facility=facility.name,
    )
    lines, choices = [], []
    for row in found.items:
        if row.nearest_at is None:
            when = tr("no times")
        else:
            when = cards.short_day_and_time(tr, row.nearest_at, facility.timezone)
        choices.append(Choice(noted(row.short_name, when), row.schedule_id))
        years = max(1, clock.now().year - row.practising_since)
        experience = tr.plural("{count} year of practice", "{count} years of practice", years)
        details = ", ".join(filter(None, (row.category, experience)))
        lines.append(tr.html("• <b>{name}</b>: {details}", name=row.full_name, details=details))
    screen_data = lists.listed(dialog_manager, tr, question, found) | lists.page_of(found, choices)
    screen_data["text"] += "\n\n" + "\n".join(lines)
    nearest = found.items[0].nearest_at if found.items and found.number == 0 else None
    if nearest is None and found.number == 0 and not data.get("filter"):
        screen_data["letter"] = await letter.offered(dialog_manager, facility.id, specialty.id)
    if nearest is not None and not data.get("filter"):
        label = tr("⚡ Nearest: {when}", when=cards.short_day_and_time(tr, nearest, facility.timezone))
        screen_data["nearest"] = [Choice(label, found.items[0].schedule_id)]
    return screen_data


async def choose_nearest(manager: DialogManager, value: str) -> None:
    """Take a doctor's nearest free time in one press."""
    await times.set_doctor(manager, int(value))
    middleware = manager.middleware_data
    free = await free_times.nearest_of_schedule(
        middleware["database"], int(value), middleware["clock"].now(), manager.dialog_data.get("minutes", 0)
    )
    if free is None:
        await navigation.go(manager, Booking.day)
    else:
        await times.choose_time(manager, str(free.slot_id))


async def choose_doctor(manager: DialogManager, value: str) -> None:
    """Keep the doctor."""
    manager.dialog_data.pop("filter", None)
    await times.set_doctor(manager, int(value))
    await navigation.go(manager, Booking.day)
