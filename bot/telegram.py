"""The way to Telegram: a session that is cheap on what every press does, keeps the limits and tries again."""

import asyncio
import contextlib
import math
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar, cast

import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetFile, GetUpdates, TelegramMethod
from aiogram.types import InlineKeyboardMarkup, Message
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from pydantic import TypeAdapter, ValidationError
from yarl import URL

from bot.calls import json_body
from bot.connections import Connections, NotConnected
from bot.counts import Counts
from bot.keyboards import Keyboards
from bot.send_limits import SendLimits, is_in_background
from bot.updates import split_updates

T = TypeVar("T")

REQUEST_SECONDS = 20.0
"""How long a call without a file may take."""
UPLOAD_SECONDS = 60.0
ANSWER_PATIENCE = 10.0
"""Seconds for which answering a press makes sense; Telegram forgets the press after about 15."""
PATIENCE = 40.0
"""Seconds for which any other call is tried again; less than an update may be worked."""
BACKGROUND_PATIENCE = 2.0
"""The same for what nobody waits for: whoever planned it tries again, and others go meanwhile."""
PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before a call is tried again after Telegram failed or the line did."""
SENDS_REPEATED = 1
"""How often a message whose answer was lost is sent again: it may have arrived."""

_REPEATABLE = ("get", "set", "edit", "answer", "delete", "sendChatAction", "pin", "unpin")
"""Calls that do no harm when they are done twice."""
_DONE_ALREADY = {"answer": "query is too old", "delete": "message to delete not found"}
"""What Telegram says to the second of two such calls when the first got through and its answer was lost."""
_MESSAGE = (Message, Message | bool)
_HEADERS = {"User-Agent": "Talon", "Content-Type": "application/json", "Accept": "application/json"}


class NotSent(TelegramNetworkError):
    """Telegram could not be reached at all: the call did nothing."""


class TelegramSession(AiohttpSession):
    """aiogram's session, leaner.

    Calls go as JSON and their answers are read once; those with a file go as aiogram sends them. Errors are
    aiogram's own types, without the address called: that has the token in it.
    """

    def __init__(
        self,
        api: TelegramAPIServer = PRODUCTION,
        limits: SendLimits | None = None,
        counts: Counts | None = None,
    ) -> None:
        super().__init__(api=api, json_loads=orjson.loads, timeout=REQUEST_SECONDS)
        self.limits = limits or SendLimits()
        self.keyboards = Keyboards()
        self._counts = counts or Counts()
        self._connections: Connections | None = None
        self._heads: dict[tuple[str, str], bytes] = {}
        self._adapters: dict[type[TelegramMethod[Any]], TypeAdapter[Any]] = {}

    async def __call__(self, bot: Bot, method: TelegramMethod[T], timeout: int | None = None) -> T:
        """Make a call, through the request middlewares where there are any."""
        if self.middleware._middlewares:
            return await super().__call__(bot, method, timeout)
        return await self.make_request(bot, method, timeout)

    async def create_session(self) -> ClientSession:
        """Open the connection pool, once."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(
                connector=TCPConnector(**self._connector_init), cookie_jar=DummyCookieJar()
            )
            self._should_reset_connector = False
        return self._session

    async def close(self) -> None:
        """Close all connections."""
        if self._connections is not None:
            await self._connections.close()
        await super().close()

    async def make_request(self, bot: Bot, method: TelegramMethod[T], timeout: int | None = None) -> T:
        """Make a call and try again where that makes sense; raises aiogram's exceptions."""
        name = method.__api_method__
        is_repeatable = name.startswith(_REPEATABLE)
        chat_id: int | str | None = method.__dict__.get("chat_id")
        body = json_body(bot, method)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _patience(name)
        failures = 0
        while True:
            if (pause := self.limits.pause_left(chat_id)) > 0:
                if loop.time() + pause > deadline:
                    raise TelegramRetryAfter(method, "the chat is left alone", math.ceil(pause))
                await asyncio.sleep(pause)
            if not is_repeatable:
                await self.limits.admit(chat_id)
            try:
                return await self._counted(method, self._call(bot, method, body, timeout))
            except TelegramRetryAfter as error:
                pause = error.retry_after
                if chat_id is not None:
                    self.limits.pause(chat_id, pause)
                if loop.time() + pause > deadline:
                    raise
            except TelegramEntityTooLarge:
                raise
            except (TelegramNetworkError, TelegramServerError) as error:
                failures += 1
                most = len(PAUSES) if is_repeatable or isinstance(error, NotSent) else SENDS_REPEATED
                pause = PAUSES[min(failures, len(PAUSES)) - 1]
                if failures > most or loop.time() + pause > deadline:
                    raise
            except TelegramBadRequest as error:
                if failures and _is_done_already(name, error):
                    return cast(T, True)
                raise
            self._counts.retries[name] += 1
            await asyncio.sleep(pause)

    async def get_updates(
        self, bot: Bot, offset: int | None, timeout: int, allowed_updates: list[str] | None = None
    ) -> list[dict[str, Any] | bytes]:
        """Wait up to `timeout` seconds for updates and return them as they came, each as JSON or its bytes.

        One call, not tried again; raises aiogram's exceptions.
        """
        method = GetUpdates(offset=offset, timeout=timeout, allowed_updates=allowed_updates)
        return await self._counted(method, self._updates(bot, method, timeout + REQUEST_SECONDS))

    async def _updates(self, bot: Bot, method: GetUpdates, seconds: float) -> list[dict[str, Any] | bytes]:
        body = json_body(bot, method) or b"{}"
        status, content = await self._post(bot, method, body, seconds)
        answer: Any = None
        try:
            answer = orjson.loads(content)
        except orjson.JSONDecodeError:
            if status == 200 and (updates := split_updates(content)) is not None:
                return cast(list[dict[str, Any] | bytes], updates)
        if isinstance(answer, dict) and answer.get("ok") is True and isinstance(answer.get("result"), list):
            return [update for update in answer["result"] if isinstance(update, dict)]
        raise self._failure(bot, method, status, answer)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """Download a file piece by piece; raises TelegramNetworkError, in which the address is not named."""
        why = None
        try:
            async for chunk in super().stream_content(url, headers, timeout, chunk_size, raise_for_status):
                yield chunk
        except (ClientError, TimeoutError, OSError) as error:
            why = _why(error)
        if why is not None:
            raise TelegramNetworkError(GetFile(file_id=""), f"the file did not come: {why}")

    async def _counted(self, method: TelegramMethod[Any], attempt: Coroutine[Any, Any, T]) -> T:
        name = method.__api_method__
        try:
            result = await attempt
        except Exception as error:
            self._counts.called(name, error)
            raise
        self._counts.called(name)
        if name == "answerCallbackQuery":
            self._counts.press_answered(method.__dict__["callback_query_id"])
        return result

    async def _call(self, bot: Bot, method: TelegramMethod[T], body: bytes | None, timeout: int | None) -> T:
        if body is None:
            status, content = await self._upload(bot, method, timeout or UPLOAD_SECONDS)
        else:
            status, content = await self._post(bot, method, body, timeout or REQUEST_SECONDS)
        answer: Any = None
        with contextlib.suppress(orjson.JSONDecodeError):
            answer = orjson.loads(content)
        if isinstance(answer, dict) and answer.get("ok") is True and status == 200:
            return cast(T, self._typed(bot, method, answer.get("result"), body))
        raise self._failure(bot, method, status, answer)

    async def _post(
        self, bot: Bot, method: TelegramMethod[Any], body: bytes, seconds: float
    ) -> tuple[int, bytes]:
        """Make one request without a file, past aiohttp."""
        connections = self._connections
        if connections is None:
            base = URL(self.api.api_url(bot.token, ""))
            connections = self._connections = Connections(base, self._connector_init["ssl"], _HEADERS)
        key = (bot.token, method.__api_method__)
        head = self._heads.get(key)
        if head is None:
            head = self._heads[key] = connections.request_head(URL(self.api.api_url(*key)).raw_path)
        try:
            return await connections.post(head, body, seconds)
        except NotConnected as error:
            failure: TelegramNetworkError = NotSent(method, f"no connection: {error}")
        except (ConnectionError, TimeoutError) as error:
            failure = TelegramNetworkError(method, _why(error))
        raise failure

    async def _upload(self, bot: Bot, method: TelegramMethod[Any], seconds: float) -> tuple[int, bytes]:
        """Make one request with a file; aiohttp's exceptions, which may name the URL, do not come out."""
        session = await self.create_session()
        url = self.api.api_url(bot.token, method.__api_method__)
        form = self.build_form_data(bot, method)
        try:
            async with session.post(url, data=form, timeout=ClientTimeout(total=seconds)) as response:
                return response.status, await response.read()
        except ClientConnectorError as error:
            failure: TelegramNetworkError = NotSent(method, _why(error))
        except (ClientError, TimeoutError, OSError) as error:
            failure = TelegramNetworkError(method, _why(error))
        raise failure

    def _typed(self, bot: Bot, method: TelegramMethod[Any], result: Any, body: bytes | None) -> Any:
        """Turn a result into the type that the call promises."""
        if result is True:
            return True
        context = {"bot": bot}
        reason = None
        try:
            if isinstance(result, dict) and method.__returning__ in _MESSAGE:
                return self._message(method, result, body, context)
            adapter = self._adapters.get(type(method))
            if adapter is None:
                adapter = self._adapters[type(method)] = TypeAdapter(method.__returning__)
            return adapter.validate_python(result, context=context)
        except ValidationError as error:
            reason = error.errors(include_url=False, include_input=False)[0]["type"]
        raise TelegramAPIError(method, f"the result could not be read: {reason}")

    def _message(
        self, method: TelegramMethod[Any], result: dict[str, Any], body: bytes | None, context: dict[str, Any]
    ) -> Message:
        """Read a Message; a keyboard that comes back as it was sent is not validated again."""
        sent: Any = method.__dict__.get("reply_markup")
        raw = result.get("reply_markup")
        is_keyboard = isinstance(sent, InlineKeyboardMarkup)
        if is_keyboard and raw and body and orjson.loads(body).get("reply_markup") == raw:
            self.keyboards.remember(raw, sent)
            result["reply_markup"] = sent
        return Message.model_validate(result, context=context)

    def _failure(self, bot: Bot, method: TelegramMethod[Any], status: int, answer: Any) -> AiogramError:
        """Make the exception that aiogram has for this answer."""
        if isinstance(answer, dict) and isinstance(answer.get("description"), str):
            try:
                self.check_response(bot, method, status, cast(str, orjson.dumps(answer)))
            except AiogramError as error:
                return error
        if status >= 500:
            return TelegramServerError(method, f"HTTP {status}")
        return TelegramNetworkError(method, f"the answer makes no sense (HTTP {status})")


def _patience(name: str) -> float:
    if is_in_background():
        return BACKGROUND_PATIENCE
    return ANSWER_PATIENCE if name.startswith("answer") else PATIENCE


def _is_done_already(name: str, error: TelegramBadRequest) -> bool:
    message = error.message.lower()
    return any(name.startswith(kind) and text in message for kind, text in _DONE_ALREADY.items())


def _why(error: BaseException) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
