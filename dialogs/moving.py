"""Moving a visit: the reason where it is late, one more question, the end; its times are in moving_times."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager, Window

from clinic import finding, rules, visits
from clinic.errors import TimeRefused, TooFarToMove, VisitOverlaps
from dialogs import cards, moving_times, navigation, typing
from dialogs.own_visits import own_visit, reasons, take_reason
from dialogs.states import Visits
from dialogs.widgets import Act, Choice, Choices, screen
from dialogs.wording import refusal
from locales import Translator, later
from storage.database import Database


async def begin_move(manager: DialogManager) -> None:
    """Ask for the reason when it is late, else show the days; the window says it when it is too late."""
    visit = await own_visit(manager)
    now = manager.middleware_data["clock"].now()
    if not visits.can_change(visit, now):
        return
    row, place = visit.appointment, visit.place
    _, latest = rules.move_window(row.first_starts_at, now)
    manager.dialog_data.update(
        schedule_id=place.schedule_id,
        timezone=place.facility.timezone,
        latest=int(latest.timestamp()),
        minutes=visit.service.minutes if visit.service else 0,
    )
    manager.dialog_data.pop("reason", None)
    late = rules.needs_reason(row.starts_at, now)
    await (navigation.go(manager, Visits.move_reason) if late else _after_reason(manager))


async def _after_reason(manager: DialogManager) -> None:
    """Show the days; a time that is kept for this move already is only to be confirmed."""
    wished = manager.dialog_data.pop("wished", None)
    if wished is not None:
        manager.dialog_data["slot_id"] = wished
    await navigation.go(manager, Visits.move_day if wished is None else Visits.move_confirm)


async def move_reason(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask why it is moved so late."""
    return {
        "text": tr("Less than 24 hours are left before the visit. Why do you move it? Choose or type."),
        "choices": [Choice(words, key) for key, words in list(reasons(tr).items())[:2]]
        + [Choice(tr("Without a reason"), "none")],
    }


async def choose_move_reason(manager: DialogManager, value: str) -> None:
    """Keep the chosen reason."""
    manager.dialog_data["reason"] = reasons(manager.middleware_data["tr"]).get(value, "")
    await _after_reason(manager)


async def type_move_reason(manager: DialogManager, message: Message) -> bool:
    """Take typed words as the reason, «нет» for none."""
    if not await take_reason(manager, message):
        return False
    await _after_reason(manager)
    return True


async def move_confirm(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show the old time and the new one."""
    visit = await own_visit(dialog_manager)
    slot = await finding.slot(database, dialog_manager.dialog_data["slot_id"])
    place = await finding.place(database, slot.schedule_id)
    timezone = place.facility.timezone
    return {
        "text": tr.html(
            "Move the visit?\n\nFrom: {old}\nTo: <b>{new}</b>\n{doctor}",
            old=cards.day_and_time(tr, visit.appointment.starts_at, timezone),
            new=cards.day_and_time(tr, slot.starts_at, timezone),
            doctor=place.doctor,
        )
        + "\n\n"
        + tr("The old time stays yours until you confirm.")
    }


async def move(manager: DialogManager) -> None:
    """Move the visit; when the new time cannot be had the old one stays."""
    middleware, data = manager.middleware_data, manager.dialog_data
    tr: Translator = middleware["tr"]
    try:
        await visits.move(
            middleware["database"],
            middleware["event_chat"].id,
            data["appointment_id"],
            data["slot_id"],
            middleware["clock"].now(),
            reason=data.get("reason", ""),
        )
    except TimeRefused as error:
        await navigation.give_up_hold(manager)
        await moving_times.show_refusal(manager, error)
        return
    except (TooFarToMove, VisitOverlaps) as error:
        stays = tr("Your visit stays as it was. Please choose another time.")
        data["hint"] = refusal(tr, error).split("\n", 1)[0] + " " + stays
        await navigation.give_up_hold(manager)
        await navigation.skip_to(manager, Visits.move_day)
        return
    middleware["outbox"].wake()
    await navigation.skip_to(manager, Visits.moved)


async def type_move(manager: DialogManager, message: Message) -> bool:
    """Take «да» for the press and «нет» for going back."""
    word = typing.command_word(message.text)
    if word == "yes":
        await move(manager)
    elif word == "no":
        await navigation.go_back(manager)
    return word in ("yes", "no")


async def moved(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say that it is moved; the new ticket follows below."""
    visit = await own_visit(dialog_manager)
    when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
    return {
        "text": tr.html("✅ The visit is moved to <b>{when}</b>.", when=when)
        + "\n\n"
        + tr("The new ticket comes below, the old one is not valid any more.")
    }


def windows() -> tuple[Window, ...]:
    """Make the windows; a dispatcher needs its own."""
    return (
        screen(
            Visits.move_reason,
            move_reason,
            Choices("r", choose_move_reason),
            typed=type_move_reason,
            expected=later("Please say in words why, or press «Without a reason»."),
            is_prose=True,
            personal=True,
        ),
        *moving_times.windows(),
        screen(
            Visits.move_confirm,
            move_confirm,
            Act("yes", "✅ Move", move),
            typed=type_move,
            expected=later("Please press «Move» or «Back»."),
            personal=True,
        ),
        screen(Visits.moved, moved, back=False, personal=True),
    )
