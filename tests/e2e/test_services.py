"""What the visit is for, chosen in the chat: one step more where there is a choice, and none elsewhere."""

import pytest

from storage.database import connect
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, confirm, register
from tests.world import list_services


@pytest.fixture(autouse=True)
def listed(stand: Stand) -> None:
    connection = connect(stand.store)
    connection.execute("BEGIN")
    list_services(connection)
    connection.execute("COMMIT")
    connection.close()


async def test_a_long_service_is_chosen_booked_moved_and_cancelled(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.expect("Что вам нужно?")
    await anna.expect("Диспансеризация: 60 минут")
    await anna.send("диспансеризация")
    await anna.expect("Выберите врача")
    await anna.press("Чехов")
    await anna.expect("Выберите день")
    await anna.press([label for label in anna.buttons if " мест" in label][-1])
    await anna.expect("Выберите время")
    await anna.press("9:00")
    await register(anna)
    await anna.expect("Услуга: Диспансеризация")
    await confirm(anna)
    await anna.expect("Вы записаны")
    await anna.expect_document(1)
    caption = anna.photos[0]["caption"]
    assert "Услуга: Диспансеризация, 60 минут" in caption
    assert "Как подготовиться: Приходите натощак." in caption
    assert taken(stand) == (2, 1)

    igor = stand.box.person("Игорь")
    await book_nearest_visit(igor)
    assert taken(stand) == (3, 1)

    await anna.start()
    await anna.press("🗓")
    await anna.expect("Услуга: Диспансеризация")
    await anna.press("🔁 Перенести")
    await anna.expect("Выберите новый день")
    await anna.press([label for label in anna.buttons if " мест" in label][-1])
    await anna.expect("Выберите время")
    await anna.press("10:00")
    await anna.press("✅ Перенести")
    await anna.expect("Приём перенесён")
    assert taken(stand) == (3, 1)
    await anna.start()
    await anna.press("🗓")
    await anna.press("❌ Отменить")
    await anna.press("❌ Да, отменить")
    await anna.expect("отменена")
    assert taken(stand) == (1, 0)


async def book_nearest_visit(person) -> None:
    await person.start()
    await person.expect("Здравствуйте!")
    await person.press("🩺 Записаться к врачу")
    await person.press("Москва")
    await person.press("Приём")
    await person.press("⚡ Ближайшее")
    await register(person, "Петров Игорь Ильич")
    await confirm(person)
    await person.expect("Вы записаны")


def taken(stand: Stand) -> tuple[int, int]:
    """Count the times that are taken, and among them those that follow a visit's first."""
    ((busy,),) = stand.rows("SELECT count(*) FROM slot WHERE status = 2")
    ((further,),) = stand.rows("SELECT count(*) FROM appointment_slot")
    return busy, further


async def test_the_service_is_changed_on_the_doctors_page(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Приём")
    await anna.press(next(label for label in anna.buttons if "Чехов" in label))
    await anna.expect("Выберите день")
    await anna.expect("Чехов")
    await anna.press("🧾 Приём")
    await anna.press("Наблюдение")
    await anna.expect("Выберите день")
    assert any("1 место" in label for label in anna.buttons), anna.buttons
    assert "🧾 Наблюдение" in anna.buttons
    await anna.press("👤 Другой врач")
    await anna.press(next(label for label in anna.buttons if "Булгаков" in label))
    assert "🧾 Наблюдение" in anna.buttons


async def test_an_examination_is_asked_for_even_of_a_single_doctor(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Приморский")
    await anna.expect("Что вам нужно?")
    await anna.press("ЭКГ")
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await anna.expect("Услуга: ЭКГ")
    await anna.press("✅ Записаться")
    await anna.expect("Вы записаны")


async def test_a_referral_is_asked_for_by_the_service(stand: Stand) -> None:
    connection = connect(stand.store)
    connection.execute("UPDATE specialty SET needs_referral = 1 WHERE code = 'therapist'")
    connection.execute("UPDATE service SET needs_referral = 1 WHERE name_ru = 'Наблюдение'")
    connection.close()
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Наблюдение")
    await anna.expect("Направление есть?")
    await anna.press("‹ Назад")
    await anna.press("Диспансеризация")
    await anna.expect("Выберите врача")


async def test_a_service_is_typed_into_the_chat_and_booked(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.send("пройти диспансиризацию")
    await anna.expect("Нашлось")
    await anna.press("Диспансеризация")
    await anna.press("Москва")
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await anna.expect("Услуга: Диспансеризация")
    await confirm(anna)
    await anna.expect("Вы записаны")
    await anna.expect_document(1)
    assert "Как подготовиться: Приходите натощак." in anna.photos[0]["caption"]


async def test_where_nothing_is_listed_nothing_is_asked(stand: Stand) -> None:
    connection = connect(stand.store)
    connection.execute("DELETE FROM service")
    connection.close()
    await book_nearest(stand.box.person("Анна"))
