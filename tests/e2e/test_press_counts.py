"""How many presses and typed answers each errand takes, from /start on, in the demo clinic."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.demo import playground
from bot.middlewares import Flood
from bot.send_limits import SendLimits
from sandbox.actor import Actor
from sandbox.server import Sandbox


class Counted:
    """A person whose every press and answer is counted."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.count = 0

    async def start(self, greeting: str = "Ближайший приём") -> None:
        self.count = 1
        await self.actor.start()
        await self.actor.expect(greeting)

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
async def box() -> AsyncIterator[Sandbox]:
    async with playground(flood=Flood(burst=1_000), limits=SendLimits(1_000, 1_000, 1_000)) as box:
        yield box


async def book_as_somebody_new(person: Counted) -> None:
    await person.start("Здравствуйте!")
    await person.press("🩺 Записаться к врачу")
    await person.press("Калининградская")
    await person.press_first("Демо-поликлиника")
    await person.send("терапевт")
    await person.actor.expect("Найдено")
    await person.press("Терапевт")
    await person.press("Приём терапевта")
    if "Выберите врача" in person.actor.text:
        doctors = [label for label in person.actor.buttons if label[-1:].isdigit() and "⚡" not in label]
        await person.press(doctors[0])
    await person.press_first(" · ", last=True)
    await person.press_first(":", last=True)
    await person.press("✅ Даю согласие")
    await person.share_contact()
    await person.actor.expect("Кого записать?")
    await person.send("Смирнова Анна Петровна")
    await person.actor.expect("Дата рождения?")
    await person.send("15.04.1986")
    await person.press("✅ Всё верно")
    await person.press("✅ Записаться")
    await person.actor.expect("Вы записаны")
    await person.actor.expect_document(1)


async def test_nobody_presses_longer_than_promised(box: Sandbox) -> None:
    anna = Counted(box.person("Анна"))
    await book_as_somebody_new(anna)
    assert anna.count <= 16

    await anna.start()
    await anna.press_first("🗓")
    await anna.press("🎫 Талон ещё раз")
    await anna.actor.expect_document(2)
    assert anna.count <= 3

    await anna.start()
    await anna.press_first("🗓")
    await anna.press("🔁 Перенести")
    await anna.press_first(" · ", last=True)
    await anna.press_first(":")
    await anna.press("✅ Перенести")
    await anna.actor.expect("Приём перенесён")
    await anna.actor.expect_document(3)
    assert anna.count <= 6

    await anna.start()
    await anna.press_first("🗓")
    await anna.press("❌ Отменить")
    await anna.press("❌ Да, отменить")
    await anna.actor.expect("отменена")
    assert anna.count <= 4

    await anna.start("Здравствуйте!")
    await anna.press_first("🔁 Снова:")
    await anna.press("⚡ Ближайшее")
    await anna.press("✅ Записаться")
    await anna.actor.expect("Вы записаны")
    assert anna.count <= 4


async def test_the_doctor_of_the_last_visit_is_offered_when_it_is_over_too(box: Sandbox) -> None:
    anna = Counted(box.person("Анна"))
    await book_as_somebody_new(anna)
    doctor = next(line for line in anna.actor.photos[0]["caption"].splitlines() if "терапевт" in line)
    box.forward(timedelta(days=40))
    await anna.start("Здравствуйте!")
    assert not [label for label in anna.actor.buttons if "🗓" in label]
    (again,) = [label for label in anna.actor.buttons if "🔁 Снова:" in label]
    assert again == f"🔁 Снова: {doctor.split()[0]}, терапевт"[:30]
    await anna.press(again)
    await anna.actor.expect(doctor)
    await anna.press("👤 Другой врач")
    await anna.actor.expect("Выберите врача")
    await anna.press("‹ Назад")
    await anna.actor.expect(doctor)
    await anna.press("‹ Назад")
    await anna.actor.expect("Выберите, что нужно")
