"""The windows of the bot as it was put together, for the tests that go through all of them."""

from aiogram.fsm.state import State
from aiogram_dialog import Dialog

from dialogs.states import GROUPS
from tests.telegram import Line

STATES = [state for group in GROUPS for state in group.__all_states__]


def name(state: State) -> str:
    return str(state.state)


def dialogs(line: Line) -> dict[type, Dialog]:
    """Find the conversations by their groups of states; aiogram-dialog's own «about» is not meant."""
    found = [router for router in line.dispatcher.chain_tail if isinstance(router, Dialog)]
    groups = {dialog.states_group(): dialog for dialog in found}
    return {group: dialog for group, dialog in groups.items() if not group.__module__.startswith("aiogram_")}
