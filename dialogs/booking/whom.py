"""Whom the visit is for, chosen at the beginning or at the last look."""

from aiogram_dialog import DialogManager

from dialogs import for_whom, navigation
from dialogs.booking import taking
from dialogs.booking.places import begin_place
from dialogs.states import Booking


async def choose_patient(manager: DialogManager, value: str) -> None:
    """Keep whom it is for; asked from the last look, return there."""
    await for_whom.choose(manager, value)
    await go_on(manager)


async def added(manager: DialogManager, patient_id: int) -> None:
    """Book for somebody who was added to the family meanwhile."""
    manager.dialog_data["patient_id"] = patient_id
    await go_on(manager)


async def go_on(manager: DialogManager) -> None:
    """Return to the last look, or go on to the place."""
    if navigation.previous(manager) == Booking.confirm.state:
        await navigation.go_back(manager)
    else:
        await begin_place(manager, is_first=False)


async def open_patient(manager: DialogManager) -> None:
    """Choose somebody else for the time that is kept, longer meanwhile: they may have to be added."""
    await taking.hold_longer(manager)
    await navigation.step_aside(manager, Booking.patient)
