"""What the visit is for, of the several things that a specialty does; what has one answer is not asked."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import finding, services
from clinic.errors import NotFound
from dialogs import for_whom, navigation
from dialogs.states import Booking
from dialogs.typed import OnTyped
from dialogs.widgets import Choice, OnChoice, shorten
from locales import Translator
from storage.database import Database
from storage.search import has_words, queries
from storage.services import ServiceRow

_KEPT = ("service_id", "minutes", "service_names", "has_services")


def forget(manager: DialogManager) -> None:
    """Forget the service: another specialty is looked at."""
    for key in _KEPT:
        manager.dialog_data.pop(key, None)


def _keep(manager: DialogManager, row: ServiceRow | None) -> None:
    manager.dialog_data.update(
        service_id=row.id if row else None,
        minutes=row.minutes if row else 0,
        service_names=[row.name_ru, row.name_en] if row else None,
    )


async def _fitting(manager: DialogManager) -> list[ServiceRow]:
    """Read the services of the specialty that is looked at, and note whether there is a choice."""
    rows = await services.of_specialty(
        manager.middleware_data["database"], manager.dialog_data["specialty_id"]
    )
    manager.dialog_data["has_services"] = len(rows) > 1
    return rows


async def is_to_be_asked(manager: DialogManager) -> bool:
    """Tell whether there are several; a single one is kept without asking."""
    rows = await _fitting(manager)
    if len(rows) < 2:
        _keep(manager, rows[0] if rows else None)
    return len(rows) > 1


async def keep_usual(manager: DialogManager, wanted: int | None = None) -> None:
    """Keep the service that is wanted, else the usual one, where none was chosen before."""
    if "service_id" in manager.dialog_data:
        return
    rows = await _fitting(manager)
    row = next((row for row in rows if row.id == wanted), None) or services.usual(rows)
    if row is not None or not rows:
        _keep(manager, row)


async def keep(manager: DialogManager, value: str) -> None:
    """Keep the chosen service; raises NotFound for one of another specialty."""
    wanted = for_whom.as_id(value)
    row = next((row for row in await _fitting(manager) if row.id == wanted), None)
    if row is None:
        raise NotFound
    _keep(manager, row)


def understand(on_choice: OnChoice) -> OnTyped:
    """Make what the window does with a part of a name that was typed: «прививка», «узи почек»."""

    async def typed(manager: DialogManager, message: Message) -> bool:
        rows = await _fitting(manager)
        for query in queries(message.text or ""):
            found = [row for row in rows if has_words(f"{row.name_ru} {row.name_en}", query)]
            if len(found) == 1:
                await on_choice(manager, str(found[0].id))
                return True
        return False

    return typed


async def kept(manager: DialogManager) -> ServiceRow | None:
    """Read the service that was chosen."""
    wanted = manager.dialog_data.get("service_id")
    return None if wanted is None else await services.service(manager.middleware_data["database"], wanted)


def named(tr: Translator, manager: DialogManager) -> str:
    """Name the service that was chosen; empty where there is nothing to choose."""
    names = manager.dialog_data.get("service_names")
    return tr.name(*names) if names else ""


def chosen(tr: Translator, manager: DialogManager) -> list[Choice]:
    """Make the button that says what was chosen and leads to the others; none where there is one only."""
    if not manager.dialog_data.get("has_services"):
        return []
    name = named(tr, manager)
    return [Choice(shorten(tr("🧾 {service}", service=name) if name else tr("🧾 Choose the service")), "all")]


async def question(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask what the visit is for; how long it takes stands in the text, where it is not the usual time."""
    specialty = await finding.specialty(database, dialog_manager.dialog_data["specialty_id"])
    rows = await _fitting(dialog_manager)
    lines = [
        tr.html(
            "• {service}: {how_long}",
            service=tr.name(row.name_ru, row.name_en),
            how_long=tr.plural("{count} minute", "{count} minutes", row.minutes),
        )
        for row in rows
        if row.minutes
    ]
    text = tr.html(
        "<b>{specialty}</b>\nWhat do you need?", specialty=tr.name(specialty.name_ru, specialty.name_en)
    )
    if lines:
        text += "\n\n" + tr("It takes longer than an ordinary visit:") + "\n" + "\n".join(lines)
    return {
        "text": text,
        "choices": [Choice(tr.name(row.name_ru, row.name_en), row.id) for row in rows],
    }


async def open_services(manager: DialogManager, _: str) -> None:
    """Choose another service for the doctor whose days are looked at."""
    await navigation.step_aside(manager, Booking.service)
