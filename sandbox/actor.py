"""A person in a test or a tour: presses what is visible, types, waits for answers."""

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.chats import Chat, Press
from sandbox.eyes import Eyes
from sandbox.keyboards import place_of
from sandbox.transcript import words
from sandbox.world import World

PATIENCE = 10.0
"""Seconds to wait for an answer of the bot."""


class Actor(Eyes):
    """One person's hands, and the patience to wait for what they see."""

    def __init__(self, world: World, chat: Chat) -> None:
        super().__init__(world, chat)
        self._seen = 0

    # --- hands

    async def start(self, payload: str = "") -> None:
        """Press «Запустить»."""
        self._mark()
        self._world.start(self.chat, payload)

    async def send(self, text: str) -> None:
        """Type a text."""
        self._mark()
        self._world.text(self.chat, text)

    async def reply(self, message: dict[str, Any], text: str) -> None:
        """Type a text as a reply to a message."""
        self._mark()
        self._world.text(self.chat, text, message["message_id"])

    async def reply_with(
        self, message: dict[str, Any], content: bytes, name: str, *, caption: str = "", as_photo: bool = False
    ) -> None:
        """Send a file as a reply to a message."""
        self._mark()
        self._world.file(
            self.chat,
            content,
            name,
            as_photo=as_photo,
            caption=caption,
            reply_to=message["message_id"],
        )

    async def press(
        self, label: str, *, message: dict[str, Any] | None = None, timeout: float = PATIENCE
    ) -> Press | None:
        """Press the newest visible button that says this (or contains it) and wait for the answer.

        A button of the reply keyboard is pressed where there is no such inline one; then nothing is awaited.
        """
        found = await self._until(lambda: self._find(label, message), timeout)
        if found is None:
            raise AssertionError(f"no button «{label}» in the chat:\n{self.describe()}")
        self._mark()
        if isinstance(found, str):
            self._world.text(self.chat, found)
            return None
        return await self._answered(self._world.press(self.chat, *found), timeout)

    async def press_twice(self, label: str, *, timeout: float = PATIENCE) -> tuple[Press, Press]:
        """Press a button twice before anything is answered."""
        found = self._find(label, None)
        if found is None or isinstance(found, str):
            raise AssertionError(f"no button «{label}» in the chat:\n{self.describe()}")
        self._mark()
        first, second = (self._world.press(self.chat, *found) for _ in range(2))
        return await self._answered(first, timeout), await self._answered(second, timeout)

    async def press_raw(self, message: dict[str, Any], data: str, *, timeout: float = PATIENCE) -> Press:
        """Press with whatever data, as an old app or a changed one can."""
        self._mark()
        return await self._answered(self._world.press_raw(self.chat, message, data), timeout)

    async def share_contact(self, *, own: bool = True) -> None:
        """Share one's own number by the keyboard's button, or somebody else's from the address book."""
        self._mark()
        other = {"phone_number": "+79990000999", "first_name": "Сосед", "user_id": 424242}
        self._world.contact(self.chat, None if own else other)

    async def share_location(self, latitude: float, longitude: float) -> None:
        """Share a place."""
        self._mark()
        self._world.location(self.chat, latitude, longitude)

    async def upload(self, content: bytes, name: str, *, as_photo: bool = False) -> None:
        """Send a file."""
        self._mark()
        self._world.file(self.chat, content, name, as_photo=as_photo)

    async def pay(self, message: dict[str, Any]) -> dict[str, Any]:
        """Pay an invoice and wait for the bot's word; raises CannotDo with what the app would say."""
        self._mark()
        return await self._world.payments.pay(self._world, self.chat, message["message_id"])

    async def ask_inline(self, query: str) -> dict[str, Any]:
        """Type «@bot query»; returns what the bot offers."""
        return await self._world.inline.ask(self._world, self.chat, query)

    async def choose_inline(self, answer: dict[str, Any], result_id: str) -> dict[str, Any]:
        """Send one of the results that the bot offered."""
        self._mark()
        return self._world.inline.choose(self._world, self.chat, answer["id"], result_id)

    async def block(self, *, blocked: bool = True) -> None:
        """Block the bot, or take it back."""
        self._world.block(self.chat, blocked=blocked)

    # --- waiting

    async def expect(self, text: str, *, timeout: float = PATIENCE) -> dict[str, Any]:
        """Wait for a message of the bot, new or edited since the last act, that contains a text."""

        def find() -> dict[str, Any] | None:
            for message in self.chat.newest_first():
                is_new = self.chat.revisions.get(message["message_id"], 0) > self._seen
                if is_new and text in words(message):
                    return message
            return None

        found = await self._until(find, timeout)
        if not isinstance(found, dict):
            raise AssertionError(f"«{text}» did not come:\n{self.describe()}")
        return found

    async def expect_document(self, count: int, *, timeout: float = PATIENCE) -> dict[str, Any]:
        """Wait until the chat has so many documents and return the last one."""
        await self._until(lambda: len(self.documents) >= count or None, timeout)
        if len(self.documents) < count:
            raise AssertionError(
                f"there are {len(self.documents)} documents, not {count}:\n{self.describe()}"
            )
        return self.documents[-1]

    async def _until(self, look: Callable[[], Any], timeout: float) -> Any:
        with self._world.listening() as events:
            deadline = asyncio.get_running_loop().time() + timeout
            while (found := look()) is None:
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return None
                try:
                    await asyncio.wait_for(events.get(), left)
                except TimeoutError:
                    return look()
            return found

    async def _answered(self, press: Press, timeout: float) -> Press:
        await self._until(lambda: None if press.state == "waiting" else press, timeout)
        if press.state == "waiting":
            raise AssertionError(f"the press on «{press.text}» was not answered:\n{self.describe()}")
        return press

    def _mark(self) -> None:
        self._seen = self.chat.revision

    def _find(self, label: str, message: dict[str, Any] | None) -> tuple[int, int, int] | str | None:
        candidates = [message] if message is not None else self.chat.newest_first()
        for candidate in candidates:
            if place := place_of(candidate, label):
                return candidate["message_id"], *place
        rows = (self.chat.reply_keyboard or {}).get("keyboard", [])
        labels: list[str] = [button["text"] for row in rows for button in row]
        return next((text for text in labels if label in text), None) if message is None else None
