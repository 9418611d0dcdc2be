"""`python bot.py demo`: sandbox and bot in one process, on a store that is thrown away."""

import asyncio
import contextlib
import logging
import secrets
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

from bot import log
from bot.app import App, prepare_store
from bot.config import BadConfig, Config
from bot.middlewares import Flood
from bot.send_limits import SendLimits
from clinic import patients, planning, reminding
from documents import own_data
from documents.own_data import OwnData, Section
from sandbox.server import Sandbox
from storage import notifications
from storage.crypto import Keyring
from storage.database import Database
from storage.demo import past
from storage.people import Person
from storage.seed import seed_demo, seed_reference
from storage.types import Tx

ADMIN_IDS = (1004,)
"""Олег Титов of the sandbox: requests to support come to him."""
VERA = 1005
"""Вера Соколова of the sandbox: she has been at doctors before."""
BLOOD_TEST = OwnData(
    "Общий анализ крови",
    "Соколова Вера Николаевна, 09.05.1952. Демонстрация: такой лаборатории нет.",
    (
        Section(
            "Показатели",
            (
                ("Гемоглобин", "134 г/л (норма 120–150)"),
                ("Эритроциты", "4,4 × 10¹²/л (норма 3,8–5,1)"),
                ("Лейкоциты", "8,7 × 10⁹/л (норма 4,0–9,0)"),
                ("Тромбоциты", "245 × 10⁹/л (норма 150–400)"),
                ("СОЭ", "17 мм/ч (норма 2–20)"),
            ),
        ),
    ),
    "Результаты оценивает врач.",
    "ru",
)
logger = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def playground(
    port: int = 0,
    *,
    flood: Flood | None = None,
    limits: SendLimits | None = None,
    store: Path | None = None,
) -> AsyncIterator[Sandbox]:
    """Run a sandbox and a bot with the demo clinic in it, until the block is left.

    The store is a new file that is thrown away, or `store`.
    Raises BadConfig when the port is taken; whatever ends the bot early comes out of the block.
    """
    with tempfile.TemporaryDirectory(prefix="talon-") as folder:
        url = f"sqlite+aiosqlite:///{store or Path(folder) / 'talon.db'}"
        key = secrets.token_urlsafe(32)
        try:
            async with Sandbox(port=port) as box:
                config = Config(
                    bot_token=box.token,
                    secret_key=key,
                    database_url=url,
                    telegram_api_url=box.url,
                    smtp_url=box.smtp_url,
                    sms_url=box.sms_url,
                    admin_ids=ADMIN_IDS,
                    log_level="WARNING",
                    _env_file=None,
                )
                await _fill(url, key, box)
                async with _running(App(config, box.clock, flood=flood, limits=limits)):
                    yield box
        except OSError as error:
            if error.errno not in (13, 98, 48):
                raise
            raise BadConfig(
                f"port {port} is taken; choose another one: python bot.py demo --port 8100"
            ) from None


async def _fill(url: str, key: str, box: Sandbox) -> None:
    await asyncio.to_thread(prepare_store, url)
    database = Database(url, Keyring(key))
    await database.open()
    try:
        await seed_reference(database)
        await seed_demo(database, box.clock.now())
        await _give_past(database, box.clock.now())
    finally:
        await database.close()


async def _give_past(database: Database, now: datetime) -> None:
    """Let one of the sandbox's people have been at doctors before, with what came out of it."""
    person = Person("Соколова", "Вера", "Николаевна", date(1952, 5, 9), sex="female", region="RU-KGD")
    since = now - timedelta(days=100)
    new = patients.Registration(VERA, "ru", patients.CONSENT_VERSION, since, "+79990000105", person)
    patient = await patients.register(database, new, since)
    file = await asyncio.to_thread(own_data.render, BLOOD_TEST)

    def work(tx: Tx) -> None:
        visit_id = past.give(tx, database.keyring, patient.id, patient.account_id, now, file)
        if visit_id is not None:  # she is told as soon as the demo begins
            kind = planning.RESULT_READY
            notifications.plan(tx, visit_id, patient.account_id, kind, reminding.CHAT, 0, now)

    await database.write(work)


@contextlib.asynccontextmanager
async def _running(app: App) -> AsyncIterator[None]:
    stop = asyncio.Event()
    life = asyncio.create_task(app.run(stop))
    serving = asyncio.create_task(app.serving.wait())
    await asyncio.wait({life, serving}, return_when="FIRST_COMPLETED")
    serving.cancel()
    try:
        if not life.done():
            yield
    finally:
        stop.set()
        await life


def run_demo(port: int) -> int:
    """Serve the page until interrupted; returns the exit code."""
    log.set_up("WARNING")

    async def serve() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        sys.stdout.write("Filling the demo clinic…\n")
        async with playground(port) as box:
            sys.stdout.write(f"\nOpen {box.url} in a browser. Ctrl+C ends the demo.\n")
            sys.stdout.flush()
            await stop.wait()

    asyncio.run(serve())
    return 0
