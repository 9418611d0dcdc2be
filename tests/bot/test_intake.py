"""The intake: nothing that was confirmed is lost, nothing spoilt holds up the rest."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.fsm.storage.base import StorageKey
from aiogram.methods import SendMessage
from aiogram.types import Update

from bench.telegram import FakeTelegram, message, person
from bot import lanes
from bot.dialog_state import DialogStateStorage
from bot.intake import Intake
from bot.polling import poll
from bot.purge import purge
from bot.telegram import TelegramSession
from storage.database import Database
from storage.states import InboxState
from tests.world import StoppedClock

Handler = Callable[[Update], Awaitable[object]]
QUICK = (0.01, 0.02)


def said(update_id: int, chat_id: int, text: str = "привет") -> dict[str, Any]:
    incoming = message(chat_id, update_id, text)
    incoming["from"] = person(chat_id)
    return {"update_id": update_id, "message": incoming}


class Desk:
    """An intake whose handler can be told what to do, and what it has seen."""

    def __init__(self, database: Database, clock: StoppedClock, bot: Bot) -> None:
        self.database, self.clock, self.bot = database, clock, bot
        self.seen: list[tuple[int, int]] = []
        self.handler: Handler | None = None
        self.state = DialogStateStorage(database, clock)
        self.intake = self.opened()

    def opened(self, handler_seconds: float = 5.0) -> Intake:
        """Make another intake over the same store, as a restart does."""
        self.state = DialogStateStorage(self.database, self.clock)
        self.intake = Intake(
            self.database,
            self.clock,
            self.bot,
            self._feed,
            self.state,
            handler_seconds=handler_seconds,
            pauses=QUICK,
        )
        return self.intake

    async def _feed(self, update: Update) -> object:
        assert update.message is not None
        if self.handler is not None:
            await self.handler(update)
        self.seen.append((update.message.chat.id, update.update_id))
        return None

    async def settle(self, seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while not self.intake.is_idle:
                await asyncio.sleep(0.005)

    def rows(self) -> dict[int, tuple[InboxState, bytes | None, str | None]]:
        connection = sqlite3.connect(self.database.path)
        found = connection.execute("SELECT update_id, state, payload, error FROM inbox").fetchall()
        connection.close()
        return {row[0]: (InboxState(row[1]), row[2], row[3]) for row in found}


@pytest.fixture
async def desk(database: Database, clock: StoppedClock, bot: Bot) -> AsyncIterator[Desk]:
    desk = Desk(database, clock, bot)
    yield desk
    await desk.intake.stop(0.5)


@asynccontextmanager
async def polling(desk: Desk, session: TelegramSession) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(poll(desk.bot, session, desk.intake, stop, timeout=5, pauses=(0.05, 0.05)))
    yield
    stop.set()
    await asyncio.wait_for(task, 2)


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


# --- kept, confirmed, done


async def test_an_update_is_on_the_disk_sealed_before_it_is_confirmed(desk: Desk) -> None:
    gate = asyncio.Event()
    desk.handler = lambda _: gate.wait()
    await desk.intake.accept([said(1, 7, "меня зовут Анна")])
    state, payload, _ = desk.rows()[1]
    assert state is InboxState.WAITING
    assert payload is not None
    assert "Анна".encode() not in payload
    gate.set()


async def test_a_done_update_keeps_its_number_and_not_its_words(desk: Desk) -> None:
    await desk.intake.accept([said(1, 7)])
    await desk.settle()
    assert desk.rows()[1] == (InboxState.DONE, None, None)


async def test_polling_confirms_only_what_is_written_down(
    desk: Desk, telegram: FakeTelegram, session: TelegramSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(_: object) -> Any:
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(desk.database, "write", locked)
        async with polling(desk, session):
            telegram.write(7, "привет")
            await asyncio.sleep(0.3)
            assert telegram.unconfirmed == 1
            broken.undo()
            await until(lambda: telegram.unconfirmed == 0 and len(desk.seen) == 1)


async def test_the_same_update_twice_is_worked_once_after_a_restart_too(desk: Desk) -> None:
    await desk.intake.accept([said(1, 7), said(1, 7), said(2, 7)])
    await desk.intake.accept([said(1, 7)])
    await desk.settle()
    await desk.opened().resume()
    desk.clock.move(timedelta(hours=25))
    await desk.intake.accept([said(1, 7), said(2, 7)])
    await desk.settle()
    assert desk.seen == [(7, 1), (7, 2)]


async def test_what_a_process_left_undone_is_worked_at_the_next_start_in_order(desk: Desk) -> None:
    desk.handler = lambda _: asyncio.Event().wait()
    await desk.intake.accept([said(n, 7 + n % 2) for n in range(1, 61)])
    await asyncio.sleep(0.05)
    await desk.intake.stop(0)
    assert desk.seen == []
    desk.handler = None
    await desk.opened().resume()
    await desk.intake.accept([said(61, 7), said(62, 8)])
    await desk.settle()
    assert [n for chat, n in desk.seen if chat == 7] == [*range(2, 61, 2), 61]
    assert [n for chat, n in desk.seen if chat == 8] == [*range(1, 61, 2), 62]


async def test_a_stop_finishes_what_is_in_hand_and_leaves_the_rest(desk: Desk) -> None:
    desk.handler = lambda _: asyncio.sleep(0.1)
    await desk.intake.accept([said(1, 7), said(2, 7)])
    await asyncio.sleep(0.02)
    await desk.intake.stop(5)
    states = {number: row[0] for number, row in desk.rows().items()}
    assert states == {1: InboxState.DONE, 2: InboxState.WAITING}


async def test_a_method_that_a_handler_returns_is_called(desk: Desk, telegram: FakeTelegram) -> None:
    async def feed(_: Update) -> object:
        return SendMessage(chat_id=7, text="ответ")

    intake = Intake(desk.database, desk.clock, desk.bot, feed)
    await intake.accept([said(1, 7)])
    await until(lambda: intake.is_idle)
    assert [params["text"] for name, params in telegram.calls if name == "sendMessage"] == ["ответ"]


# --- order and fairness


async def test_order_within_a_chat_is_kept_while_chats_run_side_by_side(desk: Desk) -> None:
    at_once = most = 0

    async def slow(update: Update) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.001 * (update.update_id % 5))
        at_once -= 1

    desk.handler = slow
    await desk.intake.accept([said(n, n % 10) for n in range(300)])
    await desk.settle()
    assert most == 10
    for chat in range(10):
        assert [n for c, n in desk.seen if c == chat] == list(range(chat, 300, 10))


async def test_a_flood_from_one_chat_stays_in_the_store_and_delays_nobody(desk: Desk) -> None:
    desk.handler = lambda _: asyncio.sleep(0.002)
    for first in range(0, 200, 100):
        await desk.intake.accept([said(n, 7) for n in range(first, first + 100)])
    started = time.perf_counter()
    await desk.intake.accept([said(1000, 8)])
    await until(lambda: (8, 1000) in desk.seen)
    assert time.perf_counter() - started < 0.2
    assert desk.intake._lanes.held <= lanes.HELD_PER_CHAT + 1
    await desk.settle(20)
    assert [n for chat, n in desk.seen if chat == 7] == list(range(200))


async def test_updates_that_arrive_during_a_refill_keep_their_place(desk: Desk) -> None:
    """Planted fault when written: `put` that looks at `waiting` alone lets the new ones overtake."""
    for first in range(0, 100, 10):
        await desk.intake.accept([said(n, 7) for n in range(first, first + 10)])
        await asyncio.sleep(0)
    await desk.settle(20)
    assert desk.seen == [(7, n) for n in range(100)]


# --- spoilt updates and handlers


async def test_an_update_that_cannot_be_decoded_is_set_aside_and_told_once(
    desk: Desk, telegram: FakeTelegram, session: TelegramSession, caplog: pytest.LogCaptureFixture
) -> None:
    """Stock polling fetches the batch again and again and answers nobody."""
    poison: list[tuple[int, bytes | dict[str, Any]]] = [
        (1, {"message": {"message_id": "не число", "chat": {"id": 7}}}),
        (2, {"brand_new_kind": {"from": {"id": 7}, "secret": "Анна"}}),
        (3, b'{"update_id":3,"message":{"text":"\\ud800 \xff"}}'),
        (4, b'{"update_id":4,"message":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        (5, b'{"update_id":5,"message":{"text":"lone \\ud800"}}'),
        (6, {"message": {"message_id": 10**18, "date": -1, "chat": {"id": 10**18}, "text": 1}}),
    ]
    for number, update in poison:
        telegram.push(update, number)
    for chat in range(10, 20):
        telegram.write(chat, "привет")
    with caplog.at_level(logging.ERROR):
        started = time.perf_counter()
        async with polling(desk, session):
            await until(lambda: len(desk.seen) == 10, 1.0)
            assert time.perf_counter() - started < 1.0
            await desk.settle()
    rows = desk.rows()
    assert [n for n, row in rows.items() if row[0] is InboxState.SET_ASIDE] == [1, 2, 3, 4, 5, 6]
    told = [record.getMessage() for record in caplog.records if "set aside" in record.getMessage()]
    assert len(told) == 6
    assert all(f"update {n} " in " ".join(told) for n in range(1, 7))
    assert all("Анна" not in text for text in [*told, *(str(row[2]) for row in rows.values())])


async def test_a_handler_that_fails_is_tried_three_times_and_set_aside_without_its_words(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    tries = 0

    async def fail(update: Update) -> None:
        nonlocal tries
        if update.update_id == 1:
            tries += 1
            raise ValueError("Анна Чехова, +79990001122")

    desk.handler = fail
    await desk.intake.accept([said(1, 7), said(2, 7), said(3, 8)])
    await desk.settle()
    state, payload, error = desk.rows()[1]
    assert (tries, state) == (3, InboxState.SET_ASIDE)
    assert payload is not None, "it is kept for the operator"
    assert error is not None
    assert error.startswith("ValueError at test_intake.py:")
    assert sorted(desk.seen) == [(7, 2), (8, 3)]
    assert "Анна" not in caplog.text + error
    assert sum("set aside" in record.getMessage() for record in caplog.records) == 1


async def test_failures_are_counted_across_restarts(desk: Desk) -> None:
    tries = 0

    async def fail(_: Update) -> None:
        nonlocal tries
        tries += 1
        raise ValueError

    desk.handler = fail
    desk.intake._pauses = (60.0,)
    for _ in range(3):
        await desk.intake.resume()
        if tries == 0:
            await desk.intake.accept([said(1, 7)])
        await asyncio.sleep(0.1)
        await desk.intake.stop(1)
        desk.opened()._pauses = (60.0,)
    assert tries == 3
    assert desk.rows()[1][0] is InboxState.SET_ASIDE


async def test_trouble_with_telegram_sets_nothing_aside(desk: Desk, bot: Bot) -> None:
    tries = 0

    async def unreachable(_: Update) -> None:
        nonlocal tries
        tries += 1
        if tries < 10:
            raise TelegramNetworkError(SendMessage(chat_id=7, text=""), "no answer in time")

    desk.handler = unreachable
    await desk.intake.accept([said(1, 7)])
    await desk.settle()
    assert desk.rows()[1][0] is InboxState.DONE


async def test_a_hanging_handler_is_cancelled_and_holds_up_nobody(desk: Desk) -> None:
    async def hang(update: Update) -> None:
        if update.update_id == 1:
            await asyncio.Event().wait()

    desk.opened(handler_seconds=0.2)
    desk.handler = hang
    await desk.intake.accept([said(1, 7), said(2, 7), *(said(n, n) for n in range(10, 60))])
    await until(lambda: len(desk.seen) == 50, 0.5)
    await desk.settle()
    assert desk.rows()[1][0] is InboxState.SET_ASIDE
    assert desk.seen[-1] == (7, 2)


async def test_a_store_that_is_locked_after_the_handler_ran_does_not_run_it_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, failures = desk.database.write, 3

    async def locked(work: Any) -> Any:
        nonlocal failures
        if desk.seen and failures:
            failures -= 1
            raise sqlite3.OperationalError("database is locked")
        return await write(work)

    monkeypatch.setattr(desk.database, "write", locked)
    await desk.intake.accept([said(1, 7)])
    await desk.settle()
    assert desk.seen == [(7, 1)]
    assert desk.rows()[1][0] is InboxState.DONE


# --- dialog state goes with the mark


async def test_dialog_state_is_rolled_back_when_the_handler_fails(desk: Desk) -> None:
    key = StorageKey(bot_id=42, chat_id=7, user_id=7)
    found: list[dict[str, Any]] = []

    async def count_and_fail_once(_: Update) -> None:
        data = await desk.state.get_data(key)
        found.append(data)
        await desk.state.set_data(key, {"count": data.get("count", 0) + 1})
        if len(found) == 1:
            raise ValueError

    desk.handler = count_and_fail_once
    await desk.intake.accept([said(1, 7), said(2, 7)])
    await desk.settle()
    assert found == [{}, {}, {"count": 1}]
    desk.opened()
    assert await desk.state.get_data(key) == {"count": 2}


# --- numbers and age


async def test_numbers_that_begin_anew_after_a_silent_week_are_new_updates(desk: Desk) -> None:
    await desk.intake.accept([said(500, 7), said(501, 7)])
    await desk.settle()
    desk.clock.move(timedelta(days=8))
    await desk.intake.accept([said(17, 7), said(500, 7)])
    await desk.settle()
    assert desk.seen == [(7, 500), (7, 501), (7, 17), (7, 500)]


async def test_polling_follows_a_numbering_that_begins_anew(
    desk: Desk, telegram: FakeTelegram, session: TelegramSession
) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(poll(desk.bot, session, desk.intake, stop, timeout=0))
    telegram.push({"message": said(900, 7)["message"]}, 900)
    await until(lambda: len(desk.seen) == 1)
    await asyncio.sleep(0.1)
    telegram.push({"message": said(17, 7)["message"]}, 17)
    await until(lambda: len(desk.seen) == 2)
    stop.set()
    await task


async def test_done_updates_are_forgotten_after_two_days_and_waiting_ones_never(desk: Desk) -> None:
    await desk.intake.accept([said(n, 7) for n in range(1, 11)])
    await desk.settle()
    desk.handler = lambda _: asyncio.Event().wait()
    await desk.intake.accept([said(11, 7)])
    desk.clock.move(timedelta(hours=47))
    await purge(desk.database, desk.state, desk.clock.now())
    assert len(desk.rows()) == 11
    desk.clock.move(timedelta(days=100))
    await purge(desk.database, desk.state, desk.clock.now())
    assert list(desk.rows()) == [11]


async def test_polling_outlives_whatever_telegram_answers(
    desk: Desk, telegram: FakeTelegram, session: TelegramSession
) -> None:
    spoilt: list[Any] = [
        (502, b"<html>Bad Gateway</html>"),
        (200, b'{"ok":true,"resu'),
        (409, {"ok": False, "error_code": 409, "description": "Conflict: terminated by other getUpdates"}),
        (0, None),
        (200, {"ok": True, "result": "?"}),
        (429, {"ok": False, "error_code": 429, "description": "…", "parameters": {"retry_after": 1}}),
    ]

    async def respond(method: str, _: dict[str, Any]) -> Any:
        return spoilt.pop(0) if method == "getUpdates" and spoilt else None

    telegram.respond = respond
    telegram.write(7, "привет")
    async with polling(desk, session):
        await until(lambda: desk.seen == [(7, 1)])
    assert spoilt == []
