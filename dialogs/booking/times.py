"""When: the days and times of a doctor, holding one of them, and what to offer when it is gone."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import booking, finding, patients, times
from clinic.clock import Clock
from clinic.errors import TimeRefused
from dialogs import calendar, cards, navigation
from dialogs.calendar import Steps
from dialogs.states import Booking, Registration
from dialogs.widgets import Choice, shorten
from dialogs.wording import refusal
from locales import Translator
from storage.database import Database


async def set_doctor(manager: DialogManager, schedule_id: int) -> None:
    """Keep a doctor, and with them the place."""
    place = await finding.place(manager.middleware_data["database"], schedule_id)
    manager.dialog_data.update(
        schedule_id=schedule_id,
        timezone=place.facility.timezone,
        facility_id=place.facility.id,
        specialty_id=place.specialty_id,
        region=place.facility.region_code,
        heading=f"<b>{cards.escape(place.doctor)}</b>",
    )


async def days(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show the nearest free days and the very nearest time; say where to look when there is none."""
    data = dialog_manager.dialog_data
    place = await finding.place(database, data["schedule_id"])
    free = await calendar.days_of(dialog_manager)
    heading = "\n".join(cards.place_lines(tr, place))
    if not free:
        others = await times.nearest_in_region(database, data["specialty_id"], data["region"], clock.now())
        text = heading + "\n\n" + tr("This doctor has no free times now.")
        if others:
            text += " " + tr("The nearest times of this specialty in the region:")
        else:
            text += " " + tr.html(
                "There are none of this specialty in the region either. Ask the registry: {phone}",
                phone=place.facility.phone,
            )
        return {"text": text, "offers": await _offers(database, tr, others), "has_days": False}
    nearest = await times.nearest_of_schedule(database, data["schedule_id"], clock.now())
    choices = []
    if nearest is not None:
        when = cards.short_day_and_time(tr, nearest.starts_at, data["timezone"])
        choices = [Choice(tr("⚡ Nearest: {when}", when=when), nearest.slot_id)]
    if note := cards.zone_note(tr, clock.now(), data["timezone"]):
        heading += "\n" + note[:1].upper() + note[1:]
    return {
        "text": heading + "\n\n" + tr("Choose the day or type a date, for example 25.11:"),
        "offers": choices,
        "choices": calendar.day_choices(tr, free),
        "has_days": True,
    }


async def _offers(database: Database, tr: Translator, found: list[Any]) -> list[Choice]:
    choices = []
    for free in found:
        place = await finding.place(database, free.schedule_id)
        when = cards.short_day_and_time(tr, free.starts_at, place.facility.timezone)
        choices.append(Choice(f"{when} · {place.doctor_short}", free.slot_id))
    return choices


async def choose_day(manager: DialogManager, value: str) -> None:
    """Look at the times of a day."""
    await calendar.choose_day(manager, value, STEPS)


async def open_calendar(manager: DialogManager) -> None:
    """Show the two-week grid."""
    manager.dialog_data.pop("grid", None)
    await navigation.go(manager, Booking.calendar)


async def grid(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Name the months of the grid."""
    title = calendar.grid_title(dialog_manager, tr)
    heading = dialog_manager.dialog_data["heading"]
    return {"text": f"{heading}\n{title}\n\n" + tr("Days with free times are numbers, the others are dots:")}


async def times_of_day(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show the free times of a day."""
    return await calendar.time_screen(dialog_manager, tr, dialog_manager.dialog_data["heading"])


async def choose_time(manager: DialogManager, value: str) -> None:
    """Hold a time; someone new is asked to register meanwhile, everyone else goes on to the purpose."""
    middleware = manager.middleware_data
    database: Database = middleware["database"]
    chat_id: int = middleware["event_chat"].id
    account = await patients.account(database, chat_id)
    try:
        held = await booking.hold(
            database, chat_id, int(value), middleware["clock"].now(), is_registering=account is None
        )
    except TimeRefused as error:
        await show_refusal(manager, error)
        return
    await set_doctor(manager, held.slot.schedule_id)
    manager.dialog_data["slot_id"] = held.slot.id
    if account is None:
        await manager.start(Registration.consent, {"slot_id": held.slot.id})
    else:
        await navigation.go(manager, Booking.purpose)


async def show_refusal(manager: DialogManager, error: TimeRefused) -> None:
    """Say why a time cannot be had and offer the nearest ones."""
    tr: Translator = manager.middleware_data["tr"]
    manager.dialog_data["refusal"] = refusal(tr, error)
    manager.dialog_data["offers"] = [[cards.offer_label(tr, offer), offer.slot_id] for offer in error.nearest]
    await navigation.skip_to(manager, Booking.taken)


async def taken(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Show the refusal and the times offered in its place."""
    data = dialog_manager.dialog_data
    return {
        "text": data["refusal"],
        "choices": [Choice(shorten(label, 34), slot_id) for label, slot_id in data["offers"]],
    }


async def other_days(manager: DialogManager) -> None:
    """Look at all days of the doctor again."""
    await navigation.skip_to(manager, Booking.day)


STEPS = Steps(Booking.day, Booking.calendar, Booking.time, choose_time)
