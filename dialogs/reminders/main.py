"""«Напоминания»: what comes when and by which way, and what comes next."""

from typing import Any

from aiogram_dialog import Data, DialogManager

from clinic import contacts, masks, reminder_settings, reminding, rules
from clinic.clock import Clock
from clinic.reminder_settings import Reminding
from dialogs import cards, for_whom, navigation
from dialogs.reminders import words
from dialogs.states import Reminders
from dialogs.widgets import Choice
from locales import Translator


async def begin(data: Data, manager: DialogManager) -> None:
    """Keep for whom, and for which visit, the conversation was started."""
    if isinstance(data, dict):
        manager.dialog_data.update(
            {key: data[key] for key in ("patient_id", "appointment_id") if data.get(key) is not None}
        )
    if len(await for_whom.known(manager)) < 2:  # what is set for the only one is set for all
        manager.dialog_data.pop("patient_id", None)


async def known(manager: DialogManager) -> Reminding:
    """Read the settings that this conversation is about."""
    data, middleware = manager.dialog_data, manager.middleware_data
    return await reminder_settings.of_chat(
        middleware["database"],
        middleware["event_chat"].id,
        data.get("patient_id"),
        data.get("appointment_id"),
    )


def ways(manager: DialogManager, found: Reminding) -> list[str]:
    """Name the channels that can be chosen: what is set up here and confirmed by the account."""
    middleware = manager.middleware_data
    codes = middleware.get("codes")
    here = {
        reminding.CHAT: True,
        reminding.SMS: codes is not None and codes.carries(reminding.SMS),
        reminding.EMAIL: bool(middleware.get("has_mail")),
    }
    return [way for way in reminding.CHANNELS if here[way] and (way == reminding.CHAT or way in found.reach)]


async def whose(manager: DialogManager) -> str:
    """Name the patient for whom alone this is set; empty where it is for all."""
    patient_id = manager.dialog_data.get("patient_id")
    rows = await for_whom.known(manager)
    return next((row.person.short_name for row in rows if row.id == patient_id and len(rows) > 1), "")


async def change(manager: DialogManager, *, is_for_all: bool = False, **said: Any) -> None:
    """Keep what was chosen, plan anew, and say so."""
    middleware = manager.middleware_data
    await reminder_settings.change(
        middleware["database"],
        middleware["event_chat"].id,
        None if is_for_all else manager.dialog_data.get("patient_id"),
        middleware["clock"].now(),
        **said,
    )
    saved(manager)


def saved(manager: DialogManager) -> None:
    """Say above the next window that it is kept; what comes next stands in it."""
    tr: Translator = manager.middleware_data["tr"]
    manager.dialog_data["hint"] = tr("✅ Saved.")


