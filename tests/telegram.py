"""The bot and a Telegram in one process without HTTP: once `press` returns, the press has been answered.

Telegram is the sandbox's, below its HTTP layer, so calls are checked as strictly as in the tests of the
whole; the dispatcher is the real one. What differs: updates are worked one by one, the clock stands still.
"""

import json
from email.message import EmailMessage
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.types import Update
from aiogram_dialog.utils import CB_SEP

from bot.dialog_manager import WindowMessages
from bot.dialog_state import DialogStateStorage
from bot.dispatcher import build
from bot.middlewares import Flood, pseudonym
from clinic import feedback, reminding, support
from clinic.locks import Locks
from reminders.channels import Channel
from reminders.chat import ChatChannel
from reminders.codes import Codes
from reminders.desks import OpenDesks
from reminders.feedback import FeedbackChannel
from reminders.mail import MailChannel
from reminders.outbox import Outbox
from reminders.sms import SmsGateway
from reminders.smtp import Smtp
from reminders.support import SupportChannel
from reminders.texts import SmsChannel
from sandbox.actor import Actor
from sandbox.api import BotApi
from sandbox.chats import Chat, Press
from sandbox.errors import ApiError
from sandbox.keyboards import place_of
from sandbox.people import demo_people
from sandbox.transcript import buttons, words
from sandbox.world import World as Telegram
from storage.reference.reader import read_limits
from tests.world import World

TOKEN = "42:TEST"
USERNAME = "talon_demo_bot"
OPERATOR = "ООО «Талон»"
ADMINS = (1004,)
"""Олег, who answers requests to support and decides on comments."""


class Wire(BaseSession):
    """Hands each call to the sandbox's Bot API; `failures` are raised first, one a call."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__()
        self._api = BotApi(telegram)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.failures: list[ApiError] = []
        """Raised instead of doing what is called, one a call."""
        self.refused: list[str] = []
        """What Telegram would not allow."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:
        name = method.__api_method__
        files: dict[str, Any] = {}
        raw = {
            key: prepared
            for key, value in method.model_dump(warnings=False).items()
            if (prepared := self.prepare_value(value, bot=bot, files=files))
        }
        self.calls.append((name, raw))
        parts = {key: (file.filename, await _content(file, bot)) for key, file in files.items()}
        try:
            if self.failures:
                raise self.failures.pop(0)
            result = await self._api.do(name, raw, parts)
        except ApiError as error:
            if error.is_violation:
                self.refused.append(f"{name}: {error.description}")
            answer: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
            if error.retry_after is not None:
                answer["parameters"] = {"retry_after": error.retry_after}
            return self.check_response(bot, method, error.code, json.dumps(answer))
        return self.check_response(bot, method, 200, json.dumps({"ok": True, "result": result})).result

    def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    async def close(self) -> None:
        pass


async def _content(file: Any, bot: Bot) -> bytes:
    return b"".join([part async for part in file.read(bot)])


class Texts(SmsGateway):
    """A gateway that keeps what it is handed: number, words and key."""

    def __init__(self) -> None:
        super().__init__("https://sms.example")
        self.sent: list[tuple[str, str, str]] = []

    async def send(self, to: str, text: str, key: str) -> None:
        self.sent.append((to, text, key))


class Letters(Smtp):
    """A mail server that keeps what it is handed."""

    def __init__(self) -> None:
        super().__init__("mail.example", 25, "talon@clinic.example")
        self.sent: list[EmailMessage] = []

    async def send(self, message: EmailMessage) -> None:
        self.sent.append(message)


