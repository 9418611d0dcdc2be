"""The Bot API over HTTP: reading a call, the faults it meets, its answer, the log."""

import asyncio
import json
import time
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from sandbox.calls import Call, Violation, summary
from sandbox.errors import ApiError, bad_request
from sandbox.faults import Fault
from sandbox.methods import Request, load
from sandbox.world import World

BODY_LIMIT = 60 * 1024 * 1024
_JSON_FIELDS = (
    "reply_markup", "entities", "caption_entities", "link_preview_options", "reply_parameters", "commands",
    "scope", "allowed_updates", "media", "message_ids", "reaction", "menu_button",
)  # fmt: skip


class BotApi:
    """Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._methods = load()

    def add_routes(self, app: web.Application) -> None:
        """Listen on the Bot API's addresses."""
        app.router.add_route("*", "/bot{token}/{method}", self.call)
        app.router.add_get("/file/bot{token}/{path:.+}", self.download)

    async def download(self, request: web.Request) -> web.Response:
        """Give a file's bytes."""
        stored = self._world.files.by_path(request.match_info["path"])
        if request.match_info["token"] != self._world.token or stored is None:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=stored.content, content_type=stored.mime_type)

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer a call."""
        if request.match_info["token"] != self._world.token:
            return _refusal(ApiError(401, "Unauthorized", is_violation=False))
        name = request.match_info["method"]
        raw, files = await _read(request)
        return await self.answer(request, name, raw, files)

    async def answer(
        self, request: web.Request, name: str, raw: dict[str, Any], files: dict[str, tuple[str, bytes]]
    ) -> web.StreamResponse:
        """Do what a call asks, unless a fault was ordered for it."""
        started = time.perf_counter()
        fault = self._world.faults.take(name)
        if fault is not None:
            self._world.tell("faults", self._world.faults.as_json())
            if fault.kind == "late":
                await asyncio.sleep(fault.seconds)
            elif fault.kind not in ("lose_answer",):
                response = _faulty(request, fault)
                self._note(name, raw, files, started, _as_error(fault))
                return response
        try:
            result = await self.do(name, raw, files)
        except ApiError as error:
            self._note(name, raw, files, started, error)
            return _refusal(error)
        if name.lower() != "getupdates":
            self._note(name, raw, files, started, None)
        if fault is not None and fault.kind == "lose_answer":
            _drop(request)
        return _json({"ok": True, "result": result})

    async def do(self, name: str, raw: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> Any:
        """Do what a method does; raises ApiError."""
        known = self._methods.get(name.lower())
        if known is None:
            raise ApiError(404, "Not Found: method not found")
        model, handler = known
        self._check_parameters(name, model, raw)
        parsed = {key: _parsed(key, value) for key, value in raw.items() if key in model.model_fields}
        try:
            method = model.model_validate(parsed)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"][:1])
            raise bad_request(f"wrong parameter {where}: {first['msg']}") from None
        result = await handler(self._world, Request(method, parsed, files))
        if self._world.log.count % 50 == 0 or name.lower() == "getupdates":
            self._world.forget_old_presses()
        return result

    def _check_parameters(self, name: str, model: type[Any], raw: dict[str, Any]) -> None:
        unknown = [key for key in raw if key not in model.model_fields]
        if unknown:
            self._violate(name, f"parameters that the method does not have: {', '.join(unknown)}")

    def _note(
        self,
        name: str,
        raw: dict[str, Any],
        files: dict[str, tuple[str, bytes]],
        started: float,
        error: ApiError | None,
    ) -> None:
        log = self._world.log
        log.count += 1
        call = Call(
            log.count,
            self._world.clock.now().timestamp(),
            name,
            raw.get("chat_id"),
            summary({key: _parsed(key, value) for key, value in raw.items()}, files),
            error is None,
            error.code if error else None,
            error.description if error else None,
            round((time.perf_counter() - started) * 1000, 2),
        )
        log.calls.append(call)
        self._world.tell("call", call.as_json())
        if error is not None and error.is_violation:
            self._violate(name, error.description)

    def _violate(self, name: str, what: str) -> None:
        log = self._world.log
        violation = Violation(log.count, self._world.clock.now().timestamp(), name, what)
        log.violations.append(violation)
        self._world.tell("violation", violation.as_json())


def _parsed(key: str, value: Any) -> Any:
    """Read a form's value: nested ones come as JSON, numbers and flags as text."""
    if not isinstance(value, str):
        return value
    if key in _JSON_FIELDS:
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    if key in ("chat_id", "from_chat_id") and value.lstrip("-").isdigit():
        return int(value)
    return value


async def _read(request: web.Request) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    """Read the parameters of a request, wherever they are, and the files."""
    raw: dict[str, Any] = dict(request.query)
    files: dict[str, tuple[str, bytes]] = {}
    if request.content_type == "application/json":
        body = await request.read()
        raw |= json.loads(body) if body else {}
    elif request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        for key, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[key] = (value.filename, value.file.read())
            else:
                raw[key] = value
    return {key: value for key, value in raw.items() if value is not None}, files


def _json(answer: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    body = json.dumps(answer, ensure_ascii=False).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def _refusal(error: ApiError) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    headers = None
    if error.retry_after is not None:
        answer["parameters"] = {"retry_after": error.retry_after}
        headers = {"Retry-After": str(error.retry_after)}
    return _json(answer, error.code, headers)


def _as_error(fault: Fault) -> ApiError:
    return ApiError(
        int(fault.kind[:3]) if fault.kind[:3].isdigit() else 0, f"fault: {fault.kind}", is_violation=False
    )


def _faulty(request: web.Request, fault: Fault) -> web.Response:
    seconds = max(1, round(fault.seconds))
    match fault.kind:
        case "429":
            return _refusal(ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds))
        case "400":
            return _refusal(ApiError(400, "Bad Request: on order"))
        case "403":
            return _refusal(ApiError(403, "Forbidden: bot was blocked by the user"))
        case "500":
            return _refusal(ApiError(500, "Internal Server Error"))
        case "502html":
            page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
            return web.Response(status=502, text=page, content_type="text/html")
    _drop(request)
    return web.Response()


def _drop(request: web.Request) -> None:
    """Cut the connection: the answer gets lost."""
    if request.transport is not None:
        request.transport.abort()
