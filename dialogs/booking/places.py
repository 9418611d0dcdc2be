"""Whom for, and where: region and facility; what has one answer is not asked."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import Data, DialogManager

from clinic import finding
from clinic.clock import Clock
from dialogs import cards, for_whom, lists, location, navigation, wish_memory
from dialogs.booking import facility_filters, known, service, specialties, taking, wanted
from dialogs.booking.doctors import choose_specialty
from dialogs.states import Booking
from dialogs.widgets import Choice, noted, shorten_all
from locales import Translator
from storage.database import Database
from storage.facility_lists import FacilityEntry, Filters
from storage.text import fold

_MOST_FACILITIES = 5
"""Clinics on a page; fewer where chips need the rows."""
_NEAR = frozenset(
    ("рядом", "рядом со мной", "возле меня", "около меня", "поблизости", "недалеко", "ближайшая", "ближайшие",
     "близко", "рядом с домом", "near", "near me", "nearby", "nearest")
)  # fmt: skip
"""What people type in place of «📍 Near me»."""


async def begin(_: Data, manager: DialogManager) -> None:
    """Begin with whom it is for, where there are several, else with the place."""
    await wish_memory.recall(manager)
    if await for_whom.is_to_be_asked(manager):
        await navigation.skip_to(manager, Booking.patient)
    else:
        await begin_place(manager)


async def begin_place(manager: DialogManager, *, is_first: bool = True) -> None:
    """Go to the regions; where there is one only, the question is not asked.

    Started with a doctor, a clinic or a specialty it goes to what follows from there.
    """
    patient = for_whom.pick(manager, await for_whom.known(manager))
    known.apply_hours(manager, await known.of_patient(manager, patient))
    start = navigation.start_data(manager)
    if start.get("purpose"):
        manager.dialog_data["purpose"] = start["purpose"]
    following = await wanted.keep(manager)
    if following is not None:
        if not is_first:
            await navigation.go(manager, following)
        elif manager.current_context().state != following:
            await navigation.skip_to(manager, following)
        if start.get("slot_id"):
            await _take(manager, start["slot_id"])
        return
    middleware = manager.middleware_data
    found = await finding.regions(middleware["database"], middleware["tr"].language, 0, 2)
    if len(found.items) == 1:
        await choose_region(manager, found.items[0].code)
        if is_first:
            navigation.forget_trail(manager)
    elif not is_first:
        await navigation.go(manager, Booking.region)


async def _take(manager: DialogManager, slot_id: int) -> None:
    """Keep the next time of a doctor known from before; others are one press away."""
    manager.dialog_data["is_again"] = True
    await taking.choose_time(manager, str(slot_id))


async def choose_known(manager: DialogManager, value: str) -> None:
    """Take the next time of a doctor known from before, or go to the usual clinic or region."""
    kind, rest = value[:1], value[1:]
    if kind == "d":
        given = known.started_with(rest)
        service.forget(manager)
        await taking.set_doctor(manager, given["schedule_id"], given.get("service_id"))
        await navigation.go(manager, Booking.day)
        if "slot_id" in given:
            await _take(manager, given["slot_id"])
    elif kind == "c":
        facility = await finding.facility(manager.middleware_data["database"], for_whom.as_id(rest))
        manager.dialog_data["region"] = facility.region_code
        await choose_facility(manager, rest)
    else:
        await choose_region(manager, rest)


async def regions(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the regions that have a clinic."""
    data = dialog_manager.dialog_data
    offered = await known.offered(dialog_manager, tr)
    size = lists.PAGE_SIZE - len(offered["known"])
    found = await finding.regions(database, tr.language, data.get("page", 0), size, data.get("filter"))
    question = tr("Where will you see a doctor? Choose the region or type its name.")
    labels = shorten_all([tr.name(region.name_ru, region.name_en) for region in found.items])
    choices = [Choice(label, region.code) for label, region in zip(labels, found.items, strict=True)]
    shown = lists.listed(dialog_manager, tr, question + offered["known_text"], found)
    return shown | lists.page_of(found, choices) | offered


async def choose_region(manager: DialogManager, value: str) -> None:
    """Keep the region; a region with one facility goes on to its specialties."""
    manager.dialog_data.pop("filter", None)
    manager.dialog_data.pop("anywhere", None)
    manager.dialog_data["region"] = value
    if await wanted.go_on_in(manager, value):
        return
    middleware = manager.middleware_data
    found = await finding.facilities(middleware["database"], value, middleware["clock"].now(), 0, 2)
    if len(found.items) == 1:
        await choose_facility(manager, str(found.items[0].row.id))
    else:
        await navigation.go(manager, Booking.facility)


