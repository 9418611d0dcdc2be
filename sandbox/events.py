"""What happens, told to the page as server-sent events."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.world import World

TICK = 1.0
"""Seconds between two looks at what nobody tells about."""


def status(world: World) -> dict[str, Any]:
    """Say whether the bot takes updates, and how many it has not taken yet."""
    brings = bool(world.webhook) and not world.webhook.get("fails")
    return {"online": world.updates.is_polled or brings, "waiting": world.updates.waiting}


def orders(world: World) -> list[dict[str, Any]]:
    """List the faults on order, those of updates too."""
    updates = (
        ("duplicate_updates", world.updates.duplicates),
        ("shuffle_updates", world.updates.shuffles),
    )
    return world.faults.as_json() + [
        {"method": "getUpdates", "kind": kind, "count": count, "seconds": 0}
        for kind, count in updates
        if count
    ]


_LOOKED_AT: dict[str, Callable[[World], Any]] = {"bot": status, "faults": orders}


async def stream(world: World, request: web.Request) -> web.StreamResponse:
    """Tell until the page goes away."""
    response = web.StreamResponse(headers={"Cache-Control": "no-store"})
    response.content_type = "text/event-stream"
    await response.prepare(request)
    known: dict[str, Any] = {}
    with world.listening() as queue:
        while True:
            try:
                text = _event(*await asyncio.wait_for(queue.get(), TICK))
            except TimeoutError:
                world.forget_old_presses()
                text = ": still here\n\n"
                for name, look in _LOOKED_AT.items():
                    if (seen := look(world)) != known.get(name):
                        known[name] = seen
                        text += _event(name, seen)
            try:
                await response.write(text.encode())
            except (ConnectionError, RuntimeError):
                return response


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
