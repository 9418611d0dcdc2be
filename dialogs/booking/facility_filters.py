"""What the list of clinics is to show: chosen in a window, pressed off as chips, kept for the next time."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import finding
from clinic.preferences import FACILITIES
from dialogs import cards, chips, lists, location, navigation, typing
from dialogs.states import Booking
from dialogs.widgets import Choice
from locales import Translator, later
from storage.database import Database
from storage.facility_lists import BY_NAME, BY_RATING, BY_TIME, GOOD_TENTHS, KINDS, ORDERS, Filters

_KINDS = {
    "polyclinic": later("Polyclinics"),
    "hospital": later("Hospitals"),
    "centre": later("Centres"),
}
_ORDERS = {BY_NAME: later("A–Z"), BY_TIME: later("Time"), BY_RATING: later("Rating")}
_ORDER_CHIPS = {BY_TIME: later("⏱ by time"), BY_RATING: later("★ by rating")}


async def chosen(manager: DialogManager) -> Filters:
    """Read what was chosen in this conversation, or what was kept of an earlier one."""
    kept = await chips.kept(manager, FACILITIES)
    day = date.fromisoformat(kept["day"]) if kept.get("day") else None
    return Filters(
        kind=kept.get("kind", "") if kept.get("kind") in KINDS else "",
        specialty_id=kept.get("specialty_id"),
        day=day if day is not None and day >= await _today(manager) else None,
        is_good=bool(kept.get("is_good")),
        order=kept.get("order", BY_NAME) if kept.get("order") in ORDERS else BY_NAME,
        near=location.known(manager),
    )


async def _keep(manager: DialogManager, filters: Filters) -> None:
    values = {
        "kind": filters.kind,
        "specialty_id": filters.specialty_id,
        "day": filters.day.isoformat() if filters.day else "",
        "is_good": filters.is_good,
        "order": filters.order if filters.order != BY_NAME else "",
    }
    await chips.keep(manager, FACILITIES, values)


async def _today(manager: DialogManager) -> date:
    """Tell the day in the region that is looked at."""
    middleware = manager.middleware_data
    now: datetime = middleware["clock"].now()
    timezone = await finding.timezone_of_region(middleware["database"], manager.dialog_data.get("region", ""))
    return cards.local(now, timezone).date()


# --- chips


async def as_chips(manager: DialogManager, filters: Filters) -> list[Choice]:
    """Name each filter on a button that takes it off."""
    tr: Translator = manager.middleware_data["tr"]
    named = [("near", tr("📍 near"))] if filters.near is not None else []
    named += await _named(manager, filters)
    if filters.order != BY_NAME and filters.near is None:
        named.append(("order", tr(_ORDER_CHIPS[filters.order])))
    return [chips.off(name, value) for value, name in named]


async def _named(manager: DialogManager, filters: Filters) -> list[tuple[str, str]]:
    tr: Translator = manager.middleware_data["tr"]
    named = []
    if filters.kind:
        named.append(("kind", tr(_KINDS[filters.kind])))
    if filters.specialty_id is not None:
        row = await finding.specialty(manager.middleware_data["database"], filters.specialty_id)
        named.append(("specialty", tr.name(row.name_ru, row.name_en)))
    if filters.day is not None:
        named.append(("day", tr.short_day(filters.day)))
    if filters.is_good:
        named.append(("good", "★ " + _good(tr)))
    return named


def _good(tr: Translator) -> str:
    return tr("from {points}", points=tr.number(GOOD_TENTHS / 10))


async def in_words(manager: DialogManager, filters: Filters) -> str:
    """Name the filters that leave clinics out, in a row."""
    return ", ".join(name for _, name in await _named(manager, filters))


async def drop(manager: DialogManager, value: str) -> None:
    """Take one filter off."""
    if value == "near":
        location.forget(manager)
        manager.dialog_data.pop("page", None)
        return
    filters = await chosen(manager)
    without: dict[str, Any] = {
        "kind": {"kind": ""},
        "specialty": {"specialty_id": None},
        "day": {"day": None},
        "good": {"is_good": False},
        "order": {"order": BY_NAME},
    }
    await _keep(manager, replace(filters, **without.get(value, {})))


async def drop_all(manager: DialogManager) -> None:
    """Take all filters off; the order stays."""
    filters = await chosen(manager)
    await _keep(manager, Filters(order=filters.order))


# --- the window


async def open_window(manager: DialogManager) -> None:
    """Show all filters."""
    await navigation.go(manager, Booking.filters)


async def window(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show every filter, the chosen ones ticked."""
    filters, today = await chosen(dialog_manager), await _today(dialog_manager)
    names = dict(await _named(dialog_manager, filters))
    named = {today: tr("Free today"), today + timedelta(days=1): tr("Free tomorrow")}
    days = [(day.isoformat(), label, filters.day == day) for day, label in named.items()]
    if filters.day is not None and filters.day not in named:
        days.append((filters.day.isoformat(), tr.short_day(filters.day), True))
    specialty = names.get("specialty") or tr("Any specialty")
    return {
        "text": tr("<b>Which clinics to show?</b>\nPress what matters. A day can be typed too: 25.11"),
        "kinds": [
            *(chips.ticked(tr(_KINDS[kind]), kind, is_chosen=filters.kind == kind) for kind in KINDS),
            chips.ticked(tr("Rating {points}", points=_good(tr)), "good", is_chosen=filters.is_good),
        ],
        "days": [chips.ticked(label, day, is_chosen=is_chosen) for day, label, is_chosen in days],
        "specialty": [Choice(f"🩺 {specialty}", "open")],
        "orders": [chips.ticked(tr(_ORDERS[one]), one, is_chosen=filters.order == one) for one in ORDERS],
        "is_filtered": bool(names),
    }


