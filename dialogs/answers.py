"""What people type when no question is open: an answer to the last reminder, a greeting, a wish to book."""

from aiogram_dialog import DialogManager

from clinic import visits
from dialogs import cards, lock, navigation
from dialogs.states import Booking, History, Registration, Search, Support, Visits
from locales import Translator

SEARCHED = 200
"""Most signs of a message that are searched for."""


def courtesy(tr: Translator, word: str) -> str:
    """Return a greeting, or a kind nod to a «thank you»."""
    return tr("Hello!") if word == "hello" else tr("You are welcome! Be well.")


async def to_reminder(manager: DialogManager, word: str) -> bool:
    """Take «приду», «да», «не смогу», «нет» as the answer to the last reminder; False without one.

    «Не смогу» says enough without one.
    """
    data = manager.middleware_data
    database, chat_id, now = data["database"], data["event_chat"].id, data["clock"].now()
    tr: Translator = data["tr"]
    is_locked = await lock.is_locked(manager)
    if word in ("yes", "come"):
        confirmed = await visits.confirm_reminded(database, chat_id, now)
        if confirmed is not None:
            await data["channel"].mark_confirmed(confirmed)
            await _say(manager, cards.expected(tr, confirmed, tr("Thank you!"), is_locked=is_locked))
            return True
    visit = await visits.reminded(database, chat_id, now)
    if visit is None:
        return word == "wont" and await _to_visits(manager)
    if word in ("yes", "come"):
        opening = tr("You have confirmed already.")
        await _say(manager, cards.expected(tr, visit, opening, is_locked=is_locked))
    else:
        hint = tr("What a pity. Shall we move or cancel the visit?")
        await navigation.open_over(
            manager, Visits.change, {"appointment_id": visit.appointment.id}, hint=hint
        )
    return True


async def _to_visits(manager: DialogManager) -> bool:
    """Take «не смогу» without a reminder for the one visit that is ahead; of several the list is shown."""
    data = manager.middleware_data
    tr: Translator = data["tr"]
    ahead = await visits.coming(data["database"], data["event_chat"].id, data["clock"].now(), 0, 2)
    if not ahead.items:
        return False
    hint = tr("What a pity. Shall we move or cancel the visit?")
    if len(ahead.items) == 1:
        number = ahead.items[0].appointment.id
        await navigation.open_over(manager, Visits.change, {"appointment_id": number}, hint=hint)
    else:
        await navigation.open_over(manager, Visits.list, hint=tr("What a pity. Which visit is it?"))
    return True


async def _say(manager: DialogManager, hint: str) -> None:
    """Say it above the open window, or above the menu where none is open."""
    if manager.has_context():
        manager.dialog_data["hint"] = hint
    else:
        await navigation.go_home(manager, hint=hint)


async def open_history(manager: DialogManager) -> None:
    """Show past visits over what is open; in the history itself, its list."""
    if manager.has_context() and manager.current_context().state.group is History:
        await navigation.go(manager, History.list)
    else:
        await navigation.open_over(manager, History.list)


async def open_support(manager: DialogManager) -> None:
    """Open support over what is open."""
    await navigation.open_over(manager, Support.main)


async def search(manager: DialogManager, text: str | None, *, hint: str | None = None) -> bool:
    """Show what is found for a message that answered no question; False where it has no words."""
    if not text or not text.strip():
        return False
    await navigation.give_up_hold(manager)
    await navigation.start(manager, Search.found, {"query": text[:SEARCHED]}, hint=hint)
    return True


async def begin_booking(manager: DialogManager) -> bool:
    """Begin a booking, unless one is going on."""
    context = manager.current_context() if manager.has_context() else None
    if context is not None and context.state.group in (Booking, Registration):
        return False
    await navigation.give_up_hold(manager)
    await navigation.start(manager, Booking.region)
    return True
