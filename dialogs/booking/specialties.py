"""To which doctor: groups where there are many, narrower ones below theirs; whether there is a referral."""

from collections.abc import Sequence
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import finding, needs, rules
from clinic.clock import Clock, moscow_day
from dialogs import cards, for_whom, lists, navigation
from dialogs.booking import service
from dialogs.states import Booking, Waiting
from dialogs.widgets import Choice, noted
from locales import Translator
from storage.database import Database
from storage.specialty_lists import ANYBODY, Fit, SpecialtyRow

MANY = 12
"""More specialties than two pages hold: groups come first."""
_PAGE_SIZE = 6
_REFERRERS = ("pediatrician", "therapist", "family_doctor")
"""Who writes referrals, the children's doctor first: of a grown-up she is none that fits."""


async def _fit(manager: DialogManager) -> Fit:
    """Tell for whom a doctor is looked for, as far as that is known."""
    patient = for_whom.pick(manager, await for_whom.known(manager))
    if patient is None:
        return ANYBODY
    today = moscow_day(manager.middleware_data["clock"].now())
    return Fit(is_child=not rules.is_of_age(patient.person.born_on, today), sex=patient.person.sex)


async def open_list(manager: DialogManager) -> None:
    """Show the specialties of the clinic, or their groups where there are many of both."""
    data, middleware = manager.dialog_data, manager.middleware_data
    database: Database = middleware["database"]
    data.pop("group", None)
    groups = await finding.specialty_groups(database, data["facility_id"], middleware["tr"].language)
    is_long = len(groups) > 1 and sum(group.count for group in groups) > MANY
    await navigation.go(manager, Booking.groups if is_long else Booking.specialty)


