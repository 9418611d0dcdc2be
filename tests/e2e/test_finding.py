"""Finding a clinic and a doctor in the chat, in both languages."""

from datetime import timedelta

from sandbox.server import Sandbox
from storage.database import connect
from tests.e2e.conftest import Stand
from tests.e2e.steps import register


def put_on_the_map(stand: Stand) -> None:
    """Let the two clinics stand where their towns are."""
    connection = connect(stand.store)
    connection.execute("BEGIN")
    connection.execute("UPDATE facility SET latitude = 55.752, longitude = 37.6175 WHERE id = 1")
    connection.execute("UPDATE facility SET latitude = 43.1155, longitude = 131.8855 WHERE id = 2")
    connection.execute("COMMIT")
    connection.close()


async def test_a_place_leads_to_the_nearest_clinic_and_on_to_a_ticket(stand: Stand, box: Sandbox) -> None:
    put_on_the_map(stand)
    anna = box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("📍 Рядом со мной")
    await anna.expect("Нажмите внизу")
    await anna.share_location(55.76, 37.62)
    await anna.expect("сначала ближайшие")
    assert anna.chat.reply_keyboard is None
    await anna.press("Поликлиника № 1 · 900 м")
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await anna.press("✅ Записаться")
    await anna.expect_document(1)
    box.forward(timedelta(seconds=1))


async def test_the_card_of_a_clinic_is_one_press_away_and_leads_on(stand: Stand) -> None:
    put_on_the_map(stand)
    connection = connect(stand.store)
    connection.execute("INSERT INTO schedule VALUES (4, 1, 1, 2, 'RU-MOW', '216')")
    connection.close()
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("ℹ️ О клинике")
    await anna.expect("Код МО: 101")
    await anna.press("🗺 На карте")
    await anna.expect("Код МО: 101")
    assert anna.messages[-2]["venue"]["title"] == "Поликлиника № 1"
    await anna.press("🩺 Выбрать врача здесь")
    await anna.press("Терапевт")
    await anna.expect("Выберите врача")


async def test_a_doctor_is_filtered_looked_at_and_booked(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("🔎 Фильтры")
    await anna.press("Стаж от 10 лет")
    await anna.press("✅ Показать")
    await anna.expect("Выберите врача")
    await anna.press("Чехов")
    await anna.press("ℹ️ О враче")
    card = await anna.expect("высшая категория")
    assert "photo" in card
    await anna.press("📅 К дням приёма")
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await anna.press("✅ Записаться")
    await anna.expect_document(1)


async def test_a_doctor_in_english(stand: Stand) -> None:
    emily = stand.box.person("Emily")
    await emily.start()
    await emily.press("🩺 Book a doctor")
    await emily.press("Moscow")
    await emily.press("🔎 Filters")
    await emily.press("Women")
    await emily.press("✅ Show")
    await emily.expect("There is no doctor here with: Women")
    await emily.press("Drop all filters")
    await emily.press("Чехов")
    await emily.press("ℹ️ The doctor")
    await emily.expect("highest category")
    await emily.press("‹ Back")
    await emily.expect("Choose the day")


async def test_the_same_in_english(stand: Stand, box: Sandbox) -> None:
    put_on_the_map(stand)
    emily = box.person("Emily")
    await emily.start()
    await emily.press("🩺 Book a doctor")
    await emily.share_location(43.12, 131.9)  # without being asked
    await emily.expect("the nearest come first")
    await emily.press("📍 near ×")
    await emily.expect("Choose the clinic:")
