"""Adding a child or a ward: name, date of birth, check."""

from datetime import date
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import codes, family, typed
from clinic.clock import Clock, moscow_day
from clinic.errors import BadInput, ChildOfAge
from dialogs import navigation
from dialogs.family import names
from dialogs.states import Family
from dialogs.widgets import Choice
from dialogs.wording import refusal
from locales import Translator
from storage.people import CHILD, WARD, Person


async def kinds(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask who is to be added."""
    return {
        "text": tr(
            "Who shall be added?\n\n"
            "• a child under 18: you are a parent\n"
            "• a ward: you are the guardian\n"
            "• a grown relative: by their own press in their own chat"
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
    data = manager.dialog_data
    for key in ("name", "born_on", "born_on_either", "given"):
        data.pop(key, None)
    data.update(relation=relation, new_id=codes.new_id())
    await navigation.go(manager, Family.name)


async def birth_date(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the date of birth; an adult is led to the way that adults are added by."""
    data = dialog_manager.dialog_data
    dates = [date.fromisoformat(day) for day in data.get("born_on_either", ())]
    text = tr.html("{name}: date of birth? For example 01.03.2018", name=data["name"][1])
    if dates:
        text = tr("Which year? Please press, or type the date with all four digits.")
    return {
        "text": text,
        "choices": [Choice(f"{day:%d.%m.%Y}", day.isoformat()) for day in dates],
        "is_of_age": data.get("is_of_age", False),
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
        if data["relation"] != CHILD:
            data["born_on_either"] = [day.isoformat() for day in found.dates]
            return True
        found = found.dates[-1]  # the later one: of the two only that can be a child's
    await _set_birth_date(manager, found)
    return True


async def _set_birth_date(manager: DialogManager, born_on: date) -> None:
    middleware, data = manager.middleware_data, manager.dialog_data
    data.pop("born_on_either", None)
    data["is_of_age"] = False
    try:
        if data["relation"] == CHILD:
            family.check_child(born_on, moscow_day(middleware["clock"].now()))
    except ChildOfAge as error:
        data.update(is_of_age=True, hint=refusal(middleware["tr"], error))
        return
    data["born_on"] = born_on.isoformat()
    await navigation.go(manager, Family.check)


async def check(dialog_manager: DialogManager, clock: Clock, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what was understood, and by which paper the account will act."""
    data = dialog_manager.dialog_data
    papers = {CHILD: tr("birth certificate"), WARD: tr("guardianship act")}
    return {
        "text": tr.html(
            "Is everything right?\n\n<b>{name}</b>\nBorn on {date}\nBasis: {paper}; the registry may ask"
            " to see it.\n\nBy adding, you as the lawful representative agree that these data are processed"
            " for booking visits and reminding of them.",
            name=" ".join(filter(None, data["name"])),
            date=f"{date.fromisoformat(data['born_on']):%d.%m.%Y}",
            paper=papers[data["relation"]],
        )
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
    if navigation.start_data(manager).get("for_booking"):
        await manager.done({"patient_id": row.id})
        return
    data.update(patient_id=row.id, hint=tr("✅ Added."))
    navigation.forget_trail(manager)
    await navigation.skip_to(manager, Family.list)
    await navigation.go(manager, Family.card)
