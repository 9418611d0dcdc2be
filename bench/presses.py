"""Presses on bots whose every handler answers and edits: the stock one, and the same behind our intake."""

import asyncio
import time
from typing import Any

from bench.telegram import FakeTelegram


class Presses:
    """Keeps so many presses in flight, each in its own chat, and times them up to answer + edit."""

    def __init__(self, telegram: FakeTelegram, in_flight: int) -> None:
        self.seconds: list[float] = []
        self._telegram = telegram
        self._in_flight = in_flight
        self._begun: dict[int, float] = {}
        self._answers: dict[int, int] = {}
        self._left = 0
        self._finished = asyncio.Event()
        self._number = 0
        telegram.on_answer = self._on_answer
        self._chat_of: dict[str, int] = {}

    async def run(self, count: int) -> None:
        self._left = count
        self._finished.clear()
        for chat_id in range(1, min(self._in_flight, count) + 1):
            self._press(chat_id)
        await self._finished.wait()

    def _press(self, chat_id: int) -> None:
        self._left -= 1
        self._number += 1
        update_id = self._telegram.press(chat_id, f"pick:{self._number % 8}", 500)
        self._chat_of[str(update_id)] = chat_id
        self._begun[chat_id] = time.perf_counter()
        self._answers[chat_id] = 2

    def _on_answer(self, method: str, params: dict[str, Any]) -> None:
        if method == "answerCallbackQuery":
            chat_id = self._chat_of.pop(params["callback_query_id"])
        elif method == "editMessageText":
            chat_id = int(params["chat_id"])
        else:
            return
        self._answers[chat_id] -= 1
        if self._answers[chat_id] == 0:
            self.seconds.append(time.perf_counter() - self._begun.pop(chat_id))
            if self._left > 0:
                self._press(chat_id)
            elif not self._begun:
                self._finished.set()
