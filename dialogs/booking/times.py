"""When: the days and times of a doctor, holding one of them, and what to offer when it is gone."""

from datetime import datetime, timedelta
from typing import Any

from aiogram_dialog import DialogManager

from clinic import booking, finding, patients, times
from clinic import days as looking
from clinic.clock import Clock
from clinic.days import Scope
from clinic.errors import ServiceNeeded, TimeRefused
from dialogs import calendar, cards, letter, navigation, wish_memory
from dialogs.booking import known, service
from dialogs.calendar import Steps
from dialogs.grid import grid_screen
from dialogs.registration import RENEWED
from dialogs.states import Booking, Registration, Waiting
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


async def set_doctor(manager: DialogManager, schedule_id: int, service_id: int | None = None) -> None:
    """Keep a doctor, and with them the place; the service too, where it was not chosen before."""
    data = manager.dialog_data
    place = await finding.place(manager.middleware_data["database"], schedule_id)
    if (place.facility.id, place.specialty_id) != (data.get("facility_id"), data.get("specialty_id")):
        data.pop("is_alone", None)
        data.pop("is_alone_in_region", None)
    if place.specialty_id != data.get("specialty_id"):
        service.forget(manager)
    data.update(about_doctor(place))
    await service.keep_usual(manager, service_id)


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
    found = await calendar.nearest_of(dialog_manager)
    wish = calendar.look_of(dialog_manager).wish
    doctor = None if data.get("any") else found.place
    heading = await _full_heading(dialog_manager, tr, doctor)
    note = known.usual_note(tr, dialog_manager, found.hidden) or calendar.wish_note(tr, wish, found.hidden)
    chip, services = calendar.chip(tr, wish), service.chosen(tr, dialog_manager)
    ways = await _ways(dialog_manager, tr, has_days=bool(found.days or found.hidden))
    if services and chip:  # no row is left for it
        chip, ways = [], [*ways, Choice(tr("✖️ Without wishes"), "off")]
    shared: dict[str, Any] = {"chip": chip, "ways": ways, "services": services}
    if not found.days and found.hidden:
        text = f"{heading}\n\n{note}\n" + tr(
            "None of the free times fits. Take the wishes off, or change them."
        )
        return {"text": text, **shared}
    if not found.days:
        return _with_card(dialog_manager, tr, await _dead_end(dialog_manager, heading, clock.now()) | shared)
    choices = []
    if found.first is None or found.first.starts_at > clock.now() + SOON:
        shared["letter"] = await _letter(dialog_manager)
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
        "letter": await _letter(manager),
    }


async def _letter(manager: DialogManager) -> list[Choice]:
    """Offer the letter about this specialty at this facility, where the state's limit is broken."""
    data = manager.dialog_data
    if data.get("any") == calendar.REGION:
        return []
    return await letter.offered(manager, data["facility_id"], data["specialty_id"])


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


async def _ways(manager: DialogManager, tr: Translator, *, has_days: bool) -> list[Choice]:
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


async def choose_day(manager: DialogManager, value: str) -> None:
    """Look at the times of a day."""
    await calendar.choose_day(manager, value, STEPS)


async def grid(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show two weeks of the calendar."""
    return await grid_screen(dialog_manager, tr, await heading_of(dialog_manager, tr))


async def times_of_day(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show the free times of a day, and whose else there are."""
    shown = await calendar.time_screen(dialog_manager, tr, await heading_of(dialog_manager, tr))
    ways = await _ways(dialog_manager, tr, has_days=False)
    wishes = Choice(tr("✖️ Without wishes"), "off") if shown["chip"] else Choice(tr("🔎 Wishes"), "wishes")
    return shown | {"ways": [wishes, *ways][:4]}


async def choose_time(manager: DialogManager, value: str) -> None:
    """Hold a time; someone new is asked to register meanwhile, everyone else has only to confirm.

    Who agreed to an older text of the consent is asked to agree to the present one.
    """
    middleware = manager.middleware_data
    database: Database = middleware["database"]
    chat_id: int = middleware["event_chat"].id
    account = await patients.account(database, chat_id)
    is_agreed = account is not None and account.consent_version == patients.CONSENT_VERSION
    try:
        held = await booking.hold(
            database,
            chat_id,
            int(value),
            middleware["clock"].now(),
            is_registering=not is_agreed,
            is_to_book=True,
            service_id=manager.dialog_data.get("service_id"),
        )
    except ServiceNeeded:
        await set_doctor(manager, (await finding.slot(database, int(value))).schedule_id)
        manager.dialog_data["wished_id"] = int(value)
        await navigation.step_aside(manager, Booking.service)
        return
    except TimeRefused as error:
        await show_refusal(manager, error)
        return
    await set_doctor(manager, held.slot.schedule_id)
    manager.dialog_data["slot_id"] = held.slot.id
    if not is_agreed:
        kept = {
            "schedule_id": held.slot.schedule_id,
            "starts_at": int(held.slot.starts_at.timestamp()),
            "until": int(held.expires_at.timestamp()),
            RENEWED: account is not None,
        }
        await manager.start(Registration.consent, kept)
    else:
        await navigation.go(manager, Booking.confirm)


async def hold_longer(manager: DialogManager) -> None:
    """Keep the time as long as for somebody who registers; one that is not kept any more stays free."""
    middleware = manager.middleware_data
    database: Database = middleware["database"]
    chat_id, now = middleware["event_chat"].id, middleware["clock"].now()
    held = await booking.held(database, chat_id, now)
    if held is None or held.slot.id != manager.dialog_data["slot_id"]:
        return
    await booking.hold(
        database,
        chat_id,
        held.slot.id,
        now,
        is_registering=True,
        is_to_book=True,
        service_id=manager.dialog_data.get("service_id"),
    )


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
        "is_empty": not labels,
        "choices": [
            Choice(label, slot_id) for label, (_, slot_id) in zip(labels, data["offers"], strict=True)
        ],
    }


async def other_days(manager: DialogManager) -> None:
    """Look at all days of the doctor again."""
    await navigation.skip_to(manager, Booking.day)


STEPS = Steps(Booking.day, Booking.calendar, Booking.time, choose_time, wish_memory.keep)
