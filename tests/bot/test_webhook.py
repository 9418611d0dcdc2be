"""The webhook: only Telegram gets in, and hears 200 only when the update is on the disk."""

import asyncio
import io
import sqlite3
import time
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Update
from aiohttp import ClientSession, web

from bench.telegram import message, person
from bot import webhook
from bot.intake import Intake
from bot.webhook import SECRET_HEADER, Webhook, webhook_app
from storage.database import Database
from tests.world import StoppedClock

SECRET = "a-secret_of-the-tests"


class Place:
    """A webhook that listens, and what came through it."""

    def __init__(self, database: Database, clock: StoppedClock, bot: Bot) -> None:
        self.database = database
        self.seen: list[int] = []
        self.intake = Intake(database, clock, bot, self._feed)
        self.port = 0

    async def _feed(self, update: Update) -> None:
        self.seen.append(update.update_id)

    async def post(self, body: bytes | io.BytesIO, secret: str | None = SECRET, **headers: str) -> int:
        if secret is not None:
            headers[SECRET_HEADER] = secret
        async with (
            ClientSession() as client,
            client.post(f"http://127.0.0.1:{self.port}/hook", data=body, headers=headers) as response,
        ):
            return response.status

    async def speak(self, raw: bytes) -> bytes:
        """Send bytes as they are and read the status line."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(raw)
        line = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        return line

    def count(self) -> int:
        connection = sqlite3.connect(self.database.path)
        count: int = connection.execute("SELECT COUNT(*) FROM inbox").fetchone()[0]
        connection.close()
        return count


def said(update_id: int, text: str = "привет") -> bytes:
    import orjson

    incoming = message(7, update_id, text) | {"from": person(7)}
    return orjson.dumps({"update_id": update_id, "message": incoming})


@pytest.fixture
async def place(database: Database, clock: StoppedClock, bot: Bot) -> AsyncIterator[Place]:
    place = Place(database, clock, bot)
    runner = web.AppRunner(webhook_app(place.intake, SECRET, "/hook"), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    place.port = runner.addresses[0][1]
    yield place
    await runner.cleanup()
    await place.intake.stop(1)


async def test_an_update_gets_200_when_it_is_written_down_and_is_worked_once(place: Place) -> None:
    assert await place.post(said(1)) == 200
    assert place.count() == 1
    assert await place.post(said(1)) == 200
    await asyncio.sleep(0.1)
    assert place.seen == [1]


async def test_a_store_that_fails_gets_503_so_that_telegram_comes_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(_: object) -> Any:
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(place.database, "write", locked)
        assert await place.post(said(1)) == 503
    assert await place.post(said(1)) == 200


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "x" * 8000])
async def test_without_the_secret_nobody_gets_in(secret: str | None, place: Place) -> None:
    assert await place.post(said(1), secret) == 401
    assert place.count() == 0


@pytest.mark.parametrize("secret", ["пароль".encode(), b"\xff\xfe", SECRET.encode() + b"\xc3", "é".encode()])
async def test_a_secret_that_is_not_ascii_gets_401_not_500(secret: bytes, place: Place) -> None:
    """Stock answers 500: `compare_digest` refuses such text."""
    head = b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
    line = await place.speak(head + SECRET_HEADER.encode() + b": " + secret + b"\r\n\r\n{}")
    assert line.split()[1] == b"401"


async def test_a_secret_of_ten_megabytes_is_refused(place: Place) -> None:
    head = b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n" + SECRET_HEADER.encode() + b": "
    try:
        line = await place.speak(head + b"x" * 10_000_000 + b"\r\n\r\n{}")
    except ConnectionError:
        line = b"HTTP/1.1 400 cut off"
    assert line == b"" or line.split()[1][:1] == b"4"
    assert await place.post(said(1)) == 200, "others are served"


NO_UPDATES = [
    b"",
    b"{",
    b"[]",
    b'"text"',
    b"{}",
    b'{"update_id":"1"}',
    b'{"update_id":true}',
    b'{"update_id":1e400}',
    b'{"update_id":99999999999999999999}',
    b"\xff\xfe",
]


@pytest.mark.parametrize("body", NO_UPDATES)
async def test_what_is_no_update_gets_400(body: bytes, place: Place) -> None:
    assert await place.post(body) == 400
    assert place.count() == 0


@pytest.mark.parametrize(
    "body", [b'{"update_id":5,"message":{"text":"\\ud800"}}', b'{"update_id":5,"m":' + b"[" * 100_000]
)
async def test_an_update_that_cannot_be_read_is_set_aside_and_not_sent_again(
    body: bytes, place: Place
) -> None:
    assert await place.post(body) == 200
    assert place.count() == 1
    await asyncio.sleep(0.05)
    assert place.seen == []


async def test_others_are_answered_within_a_second_while_undecodable_updates_come(place: Place) -> None:
    spoilt = [
        b'{"update_id":%d,"message":{"message_id":"x","chat":{"id":7}}}' % number for number in range(1, 21)
    ]
    started = time.perf_counter()
    updates = [update for number, bad in enumerate(spoilt, 101) for update in (bad, said(number))]
    assert await asyncio.gather(*map(place.post, updates)) == [200] * 40
    while len(place.seen) < 20:
        assert time.perf_counter() - started < 1
        await asyncio.sleep(0.005)
    assert sorted(place.seen) == list(range(101, 121))


async def test_a_body_that_is_too_big_gets_413_packed_or_not(place: Place) -> None:
    assert await place.post(io.BytesIO(b" " * (webhook.BODY_LIMIT + 1))) == 413
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = bomb.compress(b" " * 50_000_000) + bomb.flush()
    assert await place.post(packed, **{"Content-Encoding": "gzip"}) == 413
    assert place.count() == 0


async def test_a_body_that_never_ends_is_not_waited_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "BODY_SECONDS", 0.1)
    head = f"POST /hook HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 99\r\n\r\n{{"
    assert (await place.speak(head.encode())).split()[1] == b"408"


@pytest.mark.parametrize(
    ("request_line", "status"), [("GET /hook", b"405"), ("PUT /hook", b"405"), ("POST /", b"404")]
)
async def test_only_posts_to_the_path_are_served(request_line: str, status: bytes, place: Place) -> None:
    raw = f"{request_line} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 0\r\n\r\n"
    assert (await place.speak(raw.encode())).split()[1] == status


def test_a_webhook_without_a_secret_is_not_built(database: Database, clock: StoppedClock, bot: Bot) -> None:
    with pytest.raises(ValueError, match="let anyone in"):
        Webhook(Intake(database, clock, bot, lambda _: asyncio.sleep(0)), "")
