"""The Bot API over HTTP: reading a call, the faults it meets, its answer, the log."""

import asyncio
import logging
import time
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from sandbox import wire
from sandbox.calls import Call, Violation, summary
from sandbox.errors import ApiError, bad_request
from sandbox.faults import Fault
from sandbox.methods import Request, load
from sandbox.world import World

logger = logging.getLogger(__name__)

BODY_LIMIT = 60 * 1024 * 1024
_MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
}
"""aiogram leaves empty values out of a call."""


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
            return wire.refusal(ApiError(404, "Not Found"))
        return web.Response(body=stored.content, content_type=stored.mime_type)

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer a call."""
        if request.match_info["token"] != self._world.token:
            return wire.refusal(ApiError(401, "Unauthorized", is_violation=False))
        name = request.match_info["method"]
        try:
            raw, files = await wire.read_call(request)
        except (ApiError, web.HTTPRequestEntityTooLarge) as error:
            refused = error if isinstance(error, ApiError) else ApiError(413, "Request Entity Too Large")
            self._note(name, {}, {}, time.perf_counter(), refused)
            return wire.refusal(refused)
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
            result = await self.logged(name, raw, files)
        except ApiError as error:
            return wire.refusal(error)
        if fault is not None and fault.kind == "lose_answer":
            _drop(request)
        return wire.answer({"ok": True, "result": result})

    async def logged(self, name: str, raw: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> Any:
        """Do what a method does and write it down; raises ApiError."""
        started = time.perf_counter()
        try:
            result = await self.do(name, raw, files)
        except ApiError as error:
            self._note(name, raw, files, started, error)
            raise
        except Exception as error:
            logger.exception("the sandbox failed in %s", name)
            failure = ApiError(500, f"Internal Server Error: the sandbox failed: {error!r}")
            self._note(name, raw, files, started, failure)
            raise failure from error
        if name.lower() != "getupdates":
            self._note(name, raw, files, started, None)
        return result

    async def do(self, name: str, raw: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> Any:
        """Do what a method does; raises ApiError."""
        known = self._methods.get(name.lower())
        if known is None:
            raise ApiError(404, "Not Found: method not found")
        model, handler = known
        self._check_parameters(name, model, raw)
        parsed = {
            key: wire.parsed_value(key, value) for key, value in raw.items() if key in model.model_fields
        }
        try:
            method = model.model_validate(parsed)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = str(first["loc"][0])
            if first["type"] == "missing" and where in _MISSING:
                raise bad_request(_MISSING[where]) from None
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
            summary({key: wire.parsed_value(key, value) for key, value in raw.items()}, files),
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


def _as_error(fault: Fault) -> ApiError:
    return ApiError(
        int(fault.kind[:3]) if fault.kind[:3].isdigit() else 0, f"fault: {fault.kind}", is_violation=False
    )


def _faulty(request: web.Request, fault: Fault) -> web.Response:
    seconds = max(1, round(fault.seconds))
    match fault.kind:
        case "429":
            return wire.refusal(
                ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
            )
        case "400":
            return wire.refusal(ApiError(400, "Bad Request: on order"))
        case "403":
            return wire.refusal(ApiError(403, "Forbidden: bot was blocked by the user"))
        case "500":
            return wire.refusal(ApiError(500, "Internal Server Error"))
        case "502html":
            page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
            return web.Response(status=502, text=page, content_type="text/html")
    _drop(request)
    return web.Response()


def _drop(request: web.Request) -> None:
    """Cut the connection: the answer gets lost."""
    if request.transport is not None:
        request.transport.abort()
