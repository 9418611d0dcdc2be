"""A booking that begins further on: at a doctor, a clinic or a specialty, as a search or a link asked."""

from aiogram.fsm.state import State
from aiogram_dialog import DialogManager

from clinic import finding, search, wishes
from dialogs import calendar, navigation
from dialogs.booking import taking
from dialogs.states import Booking
from locales import Translator


async def keep(manager: DialogManager) -> State | None:
    """Keep what the conversation was started with and return the window that is next; None: the regions.

    Raises NotFound for a doctor or a clinic that has gone.
    """
    start, middleware = navigation.start_data(manager), manager.middleware_data
    if wish := start.get("wish"):
        calendar.set_wish(manager, wishes.from_json(wish))
    if (schedule_id := start.get("schedule_id")) is not None:
        await taking.set_doctor(manager, schedule_id, start.get("service_id"))
        return Booking.day
    specialty_id, facility_id, region = (start.get(key) for key in ("specialty_id", "facility_id", "region"))
    if specialty_id is not None:
        is_found = region is not None and await _any_doctor(manager, specialty_id, region, facility_id)
        return Booking.day if is_found else None
    if facility_id is None:
        return None
    facility = await finding.facility(middleware["database"], facility_id)
    manager.dialog_data.update(facility_id=facility.id, region=facility.region_code)
    return Booking.specialty


async def _any_doctor(
    manager: DialogManager, specialty_id: int, region: str, facility_id: int | None = None
) -> bool:
    """Look at any doctor of a specialty, at a clinic or in the whole region; False where there is none."""
    middleware = manager.middleware_data
    service_id = navigation.start_data(manager).get("service_id")
    schedule_id = await search.nearest_schedule(
        middleware["database"], specialty_id, region, facility_id, middleware["clock"].now(), service_id
    )
    if schedule_id is None:
        return False
    await taking.set_doctor(manager, schedule_id, service_id)
    manager.dialog_data["any"] = calendar.REGION if facility_id is None else calendar.FACILITY
    return True


async def go_on_in(manager: DialogManager, region: str) -> bool:
    """Go on with the wanted specialty in the region that was just chosen; False where none is wanted."""
    specialty_id = navigation.start_data(manager).get("specialty_id")
    if specialty_id is None:
        return False
    if await _any_doctor(manager, specialty_id, region):
        await navigation.go(manager, Booking.day)
    else:
        tr: Translator = manager.middleware_data["tr"]
        manager.dialog_data["hint"] = tr("No such doctor sees patients in this region. Choose another one.")
    return True
