"""«Мои записи»: the list, a card, cancelling, moving, the calendar file and the ticket again."""

from datetime import datetime
from typing import Any

from aiogram.types import BufferedInputFile, Message
from aiogram_dialog import Data, Dialog, DialogManager, ShowMode

from clinic import booking, finding, patients, rules, visits
from clinic.clock import Clock
from clinic.errors import BadInput, TimeRefused, TooFarToMove, VisitOverlaps
from dialogs import calendar, cards, navigation, typing
from dialogs.calendar import Steps
from dialogs.states import Booking, Visits
from dialogs.widgets import Act, Choice, Choices, Pager, screen, shorten
from dialogs.wording import bad_input, refusal
from documents import ics
from locales import Translator, later
from storage.appointments import Visit
from storage.database import Database

PAGE_SIZE = 6


async def _visit(manager: DialogManager) -> Visit:
    """Read the visit this conversation is about; whose it is is asked at every look."""
    middleware = manager.middleware_data
    database: Database = middleware["database"]
    appointment_id: int = manager.dialog_data["appointment_id"]
    return await visits.visit(database, middleware["event_chat"].id, appointment_id)


async def begin(data: Data, manager: DialogManager) -> None:
    """Keep the visit that a conversation was started with, and go to what is wanted of it."""
    if not isinstance(data, dict) or "appointment_id" not in data:
        return
    manager.dialog_data["appointment_id"] = data["appointment_id"]
    wanted = data.get("wanted")
    if wanted in ("come", "ics"):
        manager.dialog_data["wanted"] = wanted
    elif wanted and visits.can_change(await _visit(manager), manager.middleware_data["clock"].now()):
        await (begin_move if wanted == "move" else begin_cancel)(manager)


async def do_wanted(manager: DialogManager) -> None:
    """Do what was pressed under a ticket or a reminder while the chat was locked."""
    tr: Translator = manager.middleware_data["tr"]
    wanted = manager.dialog_data.pop("wanted", None)
    if wanted == "come":
        await come(manager)
        manager.dialog_data["hint"] = tr("Thank you, you are expected.")
    elif wanted == "ics":
        await send_calendar_file(manager)


# --- list and card


