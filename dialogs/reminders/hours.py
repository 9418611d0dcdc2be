"""At which hour reminders come, at which they do not, and what else is told by letter and text message."""

import re
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic import reminding
from dialogs import navigation
from dialogs.reminders import main, words
from dialogs.states import Reminders
from dialogs.widgets import Choice
from locales import Translator

HOURS = range(7, 22)
QUIET = ((22, 7), (21, 8), (23, 9), (0, 6))
TOGETHER = "is_together"
"""Of an account, not of a patient."""


async def hour(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the hour of reminders of a day before and more."""
    present = (await main.known(dialog_manager)).settings.hour
    text = tr(
        "At which hour shall reminders come that are due a day before or earlier?"
        "\n\nPress, or type it, for example 19. It counts by the clinic's clock."
    )
    return {
        "text": text,
        "choices": [Choice(("✓ " if one == present else "") + f"{one}:00", one) for one in HOURS],
        "is_set": present is not None,
    }


async def choose_hour(manager: DialogManager, value: str) -> None:
    """Keep the hour."""
    if value.isascii() and value.isdigit() and len(value) < 3 and int(value) < 24:
        await main.change(manager, hour=int(value))
        await navigation.skip_to(manager, Reminders.main)


async def any_hour(manager: DialogManager) -> None:
    """Let them come at the hour of the visit."""
    await main.change(manager, hour=None)
    await navigation.skip_to(manager, Reminders.main)


async def type_hour(manager: DialogManager, message: Message) -> bool:
    """Take a typed hour."""
    found = re.fullmatch(r"\D{0,10}?(\d{1,2})(?:[:.]00)?\D{0,8}", (message.text or "").strip())
    if found is None or int(found[1]) > 23:
        return False
    await choose_hour(manager, found[1])
    return True


async def quiet(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask for the hours in which nothing is to come."""
    present = (await main.known(dialog_manager)).settings.quiet
    return {
        "text": tr(
            "Between which hours shall I be quiet? A reminder that would fall there comes the evening before."
            "\n\nPress, or type it: 23-8. It counts by the clinic's clock."
        ),
        "choices": [
            Choice(("✓ " if (first, last) == present else "") + f"{first}:00–{last}:00", f"{first}-{last}")
            for first, last in QUIET
        ],
        "is_set": present is not None,
    }


async def choose_quiet(manager: DialogManager, value: str) -> None:
    """Keep the quiet hours."""
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", value)
    if found is None:
        return
    first, last = int(found[1]), int(found[2])
    if max(first, last) < 24 and first != last:
        await main.change(manager, quiet=[first, last])
        await navigation.skip_to(manager, Reminders.main)


async def never_quiet(manager: DialogManager) -> None:
    """Let reminders come at any time."""
    await main.change(manager, quiet=None)
    await navigation.skip_to(manager, Reminders.main)


async def type_quiet(manager: DialogManager, message: Message) -> bool:
    """Take typed hours: «23-8», «с 23 до 7», «22:00–7:00»."""
    numbers = re.findall(r"\d{1,2}(?=[:.]00|\D|$)", re.sub(r"[:.]00", "", message.text or ""))
    if len(numbers) != 2 or max(map(int, numbers)) > 24:
        return False
    first, last = (int(one) % 24 for one in numbers)
    if first == last:
        return False
    await choose_quiet(manager, f"{first}-{last}")
    return True


async def changes(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show by which ways bookings, moves and cancels are told, and what a text message says of the policy."""
    found = await main.known(dialog_manager)
    settings, ways = found.settings, main.ways(dialog_manager, found)
    text = tr("Whatever is booked, moved or cancelled I always tell here. What shall come besides?")
    choices = []
    if reminding.EMAIL in ways:
        choices.append(Choice(tr("✉️ Letters: {on}", on=words.on(tr, settings.has_letters)), "has_letters"))
    if reminding.SMS in ways:
        choices.append(Choice(tr("📱 Text messages: {on}", on=words.on(tr, settings.has_texts)), "has_texts"))
        shown = {
            "last4": tr("last 4 digits"),
            "whole": tr("whole number"),
            "none": tr("not named"),
        }
        choices.append(Choice(tr("Policy in texts: {shown}", shown=shown[settings.policy]), "policy"))
    if not choices:
        text += "\n\n" + tr("No phone and no e-mail is confirmed yet: give one in «My data».")
    family = Choice(tr("👪 A family's day in one: {on}", on=words.on(tr, settings.is_together)), TOGETHER)
    return {"text": text, "choices": [*choices, family]}


async def toggle(manager: DialogManager, value: str) -> None:
    """Turn one of them on or off."""
    settings = (await main.known(manager)).settings
    if value in ("has_letters", "has_texts", TOGETHER):
        await main.change(manager, is_for_all=value == TOGETHER, **{value: not getattr(settings, value)})
    elif value == "policy":
        at = reminding.NUMBER_SHOWN.index(settings.policy)
        await main.change(manager, policy=reminding.NUMBER_SHOWN[(at + 1) % len(reminding.NUMBER_SHOWN)])
