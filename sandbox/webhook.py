"""Bringing updates to the bot's webhook: one at a time per chat, tried again until it is taken."""

import asyncio
import contextlib
import json
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.api import BotApi
from sandbox.errors import ApiError
from sandbox.world import World

PAUSES = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds before an update is brought again; the last one repeats."""


class WebhookPusher:
    """Runs beside the server; does nothing while no webhook is set."""

    def __init__(self, world: World, api: BotApi, pauses: tuple[float, ...] = PAUSES) -> None:
        self._world = world
        self._api = api
        self._pauses = pauses
        self._busy: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Bring whatever waits, for as long as the sandbox lives."""
        async with ClientSession(timeout=ClientTimeout(total=60)) as session:
            try:
                while True:
                    if not self._world.webhook:
                        self._world.webhook_changed.clear()
                        await self._world.webhook_changed.wait()
                        continue
                    self._world.updates.changed.clear()
                    self._world.webhook_changed.clear()
                    self._start(session)
                    await self._something_new()
            finally:
                for task in self._tasks:
                    task.cancel()

    async def _something_new(self) -> None:
        """Wait for an update, for a change of the webhook, or for a chat that is free again."""
        events = (self._world.updates.changed, self._world.webhook_changed)
        waits = [asyncio.ensure_future(event.wait()) for event in events]
        try:
            await asyncio.wait([*waits, *self._tasks], timeout=1, return_when="FIRST_COMPLETED")
        finally:
            for wait in waits:
                wait.cancel()

    def _start(self, session: ClientSession) -> None:
        for update in self._world.updates.peek():
            if len(self._tasks) >= self._world.webhook["max_connections"]:
                return
            chat_id = _chat_id(update)
            if chat_id in self._busy:
                continue
            self._busy.add(chat_id)
            task = asyncio.create_task(self._bring(session, chat_id, update))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _bring(self, session: ClientSession, chat_id: int, update: dict[str, Any]) -> None:
        tries = 0
        try:
            while self._world.webhook:
                hook = self._world.webhook
                headers = {"Content-Type": "application/json"}
                if hook["secret_token"]:
                    headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret_token"]
                try:
                    body = json.dumps(update, ensure_ascii=False).encode()
                    async with session.post(hook["url"], data=body, headers=headers) as response:
                        answer = await response.read()
                        if response.ok:
                            self._world.updates.confirm(update["update_id"])
                            hook["fails"] = False
                            await self._do_answer(answer)
                            return
                        why = f"Wrong response from the webhook: {response.status} {response.reason}"
                except (ClientError, TimeoutError, OSError) as error:
                    why = f"Connection failed: {type(error).__name__}"
                hook["fails"] = True
                hook["last_error_message"] = why
                hook["last_error_date"] = int(self._world.clock.now().timestamp())
                await asyncio.sleep(self._pauses[min(tries, len(self._pauses) - 1)])
                tries += 1
        finally:
            self._busy.discard(chat_id)

    async def _do_answer(self, answer: bytes) -> None:
        """Do the method that an answer may carry."""
        try:
            call = json.loads(answer or b"{}")
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            with contextlib.suppress(ApiError):  # it is in the log; Telegram tells nobody either
                await self._api.logged(call.pop("method"), call, {})


def _chat_id(update: dict[str, Any]) -> int:
    for content in update.values():
        if isinstance(content, dict):
            holder = content.get("message", content)
            if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
                return int(holder["chat"]["id"])
    return 0
