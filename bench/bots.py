"""The bots that are measured, each a process: `python -m bench.bots KIND URL [STORE]`.

stock and stock-uvloop: bare aiogram; stock-sends: it only sends; ours: the same handler behind our intake;
talon: the whole bot; talon-no-tickets: the same, which leaves the sending of tickets to later.
idle-loop, without a URL, is no bot: an event loop that watches its own pauses.
"""

import asyncio
import gc
import logging
import signal
import sys
from functools import partial
from pathlib import Path

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from bench.telegram import TOKEN

REMINDER = (
    "🔔 <b>Приём у врача через 3 часа</b>\n\nВторник, 24 ноября, 9:20\nЧехов Антон Павлович, кабинет 214"
)
KEY = "a key of the benchmarks that is long enough 0123456789"


class Pick(CallbackData, prefix="pick"):
    number: int


async def pick(press: CallbackQuery, callback_data: Pick, state: FSMContext, bot: Bot) -> None:
    """Answer and edit, as a handler usually does."""
    data = await state.get_data()
    count = data.get("count", 0) + 1
    await state.set_data({"count": count, "picked": callback_data.number})
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=f"Кнопка {n}", callback_data=Pick(number=n).pack())] for n in range(8)
        ]
    )
    assert press.message is not None
    await press.answer()
    await bot.edit_message_text(
        f"Нажатий: {count}, выбрано {callback_data.number}",
        chat_id=press.message.chat.id,
        message_id=press.message.message_id,
        reply_markup=keyboard,
    )


def routes() -> Router:
    router = Router()
    router.callback_query.register(pick, Pick.filter())
    return router


async def stock(url: str) -> None:
    """Bare aiogram: its own session, polling and memory storage."""
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher = Dispatcher()
    dispatcher.include_router(routes())
    await dispatcher.start_polling(bot)


async def stock_sends(url: str) -> None:
    """Bare aiogram sending one message after the other, as many a second as our limiter lets out."""
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    for number in range(1_000_000):
        begun = asyncio.get_running_loop().time()
        await bot.send_message(1_000_000 + number, REMINDER, parse_mode="HTML")
        await asyncio.sleep(max(0.0, begun + 1 / 29 - asyncio.get_running_loop().time()))


async def ours(url: str, store: str) -> None:
    """The same handler behind our intake, session and dialog state."""
    from bot.dialog_state import DialogStateStorage
    from bot.intake import Intake
    from bot.polling import poll
    from bot.telegram import TelegramSession
    from clinic.clock import SystemClock
    from storage import schema
    from storage.crypto import Keyring
    from storage.database import Database

    address = f"sqlite+aiosqlite:///{Path(store).absolute()}"
    if not schema.is_current(address):
        schema.upgrade(address)
    database = Database(address, Keyring("bench"))
    await database.open()
    session = TelegramSession(TelegramAPIServer.from_base(url))
    bot = Bot(TOKEN, session=session)
    state = DialogStateStorage(database, SystemClock())
    dispatcher = Dispatcher(storage=state)
    dispatcher.include_router(routes())
    intake = Intake(
        database, SystemClock(), bot, partial(dispatcher.feed_update, bot), state, session.keyboards
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    await intake.resume()
    await poll(bot, session, intake, stop)
    await intake.stop()
    await session.close()
    await database.close()


class Pauses:
    """Watches, from SIGUSR1 on, for how long the event loop did not turn; says it when the bot is stopped."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._watching: asyncio.Task[None] | None = None
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._begin)

    def _begin(self) -> None:
        if self._watching is None:
            self._watching = asyncio.create_task(self.watch())

    def end(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            print(f"{self.longest * 1000:.1f}", flush=True)

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(0.002)
            self.longest = max(self.longest, loop.time() - before - 0.002)


async def talon(url: str, store: str, *, tickets: bool) -> None:
    """The whole bot."""
    from bot.app import App
    from bot.config import Config
    from bot.middlewares import Flood
    from reminders.outbox import Outbox

    if not tickets:
        Outbox.take_due = _send_nothing  # type: ignore[assignment,method-assign]
    config = Config(
        bot_token=TOKEN,
        secret_key=KEY,
        database_url=f"sqlite+aiosqlite:///{store}",
        telegram_api_url=url,
        _env_file=None,
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    pauses = Pauses()
    app = App(config, flood=Flood(burst=1 << 40))  # its patients press without a pause
    running = asyncio.create_task(app.run(stop))
    await app.serving.wait()
    await running
    pauses.end()


async def idle_loop() -> None:
    """Watch the pauses of a loop that does nothing else: those of the machine."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    pauses = Pauses()
    print("ready", flush=True)
    await stop.wait()
    pauses.end()


async def _send_nothing(_: object) -> int:
    return 0


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    kind, *arguments = sys.argv[1:]
    if kind == "stock-sends":
        asyncio.run(stock_sends(*arguments))
    elif kind == "stock":
        asyncio.run(stock(*arguments))
    elif kind == "stock-uvloop":
        import uvloop

        gc.freeze()
        uvloop.run(stock(*arguments))
    elif kind == "ours":
        import uvloop

        uvloop.run(ours(*arguments))
    elif kind == "idle-loop":
        import uvloop

        uvloop.run(idle_loop())
    else:
        import uvloop

        uvloop.run(talon(*arguments, tickets=kind == "talon"))


if __name__ == "__main__":
    main()
