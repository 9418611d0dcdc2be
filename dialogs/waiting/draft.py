"""Joining the waiting list: one screen says what is waited for, each line has a button that changes it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiogram.types import Message
from aiogram_dialog import Data, DialogManager

from clinic import finding, patients, rules, visits, wishes
from clinic.clock import Clock
from clinic.errors import NotFound, ServiceNeeded, WaitingFull
from clinic.waiting import entries
from clinic.waiting.entries import BOOK, NO_TIMES, OFFER, Wanted
from clinic.wishes import Wish
from dialogs import calendar, cards, for_whom, lists, navigation, typing, wish_buttons
from dialogs.states import Registration, Waiting
from dialogs.waiting import words
from dialogs.widgets import Choice
from dialogs.wish_words import wish_words
from dialogs.wording import refusal
from locales import Translator
from storage.database import Database

DOCTOR, FACILITY, REGION = "doctor", "facility", "region"
_SCOPES = (DOCTOR, FACILITY, REGION)
KEPT = (
    "specialty_id", "region", "facility_id", "schedule_id", "scope", "reason", "wish", "appointment_id",
    "waiting_id", "offer_id", "timezone",
    "service_id", "filter",
)  # fmt: skip
ASK = "ask"


async def begin(data: Data, manager: DialogManager) -> None:
    """Keep what a conversation was started with; where it may be for several people, ask for whom."""
    started = data if isinstance(data, dict) else {}
    manager.dialog_data.update({name: started[name] for name in KEPT if name in started})
    if manager.current_context().state not in (Waiting.check, Waiting.specialty):
        return
    known = await for_whom.known(manager)
    if any(row.id == started.get("patient_id") for row in known):
        manager.dialog_data["patient_id"] = started["patient_id"]
    elif (
        len(known) > 1
        and manager.current_context().state == Waiting.check
        and "appointment_id" not in started
    ):
        await navigation.skip_to(manager, Waiting.patient)


async def choose_patient(manager: DialogManager, value: str) -> None:
    """Keep whom it is for."""
    await for_whom.choose(manager, value)
    await navigation.go(manager, Waiting.check)


async def specialties(
    dialog_manager: DialogManager, database: Database, tr: Translator, **_: Any
) -> dict[str, Any]:
    """List all specialties, to wait for one that is not seen here."""
    data = dialog_manager.dialog_data
    found = await finding.all_specialties(
        database, tr.language, data.get("page", 0), lists.PAGE_SIZE, data.get("filter")
    )
    question = tr("Whom do you wait for? Choose, or type: I tell you as soon as such a doctor has times.")
    choices = [Choice(tr.name(row.name_ru, row.name_en), row.id) for row in found.items]
    return lists.listed(dialog_manager, tr, question, found) | lists.page_of(found, choices)


async def choose_specialty(manager: DialogManager, value: str) -> None:
    """Keep the specialty; for whom is asked where it may be for several people."""
    manager.dialog_data.pop("filter", None)
    manager.dialog_data["specialty_id"] = for_whom.as_id(value)
    await finding.specialty(manager.middleware_data["database"], manager.dialog_data["specialty_id"])
    is_open = "patient_id" not in manager.dialog_data and len(await for_whom.known(manager)) > 1
    await navigation.go(manager, Waiting.patient if is_open else Waiting.check)


def _mode(manager: DialogManager) -> str:
    mode: str = manager.dialog_data.get("mode", OFFER)
    return mode


def _days(manager: DialogManager) -> int:
    days: int = manager.dialog_data.get("days", rules.WAITING_DAYS_USUAL)
    return days


def _scopes(manager: DialogManager) -> list[str]:
    """Tell which places can be meant: a doctor only where one was looked at."""
    data = manager.dialog_data
    return [
        scope
        for scope in _SCOPES
        if (scope != DOCTOR or data.get("schedule_id")) and (scope != FACILITY or data.get("facility_id"))
    ]


def _scope(manager: DialogManager) -> str:
    scopes = _scopes(manager)
    scope: str = manager.dialog_data.get("scope", scopes[0])
    return scope if scope in scopes else scopes[0]


async def check(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show what would be waited for."""
    data = dialog_manager.dialog_data
    wish = calendar.wish_of(dialog_manager)
    specialty = await finding.specialty(database, data["specialty_id"])
    is_earlier = "appointment_id" in data
    title = tr("Sooner, if a time gets free") if is_earlier else tr("Waiting list")
    lines = [
        tr.html(
            "🔔 <b>{title}: {specialty}</b>",
            title=title,
            specialty=tr.name(specialty.name_ru, specialty.name_en).lower(),
        )
    ]
    known = await for_whom.known(dialog_manager)
    patient = for_whom.pick(dialog_manager, known)
    if len(known) > 1 and patient is not None and not is_earlier:
        lines.append(tr.html("For whom: {name}", name=patient.person.short_name))
    lines.append(tr.html("Where: {where}", where=await _where(dialog_manager, database, tr)))
    lines.append(tr.html("When: {when}", when=words.when(tr, wish)))
    lines.append(tr.html("When one gets free: {how}", how=words.how(tr, _mode(dialog_manager), wish)))
    until = clock.now() + timedelta(days=_days(dialog_manager))
    if is_earlier:
        chat_id: int = dialog_manager.middleware_data["event_chat"].id
        visit = await visits.visit(database, chat_id, data["appointment_id"])
        until = min(until, visit.appointment.starts_at)
    lines.append(tr("Until: {day}", day=tr.bare_day(cards.local(until, data["timezone"]).date())))
    lines.append("")
    if is_earlier:
        lines.append(tr("Your present time stays yours until you have the new one."))
    lines.append(
        tr("As soon as a time gets free I book it for the first in the list.")
        if _mode(dialog_manager) == BOOK
        else tr("As soon as a time gets free I offer it to the first in the list, and keep it for them.")
    )
    return {
        "text": "\n".join(lines),
        "can_choose_place": not is_earlier and len(_scopes(dialog_manager)) > 1,
    }


