"""Moving between windows: a trail of the windows really seen, so that «back» skips what was skipped."""

from typing import Any

from aiogram.fsm.state import State
from aiogram_dialog import DialogManager, ShowMode, StartMode

from clinic import booking
from dialogs.states import BY_NAME, Booking, Menu, Visits

_TRAIL = "trail"


def start_data(manager: DialogManager) -> dict[str, Any]:
    """Return what a conversation was started with; ours are always dictionaries."""
    data = manager.start_data
    return data if isinstance(data, dict) else {}


async def go(manager: DialogManager, state: State) -> None:
    """Show another window of this conversation; «back» returns to the one shown now."""
    here = manager.current_context().state
    trail = manager.dialog_data.setdefault(_TRAIL, [])
    if here is not None and here != state and (not trail or trail[-1] != here.state):
        trail.append(here.state)
    manager.dialog_data.pop("page", None)
    await manager.switch_to(state)


async def skip_to(manager: DialogManager, state: State) -> None:
    """Show another window and forget the present one: it had a single answer."""
    manager.dialog_data.pop("page", None)
    await manager.switch_to(state)


def forget_trail(manager: DialogManager) -> None:
    """Make the present window the first one: what led here was not shown."""
    manager.dialog_data.pop(_TRAIL, None)


def previous(manager: DialogManager) -> str | None:
    """Name the window to which «back» leads within this conversation."""
    trail: list[str] = manager.dialog_data.get(_TRAIL) or []
    return trail[-1] if trail else None


_HOLDING = {
    Booking.purpose.state, Booking.confirm.state, Booking.second.state, Booking.clash.state,
    Visits.move_confirm.state,
}  # fmt: skip
"""The windows during which a time is kept; going back out of them gives it to everybody again."""


async def go_back(manager: DialogManager) -> None:
    """Return to the window seen before; from the first one to where the conversation was started."""
    data = manager.dialog_data
    data.pop("page", None)
    data.pop("filter", None)
    trail: list[str] = data.get(_TRAIL) or []
    if trail:
        wanted = trail.pop()
        here = manager.current_context().state
        if here is not None and here.state in _HOLDING and wanted not in _HOLDING:
            await give_up_hold(manager)
        await manager.switch_to(BY_NAME[wanted])
        return
    stack = manager.current_stack()
    if len(stack.intents) > 1:
        await manager.done()
    else:
        await go_home(manager)


async def go_home(manager: DialogManager, *, hint: str | None = None) -> None:
    """Leave everything and show the menu; a time held meanwhile is given back."""
    await give_up_hold(manager)
    await start(manager, Menu.main, hint=hint)


async def give_up_hold(manager: DialogManager) -> None:
    """Give the chat's held time back, if any: for leaving what it was held for."""
    data = manager.middleware_data
    await booking.let_go(data["database"], data["event_chat"].id)


async def start(
    manager: DialogManager, state: State, data: dict[str, Any] | None = None, *, hint: str | None = None
) -> None:
    """Begin a conversation in place of whatever was open."""
    await manager.start(
        state,
        {**(data or {}), **({"hint": hint} if hint else {})},
        mode=StartMode.RESET_STACK,
        show_mode=manager.show_mode or ShowMode.AUTO,
    )
