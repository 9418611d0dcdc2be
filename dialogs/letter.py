"""«Письмо: талонов нет»: where the state's limit is broken, a letter to the head doctor, to be signed."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiogram.types import BufferedInputFile
from aiogram_dialog import Data, Dialog, DialogManager, ShowMode

from clinic import finding, no_times
from clinic.limits import HOURS
from clinic.no_times import Wait
from dialogs import cards, for_whom, letter_words, navigation
from dialogs.states import Letter, Registration
from dialogs.widgets import Act, Choice, Choices, screen, shorten
from documents import letter as document
from locales import Translator, later

MOST_NAMES = 6


async def offered(manager: DialogManager, facility_id: int, specialty_id: int) -> list[Choice]:
    """Offer the letter below an answer without times; the answer is written down at the same time."""
    tr: Translator = manager.middleware_data["tr"]
    wait = await _wait(manager, facility_id, specialty_id)
    if wait is None:
        return []
    return [Choice(tr("📄 Letter: no times"), f"{facility_id}.{specialty_id}")]


async def start(manager: DialogManager, value: str) -> None:
    """Open the letter's window over the booking."""
    facility, _, specialty = value.partition(".")
    ids = {"facility_id": for_whom.as_id(facility), "specialty_id": for_whom.as_id(specialty)}
    await navigation.open_over(manager, Letter.main, ids)


async def _wait(manager: DialogManager, facility_id: int, specialty_id: int) -> Wait | None:
    middleware = manager.middleware_data
    return await no_times.answer(
        middleware["database"],
        middleware["limits"],
        middleware["event_chat"].id,
        facility_id,
        specialty_id,
        middleware["clock"].now(),
    )


def _ids(started: Mapping[str, Any]) -> tuple[int, int]:
    return started["facility_id"], started["specialty_id"]


async def main(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Say what the rule is and what the letter does; the people it can be for are buttons."""
    facility_id, specialty_id = _ids(navigation.start_data(dialog_manager))
    facility = await finding.facility(dialog_manager.middleware_data["database"], facility_id)
    wait = await _wait(dialog_manager, facility_id, specialty_id)
    if wait is None:
        return {"text": tr("There is a free time by now: the letter is not needed. Go back and choose it.")}
    timezone = wait.asked.timezone
    wall = cards.local(wait.answer.until, timezone)
    until = tr.day(wall.date()) + (f", {tr.time(wall)}" if wait.limit.unit == HOURS else "")
    lines = [
        tr.html("<b>No times: {specialty}</b>", specialty=wait.asked.specialty),
        facility.name,
        "",
        tr.html(
            "By the state's rules you must be seen by {until}. There is no time up to then.", until=until
        ),
        "",
    ]
    rows = await for_whom.known(dialog_manager)
    if dialog_manager.dialog_data.get("is_made"):
        lines.append(
            tr.html(
                "✅ The letter is above. Print it, check it, sign it and hand it to the registry ({phone});"
                " let them stamp your copy. Or call the insurer: the number is on the policy.",
                phone=facility.phone,
            )
        )
    elif rows:
        lines.append(
            tr(
                "I can make a letter to the head doctor with the dates on which I answered you so."
                " It is a draft: you sign and send it. Whom is it for?"
            )
        )
    else:
        lines.append(
            tr("I can make a letter to the head doctor. It names who asks, so please register first.")
        )
    return {
        "text": "\n".join(lines),
        "choices": [Choice(f"📄 {shorten(row.person.full_name, 26)}", row.id) for row in rows[:MOST_NAMES]],
        "is_unknown": not rows,
    }


async def make(manager: DialogManager, value: str) -> None:
    """Make the letter for one of the account's patients and send it; nothing of it is kept."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    facility_id, specialty_id = _ids(navigation.start_data(manager))
    letter = await no_times.letter(
        middleware["database"],
        middleware["limits"],
        middleware["event_chat"].id,
        for_whom.as_id(value),
        facility_id,
        specialty_id,
        middleware["clock"].now(),
    )
    pdf = await asyncio.to_thread(document.render, letter_words.page(letter, middleware["bot_username"]))
    await middleware["bot"].send_document(
        middleware["event_chat"].id,
        BufferedInputFile(pdf, tr("letter.pdf")),
        caption=tr("A letter to the head doctor. Check it and sign it."),
    )
    manager.dialog_data["is_made"] = True
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def register(manager: DialogManager) -> None:
    """Ask who writes; then the letter is offered."""
    await manager.start(Registration.consent, {"for_family": True, "for_letter": True})


async def registered(_: Data, result: Any, manager: DialogManager) -> None:
    """Go on where somebody registered meanwhile: the window names them now."""


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Letter.main,
            main,
            Choices("p", make),
            Act("register", "✅ Register", register, shown_if="is_unknown"),
            expected=later("Please press whom the letter is for."),
            personal=True,
        ),
        on_process_result=registered,
    )