class Someone(Actor):
    """A person in a chat; everything is answered when a method returns."""

    def __init__(self, line: "Line", chat: Chat) -> None:
        super().__init__(line.telegram, chat)
        self._line = line

    async def start(self, payload: str = "") -> None:
        await super().start(payload)
        await self._line.work()

    async def send(self, text: str) -> None:
        await super().send(text)
        await self._line.work()

    async def share_contact(self, *, own: bool = True) -> None:
        await super().share_contact(own=own)
        await self._line.work()

    async def press(self, label: str, *, message: dict[str, Any] | None = None, timeout: float = 0) -> Any:
        """Press the button that says or contains this: of the window, else of the newest message with one."""
        (press,) = await self._press_times(label, 1, message)
        return press

    async def press_twice(self, label: str, *, timeout: float = 0) -> Any:
        """Press twice before anything is answered."""
        return await self._press_times(label, 2, None)

    async def _press_times(self, label: str, times: int, message: dict[str, Any] | None) -> list[Press]:
        for shown in [message] if message else [self.screen, *self.chat.newest_first()]:
            if place := place_of(shown, label):
                presses = [
                    self._line.telegram.press(self.chat, shown["message_id"], *place) for _ in range(times)
                ]
                break
        else:
            raise AssertionError(f"no button «{label}» in the chat:\n{self.describe()}")
        await self._line.work()
        assert [press.state for press in presses] == ["answered"] * times
        return presses

    async def press_raw(self, message: dict[str, Any], data: str, *, timeout: float = 0) -> Press:
        """Press whatever data."""
        press = self._line.telegram.press_raw(self.chat, message, data)
        await self._line.work()
        assert press.state == "answered"
        return press

    @property
    def screen(self) -> dict[str, Any]:
        """The newest window, also one with a picture; tickets and files are not meant."""
        return next(
            message
            for message in self.chat.newest_first()
            if message["from"]["is_bot"] and (not {"photo", "document"} & set(message) or _is_window(message))
        )

    def data_of(self, label: str) -> str:
        """Read the callback data of a button of the newest message that has it."""
        for message in (self.screen, *self.chat.newest_first()):
            if place := place_of(message, label):
                row, column = place
                return str(message["reply_markup"]["inline_keyboard"][row][column]["callback_data"])
        raise AssertionError(f"no button «{label}» in the chat:\n{self.describe()}")

    def said(self) -> str:
        """Everything the bot has said in this chat, words and buttons."""
        own = [m for m in self.messages if m["from"]["is_bot"]]
        return "\n".join(f"{words(message)} {buttons(message)}" for message in own)


def _is_window(message: dict[str, Any]) -> bool:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return any(CB_SEP in button.get("callback_data", "") for row in rows for button in row)


async def _nobody(chat_id: int) -> bool:
    return True


class Line:
    """The bot, its Telegram and the small clinic."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.telegram = Telegram(TOKEN, USERNAME, demo_people(), "Талон")
        self.telegram.limits.mode = "off"
        self.wire = Wire(self.telegram)
        self.texts, self.letters = Texts(), Letters()
        self.bot = Bot(TOKEN, session=self.wire, default=DefaultBotProperties(parse_mode="HTML"))
        self.restart()

    def restart(self) -> None:
        """Forget everything that is only in memory."""
        database, clock = self.world.database, self.world.clock
        locks = Locks(database, clock)
        channel = ChatChannel(self.bot, USERNAME, database, clock, locks)
        mail = MailChannel(self.letters, USERNAME, database, clock)
        requests = SupportChannel(self.bot, database, clock, locks, ADMINS, partial(pseudonym, b"log"))
        channels: dict[str, Channel] = {
            reminding.CHAT: channel,
            reminding.EMAIL: mail,
            reminding.SMS: SmsChannel(self.texts, database, clock),
            support.CHANNEL: requests,
            feedback.CHANNEL: FeedbackChannel(self.bot, database, clock, locks, ADMINS),
        }
        self.outbox = Outbox(database, clock, channels)
        state = DialogStateStorage(database, clock)
        self.dispatcher = build(database, clock, state, Flood(burst=100_000), b"log", WindowMessages())
        self.dispatcher.workflow_data.update(
            outbox=self.outbox,
            channel=channel,
            bot_username=USERNAME,
            has_mail=True,
            codes=Codes(self.texts, self.letters),
            operator_name=OPERATOR,
            limits=read_limits(),
            forget_dialogs=None,
            locks=locks,
            admin_ids=ADMINS,
            desks=OpenDesks((), _nobody),
        )

    def person(self, first_name: str) -> Someone:
        return next(
            Someone(self, chat)
            for chat in self.telegram.chats.values()
            if chat.person.first_name == first_name
        )

    async def work(self) -> None:
        """Work every update that waits, then send what is due."""
        while waiting := self.telegram.updates.peek():
            self.telegram.updates.drop()
            for update in waiting:
                await self.feed(update)
        while await self.outbox.send_due():
            pass

    def violations(self) -> list[str]:
        """What Telegram would not allow, of all calls so far."""
        return self.wire.refused + [f"{v.method}: {v.what}" for v in self.telegram.log.violations]

    async def feed(self, update: dict[str, Any]) -> None:
        await self.dispatcher.feed_update(self.bot, Update.model_validate(update, context={"bot": self.bot}))
