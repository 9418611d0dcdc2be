"""Whom for, and where: region and facility; what has one answer is not asked."""

from typing import Any

from aiogram_dialog import Data, DialogManager

from clinic import finding
from dialogs import for_whom, lists, navigation
from dialogs.booking import wanted
from dialogs.booking.doctors import choose_specialty
from dialogs.states import Booking
from dialogs.widgets import Choice, shorten_all
from locales import Translator
from storage.database import Database


async def begin(_: Data, manager: DialogManager) -> None:
    """Begin with whom it is for, where there are several, else with the place."""
    if await for_whom.is_to_be_asked(manager):
        await navigation.skip_to(manager, Booking.patient)
    else:
        await begin_place(manager)


async def begin_place(manager: DialogManager, *, is_first: bool = True) -> None:
    """Go to the regions; where there is one only, the question is not asked.

    Started with a doctor, a clinic or a specialty it goes to what follows from there.
    """
    following = await wanted.keep(manager)
    if following is not None:
        if not is_first:
            await navigation.go(manager, following)
        elif manager.current_context().state != following:
            await navigation.skip_to(manager, following)
        return
    middleware = manager.middleware_data
    found = await finding.regions(middleware["database"], middleware["tr"].language, 0, 2)
    if len(found.items) == 1:
        await choose_region(manager, found.items[0].code)
        if is_first:
            navigation.forget_trail(manager)
    elif not is_first:
        await navigation.go(manager, Booking.region)


async def regions(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the regions that have a clinic."""
    data = dialog_manager.dialog_data
    found = await finding.regions(
        database, tr.language, data.get("page", 0), lists.PAGE_SIZE, data.get("filter")
    )
    question = tr("Where will you see a doctor? Choose the region or type its name.")
    labels = shorten_all([tr.name(region.name_ru, region.name_en) for region in found.items])
    choices = [Choice(label, region.code) for label, region in zip(labels, found.items, strict=True)]
    return lists.listed(dialog_manager, tr, question, found) | lists.page_of(found, choices)


async def choose_region(manager: DialogManager, value: str) -> None:
    """Keep the region; a region with one facility goes on to its specialties."""
    manager.dialog_data.pop("filter", None)
    manager.dialog_data["region"] = value
    if await wanted.go_on_in(manager, value):
        return
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
        database, data["region"], data.get("page", 0), lists.PAGE_SIZE, data.get("filter")
    )
    question = tr("Choose the clinic:")
    screen_data = lists.listed(dialog_manager, tr, question, found)
    lines = [
        tr.html("• <b>{name}</b>, {town}, {address}", name=row.name, town=row.town, address=row.address)
        for row in found.items
    ]
    screen_data["text"] += "\n\n" + "\n".join(lines) if lines else ""
    labels = shorten_all([row.name for row in found.items])
    choices = [Choice(label, row.id) for label, row in zip(labels, found.items, strict=True)]
    return screen_data | lists.page_of(found, choices)


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
