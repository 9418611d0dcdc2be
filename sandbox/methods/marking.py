"""Methods that mark a message: pins and reactions."""

from typing import Any

from aiogram import methods as api

from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.methods import Request, method
from sandbox.methods.contents import decoded
from sandbox.world import World

REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
)


def _show(world: World, chat: Chat) -> None:
    world.tell("marks", {"chat_id": chat.person.id, "pinned": chat.pinned, "reactions": chat.reactions})


@method(api.PinChatMessage)
async def pin_chat_message(world: World, request: Request) -> Any:
    """Pin a message; the page shows the newest pinned one."""
    chat = world.chat_of(request.raw.get("chat_id"))
    number = int(request.raw.get("message_id") or 0)
    if number not in chat.messages:
        raise bad_request("message to pin not found")
    chat.pinned = [*(one for one in chat.pinned if one != number), number]
    _show(world, chat)
    return True


@method(api.UnpinChatMessage)
async def unpin_chat_message(world: World, request: Request) -> Any:
    """Unpin a message, or the one pinned last."""
    chat = world.chat_of(request.raw.get("chat_id"))
    number = int(request.raw.get("message_id") or (chat.pinned[-1] if chat.pinned else 0))
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    _show(world, chat)
    return True


@method(api.UnpinAllChatMessages)
async def unpin_all_chat_messages(world: World, request: Request) -> Any:
    """Unpin everything."""
    chat = world.chat_of(request.raw.get("chat_id"))
    chat.pinned.clear()
    _show(world, chat)
    return True


@method(api.SetMessageReaction)
async def set_message_reaction(world: World, request: Request) -> Any:
    """React to a message with one emoji of Telegram's list, or take it back."""
    chat = world.chat_of(request.raw.get("chat_id"))
    number = int(request.raw.get("message_id") or 0)
    if number not in chat.messages:
        raise bad_request("message to react not found")
    reactions = decoded(request.raw.get("reaction")) or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    chat.reactions.pop(number, None)
    for reaction in reactions:
        emoji = str(reaction.get("emoji", "")).replace("\ufe0f", "")
        if reaction.get("type") != "emoji" or emoji not in REACTIONS:
            raise bad_request("REACTION_INVALID")
        chat.reactions[number] = emoji
    _show(world, chat)
    return True
