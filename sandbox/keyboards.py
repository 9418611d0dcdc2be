"""Keyboards under messages, checked as Telegram checks them."""

from typing import Any

from sandbox.errors import bad_request

MOST_IN_A_ROW = 8
MOST_BUTTONS = 100
MOST_BYTES = 10_000


def check_inline(markup: dict[str, Any], *, is_invoice: bool = False) -> None:
    """Check an inline keyboard; raises ApiError. The first button of an invoice, and no other, pays."""
    rows = markup.get("inline_keyboard") or []
    _check_size(rows)
    pays = [(r, c) for r, row in enumerate(rows) for c, button in enumerate(row) if button.get("pay")]
    if pays != ([(0, 0)] if is_invoice and rows else []):
        raise bad_request("BUTTON_TYPE_INVALID")
    for row in rows:
        for button in row:
            if not str(button.get("text", "")).strip():
                raise bad_request("inline keyboard button text is empty")
            kinds = [key for key in button if key not in ("text", "style", "icon_custom_emoji_id")]
            if len(kinds) != 1:
                raise bad_request("BUTTON_TYPE_INVALID")
            data = button.get("callback_data")
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise bad_request("BUTTON_DATA_INVALID")
            url = button.get("url")
            if url is not None and not url.startswith(("http://", "https://", "tg://", "t.me/")):
                raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")


def check_reply(markup: dict[str, Any]) -> None:
    """Check a reply keyboard; raises ApiError."""
    rows = markup.get("keyboard") or []
    if not rows:
        raise bad_request("reply keyboard is empty")
    _check_size(rows)
    for row in rows:
        for button in row:
            if not str(button.get("text", "") if isinstance(button, dict) else button).strip():
                raise bad_request("reply keyboard button text is empty")


def _check_size(rows: list[list[Any]]) -> None:
    if any(len(row) > MOST_IN_A_ROW for row in rows) or sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    if len(repr(rows).encode()) > MOST_BYTES * 2:
        raise bad_request("REPLY_MARKUP_TOO_LONG")


def button_at(message: dict[str, Any], row: int, column: int) -> dict[str, Any] | None:
    """Find the button of a message at a place, counted from 0."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    if 0 <= row < len(rows) and 0 <= column < len(rows[row]):
        found: dict[str, Any] = rows[row][column]
        return found
    return None


def place_of(message: dict[str, Any], label: str) -> tuple[int, int] | None:
    """Find a button by its label: one that equals it first, else one that contains it."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    places = [(button["text"], r, c) for r, row in enumerate(rows) for c, button in enumerate(row)]
    for matches in (label.__eq__, lambda text: label in text):
        for text, row, column in places:
            if matches(text):
                return row, column
    return None
