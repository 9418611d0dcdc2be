"""The windows of support, and the list of one's requests."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import Dialog, DialogManager, ShowMode

from clinic import rules, support, visits
from clinic.errors import NotFound
from dialogs import cards, lock, navigation
from dialogs.states import Support
from dialogs.support import words, writing
from dialogs.widgets import Act, Choice, Choices, Pager, noted, screen
from locales import Translator, later
from storage.states import SupportState

PAGE_SIZE = 6


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


async def open_list(manager: DialogManager) -> None:
    """Show one's requests."""
    await navigation.go(manager, Support.list)


async def own(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """List one's requests, the latest first, each with how it stands."""
    middleware, page = dialog_manager.middleware_data, dialog_manager.dialog_data.get("page", 0)
    rows, has_next = await support.requests(
        middleware["database"], middleware["event_chat"].id, page, PAGE_SIZE
    )
    text = tr("<b>My requests</b>\n⏳ waits for an answer · 💬 answered · ✅ settled")
    if not rows:
        text = tr("You have no requests yet. Press «Write to support».")
    return {
        "text": text,
        "choices": [
            Choice(noted(f"{words.SIGNS[row.state]} {words.number(row)}", _brief(tr, row.kind)), row.id)
            for row in rows
        ],
        "page": page,
        "has_next": has_next,
        "may_write": bool(middleware["admin_ids"]),
    }


def _brief(tr: Translator, kind: str) -> str:
    """Name a kind without its picture: a button has one already."""
    return words.kind_name(tr, kind).partition(" ")[2][:17]


async def open_request(manager: DialogManager, value: str) -> None:
    """Show a request; whose it is is asked when it is read."""
    manager.dialog_data["request_id"] = int(value)
    await navigation.go(manager, Support.card)


async def open_new(manager: DialogManager) -> None:
    """Ask what a new one is about."""
    await navigation.go(manager, Support.main)


# --- one request


async def card(dialog_manager: DialogManager, tr: Translator, **_: Any) -> dict[str, Any]:
    """Show a request, a page for each time somebody wrote, the latest first."""
    middleware, data = dialog_manager.middleware_data, dialog_manager.dialog_data
    page = data.get("page", 0)
    found = await support.thread(
        middleware["database"], middleware["event_chat"].id, data["request_id"], page, 1
    )
    row = found.request
    lines = [
        tr.html(
            "<b>Request {number}</b> · {state}",
            number=words.number(row),
            state=words.state_name(tr, row.state),
        ),
        words.kind_name(tr, row.kind),
        "",
    ]
    files: list[Choice] = []
    for post, rows in found.posts:
        who = tr("Support") if post.is_staff else tr("You")
        lines.append(f"<b>{who}</b>, {words.at(tr, post)}:")
        lines.append(cards.escape(post.text or "📎"))
        if rows:
            label = tr.plural("📎 Show {count} file", "📎 Show {count} files", len(rows))
            files.append(Choice(label, post.id))
    is_settled = row.state is SupportState.SOLVED
    return {
        "text": "\n".join(lines),
        "files": files,
        "page": page,
        "has_next": found.has_next,
        "is_open": not is_settled,
        "is_settled": is_settled,
        "may_write": bool(middleware["admin_ids"]),
    }


async def show_files(manager: DialogManager, value: str) -> None:
    """Send the files of a post below, as they were sent."""
    middleware = manager.middleware_data
    bot, chat_id = middleware["bot"], middleware["event_chat"].id
    for number in range(rules.REQUEST_FILES):
        try:
            row, content = await support.own_file(middleware["database"], chat_id, int(value), number)
        except NotFound:
            if number == 0:
                raise
            break
        await words.send_file(bot, chat_id, row, content, None)
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def write_more(manager: DialogManager) -> None:
    """Write more in this request."""
    await writing.begin_more(manager, manager.dialog_data["request_id"])


async def settle(manager: DialogManager) -> None:
    """Say that the matter is settled."""
    middleware = manager.middleware_data
    await support.solve(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["request_id"],
        middleware["admin_ids"],
        middleware["clock"].now(),
    )
    middleware["outbox"].wake()
    tr: Translator = middleware["tr"]
    manager.dialog_data["hint"] = tr("Glad to hear it. Something is not right after all? Write more here.")


async def delete(manager: DialogManager) -> None:
    """Delete a settled request."""
    middleware = manager.middleware_data
    await support.delete(
        middleware["database"],
        middleware["event_chat"].id,
        manager.dialog_data["request_id"],
        middleware["clock"].now(),
    )
    tr: Translator = middleware["tr"]
    manager.dialog_data["hint"] = tr("The request is deleted.")
    navigation.forget_trail(manager)
    await navigation.skip_to(manager, Support.list)


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
    """Take what was typed before a kind was chosen: of the kind «something else»."""
    if not manager.middleware_data["admin_ids"] or not (message.text or message.caption or message.photo):
        return False
    await writing.begin(manager, "other")
    return await writing.take(manager, message)


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Support.main,
            main,
            Choices("kind", choose_kind),
            Act("own", "📨 My requests", open_list, shown_if="has_requests"),
            expected=later("Please press what it is about; then you write."),
            typed=take_at_once,
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
            Act("own", "📨 My requests", open_list),
            typed=writing.take_more,
            back=False,
        ),
        screen(
            Support.list,
            own,
            Choices("request", open_request),
            Pager(),
            Act("new", "🆘 Write to support", open_new, shown_if="may_write"),
            personal=True,
        ),
        screen(
            Support.card,
            card,
            Choices("files", show_files, source="files"),
            Pager(),
            Act("more", "✍️ Write more", write_more, shown_if="may_write"),
            Act("settled", "✅ The matter is settled", settle, shown_if="is_open"),
            Act("delete", "🗑 Delete the request", delete, shown_if="is_settled"),
            typed=writing.take_more,
            personal=True,
        ),
        on_start=start,
    )
