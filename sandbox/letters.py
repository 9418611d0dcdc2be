"""A letter and a text message, as they arrived."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from sandbox.entities import with_found


def _links(text: str) -> list[dict[str, Any]]:
    """Find what a mail program makes a link of."""
    return [one for one in with_found(text, []) if one["type"] in ("url", "email", "phone_number")]


@dataclass(frozen=True)
class TextMessage:
    """An SMS. `key` is the gateway's idempotency key: the same one twice is one message."""

    to: str
    text: str
    key: str
    at: float

    def as_json(self) -> dict[str, Any]:
        """Give it to the page."""
        return {"to": self.to, "text": self.text, "entities": _links(self.text), "at": self.at}


@dataclass(frozen=True)
class Letter:
    """A letter as it arrived."""

    number: int
    to: str
    at: float
    message: EmailMessage

    @property
    def subject(self) -> str:
        """Its subject, decoded."""
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        """Its plain text."""
        body = self.message.get_body(("plain",))
        return "" if body is None else str(body.get_content())

    @property
    def files(self) -> dict[str, bytes]:
        """Its attachments by name."""
        found = {}
        for part in self.message.iter_attachments():
            content = part.get_payload(decode=True)
            found[part.get_filename() or "file"] = content if isinstance(content, bytes) else b""
        return found

    def as_json(self) -> dict[str, Any]:
        """Give it to the page."""
        return {
            "number": self.number,
            "to": self.to,
            "at": self.at,
            "subject": self.subject,
            "text": self.text,
            "entities": _links(self.text),
            "files": [{"name": name, "size": len(content)} for name, content in self.files.items()],
        }
