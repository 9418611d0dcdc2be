"""Methods that send once more what is in a chat already."""

from typing import Any

from aiogram import methods as api

from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.methods import Request, method
from sandbox.methods.contents import caption_of, decoded
from sandbox.methods.sending import new_message
from sandbox.world import World

_CONTENT = (
    "text", "entities", "caption", "caption_entities", "photo", "document", "location", "venue", "contact",
)  # fmt: skip


def _source(world: World, request: Request, message_id: Any, what: str) -> dict[str, Any]:
    chat = world.chat_of(request.raw.get("from_chat_id"))
    source = chat.messages.get(int(message_id))
    if source is None:
        raise bad_request(f"message to {what} not found")
    if source.get("has_protected_content"):
        raise bad_request(f"message can't be {'copied' if what == 'copy' else 'forwarded'}")
    return source


def _content(source: dict[str, Any]) -> dict[str, Any]:
    return {key: source[key] for key in _CONTENT if key in source}


def _forwarded(source: dict[str, Any]) -> dict[str, Any]:
    origin = {"type": "user", "sender_user": source["from"], "date": source["date"]}
    return _content(source) | {"forward_origin": source.get("forward_origin", origin)}


@method(api.CopyMessage)
async def copy_message(world: World, request: Request) -> Any:
    """Send the content of a message once more, with another caption if there is one."""
    chat = world.chat_of(request.raw.get("chat_id"))
    content = _content(_source(world, request, request.raw["message_id"], "copy"))
    if request.raw.get("caption") is not None and ("photo" in content or "document" in content):
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= caption_of(request.raw)
    return {"message_id": new_message(world, chat, content, request)["message_id"]}


@method(api.ForwardMessage)
async def forward_message(world: World, request: Request) -> Any:
    """Forward a message."""
    chat = world.chat_of(request.raw.get("chat_id"))
    source = _source(world, request, request.raw["message_id"], "forward")
    return new_message(world, chat, _forwarded(source), request)


def _several(world: World, request: Request) -> tuple[Chat, list[dict[str, Any]]]:
    """Find the messages that are there; the others are passed over."""
    numbers = [int(number) for number in decoded(request.raw.get("message_ids")) or []]
    if not 1 <= len(numbers) <= 100 or sorted(set(numbers)) != numbers:
        raise bad_request("message identifiers must be 1-100 and in a strictly increasing order")
    chat = world.chat_of(request.raw.get("chat_id"))
    known = world.chat_of(request.raw.get("from_chat_id")).messages
    return chat, [known[number] for number in numbers if number in known]


@method(api.CopyMessages)
async def copy_messages(world: World, request: Request) -> Any:
    """Send the content of several messages once more."""
    chat, sources = _several(world, request)
    sent = [new_message(world, chat, _content(source), request) for source in sources]
    return [{"message_id": message["message_id"]} for message in sent]


@method(api.ForwardMessages)
async def forward_messages(world: World, request: Request) -> Any:
    """Forward several messages."""
    chat, sources = _several(world, request)
    sent = [new_message(world, chat, _forwarded(source), request) for source in sources]
    return [{"message_id": message["message_id"]} for message in sent]
