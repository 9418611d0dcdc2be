"""People who press through the real bot's windows, by the buttons they see."""

import asyncio
import random
import time
from typing import Any

from bench.telegram import FakeTelegram

ENDS = ("Выберите время", "Расписание есть по", "Проверьте")
"""What the windows say from which one goes back: times, calendar, the last look."""
FURTHER = "⚡📅✅"
"""The pictures of buttons that go further: the nearest time, another date, done."""
NOT_PRESSED = (
    "🏠", "Назад", "Показать все", "нет времени", "Детск", "Педиатр", "Гинеколог", "🧾", "О враче",
    "О клинике", "Рядом", "Фильтры", "Убрать",
)  # fmt: skip


class PressLost(Exception):
    """A press that was not answered, or that changed nothing."""


def is_home(text: str) -> bool:
    """Tell whether this is the menu."""
    return any(words in text for words in ("Здравствуйте", "Выберите, что нужно", "Ближайший приём"))


def leads_on(label: str) -> bool:
    """Tell whether a button goes further: not back, not to nothing, not aside (they begin with a picture)."""
    is_aside = not label[:1].isalnum() and label[:1] not in FURTHER
    return not is_aside and not any(sign in label for sign in NOT_PRESSED)


class Chats:
    """The chats of a FakeTelegram: presses and texts that can be awaited."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram
        self._answered: dict[str, asyncio.Future[None]] = {}
        self._shown: dict[int, asyncio.Future[None]] = {}
        self._last: dict[int, int] = {}
        telegram.on_answer = self._on_answer

    def _on_answer(self, method: str, params: dict[str, Any]) -> None:
        if method == "answerCallbackQuery":
            waiting = self._answered.pop(params["callback_query_id"], None)
        elif method in ("editMessageText", "sendMessage"):
            chat_id = int(params["chat_id"])
            if method == "sendMessage":
                self._last[chat_id] = self._telegram._message_ids
            waiting = self._shown.pop(chat_id, None)
        else:
            return
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def buttons(self, chat_id: int) -> list[dict[str, str]]:
        shown = self._telegram.messages[(chat_id, self._last[chat_id])]
        rows = (shown.get("reply_markup") or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def text(self, chat_id: int) -> str:
        return str(self._telegram.messages[(chat_id, self._last[chat_id])]["text"])

    async def write(self, chat_id: int, text: str) -> None:
        shown = self._shown[chat_id] = asyncio.get_running_loop().create_future()
        self._telegram.write(chat_id, text)
        await asyncio.wait_for(shown, 20)

    async def press(self, chat_id: int, label: str) -> float:
        """Press the first button whose label contains this; returns seconds up to answer and edit.

        Raises PressLost.
        """
        button = next(button for button in self.buttons(chat_id) if label in button["text"])
        loop = asyncio.get_running_loop()
        shown = self._shown[chat_id] = loop.create_future()
        begun = time.perf_counter()
        number = self._telegram.press(chat_id, button["callback_data"], self._last[chat_id])
        answered = self._answered[str(number)] = loop.create_future()
        try:
            await asyncio.wait_for(asyncio.gather(shown, answered), 15)
        except TimeoutError:
            raise PressLost(f"«{label}» changed nothing: {self.text(chat_id)}") from None
        return time.perf_counter() - begun


async def wander(chats: Chats, chat_id: int, presses: int, randomly: random.Random) -> list[float]:
    """Press on from window to window, from the region to the times of a day, then back; book nothing."""
    seconds = []
    for _ in range(presses):
        labels = [
            button["text"]
            for button in chats.buttons(chat_id)
            if leads_on(button["text"]) and "⚡" not in button["text"] and not button["text"][:1].isdigit()
        ]
        text = chats.text(chat_id)
        at_end = not labels or any(words in text for words in ENDS)
        label = "Назад" if at_end else randomly.choice(labels)
        seconds.append(await chats.press(chat_id, label))
        if is_home(chats.text(chat_id)):
            await chats.write(chat_id, "/book")
    return seconds


async def to_confirmation(chats: Chats, chat_id: int, turn: int = 0) -> None:
    """Go to the screen where one press books, another way each turn; the person is registered already."""
    await chats.write(chat_id, "/book")
    randomly = random.Random(chat_id + turn * 1_000_003)
    while "Проверьте" not in chats.text(chat_id):
        text = chats.text(chat_id)
        labels = [b["text"] for b in chats.buttons(chat_id)]
        choices = [label for label in labels if leads_on(label) and not any(sign in label for sign in "📅‹›")]
        if "Выберите время" in text:
            label = randomly.choice([one for one in choices if one[:1].isdigit()] or ["Назад"])
        elif "Выберите день" in text:
            label = randomly.choice([one for one in choices if " · " in one and "⚡" not in one] or ["Назад"])
        elif "нет свободного" in text or not choices:
            label = "Назад"
        elif "Направление есть?" in text:  # it stands between a doctor without times and the list of doctors
            label = randomly.choice([*choices, "Назад"])
        else:
            free = [one for one in choices if not one.isdigit() and "нет мест" not in one]
            label = randomly.choice(free or ["Назад"])
        await chats.press(chat_id, label)
        if is_home(chats.text(chat_id)):
            await chats.write(chat_id, "/book")
