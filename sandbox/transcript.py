"""A chat as text."""

import html
from typing import Any

from sandbox.chats import Chat


def written(chat: Chat, bot_name: str) -> str:
    """Write a chat down: what was said, pressed and answered, in order."""
    parts = []
    for kind, what in chat.journal:
        if kind == "press":
            parts.append(f"    ▸ нажимает [{what}]")
        elif kind == "answer":
            parts.append(f"    (всплывает: {what})")
        elif kind == "clock":
            parts.append(f"    ⏩ часы вперёд на {what}")
        elif kind == "keyboard":
            parts.append(f"    ⌨ {what}")
        elif kind == "sms":
            parts.append("    📱 СМС на " + str(what).replace("\n", ": ", 1))
        elif kind == "letter":
            address, subject, *files = str(what).split("\n")
            parts.append(
                "\n".join([f"    ✉️ письмо на {address}: «{subject}»", *(f"    📎 {f}" for f in files)])
            )
        elif isinstance(what, dict) and not _was_only_a_carrier(chat, what):
            parts.append(_said(bot_name if kind == "bot" else chat.person.first_name, what))
    return "\n\n".join(parts)


def _was_only_a_carrier(chat: Chat, message: dict[str, Any]) -> bool:
    """Tell whether a message was sent for its keyboard alone and deleted at once: nobody saw it."""
    is_gone = message["message_id"] not in chat.messages
    return is_gone and not any(sign.isalnum() for sign in words(message)) and not buttons(message)


def words(message: dict[str, Any]) -> str:
    """Give a message's text or caption."""
    return str(message.get("text") or message.get("caption") or "")


def buttons(message: dict[str, Any]) -> list[str]:
    """List a message's inline buttons."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    return [button["text"] for row in rows for button in row]


_KINDS = {
    "voice": "🎤 голосовое сообщение",
    "audio": "🎵 музыка",
    "video": "🎬 видео",
    "video_note": "🎬 кружок",
    "animation": "🎬 анимация",
    "location": "📍 место",
}


def _said(who: str, message: dict[str, Any]) -> str:
    lines = [f"{who}{' (исправлено)' if 'edit_date' in message else ''}:"]
    if "photo" in message:
        lines.append("    🖼 фото")
    if document := message.get("document"):
        lines.append(f"    📎 {document['file_name']} ({document['file_size'] // 1024 + 1} кБ)")
    if contact := message.get("contact"):
        lines.append(f"    📱 {contact['phone_number']}")
    if sticker := message.get("sticker"):
        lines.append(f"    🏷 стикер {sticker.get('emoji', '')}".rstrip())
    lines += [f"    {name}" for kind, name in _KINDS.items() if kind in message]
    lines += [f"    {line}" for line in html.unescape(words(message)).splitlines()]
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    lines += ["    " + " ".join(f"[{button['text']}]" for button in row) for row in rows]
    return "\n".join(lines)
