"""The name of whoever is added: in one line, or without the surname where it is the parent's."""

from datetime import date
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic.errors import BadInput
from clinic.names import (
    Name,
    looks_without_surname,
    parse_name,
    parse_name_part,
    parse_patronymic,
    with_surname_first,
)
from clinic.surnames import forms
from dialogs import for_whom, navigation
from dialogs.states import Family
from dialogs.widgets import Choice
from dialogs.wording import bad_input
from locales import Translator
from storage.people import CHILD, RELATIVE, SELF, WARD, Person
from storage.text import fold


async def _own_surname(manager: DialogManager) -> str:
    rows = await for_whom.known(manager)
    return next((row.person.surname for row in rows if row.relation == SELF), "")


async def name(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the name; the surname may be left out."""
    surname = await _own_surname(dialog_manager)
    relation = dialog_manager.dialog_data["relation"]
    if relation == WARD:
        return {
            "text": tr("The ward's surname, name and patronymic in one line, for example: {example}",
                       example=tr("Smirnov Oleg Ivanovich"))
        }  # fmt: skip
    if relation == RELATIVE:
        return {
            "text": tr("The relative's surname, name and patronymic in one line, for example: {example}",
                       example=tr("Smirnova Vera Ivanovna"))
        }  # fmt: skip
    return {
        "text": tr.html(
            "The child's surname, name and patronymic in one line, for example: {example}\n\n"
            "The name alone is enough where the surname is yours, {surname}.",
            example=tr("Smirnova Maria Ivanovna"),
            surname=surname,
        )
    }


async def type_name(manager: DialogManager, message: Message) -> bool:
    """Take the name; where it has no surname, the parent's is taken or offered in both its forms."""
    if not message.text:
        return False
    own, data = await _own_surname(manager), manager.dialog_data
    try:
        parsed = parse_name(message.text)
        parsed = with_surname_first(parsed) or parsed
        is_without = looks_without_surname(parsed)
    except BadInput as error:
        if error.problem != "name_one_word" or not own or data["relation"] != CHILD:
            return say(manager, error)
        is_without = True
    if not is_without or data["relation"] != CHILD:
        await _set_name(manager, parsed)
        return True
    try:
        parsed = _with_surname(own, message.text)
    except BadInput as error:
        return say(manager, error)
    both, sex = forms(own), _sex(parsed)
    if sex or both["male"] == both["female"]:
        await _set_name(manager, Name(both[sex or "male"], parsed.given_name, parsed.patronymic))
    else:
        data["given"] = [parsed.given_name, parsed.patronymic]
        await navigation.go(manager, Family.surname)
    return True


def _with_surname(surname: str, text: str) -> Name:
    """Read name and patronymic; raises BadInput."""
    given_name, _, patronymic = text.strip().partition(" ")
    return Name(surname, parse_name_part(given_name), parse_patronymic(patronymic) if patronymic else "")


def _sex(parsed: Name) -> str:
    return Person(parsed.surname, parsed.given_name, parsed.patronymic, date.min).likely_sex


def say(manager: DialogManager, error: BadInput) -> bool:
    """Say what is wrong with what was typed, above the same question."""
    manager.dialog_data["hint"] = bad_input(manager.middleware_data["tr"], error.problem)
    return True


async def _set_name(manager: DialogManager, parsed: Name) -> None:
    data = manager.dialog_data
    data["name"] = [parsed.surname, parsed.given_name, parsed.patronymic]
    await go_on(manager)


async def go_on(manager: DialogManager) -> None:
    """Show the window of what is not known yet; the check where all is."""
    data = manager.dialog_data
    if not data.get("born_on"):
        await navigation.go(manager, Family.birth_date)
    elif data["relation"] == RELATIVE and not data.get("phone"):
        await navigation.go(manager, Family.phone)
    else:
        await navigation.go(manager, Family.check)


async def surname(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Offer the parent's surname in both forms."""
    both = forms(await _own_surname(dialog_manager))
    return {
        "text": tr.html(
            "{name}: which surname? Press or type it.", name=dialog_manager.dialog_data["given"][0]
        ),
        "choices": [Choice(both["female"], "female"), Choice(both["male"], "male")],
    }


async def choose_surname(manager: DialogManager, value: str) -> None:
    """Take one of the offered forms."""
    both = forms(await _own_surname(manager))
    if value in both:
        await _set_name(manager, Name(both[value], *manager.dialog_data["given"]))


async def type_surname(manager: DialogManager, message: Message) -> bool:
    """Take a typed surname, or the whole name once more."""
    if not message.text:
        return False
    given = manager.dialog_data["given"][0]
    try:
        if fold(given) in fold(message.text).split():
            whole = parse_name(message.text)
            await _set_name(manager, with_surname_first(whole) or whole)
            return True
        own = parse_name_part(message.text)
    except BadInput as error:
        return say(manager, error)
    await _set_name(manager, Name(own, *manager.dialog_data["given"]))
    return True
