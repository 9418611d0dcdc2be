"""«Мои записи»: the list, a card, and what can be done with it."""

from typing import Any

from aiogram_dialog import Data, Dialog, DialogManager

from clinic import history, reminder_settings, rules, visits
from clinic.clock import Clock
from clinic.needs import Papers
from clinic.waiting import entries
from dialogs import (
    cancelling,
    cards,
    for_whom,
    moving,
    navigation,
    needs,
    papers,
    past_card,
    sent_files,
    ticket_forms,
    visit_result,
)
from dialogs.own_visits import own_visit
from dialogs.reminders import words as reminder_words
from dialogs.states import History, Reminders, Visits, Waiting
from dialogs.widgets import Act, Choice, Choices, Pager, screen, shorten
from locales import Translator, capital
from storage.appointments import Visit
from storage.database import Database
from storage.history import outcome

PAGE_SIZE = 6
FAMILY_PAGE_SIZE = 3
"""Three rows of buttons choose the person then."""


async def begin(data: Data, manager: DialogManager) -> None:
    """Keep the visit that a conversation was started with, and go to what is wanted of it."""
    if not isinstance(data, dict) or "appointment_id" not in data:
        return
    manager.dialog_data["appointment_id"] = data["appointment_id"]
    manager.dialog_data["wished"] = data.get("slot_id")
    manager.dialog_data["is_asked"] = data.get("is_asked", False)
    wanted = data.get("wanted")
    if wanted in ("come", "ics"):
        manager.dialog_data["wanted"] = wanted
    elif wanted and visits.can_change(await own_visit(manager), manager.middleware_data["clock"].now()):
        await (moving.begin_move if wanted == "move" else cancelling.begin_cancel)(manager)


async def do_wanted(manager: DialogManager) -> None:
    """Do what was pressed under a ticket or a reminder while the chat was locked."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    wanted = manager.dialog_data.pop("wanted", None)
    if wanted == "come":
        visit = await _confirm(manager)
        await middleware["channel"].mark_confirmed(visit)
        manager.dialog_data["hint"] = tr("Thank you, you are expected.")
    elif wanted == "ics":
        await papers.send_calendar_file(manager)


async def coming(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List the coming visits of the whole family, or of one person."""
    chat_id = dialog_manager.middleware_data["event_chat"].id
    number = dialog_manager.dialog_data.get("page", 0)
    known = await for_whom.known(dialog_manager)
    whose = dialog_manager.dialog_data.get("whose")
    size = PAGE_SIZE if len(known) < 2 else FAMILY_PAGE_SIZE
    found = await visits.coming(database, chat_id, clock.now(), number, size, whose)
    people = for_whom.filters(tr, known, whose)
    has_past = await history.has_past(database, chat_id, clock.now())
    if not found.items and number == 0:
        nothing = tr("No visits are ahead. Shall we book one?")
        if whose:
            nothing = tr("There are no coming visits here. Shall we book one?")
        return {"text": nothing, "is_empty": True, "people": people, "has_past": has_past}
    lines = []
    for visit in found.items:
        specialty = tr.name(visit.place.specialty_ru, visit.place.specialty_en).lower()
        when = cards.day_and_time(tr, visit.appointment.starts_at, visit.place.facility.timezone)
        named = tr.html("<b>{name}</b>, ", name=visit.person.short_name) if len(known) > 1 else ""
        lines.append(
            "• " + named + tr.html("{when}: {specialty}, {facility}", when=when if named else capital(when),
                                   specialty=specialty, facility=visit.place.facility.name)
        )  # fmt: skip
    return {
        "text": tr("<b>Your visits</b>") + "\n\n" + "\n".join(lines),
        "choices": [
            Choice(shorten(cards.visit_label(tr, visit)), visit.appointment.id) for visit in found.items
        ],
        "page": number,
        "has_next": found.has_next,
        "is_empty": False,
        "people": people,
        "has_past": has_past,
    }


async def choose_whose(manager: DialogManager, value: str) -> None:
    """Show one person's visits, or everybody's."""
    manager.dialog_data.pop("page", None)
    manager.dialog_data["whose"] = for_whom.as_id(value) or None


async def open_history(manager: DialogManager) -> None:
    """Open what is over or cancelled."""
    await manager.start(History.list)


async def open_card(manager: DialogManager, value: str) -> None:
    """Open a visit's card."""
    manager.dialog_data["appointment_id"] = int(value)
    await navigation.go(manager, Visits.card)


