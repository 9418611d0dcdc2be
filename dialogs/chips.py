"""Filters of lists: chips that take them off, ticks in their windows, and keeping them for the next time."""

from typing import Any

from aiogram_dialog import DialogManager

from clinic import preferences
from dialogs.widgets import Choice

_LONGEST = 16
"""Two chips stand in a row."""


def off(name: str, value: str) -> Choice:
    """Name a filter on a button that takes it off."""
    return Choice(f"{name if len(name) <= _LONGEST else name[: _LONGEST - 1] + '…'} ×", value)


def ticked(name: str, value: str, *, is_chosen: bool) -> Choice:
    """Name a filter in the window where it is chosen."""
    return Choice(f"✓ {name}" if is_chosen else name, value)


async def kept(manager: DialogManager, name: str) -> dict[str, Any]:
    """Read the filters of a list: of this conversation, or what was kept of an earlier one."""
    data, middleware = manager.dialog_data, manager.middleware_data
    key = f"{name}_filters"
    if key not in data:
        data[key] = await preferences.recall(middleware["database"], middleware["event_chat"].id, name)
    found: dict[str, Any] = data[key]
    return found


async def keep(manager: DialogManager, name: str, values: dict[str, Any]) -> None:
    """Keep the filters of a list; those that are empty are none. The list begins anew."""
    data, middleware = manager.dialog_data, manager.middleware_data
    chosen = {filter_: value for filter_, value in values.items() if value}
    data[f"{name}_filters"] = chosen
    data.pop("page", None)
    await preferences.keep(middleware["database"], middleware["event_chat"].id, name, chosen)
