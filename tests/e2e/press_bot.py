"""A bot that answers each press and counts them in dialog state: `press_bot.py ours|stock URL STORE`.

`stock` is the planted fault: aiogram's own polling, which confirms updates before they are worked.
"""

import asyncio
import signal
import sys
from functools import partial

from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bench.telegram import TOKEN
from bot.dialog_state import DialogStateStorage
from bot.intake import Intake
from bot.polling import poll
from bot.telegram import TelegramSession
from clinic.clock import SystemClock
from storage.crypto import Keyring
from storage.database import Database


async def press(query: CallbackQuery, state: FSMContext) -> None:
    await asyncio.sleep(0.005)  # as long as a booking takes
    data = await state.get_data()
    await state.set_data({"presses": [*data.get("presses", []), query.id]})
    await query.answer(f"{len(data.get('presses', []))}")


async def main(kind: str, url: str, store: str) -> None:
    database = Database(f"sqlite+aiosqlite:///{store}", Keyring("a secret of the tests"))
    await database.open()
    session = TelegramSession(TelegramAPIServer.from_base(url))
    bot = Bot(TOKEN, session=session)
    clock = SystemClock()
    state = DialogStateStorage(database, clock)
    dispatcher = Dispatcher(storage=state)
    dispatcher.callback_query.register(press)
    if kind == "stock":
        await dispatcher.start_polling(bot)
    else:
        intake = Intake(database, clock, bot, partial(dispatcher.feed_update, bot), state, session.keyboards)
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await intake.resume()
        await poll(bot, session, intake, stop)
        await intake.stop()
        await session.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
