"""Adding somebody: name, date of birth, check."""

from datetime import date
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import agreement, codes, family, masks, rules, typed
from clinic.clock import Clock, moscow_day
from clinic.errors import BadInput, ChildOfAge, NotOfAge
from dialogs import navigation
from dialogs.family import names
from dialogs.states import Family
from dialogs.widgets import Choice
from dialogs.wording import refusal
from locales import Translator
from storage.people import CHILD, RELATIVE, WARD, Person


async def kinds(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask who is to be added."""
    return {
        "text": tr(
            "Who shall be added?\n\n"
            "• a child under 18: you are a parent\n"
            "• a ward: you are the guardian\n"
            "• a grown relative: by their own yes, in their chat or by a text message"
        )
    }


async def add_child(manager: DialogManager) -> None:
    """Add a child."""
    await _begin(manager, CHILD)


async def add_ward(manager: DialogManager) -> None:
    """Add a ward."""
    await _begin(manager, WARD)


async def _begin(manager: DialogManager, relation: str) -> None:
    """Draw the id of the record now: worked twice, the last press still adds one person."""
    data, middleware = manager.dialog_data, manager.middleware_data
    if relation != RELATIVE:
        chat_id, now = middleware["event_chat"].id, middleware["clock"].now()
        await family.check_carer(middleware["database"], chat_id, relation, now)
    for key in ("name", "born_on", "born_on_either", "given", "phone", "is_of_age", "is_minor"):
        data.pop(key, None)
    data.update(relation=relation, new_id=codes.new_id())
    await navigation.go(manager, Family.name)


async def add_relative(manager: DialogManager) -> None:
    """Add an adult who has no Telegram; what was typed of them as a child stays."""
    data = manager.dialog_data
    if data.get("is_of_age") and data.get("name"):
        data.update(relation=RELATIVE, is_of_age=False, born_on=data["refused_born_on"])
        await names.go_on(manager)
    else:
        await _begin(manager, RELATIVE)


async def add_as_child(manager: DialogManager) -> None:
    """Take who turned out to be under 18 for a child; what was typed stays."""
    data = manager.dialog_data
    if data.get("is_minor"):
        data.update(relation=CHILD, is_minor=False, born_on=data["refused_born_on"])
        await names.go_on(manager)


async def birth_date(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the date of birth; adult and child are each led to the way that they are added by."""
    data = dialog_manager.dialog_data
    dates = [date.fromisoformat(day) for day in data.get("born_on_either", ())]
    text = tr.html("{name}: date of birth? For example 01.03.2018", name=data["name"][1])
    if data["relation"] == RELATIVE:
        text = tr.html("{name}: date of birth? For example 15.04.1952", name=data["name"][1])
    if dates:
        text = tr("Which year? Please press, or type the date with all four digits.")
    return {
        "text": text,
        "choices": [Choice(f"{day:%d.%m.%Y}", day.isoformat()) for day in dates],
        "is_of_age": data.get("is_of_age", False),
        "is_minor": data.get("is_minor", False),
    }


async def choose_birth_date(manager: DialogManager, day: str) -> None:
    """Take one of the two dates that a year of two digits may mean."""
    if day in manager.dialog_data.get("born_on_either", ()):
        await _set_birth_date(manager, date.fromisoformat(day))


async def type_birth_date(manager: DialogManager, message: Message) -> bool:
    """Take the date of birth."""
    if not message.text:
        return False
    data = manager.dialog_data
    today = moscow_day(manager.middleware_data["clock"].now())
    try:
        found = typed.parse_birth_date(message.text, today)
    except BadInput as error:
        return names.say(manager, error)
    if isinstance(found, typed.AmbiguousYear):
        possible = _possible(data["relation"], found.dates, today)
        if len(possible) > 1:
            data["born_on_either"] = [day.isoformat() for day in possible]
            return True
        found = possible[0]
    await _set_birth_date(manager, found)
    return True


def _possible(relation: str, dates: tuple[date, date], today: date) -> list[date]:
    """Keep the dates that can be meant: the later one of a child, those of age of a relative."""
    if relation == CHILD:
        return [dates[-1]]
    grown = [day for day in dates if rules.is_of_age(day, today)]
    return grown if relation == RELATIVE and grown else list(dates)


async def _set_birth_date(manager: DialogManager, born_on: date) -> None:
    middleware, data = manager.middleware_data, manager.dialog_data
    data.pop("born_on_either", None)
    data.update(is_of_age=False, is_minor=False)
    today = moscow_day(middleware["clock"].now())
    try:
        if data["relation"] == CHILD:
            family.check_child(born_on, today)
        elif data["relation"] == RELATIVE:
            agreement.check_of_age(born_on, today)
    except (ChildOfAge, NotOfAge) as error:
        is_minor = isinstance(error, NotOfAge)
        data.update(is_of_age=not is_minor, is_minor=is_minor, refused_born_on=born_on.isoformat())
        data["hint"] = refusal(middleware["tr"], error)
        return
    data["born_on"] = born_on.isoformat()
    await names.go_on(manager)


async def check(dialog_manager: DialogManager, clock: Clock, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what was understood, and by which paper the account will act."""
    data = dialog_manager.dialog_data
    if data["relation"] == RELATIVE:
        return {
            "text": tr.html(
                "Is everything right?\n\n<b>{name}</b>\nBorn on {date}\nPhone: {phone}\n\n"
                "I will send a text message with a code to this number: who asks, and for what."
                " If the relative agrees that you book for them, they tell you the code.",
                name=" ".join(filter(None, data["name"])),
                date=f"{date.fromisoformat(data['born_on']):%d.%m.%Y}",
                phone=masks.shown_phone(data["phone"]),
            ),
            "is_by_code": True,
        }
    papers = {CHILD: tr("birth certificate"), WARD: tr("guardianship act")}
    return {
        "text": tr.html(
            "Is everything right?\n\n<b>{name}</b>\nBorn on {date}\nBasis: {paper}; the registry may ask"
            " to see it.\n\nBy adding, you as the lawful representative agree that these data are processed"
            " for booking visits and reminding of them.",
            name=" ".join(filter(None, data["name"])),
            date=f"{date.fromisoformat(data['born_on']):%d.%m.%Y}",
            paper=papers[data["relation"]],
        ),
        "is_by_paper": True,
    }


async def correct_name(manager: DialogManager) -> None:
    """Type the name again."""
    await navigation.go(manager, Family.name)


async def correct_birth_date(manager: DialogManager) -> None:
    """Type the date of birth again."""
    await navigation.go(manager, Family.birth_date)


async def finish(manager: DialogManager) -> None:
    """Add the person; then show the card, or go on with the booking that waits."""
    middleware, data = manager.middleware_data, manager.dialog_data
    tr: Translator = middleware["tr"]
    surname, given_name, patronymic = data["name"]
    person = Person(surname, given_name, patronymic, date.fromisoformat(data["born_on"]))
    add = family.add_ward if data["relation"] == WARD else family.add_child
    row = await add(
        middleware["database"], middleware["event_chat"].id, data["new_id"], person, middleware["clock"].now()
    )
    await added(manager, row.id, tr("✅ Added."))


async def added(manager: DialogManager, patient_id: int, hint: str) -> None:
    """Show the card of who was added, or go on with the booking that waits."""
    if navigation.start_data(manager).get("for_booking"):
        await manager.done({"patient_id": patient_id})
        return
    manager.dialog_data.update(patient_id=patient_id, hint=hint)
    navigation.forget_trail(manager)
    await navigation.skip_to(manager, Family.list)
    await navigation.go(manager, Family.card)
