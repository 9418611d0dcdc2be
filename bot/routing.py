"""Presses and messages on windows, straight to the dialog that they belong to.

aiogram asks its routers one after the other, and each on the way copies what goes with an update: for a bot
of two dozen dialogs that is a tenth of a press, and more for those that are asked last.
"""

from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.fsm.state import StatesGroup
from aiogram.types import CallbackQuery, TelegramObject
from aiogram_dialog import Dialog
from aiogram_dialog.api.entities import Context
from aiogram_dialog.api.internal import CONTEXT_KEY
from aiogram_dialog.utils import CB_SEP


def is_window_press(event: object) -> bool:
    """Tell whether this is a press on a window of ours, open or old: its data name a conversation."""
    return isinstance(event, CallbackQuery) and CB_SEP in (event.data or "")


class DialogRouter(Router):
    """Asks only the dialog whose window is meant; aiogram-dialog's middlewares have found that before."""

    def __init__(self, *dialogs: Dialog) -> None:
        super().__init__(name="dialogs")
        self.include_routers(*dialogs)
        self._by_states: dict[type[StatesGroup], Dialog] = {one.states_group(): one for one in dialogs}

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        """Hand an update to its dialog; UNHANDLED where no window is open."""
        context: Context | None = kwargs.get(CONTEXT_KEY)
        dialog = None if context is None else self._by_states.get(context.state.group)
        return UNHANDLED if dialog is None else await dialog.propagate_event(update_type, event, **kwargs)


class WindowPresses(Router):
    """Stands before all other routers and takes the presses on windows past them.

    A press under a ticket or a reminder is none: its data names no conversation.
    """

    def __init__(self, dialogs: DialogRouter) -> None:
        super().__init__(name="window presses")
        self._dialogs = dialogs

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        """Hand a press on a window to its dialog; UNHANDLED for everything else."""
        if is_window_press(event):
            return await self._dialogs.propagate_event(update_type, event, **kwargs)
        return UNHANDLED
