"""The fields that are typed: why each is needed, an example, and what becomes of what was typed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import identifiers, profile
from clinic.errors import BadInput
from clinic.typed import AmbiguousYear
from dialogs import navigation, typing
from dialogs.profile import steps, values
from dialogs.states import Profile
from dialogs.typed import Getter, OnTyped
from dialogs.widgets import Choice
from dialogs.wording import bad_input
from locales import Translator, later

QUESTIONS: Mapping[str, str] = {
    "surname": later("Type the surname as in the passport: it stands on the ticket. For example: Smith"),
    "given_name": later("Type the name as in the passport: it stands on the ticket. For example: John"),
    "patronymic": later(
        "Type the patronymic as in the passport, or «no» where there is none. For example: Ivanovich"
    ),
    "born_on": later(
        "Type the date of birth: the clinic finds the medical record by it. Example: 15.04.1986"
    ),
    "snils": later("Type the SNILS, 11 digits: the clinic finds you by it. For example: 112-233-445 95"),
    "inn": later("Type the INN, 12 digits: it is needed where there is no SNILS. For example: 123456789047"),
    "policy": later(
        "Type the number of the OMS policy, 16 digits, or of the temporary certificate, 9 digits: with it"
        " the visit is free. For example: 7755 3108 8400 0121"
    ),
    "insurer": later("Type the insurer: it stands on the policy. For example: Sogaz-Med"),
}
DOCUMENT_QUESTIONS = {
    "passport": later("Type series and number of the passport. For example: 4510 123456"),
    "birth_certificate": later("Type series and number of the birth certificate. For example: «I-МЮ 123456»"),
    "foreign_passport": later("Type the number of the passport as it is printed. For example: 751234567"),
    "residence_permit": later("Type the number of the residence permit. For example: 821234567"),
}
_SECRET = ("snils", "inn", "policy")
"""Typed numbers that are deleted from the chat."""


def asking(field: str) -> Getter:
    """Make the getter of a field's window."""

    async def getter(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
        known = await steps.known(dialog_manager)
        text = question(tr, field, tr(QUESTIONS[field]), values.shown(tr, known, field))
        shown = {"can_delete": steps.can_delete(known, field), "is_step": steps.is_stepping(dialog_manager)}
        dates = dialog_manager.dialog_data.get("either", ()) if field == "born_on" else ()
        if dates:
            text = tr("Which year? Please press, or type the date with all four digits.")
        choices = [Choice(f"{date.fromisoformat(day):%d.%m.%Y}", at) for at, day in enumerate(dates)]
        return {"text": text, "choices": choices, **shown}

    return getter


def question(tr: Translator, field: str, words: str, present: str) -> str:
    """Put a question under the field's name and what is known now."""
    name = values.title(tr, field)
    if present:
        return tr.html("<b>{title}</b>: {value}", title=name, value=present) + f"\n\n{words}"
    return tr.html("<b>{title}</b>", title=name) + f"\n\n{words}"


def typing_of(field: str) -> OnTyped:
    """Make what takes the typed text of a field's window."""

    async def take(manager: DialogManager, message: Message) -> bool:
        if not message.text:
            return False
        if steps.is_stepping(manager) and typing.command_word(message.text) == "skip":
            await steps.next_step(manager, field)
            return True
        if field in _SECRET and any(sign.isdigit() for sign in message.text):
            await steps.take_away(message)
        try:
            await _take(manager, field, message.text)
        except BadInput as error:
            manager.dialog_data["hint"] = bad_input(manager.middleware_data["tr"], error.problem)
        return True

    return take


async def _take(manager: DialogManager, field: str, text: str) -> None:
    value = profile.read(field, text, manager.middleware_data["clock"].now())
    if isinstance(value, AmbiguousYear):
        manager.dialog_data["either"] = [day.isoformat() for day in value.dates]
        return
    manager.dialog_data.pop("either", None)
    if field == "policy":
        person = (await steps.known(manager)).patient.person
        if identifiers.policy_doubt(value, person.born_on, person.sex[:1]):
            manager.dialog_data["policy"] = value
            await navigation.go(manager, Profile.policy_doubt)
            return
    await steps.keep(manager, field, value)


async def choose_born_on(manager: DialogManager, at: str) -> None:
    """Take one of the two dates that a year of two digits may mean; the button carries no date."""
    dates = manager.dialog_data.get("either", ())
    if at in ("0", "1") and dates:
        manager.dialog_data.pop("either", None)
        await steps.keep(manager, "born_on", dates[int(at)])


# --- a policy that does not fit its person


_DOUBTS = {
    "birth_date": later("its date of birth is another one"),
    "sex": later("it is of the other sex"),
    "both": later("its date of birth and sex are others"),
}


async def policy_doubt(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask whether the policy is this person's: its number says something else."""
    person = (await steps.known(dialog_manager)).patient.person
    number = dialog_manager.dialog_data["policy"]
    doubt = identifiers.policy_doubt(number, person.born_on, person.sex[:1])
    text = tr.html(
        "The number looks like another person's policy: {doubt}. Please check: {number}\n\nPatient: {name}",
        doubt=tr(_DOUBTS[doubt]) if doubt else "—",
        number=" ".join(number[at : at + 4] for at in range(0, len(number), 4)),
        name=person.full_name,
    )
    return {"text": text}


async def accept_policy(manager: DialogManager) -> None:
    """Keep the policy as it was typed."""
    number = manager.dialog_data.pop("policy", "")
    await navigation.skip_to(manager, Profile.policy)  # «back» does not lead to a question that is answered
    if number:
        await steps.keep(manager, "policy", number)


async def correct_policy(manager: DialogManager) -> None:
    """Type the policy again."""
    manager.dialog_data.pop("policy", None)
    await navigation.skip_to(manager, Profile.policy)


async def type_doubt(manager: DialogManager, message: Message) -> bool:
    """Take «да», «нет», or another number."""
    word = typing.command_word(message.text)
    if word == "yes":
        await accept_policy(manager)
    elif word == "no":
        await correct_policy(manager)
    else:
        return await typing_of("policy")(manager, message)
    return True


# --- the number of an identity document


async def identity_number(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the number of the chosen document."""
    kind = dialog_manager.dialog_data["identity_kind"]
    head = tr.html("<b>{title}</b>", title=tr(values.IDENTITIES[kind]))
    return {
        "text": f"{head}\n\n" + tr(DOCUMENT_QUESTIONS[kind]),
        "is_step": steps.is_stepping(dialog_manager),
    }


async def type_identity_number(manager: DialogManager, message: Message) -> bool:
    """Take the number of the chosen document."""
    if not message.text:
        return False
    if steps.is_stepping(manager) and typing.command_word(message.text) == "skip":
        await steps.next_step(manager, "identity")
        return True
    if any(sign.isdigit() for sign in message.text):
        await steps.take_away(message)
    middleware = manager.middleware_data
    person = (await steps.known(manager)).patient.person
    try:
        value = profile.read_identity(
            manager.dialog_data["identity_kind"], message.text, person.born_on, middleware["clock"].now()
        )
    except BadInput as error:
        manager.dialog_data["hint"] = bad_input(middleware["tr"], error.problem)
    else:
        await steps.keep(manager, "identity", value)
    return True