async def coming(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the coming visits."""
    chat_id = dialog_manager.middleware_data["event_chat"].id
    number = dialog_manager.dialog_data.get("page", 0)
    found = await visits.coming(database, chat_id, clock.now(), number, PAGE_SIZE)
    if not found.items and number == 0:
        return {"text": tr("You have no visits yet. Shall we book one?"), "is_empty": True}
    lines = []
    for visit in found.items:
        specialty = tr.name(visit.place.specialty_ru, visit.place.specialty_en).lower()
        when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
        lines.append(
            tr.html("• {when}: {specialty}, {facility}", when=when, specialty=specialty,
                    facility=visit.place.facility.name)
        )  # fmt: skip
    return {
        "text": tr("<b>Your visits</b>") + "\n\n" + "\n".join(lines),
        "choices": [
            Choice(shorten(cards.visit_label(tr, visit), 34), visit.appointment.id) for visit in found.items
        ],
        "page": number,
        "has_next": found.has_next,
        "is_empty": False,
    }


async def open_card(manager: DialogManager, value: str) -> None:
    """Open a visit's card."""
    manager.dialog_data["appointment_id"] = int(value)
    await navigation.go(manager, Visits.card)


async def open_booking(manager: DialogManager) -> None:
    """Begin a booking."""
    await navigation.start(manager, Booking.region)


async def card(dialog_manager: DialogManager, clock: Clock, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show a visit."""
    visit = await _visit(dialog_manager)
    can_change = visits.can_change(visit, clock.now())
    return {
        "text": cards.card(tr, visit),
        "can_change": can_change,
        "can_mail": can_change and dialog_manager.middleware_data["has_mail"],
        "can_confirm": can_change
        and rules.can_confirm(visit.appointment.starts_at, clock.now())
        and visit.appointment.confirmed_at is None,
    }


async def send_ticket_again(manager: DialogManager) -> None:
    """Send the ticket once more, as QR and as PDF, below."""
    middleware = manager.middleware_data
    visit = await visits.ticket_again(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["appointment_id"],
        middleware["clock"].now(),
    )
    await middleware["channel"].send_qr(visit)
    await middleware["channel"].send_file(visit)
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def send_qr(manager: DialogManager) -> None:
    """Send the QR alone, to be shown on the screen."""
    middleware = manager.middleware_data
    visit = await visits.ticket_again(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["appointment_id"],
        middleware["clock"].now(),
    )
    await middleware["channel"].send_qr(visit)
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def send_calendar_file(manager: DialogManager) -> None:
    """Send the visit as a calendar file."""
    visit = await _visit(manager)
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    file = calendar_file(tr, visit, middleware["bot_username"], middleware["clock"].now())
    await middleware["bot"].send_document(
        middleware["event_chat"].id, file, caption=tr("Open the file to add the visit to your calendar.")
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def open_email(manager: DialogManager) -> None:
    """Ask where the ticket is to go."""
    await navigation.go(manager, Visits.email)


async def email(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the address."""
    return {"text": tr("Where shall I send the ticket? Type the e-mail address, for example anna@example.ru")}


async def type_email(manager: DialogManager, message: Message) -> bool:
    """Take the address and have the letter sent."""
    if not message.text:
        return False
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    try:
        address = patients.parse_email(message.text)
    except BadInput as error:
        manager.dialog_data["hint"] = bad_input(tr, error.problem)
        return True
    await visits.mail_ticket(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["appointment_id"],
        address,
        middleware["clock"].now(),
    )
    middleware["outbox"].wake()
    manager.dialog_data["hint"] = tr.html(
        "I am sending the ticket to {address}. If it is not there in a few minutes, look into «Spam».",
        address=address,
    )
    await navigation.go_back(manager)
    return True


def calendar_file(tr: Translator, visit: Visit, username: str, now: datetime) -> BufferedInputFile:
    """Make visit.ics; a cancelled visit makes one that takes it out of the calendar."""
    entry = cards.calendar_visit(tr, visit, username, now)
    make = ics.cancellation if visit.appointment.cancelled_at else ics.invitation
    return BufferedInputFile(make(entry), "visit.ics")


async def come(manager: DialogManager) -> None:
    """Note «Приду»."""
    middleware = manager.middleware_data
    await visits.confirm(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["appointment_id"],
        middleware["clock"].now(),
    )


async def open_change(manager: DialogManager) -> None:
    """Ask: cancel or move."""
    await navigation.go(manager, Visits.change)


async def change(dialog_manager: DialogManager, clock: Clock, tr: Translator, **_: Any) -> dict[str, Any]:
    """Offer to cancel or to move, with the rule that holds now."""
    visit = await _visit(dialog_manager)
    row, place = visit.appointment, visit.place
    when = cards.day_and_time(tr, row.starts_at, place.facility.timezone)
    text = tr.html("<b>{when}</b>, {doctor}", when=when, doctor=place.doctor)
    if not visits.can_change(visit, clock.now()):
        return {"text": text + "\n\n" + tr("This visit cannot be changed any more."), "can_change": False}
    if rules.needs_reason(row.starts_at, clock.now()):
        text += "\n\n" + tr("Less than 24 hours are left, so I will ask for the reason.")
    return {"text": text + "\n\n" + tr("What shall we do?"), "can_change": True}


# --- cancelling


async def begin_cancel(manager: DialogManager) -> None:
    """Ask for the reason when it is late, else only to confirm."""
    visit = await _visit(manager)
    manager.dialog_data.pop("reason", None)
    late = rules.needs_reason(visit.appointment.starts_at, manager.middleware_data["clock"].now())
    await navigation.go(manager, Visits.cancel_reason if late else Visits.cancel_confirm)


def _reasons(tr: Translator) -> dict[str, str]:
    return {
        "ill": tr("I fell ill"),
        "plans": tr("My plans changed"),
        "better": tr("I feel better"),
        "other": tr("I will go elsewhere"),
    }


async def cancel_reason(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask why, and say what happens without an answer."""
    return {
        "text": tr(
            "Less than 24 hours are left before the visit. Why do you cancel? Choose or type.\n\n"
            "Without a reason this same time cannot be booked again."
        ),
        "choices": [
            *[Choice(words, key) for key, words in _reasons(tr).items()],
            Choice(tr("Cancel without a reason"), "none"),
        ],
    }


async def choose_cancel_reason(manager: DialogManager, value: str) -> None:
    """Keep the chosen reason."""
    manager.dialog_data["reason"] = _reasons(manager.middleware_data["tr"]).get(value, "")
    await navigation.go(manager, Visits.cancel_confirm)


async def type_cancel_reason(manager: DialogManager, message: Message) -> bool:
    """Take typed words as the reason."""
    if not message.text:
        return False
    manager.dialog_data["reason"] = message.text.strip()[: rules.PURPOSE_LENGTH]
    await navigation.go(manager, Visits.cancel_confirm)
    return True


async def cancel_confirm(
    dialog_manager: DialogManager, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Ask once more before the time is given to somebody else."""
    visit = await _visit(dialog_manager)
    row, place = visit.appointment, visit.place
    when = cards.day_and_time(tr, row.starts_at, place.facility.timezone)
    reason = dialog_manager.dialog_data.get("reason", "")
    text = tr.html("Cancel the visit on <b>{when}</b>, {doctor}?", when=when, doctor=place.doctor)
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
    visit = await _visit(dialog_manager)
    when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
    if dialog_manager.dialog_data.get("was_already"):
        return {"text": tr.html("This visit ({when}) was cancelled before.", when=when)}
    return {"text": tr.html("The visit on {when} is cancelled, the time is free for others.", when=when)}


# --- moving


async def begin_move(manager: DialogManager) -> None:
    """Ask for the reason when it is late, else show the days."""
    visit = await _visit(manager)
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
        "choices": [Choice(words, key) for key, words in list(_reasons(tr).items())[:2]]
        + [Choice(tr("Without a reason"), "none")],
    }


async def choose_move_reason(manager: DialogManager, value: str) -> None:
    """Keep the chosen reason."""
    manager.dialog_data["reason"] = _reasons(manager.middleware_data["tr"]).get(value, "")
    await navigation.go(manager, Visits.move_day)


async def type_move_reason(manager: DialogManager, message: Message) -> bool:
    """Take typed words as the reason."""
    if not message.text:
        return False
    manager.dialog_data["reason"] = message.text.strip()[: rules.PURPOSE_LENGTH]
    await navigation.go(manager, Visits.move_day)
    return True


async def _heading(manager: DialogManager, tr: Translator) -> str:
    visit = await _visit(manager)
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
    visit = await _visit(dialog_manager)
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
    visit = await _visit(dialog_manager)
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
    visit = await _visit(dialog_manager)
    when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
    return {
        "text": tr.html("✅ The visit is moved to <b>{when}</b>.", when=when)
        + "\n\n"
        + tr("The new ticket comes below, the old one is not valid any more.")
    }


MOVE_STEPS = Steps(Visits.move_day, Visits.move_calendar, Visits.move_time, choose_move_time)
_EXPECT_DAY = later("I did not understand. Choose a day or type a date, for example 25.11.")


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Visits.list,
            coming,
            Choices("v", open_card),
            Pager(),
            Act("book", "🩺 Book a doctor", open_booking, shown_if="is_empty"),
            personal=True,
        ),
        screen(
            Visits.card,
            card,
            Act("come", "✅ I will come", come, shown_if="can_confirm"),
            Act("change", "✏️ Change", open_change, shown_if="can_change"),
            Act("ticket", "🎫 Ticket again", send_ticket_again, shown_if="can_change"),
            Act("qr", "🔳 QR on the screen", send_qr, shown_if="can_change"),
            Act("ics", "📅 Calendar file", send_calendar_file),
            Act("email", "✉️ By e-mail", open_email, shown_if="can_mail"),
            personal=True,
            on_unlock=do_wanted,
        ),
        screen(
            Visits.change,
            change,
            Act("move", "🔁 Move", begin_move, shown_if="can_change"),
            Act("cancel", "❌ Cancel the visit", begin_cancel, shown_if="can_change"),
            personal=True,
        ),
        screen(
            Visits.cancel_reason,
            cancel_reason,
            Choices("r", choose_cancel_reason),
            typed=type_cancel_reason,
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
        screen(
            Visits.move_reason,
            move_reason,
            Choices("r", choose_move_reason),
            typed=type_move_reason,
            personal=True,
        ),
        screen(Visits.move_doctor, move_doctors, Choices("d", choose_move_doctor), Pager(), personal=True),
        screen(
            Visits.move_day,
            move_days,
            Choices("d", choose_move_day, width=2),
            Act("grid", "📅 Another date", open_move_calendar, shown_if="has_days"),
            Act("doctor", "👤 Another doctor", open_move_doctors),
            typed=calendar.understand_day(MOVE_STEPS),
            expected=_EXPECT_DAY,
            personal=True,
        ),
        screen(
            Visits.move_calendar,
            move_grid,
            calendar.Grid(MOVE_STEPS),
            typed=calendar.understand_day(MOVE_STEPS),
            expected=_EXPECT_DAY,
            personal=True,
        ),
        screen(
            Visits.move_time,
            move_times,
            Choices("p", calendar.choose_part, source="parts", width=3),
            Choices("t", choose_move_time, width=4),
            typed=calendar.understand_time(MOVE_STEPS),
            expected=later("I did not understand. Choose a time or type it, for example 9:30."),
            personal=True,
        ),
        screen(
            Visits.move_confirm,
            move_confirm,
            Act("yes", "✅ Move", move),
            typed=type_move,
            expected=later("Please press «Move» or «Back»."),
            personal=True,
        ),
        screen(Visits.moved, moved, back=False, personal=True),
        screen(
            Visits.email,
            email,
            typed=type_email,
            expected=later("I am waiting for an e-mail address, for example anna@example.ru."),
            personal=True,
        ),
        on_start=begin,
    )
