"""kill -9 at random moments while people book: what they were told is true afterwards."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from sandbox.actor import Actor
from sandbox.errors import CannotDo
from sandbox.server import TOKEN, Sandbox
from tests.e2e.conftest import KEY, Stand
from tests.e2e.steps import book_nearest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PEOPLE, KILLS = 8, 5


class Process:
    """`python bot.py run` against the sandbox, killed and started again."""

    def __init__(self, box: Sandbox, store: Path, *command: str) -> None:
        self._command = command or ("bot.py", "run")
        self._box = box
        self._environment = os.environ | {
            "BOT_TOKEN": TOKEN,
            "SECRET_KEY": KEY,
            "DATABASE_URL": f"sqlite+aiosqlite:///{store}",
            "TELEGRAM_API_URL": box.url,
            "LOG_LEVEL": "INFO",
            "PYTHONPATH": str(ROOT),
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        polls = self._box.world.updates
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *self._command, cwd=ROOT, env=self._environment
        )
        for _ in range(600):
            if polls._poller is not None:
                return
            assert self._process.returncode is None, "the bot ended by itself"
            await asyncio.sleep(0.05)
        raise AssertionError("the bot does not poll")

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()
        self._box.world.updates._poller = None

    async def stop(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), 10)


def lies(box: Sandbox, store: Path) -> list[str]:
    """Hold what people were told against the store; returns what does not agree."""
    connection = sqlite3.connect(store)
    booked = {row[0] for row in connection.execute(
        "SELECT telegram_id FROM appointment AS a JOIN care ON care.patient_id = a.patient_id"
        " JOIN account ON account.id = care.account_id WHERE status = 1"
    )}  # fmt: skip
    found = []
    for chat in box.world.chats.values():
        told = any("Вы записаны" in str(message.get("text")) for message in chat.messages.values())
        if told and chat.person.id not in booked:
            found.append(f"{chat.person.id} was told of a visit that is not there")
    taken = connection.execute(
        "SELECT count(*) FROM slot WHERE status = 2"
        " AND id NOT IN (SELECT slot_id FROM appointment WHERE status = 1)"
    ).fetchone()[0]
    free = connection.execute(
        "SELECT count(*) FROM appointment JOIN slot ON slot.id = slot_id"
        " WHERE appointment.status = 1 AND slot.status <> 2"
    ).fetchone()[0]
    kept = connection.execute(
        "SELECT count(*) FROM slot WHERE status = 1 AND id NOT IN (SELECT slot_id FROM hold)"
    ).fetchone()[0]
    connection.close()
    if taken or free or kept:
        found.append(f"{taken} busy without a visit, {free} visits on times not busy, {kept} kept for nobody")
    return found


@pytest.mark.timeout(300)
async def test_what_people_were_told_is_true_after_kills(box: Sandbox, stand: Stand) -> None:
    await stand.stop()  # the process has the store for itself
    process = Process(box, stand.store)
    people = [
        box.join(first_name=f"Житель{'абвгдежз'[n]}", phone_number=f"7999000{n:04}") for n in range(PEOPLE)
    ]
    await process.start()
    booking = [asyncio.create_task(_book_patiently(person)) for person in people]
    randomly = random.Random(20261123)
    for _ in range(KILLS):
        await asyncio.sleep(randomly.uniform(0.1, 1.2))
        await process.kill()
        assert lies(box, stand.store) == []
        await process.start()
    await asyncio.wait_for(asyncio.gather(*booking), 200)
    assert lies(box, stand.store) == []
    booked = sqlite3.connect(stand.store).execute("SELECT count(*), count(DISTINCT slot_id) FROM appointment")
    assert booked.fetchone() == (PEOPLE, PEOPLE)
    assert await process.stop() == 0
    box.violations.clear()  # what a killed process did twice, Telegram refuses the second time
    await stand.start()


_ANSWERS = (
    ("Вы записаны", ""),
    ("Всё верно?", "✅ Всё верно"),
    ("Дата рождения?", "15.04.1986"),
    ("Кого записать?", "Смирнова Анна Петровна"),
    ("Нажмите внизу", "contact"),
    ("Вы согласны", "✅ Даю согласие"),
    ("Проверьте, пожалуйста", "✅ Записаться"),
    ("только что заняли", "offer"),
    ("Выберите врача", "⚡ Ближайшее"),
    ("Где вам нужен врач", "Москва"),
    ("Выберите день", "⚡ Ближайшее"),
    ("Здравствуйте!", "🩺 Записаться"),
    ("Выберите, что нужно", "🩺 Записаться"),
)


async def _book_patiently(person: Actor) -> None:
    """Book as a person does: look at the screen, do what it asks for, wait until it changes."""
    await person.start()
    seen = 0
    while True:
        while person.chat.revision == seen:
            await asyncio.sleep(0.02)
        seen = person.chat.revision
        text = next(
            (m["text"] for m in person.chat.newest_first() if "text" in m and m["from"]["id"] != person.id),
            "",
        )
        answer = next((do for words, do in _ANSWERS if words in text), None)
        if answer == "":
            return
        try:
            if answer == "contact":
                await person.share_contact()
            elif answer == "offer":
                await person.press(
                    random.choice([label for label in person.buttons if " · " in label]), timeout=60
                )
            elif answer is not None and answer in str(person.buttons):
                await person.press(answer, timeout=60)
            elif answer is not None and answer[0].isalnum():
                await person.send(answer)
        except (AssertionError, CannotDo):
            seen = -1  # the screen changed under the finger


@pytest.mark.timeout(120)
async def test_a_bot_that_tells_before_it_writes_is_caught(box: Sandbox, stand: Stand) -> None:
    """The planted fault of hasty_bot.py: killed right after the words, it has lied."""
    await stand.stop()
    process = Process(box, stand.store, "-m", "tests.e2e.hasty_bot")
    await process.start()
    anna = box.person("Анна")
    booking = asyncio.create_task(book_nearest(anna))
    while not any("Вы записаны" in str(message.get("text")) for message in anna.messages):
        assert not booking.done() or booking.result() is None
        await asyncio.sleep(0.01)
    await process.kill()
    booking.cancel()
    assert lies(box, stand.store) != []
    box.violations.clear()
    await stand.start()
