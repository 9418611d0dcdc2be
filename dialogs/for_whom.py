"""«Для кого?»: whom a booking is for, and whose visits a list shows, where an account acts for several."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import patients
from clinic.errors import AccessEnded, NotFound
from dialogs import navigation
from dialogs.states import Family
from dialogs.typed import OnTyped
from dialogs.widgets import Choice, shorten, shorten_all
from locales import Translator
from storage.database import Database
from storage.people import SELF, PatientRow
from storage.text import fold

PAGE_SIZE = 4
FILTERS = 7
"""Most people whose visits can be shown alone: three rows of buttons with «All»."""
FILTER_LENGTH = 11
_MYSELF = ("я", "меня", "мне", "себя", "себе", "для себя", "me", "myself", "for me")


def as_id(value: str) -> int:
    """Read the id that a press carries; one that was forged into something else is nobody's: NotFound."""
    if not (value.isascii() and value.isdigit() and len(value) < 20):
        raise NotFound
    return int(value)


async def known(manager: DialogManager) -> list[PatientRow]:
    """Read for whom this chat's account acts, the own person first."""
    data = manager.middleware_data
    return await patients.patients(data["database"], data["event_chat"].id)


def pick(manager: DialogManager, rows: Sequence[PatientRow]) -> PatientRow | None:
    """Take the person who was chosen, else the own one; None where nobody has registered yet.

    Raises AccessEnded where the chosen one is not theirs any more: nobody is booked in place of another.
    """
    chosen = manager.dialog_data.get("patient_id")
    if chosen is None:
        return rows[0] if rows else None
    for row in rows:
        if row.id == chosen:
            return row
    raise AccessEnded


async def is_to_be_asked(manager: DialogManager) -> bool:
    """Tell whether a booking begins with the question; one that was started for somebody keeps them."""
    rows = await known(manager)
    wanted = navigation.start_data(manager).get("patient_id")
    if any(row.id == wanted for row in rows):
        manager.dialog_data["patient_id"] = wanted
        return False
    return len(rows) > 1


def label(tr: Translator, row: PatientRow) -> str:
    """Name a person on a button."""
    name = row.person.short_name
    return shorten(tr("Me · {name}", name=name) if row.relation == SELF else name)


def unlike(labels: Sequence[str], rows: Sequence[PatientRow]) -> list[str]:
    """Tell people with the same label apart by their year of birth, then by a number."""
    counted = Counter(labels)
    found = []
    for words, row in zip(labels, rows, strict=True):
        found.append(f"{words} {row.person.born_on:%Y}" if counted[words] > 1 else words)
    again = Counter(found)
    return [f"{words} ({at})" if again[words] > 1 else words for at, words in enumerate(found, 1)]


async def question(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask whom the visit is for."""
    rows = await known(dialog_manager)
    number: int = dialog_manager.dialog_data.get("page", 0)
    names = unlike([label(tr, row) for row in rows], rows)
    page = list(zip(names, rows, strict=True))[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
    return {
        "text": tr("Who is the visit for?"),
        "choices": [Choice(name, row.id) for name, row in page],
        "page": number,
        "has_next": len(rows) > (number + 1) * PAGE_SIZE,
    }


async def choose(manager: DialogManager, value: str) -> None:
    """Keep the person; raises NotFound for anybody else's."""
    wanted = as_id(value)
    if not any(row.id == wanted for row in await known(manager)):
        raise NotFound
    manager.dialog_data["patient_id"] = wanted


async def find_typed(manager: DialogManager, message: Message) -> PatientRow | None:
    """Find the one person whose name has what was typed."""
    rows, part = await known(manager), fold(message.text or "").strip(" .!")
    if part in _MYSELF:
        return next((row for row in rows if row.relation == SELF), None)
    found = [row for row in rows if part and any(fold(word).startswith(part) for word in _names(row))]
    return found[0] if len(found) == 1 else None


def _names(row: PatientRow) -> tuple[str, ...]:
    return (row.person.given_name, row.person.surname, row.person.full_name, row.person.short_name)


def understand(on_choice: Any) -> OnTyped:
    """Make what a window does with a typed name: the same as with the press."""

    async def typed(manager: DialogManager, message: Message) -> bool:
        row = await find_typed(manager, message)
        if row is None:
            return False
        await on_choice(manager, str(row.id))
        return True

    return typed


async def add(manager: DialogManager) -> None:
    """Add somebody over the open booking, which goes on for them."""
    await manager.start(Family.add, {"for_booking": True})


async def open_family(manager: DialogManager) -> None:
    """Open «Семья» over the open booking."""
    await manager.start(Family.list, {"for_booking": True})


def filters(tr: Translator, rows: Sequence[PatientRow], chosen: int | None) -> list[Choice]:
    """Make buttons that show one person's visits, or everybody's; none where there is one person."""
    if len(rows) < 2:
        return []
    some = rows[:FILTERS]
    names = unlike([row.person.given_name for row in some], some)
    marked = [("✓ " if row.id == chosen else "") + name for name, row in zip(names, some, strict=True)]
    labels = shorten_all(marked, FILTER_LENGTH)
    everybody = Choice(("✓ " if chosen is None else "") + tr("All"), 0)
    return [everybody, *(Choice(label, row.id) for label, row in zip(labels, some, strict=True))]
