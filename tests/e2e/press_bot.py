"""A bot that answers each press and counts them in dialog state: `press_bot.py KIND URL STORE [PORT]`.

`ours` asks for updates, `ours-webhook` listens at PORT. `stock` and `stock-webhook` are the planted faults:
aiogram's own polling and webhook handler, which confirm updates before they are worked.
"""

import asyncio
import signal
import sys
from functools import partial

from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bench.telegram import TOKEN
from bot.dialog_state import DialogStateStorage
from bot.intake import Intake
from bot.polling import poll
from bot.telegram import TelegramSession
from bot.webhook import webhook_app
from clinic.clock import SystemClock
from storage.crypto import Keyring
from storage.database import Database

SECRET = "a-secret_of-the-tests"
PATH = "/hook"
WORK_SECONDS = 0.005
"""As long as a booking takes."""


async def press(query: CallbackQuery, state: FSMContext) -> None:
    await asyncio.sleep(WORK_SECONDS)
    data = await state.get_data()
    await state.set_data({"presses": [*data.get("presses", []), query.id]})
    await query.answer(f"{len(data.get('presses', []))}")


async def listen(app: web.Application, port: int, stop: asyncio.Event) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await stop.wait()
    await runner.cleanup()


async def main(kind: str, url: str, store: str, port: str = "0") -> None:
    database = Database(f"sqlite+aiosqlite:///{store}", Keyring("a secret of the tests"))
    await database.open()
    session = TelegramSession(TelegramAPIServer.from_base(url))
    bot = Bot(TOKEN, session=session)
    clock = SystemClock()
    state = DialogStateStorage(database, clock)
    dispatcher = Dispatcher(storage=state)
    dispatcher.callback_query.register(press)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if kind == "stock":
        await dispatcher.start_polling(bot)
    elif kind == "stock-webhook":
        app = web.Application()
        SimpleRequestHandler(dispatcher, bot, secret_token=SECRET).register(app, PATH)
        await listen(app, int(port), stop)
    else:
        intake = Intake(database, clock, bot, partial(dispatcher.feed_update, bot), state, session.keyboards)
        await intake.resume()
        if kind == "ours":
            await poll(bot, session, intake, stop)
        else:
            await listen(webhook_app(intake, SECRET, PATH), int(port), stop)
        await intake.stop()
        await session.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
