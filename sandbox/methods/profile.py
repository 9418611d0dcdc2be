"""Methods about who the bot is and whom it talks to."""

from collections.abc import Callable
from typing import Any

from aiogram import methods as api

from sandbox.errors import ApiError, bad_request
from sandbox.methods import Request, method
from sandbox.methods.contents import decoded
from sandbox.world import World

SHOWN_SCOPES = ("default", "all_private_chats", "chat")


@method(api.GetMe)
async def get_me(world: World, request: Request) -> Any:
    """Say who the bot is."""
    return world.bot


def _place(request: Request) -> str | None:
    """Name where a command list is kept: «en», «chat:1001:en»; None for scopes that no private chat has."""
    scope = decoded(request.raw.get("scope")) or {"type": "default"}
    language = request.raw.get("language_code") or ""
    if scope["type"] not in SHOWN_SCOPES:
        return None
    return f"chat:{scope['chat_id']}:{language}" if scope["type"] == "chat" else language


@method(api.SetMyCommands)
async def set_my_commands(world: World, request: Request) -> Any:
    """Keep the command list of a language."""
    commands = decoded(request.raw.get("commands")) or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        name = command.get("command", "")
        if not (1 <= len(name) <= 32 and name.replace("_", "a").isalnum() and name == name.lower()):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    if (place := _place(request)) is not None:
        world.commands[place] = commands
        world.tell("commands", world.commands)
    return True


@method(api.GetMyCommands)
async def get_my_commands(world: World, request: Request) -> Any:
    """Give the command list of a language."""
    place = _place(request)
    return [] if place is None else world.commands.get(place, [])


@method(api.DeleteMyCommands)
async def delete_my_commands(world: World, request: Request) -> Any:
    """Forget the command list of a language."""
    if (place := _place(request)) is not None:
        world.commands.pop(place, None)
        world.tell("commands", world.commands)
    return True


def _text(name: str, limit: int, setting: Any, getting: Any, default: Callable[[World], str]) -> None:
    """Register the two methods about one of the bot's texts."""

    @method(setting)
    async def keep(world: World, request: Request) -> Any:
        text = request.raw.get(name) or ""
        if len(text) > limit:
            raise bad_request(f"{name} is too long")
        world.texts[f"{name}:{request.raw.get('language_code') or ''}"] = text
        return True

    @method(getting)
    async def give(world: World, request: Request) -> Any:
        places = (f"{name}:{request.raw.get('language_code') or ''}", f"{name}:")
        return {name: next(filter(None, map(world.texts.get, places)), default(world))}


_text("description", 512, api.SetMyDescription, api.GetMyDescription, lambda _: "")
_text("short_description", 120, api.SetMyShortDescription, api.GetMyShortDescription, lambda _: "")
_text("name", 64, api.SetMyName, api.GetMyName, lambda world: str(world.bot["first_name"]))


@method(api.SetChatMenuButton)
async def set_chat_menu_button(world: World, request: Request) -> Any:
    """Keep the menu button; the page shows the commands whatever it is."""
    world.menu_buttons[str(request.raw.get("chat_id") or "")] = decoded(request.raw.get("menu_button"))
    return True


@method(api.GetChatMenuButton)
async def get_chat_menu_button(world: World, request: Request) -> Any:
    """Give the menu button of a chat, or the one of all."""
    kept = world.menu_buttons
    return kept.get(str(request.raw.get("chat_id") or "")) or kept.get("") or {"type": "commands"}


@method(api.GetChat)
async def get_chat(world: World, request: Request) -> Any:
    """Describe a chat."""
    chat = world.chat_of(request.raw.get("chat_id"))
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        False,
    )
    return chat.person.chat() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


@method(api.GetChatMember)
async def get_chat_member(world: World, request: Request) -> Any:
    """Say whether a person is in their private chat: always."""
    chat = world.chat_of(request.raw.get("chat_id"))
    if int(request.raw.get("user_id") or 0) != chat.person.id:
        raise ApiError(400, "Bad Request: PARTICIPANT_ID_INVALID")
    return {"status": "member", "user": chat.person.user()}


@method(api.Close)
async def close(world: World, request: Request) -> Any:
    """Accept."""
    return True


@method(api.LogOut)
async def log_out(world: World, request: Request) -> Any:
    """Accept."""
    return True


@method(api.GetUserProfilePhotos)
async def get_user_profile_photos(world: World, request: Request) -> Any:
    """Say that a person has no photos: nobody here has."""
    world.chat_of(request.raw.get("user_id"))
    return {"total_count": 0, "photos": []}
