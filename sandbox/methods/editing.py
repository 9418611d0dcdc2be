"""Methods that change or delete a message."""

from typing import Any

from aiogram import methods as api

from sandbox.chats import Chat
from sandbox.errors import ApiError, bad_request
from sandbox.methods import Request, method
from sandbox.methods.contents import caption_of, decoded, file_of, markup_of, text_of
from sandbox.world import World

DELETABLE_SECONDS = 48 * 3600
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def _message(world: World, request: Request, what: str = "edit") -> tuple[Chat, dict[str, Any]]:
    chat = world.chat_of(request.raw.get("chat_id"))
    message = chat.messages.get(int(request.raw.get("message_id") or 0))
    if message is None:
        raise bad_request(f"message to {what} not found")
    if message["from"]["id"] != world.bot["id"]:
        raise bad_request(f"message can't be {what}ed")
    return chat, message


def _changed(
    world: World,
    chat: Chat,
    old: dict[str, Any],
    request: Request,
    drop: tuple[str, ...],
    new: dict[str, Any],
) -> dict[str, Any]:
    """Put the new content in place of the old; without reply_markup the inline keyboard goes."""
    markup = markup_of(request)
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    kept = {key: value for key, value in old.items() if key not in (*drop, "reply_markup", "edit_date")}
    message = kept | new
    if markup.get("inline_keyboard"):
        message["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
    if message == {key: value for key, value in old.items() if key != "edit_date"}:
        raise bad_request(_SAME)
    message["edit_date"] = int(world.clock.now().timestamp())
    world.show(chat, message, by_bot=True)
    return message


@method(api.EditMessageText)
async def edit_message_text(world: World, request: Request) -> Any:
    """Change a text."""
    chat, old = _message(world, request)
    if "text" not in old:
        raise bad_request("there is no text in the message to edit")
    return _changed(world, chat, old, request, ("text", "entities"), text_of(request))


@method(api.EditMessageCaption)
async def edit_message_caption(world: World, request: Request) -> Any:
    """Change a caption."""
    chat, old = _message(world, request)
    if "photo" not in old and "document" not in old:
        raise bad_request("there is no caption in the message to edit")
    return _changed(world, chat, old, request, ("caption", "caption_entities"), caption_of(request.raw))


@method(api.EditMessageReplyMarkup)
async def edit_message_reply_markup(world: World, request: Request) -> Any:
    """Change the inline keyboard."""
    chat, old = _message(world, request)
    return _changed(world, chat, old, request, (), {})


@method(api.EditMessageMedia)
async def edit_message_media(world: World, request: Request) -> Any:
    """Put another photo or document into a message."""
    chat, old = _message(world, request)
    media = decoded(request.raw.get("media")) or {}
    is_photo = media.get("type") == "photo"
    stored = file_of(world, request, media.get("media"), "media", is_photo=is_photo)
    body: dict[str, Any] = {"photo": stored.photo_sizes()} if is_photo else {"document": stored.document()}
    drop = ("text", "entities", "caption", "caption_entities", "photo", "document")
    return _changed(world, chat, old, request, drop, body | caption_of(media))


def _delete(world: World, chat: Chat, message_id: int) -> None:
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if world.clock.now().timestamp() - message["date"] > DELETABLE_SECONDS:
        # no fault: only trying tells whether a message is too old by now
        raise ApiError(400, "Bad Request: message can't be deleted", is_violation=False)
    del chat.messages[message_id]
    chat.pinned = [number for number in chat.pinned if number != message_id]
    chat.reactions.pop(message_id, None)
    world.tell("deleted", {"chat_id": chat.person.id, "message_id": message_id})


@method(api.DeleteMessage)
async def delete_message(world: World, request: Request) -> Any:
    """Delete a message not older than two days."""
    chat = world.chat_of(request.raw.get("chat_id"))
    _delete(world, chat, int(request.raw.get("message_id") or 0))
    return True


@method(api.DeleteMessages)
async def delete_messages(world: World, request: Request) -> Any:
    """Delete several; those that cannot be found are passed over."""
    chat = world.chat_of(request.raw.get("chat_id"))
    for message_id in decoded(request.raw.get("message_ids")) or []:
        if int(message_id) in chat.messages:
            _delete(world, chat, int(message_id))
    return True
