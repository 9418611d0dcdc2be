"""Telegram's formatting: its small HTML to text and entities, and what it finds in plain text by itself."""

import re
from typing import Any

from sandbox.errors import bad_request

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link", "span": "spoiler",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:=(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?)*)\s*>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:=(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
_CHARACTER = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_FOUND = (
    ("url", re.compile(r"(?<!\w)(?:https?://[^\s<>«»]+[^\s<>«».,;:!?)]|t\.me/[\w?=+-]+)")),
    ("email", re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+\.[a-zA-Z]{2,}")),
    ("bot_command", re.compile(r"(?<![\w/])/[a-zA-Z0-9_]{1,32}(?:@\w+)?(?!\w)")),
    ("mention", re.compile(r"(?<![\w@])@[a-zA-Z]\w{3,31}")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{8,17}\d")),
)


def units(text: str) -> int:
    """Count UTF-16 code units: what Telegram measures texts and offsets in."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Read Telegram's HTML; raises ApiError «can't parse entities» like the server does."""
    text: list[str] = []
    length = 0
    entities: list[dict[str, Any]] = []
    open_tags: list[tuple[str, dict[str, Any]]] = []
    position = 0
    while position < len(source):
        sign = source[position]
        if sign == "<":
            tag = _TAG.match(source, position)
            at = len(source[:position].encode())
            if tag is None:
                name = re.match(r"</?([^\s>]*)", source[position:])
                raise _unparsable(f'Unsupported start tag "{name[1] if name else ""}" at byte offset {at}')
            position = tag.end()
            _take_tag(tag, at, length, open_tags, entities)
            continue
        if sign == "&" and (found := _CHARACTER.match(source, position)):
            sign = _NAMED.get(found[1] or "") or chr(int(found[2]) if found[2] else int(found[3], 16))
            position = found.end()
        else:
            position += 1
        text.append(sign)
        length += units(sign)
    if open_tags:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return _trimmed("".join(text), entities)


def _take_tag(
    tag: re.Match[str],
    at: int,
    length: int,
    open_tags: list[tuple[str, dict[str, Any]]],
    entities: list[dict[str, Any]],
) -> None:
    name = tag[2].lower()
    if tag[1]:
        if not open_tags:
            raise _unparsable(f"Unexpected end tag at byte offset {at}")
        opened, opening = open_tags.pop()
        if opened != name:
            raise _unparsable(
                f'Unmatched end tag at byte offset {at}, expected "</{opened}>", found "</{name}>"'
            )
        opening["length"] = length - opening["offset"]
        return
    attributes = {
        found[1].lower(): found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(tag[3])
    }
    kind = _TAGS.get(name)
    if kind is None or (name == "span" and attributes.get("class") != "tg-spoiler"):
        raise _unparsable(f'Unsupported start tag "{name}" at byte offset {at}')
    entity: dict[str, Any] = {"type": kind, "offset": length, "length": 0}
    if name == "a":
        entity["url"] = attributes.get("href", "")
    if name == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    if name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    entities.append(entity)
    open_tags.append((name, entity))


def _unparsable(what: str) -> Exception:
    return bad_request(f"can't parse entities: {what}")


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Cut white space at both ends, as the server does, and drop entities that are empty by that."""
    cut = units(text) - units(text.lstrip())
    text = text.strip()
    end = units(text)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        stop = min(end, entity["offset"] + entity["length"] - cut)
        if stop > start and not (entity["type"] == "text_link" and not entity.get("url")):
            kept.append({**entity, "offset": start, "length": stop - start})
    return text, kept


def with_found(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add the links, commands, mentions and numbers that Telegram finds in a text by itself."""
    taken = [
        (e["offset"], e["offset"] + e["length"])
        for e in entities
        if e["type"] in ("code", "pre", "text_link")
    ]
    found = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            start = units(text[: match.start()])
            stop = start + units(match[0])
            if all(stop <= left or start >= right for left, right in taken):
                taken.append((start, stop))
                found.append({"type": kind, "offset": start, "length": stop - start})
    return sorted([*entities, *found], key=lambda entity: (entity["offset"], -entity["length"]))
