"""Putting the bot together, and one life of it: open, work what was left, serve, close in order."""

import asyncio
import contextlib
import gc
import hashlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from aiogram import BaseMiddleware, Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from aiogram.types import LinkPreviewOptions, User
from pydantic import SecretStr

from bot import commands
from bot.backups import Nightly
from bot.config import BadConfig, Config
from bot.counts import Counts
from bot.dialog_manager import WindowMessages
from bot.dialog_state import DialogStateStorage
from bot.dispatcher import build
from bot.intake import Intake
from bot.middlewares import Flood, pseudonym
from bot.owner import Owner
from bot.polling import poll
from bot.purge import DIALOGS_KEPT
from bot.send_limits import SendLimits
from bot.shown_again import show_desk, show_hold
from bot.status import Status
from bot.telegram import TelegramSession
from clinic import family, feedback, reminding, reviews, search
from clinic import support as requests
from clinic.clock import Clock, SystemClock
from clinic.locks import Locks
from clinic.waiting import notices, offering
from reminders import clock as reminder_clock
from reminders.channels import Channel
from reminders.chat import ChatChannel
from reminders.codes import Codes
from reminders.desks import OpenDesks
from reminders.feedback import FeedbackChannel
from reminders.holds import HoldNotes
from reminders.mail import MailChannel
from reminders.notes import NoteChannel
from reminders.outbox import Outbox
from reminders.sms import SmsGateway
from reminders.smtp import Smtp
from reminders.support import SupportChannel
from reminders.texts import SmsChannel
from reminders.waiting import WaitingChannel
from reminders.watch import Watch
from storage import schema
from storage.crypto import Keyring
from storage.database import Database, sqlite_path
from storage.reference.reader import LIMITS, read_limits

if TYPE_CHECKING:
    from bot.redis_state import RedisDialogState

logger = logging.getLogger(__name__)
T = TypeVar("T")

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member", "inline_query"]
GRACE = 8.0
"""Seconds for what is in hand when the bot is told to stop; a service manager waits ten."""
VEILING = 1.0
"""Seconds for veiling personal windows at the end: later there is nobody who does it once they are idle."""
_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)
FIRST_WORD = 2.0
"""Seconds after which it is said that Telegram has not answered yet."""
ROOT = Path(__file__).parent.parent


