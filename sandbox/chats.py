"""One chat: its messages as both sides see them, its keyboard, its presses."""

import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.people import Person


@dataclass
class Press:
    """A press on an inline button; it spins until it is answered."""

    id: str
    message_id: int
    row: int
    column: int
    text: str
    pressed_at: float = field(default_factory=time.monotonic)
    state: str = "waiting"
    answer: str | None = None
    show_alert: bool = False
    url: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Write it down for the page."""
        names = ("id", "message_id", "row", "column", "text", "state", "answer", "show_alert", "url")
        return {name: getattr(self, name) for name in names}


class Chat:
    """The private chat of a person with the bot."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.messages: dict[int, dict[str, Any]] = {}
        self.reply_keyboard: dict[str, Any] | None = None
        self.keyboard_message_id: int | None = None
        self.presses: dict[str, Press] = {}
        self.pinned: list[int] = []
        """numbers of the pinned messages, the newest last"""
        self.reactions: dict[int, str] = {}
        """the bot's emoji by message"""
        self.revision = 0
        """grows with each new or edited message of the bot"""
        self.revisions: dict[int, int] = {}
        self.journal: list[tuple[str, dict[str, Any] | str]] = []
        """what happened, in order: («bot» | «person» | «press» | «answer» | «clock» | «sms» | «letter», …)"""
        self._next_id = 1

    def new_id(self) -> int:
        """Number the next message."""
        number = self._next_id
        self._next_id += 1
        return number

    def show(self, message: dict[str, Any], *, by_bot: bool) -> None:
        """Put a new or edited message into the chat."""
        self.messages[message["message_id"]] = message
        if by_bot:
            self.revision += 1
            self.revisions[message["message_id"]] = self.revision
        self.journal.append(("bot" if by_bot else "person", message))

    def newest_first(self) -> list[dict[str, Any]]:
        """List the messages, the newest first."""
        return [self.messages[number] for number in sorted(self.messages, reverse=True)]

    def as_json(self) -> dict[str, Any]:
        """Write it down for the page."""
        return {
            "messages": [self.messages[number] for number in sorted(self.messages)],
            "reply_keyboard": self.reply_keyboard,
            "pinned": self.pinned,
            "reactions": self.reactions,
            "presses": [press.as_json() for press in self.presses.values() if press.state == "waiting"],
        }
