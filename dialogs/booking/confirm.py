"""The last look: everything that will be booked, and until when the time is kept."""

from datetime import datetime
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import Message
from aiogram_dialog import Data, DialogManager

from clinic import asking, booking, finding, rules
from clinic.booking import Held
from clinic.clock import Clock
from clinic.errors import (
    AccountInactive,
    NotRegistered,
    SameSpecialty,
    SiblingElsewhere,
    TimeRefused,
    TooManyVisits,
    UnusualSex,
    VisitOverlaps,
    WrongAge,
)
from clinic.needs import Papers
from dialogs import cards, for_whom, navigation, needs, typing
from dialogs.booking import obstacles, service, whom
from dialogs.booking.after import JUST_BOOKED
from dialogs.booking.taking import hold_longer, show_refusal
from dialogs.registration import AGREED, REGISTERED
from dialogs.states import Booking
from dialogs.wording import refusal
from locales import Translator, capital
from storage.database import Database


async def registered(started: Data, result: Any, manager: DialogManager) -> None:
    """Go on with the kept time once its person is known; give it back when they refused.

    Somebody who was added to the family meanwhile is whom it is for; a paper that was added goes along.
    """
    if await needs.returned(started, result, manager) or await obstacles.returned(started, manager):
        return
    if isinstance(started, dict) and started.get("for_booking"):
        if isinstance(result, dict):
            await whom.added(manager, result["patient_id"])
        return
    if isinstance(result, dict) and REGISTERED in result:  # a parent, and their child is whom it is for
        manager.dialog_data["patient_id"], result = result[REGISTERED], REGISTERED
    if result not in (REGISTERED, AGREED):
        if result != navigation.SEEN:
            await navigation.give_up_hold(manager)
        return
    tr: Translator = manager.middleware_data["tr"]
    opening = ""
    if result == REGISTERED:
        manager.dialog_data["is_new"] = True
        opening = tr("Thank you, you are registered.") + " "
    try:
        await _hold(manager)
    except TimeRefused as error:
        await show_refusal(manager, error, opening)
    else:
        await navigation.go(manager, Booking.confirm)


async def _hold(manager: DialogManager, *, is_registering: bool = False) -> None:
    middleware = manager.middleware_data
    await booking.hold(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["slot_id"],
        middleware["clock"].now(),
        is_to_book=True,
        service_id=manager.dialog_data.get("service_id"),
        is_registering=is_registering,
    )


async def open_paper(manager: DialogManager, value: str) -> None:
    """Add a paper; the time is kept meanwhile as long as for somebody who registers."""
    await hold_longer(manager)
    await needs.open_paper(manager, value)


async def take_again(manager: DialogManager) -> None:
    """Keep the same time once more, where nobody has taken it meanwhile."""
    try:
        await _hold(manager)
    except TimeRefused as error:
        await show_refusal(manager, error)


def held_line(tr: Translator, held: Held | None, now: datetime) -> str:
    """Say until when the time is kept, that a minute is left, or that it is not kept any more."""
    if held is None:
        return tr("This time is not kept for you any more, but may still be free.")
    timezone = held.place.facility.timezone
    time = tr.time(cards.local(held.slot.starts_at, timezone))
    until = cards.until(tr, held.expires_at, timezone)
    if is_last_minute(held, now):
        return tr(
            "⏳ A minute is left: the time {time} is kept for you until {until}.", time=time, until=until
        )
    return tr("The time {time} is kept for you until {until}.", time=time, until=until)


def is_last_minute(held: Held, now: datetime) -> bool:
    """Tell whether a kept time is about to be given back."""
    return held.expires_at - now <= rules.LAST_MINUTE


async def held_here(manager: DialogManager) -> Held | None:
    """Read what is kept, where it is the time that this conversation is about."""
    middleware = manager.middleware_data
    held = await booking.held(middleware["database"], middleware["event_chat"].id, middleware["clock"].now())
    return held if held is not None and held.slot.id == manager.dialog_data["slot_id"] else None