async def card(dialog_manager: DialogManager, clock: Clock, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show a visit."""
    visit = await own_visit(dialog_manager)
    row = visit.appointment
    if outcome(row.status, row.ends_at, clock.now()):
        return past_card.shown(tr, visit, await past_card.details(dialog_manager))
    can_change = visits.can_change(visit, clock.now())
    has = await needs.of_visit(dialog_manager) if can_change else Papers()
    return {
        "text": "\n\n".join([cards.card(tr, visit), *needs.lines(tr, has, is_booked=True)]),
        "papers": needs.buttons(tr, has),
        "can_change": can_change,
        "is_over": not can_change,
        "ways": [
            Choice(tr("📅 Calendar file"), "ics"),
            *([Choice(tr("✉️ By e-mail"), "email")] if can_change and _has_mail(dialog_manager) else []),
        ],
        "can_confirm": can_change
        and (rules.can_confirm(row.starts_at, clock.now()) or dialog_manager.dialog_data.get("is_asked"))
        and visit.appointment.confirmed_at is None,
    }


def _has_mail(manager: DialogManager) -> bool:
    return bool(manager.middleware_data["has_mail"])


async def send(manager: DialogManager, value: str) -> None:
    """Send the calendar file, or ask where the letter with the ticket is to go."""
    if value == "ics":
        await papers.send_calendar_file(manager)
    elif value == "email" and _has_mail(manager):
        await papers.open_email(manager)


async def come(manager: DialogManager) -> None:
    """Note «Приду»."""
    await _confirm(manager)


async def _confirm(manager: DialogManager) -> Visit:
    middleware = manager.middleware_data
    return await visits.confirm(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["appointment_id"],
        middleware["clock"].now(),
    )


async def change(dialog_manager: DialogManager, clock: Clock, tr: Translator, **_: Any) -> dict[str, Any]:
    """Offer to cancel or to move, with the rule that holds now."""
    visit = await own_visit(dialog_manager)
    row, place = visit.appointment, visit.place
    when = cards.day_and_time(tr, row.starts_at, place.facility.timezone)
    text = tr.html("<b>{when}</b>\n{doctor}", when=capital(when), doctor=place.doctor)
    if not visits.can_change(visit, clock.now()):
        return {"text": text + "\n\n" + tr("This visit cannot be changed any more."), "can_change": False}
    if rules.needs_reason(row.starts_at, clock.now()):
        text += "\n\n" + tr("Less than 24 hours are left, so a reason will be asked for.")
    found = await reminder_settings.of_chat(
        dialog_manager.middleware_data["database"],
        dialog_manager.middleware_data["event_chat"].id,
        row.patient_id,
        row.id,
    )
    if found.following is not None:
        text += "\n\n" + reminder_words.following(tr, found, clock.now())
    return {"text": text + "\n\n" + tr("What shall we do?"), "can_change": True}


async def open_reminders(manager: DialogManager) -> None:
    """Set the reminders of this visit's patient."""
    row = (await own_visit(manager)).appointment
    await manager.start(Reminders.main, {"patient_id": row.patient_id, "appointment_id": row.id})


async def sooner(manager: DialogManager) -> None:
    """Wait for a time before that of this visit; who does so already sees the place in the list."""
    visit = await own_visit(manager)
    place, middleware = visit.place, manager.middleware_data
    waiting_id = await entries.of_visit(
        middleware["database"], middleware["event_chat"].id, visit.appointment.id
    )
    if waiting_id is not None:
        await manager.start(Waiting.card, {"waiting_id": waiting_id})
        return
    wanted = {
        "specialty_id": place.specialty_id,
        "region": place.facility.region_code,
        "facility_id": place.facility.id,
        "timezone": place.facility.timezone,
        "appointment_id": visit.appointment.id,
        "patient_id": visit.appointment.patient_id,
        "reason": "earlier",
    }
    await manager.start(Waiting.check, wanted)


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Visits.list,
            coming,
            Choices("v", open_card),
            Pager(),
            Choices("w", choose_whose, source="people", width=3),
            Act("history", "📚 History", open_history, shown_if="has_past"),
            Act("book", "🩺 Book a doctor", cancelling.open_booking, shown_if="is_empty"),
            personal=True,
        ),
        screen(
            Visits.card,
            card,
            Act("come", "✅ I will come", come, shown_if="can_confirm"),
            Act("move", "🔁 Move", moving.begin_move, shown_if="can_change"),
            Act("sooner", "⏩ Sooner, if one gets free", sooner, shown_if="can_change"),
            Act("cancel", "❌ Cancel the visit", cancelling.begin_cancel, shown_if="can_change"),
            Act("ticket", "🎫 Ticket again", papers.send_ticket_again, shown_if="can_change"),
            Act("forms", "🖨 Print it, or as a picture", ticket_forms.open_forms, shown_if="can_change"),
            Choices("send", send, source="ways", width=2),
            Choices("paper", needs.open_paper, source="papers", width=2),
            Act("whole", "📄 Read it whole", visit_result.open_window, shown_if="has_more"),
            Choices("given", past_card.open_clinics_file, source="clinics"),
            Choices("file", past_card.open_file, source="files"),
            Choices("rating", past_card.open_rating, source="rating"),
            Act("again", "🔁 Book again", past_card.book_again, shown_if="is_over"),
            typed=sent_files.take_unasked,
            personal=True,
            on_unlock=do_wanted,
        ),
        screen(
            Visits.change,
            change,
            Act("move", "🔁 Move", moving.begin_move, shown_if="can_change"),
            Act("sooner", "⏩ Sooner, if one gets free", sooner, shown_if="can_change"),
            Act("reminders", "🔔 Reminders", open_reminders, shown_if="can_change"),
            Act("cancel", "❌ Cancel the visit", cancelling.begin_cancel, shown_if="can_change"),
            personal=True,
        ),
        *cancelling.windows(),
        *moving.windows(),
        *papers.windows(),
        needs.chooser(Visits.referral),
        ticket_forms.window(),
        visit_result.window(),
        on_start=begin,
        on_process_result=needs.on_result,
    )
