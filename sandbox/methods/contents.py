"""Texts, captions, keyboards and files of messages, checked as Telegram checks them."""

import json
from typing import Any

from sandbox.chats import Chat
from sandbox.entities import parse_html, units, with_found
from sandbox.errors import bad_request
from sandbox.files import StoredFile
from sandbox.keyboards import check_inline, check_reply
from sandbox.methods import Request
from sandbox.world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_768


def formatted(
    source: str | None, parse_mode: Any, entities: list[dict[str, Any]] | None, *, is_caption: bool = False
) -> tuple[str, list[dict[str, Any]]]:
    """Turn a text with its parse mode into text and entities; raises ApiError."""
    source = source or ""
    too_long = "message caption is too long" if is_caption else "message is too long"
    if len(source.encode()) > RAW_LIMIT:
        raise bad_request(too_long)
    mode = parse_mode.upper() if isinstance(parse_mode, str) else ""
    if mode == "HTML" and not entities:
        text, found = parse_html(source)
    elif mode in ("MARKDOWN", "MARKDOWNV2"):
        raise bad_request("can't parse entities: the sandbox reads HTML only")
    elif mode not in ("", "HTML"):
        raise bad_request("unsupported parse_mode")
    else:
        text, found = source.strip(), list(entities or [])
    if not text and not is_caption:
        raise bad_request("message text is empty")
    if units(text) > (CAPTION_LIMIT if is_caption else TEXT_LIMIT):
        raise bad_request(too_long)
    return text, with_found(text, found)


def text_of(request: Request) -> dict[str, Any]:
    """Read the text of a call as fields of a Message."""
    text, entities = formatted(
        request.raw.get("text"), request.raw.get("parse_mode"), decoded(request.raw.get("entities"))
    )
    return {"text": text} | ({"entities": entities} if entities else {})


def caption_of(source: dict[str, Any]) -> dict[str, Any]:
    """Read the caption of a call or of a media object as fields of a Message."""
    text, entities = formatted(
        source.get("caption"),
        source.get("parse_mode"),
        decoded(source.get("caption_entities")),
        is_caption=True,
    )
    return ({"caption": text} if text else {}) | ({"caption_entities": entities} if entities else {})


def decoded(value: Any) -> Any:
    """Read a value that may have come as JSON within a form."""
    return json.loads(value) if isinstance(value, str) else value


def markup_of(request: Request, *, is_invoice: bool = False) -> dict[str, Any]:
    """Read and check the markup of a call; empty where there is none."""
    markup: dict[str, Any] = decoded(request.raw.get("reply_markup")) or {}
    if "inline_keyboard" in markup:
        check_inline(markup, is_invoice=is_invoice)
    elif "keyboard" in markup:
        check_reply(markup)
    return markup


def with_markup(world: World, chat: Chat, message: dict[str, Any], markup: dict[str, Any]) -> None:
    """Put markup on a message: inline under it, everything else under the input."""
    if markup.get("inline_keyboard"):
        message["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
    elif "keyboard" in markup:
        rows = [[b if isinstance(b, dict) else {"text": b} for b in row] for row in markup["keyboard"]]
        world.set_keyboard(chat, {**markup, "keyboard": rows}, message["message_id"])
    elif markup.get("remove_keyboard"):
        world.set_keyboard(chat, None, None)


def file_of(world: World, request: Request, source: Any, name: str, *, is_photo: bool) -> StoredFile:
    """Find the file a call means: sent along, or known by its id; raises ApiError."""
    reference = source if isinstance(source, str) else None
    part = reference.removeprefix("attach://") if reference and reference.startswith("attach://") else name
    if part in request.files and (reference is None or reference.startswith("attach://")):
        file_name, content = request.files[part]
        return world.files.add(content, file_name, is_photo=is_photo)
    if reference and reference.startswith(("http://", "https://")):
        raise bad_request("wrong HTTP URL specified: the sandbox fetches nothing")
    if not reference:
        raise bad_request(f"there is no {name} in the request")
    return world.files.by_id(reference)
