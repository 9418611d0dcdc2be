"""A sandbox as an object: `async with Sandbox() as box`."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

from aiohttp import web

from sandbox.actor import Actor
from sandbox.api import BODY_LIMIT, BotApi
from sandbox.calls import Call, Violation
from sandbox.clock import MovableClock
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.limits import MODES
from sandbox.people import Person, demo_people
from sandbox.phone import Phone
from sandbox.updates import Updates
from sandbox.webhook import WebhookPusher
from sandbox.world import World

TOKEN = "42:TEST-TOKEN-OF-THE-SANDBOX"  # noqa: S105
USERNAME = "talon_demo_bot"


class Sandbox:
    """A Telegram of one's own on loopback."""

    def __init__(
        self,
        token: str = TOKEN,
        username: str = USERNAME,
        people: list[Person] | None = None,
        port: int = 0,
        name: str = "Талон",
    ) -> None:
        self.world = World(token, username, demo_people() if people is None else people, name)
        self.token = token
        self._port = port
        self._api = BotApi(self.world)
        self._control = Control(self.world)
        self.phone = Phone(self.world)
        self._runner: web.AppRunner | None = None
        self._pushing: asyncio.Task[None] | None = None
        self.url = ""

    async def __aenter__(self) -> "Sandbox":
        """Listen on 127.0.0.1; raises OSError when the port is taken."""
        app = web.Application(client_max_size=BODY_LIMIT)
        self._api.add_routes(app)
        self._control.add_routes(app)
        self.phone.add_routes(app)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=1,
            handler_cancellation=True,  # a poller that went away must not be taken for a second one
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        await self.phone.start()
        self._pushing = asyncio.create_task(WebhookPusher(self.world, self._api).run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        if self._pushing is not None:
            self._pushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pushing
        await self.phone.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def clock(self) -> MovableClock:
        """The sandbox's clock."""
        return self.world.clock

    def forward(self, by: timedelta) -> None:
        """Move the clock, and the page's with it."""
        for chat in self.world.chats.values():
            chat.journal.append(("clock", _span(by)))
        self._control.forward(by)

    def person(self, first_name: str) -> Actor:
        """Act as one of the people, by their first name."""
        for chat in self.world.chats.values():
            if chat.person.first_name == first_name:
                return Actor(self.world, chat)
        raise KeyError(first_name)

    def join(self, **fields: Any) -> Actor:
        """Act as somebody new."""
        person = self.world.add_person(**fields)
        return Actor(self.world, self.world.chats[person.id])

    @property
    def smtp_url(self) -> str:
        """Where a bot hands its letters over; they are in `phone.letters`."""
        return self.phone.smtp_url

    @property
    def sms_url(self) -> str:
        """Where a bot hands its text messages over; they are in `phone.messages`."""
        return f"{self.url}/sms"

    @property
    def calls(self) -> list[Call]:
        """What the bot called, the latest calls."""
        return list(self.world.log.calls)

    @property
    def violations(self) -> list[Violation]:
        """What Telegram would not have allowed."""
        return self.world.log.violations

    @property
    def faults(self) -> Faults:
        """Faults on order."""
        return self.world.faults

    @property
    def updates(self) -> Updates:
        """The queue of updates."""
        return self.world.updates

    @property
    def limits(self) -> str:
        """How strict the limits on sending are: off, published or strict."""
        return self.world.limits.mode

    @limits.setter
    def limits(self, mode: str) -> None:
        if mode not in MODES:
            raise ValueError(f"limits are one of {', '.join(MODES)}")
        self.world.limits.mode = mode

    def download(self, media: dict[str, Any] | list[dict[str, Any]]) -> bytes:
        """Read a document or a photo of a message."""
        one = media[-1] if isinstance(media, list) else media
        return self.world.files.by_id(one["file_id"]).content


def _span(by: timedelta) -> str:
    """Write a span of time in words: «19 дн. 9 ч 35 мин»."""
    minutes = round(by.total_seconds() / 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        f"{days} дн." if days else "",
        f"{hours} ч" if hours else "",
        f"{minutes} мин" if minutes else "",
    ]
    return " ".join(filter(None, parts)) or f"{by.total_seconds():.0f} с"
