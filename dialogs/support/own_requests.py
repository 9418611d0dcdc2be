"""«Мои обращения»: one's requests, what was written in each, and what can be done with it."""

from typing import Any

from aiogram_dialog import DialogManager, ShowMode, Window

from clinic import rules, support
from clinic.errors import NotFound
from dialogs import cards, navigation
from dialogs.states import Support
from dialogs.support import words, writing
from dialogs.widgets import Act, Choice, Choices, Pager, noted, screen, shorten
from locales import Translator
from storage.states import SupportState

PAGE_SIZE = 6


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
    return shorten(words.kind_name(tr, kind).partition(" ")[2], 17)


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
    middleware["desks"].deleted()
    tr: Translator = middleware["tr"]
    manager.dialog_data["hint"] = tr("The request is deleted.")
    navigation.forget_trail(manager)
    await navigation.skip_to(manager, Support.list)


def windows() -> tuple[Window, ...]:
    """Make the windows."""
    return (
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
    )