class App:
    """The bot with everything it needs; `run` is its whole life."""

    def __init__(
        self,
        config: Config,
        clock: Clock | None = None,
        *,
        flood: BaseMiddleware | None = None,
        limits: SendLimits | None = None,
    ) -> None:
        self.config = config
        self.clock = clock or SystemClock()
        self.database = Database(config.database_url, Keyring(*config.keys))
        self.nightly = Nightly(config, self.clock)
        self.serving = asyncio.Event()
        """Set once updates are taken in."""
        self._flood = flood or Flood()
        self._limits = limits

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then finish what is in hand.

        Raises BadConfig where Telegram does not know the token or another process owns the store.
        """
        async with AsyncExitStack() as stack:
            stack.enter_context(Owner(self.database.path))
            await asyncio.to_thread(prepare_store, self.config.database_url)
            await self.database.open()
            stack.push_async_callback(self.database.close)
            self.database.before_commit = offering.settling(self.database.keyring, self.clock.now)
            counts = Counts()
            status = Status(self.config, self.database, self.clock, counts, self.serving, stop)
            await stack.enter_async_context(status.listening())
            session = TelegramSession(_server(self.config.telegram_api_url), self._limits, counts)
            stack.push_async_callback(session.close)
            bot = Bot(
                self.config.bot_token.get_secret_value(),
                session=session,
                default=DefaultBotProperties(
                    parse_mode="HTML", link_preview=LinkPreviewOptions(is_disabled=True)
                ),
            )
            state = self._state()
            if not isinstance(state, DialogStateStorage):
                stack.push_async_callback(state.close)
                await state.check()
            me = await self._introduce(bot, stop)
            if me is None:
                return
            username = me.username or ""
            locks = Locks(self.database, self.clock)
            smtp = _optional(Smtp.from_url, self.config.smtp_url)
            sms = _optional(SmsGateway.from_url, self.config.sms_url)
            channel = ChatChannel(bot, username, self.database, self.clock, locks)
            telegram = self._telegram_channels(channel, bot, username, locks)
            elsewhere: dict[str, Channel] = {}
            if smtp is not None:
                elsewhere[reminding.EMAIL] = MailChannel(smtp, username, self.database, self.clock)
            if sms is not None:
                elsewhere[reminding.SMS] = SmsChannel(sms, self.database, self.clock)
            codes = Codes(sms, smtp)
            outbox = status.outbox = Outbox(
                self.database,
                self.clock,
                telegram | elsewhere,
                counts.message,
                turn=session.limits.take_turn,
                in_turn=tuple(telegram),
            )
            windows = WindowMessages()
            dispatcher = build(self.database, self.clock, state, self._flood, self._log_key(), windows)
            dispatcher.workflow_data.update(
                outbox=outbox,
                channel=channel,
                bot_username=username,
                has_mail=smtp is not None,
                codes=codes,
                locks=locks,
                operator_name=self.config.operator_name,
                admin_ids=self.config.admin_ids,
                limits=read_limits(Path(self.config.limits_file) if self.config.limits_file else LIMITS),
                forget_dialogs=None if isinstance(state, DialogStateStorage) else state.forget,
            )
            await dispatcher.emit_startup(bot=bot)
            intake = Intake(
                self.database,
                self.clock,
                bot,
                partial(dispatcher.feed_update, bot),
                state if isinstance(state, DialogStateStorage) else None,
                session.keyboards,
                counts=counts,
            )
            holds = HoldNotes(self.database, partial(show_hold, dispatcher, bot, intake))
            desks = OpenDesks(self.config.admin_ids, partial(show_desk, dispatcher, bot, intake))
            dispatcher.workflow_data["desks"] = desks
            watch = Watch(self.database)
            scheduler = reminder_clock.ticking(self.database, self.clock, outbox, holds, watch)
            scheduler.add_job(
                partial(windows.veil_locked, bot, locks),
                "interval",
                seconds=reminder_clock.TICK_SECONDS,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
            scheduler.add_job(
                desks.tick,
                "interval",
                seconds=reminder_clock.TICK_SECONDS,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
            scheduler.add_job(self.nightly.tick, "interval", minutes=1, coalesce=True, max_instances=1)
            stack.callback(self.nightly.stop)
            scheduler.start()
            stack.callback(scheduler.shutdown, wait=False)
            sending = asyncio.create_task(outbox.run(stop))
            publishing = asyncio.create_task(commands.keep_publishing(bot, self.config.admin_ids))
            warming = asyncio.create_task(search.warm(self.database))
            _settle_memory()
            await reviews.tell_untold(self.database, self.config.admin_ids, self.clock.now())
            await intake.resume()
            self.serving.set()
            logger.info("serving as @%s", username)
            if not self.config.admin_ids:
                logger.warning("ADMIN_IDS is not set: nobody answers what patients would write to support")
            try:
                await self._serve(bot, session, intake, stop)
            finally:
                await intake.stop(GRACE)
                outbox.wake()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(windows.veil_all(bot), VEILING)
                publishing.cancel()
                warming.cancel()
                await asyncio.gather(publishing, warming, return_exceptions=True)
                await asyncio.wait([sending], timeout=2)
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
                await dispatcher.emit_shutdown(bot=bot)
                logger.info("stopped")

    def _telegram_channels(
        self, channel: ChatChannel, bot: Bot, username: str, locks: Locks
    ) -> dict[str, Channel]:
        """Make the channels that share Telegram's limits."""
        admin_ids = self.config.admin_ids
        name = partial(pseudonym, self._log_key())
        return {
            reminding.CHAT: channel,
            family.NOTE: NoteChannel(bot, username, locks),
            notices.CHANNEL: WaitingChannel(bot, self.database, self.clock, locks),
            feedback.CHANNEL: FeedbackChannel(bot, self.database, self.clock, locks, admin_ids),
            requests.CHANNEL: SupportChannel(bot, self.database, self.clock, locks, admin_ids, name),
        }

    async def _serve(self, bot: Bot, session: TelegramSession, intake: Intake, stop: asyncio.Event) -> None:
        if self.config.webhook_url is None:
            await _until_done(partial(bot.delete_webhook, drop_pending_updates=False), stop)
            await poll(bot, session, intake, stop, ALLOWED_UPDATES)
            return
        from bot.webhook import serve_webhook

        await serve_webhook(bot, intake, self.config, stop, ALLOWED_UPDATES)

    def _state(self) -> "DialogStateStorage | RedisDialogState":
        if self.config.redis_url:
            from bot.redis_state import RedisDialogState  # a megabyte that others do without

            return RedisDialogState(self.config.redis_url, self.database.keyring, DIALOGS_KEPT)
        return DialogStateStorage(self.database, self.clock)

    def _log_key(self) -> bytes:
        return hashlib.sha256(b"log" + self.config.keys[0].encode()).digest()

    async def _introduce(self, bot: Bot, stop: asyncio.Event) -> User | None:
        """Ask Telegram who we are, again while it cannot be reached; None when told to stop meanwhile."""
        waiting = asyncio.get_running_loop().call_later(
            FIRST_WORD,
            logger.warning,
            "Telegram has not answered yet at %s, still trying",
            self.config.telegram_api_url,
        )
        try:
            return await _until_done(bot.get_me, stop)
        except TelegramUnauthorizedError:
            raise BadConfig("BOT_TOKEN is wrong: Telegram does not know it") from None
        finally:
            waiting.cancel()


async def _until_done(call: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T | None:
    """Make a call until it succeeds; TelegramUnauthorizedError ends it."""
    tries = 0
    while not stop.is_set():
        try:
            return await call()
        except TelegramUnauthorizedError:
            raise
        except TelegramAPIError as error:
            pause = _PAUSES[min(tries, len(_PAUSES) - 1)]
            tries += 1
            logger.warning("Telegram does not answer (%s), again in %s s", type(error).__name__, pause)
            try:
                await asyncio.wait_for(stop.wait(), pause)
            except TimeoutError:
                continue
    return None


def prepare_store(url: str) -> None:
    """Bring the schema up to date, in a process of its own: Alembic would stay in the memory of this."""
    if schema.is_current(url):
        return
    import subprocess
    import sys

    code = "import sys; from storage import schema; schema.upgrade(sys.argv[1])"
    store = f"sqlite+aiosqlite:///{sqlite_path(url).absolute()}"  # the child stands where our modules are
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, store], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        logger.error("migrating failed: %s", done.stderr)
        raise BadConfig(f"the store could not be migrated: {done.stderr.strip().splitlines()[-1]}")


def _optional(read: Callable[[str], T], setting: SecretStr | None) -> T | None:
    return None if setting is None else read(setting.get_secret_value())


def _server(url: str) -> TelegramAPIServer:
    return PRODUCTION if url == "https://api.telegram.org" else TelegramAPIServer.from_base(url)


def _settle_memory() -> None:
    """Let the collector skip what is loaded for good: a full collection over it takes 100 ms and more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
