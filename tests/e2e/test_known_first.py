"""What is known is offered first, in the chat: doctors, clinic and hours of each patient."""

from datetime import timedelta

from clinic import rules
from sandbox.actor import Actor
from storage.database import connect
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, choose_time, confirm, register, say_purpose
from tests.e2e.test_family import add_child
from tests.e2e.test_pin import set_pin


def again_buttons(person: Actor) -> list[str]:
    return [label for label in person.buttons if "🔁" in label]


async def home(person: Actor) -> None:
    await person.start()
    await person.expect("Ближайший приём")


async def test_the_last_doctor_is_booked_again_in_three_presses(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    stand.box.forward(timedelta(days=1))
    await anna.start()  # 1
    await anna.expect("Здравствуйте!")
    (again,) = again_buttons(anna)
    assert again.startswith("🔁 Булгаков, ")
    assert " · " in again
    await anna.press(again)  # 2
    await anna.expect("Проверьте")
    await anna.expect("Булгаков Михаил Афанасьевич")
    await anna.press("🕘 Другое время")
    await anna.expect("Выберите день")
    await anna.press("‹ Назад")
    await anna.expect("Выберите, что нужно")
    await anna.press(again)
    await confirm(anna)  # 3
    await anna.expect("Вы записаны")


async def test_doctor_and_clinic_are_the_first_buttons_of_a_booking(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.press("🏠 В начало")
    await anna.press("🩺 Записаться к врачу")
    assert [label[:1] for label in anna.buttons[:2]] == ["🔁", "🏥"]
    await anna.expect("Поликлиника № 1")
    await anna.press("🏥 Поликлиника № 1")
    await anna.expect("Выберите врача")
    await anna.press("‹ Назад")
    await anna.press(again_buttons(anna)[0])
    await anna.expect("Проверьте")


async def test_a_child_has_a_doctor_of_its_own_by_name(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.send("/family")
    await add_child(anna)
    await anna.press("🩺 Записаться к врачу")
    assert not again_buttons(anna)  # nothing is known of the child
    await anna.press("Приморский")
    await anna.press("⚡ Ближайшее")
    await confirm(anna)
    await anna.expect("Запись сделана")
    await anna.expect_document(2)
    await home(anna)
    (hers,) = [label for label in again_buttons(anna) if "Мария: Вер" in label]
    (own,) = [label for label in again_buttons(anna) if label != hers]
    assert "Булгаков" in own
    await anna.press(hers)
    await anna.expect("Пациент: Смирнова Мария Ивановна")


async def test_nothing_is_known_while_the_chat_is_locked(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await set_pin(anna)
    stand.box.forward(rules.LOCK_AFTER)
    await anna.start()
    await anna.expect("Здравствуйте!")
    assert not again_buttons(anna)
    await anna.press("🩺 Записаться к врачу")
    await anna.expect("Выберите регион")
    assert not again_buttons(anna)
    assert not any("🏥" in label for label in anna.buttons)


async def test_a_clinic_is_made_ones_own_and_offered_first(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    connection = connect(stand.store)
    connection.execute("UPDATE schedule SET specialty_id = 2 WHERE id = 2")
    connection.close()
    await anna.press("🏠 В начало")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("ℹ️ О клинике")
    await anna.press("☆ Сделать моей поликлиникой")
    await anna.expect("предлагаю эту поликлинику первой")
    await anna.press("⭐ Моя поликлиника: убрать")
    await anna.expect("Больше не предлагаю")


async def test_a_past_visit_is_booked_again_with_all_but_its_time(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await choose_time(anna)
    await register(anna)
    await say_purpose(anna, "Болит спина")
    await confirm(anna)
    await anna.expect("Вы записаны")
    await anna.expect_document(1)
    stand.box.forward(timedelta(days=2))
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.press("📋 Мои записи")
    await anna.press("🕘 Прошедшие приёмы")
    await anna.expect("Прошедшие")
    await anna.press("Булгаков")
    await anna.press("🔁 Записаться снова")
    await anna.expect("Выберите день")
    await anna.press("⚡ Ближайшее")
    await anna.expect("Болит спина")
    await anna.expect("Булгаков")
    await confirm(anna)
    await anna.expect("Вы записаны")


async def test_usual_hours_are_looked_at_first_and_taken_off_by_a_press(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    connection = connect(stand.store)
    connection.execute("UPDATE slot SET starts_at = starts_at + 9 * 3600 WHERE id % 2 = 0 AND status = 0")
    connection.execute(
        "INSERT INTO appointment (id, number, ticket_code, patient_id, slot_id, status, starts_at, ends_at,"
        " first_starts_at, queue_number, sequence, booked_at, is_barred)"
        " SELECT s.id, 'n' || s.id, 't' || s.id, a.patient_id, s.id, 3, s.starts_at, s.starts_at + 1800,"
        " s.starts_at, 1, 0, 1, 0 FROM appointment AS a, slot AS s WHERE s.id % 2 = 0 AND s.status = 0"
        " ORDER BY s.starts_at LIMIT 6"
    )
    connection.close()
    await anna.press("🏠 В начало")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    await anna.expect("Как обычно: после 17:00")
    (chip,) = [label for label in anna.buttons if "✖️" in label]
    await anna.press(chip)
    assert "Как обычно" not in anna.text
    await anna.press("🏠 В начало")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    assert "Как обычно" not in anna.text
