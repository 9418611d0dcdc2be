"""The sandbox's own addresses: what the page shows and does, and the page itself."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox import events, wire
from sandbox.chats import Chat
from sandbox.errors import CannotDo
from sandbox.limits import MODES
from sandbox.world import World

PAGE = Path(__file__).parent / "page"
CALLS_SHOWN = 300
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Control:
    """Answers the page."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_routes(self, app: web.Application) -> None:
        """Listen on `/`, `/page` and `/sandbox`."""
        add = app.router
        add.add_get("/", self.page)
        add.add_get("/page/{name}", self.page)
        add.add_get("/sandbox/state", self.state)
        add.add_get("/sandbox/events", self.events)
        add.add_get("/sandbox/files/{unique_id}", self.file)
        add.add_post("/sandbox/people", self.people)
        add.add_post("/sandbox/chats/{id}/{act}", self.act)
        add.add_post("/sandbox/clock", self.clock)
        add.add_post("/sandbox/faults", self.faults)
        add.add_delete("/sandbox/faults", self.clear_faults)
        add.add_post("/sandbox/limits", self.limits)

    async def page(self, request: web.Request) -> web.Response:
        """Give the page or one of its files."""
        path = PAGE / request.match_info.get("name", "index.html")
        if path.parent != PAGE or path.suffix not in _TYPES or not path.is_file():
            raise web.HTTPNotFound
        headers = {"Cache-Control": "no-store"}
        body = await asyncio.to_thread(path.read_bytes)
        return web.Response(body=body, content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)

    async def state(self, _: web.Request) -> web.Response:
        """Give everything that the page shows."""
        world = self._world
        world.forget_old_presses()
        return wire.answer(
            {
                "bot": {key: world.bot[key] for key in ("id", "first_name", "username")}
                | events.status(world),
                "commands": world.commands,
                "now": world.clock.now().timestamp(),
                "offset": world.clock.offset.total_seconds(),
                "people": [chat.person.__dict__ for chat in world.chats.values()],
                "chats": {str(number): chat.as_json() for number, chat in world.chats.items()},
                "calls": [call.as_json() for call in list(world.log.calls)[-CALLS_SHOWN:]],
                "violations": [violation.as_json() for violation in world.log.violations],
                "faults": events.orders(world),
                "limits": world.limits.mode,
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Tell the page what happens."""
        return await events.stream(self._world, request)

    async def file(self, request: web.Request) -> web.Response:
        """Open a file that was sent, whoever sent it."""
        stored = self._world.files.by_unique_id(request.match_info["unique_id"])
        if stored is None:
            raise web.HTTPNotFound
        way = "attachment" if "download" in request.query else "inline"
        disposition = f"{way}; filename*=UTF-8''{quote(stored.name)}"
        headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
        kind = stored.mime_type if stored.mime_type not in ("text/html", "image/svg+xml") else "text/plain"
        return web.Response(body=stored.content, content_type=kind, headers=headers)

    async def people(self, request: web.Request) -> web.Response:
        """Let somebody else in."""
        body = await request.json()
        names = ("first_name", "last_name", "language_code", "phone_number", "about")
        person = self._world.add_person(**{name: body[name] for name in names if body.get(name)})
        return wire.answer({"ok": True, "person": person.__dict__})

    async def act(self, request: web.Request) -> web.Response:
        """Do what a person does."""
        chat = self._world.chats.get(int(request.match_info["id"]))
        if chat is None:
            raise web.HTTPNotFound
        try:
            return wire.answer({"ok": True} | await self._act(chat, request.match_info["act"], request))
        except CannotDo as error:  # an app tells its owner; it is no error of the page
            return wire.answer({"ok": False, "error": str(error)})

    async def _act(self, chat: Chat, act: str, request: web.Request) -> dict[str, Any]:
        world = self._world
        if act == "file":
            form = await request.post()
            upload = form["file"]
            if not isinstance(upload, web.FileField):
                raise CannotDo("Файл не выбран.")
            message = world.file(
                chat,
                upload.file.read(),
                upload.filename,
                as_photo=form.get("as") == "photo",
                caption=str(form.get("caption", "")),
                album=str(form.get("album", "")),
                reply_to=int(str(form["reply_to"])) if form.get("reply_to") else None,
            )
            return {"message": message}
        body = await request.json() if request.can_read_body else {}
        match act:
            case "start":
                return {"message": world.start(chat, body.get("payload") or "")}
            case "text":
                return {"message": world.text(chat, body.get("text", ""), body.get("reply_to"))}
            case "press":
                press = world.press(chat, int(body["message_id"]), int(body["row"]), int(body["column"]))
                return {"press": press.as_json()}
            case "contact":
                return {"message": world.contact(chat, body or None)}
            case "location":
                return {"message": world.location(chat, float(body["latitude"]), float(body["longitude"]))}
            case "pay":
                return {"message": await world.payments.pay(world, chat, int(body["message_id"]))}
            case "ask_inline":
                return await world.inline.ask(world, chat, str(body.get("query", ""))[:256])
            case "choose_inline":
                return {"message": world.inline.choose(world, chat, str(body["id"]), str(body["result_id"]))}
            case "block":
                world.block(chat, blocked=bool(body["blocked"]))
                return {}
        raise web.HTTPNotFound

    async def clock(self, request: web.Request) -> web.Response:
        """Move the clock forward."""
        try:
            self.forward(timedelta(seconds=float((await request.json())["forward"])))
        except ValueError:
            return wire.answer({"ok": False, "error": "Часы идут только вперёд."}, 400)
        return wire.answer({"ok": True, "now": self._world.clock.now().timestamp()})

    def forward(self, by: timedelta) -> None:
        """Move the clock and tell the page."""
        world = self._world
        world.clock.forward(by)
        data = {"now": world.clock.now().timestamp(), "offset": world.clock.offset.total_seconds()}
        world.tell("clock", data)

    async def faults(self, request: web.Request) -> web.Response:
        """Order a fault."""
        body = await request.json()
        count = int(body.get("count", 1))
        if body["kind"] == "duplicate_updates":
            self._world.updates.duplicates += count
        elif body["kind"] == "shuffle_updates":
            self._world.updates.shuffles += count
        else:
            try:
                self._world.faults.order(
                    body.get("method") or "*", body["kind"], count, float(body.get("seconds") or 1)
                )
            except ValueError as error:
                return wire.answer({"ok": False, "error": str(error)}, 400)
        self._world.tell("faults", events.orders(self._world))
        return wire.answer({"ok": True})

    async def clear_faults(self, _: web.Request) -> web.Response:
        """Forget all faults."""
        self._world.faults.clear()
        self._world.updates.duplicates = self._world.updates.shuffles = 0
        self._world.tell("faults", [])
        return wire.answer({"ok": True})

    async def limits(self, request: web.Request) -> web.Response:
        """Choose how strict the limits are."""
        mode = (await request.json()).get("limits")
        if mode not in MODES:
            return wire.answer({"ok": False, "error": "Нет такого режима."}, 400)
        self._world.limits.mode = mode
        self._world.tell("limits", {"limits": mode})
        return wire.answer({"ok": True})
