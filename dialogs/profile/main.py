"""«Мои данные»: every field with what is known of it."""

from typing import Any

from aiogram_dialog import Data, DialogManager

from clinic import profile
from dialogs import navigation
from dialogs.profile import clinic, steps, values
from dialogs.states import Profile
from dialogs.widgets import Choice, shorten
from locales import Translator

_LONGEST = 40
STEPS = "steps"
"""Started with this, the empty fields are asked at once."""


async def begin(_: Data, manager: DialogManager) -> None:
    """Find whose data these are; ask the empty fields at once where that was wished."""
    await steps.patient_id(manager)
    if navigation.start_data(manager).get(STEPS):
        await steps.begin_steps(manager)


async def listed(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """List everything, numbers masked."""
    steps.end_steps(dialog_manager)
    known = await steps.known(dialog_manager)
    fields = shown_fields(dialog_manager, is_own=known.is_own)
    lines = [tr("<b>My data</b>") if known.is_own else tr("<b>Data of the patient</b>"), ""]
    lines += [
        tr.html(
            "{title}: {value}", title=values.title(tr, field), value=values.shown(tr, known, field) or "—"
        )
        for field in fields
    ]
    missing = profile.missing(known, steps.ways(dialog_manager))
    own = (await clinic.present(dialog_manager)).clinic
    lines.append(tr.html("My clinic: {value}", value=shorten(own.name, _LONGEST) if own else "—"))
    lines += ["", tr("Kept encrypted. Press what you want to fill in or correct.")]
    return {
        "text": "\n".join(lines),
        "choices": [Choice(values.title(tr, field), field) for field in fields],
        "tools": [
            *([Choice(tr("📝 Step by step"), "steps")] if missing else []),
            Choice(tr("🏥 My clinic"), "clinic"),
        ],
    }


def shown_fields(manager: DialogManager, *, is_own: bool) -> list[str]:
    """Name the fields that are asked of this person here."""
    ways = steps.ways(manager) if is_own else frozenset()
    return [field for field in values.TITLES if field not in values.CONTACTS or field in ways]


async def use_tool(manager: DialogManager, value: str) -> None:
    """Ask the empty fields one after the other, or for the patient's own clinic."""
    if value == "steps":
        await steps.begin_steps(manager)
    else:
        steps.end_steps(manager)
        await navigation.go(manager, Profile.clinic)


async def open_field(manager: DialogManager, value: str) -> None:
    """Open a field's window."""
    if value in values.TITLES:
        steps.end_steps(manager)
        await navigation.go(manager, getattr(Profile, value))
