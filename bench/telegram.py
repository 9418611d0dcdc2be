"""A Bot API server that costs little and checks nothing: it hands presses out and takes the answers.

The honest one, which refuses what Telegram refuses, is in sandbox/; this one is for measuring.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson

TOKEN = "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
Reply = tuple[int, dict[str, Any]] | None
Respond = Callable[[str, dict[str, Any]], Awaitable[Reply]]


def person(chat_id: int) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": "Анна", "language_code": "ru"}


def message(chat_id: int, message_id: int, text: str, markup: Any = None) -> dict[str, Any]:
    sent = {
        "message_id": message_id,
        "from": {"id": 42, "is_bot": True, "first_name": "Талон", "username": "talon_bot"},
        "chat": {"id": chat_id, "type": "private", "first_name": "Анна"},
        "date": 1_750_000_000,
        "text": text,
    }
    if markup:
        sent["reply_markup"] = markup
    return sent


class FakeTelegram:
    """Long polling, answers and edits; `respond` may answer a call instead (None: the usual answer)."""

    def __init__(self, respond: Respond | None = None) -> None:
        self.respond = respond
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.is_recording = True
        self.batch_limit = 100
        self._updates: deque[dict[str, Any] | bytes] = deque()
        self._ids: deque[int] = deque()
        self._arrived = asyncio.Event()
        self._next_update_id = 1
        self._message_ids = 1000
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.on_answer: Callable[[str, dict[str, Any]], None] | None = None
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.url = ""

    async def start(self, port: int = 0) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self.url

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        self.hang_up()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def hang_up(self) -> None:
        """Close all lines."""
        for writer in list(self._writers):
            writer.close()

    # --- what people do

    def push(self, update: dict[str, Any] | bytes, update_id: int | None = None) -> int:
        """Queue an update; a dict is numbered, bytes are sent as they are (and need their number)."""
        number = update_id if update_id is not None else self._next_update_id
        self._next_update_id = max(self._next_update_id, number + 1)
        if isinstance(update, dict):
            update = {"update_id": number, **update}
        self._updates.append(update)
        self._ids.append(number)
        self._arrived.set()
        return number

    def press(self, chat_id: int, data: str, message_id: int = 500, markup: Any = None) -> int:
        """Queue a press; its callback id is `<update id>`."""
        shown = self.messages.get((chat_id, message_id)) or message(chat_id, message_id, "Привет", markup)
        number = self._next_update_id
        return self.push(
            {
                "callback_query": {
                    "id": str(number),
                    "from": person(chat_id),
                    "message": shown,
                    "chat_instance": str(chat_id),
                    "data": data,
                }
            }
        )

    def write(self, chat_id: int, text: str) -> int:
        """Queue a text message."""
        self._message_ids += 1
        incoming = message(chat_id, self._message_ids, text)
        incoming["from"] = person(chat_id)
        return self.push({"message": incoming})

    def pull(self) -> dict[str, Any] | bytes:
        """Take the oldest update that waits: a webhook gets it brought instead of asking for it."""
        self._ids.popleft()
        return self._updates.popleft()

    @property
    def unconfirmed(self) -> int:
        return len(self._updates)

    # --- HTTP

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                request_line, _, rest = head.partition(b"\r\n")
                headers = {}
                for line in rest.split(b"\r\n"):
                    name, _, value = line.partition(b":")
                    headers[name.lower()] = value.strip()
                if b"chunked" in headers.get(b"transfer-encoding", b""):
                    body = b""
                    while size := int(await reader.readuntil(b"\r\n"), 16):
                        body += await reader.readexactly(size)
                        await reader.readexactly(2)
                    await reader.readexactly(2)
                else:
                    body = await reader.readexactly(int(headers.get(b"content-length", b"0")))
                path = request_line.split(b" ")[1].decode()
                reply = await self._reply(path, headers.get(b"content-type", b""), body)
                if reply is None:
                    break
                status, payload = reply
                content = payload if isinstance(payload, bytes) else orjson.dumps(payload)
                if writer.is_closing():
                    break
                writer.write(
                    b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    % (status, len(content), content)
                )
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            self._serving.discard(task)
            writer.close()

    async def _reply(self, path: str, kind: bytes, body: bytes) -> Any:
        method = path.rpartition("/")[2]
        if not path.startswith(f"/bot{TOKEN}/"):
            return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        if kind.startswith(b"application/json"):
            params = orjson.loads(body or b"{}")
        elif kind.startswith(b"multipart/"):
            params = {"_multipart": body}
        else:
            params = dict(parse_qsl(body.decode()))
        if self.is_recording:
            self.calls.append((method, params))
        if self.respond is not None and (reply := await self.respond(method, params)) is not None:
            return reply if reply[0] else None  # status 0: the line breaks
        if method == "getUpdates":
            return 200, await self._get_updates(params)
        result = self._act(method, params)
        if self.on_answer is not None:
            self.on_answer(method, params)
        return 200, {"ok": True, "result": result}

    def _act(self, method: str, params: dict[str, Any]) -> Any:
        if method == "getMe":
            return {"id": 42, "is_bot": True, "first_name": "Талон", "username": "talon_bot"}
        if method.startswith(("send", "edit")) and method != "sendChatAction":
            chat_id = int(params.get("chat_id", 1))
            message_id = params.get("message_id")
            if message_id is None:
                self._message_ids += 1
                message_id = self._message_ids
            markup = params.get("reply_markup")
            if isinstance(markup, str):
                markup = orjson.loads(markup)
            shown = message(chat_id, int(message_id), params.get("text", "…"), markup)
            self.messages[(chat_id, int(message_id))] = shown
            return shown
        return True

    async def _get_updates(self, params: dict[str, Any]) -> Any:
        offset = int(params.get("offset") or 0)
        while self._ids and self._ids[0] < offset:
            self._ids.popleft()
            self._updates.popleft()
        if not self._updates:
            self._arrived.clear()
            try:
                async with asyncio.timeout(float(params.get("timeout") or 0)):
                    await self._arrived.wait()
            except TimeoutError:
                return {"ok": True, "result": []}
        batch = [self._updates[i] for i in range(min(self.batch_limit, len(self._updates)))]
        if all(isinstance(update, dict) for update in batch):
            return {"ok": True, "result": batch}
        pieces = [update if isinstance(update, bytes) else orjson.dumps(update) for update in batch]
        return b'{"ok":true,"result":[' + b",".join(pieces) + b"]}"
