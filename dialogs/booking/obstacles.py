"""What stands in the way of a booking and can be settled at once: asked or said, with the ways on.

The time stays kept meanwhile, and whoever has settled it comes back to the last look.
"""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import finding
from clinic.errors import AccountInactive, Refused, TooManyVisits, UnusualSex
from dialogs import for_whom, navigation
from dialogs.booking import taking, whom
from dialogs.sent_files import RETURNS
from dialogs.states import Booking, Profile, Visits
from dialogs.widgets import Choice
from dialogs.wording import refusal
from locales import Translator
from storage.database import Database

KINDS: dict[type[Refused], str] = {UnusualSex: "sex", AccountInactive: "inactive", TooManyVisits: "full"}
ACTIVATING = "activating"
"""Under this key the conversation that confirms a phone is told what it was opened for."""


async def show(manager: DialogManager, error: Refused) -> None:
    """Show what stands in the way."""
    manager.dialog_data["obstacle"] = KINDS[type(error)]
    await navigation.go(manager, Booking.obstacle)


async def obstacle(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Say what it is, and offer the ways on."""
    kind: str = dialog_manager.dialog_data["obstacle"]
    somebody = Choice(tr("👤 For somebody else"), "whom")
    if kind == "sex":
        return {
            "text": await _sex(dialog_manager, database, tr),
            "choices": [Choice(tr("✅ Book all the same"), "yes"), somebody, _elsewhere(tr)],
        }
    if kind == "inactive":
        text = refusal(tr, AccountInactive()) + "\n\n" + tr("The time is kept for you meanwhile.")
        return {"text": text, "choices": [Choice(tr("📱 Confirm the phone"), "confirm")]}
    return {
        "text": refusal(tr, TooManyVisits()),
        "choices": [Choice(tr("📋 My visits"), "visits"), somebody],
    }


def _elsewhere(tr: Translator) -> Choice:
    return Choice(tr("🩺 To another doctor"), "doctor")


async def _sex(manager: DialogManager, database: Database, tr: Translator) -> str:
    place = await finding.place(database, manager.dialog_data["schedule_id"])
    patient = for_whom.pick(manager, await for_whom.known(manager))
    name = patient.person.short_name if patient else ""
    specialty = tr.name(place.specialty_ru, place.specialty_en)
    if place.specialty_sex == "male":
        return tr.html(
            "<b>{specialty}</b> sees men as a rule, and the data of {name} say «female».\n\n"
            "Book all the same?",
            specialty=specialty,
            name=name,
        )
    return tr.html(
        "<b>{specialty}</b> sees women as a rule, and the data of {name} say «male».\n\nBook all the same?",
        specialty=specialty,
        name=name,
    )


async def other_doctor(manager: DialogManager) -> None:
    """Give the time back and choose another specialty, elsewhere where the clinic itself does not fit."""
    database: Database = manager.middleware_data["database"]
    place = await finding.place(database, manager.dialog_data["schedule_id"])
    await navigation.give_up_hold(manager)
    is_for_all = place.facility.audience == "all"
    await navigation.skip_to(manager, Booking.specialty if is_for_all else Booking.facility)


async def go_way(manager: DialogManager, value: str) -> None:
    """Go one of the ways, but «all the same»."""
    match value:
        case "whom":
            await navigation.skip_to(manager, Booking.confirm)
            await whom.open_patient(manager)
        case "doctor":
            await other_doctor(manager)
        case "confirm":
            await taking.hold_longer(manager)
            await manager.start(Profile.phone, {RETURNS: True, ACTIVATING: True})
        case "visits":
            await navigation.open_over(manager, Visits.list)


async def returned(started: Any, manager: DialogManager) -> bool:
    """Come back to the last look once the phone was confirmed; False where it was not about that."""
    if not (isinstance(started, dict) and started.get(ACTIVATING)):
        return False
    await navigation.go(manager, Booking.confirm)
    return True
