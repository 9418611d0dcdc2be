"""To whom: specialty and doctor, and the nearest time of each; what has one answer is not asked."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import days, finding
from clinic import times as free_times
from clinic.clock import Clock
from dialogs import calendar, cards, letter, lists, navigation
from dialogs.booking import doctor_card, doctor_filters, doctor_times, known, service, specialties, taking
from dialogs.states import Booking
from dialogs.widgets import Choice, noted
from locales import Translator
from storage.database import Database
from storage.doctors import DoctorRow

PAGE_SIZE = 5
"""Doctors on a page; fewer where chips need the rows."""


async def choose_specialty(manager: DialogManager, value: str) -> None:
    """Keep the specialty; ask which of its services is wanted, where it has several."""
    data = manager.dialog_data
    data.pop("filter", None)
    data["specialty_id"] = int(value)
    service.forget(manager)
    if await service.is_to_be_asked(manager):
        await navigation.go(manager, Booking.service)
    else:
        await to_referral(manager)


async def to_referral(manager: DialogManager) -> None:
    """Ask for a referral where one is usual for the service and none is known."""
    if await specialties.is_referral_asked(manager):
        manager.dialog_data["asked_id"] = manager.dialog_data["specialty_id"]
        await navigation.go(manager, Booking.ask_referral)
    else:
        await to_doctor(manager)


async def has_referral(manager: DialogManager) -> None:
    """Go on with the specialty that was asked about: «back» may have led here from another one."""
    data = manager.dialog_data
    if data["specialty_id"] != data["asked_id"]:
        data["specialty_id"] = data["asked_id"]
        service.forget(manager)
        if await service.is_to_be_asked(manager):
            await navigation.go(manager, Booking.service)
            return
    await to_doctor(manager)


async def no_referral(manager: DialogManager) -> None:
    """Go to who writes referrals; where nobody here does, back to the list."""
    other = await specialties.referrer(manager)
    if other is None:
        await navigation.go_back(manager)
    else:
        await choose_specialty(manager, str(other.id))


async def choose_service(manager: DialogManager, value: str) -> None:
    """Keep the service, and go on with what it was asked for."""
    await service.keep(manager, value)
    wished = manager.dialog_data.pop("wished_id", None)
    if wished is not None:
        await taking.choose_time(manager, str(wished))
    elif navigation.previous(manager) == Booking.day.state:
        await navigation.go_back(manager)
    else:
        await to_referral(manager)


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
    wish, filters = calendar.wish_of(dialog_manager), await doctor_filters.chosen(dialog_manager)
    chips = doctor_filters.as_chips(tr, filters)
    size = PAGE_SIZE - bool(wish) - (len(chips) + 1) // 2
    found = await finding.doctors(
        database,
        facility.id,
        data["specialty_id"],
        clock.now(),
        0 if is_compared else number,
        doctor_times.MOST if is_compared else size,
        data.get("filter"),
        minutes=data.get("minutes", 0),
        filters=filters,
    )
    if is_compared:
        found = await doctor_times.compared(dialog_manager, found.items, number, size)
    specialty = await finding.specialty(database, data["specialty_id"])
    heading = tr.html(
        "<b>{specialty}</b>\n{facility}",
        specialty=service.named(tr, dialog_manager) or tr.name(specialty.name_ru, specialty.name_en),
        facility=facility.name,
    )
    is_first = not found.number and not data.get("filter")
    is_filtered_away = is_first and bool(chips) and not found.items
    question = tr("Choose the doctor:")
    if is_filtered_away:
        question = tr.html(
            "There is no doctor here with: {what}.\nPress what you can do without, or drop all.",
            what=doctor_filters.in_words(tr, filters),
        )
    lines, choices = [], []
    for row in found.items:
        if row.nearest_at is None:
            when = tr("nothing fits") if is_compared else tr("no times")
        else:
            when = cards.short_day_and_time(tr, row.nearest_at, facility.timezone)
        choices.append(Choice(noted(row.short_name, when), row.schedule_id))
        lines.append(_line(tr, row, clock.now().year))
    screen_data = lists.listed(dialog_manager, tr, f"{heading}\n\n{question}", found)
    screen_data["text"] += "\n\n" + "\n".join(lines) if lines else ""
    if day := doctor_times.day_of(dialog_manager):
        first = tr.html("First those with times on {day}.", day=tr.accusative_day(day))
        screen_data["text"] += f"\n\n{first}"
    if wish:
        note = known.usual_note(tr, dialog_manager, 0) or calendar.wish_note(tr, wish, 0)
        screen_data["text"] += f"\n\n{note}"
        screen_data["chip"] = calendar.chip(tr, wish)
    nearest = found.items[0].nearest_at if is_first and found.items else None
    if nearest is None and is_first and not chips:
        screen_data["letter"] = await letter.offered(dialog_manager, facility.id, specialty.id)
    if nearest is not None:
        label = tr("⚡ Nearest: {when}", when=cards.short_day_and_time(tr, nearest, facility.timezone))
        screen_data["nearest"] = [Choice(label, found.items[0].schedule_id)]
    tools = [Choice(tr("👥 Any doctor"), "any")] if is_first and len(found.items) > 1 else []
    if chips or len(found.items) > 1 or found.number:
        tools.append(Choice(tr("🔎 Filters"), "filters"))
    return {
        **screen_data,
        **lists.page_of(found, choices),
        "chips": chips,
        "tools": tools,
        "is_filtered_away": is_filtered_away,
    }


async def use_tool(manager: DialogManager, value: str) -> None:
    """Look at the days of all doctors, or choose whom the list shows."""
    if value == "filters":
        await doctor_filters.open_window(manager)
    else:
        await choose_anybody(manager)


def _line(tr: Translator, row: DoctorRow, year: int) -> str:
    """Word a doctor: «Чехов Антон Павлович: высшая категория, 20 лет стажа · ★ 4,7 (127)»."""
    practice = doctor_card.experience(tr, row.practising_since, year)
    details = ", ".join(filter(None, (doctor_card.category(tr, row.category), practice)))
    line = tr.html("• <b>{name}</b>: {details}", name=row.full_name, details=details)
    rating = row.rating
    return line if rating.average is None else f"{line} · ★ {tr.number(rating.average)} ({rating.count})"


async def choose_nearest(manager: DialogManager, value: str) -> None:
    """Take a doctor's nearest free time in one press."""
    data = manager.dialog_data
    data.pop("any", None)
    await taking.set_doctor(manager, int(value))
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
        await taking.choose_time(manager, str(free.slot_id))


async def choose_doctor(manager: DialogManager, value: str) -> None:
    """Keep the doctor; where a day led here and has times that fit, show these."""
    data = manager.dialog_data
    data.pop("filter", None)
    data.pop("any", None)
    day = doctor_times.day_of(manager)
    await taking.set_doctor(manager, int(value))
    if day is not None:
        look = calendar.look_of(manager)
        of_day = await days.times_of(manager.middleware_data["database"], look, day)
        if of_day.times:
            await calendar.choose_day(manager, day.isoformat(), taking.STEPS)
            return
    await navigation.go(manager, Booking.day)


async def choose_anybody(manager: DialogManager) -> None:
    """Look at the days of all doctors of the list."""
    data = manager.dialog_data
    facility = await finding.facility(manager.middleware_data["database"], data["facility_id"])
    data.update(any=calendar.FACILITY, timezone=facility.timezone, region=facility.region_code)
    day = doctor_times.day_of(manager)
    if day is not None:
        await calendar.choose_day(manager, day.isoformat(), taking.STEPS)
    else:
        await navigation.go(manager, Booking.day)
