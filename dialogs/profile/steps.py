"""Going through the fields: reading the profile, keeping a field, and where to go afterwards."""

from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import confirmation, identifiers, patients, profile
from clinic.errors import NotRegistered
from clinic.profile import Profile
from dialogs import confirmation as code_window
from dialogs import navigation
from dialogs.profile.values import is_known
from dialogs.sent_files import RETURNS
from dialogs.states import Profile as Windows
from locales import Translator
from storage.people import Person

_STEPPING = "stepping"
_IN_POLICY = ("born_on", "sex")
"""What the number of a policy says of its person too."""


async def patient_id(manager: DialogManager) -> int:
    """Return whose data these are: of the patient it was started with, or the account's own person."""
    data, middleware = manager.dialog_data, manager.middleware_data
    if "patient_id" not in data:
        given = navigation.start_data(manager).get("patient_id")
        if given is None:
            known = await patients.patients(middleware["database"], middleware["event_chat"].id)
            if not known:
                raise NotRegistered
            given = known[0].id
        data["patient_id"] = given
    return int(data["patient_id"])


async def known(manager: DialogManager) -> Profile:
    """Read the profile; raises NotFound for anybody else's patient."""
    middleware = manager.middleware_data
    return await profile.view(
        middleware["database"],
        middleware["event_chat"].id,
        await patient_id(manager),
        middleware["clock"].now(),
    )


def ways(manager: DialogManager) -> frozenset[str]:
    """Name the contacts that can be asked for here: an e-mail only where a code can go to it."""
    has_mail = code_window.carries(manager, confirmation.EMAIL)
    return frozenset({"phone", "email"} if has_mail else {"phone"})


async def keep(manager: DialogManager, field: str, value: str) -> None:
    """Keep a value, or delete it where it is empty, and go on."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    person = await profile.change(
        middleware["database"],
        middleware["event_chat"].id,
        await patient_id(manager),
        field,
        value,
        middleware["clock"].now(),
    )
    hint = tr("✅ Saved.") if value else tr("It is deleted.")
    if field == "identity" and profile.lacks_number(person):
        hint += " " + tr("With a foreign document a SNILS or an INN is needed too. Please add one of them.")
    if field in _IN_POLICY and not is_stepping(manager) and _is_policy_doubted(person):
        manager.dialog_data.update(policy=person.policy, hint=hint)
        await navigation.skip_to(manager, Windows.policy_doubt)
    else:
        await went_on(manager, field, hint)


def _is_policy_doubted(person: Person) -> bool:
    """Tell whether the policy's number says something else of its person than is known now."""
    return bool(person.policy and identifiers.policy_doubt(person.policy, person.born_on, person.sex[:1]))


async def went_on(manager: DialogManager, field: str, hint: str) -> None:
    """Go to the next empty field, where they are asked one after the other, else to the list."""
    if navigation.start_data(manager).get(RETURNS):
        await manager.done({"field": field})
        return
    manager.dialog_data["hint"] = hint
    manager.dialog_data.pop("filter", None)
    if is_stepping(manager):
        await next_step(manager, field)
    else:
        await navigation.go(manager, Windows.main)


# --- one after the other


def is_stepping(manager: DialogManager) -> bool:
    """Tell whether the empty fields are asked one after the other."""
    return bool(manager.dialog_data.get(_STEPPING))


async def begin_steps(manager: DialogManager) -> None:
    """Ask the first empty field."""
    manager.dialog_data[_STEPPING] = True
    await next_step(manager, "")


def end_steps(manager: DialogManager) -> None:
    """Ask no further."""
    manager.dialog_data.pop(_STEPPING, None)


async def next_step(manager: DialogManager, after: str) -> None:
    """Ask the next empty field after this one; the list comes after the last."""
    left = profile.missing(await known(manager), ways(manager))
    passed = profile.ORDER.index(after) + 1 if after else 0
    following = [field for field in profile.ORDER[passed:] if field in left]
    if following:
        await navigation.go(manager, getattr(Windows, following[0]))
        return
    tr: Translator = manager.middleware_data["tr"]
    end_steps(manager)
    manager.dialog_data["hint"] = tr("Thank you, that is all.")
    await navigation.go(manager, Windows.main)


# --- what was typed


async def take_away(message: Message) -> None:
    """Delete a typed number from the chat; where Telegram does not let it, it stays."""
    try:
        await message.delete()
    except TelegramAPIError:
        return


async def delete_field(manager: DialogManager, field: str) -> None:
    """Delete a value."""
    await keep(manager, field, "")


def can_delete(known_now: Profile, field: str) -> bool:
    """Tell whether a field has a value that may be deleted."""
    return field not in (*profile.REQUIRED, "phone") and is_known(known_now, field)
