"""How many presses and typed answers each errand takes, from /start on, in the demo clinic.

The table of docs/presses.md is made by these counts: TALON_WRITE=1 writes it anew, otherwise it must agree.
"""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo import playground
from bot.middlewares import Flood
from bot.send_limits import SendLimits
from sandbox.actor import Actor
from sandbox.server import Sandbox
from storage import times
from storage.database import connect
from storage.states import SlotStatus
from tests.e2e.conftest import until_monday_noon

TABLE = Path(__file__).parents[2] / "docs" / "presses.md"
HEAD = """# Presses

How many presses and typed answers the usual errands take in the demo clinic, /start among them: counted by
`tests/e2e/test_press_counts.py`, which fails when they are not what stands here, or more than the most.

| errand | presses | at most |
|---|---|---|
"""


class Counted:
    """A person whose every press and answer is counted, by errand."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.count = 0
        self.table: list[tuple[str, int, int]] = []

    async def start(self, greeting: str = "Ближайший приём") -> None:
        self.count = 1
        await self.actor.start()
        await self.actor.expect(greeting)

    def done(self, errand: str, most: int) -> None:
        """Note what an errand took; more than the most is a failure."""
        assert self.count <= most, f"{errand}: {self.count} presses"
        self.table.append((errand, self.count, most))

    async def press(self, label: str) -> None:
        self.count += 1
        await self.actor.press(label)

    async def press_first(self, *parts: str, last: bool = False) -> None:
        found = [label for label in self.actor.buttons if all(part in label for part in parts)]
        assert found, self.actor.describe()
        await self.press(found[-1 if last else 0])

    async def send(self, text: str) -> None:
        self.count += 1
        await self.actor.send(text)

    async def share_contact(self) -> None:
        self.count += 1
        await self.actor.share_contact()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "talon.db"


@pytest.fixture
async def box(store: Path) -> AsyncIterator[Sandbox]:
    limits = SendLimits(1_000, 1_000, 1_000)
    async with playground(flood=Flood(burst=1_000), limits=limits, store=store) as box:
        box.forward(until_monday_noon(box.clock.now()))  # what is free then does not depend on the hour
        yield box


async def answer_questions(person: Counted) -> None:
    """Register, while a time is kept."""
    await person.press("✅ Даю согласие")
    await person.share_contact()
    await person.actor.expect("Кого записать?")
    await person.send("Смирнова Анна Петровна")
    await person.actor.expect("Дата рождения?")
    await person.send("15.04.1986")
    await person.press("✅ Всё верно")


async def choose_last_day(person: Counted) -> None:
    await person.actor.expect("Выберите")
    days = [label for label in person.actor.buttons if " · " in label and "⚡" not in label]
    await person.press(days[-1])


async def choose_far_time(person: Counted) -> None:
    """Choose a doctor, a day and a time some days ahead."""
    if "Выберите врача" in person.actor.text:
        doctors = [label for label in person.actor.buttons if label[-1:].isdigit() and "⚡" not in label]
        await person.press(doctors[0])
    await choose_last_day(person)
    await person.press_first(":", last=True)


async def book(person: Counted, label: str = "✅ Записаться", said: str = "Вы записаны") -> None:
    """Press what books, and wait for the ticket, which the next window comes below."""
    before = len(person.actor.documents)
    await person.press(label)
    await person.actor.expect(said)
    await person.actor.expect_document(before + 1)


async def book_as_somebody_new(person: Counted) -> None:
    await person.start("Здравствуйте!")
    await person.press("🩺 Записаться к врачу")
    await person.press("Калининградская")
    await person.press_first("Демо-поликлиника")
    await person.send("терап")
    await person.actor.expect("Найдено")
    await person.press("Терапевт")
    await person.press("Приём терапевта")
    await choose_far_time(person)
    await answer_questions(person)
    await book(person)


async def add_child_and_book(person: Counted) -> None:
    await person.start()
    await person.press("🩺 Записаться к врачу")
    await person.press("Калининградская")
    await person.press_first("Детская")
    await person.send("педиат")
    await person.actor.expect("Найдено")
    await person.press("Педиатр")
    await person.press("Приём педиатра")
    await choose_far_time(person)
    await person.actor.expect("Здесь принимают детей")
    await person.press("👤 Записать другого")
    await person.press("➕ Добавить")
    await person.press("🧒 Ребёнка")
    await person.actor.expect("имя и отчество ребёнка")
    await person.send("Мария Ивановна")
    await person.actor.expect("дата рождения?")
    await person.send("01.03.2018")
    await person.actor.expect("Основание: свидетельство о рождении")
    await person.press("✅ Добавить")
    await person.actor.expect("Пациент: Смирнова Мария")
    await book(person, said="Запись сделана")


async def join_a_list(box: Sandbox, person: Counted, store: Path) -> int:
    """When the last visit is over, come to its doctor, who has no times, and join the list.

    Returns a time that may get free.
    """
    connection = connect(store)
    ((schedule_id, booked_at),) = connection.execute(
        "SELECT schedule_id, starts_at FROM appointment ORDER BY booked_at DESC, starts_at DESC LIMIT 1"
    ).fetchall()
    ((slot_id,),) = connection.execute(  # one at the usual hour
        "SELECT id FROM slot WHERE schedule_id = ? AND status = 0 AND starts_at > ?"
        " ORDER BY abs(starts_at % 86400 - ? % 86400), starts_at LIMIT 1",
        (schedule_id, booked_at + 86400, booked_at),
    ).fetchall()
    connection.execute("UPDATE slot SET status = 3 WHERE schedule_id = ? AND status = 0", (schedule_id,))
    ((doctor,),) = connection.execute(
        "SELECT d.surname FROM schedule AS sc JOIN doctor AS d ON d.id = sc.doctor_id WHERE sc.id = ?",
        (schedule_id,),
    ).fetchall()
    connection.close()
    over = datetime.fromtimestamp(booked_at, UTC) + timedelta(hours=1) - box.clock.now()
    box.forward(max(over, timedelta()))
    await person.start("Здравствуйте!")
    await person.press_first("🔁", doctor)
    await person.actor.expect("нажмите «🔔 Сообщить мне»")
    await person.press("🔔 Сообщить мне")
    await person.actor.expect("Лист ожидания")
    await person.press("✅ Встать в лист ожидания")
    await person.actor.expect("1-й в листе ожидания")
    return int(slot_id)


async def take_an_offer(person: Counted, store: Path, slot_id: int) -> None:
    """Be offered a time that has got free, in a message of its own, and take it."""
    connection = connect(store)
    connection.execute("BEGIN IMMEDIATE")
    assert times.take(connection, slot_id, SlotStatus.FREE, from_status=SlotStatus.UNAVAILABLE)
    connection.execute("COMMIT")
    connection.close()
    person.count = 0
    await person.actor.expect("Освободилось время")
    await book(person, "✅ Беру")


async def test_the_usual_errands_take_no_more_presses_than_promised(box: Sandbox, store: Path) -> None:
    anna = Counted(box.person("Анна"))
    await book_as_somebody_new(anna)
    anna.done("Somebody new books, registers and has the ticket", 16)

    await anna.start()
    await anna.press_first("🗓")
    await anna.press("🎫 Талон ещё раз")
    await anna.actor.expect_document(2)
    anna.done("The ticket once more", 3)

    await anna.start()
    await anna.press_first("🗓")
    await anna.press("🔁 Перенести")
    await choose_last_day(anna)
    await anna.press_first(":")
    await anna.press("✅ Перенести")
    await anna.actor.expect("Приём перенесён")
    await anna.actor.expect_document(3)
    anna.done("A visit is moved", 6)

    await anna.start()
    await anna.press_first("🗓")
    await anna.press("❌ Отменить")
    await anna.press("❌ Да, отменить")
    await anna.actor.expect("отменена")
    anna.done("A visit is cancelled", 4)

    await anna.start("Здравствуйте!")
    await anna.press_first("🔁")
    await book(anna)
    anna.done("The last doctor again, at the next time", 4)

    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press_first("🏥")
    await anna.send("хирург")
    await anna.actor.expect("Найдено")
    await anna.press("Хирург")
    if "Выберите врача" in anna.actor.text:
        await anna.press("⚡ Ближайшее")
    else:
        await anna.press_first("⚡")
    await anna.actor.expect("Проверьте")
    await book(anna)
    anna.done("Another doctor of one's own clinic", 9)

    await add_child_and_book(anna)
    anna.done("A child is added over a booking and booked", 18)

    await anna.start()
    await anna.press_first("🔁", "Мария")
    await anna.actor.expect("Пациент: Смирнова Мария")
    await anna.press("✅ Записаться")
    await anna.actor.expect("уже записаны")
    await book(anna, "Записаться ещё раз", "Запись сделана")
    anna.done("The child's doctor again, a second visit", 5)

    box.forward(timedelta(days=15))
    await anna.start("Здравствуйте!")
    await anna.press("📋 Мои записи")
    await anna.press("📚 История")
    await anna.press(anna.actor.buttons[0])
    await anna.press("🔁 Записаться снова")
    await anna.actor.expect("Выберите день")
    await anna.press_first("⚡")
    await book(anna, said="апис")
    anna.done("A visit of the past once more", 7)

    await anna.start()
    await anna.send("лор")
    await anna.actor.expect("Нашлось")
    await anna.press_first("Лор")
    await anna.press_first("Я · ")
    await anna.actor.expect("Выберите день")
    await anna.press_first("⚡")
    await anna.actor.expect("Проверьте")
    await book(anna)
    anna.done("A doctor found by a word that was typed", 6)

    freed = await join_a_list(box, anna, store)
    anna.done("From one's doctor without times into the waiting list", 5)
    await take_an_offer(anna, store, freed)
    anna.done("A time that the waiting list offers is taken", 2)

    table = HEAD + "".join(f"| {errand} | {count} | {most} |\n" for errand, count, most in anna.table)
    if os.environ.get("TALON_WRITE"):
        TABLE.write_text(table, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == table


async def test_the_doctor_of_the_last_visit_is_offered_when_it_is_over_too(box: Sandbox) -> None:
    anna = Counted(box.person("Анна"))
    await book_as_somebody_new(anna)
    doctor = next(line for line in anna.actor.photos[0]["caption"].splitlines() if "терапевт" in line)
    box.forward(timedelta(days=40))
    await anna.start("Здравствуйте!")
    assert not [label for label in anna.actor.buttons if "🗓" in label]
    (again,) = [label for label in anna.actor.buttons if "🔁" in label]
    assert again.startswith(f"🔁 {doctor.split()[0]}"[:14])
    await anna.press(again)
    await anna.actor.expect(doctor)
    await anna.press("👤 Другой врач")
    await anna.actor.expect("Выберите врача")
    await anna.press("‹ Назад")
    await anna.actor.expect(doctor)
    await anna.press("‹ Назад")
    await anna.actor.expect("Выберите, что нужно")