async def _where(manager: DialogManager, database: Database, tr: Translator) -> str:
    data = manager.dialog_data
    if "appointment_id" in data or _scope(manager) == FACILITY:
        return (await finding.facility(database, data["facility_id"])).name
    if _scope(manager) == DOCTOR:
        return (await finding.place(database, data["schedule_id"])).doctor_short
    region = await entries.region(database, data["region"])
    return tr("all clinics, {region}", region=tr.name(region.name_ru, region.name_en))


async def turn_place(manager: DialogManager) -> None:
    """Go on to the next place that can be meant: this doctor, this clinic, the region."""
    scopes = _scopes(manager)
    manager.dialog_data["scope"] = scopes[(scopes.index(_scope(manager)) + 1) % len(scopes)]


async def join(manager: DialogManager) -> None:
    """Join; who is not known yet registers first, and joins then."""
    middleware, data = manager.middleware_data, manager.dialog_data
    chat_id: int = middleware["event_chat"].id
    if await patients.account(middleware["database"], chat_id) is None:
        await manager.start(Registration.consent, {"for_family": True, "for_waiting": True})
        return
    patient = for_whom.pick(manager, await for_whom.known(manager))
    if patient is None:
        raise NotFound
    scope = _scope(manager)
    wanted = Wanted(
        patient.id,
        data["specialty_id"],
        data["region"],
        data.get("facility_id") if scope != REGION else None,
        data.get("schedule_id") if scope == DOCTOR else None,
        data.get("reason", NO_TIMES),
        calendar.wish_of(manager),
        _mode(manager),
        _days(manager),
        service_id=data.get("service_id"),
        appointment_id=data.get("appointment_id"),
    )
    try:
        entry = await entries.join(middleware["database"], chat_id, wanted, middleware["clock"].now())
    except (WaitingFull, ServiceNeeded) as error:
        data["hint"] = refusal(middleware["tr"], error)
        return
    data["waiting_id"] = entry.row.id
    middleware["outbox"].wake()
    await navigation.skip_to(manager, Waiting.joined)


async def type_join(manager: DialogManager, message: Message) -> bool:
    """Take «да» for joining, «нет» for going back, and other plain words as the wish."""
    word = typing.command_word(message.text)
    if word == "yes":
        await join(manager)
    elif word == "no":
        await navigation.go_back(manager)
    else:
        return await type_wish(manager, message)
    return True


async def on_result(_: Data, result: Any, manager: DialogManager) -> None:
    """Join once whoever wanted to has registered."""
    account = await patients.account(
        manager.middleware_data["database"], manager.middleware_data["event_chat"].id
    )
    if manager.current_context().state == Waiting.check and account is not None and result != navigation.SEEN:
        await join(manager)


