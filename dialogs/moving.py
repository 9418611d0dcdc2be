"""Moving a visit: the reason where it is late, doctor, day and time, one more question, the end."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager, Window

from clinic import booking, finding, rules, visits
from clinic.clock import Clock
from clinic.errors import TimeRefused, TooFarToMove, VisitOverlaps
from dialogs import calendar, cards, navigation, typing
from dialogs.calendar import Steps
from dialogs.own_visits import own_visit, reasons
from dialogs.states import Visits
from dialogs.widgets import Act, Choice, Choices, Pager, screen, shorten
from dialogs.wording import refusal
from locales import Translator, later
from storage.database import Database

PAGE_SIZE = 6


async def begin_move(manager: DialogManager) -> None:
    """Ask for the reason when it is late, else show the days."""
    visit = await own_visit(manager)
    now = manager.middleware_data["clock"].now()
    row, place = visit.appointment, visit.place
    _, latest = rules.move_window(row.first_starts_at, now)
    manager.dialog_data.update(
        schedule_id=place.schedule_id, timezone=place.facility.timezone, latest=int(latest.timestamp())
    )
    manager.dialog_data.pop("reason", None)
    late = rules.needs_reason(row.starts_at, now)
    await navigation.go(manager, Visits.move_reason if late else Visits.move_day)


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
    await navigation.go(manager, Visits.move_day)


async def type_move_reason(manager: DialogManager, message: Message) -> bool:
    """Take typed words as the reason."""
    if not message.text:
        return False
    manager.dialog_data["reason"] = message.text.strip()[: rules.PURPOSE_LENGTH]
    await navigation.go(manager, Visits.move_day)
    return True


async def _heading(manager: DialogManager, tr: Translator) -> str:
    visit = await own_visit(manager)
    row = visit.appointment
    when = cards.day_and_time(tr, row.starts_at, visit.place.facility.timezone)
    place = await finding.place(manager.middleware_data["database"], manager.dialog_data["schedule_id"])
    return tr.html("Moving the visit of {when}\n<b>{doctor}</b>", when=when, doctor=place.doctor)


async def move_days(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show the free days within the allowed span."""
    free = await calendar.days_of(dialog_manager)
    latest = cards.local(calendar.looked_at(dialog_manager).latest, dialog_manager.dialog_data["timezone"])
    heading = await _heading(dialog_manager, tr)
    if free:
        question = tr.html("Choose the new day, up to {date}:", date=tr.day(latest.date()))
    else:
        question = tr("This doctor has no free times within the days to which the visit can be moved.")
    return {
        "text": f"{heading}\n\n{question}",
        "choices": calendar.day_choices(tr, free),
        "has_days": bool(free),
    }


async def choose_move_day(manager: DialogManager, value: str) -> None:
    """Look at the times of a day."""
    await calendar.choose_day(manager, value, MOVE_STEPS)


async def open_move_calendar(manager: DialogManager) -> None:
    """Show the two-week grid."""
    manager.dialog_data.pop("grid", None)
    await navigation.go(manager, Visits.move_calendar)


async def open_move_doctors(manager: DialogManager) -> None:
    """Show the other doctors of the same specialty and facility."""
    await navigation.go(manager, Visits.move_doctor)


async def move_doctors(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the doctors to whom the visit may move."""
    visit = await own_visit(dialog_manager)
    place = visit.place
    number = dialog_manager.dialog_data.get("page", 0)
    found = await finding.doctors(
        database, place.facility.id, place.specialty_id, clock.now(), number, PAGE_SIZE
    )
    choices = []
    for row in found.items:
        if row.nearest_at is None:
            when = tr("no times")
        else:
            when = cards.short_day_and_time(tr, row.nearest_at, place.facility.timezone)
        choices.append(Choice(f"{shorten(row.short_name, 16)} · {when}", row.schedule_id))
    return {
        "text": tr("To which doctor shall the visit move?"),
        "choices": choices,
        "page": number,
        "has_next": found.has_next,
    }


async def choose_move_doctor(manager: DialogManager, value: str) -> None:
    """Look at another doctor's days."""
    manager.dialog_data["schedule_id"] = int(value)
    await navigation.go(manager, Visits.move_day)


async def move_grid(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Name the months of the grid."""
    heading = await _heading(dialog_manager, tr)
    title = calendar.grid_title(dialog_manager, tr)
    return {"text": f"{heading}\n{title}\n\n" + tr("Days with free times are numbers, the others are dots:")}


async def move_times(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show the free times of a day."""
    return await calendar.time_screen(dialog_manager, tr, await _heading(dialog_manager, tr))


async def choose_move_time(manager: DialogManager, value: str) -> None:
    """Hold the new time and ask to confirm."""
    middleware = manager.middleware_data
    try:
        held = await booking.hold(
            middleware["database"], middleware["event_chat"].id, int(value), middleware["clock"].now()
        )
    except TimeRefused as error:
        manager.dialog_data["hint"] = refusal(middleware["tr"], error).split("\n", 1)[0]
        return
    manager.dialog_data["slot_id"] = held.slot.id
    await navigation.go(manager, Visits.move_confirm)


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
    except (TimeRefused, TooFarToMove, VisitOverlaps) as error:
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


MOVE_STEPS = Steps(Visits.move_day, Visits.move_calendar, Visits.move_time, choose_move_time)
_EXPECT_DAY = later("I did not understand. Choose a day or type a date, for example 25.11.")


def windows() -> tuple[Window, ...]:
    """Make the windows; a dispatcher needs its own."""
    return (
        screen(
            Visits.move_reason,
            move_reason,
            Choices("r", choose_move_reason),
            typed=type_move_reason,
        ),
        screen(Visits.move_doctor, move_doctors, Choices("d", choose_move_doctor), Pager()),
        screen(
            Visits.move_day,
            move_days,
            Choices("d", choose_move_day, width=2),
            Act("grid", "📅 Another date", open_move_calendar, shown_if="has_days"),
            Act("doctor", "👤 Another doctor", open_move_doctors),
            typed=calendar.understand_day(MOVE_STEPS),
            expected=_EXPECT_DAY,
        ),
        screen(
            Visits.move_calendar,
            move_grid,
            calendar.Grid(MOVE_STEPS),
            typed=calendar.understand_day(MOVE_STEPS),
            expected=_EXPECT_DAY,
        ),
        screen(
            Visits.move_time,
            move_times,
            Choices("p", calendar.choose_part, source="parts", width=3),
            Choices("t", choose_move_time, width=4),
            typed=calendar.understand_time(MOVE_STEPS),
            expected=later("I did not understand. Choose a time or type it, for example 9:30."),
        ),
        screen(
            Visits.move_confirm,
            move_confirm,
            Act("yes", "✅ Move", move),
            typed=type_move,
            expected=later("Please press «Move» or «Back»."),
        ),
        screen(Visits.moved, moved, back=False),
    )
