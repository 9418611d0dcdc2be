"""What a request is about, and how the conversation begins where it was opened for something."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import Dialog, DialogManager

from clinic import support, visits
from dialogs import answers, cards, lock, navigation
from dialogs.states import Support
from dialogs.support import own_requests, words, writing
from dialogs.widgets import Act, Choice, Choices, screen
from locales import Translator, later


async def main(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Ask what it is about; where nobody answers, say honestly whom to call."""
    middleware = dialog_manager.middleware_data
    database, chat_id = middleware["database"], middleware["event_chat"].id
    rows, _more = await support.requests(database, chat_id, 0, 1)
    if not middleware["admin_ids"]:
        text = words.absent(tr, await _registry(dialog_manager, tr))
        return {"text": text, "has_requests": bool(rows)}
    return {
        "text": tr(
            "<b>Support</b>\n\nWhat is it about? A person answers, in this chat."
            " Please do not write passwords or codes from text messages.\n\n"
            "If it is urgent for your health, call 103 or 112."
        ),
        "choices": [Choice(words.kind_name(tr, kind), kind) for kind in support.KINDS],
        "has_requests": bool(rows),
    }


async def _registry(manager: DialogManager, tr: Translator) -> str:
    """Give the phone of the own clinic; nothing while the chat is locked."""
    middleware = manager.middleware_data
    if await lock.is_locked(manager):
        return ""
    seen = await visits.overview(
        middleware["database"], middleware["event_chat"].id, middleware["clock"].now()
    )
    place = seen.next_visit.place if seen.next_visit is not None else seen.last_place
    if place is None:
        return ""
    return cards.escape(place.facility.name) + "\n" + cards.registry_line(tr, place.facility)


async def choose_kind(manager: DialogManager, value: str) -> None:
    """Ask what happened."""
    if value in support.KINDS:
        await writing.begin(manager, value)


async def start(data: Any, manager: DialogManager) -> None:
    """Begin where the conversation was opened for something: a failure, a ticket, a request to go on with."""
    started = navigation.start_data(manager)
    if started.get("request_id"):
        manager.dialog_data["request_id"] = started["request_id"]
        if started.get("wanted") == "more":
            await writing.begin_more(manager, started["request_id"])
    elif started.get("kind") and manager.middleware_data["admin_ids"]:
        await writing.begin(
            manager, started["kind"], text=started.get("text", ""), mistake=started.get("mistake")
        )
        navigation.forget_trail(manager)


async def take_at_once(manager: DialogManager, message: Message) -> bool:
    """Take what was typed before a kind was chosen: of the kind «something else».

    Where nobody reads it, that is said, and clinics or doctors with their phones are searched for.
    """
    if not manager.middleware_data["admin_ids"]:
        return await _say_nobody_reads(manager, message)
    if not (message.text or message.caption or message.photo):
        return False
    await writing.begin(manager, "other")
    return await writing.take(manager, message)


async def _say_nobody_reads(manager: DialogManager, message: Message) -> bool:
    tr: Translator = manager.middleware_data["tr"]
    if not await answers.search(manager, message.text, hint=words.unread(tr)):
        manager.dialog_data["hint"] = words.unread(tr)
    return True


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Support.main,
            main,
            Choices("kind", choose_kind),
            Act("own", "📨 My requests", own_requests.open_list, shown_if="has_requests"),
            expected=later("Please press what it is about; then you write."),
            typed=take_at_once,
            is_prose=True,
            discreet=True,
        ),
        screen(
            Support.write,
            writing.write,
            Act("send", "✅ Send", writing.send, shown_if="has_draft"),
            Act("clear", "🗑 Begin anew", writing.clear, shown_if="has_draft"),
            typed=writing.take,
            expected=later("Please write it in words, or send a photo or a file."),
            is_prose=True,
            discreet=True,
        ),
        screen(
            Support.sent,
            writing.sent,
            Act("own", "📨 My requests", own_requests.open_list),
            typed=writing.take_more,
            back=False,
        ),
        *own_requests.windows(),
        on_start=start,
    )
