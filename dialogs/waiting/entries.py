"""«Лист ожидания»: what is waited for, with the places; one entry; leaving."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic.clock import Clock
from clinic.waiting import entries, watching
from dialogs import navigation, typing
from dialogs.for_whom import as_id
from dialogs.states import Booking, Waiting
from dialogs.waiting import draft, words
from dialogs.widgets import Choice, noted
from locales import Translator
from storage.database import Database
from storage.states import WaitingState

PAGE_SIZE = 4


async def listed(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List what is waited for, with the places."""
    chat_id: int = dialog_manager.middleware_data["event_chat"].id
    found = await entries.entries(database, chat_id)
    if not found:
        return {
            "text": tr(
                "You wait for nothing now.\n\nWhere there is no suitable time press «🔔 Tell me»: I offer you"
                " what gets free."
            ),
            "is_empty": True,
        }
    page = dialog_manager.dialog_data.get("page", 0)
    shown = found[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    daily = await watching.word(database, chat_id, clock.now())
    return {
        "text": tr("🔔 <b>Waiting list</b>") + "\n\n" + "\n".join(words.line(tr, entry) for entry in shown),
        "choices": [
            Choice(
                noted(
                    tr.name(entry.specialty.name_ru, entry.specialty.name_en),
                    tr("No. {place}", place=entry.place),
                ),
                entry.row.id,
            )
            for entry in shown
        ],
        "page": page,
        "has_next": len(found) > (page + 1) * PAGE_SIZE,
        "is_daily": bool(daily.entries) and not daily.is_off,
        "is_not_daily": bool(daily.entries) and daily.is_off,
    }


async def open_list(manager: DialogManager) -> None:
    """Show the whole list."""
    await navigation.go(manager, Waiting.list)


async def open_card(manager: DialogManager, value: str) -> None:
    """Open an entry; raises NotFound for anybody else's."""
    middleware = manager.middleware_data
    number = as_id(value)
    await entries.entry(middleware["database"], middleware["event_chat"].id, number)
    manager.dialog_data["waiting_id"] = number
    await navigation.go(manager, Waiting.card)


async def daily_off(manager: DialogManager) -> None:
    """Say no more once a day that the list is watched."""
    await _switch(manager, is_on=False)


async def daily_on(manager: DialogManager) -> None:
    """Say it again."""
    await _switch(manager, is_on=True)


async def _switch(manager: DialogManager, *, is_on: bool) -> None:
    middleware = manager.middleware_data
    await watching.switch(
        middleware["database"], middleware["event_chat"].id, middleware["clock"].now(), is_on=is_on
    )
    tr: Translator = middleware["tr"]
    manager.dialog_data["hint"] = (
        tr("I say once a day that I am watching.")
        if is_on
        else tr("I write no more daily words. I watch on, and offers come as before.")
    )


async def book(manager: DialogManager) -> None:
    """Begin a booking."""
    await manager.start(Booking.region)


async def card(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show an entry."""
    entry = await draft.own(dialog_manager)
    dialog_manager.dialog_data["timezone"] = entry.timezone
    is_live = entry.row.state is not WaitingState.ENDED
    return {
        "text": words.card(tr, entry, entry.timezone),
        "is_live": is_live,
        "has_offer": entry.offer is not None,
        "can_any_hour": is_live and not entry.row.is_any_hour,
        "can_day_hour": is_live and entry.row.is_any_hour,
    }


async def open_offer(manager: DialogManager) -> None:
    """Show the time that is offered now."""
    entry = await draft.own(manager)
    if entry.offer is not None:
        manager.dialog_data["offer_id"] = entry.offer.id
        await navigation.go(manager, Waiting.offer)


async def any_hour(manager: DialogManager) -> None:
    """Be told at night too."""
    await draft.change(manager, is_any_hour=True)


async def day_hours(manager: DialogManager) -> None:
    """Be told by day alone."""
    await draft.change(manager, is_any_hour=False)


async def open_leave(manager: DialogManager) -> None:
    """Ask once more."""
    await navigation.go(manager, Waiting.leave)


async def leave_question(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask whether to leave, and say what is lost."""
    entry = await draft.own(dialog_manager)
    return {
        "text": tr.html(
            "Leave the list: {specialty}?\n\nYou are No. {place}."
            " If you join again later you begin at the end.",
            specialty=tr.name(entry.specialty.name_ru, entry.specialty.name_en).lower(),
            place=entry.place,
        )
    }


async def leave(manager: DialogManager) -> None:
    """Leave the list."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    await entries.leave(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["waiting_id"],
        middleware["clock"].now(),
    )
    manager.dialog_data["hint"] = tr("You have left the list. I do not watch for this any more.")
    manager.dialog_data.pop("waiting_id")
    await navigation.skip_to(manager, Waiting.list)


async def type_leave(manager: DialogManager, message: Message) -> bool:
    """Take «да» for the press and «нет» for going back."""
    word = typing.command_word(message.text)
    if word == "yes":
        await leave(manager)
    elif word == "no":
        await navigation.go_back(manager)
    return word in ("yes", "no")
