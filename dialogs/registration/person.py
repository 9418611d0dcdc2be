"""Who it is: name, date of birth, sex, and the last look at all of them."""

from datetime import UTC, date, datetime
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import codes, family, finding, masks, names, patients, profile, rules, typed
from clinic.clock import moscow_day
from clinic.errors import BadInput
from clinic.names import Name
from dialogs import navigation, typing
from dialogs.profile.values import SEXES
from dialogs.registration.consent import REGISTERED
from dialogs.states import Registration
from dialogs.widgets import Choice, shorten
from dialogs.wording import bad_input
from locales import Translator, capital
from storage.patronymics import likely_sex
from storage.people import Person

_CHILD = "child"
"""Under this key stands the child whom a parent typed first."""


def _name_from_telegram(manager: DialogManager) -> str | None:
    """Read the name from Telegram's profile, if it can be a full name in Cyrillic."""
    user = manager.middleware_data["event_from_user"]
    text = f"{user.last_name or ''} {user.first_name or ''}".strip()
    try:
        name = names.parse_name(text)
    except BadInput:
        return None
    return name.full


async def name(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the full name in one line, offering the one that Telegram shows."""
    if doubted := dialog_manager.dialog_data.get("doubted"):
        return {
            "text": tr.html(
                "It looks as if the surname were missing: <b>{name}</b>. Is it right?\n\n"
                "If not, type surname, name and patronymic in one line.",
                name=doubted,
            ),
            "choices": [Choice(tr("Yes, it is right"), "doubted")],
        }
    offered = _name_from_telegram(dialog_manager)
    if child := dialog_manager.dialog_data.get(_CHILD):
        return {
            "text": tr.html(
                "{child} is noted. Now about you, the parent: please type your surname, name and patronymic"
                " in one line, as in the passport:\nСмирнова Анна Петровна",
                child=child["name"][1],
            ),
            "choices": [Choice(shorten(offered), "telegram")] if offered else [],
        }
    if navigation.start_data(dialog_manager).get("for_family"):
        return {
            "text": tr(
                "First about yourself: please type your surname, name and patronymic in one line,"
                " as in the passport:\nСмирнова Анна Петровна"
            ),
            "choices": [Choice(shorten(offered), "telegram")] if offered else [],
        }
    return {
        "text": tr(
            "Whom shall I book? Please type surname, name and patronymic in one line,"
            " as in the passport:\nSmith John"
        ),
        "choices": [Choice(shorten(offered), "telegram")] if offered else [],
    }


async def choose_name(manager: DialogManager, value: str) -> None:
    """Take the name from Telegram's profile, or one that was doubted."""
    if value == "doubted":
        await _accept_doubted(manager)
    elif offered := _name_from_telegram(manager):
        await _set_name(manager, offered)


async def _accept_doubted(manager: DialogManager) -> None:
    if doubted := manager.dialog_data.pop("doubted", None):
        await _keep_name(manager, names.parse_name(doubted))


async def type_name(manager: DialogManager, message: Message) -> bool:
    """Take a typed name."""
    if not message.text:
        return False
    if typing.command_word(message.text) == "yes" and "doubted" in manager.dialog_data:
        await _accept_doubted(manager)
        return True
    try:
        await _set_name(manager, message.text)
    except BadInput as error:
        manager.dialog_data["hint"] = bad_input(manager.middleware_data["tr"], error.problem)
    return True


async def _set_name(manager: DialogManager, text: str) -> None:
    parsed = names.parse_name(text)
    parsed = names.with_surname_first(parsed) or parsed
    manager.dialog_data.pop("doubted", None)
    if names.looks_without_surname(parsed):
        manager.dialog_data["doubted"] = parsed.full
    else:
        await _keep_name(manager, parsed)


async def _keep_name(manager: DialogManager, parsed: Name) -> None:
    manager.dialog_data["name"] = [parsed.surname, parsed.given_name, parsed.patronymic]
    known = manager.dialog_data.get("born_on")
    if known:
        await _go_to_check(manager)
    else:
        await navigation.go(manager, Registration.birth_date)


async def is_child(manager: DialogManager) -> None:
    """Keep who was typed as the child of whoever registers, who is asked for next: a child has no account."""
    data = manager.dialog_data
    if not _may_be_child(manager):
        return
    data[_CHILD] = {
        "id": codes.new_id(),
        "name": data.pop("name"),
        "born_on": data.pop("born_on"),
        "sex": data.pop("sex", None),
    }
    navigation.forget_trail(manager)  # «back» leads to the question whose child it is
    await navigation.step_aside(manager, Registration.name)


def _take_back_child(data: dict[str, Any]) -> None:
    """Return to the child where nothing is known of the parent yet: they went back."""
    if _CHILD in data and not (data.get("name") and data.get("born_on")):
        child = data.pop(_CHILD)
        data.update(name=child["name"], born_on=child["born_on"], sex=child["sex"])


async def _go_to_check(manager: DialogManager) -> None:
    if _CHILD in manager.dialog_data:
        await navigation.step_aside(manager, Registration.check)
    else:
        await navigation.go(manager, Registration.check)


def _may_be_child(manager: DialogManager) -> bool:
    """Tell whether a parent may have typed their child's name for their own."""
    data = manager.dialog_data
    if _CHILD in data or navigation.start_data(manager).get("for_family") or "born_on" not in data:
        return False
    today = moscow_day(manager.middleware_data["clock"].now())
    return not rules.is_of_age(date.fromisoformat(data["born_on"]), today)


async def birth_date(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the date of birth; after a year of two digits, which century it is of."""
    dates = [date.fromisoformat(day) for day in dialog_manager.dialog_data.get("born_on_either", ())]
    text = (
        tr("Which year? Please press, or type the date with all four digits.")
        if dates
        else tr("Your own date of birth? Day, month, year, for example 15.04.1986")
        if _CHILD in dialog_manager.dialog_data
        else tr("Date of birth? Day, month, year, for example 15.04.1986")
    )
    return {"text": text, "choices": [Choice(f"{day:%d.%m.%Y}", at) for at, day in enumerate(dates)]}


async def choose_birth_date(manager: DialogManager, at: str) -> None:
    """Take one of the two dates that a year of two digits may mean; the button carries no date."""
    dates = manager.dialog_data.get("born_on_either", ())
    if at in ("0", "1") and dates:
        await _set_birth_date(manager, date.fromisoformat(dates[int(at)]))


async def type_birth_date(manager: DialogManager, message: Message) -> bool:
    """Take a typed date of birth."""
    if not message.text:
        return False
    today = moscow_day(manager.middleware_data["clock"].now())
    try:
        born_on = typed.parse_birth_date(message.text, today)
    except BadInput as error:
        manager.dialog_data["hint"] = bad_input(manager.middleware_data["tr"], error.problem)
        return True
    if isinstance(born_on, typed.AmbiguousYear):
        manager.dialog_data["born_on_either"] = [day.isoformat() for day in born_on.dates]
    else:
        await _set_birth_date(manager, born_on)
    return True


async def _set_birth_date(manager: DialogManager, born_on: date) -> None:
    manager.dialog_data.pop("born_on_either", None)
    manager.dialog_data["born_on"] = born_on.isoformat()
    await _go_to_check(manager)


async def check(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what was understood, to be corrected before it is kept."""
    data = dialog_manager.dialog_data
    _take_back_child(data)
    born_on, said = date.fromisoformat(data["born_on"]), _sex(data)
    may_be_child = _may_be_child(dialog_manager)
    asked = ""
    if may_be_child:
        asked = tr("Is this your child? Then press «It is my child», and I ask about you, the parent.")
    elif child := data.get(_CHILD):
        asked = tr.html(
            "Child: <b>{name}</b>, born on {date}. By going on you, as the lawful representative, agree that"
            " these data are processed as well; the registry may ask for the birth certificate.",
            name=" ".join(filter(None, child["name"])),
            date=f"{date.fromisoformat(child['born_on']):%d.%m.%Y}",
        )
    text = "\n\n".join(filter(None, (_understood(tr, data, born_on, said), asked)))
    return {"text": text, "may_be_child": may_be_child, "is_plain": not may_be_child}


def _understood(tr: Translator, data: dict[str, Any], born_on: date, said: str) -> str:
    return tr.html(
        "Is everything right?\n\n<b>{name}</b>\nBorn on {date}\nSex: {sex}\nPhone {phone}",
        name=" ".join(filter(None, data["name"])),
        date=f"{born_on:%d.%m.%Y}",
        sex=tr(SEXES[said]) if said else "—",
        phone=masks.shown_phone(data["phone"]),
    )


def _sex(data: dict[str, Any]) -> str:
    """Return the sex that was chosen, or the one that the names suggest."""
    _, given_name, patronymic = data["name"]
    return str(data.get("sex") or likely_sex(patronymic, given_name))


async def sex(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the sex where the guess is wrong."""
    return {"text": tr("Sex?"), "choices": [Choice(capital(tr(SEXES[one])), one) for one in profile.SEXES]}


async def choose_sex(manager: DialogManager, value: str) -> None:
    """Keep the sex."""
    if value in profile.SEXES:
        manager.dialog_data["sex"] = value
        await navigation.go(manager, Registration.check)


async def correct_sex(manager: DialogManager) -> None:
    """Choose the sex."""
    await navigation.go(manager, Registration.sex)


async def correct_name(manager: DialogManager) -> None:
    """Type the name again."""
    await navigation.go(manager, Registration.name)


async def correct_birth_date(manager: DialogManager) -> None:
    """Type the date of birth again."""
    await navigation.go(manager, Registration.birth_date)


async def finish(manager: DialogManager) -> None:
    """Write account and patient, and return to the booking with the kept time."""
    middleware, data = manager.middleware_data, manager.dialog_data
    surname, given_name, patronymic = data["name"]
    born_on = date.fromisoformat(data["born_on"])
    person = Person(surname, given_name, patronymic, born_on, _sex(data), await _region(manager))
    registration = patients.Registration(
        telegram_id=middleware["event_chat"].id,
        language=middleware["tr"].language,
        consent_version=patients.CONSENT_VERSION,
        consented_at=datetime.fromtimestamp(data["consented_at"], UTC),
        phone=data["phone"],
        person=person,
    )
    database, now = middleware["database"], middleware["clock"].now()
    await patients.register(database, registration, now)
    if child := data.get(_CHILD):
        patient = _child(child, person.region)
        row = await family.add_child(database, registration.telegram_id, child["id"], patient, now)
        await manager.done({REGISTERED: row.id})
        return
    await manager.done(REGISTERED)


def _child(known: dict[str, Any], region: str) -> Person:
    surname, given_name, patronymic = known["name"]
    said = known["sex"] or likely_sex(patronymic, given_name)
    return Person(surname, given_name, patronymic, date.fromisoformat(known["born_on"]), said, region)


async def _region(manager: DialogManager) -> str:
    """Take the region of the clinic they book at for theirs; «My data» corrects it."""
    schedule_id = navigation.start_data(manager).get("schedule_id")
    if schedule_id is None:
        return ""
    return (await finding.place(manager.middleware_data["database"], schedule_id)).facility.region_code


async def type_check(manager: DialogManager, message: Message) -> bool:
    """Take «да» for the press, and «нет» for the wish to correct something."""
    word = typing.command_word(message.text)
    if word == "yes":
        await (is_child(manager) if _may_be_child(manager) else finish(manager))
    elif word == "no":
        tr: Translator = manager.middleware_data["tr"]
        manager.dialog_data["hint"] = tr("What shall be corrected?")
    return word in ("yes", "no")
