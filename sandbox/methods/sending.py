"""Methods that put a message into a chat."""

from typing import Any

from aiogram import methods as api

from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.methods import Request, method
from sandbox.methods.contents import caption_of, decoded, file_of, markup_of, text_of, with_markup
from sandbox.world import World


def new_message(
    world: World, chat: Chat, content: dict[str, Any], request: Request, *, pay: str | None = None
) -> dict[str, Any]:
    """Make a message of the bot and show it; raises ApiError 429 when the bot is too fast.

    `pay` says what the button of an invoice says where the call brings none.
    """
    markup = markup_of(request, is_invoice=pay is not None)
    if pay is not None and not markup.get("inline_keyboard"):
        markup = {"inline_keyboard": [[{"text": pay, "pay": True}]]}
    world.limits.check(chat.person.id)
    message: dict[str, Any] = {
        "message_id": chat.new_id(),
        "from": {key: world.bot[key] for key in ("id", "is_bot", "first_name", "username")},
        "chat": chat.person.chat(),
        "date": int(world.clock.now().timestamp()),
        **content,
    }
    reply = decoded(request.raw.get("reply_parameters")) or {}
    replied = reply.get("message_id") or request.raw.get("reply_to_message_id")
    if replied is not None:
        if int(replied) in chat.messages:
            message["reply_to_message"] = chat.messages[int(replied)]
        elif not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
    if request.raw.get("protect_content") in (True, "true", "True"):
        message["has_protected_content"] = True
    with_markup(world, chat, message, markup)
    world.show(chat, message, by_bot=True)
    return message


@method(api.SendMessage)
async def send_message(world: World, request: Request) -> Any:
    """Send a text."""
    chat = world.chat_of(request.raw.get("chat_id"))
    return new_message(world, chat, text_of(request), request)


@method(api.SendPhoto)
async def send_photo(world: World, request: Request) -> Any:
    """Send a photo."""
    chat = world.chat_of(request.raw.get("chat_id"))
    caption = caption_of(request.raw)
    stored = file_of(world, request, request.raw.get("photo"), "photo", is_photo=True)
    if not stored.is_photo:
        raise bad_request("can't use file of type Document as Photo")
    return new_message(world, chat, {"photo": stored.photo_sizes()} | caption, request)


@method(api.SendDocument)
async def send_document(world: World, request: Request) -> Any:
    """Send a file."""
    chat = world.chat_of(request.raw.get("chat_id"))
    caption = caption_of(request.raw)
    stored = file_of(world, request, request.raw.get("document"), "document", is_photo=False)
    return new_message(world, chat, {"document": stored.document()} | caption, request)


@method(api.SendMediaGroup)
async def send_media_group(world: World, request: Request) -> Any:
    """Send an album of 2–10 photos or documents."""
    chat = world.chat_of(request.raw.get("chat_id"))
    media = decoded(request.raw.get("media")) or []
    if not 2 <= len(media) <= 10:
        raise bad_request("wrong number of items in the album")
    album = str(chat.person.id * 1_000_000 + chat.revision)
    contents = []
    for item in media:
        is_photo = item["type"] == "photo"
        stored = file_of(world, request, item["media"], "media", is_photo=is_photo)
        body: dict[str, Any] = (
            {"photo": stored.photo_sizes()} if is_photo else {"document": stored.document()}
        )
        contents.append(body | caption_of(item) | {"media_group_id": album})
    return [new_message(world, chat, content, request) for content in contents]


@method(api.SendLocation)
async def send_location(world: World, request: Request) -> Any:
    """Send a place."""
    chat = world.chat_of(request.raw.get("chat_id"))
    place = {key: float(request.raw[key]) for key in ("latitude", "longitude")}
    return new_message(world, chat, {"location": place}, request)


@method(api.SendVenue)
async def send_venue(world: World, request: Request) -> Any:
    """Send a place with its name and address."""
    chat = world.chat_of(request.raw.get("chat_id"))
    place = {key: float(request.raw[key]) for key in ("latitude", "longitude")}
    venue = {"location": place, "title": request.raw["title"], "address": request.raw["address"]}
    return new_message(world, chat, {"venue": venue, "location": place}, request)


@method(api.SendContact)
async def send_contact(world: World, request: Request) -> Any:
    """Send a contact."""
    chat = world.chat_of(request.raw.get("chat_id"))
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {key: request.raw[key] for key in names if request.raw.get(key)}
    return new_message(world, chat, {"contact": contact}, request)


@method(api.SendChatAction)
async def send_chat_action(world: World, request: Request) -> Any:
    """Show «печатает»."""
    chat = world.chat_of(request.raw.get("chat_id"))
    world.tell("action", {"chat_id": chat.person.id, "action": request.raw.get("action")})
    return True
