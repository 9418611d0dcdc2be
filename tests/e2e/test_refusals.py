"""What stands in the way of a booking, through the chat: said early, with a way out that keeps the time."""

import pytest

from clinic import rules
from sandbox.actor import Actor
from storage.database import connect
from tests.e2e.conftest import Stand
from tests.e2e.steps import choose_time, confirm, register


def change(stand: Stand, sql: str) -> None:
    connection = connect(stand.store)
    connection.execute(sql)
    connection.close()


def time_on(person: Actor) -> str:
    """Read the day and time that the last look names."""
    return next(line for line in person.text.splitlines() if line.startswith("🗓"))


async def come_to_the_last_look(person: Actor) -> None:
    await person.start()
    await person.expect("Здравствуйте!")
    await choose_time(person)
    await register(person)
    await person.expect("Проверьте")


async def test_a_grown_up_at_a_childrens_doctor_books_for_the_child_at_the_same_time(stand: Stand) -> None:
    change(stand, "UPDATE specialty SET audience = 'child'")
    anna = stand.box.person("Анна")
    await come_to_the_last_look(anna)
    await anna.expect("Здесь принимают детей до 18 лет")
    chosen = time_on(anna)
    assert "✅ Записаться" not in anna.buttons
    await anna.press("👤 Записать другого")
    await anna.press("➕ Добавить")
    await anna.press("🧒 Ребёнка")
    await anna.expect("имя и отчество ребёнка")
    await anna.send("Смирнова Мария Ивановна")
    await anna.expect("дата рождения?")
    await anna.send("01.03.2018")
    await anna.expect("Основание: свидетельство о рождении")
    await anna.press("✅ Добавить")
    await anna.expect("Пациент: Смирнова Мария Ивановна")
    assert time_on(anna) == chosen
    await confirm(anna)
    await anna.expect("Запись сделана: Смирнова Мария Ивановна")


async def test_a_grown_up_in_a_childrens_clinic_chooses_another_one(stand: Stand) -> None:
    change(stand, "UPDATE facility SET audience = 'child'")
    anna = stand.box.person("Анна")
    await come_to_the_last_look(anna)
    await anna.expect("Здесь принимают детей до 18 лет")
    await anna.press("🩺 К другому врачу")
    await anna.expect("Выберите клинику")
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]


async def test_another_sex_is_asked_about_and_booked_when_it_is_meant(stand: Stand) -> None:
    change(stand, "UPDATE specialty SET sex = 'male'")
    anna = stand.box.person("Анна")
    await come_to_the_last_look(anna)
    await confirm(anna)
    await anna.expect("обычно принимает мужчин")
    await anna.press("‹ Назад")
    await anna.expect("Проверьте")
    await confirm(anna)
    await anna.press("✅ Всё равно записать")
    await anna.expect("Вы записаны")


async def test_an_account_that_is_not_active_is_confirmed_while_the_time_is_kept(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await come_to_the_last_look(anna)
    chosen = time_on(anna)
    change(stand, "UPDATE account SET phone_confirmed_at = NULL")
    await confirm(anna)
    await anna.expect("Сначала подтвердите телефон")
    await anna.press("📱 Подтвердить телефон")
    await anna.share_contact()
    await anna.expect("Проверьте")
    assert time_on(anna) == chosen
    await confirm(anna)
    await anna.expect("Вы записаны")


async def test_a_facility_that_takes_no_second_visit_offers_to_move_the_first_one(stand: Stand) -> None:
    change(stand, "UPDATE facility SET allows_second = 0")
    anna = stand.box.person("Анна")
    await come_to_the_last_look(anna)
    await confirm(anna)
    await anna.expect("Вы записаны")
    await anna.expect_document(1)
    await anna.press("🏠 В начало")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    await anna.expect("Выберите день")
    await anna.press([label for label in anna.buttons if " мест" in label][-1])
    await anna.press("10:00")
    await anna.expect("Проверьте")
    await confirm(anna)
    await anna.expect("одну запись к врачу одной специальности")
    assert "Записаться ещё раз" not in anna.buttons
    await anna.press("🔁 Перенести ту запись")
    await anna.press("Без причины")
    await anna.press("✅ Перенести")
    await anna.expect("Приём перенесён")
    assert stand.rows("SELECT count(*) FROM appointment") == [(1,)]


async def test_too_many_visits_lead_to_my_visits_and_back_to_the_same_time(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_VISITS", 1)
    anna = stand.box.person("Анна")
    await come_to_the_last_look(anna)
    await confirm(anna)
    await anna.expect("Вы записаны")
    await anna.expect_document(1)
    await anna.press("🏠 В начало")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Приморский")
    await anna.press("⚡ Ближайшее")
    await anna.expect("Проверьте")
    chosen = time_on(anna)
    await confirm(anna)
    await anna.expect("это предел")
    await anna.press("📋 Мои записи")
    await anna.press("🗓" if any("🗓" in label for label in anna.buttons) else anna.buttons[0])
    await anna.press("❌ Отменить")
    await anna.press("Болею")
    await anna.press("❌ Да, отменить")
    await anna.expect("отменена")
    await anna.send("назад")
    for _ in range(4):
        if "это предел" in anna.text or "Проверьте" in anna.text:
            break
        await anna.press("‹ Назад")
    if "это предел" in anna.text:
        await anna.press("‹ Назад")
    await anna.expect("Проверьте")
    assert time_on(anna) == chosen
    await confirm(anna)
    await anna.expect("Вы записаны")


async def test_a_time_that_the_clinic_closes_meanwhile_is_called_so(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    await anna.expect("Выберите день")
    now = int(stand.box.clock.now().timestamp())
    ((nearest,),) = stand.rows(
        "SELECT id FROM slot WHERE schedule_id = 1 AND starts_at > ? ORDER BY starts_at LIMIT 1", now
    )
    change(stand, f"UPDATE slot SET status = 3 WHERE id = {nearest}")
    await anna.press("⚡ Ближайшее")
    await anna.expect("Это время закрыла сама клиника")
    await anna.press(anna.buttons[0])
    await anna.expect("согласны")
