"""A time that is offered: taken, declined, or over; and the question that may be in the way."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from clinic.errors import OfferOver, Refused, SameSpecialty, SiblingElsewhere, UnusualSex
from clinic.waiting import answers
from clinic.waiting.answers import Offered
from dialogs import navigation, typing
from dialogs.states import Waiting
from dialogs.waiting import words
from dialogs.wording import refusal
from locales import Translator
from storage.states import OfferState, WaitingState


async def _offered(manager: DialogManager) -> Offered:
    middleware = manager.middleware_data
    return await answers.offered(
        middleware["database"], middleware["event_chat"].id, manager.dialog_data["offer_id"]
    )


async def offer(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show a time that is offered, or how it stands with it."""
    found = await _offered(dialog_manager)
    is_open = found.offer.state is OfferState.OPEN
    question = dialog_manager.dialog_data.get("question") if is_open else None
    text = words.offer(tr, found) if is_open else words.stands(tr, found)
    return {
        "text": f"{text}\n\n{question}" if question else text,
        "is_open": is_open and not question,
        "is_question": bool(question),
        "can_decline": is_open,
        "is_waiting": not is_open and found.row.state is not WaitingState.ENDED,
    }


async def take(manager: DialogManager) -> None:
    """Take the time."""
    await _take(manager, is_meant=False)


async def take_all_the_same(manager: DialogManager) -> None:
    """Take it although there is a visit to this specialty, or another child is elsewhere."""
    await _take(manager, is_meant=True)


async def _take(manager: DialogManager, *, is_meant: bool) -> None:
    middleware, data = manager.middleware_data, manager.dialog_data
    tr: Translator = middleware["tr"]
    try:
        await answers.accept(
            middleware["database"],
            middleware["event_chat"].id,
            data["offer_id"],
            middleware["clock"].now(),
            is_meant=is_meant,
        )
    except (SameSpecialty, SiblingElsewhere, UnusualSex) as error:
        if isinstance(error, SameSpecialty) and not error.is_allowed:
            data["hint"] = refusal(tr, error) + " " + tr("You keep your place in the list.")
        else:
            data["question"] = refusal(tr, error) + " " + tr("Take this time all the same?")
    except OfferOver:
        data.pop("question", None)
    except Refused as error:
        data["hint"] = refusal(tr, error).split("\n", 1)[0] + " " + tr("You keep your place in the list.")
    else:
        data.pop("question", None)
        middleware["outbox"].wake()


async def decline(manager: DialogManager) -> None:
    """Let it go to the next."""
    middleware = manager.middleware_data
    manager.dialog_data.pop("question", None)
    await answers.decline(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["offer_id"],
        middleware["clock"].now(),
    )
    middleware["outbox"].wake()


async def open_entry(manager: DialogManager) -> None:
    """Show the entry, where wishes are changed."""
    manager.dialog_data["waiting_id"] = (await _offered(manager)).row.id
    await navigation.go(manager, Waiting.card)


async def type_answer(manager: DialogManager, message: Message) -> bool:
    """Take «да» for taking it and «нет» for declining."""
    word = typing.command_word(message.text)
    if word == "yes":
        await _take(manager, is_meant="question" in manager.dialog_data)
    elif word == "no":
        await decline(manager)
    return word in ("yes", "no")
