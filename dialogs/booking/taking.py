"""Choosing a doctor and a time: holding it, and what is said where it cannot be had."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import booking, finding, patients
from clinic.errors import ServiceNeeded, TimeRefused
from dialogs import calendar, cards, navigation, wish_memory
from dialogs.booking import service, ways
from dialogs.calendar import Steps
from dialogs.registration import RENEWED
from dialogs.states import Booking, Registration
from dialogs.widgets import Choice, shorten_all
from dialogs.wording import refusal
from locales import Translator
from storage.database import Database
from storage.places import Place

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


async def choose_day(manager: DialogManager, value: str) -> None:
    """Look at the times of a day."""
    await calendar.choose_day(manager, value, STEPS)


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
        "letter": [] if labels else await ways.letter_here(dialog_manager),
        "is_empty": not labels,
        "choices": [
            Choice(label, slot_id) for label, (_, slot_id) in zip(labels, data["offers"], strict=True)
        ],
    }


async def other_days(manager: DialogManager) -> None:
    """Look at all days of the doctor again."""
    await navigation.skip_to(manager, Booking.day)


STEPS = Steps(Booking.day, Booking.calendar, Booking.time, choose_time, wish_memory.keep)
