"""When: the days and times of a doctor, and where to look when there are none."""

from datetime import datetime, timedelta
from typing import Any

from aiogram_dialog import DialogManager

from clinic import finding, times
from clinic.clock import Clock
from dialogs import calendar, cards
from dialogs.booking import known, service, taking, ways
from dialogs.grid import grid_screen
from dialogs.widgets import Choice, shorten_all
from locales import Translator, capital
from storage.database import Database
from storage.places import Place
from storage.times import FreeTime

SOON = timedelta(days=3)
"""Where there is a time so near no letter is offered, also where a therapist must see one within a day."""


async def days(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show the nearest free days and the very nearest time; say where to look when there is none."""
    data = dialog_manager.dialog_data
    found = await calendar.nearest_of(dialog_manager)
    wish = calendar.look_of(dialog_manager).wish
    doctor = None if data.get("any") else found.place
    heading = await _full_heading(dialog_manager, tr, doctor)
    note = known.usual_note(tr, dialog_manager, found.hidden) or calendar.wish_note(tr, wish, found.hidden)
    chip, services = calendar.chip(tr, wish), service.chosen(tr, dialog_manager)
    ways_on = await ways.ways_on(dialog_manager, tr, has_days=bool(found.days or found.hidden))
    if services and chip:  # no row is left for it
        chip, ways_on = [], [*ways_on, Choice(tr("✖️ Without wishes"), "off")]
    shared: dict[str, Any] = {"chip": chip, "ways": ways_on, "services": services}
    if not found.days and found.hidden:
        text = f"{heading}\n\n{note}\n" + tr(
            "None of the free times fits. Take the wishes off, or change them."
        )
        return {"text": text, **shared}
    if not found.days:
        return _with_card(dialog_manager, tr, await _dead_end(dialog_manager, heading, clock.now()) | shared)
    choices = []
    if found.first is None or found.first.starts_at > clock.now() + SOON:
        shared["letter"] = await ways.letter_here(dialog_manager)
    if found.first is not None and found.place is not None:
        when = cards.short_day_and_time(tr, found.first.starts_at, found.place.facility.timezone)
        choices = [Choice(tr("⚡ Nearest: {when}", when=when), found.first.slot_id)]
    if zone := cards.zone_note(tr, clock.now(), data["timezone"]):
        heading += "\n" + capital(zone)
    return _with_card(
        dialog_manager,
        tr,
        {
            "text": heading
            + "\n\n"
            + (f"{note}\n" if note else "")
            + tr(
                "Choose the day (the number says how many times are free) or type:"
                " 25.11, after 18, on Saturdays"
            ),
            "offers": choices,
            "choices": calendar.day_choices(tr, found.days)[: _room(choices, shared)],
            **shared,
        },
    )


def _with_card(manager: DialogManager, tr: Translator, screen: dict[str, Any]) -> dict[str, Any]:
    """Lead to the doctor's card too, where a row is left for it."""
    if manager.dialog_data.get("any"):
        return screen
    ways = [*screen["ways"], Choice(tr("ℹ️ The doctor"), "about")]
    rows = sum(len(screen.get(source) or ()) for source in ("offers", "letter", "services", "chip"))
    rows += (len(screen.get("choices") or ()) + 1) // 2 + (len(ways) + 1) // 2
    return {**screen, "ways": ways} if rows <= MOST_ROWS else screen


MOST_ROWS = 8
"""Rows of buttons that a small phone shows above «Back»."""


def _room(offers: list[Choice], shared: dict[str, Any]) -> int:
    """Count how many days have room, two in a row, beside the other buttons."""
    others = len(offers) + sum(len(shared.get(name, ())) for name in ("chip", "services", "letter"))
    return 2 * (MOST_ROWS - others - (len(shared["ways"]) + 1) // 2)


async def _dead_end(manager: DialogManager, heading: str, now: datetime) -> dict[str, Any]:
    """Say that there are no times, and offer the nearest ones of the specialty in the region."""
    data, database = manager.dialog_data, manager.middleware_data["database"]
    tr: Translator = manager.middleware_data["tr"]
    others = await times.nearest_in_region(
        database, data["specialty_id"], data["region"], now, minutes=data.get("minutes", 0)
    )
    lines, choices = await _offers(database, tr, others)
    if others:
        lines.insert(0, tr("The nearest times of this specialty in the region:"))
    else:
        lines.append(tr("There are none of this specialty in the region either. Please call the registry."))
    lines.append("")
    lines.append(tr("Or press «🔔 Tell me»: I offer you a time as soon as one gets free."))
    missing = (
        tr("There are no free times now.") if data.get("any") else tr("This doctor has no free times now.")
    )
    return {
        "text": heading + "\n\n" + missing + "\n\n" + "\n".join(lines),
        "offers": choices,
        "letter": await ways.letter_here(manager),
    }


async def _full_heading(manager: DialogManager, tr: Translator, place: Place | None) -> str:
    """Say whose days these are, and where; None: any doctor's."""
    data, database = manager.dialog_data, manager.middleware_data["database"]
    if place is None:
        heading = await heading_of(manager, tr)
        if data["any"] == calendar.FACILITY:
            heading += "\n" + cards.registry_line(tr, await finding.facility(database, data["facility_id"]))
        return heading
    heading = "\n".join(cards.place_lines(tr, place))
    if place.facility.audience == "child":
        heading += "\n" + tr("👶 Children are seen here.")
    return heading


async def heading_of(manager: DialogManager, tr: Translator) -> str:
    """Say in a line or two whose times these are."""
    data, database = manager.dialog_data, manager.middleware_data["database"]
    if not data.get("any"):
        heading: str = data["heading"]
        return heading
    specialty = await finding.specialty(database, data["specialty_id"])
    facility = await finding.facility(database, data["facility_id"])
    return tr.html(
        "<b>{specialty}</b>, any doctor\n{where}",
        specialty=tr.name(specialty.name_ru, specialty.name_en),
        where=tr("All clinics of the region") if data["any"] == calendar.REGION else facility.name,
    )


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
    labels = shorten_all([label for label, _ in choices], taking.OFFER_LENGTH)
    return lines, [Choice(label, slot_id) for label, (_, slot_id) in zip(labels, choices, strict=True)]


async def grid(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show two weeks of the calendar."""
    return await grid_screen(dialog_manager, tr, await heading_of(dialog_manager, tr))


async def times_of_day(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show the free times of a day, and whose else there are."""
    shown = await calendar.time_screen(dialog_manager, tr, await heading_of(dialog_manager, tr))
    ways_on = await ways.ways_on(dialog_manager, tr, has_days=False)
    wishes = Choice(tr("✖️ Without wishes"), "off") if shown["chip"] else Choice(tr("🔎 Wishes"), "wishes")
    return shown | {"ways": [wishes, *ways_on][:4]}
