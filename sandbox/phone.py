"""What reaches people outside Telegram: text messages and letters.

The mail server speaks real SMTP (aiosmtpd), the SMS gateway is an HTTP address; both on loopback only.
A chat's transcript tells of them too: of a text message in the chat whose phone it is, of a letter in the
chat where its address was typed last.
"""

import asyncio
import email
import email.policy
from dataclasses import dataclass, field
from pathlib import PurePath
from urllib.parse import quote

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox import wire
from sandbox.chats import Chat
from sandbox.letters import Letter, TextMessage
from sandbox.transcript import words
from sandbox.world import World

REFUSED = "nobody@"
"""Letters to an address that begins like this are refused for good, as those to a mistyped one are."""

_TYPES = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg"}
"""What a browser may open as what it is; anything else is shown as text."""


@dataclass
class Phone:
    """Everybody's letters and text messages; `smtp_url` and `sms_url` are where a bot sends them."""

    world: World
    letters: list[Letter] = field(default_factory=list)
    messages: list[TextMessage] = field(default_factory=list)
    is_mail_down: bool = False
    is_sms_down: bool = False
    smtp_url: str = ""
    _server: asyncio.Server | None = None

    def add_routes(self, app: web.Application) -> None:
        """Listen on `/sms` for the bot and on `/sandbox/…` for the page."""
        app.router.add_post("/sms", self.take_sms)
        app.router.add_get("/sandbox/phone", self.show)
        app.router.add_post("/sandbox/phone", self.switch)
        app.router.add_get(r"/sandbox/letters/{number:\d+}/{name}", self.show_file)

    async def start(self) -> None:
        """Open the mail server on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="localhost", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
        )
        port = self._server.sockets[0].getsockname()[1]
        self.smtp_url = f"smtp://127.0.0.1:{port}?from=talon@clinic.example"

    async def stop(self) -> None:
        """Close the mail server."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def wait_for_letters(self, count: int) -> list[Letter]:
        """Wait, for as long as it takes, until so many letters have come in all."""
        with self.world.listening() as events:
            while len(self.letters) < count:
                await events.get()
        return self.letters

    # --- SMTP (the names are aiosmtpd's)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse an addressee."""
        if self.is_mail_down:
            return "451 4.3.0 Try again later"
        if address.startswith(REFUSED):
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = email.message_from_bytes(content, policy=email.policy.default)
        for address in envelope.rcpt_tos:
            at = self.world.clock.now().timestamp()
            letter = Letter(len(self.letters) + 1, address, at, message)
            self.letters.append(letter)
            self.world.tell("letter", letter.as_json())
            if chat := self._where_typed(address):
                chat.journal.append(("letter", "\n".join((address, letter.subject, *letter.files))))
        return "250 OK"

    def _where_typed(self, address: str) -> Chat | None:
        """Find the chat whose person typed an address last."""
        typed = [
            (message["date"], chat.person.id)
            for chat in self.world.chats.values()
            for message in chat.messages.values()
            if message["from"]["id"] == chat.person.id and address.lower() in words(message).lower()
        ]
        return self.world.chats[max(typed)[1]] if typed else None

    # --- HTTP

    async def take_sms(self, request: web.Request) -> web.Response:
        """Take a text message: JSON {to, text}, with an Idempotency-Key."""
        if self.is_sms_down:
            return web.json_response({"error": "try again later"}, status=503)
        body = await request.json()
        key = request.headers.get("Idempotency-Key", "")
        if not key or not body.get("to") or not body.get("text"):
            return web.json_response({"error": "to, text and Idempotency-Key are needed"}, status=400)
        if not any(message.key == key for message in self.messages):
            message = TextMessage(body["to"], body["text"], key, self.world.clock.now().timestamp())
            self.messages.append(message)
            self.world.tell("sms", message.as_json())
            for chat in self.world.chats.values():
                if chat.person.phone_number == message.to.lstrip("+"):
                    chat.journal.append(("sms", f"{message.to}\n{message.text}"))
        return web.json_response({"ok": True})

    async def show(self, _: web.Request) -> web.Response:
        """Give the page everything that has come."""
        return wire.answer(
            {
                "letters": [letter.as_json() for letter in self.letters],
                "messages": [message.as_json() for message in self.messages],
                "outages": self._outages(),
            }
        )

    def _outages(self) -> dict[str, bool]:
        return {"mail": self.is_mail_down, "sms": self.is_sms_down}

    async def switch(self, request: web.Request) -> web.Response:
        """Put the mail server or the SMS gateway out of order, or right: JSON {mail, sms}, or one."""
        body = await request.json()
        self.is_mail_down = bool(body.get("mail", self.is_mail_down))
        self.is_sms_down = bool(body.get("sms", self.is_sms_down))
        self.world.tell("outages", self._outages())
        return wire.answer({"ok": True})

    async def show_file(self, request: web.Request) -> web.Response:
        """Open an attachment."""
        number, name = int(request.match_info["number"]), request.match_info["name"]
        letter = next((one for one in self.letters if one.number == number), None)
        if letter is None or name not in letter.files:
            raise web.HTTPNotFound
        kind = _TYPES.get(PurePath(name).suffix.lower())
        return web.Response(
            body=letter.files[name],
            content_type=kind or "text/plain",
            charset=None if kind else "utf-8",
            headers={
                "Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}",
                "X-Content-Type-Options": "nosniff",
            },
        )
