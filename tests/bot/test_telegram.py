"""The session: aiogram's types and errors, Telegram's limits kept, tried again where it does no harm."""

import asyncio
import logging
import re
import time
import traceback
from datetime import UTC, datetime
from typing import Any

import pytest
import uvloop
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    BanChatMember,
    EditMessageMedia,
    EditMessageText,
    SendMessage,
    SendPhoto,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
)

import bot.telegram
from bench.telegram import TOKEN, FakeTelegram
from bot import send_limits
from bot.calls import json_body
from bot.send_limits import SendLimits
from bot.telegram import TelegramSession

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data="yes")]])
CALLS: list[TelegramMethod[Any]] = [
    SendMessage(chat_id=7, text="<b>Анна</b>", reply_markup=KEYBOARD, disable_notification=False),
    EditMessageText(chat_id=7, message_id=5, text="текст", reply_markup=KEYBOARD),
    EditMessageText(chat_id=7, message_id=5, text="т", link_preview_options=LinkPreviewOptions(url="u:x")),
    EditMessageMedia(chat_id=7, message_id=5, media=InputMediaPhoto(media="file-id", caption="п")),
    AnswerCallbackQuery(callback_query_id="1", text="", show_alert=True),
    SetMyCommands(commands=[BotCommand(command="my", description="Мои записи")], language_code="ru"),
    BanChatMember(chat_id=7, user_id=8, until_date=datetime(2030, 1, 1, tzinfo=UTC)),
]


class Script:
    """Answers the calls of some methods with what it was given, one after another."""

    def __init__(self, telegram: FakeTelegram, *replies: Any, method: str = "") -> None:
        self.replies = list(replies)
        self.method = method
        self.at: list[float] = []
        telegram.respond = self

    async def __call__(self, method: str, _: dict[str, Any]) -> Any:
        if self.method not in ("", method):
            return None
        self.at.append(time.perf_counter())
        reply = self.replies.pop(0) if self.replies else None
        if callable(reply):
            return await reply()
        return reply


def refusal(status: int, description: str, **parameters: Any) -> Any:
    return status, {
        "ok": False,
        "error_code": status,
        "description": description,
        "parameters": parameters or None,
    }


def flood(seconds: int) -> Any:
    return refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.telegram, "PAUSES", (0.01, 0.02, 0.03))


# --- the same as aiogram


@pytest.mark.parametrize("call", CALLS, ids=lambda call: type(call).__name__)
async def test_a_call_says_the_same_as_aiograms_own_session(
    call: TelegramMethod[Any], telegram: FakeTelegram
) -> None:
    import orjson

    defaults = DefaultBotProperties(parse_mode="HTML", protect_content=True)
    stock = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    ours = TelegramSession(TelegramAPIServer.from_base(telegram.url))
    for session in (stock, ours):
        await Bot(TOKEN, session=session, default=defaults)(call)
        await session.close()
    (_, stock_says), (_, we_say) = telegram.calls

    def as_told(value: Any) -> Any:  # as a form tells it: text, or JSON as text
        return value if isinstance(value, str) else orjson.dumps(value).decode()

    def plain(text: str) -> Any:
        return orjson.loads(text) if text[:1] in "[{" else text

    ours_as_form = {name: plain(as_told(value)) for name, value in we_say.items()}
    assert ours_as_form == {name: plain(value) for name, value in stock_says.items() if value}


async def test_results_have_aiograms_types_bound_to_the_bot(bot: Bot) -> None:
    sent = await bot.send_message(7, "привет", reply_markup=KEYBOARD)
    assert isinstance(sent, Message)
    assert sent.bot is bot
    assert sent.reply_markup == KEYBOARD
    edited = await bot.edit_message_text("пока", chat_id=7, message_id=sent.message_id)
    assert isinstance(edited, Message)
    assert edited.reply_markup is None
    assert (await bot.get_me()).username == "talon_bot"
    assert await bot.answer_callback_query("1") is True


