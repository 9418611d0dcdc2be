"""The ways on from the days and times of a doctor: another date, wishes, another doctor, the waiting list."""

from aiogram_dialog import DialogManager

from clinic import days as looking
from clinic.days import Scope
from dialogs import calendar, letter, navigation, wish_memory
from dialogs.states import Booking, Waiting
from dialogs.widgets import Choice
from locales import Translator


async def letter_here(manager: DialogManager) -> list[Choice]:
    """Offer the letter about this specialty at this facility, where the state's limit is broken."""
    data = manager.dialog_data
    if data.get("any") == calendar.REGION:
        return []
    return await letter.offered(manager, data["facility_id"], data["specialty_id"])


async def ways_on(manager: DialogManager, tr: Translator, *, has_days: bool) -> list[Choice]:
    """Name the ways on from the days: another date, wishes, another doctor or any."""
    data = manager.dialog_data
    ways = []
    if has_days:
        ways += [Choice(tr("📅 Another date"), "grid"), Choice(tr("🔎 Wishes"), "wishes")]
    if await has_colleagues(manager):
        ways.append(Choice(tr("👤 Another doctor") if not data.get("any") else tr("👤 One doctor"), "doctor"))
        if not data.get("any"):
            ways.append(Choice(tr("👥 Any doctor"), "any"))
    if data.get("any") != calendar.REGION and await has_others_in_region(manager):
        ways.append(Choice(tr("🗺 All clinics"), "region"))
    elif data.get("any") == calendar.REGION:
        ways.append(Choice(tr("🏥 This clinic"), "any"))
    ways.append(Choice(tr("🔔 Tell me"), "wait"))
    return ways


async def go_way(manager: DialogManager, value: str) -> None:
    """Go one of the ways; day and wish are kept."""
    match value:
        case "grid":
            manager.dialog_data.pop("grid", None)
            await navigation.go(manager, Booking.calendar)
        case "wishes":
            await navigation.go(manager, Booking.wish)
        case "doctor":
            here = manager.current_context().state
            manager.dialog_data["doctors_on"] = (
                manager.dialog_data.get("day") if here == Booking.time else None
            )
            await navigation.go(manager, Booking.doctor)
        case "about":
            await navigation.go(manager, Booking.about_doctor)
        case "off":
            await wish_memory.drop(manager)
        case "any":
            manager.dialog_data["any"] = calendar.FACILITY
        case "region":
            manager.dialog_data["any"] = calendar.REGION
        case "wait":
            await wait(manager)


async def wait(manager: DialogManager) -> None:
    """Join the waiting list for what is looked at, with the wishes."""
    data = manager.dialog_data
    found = await calendar.nearest_of(manager)
    is_there = bool(found.days or found.hidden)
    wanted = {
        "specialty_id": data["specialty_id"],
        "region": data["region"],
        "facility_id": data["facility_id"],
        "schedule_id": None if data.get("any") else data["schedule_id"],
        "service_id": data.get("service_id"),
        "scope": {calendar.REGION: "region", calendar.FACILITY: "facility"}.get(
            data.get("any", ""), "doctor"
        ),
        "wish": data.get("wish") or {},
        "reason": "none_suitable" if is_there else "no_times",
        "timezone": data["timezone"],
        "patient_id": data.get("patient_id"),
    }
    await manager.start(Waiting.check, wanted)


async def has_colleagues(manager: DialogManager) -> bool:
    """Tell whether the facility has another doctor of this specialty; asked of the store once."""
    data = manager.dialog_data
    if "is_alone" not in data:
        here = await looking.seen(manager.middleware_data["database"], _scope(manager))
        data["is_alone"] = len(here) < 2
    return not data["is_alone"]


async def has_others_in_region(manager: DialogManager) -> bool:
    """Tell whether other facilities of the region have doctors of this specialty; asked of the store once."""
    data = manager.dialog_data
    if "is_alone_in_region" not in data:
        elsewhere = await looking.is_seen_elsewhere(manager.middleware_data["database"], _scope(manager))
        data["is_alone_in_region"] = not elsewhere
    return not data["is_alone_in_region"]


def _scope(manager: DialogManager) -> Scope:
    data = manager.dialog_data
    return Scope(specialty_id=data["specialty_id"], facility_id=data["facility_id"], region=data["region"])
