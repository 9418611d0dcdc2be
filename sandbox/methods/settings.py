"""Methods about the bot itself: who it is, its commands, its webhook, its files."""

from typing import Any
from urllib.parse import urlsplit

from aiogram import methods as api

from sandbox.errors import ApiError, bad_request
from sandbox.files import DOWNLOAD_LIMIT
from sandbox.methods import Request, method
from sandbox.methods.contents import decoded
from sandbox.world import World


@method(api.GetMe)
async def get_me(world: World, request: Request) -> Any:
    """Say who the bot is."""
    return world.bot


@method(api.GetUpdates)
async def get_updates(world: World, request: Request) -> Any:
    """Wait for updates and give them out."""
    raw = request.raw
    if raw.get("allowed_updates") is not None:
        world.updates.allowed = decoded(raw["allowed_updates"]) or None
    offset = int(raw["offset"]) if raw.get("offset") is not None else None
    limit = min(100, max(1, int(raw.get("limit") or 100)))
    timeout = min(50, max(0, int(raw.get("timeout") or 0)))
    return await world.updates.poll(offset, limit, timeout)


@method(api.SetMyCommands)
async def set_my_commands(world: World, request: Request) -> Any:
    """Keep the command list of a language."""
    commands = decoded(request.raw.get("commands")) or []
    for command in commands:
        name = command.get("command", "")
        if not (1 <= len(name) <= 32 and name.replace("_", "a").isalnum() and name == name.lower()):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[request.raw.get("language_code") or ""] = commands
    world.tell("commands", world.commands)
    return True


@method(api.GetMyCommands)
async def get_my_commands(world: World, request: Request) -> Any:
    """Give the command list of a language."""
    return world.commands.get(request.raw.get("language_code") or "", [])


@method(api.DeleteMyCommands)
async def delete_my_commands(world: World, request: Request) -> Any:
    """Forget the command list of a language."""
    world.commands.pop(request.raw.get("language_code") or "", None)
    world.tell("commands", world.commands)
    return True


def _keep(model: Any, name: str, limit: int) -> None:
    async def keep(world: World, request: Request) -> Any:
        text = request.raw.get(name) or ""
        if len(text) > limit:
            raise bad_request(f"{name} is too long")
        world.texts[f"{name}:{request.raw.get('language_code') or ''}"] = text
        return True

    method(model)(keep)


_keep(api.SetMyDescription, "description", 512)
_keep(api.SetMyShortDescription, "short_description", 120)
_keep(api.SetMyName, "name", 64)


@method(api.SetChatMenuButton)
async def set_chat_menu_button(world: World, request: Request) -> Any:
    """Accept a menu button; the page always shows the commands."""
    return True


@method(api.SetWebhook)
async def set_webhook(world: World, request: Request) -> Any:
    """Set where updates are brought: https, or plain http on this machine."""
    url = request.raw.get("url") or ""
    if not url:
        return await delete_webhook(world, request)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if request.raw.get("allowed_updates") is not None:
        world.updates.allowed = decoded(request.raw["allowed_updates"]) or None
    if request.raw.get("drop_pending_updates") in (True, "true", "True"):
        world.updates.drop()
    world.webhook = {
        "url": url,
        "secret_token": request.raw.get("secret_token"),
        "max_connections": min(100, max(1, int(request.raw.get("max_connections") or 40))),
    }
    world.updates.webhook_is_set = True
    world.webhook_changed.set()
    return True


@method(api.DeleteWebhook)
async def delete_webhook(world: World, request: Request) -> Any:
    """Return to long polling."""
    if request.raw.get("drop_pending_updates") in (True, "true", "True"):
        world.updates.drop()
    world.webhook = {}
    world.updates.webhook_is_set = False
    world.webhook_changed.set()
    return True


@method(api.GetWebhookInfo)
async def get_webhook_info(world: World, request: Request) -> Any:
    """Say how the webhook stands."""
    info = {
        "url": world.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": world.updates.waiting,
    }
    names = ("max_connections", "last_error_date", "last_error_message")
    return info | {name: world.webhook[name] for name in names if name in world.webhook}


@method(api.GetFile)
async def get_file(world: World, request: Request) -> Any:
    """Say where a file can be fetched."""
    stored = world.files.by_id(str(request.raw.get("file_id")))
    if len(stored.content) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }


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
