"""«Моя поликлиника»: the clinic that is offered first, chosen where a patient's other data are."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import finding, habits
from clinic.clock import Clock
from clinic.habits import Habits
from dialogs import for_whom, lists, navigation
from dialogs.profile import steps
from dialogs.states import Profile
from dialogs.widgets import Choice, shorten
from locales import Translator
from storage.database import Database

_PAGE_SIZE = 5


async def present(manager: DialogManager) -> Habits:
    """Read which clinic it is: the one that was set, else where the patient was booked most often."""
    middleware = manager.middleware_data
    return await habits.known(
        middleware["database"],
        middleware["event_chat"].id,
        middleware["clock"].now(),
        await steps.patient_id(manager),
    )


async def clinics(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the clinics of the patient's region; the own one is marked."""
    data = dialog_manager.dialog_data
    person = (await steps.known(dialog_manager)).patient.person
    known = await present(dialog_manager)
    region = person.region or (known.clinic.region_code if known.clinic else "")
    text = tr("<b>My clinic</b>\nIt is offered first when you book.")
    if known.clinic is not None:
        words = tr("Now: {clinic}.") if known.is_clinic_set else tr("By your bookings it is: {clinic}.")
        text += "\n\n" + tr.html(words, clinic=known.clinic.name)
    if not region:
        return {"text": text + "\n\n" + tr("First choose your region."), "has_no_region": True}
    found = await finding.facilities(
        database, region, clock.now(), data.get("page", 0), _PAGE_SIZE, data.get("filter")
    )
    set_id = known.clinic.id if known.clinic is not None and known.is_clinic_set else None
    question = text + "\n\n" + tr("Choose it, or type a part of its name or its street.")
    choices = [
        Choice(shorten(("⭐ " if entry.row.id == set_id else "") + entry.row.name), entry.row.id)
        for entry in found.items
    ]
    lines = [
        tr.html("• {name}: {town}, {address}", name=row.name, town=row.town, address=row.address)
        for row in (entry.row for entry in found.items)
    ]
    shown = lists.listed(dialog_manager, tr, question, found)
    shown["text"] += "\n\n" + "\n".join(lines) if lines else ""
    return {**shown, **lists.page_of(found, choices), "is_set": set_id is not None}


async def choose(manager: DialogManager, value: str) -> None:
    """Make a clinic the patient's own."""
    await _set(manager, for_whom.as_id(value))


async def take_off(manager: DialogManager) -> None:
    """Let the clinic be learned again from the bookings."""
    await _set(manager, None)


async def _set(manager: DialogManager, facility_id: int | None) -> None:
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    patient_id = await steps.patient_id(manager)
    await habits.set_clinic(middleware["database"], middleware["event_chat"].id, patient_id, facility_id)
    manager.dialog_data.pop("filter", None)
    manager.dialog_data["hint"] = (
        tr("This clinic is not offered first any more.")
        if facility_id is None
        else tr("⭐ From now on this clinic is offered first.")
    )
    await navigation.skip_to(manager, Profile.main)


async def choose_region(manager: DialogManager) -> None:
    """Go where the region is chosen."""
    await navigation.go(manager, Profile.region)
