"""The webhook: Telegram brings updates; 200 is said when they are on the disk."""

import asyncio
import hmac
import logging
import sqlite3
from urllib.parse import urlsplit

from aiogram import Bot
from aiohttp import web

from bot.config import Config
from bot.intake import Intake
from bot.updates import read_update

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
BODY_LIMIT = 1024 * 1024
"""Most bytes of an update, unpacked; Telegram's own are a few kilobytes."""
BODY_SECONDS = 10.0


class Webhook:
    """Answers Telegram's requests: 401 without the secret, 400 for what is no update, 503 without a store."""

    def __init__(self, intake: Intake, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook without a secret would let anyone in")
        self._intake = intake
        self._secret = secret.encode()

    async def handle(self, request: web.Request) -> web.Response:
        """Take one update in."""
        # a header that is not ASCII comes as surrogates: bytes compare, text would raise
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=401)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        if read_update(body) is None:
            logger.error("something that is no update came to the webhook")
            return web.Response(status=400)
        try:
            await self._intake.accept([body])
        except sqlite3.OperationalError as error:
            logger.error("an update could not be written down: %s", type(error).__name__)
            return web.Response(status=503)
        return web.Response()


def webhook_app(intake: Intake, secret: str, path: str) -> web.Application:
    """Build the web application that listens at `path`, to POST alone."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app.router.add_post(path, Webhook(intake, secret).handle)
    return app


async def serve_webhook(
    bot: Bot, intake: Intake, config: Config, stop: asyncio.Event, allowed_updates: list[str]
) -> None:
    """Listen on HTTP_PORT, tell Telegram where, and stay until `stop` is set."""
    if config.webhook_url is None or config.webhook_secret is None:
        raise ValueError("the webhook needs its address and its secret")
    secret = config.webhook_secret.get_secret_value()
    runner = web.AppRunner(webhook_app(intake, secret, urlsplit(config.webhook_url).path), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.http_host, config.http_port).start()
        await bot.set_webhook(
            config.webhook_url, secret_token=secret, allowed_updates=allowed_updates, max_connections=40
        )
        await stop.wait()
    finally:
        await runner.cleanup()
