"""To whom: specialty and doctor, and the nearest time of each; what has one answer is not asked."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import finding
from clinic import times as free_times
from clinic.clock import Clock
from dialogs import cards, lists, navigation
from dialogs.booking import doctor_card, doctor_filters, service, specialties, times
from dialogs.states import Booking
from dialogs.widgets import Choice, noted
from locales import Translator
from storage.database import Database
from storage.doctors import DoctorRow

_MOST = 5
"""Doctors on a page; fewer where chips need the rows."""


async def choose_specialty(manager: DialogManager, value: str) -> None:
    """Keep the specialty; ask for a referral where one is usual and none is known."""
    data = manager.dialog_data
    data.pop("filter", None)
    data["specialty_id"] = int(value)
    service.forget(manager)
    if await specialties.is_referral_asked(manager):
        data["asked_id"] = data["specialty_id"]
        await navigation.go(manager, Booking.ask_referral)
    else:
        await to_service(manager)


async def to_service(manager: DialogManager) -> None:
    """Ask which service is wanted, where the specialty has several."""
    if await service.is_to_be_asked(manager):
        await navigation.go(manager, Booking.service)
    else:
        await to_doctor(manager)


async def has_referral(manager: DialogManager) -> None:
    """Go on with the specialty that was asked about: «back» may have led here from another one."""
    manager.dialog_data["specialty_id"] = manager.dialog_data["asked_id"]
    await to_service(manager)


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
    filters = await doctor_filters.chosen(dialog_manager)
    chips = doctor_filters.as_chips(tr, filters)
    found = await finding.doctors(
        database,
        facility.id,
        data["specialty_id"],
        clock.now(),
        data.get("page", 0),
        _MOST - (len(chips) + 1) // 2,
        data.get("filter"),
        minutes=data.get("minutes", 0),
        filters=filters,
    )
    specialty = await finding.specialty(database, data["specialty_id"])
    heading = tr.html(
        "<b>{specialty}</b>\n{facility}",
        specialty=service.named(tr, dialog_manager) or tr.name(specialty.name_ru, specialty.name_en),
        facility=facility.name,
    )
    question = tr("Choose the doctor:")
    is_filtered_away = bool(chips) and not found.items and not found.number and not data.get("filter")
    if is_filtered_away:
        question = tr.html(
            "There is no doctor here with: {what}.\nPress what you can do without, or drop all.",
            what=doctor_filters.in_words(tr, filters),
        )
    lines, choices = [], []
    for row in found.items:
        if row.nearest_at is None:
            when = tr("no times")
        else:
            when = cards.short_day_and_time(tr, row.nearest_at, facility.timezone)
        choices.append(Choice(noted(row.short_name, when), row.schedule_id))
        lines.append(_line(tr, row, clock.now().year))
    screen_data = lists.listed(dialog_manager, tr, f"{heading}\n\n{question}", found)
    screen_data["text"] += "\n\n" + "\n".join(lines) if lines else ""
    nearest = found.items[0].nearest_at if found.items and found.number == 0 else None
    if nearest is not None and not data.get("filter"):
        label = tr("⚡ Nearest: {when}", when=cards.short_day_and_time(tr, nearest, facility.timezone))
        screen_data["nearest"] = [Choice(label, found.items[0].schedule_id)]
    return {
        **screen_data,
        **lists.page_of(found, choices),
        "chips": chips,
        "is_filtered_away": is_filtered_away,
        "can_filter": bool(chips) or len(found.items) > 1 or bool(found.number),
    }


def _line(tr: Translator, row: DoctorRow, year: int) -> str:
    """Word a doctor: «Чехов Антон Павлович: высшая категория, 20 лет стажа · ★ 4,7»."""
    practice = doctor_card.experience(tr, row.practising_since, year)
    details = ", ".join(filter(None, (doctor_card.category(tr, row.category), practice)))
    line = tr.html("• <b>{name}</b>: {details}", name=row.full_name, details=details)
    return line if row.rating.average is None else f"{line} · ★ {tr.number(row.rating.average)}"


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
