"""One reminder: by which way it comes, or that it does not; and adding one."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import lead_words, reminder_settings, reminding, rules
from dialogs import navigation
from dialogs.reminders import main, words
from dialogs.states import Profile, Reminders
from dialogs.widgets import Choice
from locales import Translator

OFFERED = (3_600, 7_200, 21_600, 43_200, 172_800, 259_200, 604_800)
"""Lead times to choose from, in seconds; any other can be typed."""
AWAY = "away"


async def lead(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask by which way a reminder is to come."""
    found = await main.known(dialog_manager)
    wanted: int = dialog_manager.dialog_data["lead"]
    present = found.settings.by_lead(found.reach).get(wanted)
    ways = main.ways(dialog_manager, found)
    text = tr.html("<b>{before}</b>\n\nHow shall I remind?", before=words.before(tr, wanted))
    if reminding.SMS in ways:
        text += "\n\n" + tr(
            "A text message is short: time, doctor, address, room. If it is not delivered, I write here."
        )
    labels = {
        reminding.CHAT: tr("Here in the chat"),
        reminding.SMS: tr("By text message"),
        reminding.EMAIL: tr("By letter"),
    }
    choices = [Choice(("✓ " if way == present else "") + labels[way], way) for way in ways]
    return {
        "text": text,
        "choices": choices,
        "is_set": present is not None,
        "can_give_email": reminding.EMAIL not in ways
        and bool(dialog_manager.middleware_data.get("has_mail")),
    }


async def choose_way(manager: DialogManager, value: str) -> None:
    """Let the reminder come that way."""
    if value in main.ways(manager, await main.known(manager)):
        await _set(manager, manager.dialog_data["lead"], value)


async def take_away(manager: DialogManager) -> None:
    """Let the reminder come no more."""
    await _set(manager, manager.dialog_data["lead"], None)


async def give_email(manager: DialogManager) -> None:
    """Ask for an address in the profile, and come back."""
    await manager.start(Profile.main)


async def _set(manager: DialogManager, wanted: int, way: str | None) -> None:
    middleware = manager.middleware_data
    await reminder_settings.set_lead(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data.get("patient_id"),
        wanted,
        way,
        middleware["clock"].now(),
    )
    main.saved(manager)
    await navigation.skip_to(manager, Reminders.main)


async def add(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask how long before the visit one more reminder is to come."""
    found = await main.known(dialog_manager)
    present = found.settings.by_lead(found.reach)
    return {
        "text": tr(
            "How long before the visit shall I remind you?"
            "\n\nPress, or type it: «5 hours», «2 days», «40 minutes»."
        ),
        "choices": [Choice(words.before(tr, one), one) for one in OFFERED if one not in present],
    }


async def choose_lead(manager: DialogManager, value: str) -> None:
    """Add a reminder, into the chat at first; its window says so and offers the other ways."""
    if value.isascii() and value.isdigit() and len(value) < 10:
        await _add(manager, int(value))


async def type_lead(manager: DialogManager, message: Message) -> bool:
    """Take a typed lead time."""
    wanted = lead_words.parse(message.text or "")
    if wanted is None:
        return False
    least, most = (int(one.total_seconds()) for one in rules.LEAD)
    if not least <= wanted <= most:
        tr: Translator = manager.middleware_data["tr"]
        manager.dialog_data["hint"] = tr(
            "From {least} to {most} before the visit, please.",
            least=words.span(tr, least),
            most=words.span(tr, most),
        )
        return True
    await _add(manager, wanted)
    return True


async def _add(manager: DialogManager, wanted: int) -> None:
    middleware = manager.middleware_data
    await reminder_settings.set_lead(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data.get("patient_id"),
        wanted,
        reminding.CHAT,
        middleware["clock"].now(),
    )
    main.saved(manager)
    manager.dialog_data["lead"] = wanted
    await navigation.skip_to(manager, Reminders.lead)
