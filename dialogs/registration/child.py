"""The child whom a parent typed where they were asked for themselves: set aside, taken back, added."""

from datetime import date
from typing import Any

from aiogram_dialog import DialogManager

from clinic import codes, rules
from clinic.clock import moscow_day
from dialogs import navigation
from dialogs.states import Registration
from locales import Translator
from storage.patronymics import likely_sex
from storage.people import Person

_CHILD = "child"
"""Under this key stands the child whom a parent typed first."""
_PARENT = "parent"
"""Under this key stands the parent while the child's data are corrected."""
_TYPED = ("name", "born_on", "sex")


def known(data: dict[str, Any]) -> dict[str, Any] | None:
    """Return the child that was typed first, if there is one."""
    found: dict[str, Any] | None = data.get(_CHILD)
    return found


def may_be(manager: DialogManager) -> bool:
    """Tell whether a parent may have typed their child's name for their own."""
    data = manager.dialog_data
    if _CHILD in data or navigation.start_data(manager).get("for_family") or "born_on" not in data:
        return False
    return not _is_of_age(manager, date.fromisoformat(data["born_on"]))


def _is_of_age(manager: DialogManager, born_on: date) -> bool:
    return rules.is_of_age(born_on, moscow_day(manager.middleware_data["clock"].now()))


async def is_child(manager: DialogManager) -> None:
    """Keep who was typed as the child of whoever registers, who is asked for next: a child has no account."""
    data = manager.dialog_data
    if not may_be(manager):
        return
    data[_CHILD] = {
        "id": codes.new_id(),
        "name": data.pop("name"),
        "born_on": data.pop("born_on"),
        "sex": data.pop("sex", None),
        "trail": navigation.forget_trail(manager),  # «back» leads to the question whose child it is
    }
    if parent := data.pop(_PARENT, None):
        data.update(parent)
        await navigation.step_aside(manager, Registration.check)
    else:
        await navigation.step_aside(manager, Registration.name)


async def correct(manager: DialogManager) -> None:
    """Ask anew whose data were typed first, and let them be corrected; the parent's are kept meanwhile."""
    data = manager.dialog_data
    if _CHILD not in data:
        return
    parent = {key: data.pop(key) for key in _TYPED if key in data}
    for key in ("doubted", "born_on_either"):
        data.pop(key, None)
    if parent.get("name") and parent.get("born_on"):
        data[_PARENT] = parent
    take_back(manager)
    await manager.switch_to(Registration.check)


def take_back(manager: DialogManager) -> None:
    """Return to the child where not all is known of the parent yet: they went back."""
    data = manager.dialog_data
    if _CHILD in data and not (data.get("name") and data.get("born_on")):
        child = data.pop(_CHILD)
        data.update(name=child["name"], born_on=child["born_on"], sex=child["sex"])
        navigation.put_trail(manager, child.get("trail", []))


def is_too_young_parent(manager: DialogManager, born_on: date) -> bool:
    """Refuse, with a word, a date of birth with which nobody is the lawful representative of a child."""
    today = moscow_day(manager.middleware_data["clock"].now())
    if _CHILD not in manager.dialog_data or rules.age_on(born_on, today) >= rules.PARENT_FROM:
        return False
    tr: Translator = manager.middleware_data["tr"]
    manager.dialog_data["hint"] = tr.plural(
        "A parent has to be {count} year old at least. Type your own date of birth, not the child's;"
        " if it is you who needs the doctor, press «It is me after all».",
        "A parent has to be {count} years old at least. Type your own date of birth, not the child's;"
        " if it is you who needs the doctor, press «It is me after all».",
        rules.PARENT_FROM,
    )
    return True


def person(child: dict[str, Any], region: str) -> Person:
    """Make the child's record; a child lives where the parent does."""
    surname, given_name, patronymic = child["name"]
    sex = child["sex"] or likely_sex(patronymic, given_name)
    return Person(surname, given_name, patronymic, date.fromisoformat(child["born_on"]), sex, region)
