"""«Моя поликлиника» among a patient's data: chosen there, offered first in the next booking, taken off."""

from clinic import profile
from tests.telegram import Line, Someone
from tests.world import CHEKHOV, NOW

ANNA = 1001


async def at_my_data(line: Line, *, region: str = "RU-MOW") -> Someone:
    patient = await line.world.patient(ANNA)
    if region:
        await profile.change(line.world.database, ANNA, patient.id, "region", region, NOW)
    anna = line.person("Анна")
    await anna.start()
    await anna.send("мои данные")
    await anna.press("👤 Мои данные")
    return anna


async def test_it_is_chosen_and_offered_first(line: Line) -> None:
    anna = await at_my_data(line)
    assert "Моя поликлиника: —" in anna.text
    await anna.press("🏥 Поликлиника")
    assert "При записи я предложу её первой" in anna.text
    assert "• Поликлиника № 1: Москва, ул. Садовая, 5" in anna.text
    await anna.press("Поликлиника № 1")
    assert "⭐" in anna.text
    assert "Моя поликлиника: Поликлиника № 1" in anna.text
    await anna.press("🏠 В начало")
    await anna.press("🩺 Записаться к врачу")
    assert anna.buttons[0] == "🏥 Поликлиника № 1"
    await anna.send("мои данные")
    anna = await at_my_data(line)
    await anna.press("🏥 Поликлиника")
    assert "⭐ Поликлиника № 1" in anna.buttons
    await anna.press("☆ Убрать")
    assert "Моя поликлиника: —" in anna.text


async def test_what_the_bookings_say_is_told_as_such(line: Line) -> None:
    await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, 1))
    anna = await at_my_data(line)
    await anna.press("🏥 Поликлиника")
    assert "Судя по вашим записям, это Поликлиника № 1" in anna.text
    await anna.send("морская")
    assert "Ничего не нашлось" in anna.text or "не нашлось" in anna.text


async def test_without_a_region_the_region_is_asked_first(line: Line) -> None:
    anna = await at_my_data(line, region="")
    await anna.press("🏥 Поликлиника")
    assert "Сначала выберите свой регион" in anna.text
    await anna.press("📍 Выбрать регион")
    assert "Москва" in anna.buttons
