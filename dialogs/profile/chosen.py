"""The fields that are chosen: sex, region, kind of identity document, benefit."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import finding, profile, rules
from clinic.clock import moscow_day
from dialogs import lists, navigation, typing
from dialogs.profile import steps, values
from dialogs.profile.typed_fields import question
from dialogs.states import Documents, Profile
from dialogs.typed import OnTyped
from dialogs.widgets import Choice, shorten_all
from locales import Translator
from storage.database import Database
from storage.patronymics import likely_sex

_PAGE_SIZE = 4
"""Regions on a screen that also has «Delete» and «Skip»."""


def skipping(field: str) -> OnTyped:
    """Take «пропустить» where fields are asked one after the other."""

    async def take(manager: DialogManager, message: Message) -> bool:
        is_skipped = steps.is_stepping(manager) and typing.command_word(message.text) == "skip"
        if is_skipped:
            await steps.next_step(manager, field)
        return is_skipped

    return take


# --- sex


async def sex(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the sex, the one that the patronymic suggests first."""
    known = await steps.known(dialog_manager)
    person = known.patient.person
    guess = likely_sex(person.patronymic, person.given_name)
    words = tr("The clinic needs it for the medical record.")
    if guess and not person.sex:
        words += " " + tr("By the patronymic it is {sex}. Is it right?", sex=tr(values.SEXES[guess]))
    order = sorted(profile.SEXES, key=lambda one: one != guess)
    return {
        "text": question(tr, "sex", words, values.shown(tr, known, "sex")),
        "choices": [Choice(tr(values.SEXES[one]).capitalize(), one) for one in order],
        "can_delete": steps.can_delete(known, "sex"),
        "is_step": steps.is_stepping(dialog_manager),
    }


async def choose_sex(manager: DialogManager, value: str) -> None:
    """Keep the sex."""
    await steps.keep(manager, "sex", value)


async def type_sex(manager: DialogManager, message: Message) -> bool:
    """Take «да» for what the patronymic suggests."""
    person = (await steps.known(manager)).patient.person
    guess = likely_sex(person.patronymic, person.given_name)
    if guess and not person.sex and typing.command_word(message.text) == "yes":
        await steps.keep(manager, "sex", guess)
        return True
    return await skipping("sex")(manager, message)


# --- region


async def regions(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the regions that have a clinic."""
    known, data = await steps.known(dialog_manager), dialog_manager.dialog_data
    found = await finding.regions(database, tr.language, data.get("page", 0), _PAGE_SIZE, data.get("filter"))
    words = tr("By it the clinic knows where you are insured. Choose it or type its name, for example Moscow")
    asked = question(tr, "region", words, values.shown(tr, known, "region"))
    labels = shorten_all([tr.name(region.name_ru, region.name_en) for region in found.items])
    choices = [Choice(label, region.code) for label, region in zip(labels, found.items, strict=True)]
    return {
        **lists.listed(dialog_manager, tr, asked, found),
        **lists.page_of(found, choices),
        "can_delete": steps.can_delete(known, "region"),
        "is_step": steps.is_stepping(dialog_manager),
    }


async def choose_region(manager: DialogManager, value: str) -> None:
    """Keep the region."""
    await steps.keep(manager, "region", value)


async def type_region(manager: DialogManager, message: Message) -> bool:
    """Narrow the list by what is typed."""
    return await skipping("region")(manager, message) or await lists.narrow(manager, message)


# --- identity document


async def identity(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask which document it is: those that somebody of that age can have."""
    known = await steps.known(dialog_manager)
    today = moscow_day(dialog_manager.middleware_data["clock"].now())
    words = tr("By it the registry makes sure that it is you. Which document is it?")
    return {
        "text": question(tr, "identity", words, values.shown(tr, known, "identity")),
        "choices": [
            Choice(tr(values.IDENTITIES[kind]), kind)
            for kind in rules.identity_kinds(known.patient.person.born_on, today)
        ],
        "can_delete": steps.can_delete(known, "identity"),
        "is_step": steps.is_stepping(dialog_manager),
    }


async def choose_identity(manager: DialogManager, value: str) -> None:
    """Keep the kind and ask for the number."""
    if value in values.IDENTITIES:
        manager.dialog_data["identity_kind"] = value
        await navigation.go(manager, Profile.identity_number)


# --- benefit


async def benefit(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the benefit, and for its proof."""
    known = await steps.known(dialog_manager)
    present, has_benefit = values.shown(tr, known, "benefit"), bool(known.patient.person.benefit)
    words = tr("With a benefit you come first in the waiting list. Do you have one?")
    if has_benefit:
        words = (
            tr("The document that proves it is here. Thank you!")
            if known.has_benefit_proof
            else tr("Please add the document that proves it: a photo or a PDF.")
        )
    return {
        "text": question(tr, "benefit", words, present),
        "choices": [
            *(Choice(tr(values.BENEFITS[one]), one) for one in profile.BENEFITS),
            *([] if present else [Choice(tr("No benefit"), profile.NO_BENEFIT)]),
        ],
        "has_benefit": has_benefit,
        "can_delete": steps.can_delete(known, "benefit"),
        "is_step": steps.is_stepping(dialog_manager),
    }


async def choose_benefit(manager: DialogManager, value: str) -> None:
    """Keep the benefit and stay, for the proof; where there is none, go on."""
    if value == profile.NO_BENEFIT:
        await steps.keep(manager, "benefit", value)
        return
    middleware = manager.middleware_data
    await profile.change(
        middleware["database"],
        middleware["event_chat"].id,
        await steps.patient_id(manager),
        "benefit",
        value,
        middleware["clock"].now(),
    )
    manager.dialog_data["hint"] = middleware["tr"]("✅ Saved.")


async def type_benefit(manager: DialogManager, message: Message) -> bool:
    """Take «нет» for there being none."""
    if typing.command_word(message.text) == "no":
        await choose_benefit(manager, profile.NO_BENEFIT)
        return True
    return await skipping("benefit")(manager, message)


async def add_proof(manager: DialogManager) -> None:
    """Ask for the file that proves the benefit."""
    data = {"patient_id": await steps.patient_id(manager), "kind": "benefit"}
    await manager.start(Documents.list, data)