async def facilities(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List clinics as the filters say; full names and addresses stand in the text, filters on chips."""
    data = dialog_manager.dialog_data
    filters = await facility_filters.chosen(dialog_manager)
    chips = await facility_filters.as_chips(dialog_manager, filters)
    region = None if data.get("anywhere") and filters.near is not None else data["region"]
    offered = await known.offered(dialog_manager, tr)
    room = 6 - (len(chips) + 1) // 2 - bool(data.get("filter")) - len(offered["known"])
    size = max(1, min(_MOST_FACILITIES, room))
    found = await finding.facilities(
        database, region, clock.now(), data.get("page", 0), size, data.get("filter"), filters
    )
    near = tr("Choose the clinic, the nearest come first:")
    screen_data = lists.listed(
        dialog_manager, tr, near if filters.near is not None else tr("Choose the clinic:"), found
    )
    towns = {entry.row.town for entry in found.items}
    lines = [_line(tr, entry, is_town_said=len(towns) > 1 or region is None) for entry in found.items]
    screen_data["text"] += "\n\n" + "\n".join(lines) if lines else ""
    is_filtered_away = not found.items and not found.number and not data.get("filter")
    if is_filtered_away:
        what = await facility_filters.in_words(dialog_manager, filters)
        screen_data["text"] = tr.html(
            "There is no clinic here with: {what}.\nPress what you can do without, or drop all.", what=what
        )
    labels = [entry.row.name for entry in found.items]
    if filters.near is None:
        labels = shorten_all(labels)
    else:
        labels = [
            noted(label, location.distance(tr, entry.km or 0))
            for label, entry in zip(labels, found.items, strict=True)
        ]
    choices = [Choice(label, entry.row.id) for label, entry in zip(labels, found.items, strict=True)]
    tools = [Choice(tr("🔎 Filters"), "filters"), Choice(tr("📍 Near me"), "near")]
    if filters.near is not None:
        tools.pop()
    screen_data["text"] += offered["known_text"]
    return {
        **screen_data,
        **offered,
        **lists.page_of(found, choices),
        "chips": chips,
        "tools": tools,
        "is_filtered_away": is_filtered_away,
    }


def _line(tr: Translator, entry: FacilityEntry, *, is_town_said: bool) -> str:
    """Word a clinic: «Поликлиника № 1, улица Мира, д. 5 · 1,2 км · ★ 4,6 · ⏱ Вт 24 ноя»."""
    row = entry.row
    where = f"{row.town}, {row.address}" if is_town_said else row.address
    parts = [tr.html("• <b>{name}</b>, {where}", name=row.name, where=where)]
    if entry.km is not None:
        parts.append(location.distance(tr, entry.km))
    if entry.rating.average is not None:
        parts.append("★ " + tr.number(entry.rating.average))
    if entry.nearest_at is None:
        parts.append(tr("no times"))
    else:
        parts.append("⏱ " + tr.short_day(cards.local(entry.nearest_at, row.timezone).date()))
    return " · ".join(parts)


async def use_tool(manager: DialogManager, value: str) -> None:
    """Open the filters, or ask where somebody is."""
    if value == "near":
        await ask_location(manager)
    else:
        await facility_filters.open_window(manager)


# --- near


async def ask_location(manager: DialogManager) -> None:
    """Ask where somebody is."""
    await navigation.go(manager, Booking.near)


async def near(tr: Translator, **_: Any) -> dict[str, Any]:
    """Say how the place is sent, and what becomes of it."""
    return {
        "text": tr(
            "Press «Send my location» below, or send a place from the map (📎).\n\n"
            "I use it for this list alone and do not keep it."
        )
    }


async def understand_region(manager: DialogManager, message: Message) -> bool:
    """Take a place that was sent, or «рядом», else a part of a region's name."""
    return await _take_near(manager, message) or await lists.narrow(manager, message)


async def understand_facility(manager: DialogManager, message: Message) -> bool:
    """Take a place that was sent, or «рядом», else a part of a clinic's name."""
    return await _take_near(manager, message) or await lists.narrow(manager, message)


async def _take_near(manager: DialogManager, message: Message) -> bool:
    """Take a place that was sent; ask for one where somebody types that it is to be near."""
    if message.text and fold(message.text).strip(" .!?") in _NEAR:
        await ask_location(manager)
        return True
    return await take_location(manager, message)


async def take_location(manager: DialogManager, message: Message) -> bool:
    """Show what is near a place that was sent: of the region that was chosen, else of the nearest one."""
    point = location.sent(message)
    if point is None:
        return False
    data, middleware = manager.dialog_data, manager.middleware_data
    data.pop("filter", None)
    data.pop("page", None)
    here = manager.current_context().state
    is_region_open = here == Booking.region or navigation.previous(manager) == Booking.region.state
    if is_region_open and here != Booking.facility:
        found = await finding.facilities(
            middleware["database"], None, middleware["clock"].now(), 0, 1, filters=Filters(near=point)
        )
        if not found.items:
            return True
        data["region"] = found.items[0].row.region_code
        data["anywhere"] = True
    location.remember(manager, point)
    if here != Booking.facility:
        if here == Booking.near:
            await navigation.skip_to(manager, Booking.facility)
        else:
            await navigation.go(manager, Booking.facility)
    return True


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
        await specialties.open_list(manager)
