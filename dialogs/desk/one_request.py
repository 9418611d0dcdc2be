"""A request whole, with its screenshots, and what an administrator can do with it."""

from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager, ShowMode, Window

from clinic import support
from clinic.clock import Clock
from clinic.errors import RequestChanged
from clinic.support import desk
from clinic.support.desk import Opened
from dialogs import cards, navigation, sent_files
from dialogs.desk import marks, words, writing
from dialogs.states import Desk
from dialogs.support import words as of_support
from dialogs.widgets import Act, Choice, Choices, screen
from locales import Translator
from storage.database import Database
from storage.states import SupportState


async def _read(manager: DialogManager) -> Opened:
    """Read the request, as far back as is shown; raises NotFound for whoever is no administrator."""
    middleware, data = manager.middleware_data, manager.dialog_data
    return await desk.opened(
        middleware["database"],
        middleware["event_chat"].id,
        middleware["admin_ids"],
        data["request_id"],
        data.get("before"),
        middleware["clock"].now(),
    )


async def card(
    dialog_manager: DialogManager, database: Database, clock: Clock, tr: Translator, **_: Any
) -> dict[str, Any]:
    """Show what was written, in its order; what the administrator sees is kept: they act on that alone."""
    found = await _read(dialog_manager)
    row = found.request
    dialog_manager.dialog_data.update(seen=list(found.seen), came=max(found.came.values(), default=0))
    state = of_support.state_name(tr, row.state)
    if row.waits_since is not None:
        state = tr("waits {age}", age=words.age(tr, row.waits_since, clock.now()))
    lines = [
        tr.html("<b>Request {number}</b> · {state}", number=of_support.number(row), state=state),
        of_support.kind_name(tr, row.kind),
    ]
    if row.mistake:
        lines.append(tr.html("Number of the failure: <code>{number}</code>", number=row.mistake))
    pseudonym = dialog_manager.middleware_data["pseudonym"](row.telegram_id)
    lines.append(tr.html("Who: <code>{name}</code>", name=pseudonym))
    count = 0
    for post, files in found.posts:
        who = tr.html("{name} (support)", name=post.by) if post.is_staff else tr("Person")
        lines += ["", f"<b>{who}</b>, {of_support.at(tr, post)}:", cards.escape(post.text or "📎")]
        count += len(files)
    label = tr.plural("📎 Show {count} file", "📎 Show {count} files", count)
    return {
        "text": "\n".join(lines),
        "files": [Choice(label, "all")] if count else [],
        "has_earlier": found.has_earlier,
        "is_back": "before" in dialog_manager.dialog_data,
        "is_open": row.state is not SupportState.SOLVED,
    }


async def open_one(manager: DialogManager, value: str) -> None:
    """Show a request, and first those of its screenshots that have not come into this chat yet."""
    manager.dialog_data.update(request_id=int(value))
    manager.dialog_data.pop("before", None)
    marks.begin_anew(manager)
    await _send_files(manager, 0)
    await navigation.go(manager, Desk.request)


async def show_files(manager: DialogManager, value: str) -> None:
    """Send the files of what is shown once more, above the window.

    Those that came since it was shown came by this already: an update that is worked again, after an outage
    in the middle, goes on where it stopped.
    """
    await _send_files(manager, manager.dialog_data.get("came", 0))


async def _send_files(manager: DialogManager, since: int) -> None:
    """Send what has not come by a message after that one; a reply to a file answers the request."""
    middleware = manager.middleware_data
    tr: Translator = middleware["tr"]
    database, bot, chat_id = middleware["database"], middleware["bot"], middleware["event_chat"].id
    found = await _read(manager)
    for post, files in found.posts:
        for which, file in enumerate(files, 1):
            if found.came.get((post.id, which), 0) > since:
                continue
            content = await support.content(database, file.id)
            caption = of_support.file_caption(tr, found.request, which, len(files))
            message = await of_support.send_file(bot, chat_id, file, content, caption)
            await support.came(database, chat_id, message.message_id, post.id, which)
            manager.show_mode = ShowMode.DELETE_AND_SEND


async def show_earlier(manager: DialogManager) -> None:
    """Show what was written before."""
    found = await _read(manager)
    if found.has_earlier:
        manager.dialog_data["before"] = found.posts[0][0].ordinal


async def show_latest(manager: DialogManager) -> None:
    """Show what was written last."""
    manager.dialog_data.pop("before", None)


async def answer(manager: DialogManager) -> None:
    """Let it be answered; raises RequestChanged where somebody has done so meanwhile."""
    middleware, data = manager.middleware_data, manager.dialog_data
    await desk.unchanged(
        middleware["database"],
        middleware["event_chat"].id,
        middleware["admin_ids"],
        data["request_id"],
        (data["seen"][0], data["seen"][1]),
    )
    await writing.begin(manager)


async def take_answer(manager: DialogManager, message: Message) -> bool:
    """Take what is typed here as the beginning of an answer."""
    if sent_files.described(message) is None and not (message.text or "").strip():
        return False
    await answer(manager)
    return await writing.take(manager, message)


async def close(manager: DialogManager) -> None:
    """Close it; raises RequestChanged where more was written since it was shown.

    Where it is closed already it may be by this very press, worked again after a kill: what is said is right
    then too. Whom another one was faster than has a message that names them.
    """
    middleware, data = manager.middleware_data, manager.dialog_data
    tr: Translator = middleware["tr"]
    number, said = of_support.number((await _read(manager)).request), ""
    try:
        await support.close(
            middleware["database"],
            middleware["event_chat"].id,
            middleware["admin_ids"],
            data["request_id"],
            middleware["event_from_user"].first_name,
            middleware["clock"].now(),
            (data["seen"][0], data["seen"][1]),
        )
    except RequestChanged as error:
        if error.how != "settled" or error.seen[0] != data["seen"][0]:
            raise
        said = tr.html("✅ Request {number} is closed.", number=number)
    middleware["outbox"].wake()
    data["hint"] = said or tr.html("✅ Request {number} is closed, and the person is told.", number=number)
    await navigation.skip_to(manager, Desk.main)


def window() -> Window:
    """Make the window."""
    return screen(
        Desk.request,
        card,
        Act("answer", "✍️ Answer", answer),
        Act("close", "✅ Close the request", close, shown_if="is_open"),
        Choices("files", show_files, source="files"),
        Act("earlier", "⬆️ What came before", show_earlier, shown_if="has_earlier"),
        Act("latest", "⬇️ The latest", show_latest, shown_if="is_back"),
        typed=take_answer,
        is_prose=True,
        personal=True,
    )
