"""Updates as they come over the wire: found, named and read, one spoilt one apart from the others."""

import json
import re
from dataclasses import dataclass
from typing import Any

import orjson

_INT64 = range(-(2**63), 2**63)
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_RESULT = re.compile(rb'"result"\s*:\s*\[')
_UPDATE_ID = re.compile(rb'"update_id"\s*:\s*(-?\d{1,19})\s*[,}]')


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """An update that was found in what Telegram sent."""

    update_id: int
    chat_id: int
    """the chat, else the user, else 0: updates that share it are worked in order"""
    payload: bytes
    content: dict[str, Any] | None
    error: str | None = None
    """why it cannot be read; None when it can"""


def read_update(raw: bytes | dict[str, Any]) -> RawUpdate | None:
    """Read one update; None when it has no number, so that nothing can be remembered about it."""
    if isinstance(raw, dict):
        content, payload, error = raw, orjson.dumps(raw), None
    else:
        content, payload, error = None, raw, None
        try:
            content = orjson.loads(raw)
        except orjson.JSONDecodeError:
            error = _why_unreadable(raw)
    if error is not None:
        found = _UPDATE_ID.search(payload)
        update_id: Any = int(found[1]) if found else None
    else:
        update_id = content.get("update_id") if isinstance(content, dict) else None
    if not _is_key(update_id):
        return None
    return RawUpdate(update_id, 0 if content is None else chat_of(content), payload, content, error)


def chat_of(update: dict[str, Any]) -> int:
    """Find the chat an update belongs to, else its user, else 0."""
    for kind, event in update.items():
        if kind == "update_id" or not isinstance(event, dict):
            continue
        message = event.get("message")
        places = (
            event.get("chat"),
            message.get("chat") if isinstance(message, dict) else None,
            event.get("from"),
            event.get("user"),
        )
        for place in places:
            if isinstance(place, dict) and _is_key(place.get("id")):
                number: int = place["id"]
                return number
    return 0


def split_updates(body: bytes) -> list[bytes] | None:
    """Cut the updates out of an answer to getUpdates that is no JSON as a whole.

    Only brackets and strings are looked at, so that one update with a broken inside costs no other one.
    None when there is no list of updates in the body.
    """
    result = _RESULT.search(body)
    if result is None:
        return None
    updates = []
    depth, start = 0, result.end()
    for token in _TOKEN.finditer(body, start):
        sign = token[0]
        if sign in (b"{", b"["):
            depth += 1
        elif sign in (b"}", b"]"):
            depth -= 1
        if depth < 0 or (depth == 0 and sign == b","):
            if piece := body[start : token.start()].strip():
                updates.append(piece)
            start = token.end()
        if depth < 0:
            return updates
    return None


def _why_unreadable(raw: bytes) -> str:
    """Say what is wrong with an update's JSON without repeating any of it."""
    try:
        json.loads(raw)
    except RecursionError:
        return "its JSON is nested too deep"
    except ValueError as error:
        return f"it is no JSON: {getattr(error, 'msg', type(error).__name__)}"
    return "its JSON is not Unicode"


def _is_key(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in _INT64