async def groups(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the groups, with how many doctors' specialties each has."""
    data = dialog_manager.dialog_data
    facility = await finding.facility(database, data["facility_id"])
    found = await finding.specialty_groups(database, facility.id, tr.language, await _fit(dialog_manager))
    number: int = data.get("page", 0)
    page = found[number * _PAGE_SIZE : (number + 1) * _PAGE_SIZE]
    data["groups"] = [group.name_ru for group in found]
    return {
        "text": tr.html(
            "<b>{name}</b>\nWhich doctor do you need? Choose a section, or type: cardiologist, back pain.",
            name=facility.name,
        ),
        "choices": [
            Choice(noted(tr.name(group.name_ru, group.name_en), str(group.count)), number * _PAGE_SIZE + at)
            for at, group in enumerate(page)
        ],
        "page": number,
        "has_next": len(found) > (number + 1) * _PAGE_SIZE,
        "tools": [Choice(tr("ℹ️ The clinic"), "about"), Choice(tr("📋 All doctors"), "all")],
    }


async def choose_group(manager: DialogManager, value: str) -> None:
    """Show the specialties of a group."""
    known: list[str] = manager.dialog_data.get("groups", [])
    if value.isdigit() and int(value) < len(known):
        manager.dialog_data["group"] = known[int(value)]
        await navigation.go(manager, Booking.specialty)


async def type_in_groups(manager: DialogManager, message: Message) -> bool:
    """Look for what was typed among all specialties of the clinic."""
    if not await lists.narrow(manager, message):
        return False
    manager.dialog_data.pop("group", None)
    await navigation.go(manager, Booking.specialty)
    return True


async def specialties(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the clinic's specialties, the day of the nearest free time of each on its button."""
    data = dialog_manager.dialog_data
    facility = await finding.facility(database, data["facility_id"])
    found = await finding.specialties(
        database,
        facility.id,
        tr.language,
        clock.now(),
        data.get("page", 0),
        _PAGE_SIZE - bool(data.get("filter")),
        data.get("filter"),
        fit=await _fit(dialog_manager),
        group=data.get("group", ""),
    )
    question = tr.html("<b>{name}</b>\nWhich doctor do you need?", name=facility.name)
    screen_data = lists.listed(dialog_manager, tr, question, found)
    screen_data["text"] += _grouped(tr, found.items)
    choices = []
    for row in found.items:
        when = (
            tr("no times")
            if row.nearest_at is None
            else tr.short_day(cards.local(row.nearest_at, facility.timezone).date())
        )
        choices.append(Choice(noted(tr.name(row.name_ru, row.name_en), when), row.id))
    tools = [Choice(tr("ℹ️ The clinic"), "about")]
    if data.get("group"):
        tools.append(Choice(tr("📋 All doctors"), "all"))
    return {**screen_data, **lists.page_of(found, choices), "tools": tools}


def _grouped(tr: Translator, rows: Sequence[SpecialtyRow]) -> str:
    """List specialties under the names of their groups: which are parts of others, which need a referral."""
    lines: list[str] = []
    heading = ""
    for row in rows:
        group = tr.name(row.group_ru, row.group_en) if row.fits else tr("Usually for other patients")
        if group != heading:
            lines += ["", tr.html("<b>{group}</b>", group=group)]
            heading = group
        name = tr.name(row.name_ru, row.name_en)
        sign = "   ◦" if row.is_narrower else "•"
        lines.append(f"{sign} {cards.escape(name)}" + (" 📄" if row.needs_referral else ""))
    if any(row.needs_referral for row in rows):
        lines += ["", tr("📄 usually with a referral")]
    return "\n" + "\n".join(lines) if lines else ""


async def use_tool(manager: DialogManager, value: str) -> None:
    """Show the card of the clinic, or the specialties of all groups."""
    if value == "about":
        await navigation.go(manager, Booking.about_facility)
        return
    manager.dialog_data.pop("group", None)
    manager.dialog_data.pop("page", None)
    if manager.current_context().state != Booking.specialty:
        await navigation.go(manager, Booking.specialty)


# --- the referral


async def is_referral_asked(manager: DialogManager) -> bool:
    """Tell whether the chosen service, else the specialty, needs a referral of which nothing is known yet."""
    data, middleware = manager.dialog_data, manager.middleware_data
    row = await finding.specialty(middleware["database"], data["specialty_id"])
    wanted = await service.kept(manager) or row
    if not wanted.needs_referral:
        return False
    patient = for_whom.pick(manager, await for_whom.known(manager))
    if patient is None:
        return True
    papers = await needs.for_booking(
        middleware["database"],
        middleware["event_chat"].id,
        patient.id,
        row.id,
        data.get("service_id"),
        None,
    )
    return needs.REFERRAL in papers.missing


async def referral(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Say that a referral is usual, and who writes one."""
    data = dialog_manager.dialog_data
    row = await finding.specialty(database, data["asked_id"])
    other = await referrer(dialog_manager)
    text = tr.html(
        "<b>{specialty}</b>\nBy the OMS policy this doctor is usually seen with a referral. Who pays for the"
        " visit does without.\n\nDo you have one?",
        specialty=service.named(tr, dialog_manager) or tr.name(row.name_ru, row.name_en),
    )
    if other is None:
        return {"text": text + "\n\n" + tr("Your own polyclinic's doctor writes it.")}
    label = tr("First to: {specialty}", specialty=tr.name(other.name_ru, other.name_en).lower())
    return {"text": text, "ways": [Choice(label, other.id)]}


async def referrer(manager: DialogManager) -> SpecialtyRow | None:
    """Find who writes referrals at this clinic and fits the patient."""
    middleware, data = manager.middleware_data, manager.dialog_data
    found = await finding.specialties(
        middleware["database"],
        data["facility_id"],
        middleware["tr"].language,
        middleware["clock"].now(),
        0,
        100,
        fit=await _fit(manager),
    )
    by_code = {row.code: row for row in found.items if row.fits and row.id != data.get("asked_id")}
    return next((by_code[code] for code in _REFERRERS if code in by_code), None)


async def no_such_doctor(manager: DialogManager) -> None:
    """Wait for a specialty that is not seen here: it is chosen among all there are."""
    data = manager.dialog_data
    facility = await finding.facility(manager.middleware_data["database"], data["facility_id"])
    wanted = {
        "region": facility.region_code,
        "facility_id": facility.id,
        "timezone": facility.timezone,
        "scope": "region",
        "reason": "no_specialist",
        "patient_id": data.get("patient_id"),
        "filter": data.get("filter"),
    }
    await manager.start(Waiting.specialty, wanted)
