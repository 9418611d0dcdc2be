"""What the window of a kept time says by itself: that a minute is left, that it is not kept any more."""

import logging

from aiogram.exceptions import TelegramAPIError
from aiogram_dialog import DialogManager, ShowMode
from aiogram_dialog.api.exceptions import DialogsError

from clinic.errors import Refused
from dialogs import lock
from dialogs.booking.confirm import held_here, is_last_minute
from dialogs.states import Booking

logger = logging.getLogger(__name__)


async def show(manager: DialogManager) -> None:
    """Edit the window once in the last minute and once after it; one that has moved on is left alone.

    While the chat is locked the lock stands there and nothing is to be said;
    after the PIN the window says it.
    """
    if not manager.has_context() or manager.current_context().state != Booking.confirm:
        return
    if await lock.is_locked(manager):
        return
    held = await held_here(manager)
    if held is not None and not is_last_minute(held, manager.middleware_data["clock"].now()):
        return  # it was renewed
    slot_id = manager.dialog_data["slot_id"]
    stage = [slot_id, 0 if held is None else int(held.expires_at.timestamp())]
    if manager.dialog_data.get("told") == stage:
        return
    manager.dialog_data["told"] = stage
    try:
        await manager.show(ShowMode.EDIT)
    except (TelegramAPIError, DialogsError, Refused) as error:
        logger.info("the end of a hold could not be shown: %s", type(error).__name__)
