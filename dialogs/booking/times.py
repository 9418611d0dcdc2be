"""When: the days and times of a doctor, holding one of them, and what to offer when it is gone."""

from datetime import timedelta
from typing import Any

from aiogram_dialog import DialogManager

from clinic import booking, finding, patients, times
from clinic.clock import Clock
from clinic.errors import TimeRefused
from dialogs import calendar, cards, letter, navigation
from dialogs.calendar import Steps
from dialogs.states import Booking, Registration
from dialogs.widgets import Choice, shorten_all
from dialogs.wording import refusal
from locales import Translator, capital
from storage.database import Database
from storage.places import Place
from storage.times import FreeTime

SOON = timedelta(days=3)
"""Where there is a time so near no letter is offered, also where a therapist must see one within a day."""
OFFER_LENGTH = 34
"""Longest label of an offered time: day, hour and doctor."""


async def set_doctor(manager: DialogManager, schedule_id: int) -> None:
    """Keep a doctor, and with them the place."""
    data = manager.dialog_data
    place = await finding.place(manager.middleware_data["database"], schedule_id)
    if (place.facility.id, place.specialty_id) != (data.get("facility_id"), data.get("specialty_id")):
        data.pop("is_alone", None)
    data.update(about_doctor(place))


def about_doctor(place: Place) -> dict[str, Any]:
    """Collect what the windows remember of the doctor who is looked at."""
    return {
        "schedule_id": place.schedule_id,
        "timezone": place.facility.timezone,
        "facility_id": place.facility.id,
        "specialty_id": place.specialty_id,
        "region": place.facility.region_code,
        "heading": f"<b>{cards.escape(place.doctor)}</b>",
    }


async def days(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show the nearest free days and the very nearest time; say where to look when there is none."""
    data = dialog_manager.dialog_data
    place = await finding.place(database, data["schedule_id"])
    free = await calendar.days_of(dialog_manager)
    heading = "\n".join(cards.place_lines(tr, place))
    if place.facility.audience == "child":
        heading += "\n" + tr("👶 Children are seen here.")
    shared: dict[str, Any] = {
        "has_days": bool(free),
        "has_colleagues": await _has_colleagues(dialog_manager, place),
    }
    if not free:
        others = await times.nearest_in_region(database, data["specialty_id"], data["region"], clock.now())
        lines, choices = await _offers(database, tr, others)
        if others:
            lines.insert(0, tr("The nearest times of this specialty in the region:"))
        else:
            lines.append(
                tr("There are none of this specialty in the region either. Please call the registry.")
            )
        text = heading + "\n\n" + tr("This doctor has no free times now.") + "\n\n" + "\n".join(lines)
        return {"text": text, "offers": choices, "letter": await _letter(dialog_manager), **shared}
    nearest = await times.nearest_of_schedule(database, data["schedule_id"], clock.now())
    choices = []
    if nearest is None or nearest.starts_at > clock.now() + SOON:
        shared["letter"] = await _letter(dialog_manager)
    if nearest is not None:
        when = cards.short_day_and_time(tr, nearest.starts_at, data["timezone"])
        choices = [Choice(tr("⚡ Nearest: {when}", when=when), nearest.slot_id)]
    if note := cards.zone_note(tr, clock.now(), data["timezone"]):
        heading += "\n" + capital(note)
    return {
        "text": heading
        + "\n\n"
        + tr("Choose the day (the number says how many times are free) or type a date: 25.11"),
        "offers": choices,
        "choices": calendar.day_choices(tr, free),
        **shared,
    }


async def _letter(manager: DialogManager) -> list[Choice]:
    """Offer the letter about this specialty at this facility, where the state's limit is broken."""
    return await letter.offered(
        manager, manager.dialog_data["facility_id"], manager.dialog_data["specialty_id"]
    )


async def _has_colleagues(manager: DialogManager, place: Place) -> bool:
    """Tell whether the facility has another doctor of this specialty; asked of the store once."""
    data = manager.dialog_data
    if "is_alone" not in data:
        middleware = manager.middleware_data
        found = await finding.doctors(
            middleware["database"], place.facility.id, place.specialty_id, middleware["clock"].now(), 0, 2
        )
        data["is_alone"] = len(found.items) < 2
    return not data["is_alone"]


async def _offers(
    database: Database, tr: Translator, found: list[FreeTime]
) -> tuple[list[str], list[Choice]]:
    """Word times at other doctors: a line that says where each is, and its button."""
    lines, choices = [], []
    for free in found:
        place = await finding.place(database, free.schedule_id)
        when = cards.short_day_and_time(tr, free.starts_at, place.facility.timezone)
        lines.append(
            tr.html(
                "• {when}, {doctor}: {facility}, {address}",
                when=when,
                doctor=place.doctor_short,
                facility=place.facility.name,
                address=cards.full_address(place),
            )
        )
        choices.append((f"{when} · {place.doctor_short}", free.slot_id))
    labels = shorten_all([label for label, _ in choices], OFFER_LENGTH)
    return lines, [Choice(label, slot_id) for label, (_, slot_id) in zip(labels, choices, strict=True)]


async def other_doctor(manager: DialogManager) -> None:
    """Show the doctors of this specialty at this facility."""
    await navigation.go(manager, Booking.doctor)


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
    """Hold a time; someone new is asked to register meanwhile, everyone else has only to confirm."""
    middleware = manager.middleware_data
    database: Database = middleware["database"]
    chat_id: int = middleware["event_chat"].id
    account = await patients.account(database, chat_id)
    try:
        held = await booking.hold(
            database,
            chat_id,
            int(value),
            middleware["clock"].now(),
            is_registering=account is None,
            is_to_book=True,
        )
    except TimeRefused as error:
        await show_refusal(manager, error)
        return
    await set_doctor(manager, held.slot.schedule_id)
    manager.dialog_data["slot_id"] = held.slot.id
    if account is None:
        kept = {
            "schedule_id": held.slot.schedule_id,
            "starts_at": int(held.slot.starts_at.timestamp()),
            "until": int(held.expires_at.timestamp()),
        }
        await manager.start(Registration.consent, kept)
    else:
        await navigation.go(manager, Booking.confirm)


async def show_refusal(manager: DialogManager, error: TimeRefused, opening: str = "") -> None:
    """Say why a time cannot be had and offer the nearest ones; `opening` says what went well before."""
    tr: Translator = manager.middleware_data["tr"]
    manager.dialog_data["refusal"] = opening + refusal(tr, error)
    manager.dialog_data["offers"] = [[cards.offer_label(tr, offer), offer.slot_id] for offer in error.nearest]
    await navigation.skip_to(manager, Booking.taken)


async def taken(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show the refusal and the times offered in its place; where there are none, who answers the phone."""
    data = dialog_manager.dialog_data
    labels = shorten_all([label for label, _ in data["offers"]], OFFER_LENGTH)
    text = data["refusal"]
    if not labels:
        text += "\n" + cards.registry_line(tr, await finding.facility(database, data["facility_id"]))
    return {
        "text": text,
        "letter": [] if labels else await _letter(dialog_manager),
        "choices": [
            Choice(label, slot_id) for label, (_, slot_id) in zip(labels, data["offers"], strict=True)
        ],
    }


async def other_days(manager: DialogManager) -> None:
    """Look at all days of the doctor again."""
    await navigation.skip_to(manager, Booking.day)


STEPS = Steps(Booking.day, Booking.calendar, Booking.time, choose_time)