async def test_a_file_goes_as_multipart_and_its_message_comes_back(telegram: FakeTelegram, bot: Bot) -> None:
    sent = await bot.send_document(7, BufferedInputFile(b"%PDF-1.7", "ticket.pdf"), caption="Талон")
    assert isinstance(sent, Message)
    body = telegram.calls[-1][1]["_multipart"]
    assert b"%PDF-1.7" in body
    assert "Талон".encode() in body


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (refusal(400, "Bad Request: chat not found"), TelegramBadRequest),
        (refusal(401, "Unauthorized"), TelegramUnauthorizedError),
        (refusal(403, "Forbidden: bot was blocked by the user"), TelegramForbiddenError),
        (refusal(404, "Not Found: method not found"), TelegramNotFound),
        (refusal(409, "Conflict"), TelegramConflictError),
        (flood(100), TelegramRetryAfter),
        (refusal(500, "Internal Server Error"), TelegramServerError),
        ((502, b"<html>Bad Gateway</html>"), TelegramServerError),
        ((200, b'{"ok":true,"res'), TelegramNetworkError),
        ((0, None), TelegramNetworkError),
    ],
)
async def test_errors_are_aiograms(
    reply: Any, expected: type[Exception], telegram: FakeTelegram, bot: Bot, quick: None
) -> None:
    Script(telegram, *[reply] * 10)
    with pytest.raises(expected) as caught:
        await bot.edit_message_text("текст", chat_id=7, message_id=5)
    assert caught.type is expected


def test_telegrams_own_address_is_the_default() -> None:
    assert TelegramSession().api is PRODUCTION


# --- trying again


@pytest.mark.parametrize("fault", [(500, {}), (502, b"<html>"), (0, None), (200, b"{")])
async def test_an_edit_is_tried_again_until_it_succeeds(
    fault: Any, telegram: FakeTelegram, bot: Bot, quick: None
) -> None:
    script = Script(telegram, fault, fault, fault)
    assert isinstance(await bot.edit_message_text("текст", chat_id=7, message_id=5), Message)
    assert len(script.at) == 4


@pytest.mark.parametrize("fault", [(500, {}), (502, b"<html>"), (0, None), (200, b"{")])
async def test_a_message_whose_answer_was_lost_is_sent_once_more_and_no_oftener(
    fault: Any, telegram: FakeTelegram, bot: Bot, quick: None
) -> None:
    script = Script(telegram, *[fault] * 5)
    with pytest.raises(TelegramAPIError):
        await bot.send_message(7, "привет")
    assert len(script.at) == 2
    with pytest.raises(TelegramAPIError):
        await bot.send_photo(7, BufferedInputFile(b"png", "qr.png"))
    assert len(script.at) == 4


