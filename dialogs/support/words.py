"""Words about requests to support, for windows and messages alike, and how their files are sent."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, Message

from clinic import codes
from clinic.support import Delivery
from dialogs import cards
from locales import Translator, later
from storage.states import SupportState
from storage.support import RequestRow
from storage.support_posts import FileRow, PostRow

_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "application/pdf": ".pdf"}
OF_STAFF = ("🆘", "✍️", "👀", "⏰", "⚠️")
"""With which of these a message to an administrator begins; nothing else that the bot says does."""
ZONE = "Europe/Moscow"
_KINDS = {
    "booking": later("🩺 Booking a visit"),
    "ticket": later("🎫 Ticket, reminders"),
    "data": later("👤 My data"),
    "technical": later("🛠 Something does not work"),
    "other": later("💬 Something else"),
}
_STATES = {
    SupportState.OPEN: later("waits for an answer"),
    SupportState.ANSWERED: later("answered"),
    SupportState.SOLVED: later("settled"),
}
SIGNS = {SupportState.OPEN: "⏳", SupportState.ANSWERED: "💬", SupportState.SOLVED: "✅"}
"""How a request stands, on a button."""


def kind_name(tr: Translator, kind: str) -> str:
    """Name what a request is about."""
    return tr(_KINDS.get(kind, _KINDS["other"]))


def state_name(tr: Translator, state: SupportState) -> str:
    """Say how a request stands."""
    return tr(_STATES[state])


def number(row: RequestRow) -> str:
    """Write a request's number as people read it."""
    return codes.grouped_request(row.number)


def at(tr: Translator, post: PostRow) -> str:
    """Say when something was written, by Moscow's clock."""
    local = cards.local(post.at, ZONE)
    return f"{tr.short_day(local.date())}, {tr.time(local)}"


def to_administrator(tr: Translator, about: Delivery, pseudonym: str) -> str:
    """Word what a person wrote, for an administrator, as Telegram HTML: no more of them than they wrote."""
    row, post = about.request, about.post
    lines = [
        tr.html("🆘 <b>Request {number}</b>", number=number(row))
        if about.is_first
        else tr.html("✍️ <b>Request {number}</b>: more to it", number=number(row)),
        kind_name(tr, row.kind),
    ]
    if row.mistake and about.is_first:
        lines.append(tr.html("Number of the failure: <code>{number}</code>", number=row.mistake))
    lines += [tr.html("Who: <code>{name}</code>", name=pseudonym), "", cards.escape(post.text or "📎")]
    lines += ["", tr("<i>Reply to this message, and the answer goes into the person's chat. All: /desk</i>")]
    return "\n".join(lines)


def answer(tr: Translator, about: Delivery) -> str:
    """Word an answer for the person who asked."""
    opening = tr.html("💬 <b>Answer to your request {number}</b>", number=number(about.request))
    return f"{opening}\n\n{cards.escape(about.post.text or '📎')}"


def noted(tr: Translator, about: Delivery) -> str:
    """Word an answer for the other administrators."""
    opening = tr.html(
        "👀 <b>Request {number}</b>: {name} has answered", number=number(about.request), name=about.post.by
    )
    return f"{opening}\n\n{cards.escape(about.post.text or '📎')}"


def file_caption(tr: Translator, row: RequestRow, which: int, count: int) -> str:
    """Word what stands under a file."""
    return tr("Request {number}, file {which} of {count}", number=number(row), which=which, count=count)


def absent(tr: Translator, registry: str) -> str:
    """Say whom to call where nobody answers here; `registry` is a line with the clinic's phone, or empty."""
    return (
        tr(
            "<b>Support</b>\n\nNobody answers messages here yet, I am sorry. Please call the registry of your"
            " clinic: they help with visits and data."
        )
        + "\n\n"
        + (
            registry
            or tr(
                "Its phone stands on your ticket. Or type the clinic's name here, for example «polyclinic 1»,"
                " choose it and press «About the clinic»."
            )
        )
    )


def unread(tr: Translator) -> str:
    """Answer what is written where nobody reads it."""
    return tr("I am a bot, and no person reads this here, I am sorry. Please call your clinic's registry.")


async def send_file(bot: Bot, chat_id: int, file: FileRow, content: bytes, caption: str | None) -> Message:
    """Send a picture as a photo, anything else and what Telegram takes for none as a file."""
    name = "file" + _SUFFIXES.get(file.media_type, "")
    if file.media_type.startswith("image/"):
        try:
            return await bot.send_photo(chat_id, BufferedInputFile(content, name), caption=caption)
        except TelegramBadRequest:  # of odd proportions, say
            pass
    return await bot.send_document(chat_id, BufferedInputFile(content, name), caption=caption)
