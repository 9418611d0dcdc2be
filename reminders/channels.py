"""What every way to a patient has in common."""

from datetime import datetime
from typing import Any, NamedTuple, Protocol

from storage.notifications import NotificationRow


class Unreachable(Exception):
    """There is no use in trying again: nobody is there."""


class Trouble(Exception):
    """It did not work now; later it may. The text is for the log and names nobody."""


class Pointless(Exception):
    """It has lost its point since it was planned: nobody is to get it."""


class NotYet(Exception):
    """It is to be sent later: it is night there, say."""

    def __init__(self, until: datetime) -> None:
        super().__init__("not yet")
        self.until = until


class Sent(NamedTuple):
    """What was sent: the message's id if it has one, and the other planned messages that it told along."""

    message_id: int | None = None
    along: tuple[int, ...] = ()


class Channel(Protocol):
    """A way to a patient."""

    async def send(self, row: NotificationRow, about: Any, /) -> Sent | int | None:
        """Send a message of the row's kind about a `Visit`, or say a `Note`; returns its id if it has one."""
        ...
