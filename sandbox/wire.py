"""Calls as they come over the wire, and answers as they go."""

import json
from typing import Any

from aiohttp import web

from sandbox.errors import ApiError, bad_request

_JSON_FIELDS = (
    "reply_markup", "entities", "caption_entities", "link_preview_options", "reply_parameters", "commands",
    "scope", "allowed_updates", "media", "message_ids", "reaction", "menu_button", "prices", "results",
    "button",
)  # fmt: skip


def parsed_value(key: str, value: Any) -> Any:
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


async def read_call(request: web.Request) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    """Read the parameters of a request, wherever they are, and the files."""
    raw: dict[str, Any] = dict(request.query)
    files: dict[str, tuple[str, bytes]] = {}
    if request.content_type == "application/json":
        try:
            raw |= json.loads(await request.read() or b"{}")
        except (ValueError, TypeError):
            raise bad_request("can't parse the JSON object") from None
    elif request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        for key, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[key] = (value.filename, value.file.read())
            else:
                raw[key] = value
    return {key: value for key, value in raw.items() if value is not None}, files


def answer(content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with JSON."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def refusal(error: ApiError) -> web.Response:
    """Answer with what is wrong, the code being the status as well."""
    content: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    headers = None
    if error.retry_after is not None:
        content["parameters"] = {"retry_after": error.retry_after}
        headers = {"Retry-After": str(error.retry_after)}
    return answer(content, error.code, headers)
