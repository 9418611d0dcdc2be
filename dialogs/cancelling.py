"""Cancelling a visit: the reason where it is late, one more question, the end."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager, Window

from clinic import rules, visits
from clinic.clock import Clock
from dialogs import cards, navigation, typing
from dialogs.own_visits import own_visit, reasons, take_reason
from dialogs.states import Booking, Visits
from dialogs.widgets import Act, Choice, Choices, screen
from locales import Translator, later


async def begin_cancel(manager: DialogManager) -> None:
    """Ask for the reason when it is late, else only to confirm; the window says it when it is too late."""
    visit = await own_visit(manager)
    now = manager.middleware_data["clock"].now()
    if not visits.can_change(visit, now):
        return
    manager.dialog_data.pop("reason", None)
    late = rules.needs_reason(visit.appointment.starts_at, now)
    await navigation.go(manager, Visits.cancel_reason if late else Visits.cancel_confirm)


async def cancel_reason(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask why, and say what happens without an answer."""
    return {
        "text": tr(
            "Less than 24 hours are left before the visit. Why do you cancel? Choose or type.\n\n"
            "Without a reason this same time cannot be booked again."
        ),
        "choices": [
            *[Choice(words, key) for key, words in reasons(tr).items()],
            Choice(tr("Cancel without a reason"), "none"),
        ],
    }


async def choose_cancel_reason(manager: DialogManager, value: str) -> None:
    """Keep the chosen reason."""
    manager.dialog_data["reason"] = reasons(manager.middleware_data["tr"]).get(value, "")
    await navigation.go(manager, Visits.cancel_confirm)


async def type_cancel_reason(manager: DialogManager, message: Message) -> bool:
    """Take typed words as the reason, «нет» for none."""
    if not await take_reason(manager, message):
        return False
    await navigation.go(manager, Visits.cancel_confirm)
    return True


async def cancel_confirm(
    dialog_manager: DialogManager, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask once more before the time is given to somebody else."""
    visit = await own_visit(dialog_manager)
    row, place = visit.appointment, visit.place
    reason = dialog_manager.dialog_data.get("reason", "")
    lines = [
        tr("<b>Cancel the visit?</b>"),
        "",
        cards.when_line(tr, row.starts_at, place.facility.timezone),
        *cards.place_lines(tr, place),
    ]
    text = "\n".join(lines)
    if reason:
        text += "\n" + tr.html("Reason: {reason}", reason=reason)
    if rules.is_barred_by_cancel(row.starts_at, clock.now(), reason):
        text += "\n\n" + tr("Without a reason this same time cannot be booked again.")
    return {"text": text}


async def cancel(manager: DialogManager) -> None:
    """Cancel the visit."""
    middleware, data = manager.middleware_data, manager.dialog_data
    result = await visits.cancel(
        middleware["database"],
        middleware["event_chat"].id,
        data["appointment_id"],
        middleware["clock"].now(),
        reason=data.get("reason", ""),
    )
    data["was_already"] = result.was_already
    middleware["outbox"].wake()
    await navigation.skip_to(manager, Visits.cancelled)


async def type_cancel(manager: DialogManager, message: Message) -> bool:
    """Take «да» for the press and «нет» for going back."""
    word = typing.command_word(message.text)
    if word == "yes":
        await cancel(manager)
    elif word == "no":
        await navigation.go_back(manager)
    return word in ("yes", "no")


async def cancelled(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say that it is cancelled."""
    visit = await own_visit(dialog_manager)
    when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
    if dialog_manager.dialog_data.get("was_already"):
        return {"text": tr.html("This visit has been cancelled before: {when}.", when=when)}
    return {"text": tr.html("The visit is cancelled: {when}.\nThank you for telling us.", when=when)}


async def open_booking(manager: DialogManager) -> None:
    """Begin a booking."""
    await navigation.give_up_hold(manager)
    await navigation.start(manager, Booking.region)


def windows() -> tuple[Window, ...]:
    """Make the windows; a dispatcher needs its own."""
    return (
        screen(
            Visits.cancel_reason,
            cancel_reason,
            Choices("r", choose_cancel_reason),
            typed=type_cancel_reason,
            expected=later("Please say in words why, or press «Cancel without a reason»."),
            is_prose=True,
            personal=True,
        ),
        screen(
            Visits.cancel_confirm,
            cancel_confirm,
            Act("yes", "❌ Yes, cancel", cancel),
            typed=type_cancel,
            expected=later("Please press «Yes, cancel» or «Back»."),
            personal=True,
        ),
        screen(
            Visits.cancelled,
            cancelled,
            Act("book", "🩺 Book a doctor", open_booking),
            back=False,
            personal=True,
        ),
    )
