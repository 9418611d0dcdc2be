"""Methods by which the bot receives: updates, the webhook, files."""

import re
from typing import Any
from urllib.parse import urlsplit

from aiogram import methods as api

from sandbox.errors import bad_request
from sandbox.files import DOWNLOAD_LIMIT
from sandbox.methods import Request, method
from sandbox.methods.contents import decoded
from sandbox.world import World


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


@method(api.SetWebhook)
async def set_webhook(world: World, request: Request) -> Any:
    """Set where updates are brought: https, or plain http on this machine."""
    url = request.raw.get("url") or ""
    if not url:
        return await delete_webhook(world, request)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = request.raw.get("secret_token")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains illegal characters")
    if request.raw.get("allowed_updates") is not None:
        world.updates.allowed = decoded(request.raw["allowed_updates"]) or None
    if request.raw.get("drop_pending_updates") in (True, "true", "True"):
        world.updates.drop()
    world.webhook = {
        "url": url,
        "secret_token": secret,
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