async def shown(dialog_manager: DialogManager, clock: Clock, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show what comes when, and what comes next."""
    found = await known(dialog_manager)
    settings = found.settings
    rows = await for_whom.known(dialog_manager)
    name = await whose(dialog_manager)
    contact = (
        await contacts.of_chat(
            dialog_manager.middleware_data["database"], dialog_manager.middleware_data["event_chat"].id
        )
    ).contact
    addresses = {
        reminding.SMS: " " + masks.mask_phone(contact.phone) if contact.phone else "",
        reminding.EMAIL: " " + masks.mask_email(contact.email) if contact.email else "",
    }
    leads = settings.by_lead(found.reach)
    lines = [tr("🔔 <b>Reminders</b>") + (f": {cards.escape(name)}" if name else ""), ""]
    lines += [
        "• "
        + tr.html(
            "{before}: {way}{address}",
            before=words.before(tr, lead),
            way=words.by_way(tr, way),
            address=addresses.get(way, ""),
        )
        for lead, way in leads.items()
    ]
    if not leads:
        lines.append(tr("No reminders are set."))
    lines.append("")
    if settings.hour is not None:
        lines.append(
            tr("Those of a day before and more come at {hour}:00 by the clinic's clock.", hour=settings.hour)
        )
    if settings.quiet is not None:
        lines.append(
            tr(
                "Not between {first}:00 and {last}:00: such a one comes the evening before.",
                first=settings.quiet[0],
                last=settings.quiet[1],
            )
        )
    if not settings.has_questions:
        lines.append(tr("How visits were I do not ask."))
    lines += ["", words.following(tr, found, clock.now())]
    choices = [
        Choice(f"{words.before(tr, lead)} · {words.way(tr, way)}", lead) for lead, way in leads.items()
    ]
    quiet = tr("off") if settings.quiet is None else "{}–{}".format(*settings.quiet)
    hour = tr("any") if settings.hour is None else f"{settings.hour}:00"
    return {
        "text": "\n".join(lines),
        "choices": choices,
        "can_add": len(leads) < rules.MOST_REMINDERS,
        "hours": [
            Choice(tr("🌙 Quiet: {hours}", hours=quiet), "quiet"),
            Choice(tr("🕘 Hour: {hour}", hour=hour), "hour"),
        ],
        "others": [
            Choice(tr("✉️ About changes"), "changes"),
            *([Choice(tr("👤 For: {name}", name=name or tr("all")), "whose")] if len(rows) > 1 else []),
        ],
        "is_own": found.is_own,
        "questions": [
            Choice(tr("💬 Ask how visits were: {on}", on=words.on(tr, settings.has_questions)), "questions")
        ]
        if not name
        else [],
    }


async def toggle_questions(manager: DialogManager, value: str) -> None:
    """Let it be asked how visits were, or not, and say what comes of it at once."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    is_wanted = not (await known(manager)).settings.has_questions
    count = await reminder_settings.want_questions(
        middleware["database"], middleware["event_chat"].id, middleware["clock"].now(), is_wanted=is_wanted
    )
    said = (
        tr("✅ I ask again: after a visit, and now and then after a booking.")
        if is_wanted
        else tr("✅ I ask no more, neither after visits nor after bookings.")
    )
    if count and not is_wanted:
        said += " " + tr.plural("{count} question is taken off.", "{count} questions are taken off.", count)
    elif count:
        said += " " + tr.plural("{count} question is planned.", "{count} questions are planned.", count)
    manager.dialog_data["hint"] = said


async def open_lead(manager: DialogManager, value: str) -> None:
    """Open one reminder."""
    if value.isascii() and value.isdigit() and len(value) < 10:
        manager.dialog_data["lead"] = int(value)
        await navigation.go(manager, Reminders.lead)


async def open_other(manager: DialogManager, value: str) -> None:
    """Open what else can be set."""
    state = {
        "quiet": Reminders.quiet,
        "hour": Reminders.hour,
        "changes": Reminders.changes,
        "whose": Reminders.whose,
    }.get(value)
    if state is not None:
        await navigation.go(manager, state)


async def open_add(manager: DialogManager) -> None:
    """Ask how long before one more is to come."""
    await navigation.go(manager, Reminders.add)


async def as_for_all(manager: DialogManager) -> None:
    """Set for this patient what holds for all."""
    middleware = manager.middleware_data
    patient_id = manager.dialog_data.get("patient_id")
    if patient_id is not None:
        await reminder_settings.as_for_all(
            middleware["database"], middleware["event_chat"].id, patient_id, middleware["clock"].now()
        )
        saved(manager)


async def people(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for whom reminders are to be set."""
    rows = await for_whom.known(dialog_manager)
    text = tr(
        "For whom shall I set reminders?\n\nWhat is set for one person counts before what is set for all."
    )
    return {
        "text": text,
        "choices": for_whom.filters(tr, rows, dialog_manager.dialog_data.get("patient_id")),
    }


async def choose_whose(manager: DialogManager, value: str) -> None:
    """Set for one person from now on, or for all."""
    patient_id = for_whom.as_id(value) or None
    manager.dialog_data["patient_id"] = patient_id
    manager.dialog_data.pop("appointment_id", None)
    await known(manager)  # somebody else's patient is refused before anything is shown
    await navigation.skip_to(manager, Reminders.main)
