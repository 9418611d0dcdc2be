"""What the list of doctors is to show: experience, rating, sex, free soon."""

from dataclasses import asdict, replace
from typing import Any

from aiogram_dialog import DialogManager

from clinic.preferences import DOCTORS
from dialogs import chips, navigation
from dialogs.states import Booking
from dialogs.widgets import Choice
from locales import Translator, later
from storage.doctors import DoctorFilters
from storage.facility_lists import GOOD_TENTHS

_YEARS = (5, 10)
_DAYS = (3, 7)
_SEXES = {"female": later("Women"), "male": later("Men")}


async def chosen(manager: DialogManager) -> DoctorFilters:
    """Read what was chosen; what is not offered any more is left out."""
    kept = await chips.kept(manager, DOCTORS)
    return DoctorFilters(
        min_years=kept["min_years"] if kept.get("min_years") in _YEARS else 0,
        within_days=kept["within_days"] if kept.get("within_days") in _DAYS else 0,
        sex=kept["sex"] if kept.get("sex") in _SEXES else "",
        is_good=bool(kept.get("is_good")),
    )


def _named(tr: Translator, filters: DoctorFilters) -> list[tuple[str, str]]:
    named = []
    if filters.min_years:
        named.append(("min_years", _years(tr, filters.min_years)))
    if filters.within_days:
        named.append(("within_days", _days(tr, filters.within_days)))
    if filters.sex:
        named.append(("sex", tr(_SEXES[filters.sex])))
    if filters.is_good:
        named.append(("is_good", "★ " + tr("from {points}", points=tr.number(GOOD_TENTHS / 10))))
    return named


def _years(tr: Translator, years: int) -> str:
    return tr("From {years} years", years=years)


def _days(tr: Translator, days: int) -> str:
    return tr("Within a week") if days == 7 else tr("Within {days} days", days=days)


def as_chips(tr: Translator, filters: DoctorFilters) -> list[Choice]:
    """Name each filter on a button that takes it off."""
    return [chips.off(name, value) for value, name in _named(tr, filters)]


def in_words(tr: Translator, filters: DoctorFilters) -> str:
    """Name all filters in a row."""
    return ", ".join(name for _, name in _named(tr, filters))


async def drop(manager: DialogManager, value: str) -> None:
    """Take one filter off."""
    values = asdict(await chosen(manager))
    values.pop(value, None)
    await chips.keep(manager, DOCTORS, values)


async def drop_all(manager: DialogManager) -> None:
    """Take all filters off."""
    await chips.keep(manager, DOCTORS, {})


async def open_window(manager: DialogManager) -> None:
    """Show all filters."""
    await navigation.go(manager, Booking.doctor_filters)


async def window(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show every filter, the chosen ones ticked."""
    filters = await chosen(dialog_manager)
    good = tr("Rating {points}", points=tr("from {points}", points=tr.number(GOOD_TENTHS / 10)))
    return {
        "text": tr("<b>Which doctors to show?</b>\nPress what matters. Who is free first stands first."),
        "years": [
            chips.ticked(_years(tr, years), str(years), is_chosen=filters.min_years == years)
            for years in _YEARS
        ],
        "days": [
            chips.ticked(_days(tr, days), str(days), is_chosen=filters.within_days == days) for days in _DAYS
        ],
        "sexes": [
            chips.ticked(tr(label), sex, is_chosen=filters.sex == sex) for sex, label in _SEXES.items()
        ],
        "good": [chips.ticked(good, "good", is_chosen=filters.is_good)],
        "is_filtered": bool(_named(tr, filters)),
    }


async def choose_years(manager: DialogManager, value: str) -> None:
    """Take the least experience; pressed again it is taken off."""
    filters = await chosen(manager)
    years = next((one for one in _YEARS if str(one) == value), filters.min_years)
    await _keep(manager, replace(filters, min_years=0 if years == filters.min_years else years))


async def choose_days(manager: DialogManager, value: str) -> None:
    """Take how soon a time is to be free; pressed again it is taken off."""
    filters = await chosen(manager)
    days = next((one for one in _DAYS if str(one) == value), filters.within_days)
    await _keep(manager, replace(filters, within_days=0 if days == filters.within_days else days))


async def choose_sex(manager: DialogManager, value: str) -> None:
    """Take the doctor's sex; pressed again it is taken off."""
    filters = await chosen(manager)
    if value in _SEXES:
        await _keep(manager, replace(filters, sex="" if value == filters.sex else value))


async def choose_good(manager: DialogManager, value: str) -> None:
    """Take the well rated ones alone, or all again."""
    filters = await chosen(manager)
    await _keep(manager, replace(filters, is_good=not filters.is_good))


async def _keep(manager: DialogManager, filters: DoctorFilters) -> None:
    await chips.keep(manager, DOCTORS, asdict(filters))


async def show(manager: DialogManager) -> None:
    """Return to the list."""
    await navigation.go(manager, Booking.doctor)
