"""Who it is: name, date of birth, sex, and the last look at all of them."""

from datetime import UTC, date, datetime
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import family, finding, masks, names, patients, profile, typed
from clinic.clock import moscow_day
from clinic.errors import BadInput
from clinic.names import Name
from dialogs import navigation, typing
from dialogs.profile.values import SEXES
from dialogs.registration import child
from dialogs.registration.consent import REGISTERED
from dialogs.states import Registration
from dialogs.widgets import Choice, shorten
from dialogs.wording import bad_input
from locales import Translator, capital
from storage.patronymics import likely_sex
from storage.people import Person


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
            "has_child": child.known(dialog_manager.dialog_data) is not None,
        }
    offered = _name_from_telegram(dialog_manager)
    if typed_child := child.known(dialog_manager.dialog_data):
        return {
            "text": tr.html(
                "{child} is noted. Now about you, the parent: please type your surname, name and patronymic"
                " in one line, as in the passport:\nСмирнова Анна Петровна",
                child=typed_child["name"][1],
            ),
            "choices": [Choice(shorten(offered), "telegram")] if offered else [],
            "has_child": True,
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


async def _go_to_check(manager: DialogManager) -> None:
    if child.known(manager.dialog_data):
        await navigation.step_aside(manager, Registration.check)
    else:
        await navigation.go(manager, Registration.check)


async def birth_date(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the date of birth; after a year of two digits, which century it is of."""
    dates = [date.fromisoformat(day) for day in dialog_manager.dialog_data.get("born_on_either", ())]
    has_child = child.known(dialog_manager.dialog_data) is not None
    text = (
        tr("Which year? Please press, or type the date with all four digits.")
        if dates
        else tr("Your own date of birth? Day, month, year, for example 15.04.1986")
        if has_child
        else tr("Date of birth? Day, month, year, for example 15.04.1986")
    )
    choices = [Choice(f"{day:%d.%m.%Y}", at) for at, day in enumerate(dates)]
    return {"text": text, "choices": choices, "has_child": has_child}


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
    if child.is_too_young_parent(manager, born_on):
        return
    manager.dialog_data["born_on"] = born_on.isoformat()
    await _go_to_check(manager)


async def check(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what was understood, to be corrected before it is kept."""
    data = dialog_manager.dialog_data
    child.take_back(dialog_manager)
    understood = _understood(tr, data)
    if child.may_be(dialog_manager):
        asked = tr(
            "Who is this: you or your child? Press «It is me» or «It is my child»: then I ask about you, the"
            " parent, too."
        )
        return {"text": f"{tr('This is what I noted:')}\n\n{understood}\n\n{asked}", "may_be_child": True}
    text = f"{tr('Is everything right?')}\n\n{understood}"
    if typed_child := child.known(data):
        said = tr.html(
            "Child: <b>{name}</b>, born on {date}. By going on you, as the lawful representative, agree that"
            " these data are processed as well; the registry may ask for the birth certificate.",
            name=" ".join(filter(None, typed_child["name"])),
            date=f"{date.fromisoformat(typed_child['born_on']):%d.%m.%Y}",
        )
        return {"text": f"{text}\n\n{said}", "is_plain": True, "has_child": True}
    return {"text": text, "is_plain": True}


def _understood(tr: Translator, data: dict[str, Any]) -> str:
    said = _sex(data)
    return tr.html(
        "<b>{name}</b>\nBorn on {date}\nSex: {sex}\nPhone {phone}",
        name=" ".join(filter(None, data["name"])),
        date=f"{date.fromisoformat(data['born_on']):%d.%m.%Y}",
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
    if typed_child := child.known(data):
        patient = child.person(typed_child, person.region)
        row = await family.add_child(database, registration.telegram_id, typed_child["id"], patient, now)
        await manager.done({REGISTERED: row.id})
        return
    await manager.done(REGISTERED)


async def _region(manager: DialogManager) -> str:
    """Take the region of the clinic they book at for theirs; «My data» corrects it."""
    schedule_id = navigation.start_data(manager).get("schedule_id")
    if schedule_id is None:
        return ""
    return (await finding.place(manager.middleware_data["database"], schedule_id)).facility.region_code


async def type_check(manager: DialogManager, message: Message) -> bool:
    """Take «да» for the press where it can mean one thing, and «нет» for the wish to correct something."""
    word = typing.command_word(message.text)
    tr: Translator = manager.middleware_data["tr"]
    if word == "yes" and child.may_be(manager):
        manager.dialog_data["hint"] = tr("Please press: is it you, or your child?")
    elif word == "yes":
        await finish(manager)
    elif word == "no":
        manager.dialog_data["hint"] = tr("What shall be corrected?")
    return word in ("yes", "no")
