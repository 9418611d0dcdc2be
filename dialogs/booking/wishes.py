"""«Пожелания»: hours, weekdays, notice, doctors and clinics, by buttons or in plain words."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import days
from clinic.clock import Clock
from clinic.days import Scope
from clinic.wishes import editing
from dialogs import calendar, navigation, wish_buttons, wish_memory
from dialogs.booking.ways import has_colleagues, has_others_in_region
from dialogs.states import Booking
from dialogs.widgets import Choice, shorten
from locales import Translator
from storage.database import Database
from storage.days import Seen

PAGE_SIZE = 6


async def wishes_screen(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what is wished for, what comes of it, and the buttons of its last row."""
    return {
        **await wish_buttons.window(dialog_manager, tr),
        "has_places": await has_colleagues(dialog_manager) or await has_others_in_region(dialog_manager),
    }


async def use_tool(manager: DialogManager, value: str) -> None:
    """Begin one more window, joined by OR, or take all wishes off."""
    if value == wish_buttons.MORE:
        wish_buttons.begin_row(manager)
    else:
        await wish_memory.drop(manager)
        manager.dialog_data.pop(wish_buttons.ROW, None)


async def show(manager: DialogManager) -> None:
    """Go back to where the wishes were opened: to the times of a day, or to the days."""
    manager.dialog_data.pop(wish_buttons.ROW, None)
    await wish_memory.keep(manager)
    state = Booking.time if navigation.previous(manager) == Booking.time.state else Booking.day
    await navigation.skip_to(manager, state)


async def show_days(manager: DialogManager) -> None:
    """Go to the days, whatever was looked at before: they may be of others now."""
    await wish_memory.keep(manager)
    await navigation.skip_to(manager, Booking.day)


async def understand(manager: DialogManager, message: Message) -> bool:
    """Take plain words: as the window that «Ещё одно» began, else in place of those before."""
    if not wish_buttons.take_words(manager, message.text or ""):
        return False
    await wish_memory.keep(manager)
    return True


# --- doctors and clinics


async def _seen(manager: DialogManager) -> list[Seen]:
    """Read all doctors of the specialty in the region, those of this clinic first."""
    data = manager.dialog_data
    scope = Scope(0, data["specialty_id"], data["facility_id"], data["region"], is_wide=True)
    found = await days.seen(manager.middleware_data["database"], scope)
    here = data["facility_id"]
    return sorted(found, key=lambda one: (one.facility_id != here, one.facility, one.doctor, one.schedule_id))


async def open_places(manager: DialogManager) -> None:
    """Show the doctors and clinics."""
    await navigation.go(manager, Booking.wish_places)


async def places(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List clinics, where there are several, and doctors; one press takes one alone, two leave it out."""
    wish = calendar.wish_of(dialog_manager)
    found = await _seen(dialog_manager)
    facilities = {one.facility_id: one.facility for one in found}
    choices = []
    if len(facilities) > 1:
        for number, name in facilities.items():
            sign = _sign(number in wish.facility_ids, number in wish.without_facilities)
            choices.append(Choice(shorten(f"{sign}🏥 {name}"), f"f{number}"))
    for one in found:
        sign = _sign(one.schedule_id in wish.schedule_ids, one.schedule_id in wish.without_schedules)
        choices.append(Choice(shorten(f"{sign}{one.doctor}"), f"s{one.schedule_id}"))
    last = max(0, len(choices) - 1) // PAGE_SIZE
    page = min(dialog_manager.dialog_data.get("page", 0), last)
    text = tr(
        "<b>Which doctors and clinics?</b>\n\nOne press: ✓ only this one. Two: ✕ without this one."
        " Three: never mind."
    )
    return {
        "text": f"{text}\n\n{await wish_buttons.outcome(dialog_manager, tr)}",
        "choices": choices[page * PAGE_SIZE : (page + 1) * PAGE_SIZE],
        "page": page,
        "has_next": page < last,
    }


def _sign(is_taken: bool, is_left_out: bool) -> str:
    return "✓ " if is_taken else "✕ " if is_left_out else ""


async def turn_place(manager: DialogManager, value: str) -> None:
    """Turn a doctor or a clinic on; as soon as one is named, any doctor that fits is looked at."""
    data = manager.dialog_data
    page = data.get("page", 0)
    wish = calendar.wish_of(manager)
    turn = editing.turn_facility if value[:1] == "f" else editing.turn_schedule
    known = await _seen(manager)
    if int(value[1:]) not in {one.facility_id if value[:1] == "f" else one.schedule_id for one in known}:
        return
    wish = turn(wish, int(value[1:]))
    calendar.set_wish(manager, wish)
    data["page"] = page
    here = {one.schedule_id for one in known if one.facility_id == data["facility_id"]}
    is_wide = wish.facility_ids or wish.without_facilities or wish.schedule_ids - here
    data["any"] = calendar.REGION if is_wide else calendar.FACILITY