async def choose_kind(manager: DialogManager, value: str) -> None:
    """Take a kind of clinic, or the good ones alone; pressed again it is taken off."""
    filters = await chosen(manager)
    if value == "good":
        await _keep(manager, replace(filters, is_good=not filters.is_good))
    elif value in KINDS:
        await _keep(manager, replace(filters, kind="" if filters.kind == value else value))


async def choose_day(manager: DialogManager, value: str) -> None:
    """Take a day on which something is to be free; pressed again it is taken off."""
    filters = await chosen(manager)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return
    await _keep(manager, replace(filters, day=None if filters.day == day else day))


async def choose_order(manager: DialogManager, value: str) -> None:
    """Take an order; what was near is not the order any more."""
    if value in ORDERS:
        location.forget(manager)
        await _keep(manager, replace(await chosen(manager), order=value))


async def type_filter(manager: DialogManager, message: Message) -> bool:
    """Understand a typed day."""
    today = await _today(manager)
    day = typing.parse_day(message.text, today) if message.text else None
    if day is None:
        return False
    if day < today:
        tr: Translator = manager.middleware_data["tr"]
        manager.dialog_data["hint"] = tr("That day is over. Please choose another.")
        return True
    await _keep(manager, replace(await chosen(manager), day=day))
    return True


async def show(manager: DialogManager) -> None:
    """Return to the list."""
    await navigation.go(manager, Booking.facility)


# --- the specialty


async def open_specialties(manager: DialogManager, value: str) -> None:
    """Show all specialties of the region."""
    await navigation.go(manager, Booking.filter_specialty)


async def specialties(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the specialties that are seen in the region."""
    data = dialog_manager.dialog_data
    found = await finding.specialties_of_region(
        database, data["region"], tr.language, data.get("page", 0), lists.PAGE_SIZE, data.get("filter")
    )
    choices = [Choice(tr.name(row.name_ru, row.name_en), row.id) for row in found.items]
    question = tr("Which doctor is to be there? Choose, or type a part of the name.")
    filters = await chosen(dialog_manager)
    return {
        **lists.listed(dialog_manager, tr, question, found),
        **lists.page_of(found, choices),
        "is_chosen": filters.specialty_id is not None,
    }


async def choose_specialty(manager: DialogManager, value: str) -> None:
    """Keep a specialty and return to the filters."""
    row = await finding.specialty(manager.middleware_data["database"], int(value))
    manager.dialog_data.pop("filter", None)
    await _keep(manager, replace(await chosen(manager), specialty_id=row.id))
    await navigation.go(manager, Booking.filters)


async def any_specialty(manager: DialogManager) -> None:
    """Take the specialty off and return to the filters."""
    manager.dialog_data.pop("filter", None)
    await drop(manager, "specialty")
    await navigation.go(manager, Booking.filters)
