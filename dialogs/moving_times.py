"""Where a visit moves to: the doctor, the day, the time."""

from dataclasses import replace
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager, Window

from clinic import booking, finding, rules
from clinic.clock import Clock
from clinic.errors import TimeRefused
from clinic.wishes import Wish
from dialogs import calendar, cards, navigation, typed_days, wish_buttons
from dialogs.calendar import Steps
from dialogs.grid import Grid, grid_screen
from dialogs.lists import listed, narrow, page_of, show_all
from dialogs.own_visits import own_visit
from dialogs.states import Visits
from dialogs.widgets import Act, Choice, Choices, Pager, noted, screen, shorten
from dialogs.wording import refusal
from locales import Translator, later
from storage.database import Database

PAGE_SIZE = 6


async def _heading(manager: DialogManager, tr: Translator) -> str:
    visit = await own_visit(manager)
    row = visit.appointment
    when = cards.day_and_time(tr, row.starts_at, visit.place.facility.timezone)
    place = await finding.place(manager.middleware_data["database"], manager.dialog_data["schedule_id"])
    return tr.html("Moving the visit of {when}\n<b>{doctor}</b>", when=when, doctor=place.doctor)


async def move_days(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show the free days within the allowed span."""
    look = calendar.look_of(dialog_manager)
    found = await calendar.nearest_of(dialog_manager)
    heading = await _heading(dialog_manager, tr)
    note = calendar.wish_note(tr, look.wish, found.hidden)
    if found.days and look.latest is not None:
        latest = cards.local(look.latest, dialog_manager.dialog_data["timezone"])
        question = tr.html("Choose the new day, up to {date}:", date=tr.day(latest.date()))
    elif found.hidden:
        question = tr("None of the free times fits. Take the wishes off, or change them.")
    else:
        question = tr("This doctor has no free times within the days to which the visit can be moved.")
    return {
        "text": f"{heading}\n\n" + (f"{note}\n" if note else "") + question,
        "choices": calendar.day_choices(tr, found.days),
        "chip": calendar.chip(tr, look.wish),
        "has_days": bool(found.days or found.hidden),
        "has_others": await finding.has_other_doctor(
            dialog_manager.middleware_data["database"], dialog_manager.dialog_data["schedule_id"]
        ),
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
    """List the doctors to whom the visit may move, without the one whose days are looked at."""
    visit = await own_visit(dialog_manager)
    place, data = visit.place, dialog_manager.dialog_data
    found = await finding.doctors(
        database,
        place.facility.id,
        place.specialty_id,
        clock.now(),
        data.get("page", 0),
        PAGE_SIZE,
        data.get("filter"),
        without=data["schedule_id"],
        minutes=data.get("minutes", 0),
    )
    choices = []
    for row in found.items:
        if row.nearest_at is None:
            when = tr("no times")
        else:
            when = cards.short_day_and_time(tr, row.nearest_at, place.facility.timezone)
        choices.append(Choice(noted(row.short_name, when), row.schedule_id))
    question = tr("To which doctor shall the visit move?")
    return listed(dialog_manager, tr, question, found) | page_of(found, choices)


async def choose_move_doctor(manager: DialogManager, value: str) -> None:
    """Look at another doctor's days."""
    manager.dialog_data.pop("filter", None)
    manager.dialog_data["schedule_id"] = int(value)
    await navigation.go(manager, Visits.move_day)


async def move_grid(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show two weeks of the calendar."""
    return await grid_screen(dialog_manager, tr, await _heading(dialog_manager, tr))


async def drop_wish(manager: DialogManager, value: str) -> None:
    """Take the wishes off: all times are shown again."""
    calendar.set_wish(manager, Wish())


async def open_move_wish(manager: DialogManager) -> None:
    """Ask when it would suit."""
    await navigation.go(manager, Visits.move_wish)


async def move_wish(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what is wished for the new time, and the buttons that change it; it holds for this move alone."""
    shown = await wish_buttons.window(dialog_manager, tr)
    return shown | {"text": f"{await _heading(dialog_manager, tr)}\n\n{shown['text']}"}


async def use_move_tool(manager: DialogManager, value: str) -> None:
    """Begin one more window of the wish, or take all of it off."""
    if value == wish_buttons.MORE:
        wish_buttons.begin_row(manager)
    else:
        manager.dialog_data.pop(wish_buttons.ROW, None)
        calendar.set_wish(manager, Wish())


async def show_move_times(manager: DialogManager) -> None:
    """Go back to where the wishes were opened: to the times of a day, or to the days."""
    manager.dialog_data.pop(wish_buttons.ROW, None)
    is_of_day = navigation.previous(manager) == Visits.move_time.state
    await navigation.skip_to(manager, Visits.move_time if is_of_day else Visits.move_day)


async def type_move_wish(manager: DialogManager, message: Message) -> bool:
    """Take plain words for the wish."""
    return wish_buttons.take_words(manager, message.text or "")


async def move_times(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show the free times of a day."""
    return await calendar.time_screen(dialog_manager, tr, await _heading(dialog_manager, tr))


async def choose_move_time(manager: DialogManager, value: str) -> None:
    """Hold the new time and ask to confirm."""
    middleware = manager.middleware_data
    try:
        visit = await own_visit(manager)
        held = await booking.hold(
            middleware["database"],
            middleware["event_chat"].id,
            int(value),
            middleware["clock"].now(),
            service_id=visit.appointment.service_id,
        )
    except TimeRefused as error:
        await show_refusal(manager, error)
        return
    manager.dialog_data.update(slot_id=held.slot.id, schedule_id=held.slot.schedule_id)
    await navigation.go(manager, Visits.move_confirm)


async def show_refusal(manager: DialogManager, error: TimeRefused) -> None:
    """Say that a time cannot be had, that the visit stays, and offer the nearest times it may move to."""
    middleware, data = manager.middleware_data, manager.dialog_data
    tr: Translator = middleware["tr"]
    visit = await own_visit(manager)
    offers = []
    for offer in error.nearest:
        slot = await finding.slot(middleware["database"], offer.slot_id)
        place = await finding.place(middleware["database"], slot.schedule_id)
        is_here = place.facility.id == visit.place.facility.id
        if is_here and rules.can_move_to(
            visit.appointment.first_starts_at, offer.starts_at, middleware["clock"].now()
        ):
            offers.append(offer)
    data["refusal"] = refusal(tr, replace(error, nearest=tuple(offers))).replace(
        "\n\n", "\n" + tr("Your visit stays as it was.") + "\n\n", 1
    )
    data["offers"] = [[cards.offer_label(tr, offer), offer.slot_id] for offer in offers]
    await navigation.skip_to(manager, Visits.move_taken)


async def taken(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Show the refusal and the times offered in its place."""
    data = dialog_manager.dialog_data
    return {
        "text": data["refusal"],
        "choices": [Choice(shorten(label), slot_id) for label, slot_id in data["offers"]],
    }


async def other_days(manager: DialogManager) -> None:
    """Look at all days of the doctor again."""
    await navigation.skip_to(manager, Visits.move_day)


MOVE_STEPS = Steps(Visits.move_day, Visits.move_calendar, Visits.move_time, choose_move_time)
_EXPECT_DAY = later("I did not understand. Choose a day or type a date, for example 25.11.")


def windows() -> tuple[Window, ...]:
    """Make the windows; a dispatcher needs its own."""
    return (
        screen(
            Visits.move_doctor,
            move_doctors,
            Choices("d", choose_move_doctor),
            show_all(),
            Pager(),
            typed=narrow,
            personal=True,
        ),
        screen(
            Visits.move_day,
            move_days,
            Choices("d", choose_move_day, width=2),
            Choices("x", drop_wish, source="chip"),
            Act("grid", "📅 Another date", open_move_calendar, shown_if="has_days"),
            Act("wish", "🔎 Wishes", open_move_wish, shown_if="has_days"),
            Act("doctor", "👤 Another doctor", open_move_doctors, shown_if="has_others"),
            typed=typed_days.understand_day(MOVE_STEPS),
            expected=_EXPECT_DAY,
            personal=True,
        ),
        screen(
            Visits.move_calendar,
            move_grid,
            Grid(MOVE_STEPS),
            Choices("x", drop_wish, source="chip"),
            typed=typed_days.understand_day(MOVE_STEPS),
            expected=_EXPECT_DAY,
            personal=True,
        ),
        screen(
            Visits.move_time,
            move_times,
            Choices("p", calendar.choose_part, source="parts", width=3),
            Choices("t", choose_move_time, width=4),
            Pager(),
            Choices("x", drop_wish, source="chip"),
            Act("wish", "🔎 Wishes", open_move_wish),
            typed=typed_days.understand_time(MOVE_STEPS),
            expected=later("I did not understand. Choose a time or type it, for example 9:30."),
            personal=True,
        ),
        screen(
            Visits.move_wish,
            move_wish,
            *wish_buttons.widgets(),
            Choices("n", wish_buttons.choose_notice, source="notice"),
            Choices("t", use_move_tool, source="tools", width=2),
            Act("show", "✅ Show the times", show_move_times),
            typed=type_move_wish,
            expected=later("I did not understand. For example: weekdays after 5 pm, except Thursday."),
            personal=True,
        ),
        screen(
            Visits.move_taken,
            taken,
            Choices("t", choose_move_time),
            Act("days", "📅 Other days", other_days),
            typed=typed_days.understand_day(MOVE_STEPS),
            personal=True,
        ),
    )
