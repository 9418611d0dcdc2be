"""Administrators' open windows, from which the words of a request go with it."""

from collections.abc import Awaitable, Callable, Collection

Show = Callable[[int], Awaitable[bool]]
"""Shows an administrator's window as things stand now; False where that is to be tried again."""


class OpenDesks:
    """Has the windows of all administrators looked through when requests were deleted.

    At the start too: the bot may have been killed between the one and the other.
    """

    def __init__(self, admin_ids: Collection[int], show: Show) -> None:
        self._admin_ids = frozenset(admin_ids)
        self._show = show
        self._due = set(self._admin_ids)

    def deleted(self) -> None:
        """Say that requests were deleted."""
        self._due |= self._admin_ids

    async def tick(self) -> None:
        """Look through what is due; what could not be shown stays due."""
        due, self._due = self._due, set()
        for chat_id in due:
            if not await self._show(chat_id):
                self._due.add(chat_id)