async def joined(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say which one in the list they are, and what happens next."""
    entry = await own(dialog_manager)
    text = tr("✅ <b>You are No. {place} in the waiting list.</b>", place=entry.place) + "\n\n"
    if entry.offer is not None:
        text += tr("There is a suitable time already: I offer it below.")
    elif entry.row.ended == "booked":
        text += tr("There was a suitable time already: it is booked, the ticket comes below.")
    else:
        text += tr("I write as soon as a suitable time gets free. Once a day I say that I am watching.")
    return {"text": text, "can_change": entry.row.ended is None}


async def own(manager: DialogManager) -> entries.Entry:
    """Read the entry that this conversation is about; whose it is is asked at every look."""
    middleware = manager.middleware_data
    return await entries.entry(
        middleware["database"], middleware["event_chat"].id, manager.dialog_data["waiting_id"]
    )


# --- when it suits


async def open_wish(manager: DialogManager) -> None:
    """Ask when it suits."""
    if "waiting_id" in manager.dialog_data:
        calendar.set_wish(manager, (await own(manager)).wish)
    await navigation.go(manager, Waiting.wish)


async def wish(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show which times suit, and the buttons of the last row."""
    wanted = calendar.wish_of(dialog_manager)
    row = wanted.windows[wish_buttons.row_start(dialog_manager) :]
    text = tr("<b>When would it suit you?</b>") + "\n\n"
    text += tr.html("Now: {wish}.", wish=words.when(tr, wanted)) + "\n\n"
    text += tr("Press, or type: «weekdays after 5 pm, except Thursday».")
    return {
        "text": text,
        **wish_buttons.choices(tr, row),
        "has_wish": bool(wanted.windows),
    }


async def clear_wish(manager: DialogManager) -> None:
    """Let any time suit."""
    calendar.set_wish(manager, Wish(least_notice=calendar.wish_of(manager).least_notice))


async def type_wish(manager: DialogManager, message: Message) -> bool:
    """Take plain words in place of the wish before."""
    if not message.text:
        return False
    found, _ = wishes.parse(message.text, calendar.today_of(manager))
    if not found.windows:
        return False
    known = calendar.wish_of(manager)
    calendar.set_wish(manager, Wish(found.windows, known.least_notice))
    tr: Translator = manager.middleware_data["tr"]
    manager.dialog_data["hint"] = tr.html("I understood: {wish}.", wish=wish_words(tr, Wish(found.windows)))
    return True


async def keep_wish(manager: DialogManager) -> None:
    """Keep the wish, in the list too where it is joined already."""
    if "waiting_id" in manager.dialog_data:
        await change(manager, wish=calendar.wish_of(manager))
    await back(manager)


async def change(manager: DialogManager, **what: Any) -> None:
    """Change an entry of the list."""
    middleware = manager.middleware_data
    await entries.change(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["waiting_id"],
        middleware["clock"].now(),
        **what,
    )
    middleware["outbox"].wake()


async def back(manager: DialogManager) -> None:
    """Return to the entry, or to what is about to be joined."""
    await navigation.skip_to(manager, Waiting.card if "waiting_id" in manager.dialog_data else Waiting.check)


# --- how, and until when


async def open_mode(manager: DialogManager) -> None:
    """Ask whether to be asked first."""
    if "waiting_id" in manager.dialog_data:
        calendar.set_wish(manager, (await own(manager)).wish)
    await navigation.go(manager, Waiting.mode)


async def mode(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask whether a time is to be offered or booked at once."""
    choices = [Choice(tr("🙋 Ask me first"), ASK)]
    for hours in rules.NOTICE_HOURS:
        days = hours // 24
        label = (
            tr.plural("⚡ Book, {count} day ahead", "⚡ Book, {count} days ahead", days)
            if days
            else tr.plural("⚡ Book, {count} hour ahead", "⚡ Book, {count} hours ahead", hours)
        )
        choices.append(Choice(label, hours))
    text = tr(
        "<b>What shall I do when a suitable time gets free?</b>\n\nAsk first: I keep it for you for 15 to"
        " 60 minutes and wait for your answer.\n\nBook: the visit is yours at once, if there is at least"
        " so much time before it. You can cancel it as any visit."
    )
    return {"text": text, "choices": choices}


async def choose_mode(manager: DialogManager, value: str) -> None:
    """Keep how, and the least notice for who is not asked."""
    hours = next((hours for hours in rules.NOTICE_HOURS if str(hours) == value), 0)
    known = calendar.wish_of(manager)
    wanted = replace(known, least_notice=timedelta(hours=hours))
    chosen = BOOK if hours else OFFER
    calendar.set_wish(manager, wanted)
    manager.dialog_data["mode"] = chosen
    if "waiting_id" in manager.dialog_data:
        await change(manager, wish=wanted, mode=chosen)
    await back(manager)


async def open_until(manager: DialogManager) -> None:
    """Ask until when to wait."""
    await navigation.go(manager, Waiting.until)


async def until(tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask until when to wait."""
    labels = {7: tr("A week"), 14: tr("Two weeks"), 30: tr("A month"), 90: tr("Three months")}
    return {
        "text": tr("How long shall I wait? I write when the time is over."),
        "choices": [Choice(labels[days], days) for days in rules.WAITING_DAYS],
    }


async def choose_until(manager: DialogManager, value: str) -> None:
    """Keep until when."""
    days = next((days for days in rules.WAITING_DAYS if str(days) == value), rules.WAITING_DAYS_USUAL)
    manager.dialog_data["days"] = days
    if "waiting_id" in manager.dialog_data:
        await change(manager, days=days)
    await back(manager)