async def test_a_message_that_could_not_leave_is_sent_when_telegram_is_there_again(
    telegram: FakeTelegram, bot: Bot, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(telegram.url.rpartition(":")[2])
    await telegram.close()
    monkeypatch.setattr("bot.telegram.PAUSES", (0.2,) * 10)
    sending = asyncio.create_task(bot.send_message(7, "привет"))
    await asyncio.sleep(0.3)
    await telegram.start(port)
    assert isinstance(await sending, Message)
    assert [name for name, _ in telegram.calls] == ["sendMessage"]


async def test_an_answer_whose_success_was_lost_is_no_error(
    telegram: FakeTelegram, bot: Bot, quick: None
) -> None:
    old = refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    Script(telegram, (0, None), old)
    assert await bot.answer_callback_query("1") is True
    Script(telegram, old)
    with pytest.raises(TelegramBadRequest):
        await bot.answer_callback_query("1")


async def test_a_slow_answer_ends_in_time(telegram: FakeTelegram, bot: Bot, quick: None) -> None:
    async def hang() -> None:
        await asyncio.sleep(5)

    Script(telegram, hang, hang)
    started = time.perf_counter()
    with pytest.raises(TelegramNetworkError):
        await bot(SendMessage(chat_id=7, text="привет"), request_timeout=0.1)  # type: ignore[arg-type]
    assert time.perf_counter() - started < 1


async def test_a_connection_that_telegram_closed_is_not_used_again(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.get_me()
    telegram.hang_up()
    await asyncio.sleep(0.05)
    await bot.send_message(7, "привет")
    assert [name for name, _ in telegram.calls] == ["getMe", "sendMessage"]


async def test_answers_in_pieces_and_in_chunks_are_read() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in (
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-",
            b"Encoding: chunked",
            b'\r\n\r\n8\r\n{"ok":tr\r\n',
            b'11\r\nue,"result":true}\r\n',
            b"0\r\n\r\n",
        ):
            writer.write(piece)
            await asyncio.sleep(0.005)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    session = TelegramSession(
        TelegramAPIServer.from_base(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    )
    assert await Bot(TOKEN, session=session).answer_callback_query("1") is True
    await session.close()
    server.close()
    await asyncio.sleep(0.05)


# --- limits


async def test_retry_after_is_obeyed_and_the_call_made_again(telegram: FakeTelegram, bot: Bot) -> None:
    script = Script(telegram, flood(1), method="sendMessage")
    await bot.send_message(7, "привет")
    first, second = script.at
    assert 1.0 <= second - first < 2.0


async def test_a_chat_that_is_left_alone_does_not_hold_up_another(telegram: FakeTelegram, bot: Bot) -> None:
    Script(telegram, flood(1), method="editMessageText")
    waiting = asyncio.create_task(bot.edit_message_text("текст", chat_id=7, message_id=5))
    await asyncio.sleep(0.1)
    started = time.perf_counter()
    await bot.edit_message_text("текст", chat_id=8, message_id=5)
    assert time.perf_counter() - started < 0.1
    other = asyncio.create_task(bot.send_message(7, "ещё"))
    await asyncio.sleep(0.3)
    assert not other.done(), "the chat that was refused is left alone by every call"
    await asyncio.gather(waiting, other)


async def test_a_wait_that_outlasts_the_press_is_not_waited_for(telegram: FakeTelegram, bot: Bot) -> None:
    script = Script(telegram, flood(30))
    with pytest.raises(TelegramRetryAfter):
        await bot.answer_callback_query("1")
    assert len(script.at) == 1


async def test_no_second_sees_more_than_thirty_messages() -> None:
    limits, at = SendLimits(), []
    loop = asyncio.get_running_loop()

    async def send(chat: int) -> None:
        await (limits.take_turn(chat) if chat % 2 else limits.admit(chat))
        at.append(loop.time())

    await asyncio.gather(*(send(chat) for chat in range(60)))
    assert max(sum(1 for one in at if start <= one < start + 1) for start in at) <= 30


async def test_people_go_before_what_nobody_waits_for() -> None:
    limits = SendLimits()
    reminders = [asyncio.create_task(limits.take_turn(chat)) for chat in range(100, 160)]
    await asyncio.sleep(0.1)
    begun = asyncio.get_running_loop().time()
    await asyncio.gather(*(limits.admit(chat) for chat in range(3)))
    assert asyncio.get_running_loop().time() - begun < 0.2
    for task in reminders:
        task.cancel()


async def test_who_took_a_turn_does_not_wait_for_its_message_again() -> None:
    limits = SendLimits(all_chats_rate=1)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await limits.take_turn(7)
    await limits.admit(7)
    assert loop.time() - begun < 0.3
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await limits.admit(7)


async def test_when_several_chats_are_refused_reminders_to_all_wait_and_people_do_not() -> None:
    limits = SendLimits()
    for chat in (1, 2, 3):
        limits.pause(chat, 0.4)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await limits.admit(9)
    assert loop.time() - begun < 0.2
    await asyncio.create_task(limits.take_turn(8))
    assert loop.time() - begun >= 0.39


async def test_one_chat_gets_a_burst_and_then_one_message_a_second() -> None:
    limits = SendLimits(chat_rate=20.0)  # the same rule, twenty times faster
    started = time.perf_counter()
    for _ in range(5):
        await limits.admit(7)
    assert time.perf_counter() - started < 0.04
    for _ in range(4):
        await limits.admit(7)
    assert 0.18 < time.perf_counter() - started < 0.4


async def test_answers_and_edits_are_never_held_back(bot: Bot) -> None:
    started = time.perf_counter()
    await asyncio.gather(
        *(bot.edit_message_text("текст", chat_id=7, message_id=5) for _ in range(100)),
        *(bot.answer_callback_query("1") for _ in range(100)),
    )
    assert time.perf_counter() - started < 5


def test_a_message_that_waits_for_its_place_does_not_keep_the_loop_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = 0
    give = send_limits._Places._give

    def counted(self: Any) -> None:
        nonlocal looks
        looks += 1
        give(self)

    async def take_twenty() -> None:
        limits = SendLimits(all_chats_rate=170)  # a gap that is no whole number of milliseconds
        await asyncio.gather(*(asyncio.create_task(limits.take_turn(chat)) for chat in range(20)))

    monkeypatch.setattr(send_limits._Places, "_give", counted)
    uvloop.run(take_twenty())
    assert looks <= 60, "one when it comes, one when its time is there"


async def test_the_limiters_of_quiet_chats_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.send_limits._FORGET_AFTER", 0.02)
    limits = SendLimits(all_chats_rate=1e6, chat_rate=1e6)
    for chat in range(200):
        await limits.admit(chat)
        await asyncio.sleep(0.001)
    assert len(limits._chats) < 60


# --- the token


async def test_the_token_is_in_no_error_and_no_log(
    telegram: FakeTelegram, bot: Bot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = TOKEN.partition(":")[2]
    caplog.set_level(logging.DEBUG)
    told: list[str] = [repr(bot.session), repr(bot)]

    async def fails(work: Any) -> None:
        with pytest.raises(Exception) as caught:
            await work
        error: BaseException | None = caught.value
        told.extend(traceback.format_exception(caught.value))
        while error is not None:
            told.extend([str(error), repr(error)])
            error = error.__cause__ or error.__context__

    monkeypatch.setattr("bot.telegram.PAUSES", (0.01, 0.02))
    faults = [(0, None), (502, b"<html>"), (200, b"{"), (302, b""), refusal(401, "Unauthorized")]
    for chat_id, fault in enumerate(faults):
        Script(telegram, *[fault] * 9)
        await fails(bot.get_me())
        await fails(bot.send_photo(chat_id, BufferedInputFile(b"png", "qr.png")))
    Script(telegram, *[(404, {"ok": False})] * 9)
    await fails(bot.download_file("documents/file_1.pdf"))
    await telegram.close()
    await fails(bot.get_me())
    await fails(bot.send_photo(7, BufferedInputFile(b"png", "qr.png")))
    await fails(bot.download_file("documents/file_1.pdf"))
    assert secret not in "\n".join(told) + caplog.text


def test_an_address_that_is_no_http_is_refused_without_naming_it() -> None:
    session = TelegramSession(TelegramAPIServer.from_base("ftp://example.org"))
    with pytest.raises(ValueError, match=re.escape("http://")) as caught:
        asyncio.run(Bot(TOKEN, session=session).get_me())
    assert TOKEN not in str(caught.value)


def test_what_cannot_be_said_in_json_is_refused() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        json_body(Bot(TOKEN), SendMessage(chat_id=7, text="т", business_connection_id="x", extra={1, 2}))
    assert json_body(Bot(TOKEN), SendPhoto(chat_id=7, photo=BufferedInputFile(b"png", "q.png"))) is None
