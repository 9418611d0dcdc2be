"""What a person sees of a chat: messages, buttons, photos, documents."""

from typing import Any

from sandbox.chats import Chat
from sandbox.transcript import buttons, words, written
from sandbox.world import World


class Eyes:
    """One person's view of their chat."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat

    @property
    def id(self) -> int:
        """The person's Telegram id."""
        return self.chat.person.id

    @property
    def messages(self) -> list[dict[str, Any]]:
        """All messages of the chat, the oldest first."""
        return [self.chat.messages[number] for number in sorted(self.chat.messages)]

    @property
    def screen(self) -> dict[str, Any]:
        """The newest message of the bot."""
        for message in self.chat.newest_first():
            if message["from"]["id"] == self._world.bot["id"]:
                return message
        raise AssertionError("the bot has not said anything")

    @property
    def text(self) -> str:
        """The words of the newest message of the bot."""
        return words(self.screen)

    @property
    def buttons(self) -> list[str]:
        """The inline buttons under the newest message of the bot."""
        return buttons(self.screen)

    @property
    def photos(self) -> list[dict[str, Any]]:
        """The photos in the chat, the oldest first."""
        return [message for message in self.messages if "photo" in message]

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The documents in the chat, the oldest first."""
        return [message for message in self.messages if "document" in message]

    def describe(self) -> str:
        """Write the chat's end down, for a failed test."""
        return "\n---\n".join(f"{words(m)}\n{buttons(m)}" for m in self.messages[-4:])

    def transcript(self) -> str:
        """Write the whole chat as text that reads well."""
        return written(self.chat, str(self._world.bot["first_name"]))
