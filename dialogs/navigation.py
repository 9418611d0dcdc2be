"""Moving between windows: a trail of the windows really seen, so that «back» skips what was skipped."""

import logging
from typing import Any

from aiogram.fsm.state import State
from aiogram_dialog import DialogManager, ShowMode, StartMode
from aiogram_dialog.api.exceptions import DialogsError

from clinic import booking
from clinic.errors import Refused
from dialogs.states import BY_NAME, Booking, Menu, Settings, Visits

logger = logging.getLogger(__name__)
_TRAIL = "trail"


def start_data(manager: DialogManager) -> dict[str, Any]:
    """Return what a conversation was started with; ours are always dictionaries."""
    data = manager.start_data
    return data if isinstance(data, dict) else {}


async def go(manager: DialogManager, state: State) -> None:
    """Show another window of this conversation; «back» returns to the one shown now."""
    here = manager.current_context().state
    trail = manager.dialog_data.setdefault(_TRAIL, [])
    if not _is_returned_to(trail, state) and here is not None and here != state:
        trail.append(here.state)
    manager.dialog_data.pop("page", None)
    await manager.switch_to(state)


async def step_aside(manager: DialogManager, state: State) -> None:
    """Show a window that leads back to the present one, also where it was seen on the way here."""
    here = manager.current_context().state
    if here is not None:
        manager.dialog_data.setdefault(_TRAIL, []).append(here.state)
    manager.dialog_data.pop("page", None)
    await manager.switch_to(state)


async def skip_to(manager: DialogManager, state: State) -> None:
    """Show another window and forget the present one: it had a single answer, or what it said is settled."""
    _is_returned_to(manager.dialog_data.get(_TRAIL, []), state)
    manager.dialog_data.pop("page", None)
    await manager.switch_to(state)


def _is_returned_to(trail: list[str | None], state: State) -> bool:
    """Tell whether a window was seen on the way here; then forget what was seen since.

    So «back» never leads in circles, nor to a window that is about something else by now.
    """
    if state.state not in trail:
        return False
    del trail[trail.index(state.state) :]
    return True


def forget_trail(manager: DialogManager) -> list[str | None]:
    """Make the present window the first one: what led here was not shown; returns that."""
    trail: list[str | None] = manager.dialog_data.pop(_TRAIL, None) or []
    return trail


def put_trail(manager: DialogManager, trail: list[str | None]) -> None:
    """Let the present window have been reached by the way that `forget_trail` returned."""
    manager.dialog_data[_TRAIL] = list(trail)


def previous(manager: DialogManager) -> str | None:
    """Name the window to which «back» leads within this conversation."""
    trail: list[str] = manager.dialog_data.get(_TRAIL) or []
    return trail[-1] if trail else None


def has_trail(manager: DialogManager) -> bool:
    """Tell whether another window of this conversation was seen before this one."""
    return bool(manager.dialog_data.get(_TRAIL))


_HOLDING = {
    Booking.purpose.state,
    Booking.confirm.state,
    Booking.second.state,
    Booking.overlap.state,
    Booking.clash.state,
    Booking.obstacle.state,
    Booking.referral.state,
    Visits.move_confirm.state,
}
"""The windows during which a time is kept; going back out of them gives it to everybody again."""


SEEN = "seen"
"""The result of a conversation that was opened over another one and changed nothing there."""


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
        await manager.done(SEEN if start_data(manager).get(_OVER) else None)
    else:
        await go_home(manager)


async def leave_held(manager: DialogManager, day: State, time: State) -> None:
    """Give the held time back and return to its day, or to the doctor's days where no day was looked at."""
    await give_up_hold(manager)
    trail: list[str] = manager.dialog_data.get(_TRAIL) or []
    while trail and trail[-1] in _HOLDING:
        trail.pop()
    state = time if trail and trail[-1] == time.state else day
    if trail and trail[-1] == state.state:
        trail.pop()
    await skip_to(manager, state)


async def go_home(manager: DialogManager, *, hint: str | None = None) -> None:
    """Leave everything and show the menu; a time held meanwhile is given back."""
    await give_up_hold(manager)
    await start(manager, Menu.main, hint=hint)


async def show_present(manager: DialogManager, hint: str | None) -> None:
    """Show the open window again, with a hint; the menu where it cannot be shown any more."""
    if manager.has_context():
        if hint:
            manager.dialog_data["hint"] = hint
        try:
            await manager.show()
        except (Refused, DialogsError, KeyError) as error:
            logger.info("the window could not be shown again: %s", type(error).__name__)
        else:
            return
    await go_home(manager, hint=hint)


async def give_up_hold(manager: DialogManager) -> None:
    """Give the chat's held time back, if any: for leaving what it was held for."""
    data = manager.middleware_data
    await booking.let_go(data["database"], data["event_chat"].id)


async def open_over(
    manager: DialogManager, state: State, data: dict[str, Any] | None = None, *, hint: str | None = None
) -> None:
    """Open a conversation over whatever is open: «back» returns there, and a held time stays held.

    What was opened so before makes way where it is of the same kind or has nothing to lose: a hundred /help
    pile nothing up.
    """
    shown = manager.show_mode
    manager.show_mode = ShowMode.NO_UPDATE
    if not manager.has_context():
        await start(manager, Menu.main)
    while start_data(manager).get(_OVER) and _makes_way(manager.current_context().state, state):
        if manager.current_context().state.state in _HOLDING:
            await give_up_hold(manager)
        await manager.done(SEEN)
    manager.show_mode = shown
    await manager.start(state, {**(data or {}), _OVER: True, **({"hint": hint} if hint else {})})


async def leave(manager: DialogManager, hint: str) -> None:
    """Close this conversation with a word; what it was opened over is shown again, else the menu."""
    if len(manager.current_stack().intents) < 2:
        await go_home(manager, hint=hint)
        return
    shown = manager.show_mode
    manager.show_mode = ShowMode.NO_UPDATE
    await manager.done(SEEN)
    manager.show_mode = shown
    await show_present(manager, hint)


_OVER = "over"


def _makes_way(present: State, wanted: State) -> bool:
    return present.group in (wanted.group, Menu, Settings)


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
