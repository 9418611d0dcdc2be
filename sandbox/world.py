"""Everything there is in the sandbox: the bot, the people, their chats; and what people can do.

Longer than other modules: whatever a person can do has its one place here.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Iterator
from typing import Any

from sandbox.calls import Log
from sandbox.chats import Chat, Press
from sandbox.clock import MovableClock
from sandbox.entities import with_found
from sandbox.errors import ApiError, CannotDo, bad_request
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.inline import InlineQueries
from sandbox.keyboards import button_at
from sandbox.limits import Limits
from sandbox.payments import Payments
from sandbox.people import Person
from sandbox.updates import Updates

Event = tuple[str, Any]


class World:
    """The state of a sandbox."""

    def __init__(self, token: str, username: str, people: list[Person], name: str) -> None:
        self.token = token
        self.bot = {
            "id": int(token.split(":")[0]),
            "is_bot": True,
            "first_name": name,
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }
        self.clock = MovableClock()
        self.updates = Updates()
        self.files = Files()
        self.faults = Faults()
        self.limits = Limits()
        self.payments = Payments()
        self.inline = InlineQueries()
        self.log = Log()
        self.query_lifetime = 15.0
        """seconds after which a press cannot be answered any more, of the machine's clock"""
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.texts: dict[str, str] = {}
        self.menu_buttons: dict[str, Any] = {}
        self.webhook: dict[str, Any] = {}
        self.webhook_changed = asyncio.Event()
        self.chats: dict[int, Chat] = {person.id: Chat(person) for person in people}
        self.something_happened = asyncio.Condition()
        self._listeners: list[asyncio.Queue[Event]] = []

    # --- events

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Event]]:
        """Hear of everything that happens."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._listeners.append(queue)
        try:
            yield queue
        finally:
            self._listeners.remove(queue)

    def tell(self, name: str, data: Any) -> None:
        """Tell whoever listens."""
        for queue in self._listeners:
            queue.put_nowait((name, data))

    # --- chats

    def chat_of(self, chat_id: int | str | None) -> Chat:
        """Find a chat the bot may write to; raises ApiError 400 or 403."""
        try:
            chat = self.chats[int(chat_id or 0)]
        except (KeyError, ValueError):
            raise bad_request("chat not found") from None
        if not chat.person.started:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        if chat.person.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user", is_violation=False)
        return chat

    def show(self, chat: Chat, message: dict[str, Any], *, by_bot: bool) -> None:
        """Put a message into a chat and tell the page."""
        chat.show(message, by_bot=by_bot)
        self.tell("message", {"chat_id": chat.person.id, "message": message})

    def set_keyboard(self, chat: Chat, markup: dict[str, Any] | None, message_id: int | None) -> None:
        """Show or take away the reply keyboard."""
        chat.reply_keyboard = markup
        chat.keyboard_message_id = message_id if markup else None
        if markup:
            rows = [[button["text"] for button in row] for row in markup["keyboard"]]
            chat.journal.append(("keyboard", " ".join(f"[{text}]" for row in rows for text in row)))
        self.tell("keyboard", {"chat_id": chat.person.id, "reply_keyboard": markup})

    # --- what people do

    def add_person(self, **fields: Any) -> Person:
        """Let somebody else in."""
        person = Person(id=max(self.chats, default=1000) + 1, **fields)
        self.chats[person.id] = Chat(person)
        self.tell("person", person.__dict__)
        return person

    def _message(self, chat: Chat, **content: Any) -> dict[str, Any]:
        return {
            "message_id": chat.new_id(),
            "from": chat.person.user(),
            "chat": chat.person.chat(),
            "date": int(self.clock.now().timestamp()),
            **content,
        }

    def say(self, chat: Chat, **content: Any) -> dict[str, Any]:
        """Send a message of whatever content; raises CannotDo where the app would not let a person."""
        if chat.person.blocked:
            raise CannotDo("Бот заблокирован: сначала разблокируйте его.")
        if not chat.person.started and not str(content.get("text", "")).startswith("/start"):
            raise CannotDo("Сначала нажмите «Запустить».")
        chat.person.started = True
        message = self._message(chat, **content)
        return self._came(chat, message)

    def service(self, chat: Chat, **content: Any) -> dict[str, Any]:
        """Put a service message into the chat, as the app does for the person."""
        return self._came(chat, self._message(chat, **content))

    def _came(self, chat: Chat, message: dict[str, Any]) -> dict[str, Any]:
        self.show(chat, message, by_bot=False)
        self.updates.put("message", message)
        return message

    def start(self, chat: Chat, payload: str = "") -> dict[str, Any]:
        """Press «Запустить»."""
        if chat.person.blocked:
            self.block(chat, blocked=False)
        if not chat.person.started:
            chat.person.started = True
            self.tell("person", chat.person.__dict__)
        return self.text(chat, f"/start {payload}".strip())

    def text(self, chat: Chat, text: str, reply_to: int | None = None) -> dict[str, Any]:
        """Type a text, or press a button of the reply keyboard that says it."""
        text = text.strip()
        if not text:
            raise CannotDo("Пустое сообщение не отправить.")
        content: dict[str, Any] = {"text": text[:4096]}
        if entities := with_found(content["text"], []):
            content["entities"] = entities
        if reply_to is not None and reply_to in chat.messages:
            content["reply_to_message"] = chat.messages[reply_to]
        message = self.say(chat, **content)
        labels = [b["text"] for row in (chat.reply_keyboard or {}).get("keyboard", []) for b in row]
        if text in labels:
            self._used_keyboard(chat)
        return message

    def _used_keyboard(self, chat: Chat) -> None:
        if chat.reply_keyboard and chat.reply_keyboard.get("one_time_keyboard"):
            self.set_keyboard(chat, None, None)

    def contact(self, chat: Chat, contact: dict[str, Any] | None = None) -> dict[str, Any]:
        """Share a contact: one's own by the keyboard's button, or somebody else's from the address book."""
        if contact is not None:
            return self.say(chat, contact=contact)
        keyboard = chat.reply_keyboard or {}
        if not any(button.get("request_contact") for row in keyboard.get("keyboard", []) for button in row):
            raise CannotDo("Бот не просил номер: кнопки нет.")
        person = chat.person
        own = {"phone_number": person.phone_number, "first_name": person.first_name, "user_id": person.id}
        if person.last_name:
            own["last_name"] = person.last_name
        content: dict[str, Any] = {"contact": own}
        if chat.keyboard_message_id in chat.messages:
            content["reply_to_message"] = chat.messages[chat.keyboard_message_id or 0]
        message = self.say(chat, **content)
        self._used_keyboard(chat)
        return message

    def location(self, chat: Chat, latitude: float, longitude: float) -> dict[str, Any]:
        """Share a place."""
        message = self.say(chat, location={"latitude": latitude, "longitude": longitude})
        self._used_keyboard(chat)
        return message

    def file(
        self,
        chat: Chat,
        content: bytes,
        name: str,
        *,
        as_photo: bool,
        caption: str = "",
        album: str = "",
        reply_to: int | None = None,
    ) -> dict[str, Any]:
        """Send a file or a photo."""
        try:
            stored = self.files.add(content, name, is_photo=as_photo)
        except ApiError as error:
            raise CannotDo(error.description) from None
        body: dict[str, Any] = (
            {"photo": stored.photo_sizes()} if as_photo else {"document": stored.document()}
        )
        if caption:
            body["caption"] = caption
        if album:
            body["media_group_id"] = album
        if reply_to is not None and reply_to in chat.messages:
            body["reply_to_message"] = chat.messages[reply_to]
        return self.say(chat, **body)

    def block(self, chat: Chat, *, blocked: bool) -> None:
        """Block the bot, or take it back."""
        if chat.person.blocked == blocked:
            return
        chat.person.blocked = blocked
        states = (
            {"status": "member", "user": self.bot},
            {"status": "kicked", "user": self.bot, "until_date": 0},
        )
        old, new = states if blocked else states[::-1]
        self.updates.put(
            "my_chat_member",
            {
                "chat": chat.person.chat(),
                "from": chat.person.user(),
                "date": int(self.clock.now().timestamp()),
                "old_chat_member": old,
                "new_chat_member": new,
            },
        )
        self.tell("person", chat.person.__dict__)

    def press(self, chat: Chat, message_id: int, row: int, column: int) -> Press:
        """Press a button that is there."""
        message = chat.messages.get(message_id)
        button = None if message is None else button_at(message, row, column)
        if message is None or button is None:
            raise CannotDo("Такой кнопки уже нет.")
        if chat.person.blocked:
            raise CannotDo("Бот заблокирован: сначала разблокируйте его.")
        if "callback_data" not in button:
            raise CannotDo("Эта кнопка ничего не сообщает боту.")
        return self.press_raw(chat, message, button["callback_data"], row, column, button["text"])

    def press_raw(
        self, chat: Chat, message: dict[str, Any], data: str, row: int = -1, column: int = -1, text: str = ""
    ) -> Press:
        """Press whatever data, as an old or a changed app can."""
        press = Press(str(secrets.randbits(62)), message["message_id"], row, column, text)
        chat.presses[press.id] = press
        chat.journal.append(("press", text or data))
        self.updates.put(
            "callback_query",
            {
                "id": press.id,
                "from": chat.person.user(),
                "message": message,
                "chat_instance": str(chat.person.id * 7919),
                "data": data,
            },
        )
        self.tell("press", {"chat_id": chat.person.id, "press": press.as_json()})
        return press

    def forget_old_presses(self) -> None:
        """Stop the spinners of presses that nobody will answer."""
        before = time.monotonic() - self.query_lifetime
        for chat in self.chats.values():
            for press in list(chat.presses.values()):
                if press.pressed_at >= before:
                    continue
                if press.state == "waiting":
                    press.state = "expired"
                    self.tell("press", {"chat_id": chat.person.id, "press": press.as_json()})
                del chat.presses[press.id]
