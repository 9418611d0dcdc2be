"""Kept-alive HTTP/1.1 connections to one host, for small requests: three of them make a press.

aiohttp's client costs about five times as much a request, mostly for what is not needed here (cookies,
redirects, middlewares, tracing). Parsing is httptools', dialling is aiohappyeyeballs': aiohttp's own choice.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping

import aiohappyeyeballs
from httptools import HttpParserError, HttpResponseParser
from yarl import URL

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 15.0
"""A connection that was not used for so long may be dead without anyone having said so: it is dropped."""
LIMIT = 100
"""Most connections at a time."""
BODY_LIMIT = 32 * 1024 * 1024


class NotConnected(ConnectionError):
    """The host could not be reached: the request was not sent."""


class ConnectionBroken(ConnectionError):
    """The line broke after the request was sent, or what came back was no HTTP: it may have been acted on."""


class Connections:
    """A pool of connections to the host of `base`."""

    def __init__(self, base: URL, tls: ssl.SSLContext, headers: Mapping[str, str]) -> None:
        host, port = base.raw_host, base.port
        if host is None or port is None or base.scheme not in ("http", "https"):
            raise ValueError("the address must be http:// or https:// with a host")
        self._host, self._port = host, port
        self._tls = tls if base.scheme == "https" else None
        name = base.raw_authority.rpartition("@")[2]
        self._head = "".join(f"{key}: {value}\r\n" for key, value in {"Host": name, **headers}.items())
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()
        self._room = asyncio.Semaphore(LIMIT)

    def request_head(self, path: str) -> bytes:
        """Build what a POST to `path` begins with, to be used again and again; raises ValueError."""
        if any(sign <= " " for sign in path):
            raise ValueError("a path has no spaces and no line breaks")
        return f"POST {path} HTTP/1.1\r\n{self._head}Content-Length: ".encode()

    async def post(self, head: bytes, body: bytes, seconds: float) -> tuple[int, bytes]:
        """Send a request and return its status and body.

        Raises NotConnected, ConnectionBroken, or TimeoutError after `seconds`.
        """
        async with self._room:
            connection = self._take_idle() or await self._connect()
            try:
                async with asyncio.timeout(seconds):
                    answer = await connection.request(b"%b%d\r\n\r\n%b" % (head, len(body), body))
            except BaseException:
                connection.abort()
                raise
            if connection.can_be_kept:
                self._idle.append(connection)
            else:
                connection.abort()
            return answer

    async def close(self) -> None:
        """Close all connections; what is under way breaks."""
        for connection in list(self._open):
            connection.abort()
        self._idle.clear()
        await asyncio.sleep(0)

    def _take_idle(self) -> "_Connection | None":
        while self._idle:
            connection = self._idle.pop()
            if connection.is_fresh():
                return connection
            connection.abort()
        return None

    async def _connect(self) -> "_Connection":
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                addresses = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
                line = await aiohappyeyeballs.start_connection(addresses, happy_eyeballs_delay=0.25)
                line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                _, connection = await loop.create_connection(
                    lambda: _Connection(self._open),
                    sock=line,
                    ssl=self._tls,
                    server_hostname=self._host if self._tls else None,
                )
        except (OSError, TimeoutError) as error:
            raise NotConnected(type(error).__name__) from None
        return connection


class _Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self, register: set["_Connection"]) -> None:
        self._register = register
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = HttpResponseParser(self)
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._body: list[bytes] = []
        self._size = 0
        self._used_at = self._loop.time()
        self.can_be_kept = False

    def is_fresh(self) -> bool:
        """Tell whether the connection is open and was used not long ago."""
        return self._transport is not None and self._loop.time() - self._used_at < IDLE_SECONDS

    def request(self, data: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a request; the future brings status and body."""
        self._answer = self._loop.create_future()
        self.can_be_kept = False
        if self._transport is None:
            self._answer.set_exception(ConnectionBroken("closed"))
        else:
            self._transport.write(data)
        return self._answer

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()
            self._lose("closed")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = transport  # type: ignore[assignment]
        self._register.add(self)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        if self._answer is None or self._answer.done():
            self.abort()  # nobody asked for this
            return
        try:
            self._parser.feed_data(data)
        except HttpParserError:
            self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """Called by the loop."""
        self._lose("the line broke" if error else "closed by the host")

    # called by the parser

    def on_message_begin(self) -> None:
        self._body, self._size = [], 0

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > BODY_LIMIT:
            self.abort()
        self._body.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:
            return  # 100 Continue: the answer is still to come
        self.can_be_kept = self._parser.should_keep_alive()
        self._used_at = self._loop.time()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, b"".join(self._body)))

    def _lose(self, why: str) -> None:
        self._transport = None
        self._register.discard(self)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionBroken(why))
