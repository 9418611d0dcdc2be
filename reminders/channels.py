"""What every way to a patient has in common."""

from typing import Any, Protocol

from storage.notifications import NotificationRow


class Unreachable(Exception):
    """There is no use in trying again: nobody is there."""


class Trouble(Exception):
    """It did not work now; later it may. The text is for the log and names nobody."""


class Channel(Protocol):
    """A way to a patient."""

    async def send(self, row: NotificationRow, about: Any, /) -> int | None:
        """Send a message of the row's kind about a `Visit`, or say a `Note`; returns its id if it has one."""
        ...