async def confirmation(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show everything that will be booked, to be checked before the press."""
    data = dialog_manager.dialog_data
    held = await held_here(dialog_manager)
    if held is not None:
        slot, place = held.slot, held.place
    else:
        slot = await finding.slot(database, data["slot_id"])
        place = await finding.place(database, slot.schedule_id)
    patient = for_whom.pick(dialog_manager, await for_whom.known(dialog_manager))
    if patient is not None:
        data["patient_id"] = patient.id  # the press books for whom this screen names
    timezone = place.facility.timezone
    note = cards.zone_note(tr, slot.starts_at, timezone)
    when = cards.day_and_time(tr, slot.starts_at, timezone, bare=True)
    lines = [
        tr("<b>Please check</b>"),
        "",
        f"🗓 <b>{capital(when)}</b>" + (f" ({note})" if note else ""),
        *cards.place_lines(tr, place),
        *(
            [tr.html("Service: {service}", service=name)]
            if (name := service.named(tr, dialog_manager))
            else []
        ),
        *([tr.html("Patient: {patient}", patient=patient.person.full_name)] if patient else []),
    ]
    if data.get("purpose"):
        lines.append(tr.html("Purpose: {purpose}", purpose=data["purpose"]))
    audience = ""
    if patient is not None:
        row = await service.kept(dialog_manager)
        audience = booking.refusing_audience(place, row, patient.person, slot.starts_at)
    if audience:
        lines += ["", "⚠️ " + refusal(tr, WrongAge(audience))]
    papers = await needs.of_booking(dialog_manager, patient.id, place.specialty_id) if patient else Papers()
    data["missing"] = list(papers.missing)
    lines += needs.lines(tr, papers)
    lines += ["", held_line(tr, held, clock.now())]
    return {
        "papers": needs.buttons(tr, papers),
        "text": "\n".join(lines),
        "is_held": held is not None and not audience,
        "is_lost": held is None,
        "is_unfit": bool(audience),
        "is_again": bool(data.get("is_again")),
        "is_known": patient is not None,
        "has_purpose": bool(data.get("purpose")),
        "has_no_purpose": not data.get("purpose"),
    }


async def confirm(manager: DialogManager) -> None:
    """Book what is shown."""
    manager.dialog_data.update(is_second_meant=False, is_clash_meant=False, is_sex_meant=False)
    await _book(manager)


async def confirm_second(manager: DialogManager) -> None:
    """Book although there is a visit to this specialty already."""
    manager.dialog_data["is_second_meant"] = True
    await _book(manager)


async def confirm_obstacle(manager: DialogManager, value: str) -> None:
    """Book all the same, or go another way."""
    if value == "yes":
        manager.dialog_data["is_sex_meant"] = True
        await _book(manager)
    else:
        await obstacles.go_way(manager, value)


async def confirm_clash(manager: DialogManager) -> None:
    """Book although another child is elsewhere at that time."""
    manager.dialog_data["is_clash_meant"] = True
    await _book(manager)


async def _book(manager: DialogManager) -> None:
    middleware, data = manager.middleware_data, manager.dialog_data
    database: Database = middleware["database"]
    chat_id: int = middleware["event_chat"].id
    if "patient_id" not in data:
        raise NotRegistered
    request = booking.Request(
        chat_id,
        data["patient_id"],
        data["slot_id"],
        data.get("purpose", ""),
        data.get("is_second_meant", False),
        data.get("is_clash_meant", False),
        data.get("referral_id"),
        data.get("service_id"),
        data.get("is_sex_meant", False),
    )
    try:
        visit = await booking.book(database, request, middleware["clock"].now())
    except TimeRefused as error:
        await show_refusal(manager, error)
    except (SameSpecialty, VisitOverlaps, SiblingElsewhere) as error:
        data["other_id"] = error.appointment_id
        data["is_second_allowed"] = not isinstance(error, SameSpecialty) or error.is_allowed
        await navigation.go(manager, _ASKED_AFTER[type(error)])
    except (UnusualSex, AccountInactive, TooManyVisits) as error:
        await obstacles.show(manager, error)
    except WrongAge:  # the last look says it
        await navigation.go(manager, Booking.confirm)
    else:
        data["appointment_id"] = visit.appointment.id
        data["asks_how"] = await asking.asks_about_booking(
            database, chat_id, visit.appointment.id, middleware["clock"].now()
        )
        middleware[JUST_BOOKED] = visit
        middleware["outbox"].wake()
        await navigation.skip_to(manager, Booking.done)


_ASKED_AFTER: dict[type[Exception], State] = {
    SameSpecialty: Booking.second,
    VisitOverlaps: Booking.overlap,
    SiblingElsewhere: Booking.clash,
}


async def type_confirm(manager: DialogManager, message: Message) -> bool:
    """Take «да» for the press and «нет» for going back."""
    word = typing.command_word(message.text)
    if word == "yes":
        await confirm(manager)
    elif word == "no":
        await navigation.go_back(manager)
    return word in ("yes", "no")
