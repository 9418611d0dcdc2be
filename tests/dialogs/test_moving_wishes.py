"""Wishes by buttons while a visit is moved, and danger told in the words of a purpose or a reason."""

from tests.e2e.steps import register
from tests.telegram import Line, Someone
from tests.world import CHEKHOV

ANNA = 1001


async def moving(line: Line, day: int = 3) -> Someone:
    visit = await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, day))
    assert visit.appointment.starts_at > line.world.clock.now()
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🗓")
    await anna.press("🔁 Перенести")
    return anna


async def test_the_buttons_of_booking_narrow_the_days_of_a_move(line: Line) -> None:
    anna = await moving(line)
    await anna.press("🔎 Пожелания")
    assert "Переносим приём" in anna.text
    assert "Когда вам удобно" in anna.text
    await anna.press("Пн")
    assert "Ближайшее подходящее" in anna.text
    await anna.press("➕ Или ещё одно")
    await anna.send("по средам")
    await anna.press("✅ Показать время")
    days = [label for label in anna.buttons if " · " in label]
    assert days
    assert {label[:2] for label in days} <= {"Пн", "Ср"}
    await anna.press(days[0])
    await anna.press("🔎 Пожелания")
    await anna.press("✖️ Снять все")
    await anna.press("✅ Показать время")
    assert "Выберите время" in anna.text
    await anna.press("9:00")
    await anna.press("✅ Перенести")
    assert "Приём перенесён" in anna.text


async def test_a_wish_of_a_move_is_forgotten_with_it(line: Line) -> None:
    anna = await moving(line)
    await anna.press("🔎 Пожелания")
    await anna.press("Вечер")
    assert "после 17" in anna.text
    await anna.start()
    await anna.press("🗓")
    await anna.press("🔁 Перенести")
    assert "Пожелания:" not in anna.text


async def test_danger_in_a_purpose_is_told_and_the_booking_goes_on(line: Line) -> None:
    anna = line.person("Анна")
    await anna.start()
    await anna.send("к Чехову")
    await anna.press("Чехов А. П.")
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await anna.press("Добавить цель")
    await anna.send("боль в груди отдаёт в руку")
    assert "103 или 112" in anna.text
    assert "Цель: боль в груди отдаёт в руку" in anna.text
    await anna.press("✅ Записаться")
    assert "Вы записаны" in anna.text


async def test_danger_in_a_reason_is_told_and_nothing_is_lost(line: Line) -> None:
    anna = await moving(line, day=0)
    assert "Почему переносите" in anna.text
    await anna.send("вызвали скорую, трудно дышать")
    assert "103 или 112" in anna.text
    assert "Выберите новый день" in anna.text
    await anna.start()
    await anna.press("🗓")
    await anna.press("❌ Отменить")
    await anna.send("не хочу больше жить")
    assert "8-800-2000-122" in anna.text
    assert "Причина: не хочу больше жить" in anna.text
    await anna.press("❌ Да, отменить")
    assert "отменена" in anna.text


async def test_an_ordinary_reason_raises_no_alarm(line: Line) -> None:
    anna = await moving(line, day=0)
    await anna.send("уезжаю в командировку")
    assert "103" not in anna.text
