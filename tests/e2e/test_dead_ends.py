"""Where a patient could get stuck: each place says why, whom to call, and what to press next."""

import asyncio
from datetime import timedelta

from sandbox.actor import Actor
from storage.database import connect
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, choose_time, confirm, register, starts_at, visit_of

PHONE = "+7 495 000-00-00"


def change(stand: Stand, statement: str, *values: object) -> None:
    """Change the clinic behind the bot's back, as staff would."""
    connection = connect(stand.store)
    connection.execute(statement, values)
    connection.close()


async def until(is_so) -> None:
    for _ in range(100):
        if is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not become so")


async def choose_later(person: Actor, region: str) -> None:
    """Keep a time of a day far enough for hours to pass: the nearest one may begin in a minute."""
    await person.press("🩺 Записаться к врачу")
    await person.press(region)
    if "Выберите врача" in person.text:
        await person.press("Чехов")
    await person.press([label for label in person.buttons if " · 6" in label][-1])
    await person.press("9:00")


async def to_register(person: Actor) -> None:
    await person.start()
    await choose_time(person)
    await person.expect("Вы согласны")


async def test_the_consent_names_the_time_the_clinic_and_who_runs_the_bot(stand: Stand) -> None:
    await stand.stop()
    stand.config = stand.config.model_copy(update={"operator_name": "ООО «Талон»"})
    stand.app = stand._new_app()
    await stand.start()
    anna = stand.box.person("Анна")
    await to_register(anna)
    assert ", 9:00, Булгаков М. А." in anna.text
    assert "Время держим за вами до " in anna.text
    assert "клинике «Поликлиника № 1» нужны" in anna.text
    await anna.press("📄 Прочитать полностью")
    assert "ООО «Талон» и клиника: Поликлиника № 1" in anna.text
    assert PHONE in anna.text


async def test_a_time_lost_while_registering_is_told_with_thanks_and_three_others(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_later(anna, "Москва")
    ((kept,),) = stand.rows("SELECT slot_id FROM hold")
    stand.box.forward(timedelta(minutes=16))
    await until(lambda: stand.rows("SELECT count(*) FROM hold") == [(0,)])
    change(stand, "UPDATE slot SET status = 2 WHERE id = ?", kept)
    await register(anna)
    text = (await anna.expect("Спасибо, вы зарегистрированы."))["text"]
    assert "Это время только что заняли." in text
    offers = [label for label in anna.buttons if " · " in label]
    assert len(offers) == 3
    await anna.press(offers[0])
    await confirm(anna)
    await anna.expect("Вы записаны")


async def test_another_visit_at_the_same_hour_is_named_and_left_or_moved(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    first = visit_of(stand)
    await anna.press("🏠 В начало")
    await choose_time(anna)  # the other therapist, at the same hour
    await anna.press("✅ Записаться")
    await anna.expect("На это время вы уже записаны:")
    assert "9:00, Булгаков Михаил Афанасьевич" in anna.text
    assert [label for label in anna.buttons if "Записаться" in label] == []
    await anna.press("🕘 Другое время")
    await anna.expect("Выберите день")
    assert "Чехов" in anna.text
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]
    await anna.press("⚡ Ближайшее")
    await anna.press("✅ Записаться")
    await anna.press("🔁 Перенести ту запись")
    if "Почему переносите" in anna.text:
        await anna.press("Болею")
    await anna.expect("Станет:")
    await anna.press("✅ Перенести")
    await anna.expect("Приём перенесён")
    assert visit_of(stand)["id"] == first["id"]
    assert visit_of(stand)["slot_id"] != first["slot_id"]


async def test_a_visit_elsewhere_is_not_moved_to_the_kept_time(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.send("/book")
    await anna.press("Приморский край")
    await anna.press("⚡ Ближайшее")
    change(
        stand,
        "UPDATE appointment SET (starts_at, ends_at) ="
        " (SELECT starts_at, starts_at + 1800 FROM slot WHERE id = (SELECT slot_id FROM hold))",
    )
    await anna.press("✅ Записаться")
    await anna.expect("На это время вы уже записаны:")
    await anna.press("🔁 Перенести ту запись")
    await anna.expect("Что сделать?")
    assert "Булгаков" in anna.text
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]


async def test_a_minute_before_a_kept_time_is_given_back_and_after_it_the_window_says_so(
    stand: Stand,
) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.press("🏠 В начало")
    await choose_later(anna, "Приморский край")
    window = (await anna.expect("держим за вами до"))["message_id"]
    assert "по времени клиники" in anna.text
    stand.box.forward(timedelta(minutes=4, seconds=5))
    await anna.expect("Осталась минута")
    await stand.restart()
    stand.box.forward(timedelta(minutes=1))
    await anna.expect("больше не держим")
    assert anna.screen["message_id"] == window
    assert "✅ Записаться" not in anna.buttons
    await anna.press("🔄 Взять снова")
    assert stand.rows("SELECT count(*) FROM hold") == [(1,)]
    await anna.expect("держим за вами до")
    await anna.press("✅ Записаться")
    await anna.expect("Вы записаны")


async def test_a_window_that_has_moved_on_is_not_touched_when_the_time_runs_out(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.press("🏠 В начало")
    await choose_later(anna, "Приморский край")
    await anna.press("✏️ Добавить цель")
    await anna.expect("С чем вы идёте")
    revision = anna.chat.revision
    stand.box.forward(timedelta(minutes=4, seconds=5))
    await until(lambda: stand.rows("SELECT count(*) FROM hold") == [(1,)])
    stand.box.forward(timedelta(minutes=1))
    await until(lambda: stand.rows("SELECT count(*) FROM hold") == [(0,)])
    await anna.press("Осмотр")
    await anna.expect("больше не держим")
    assert "Цель: Осмотр" in anna.text
    assert anna.chat.revision - revision <= 3  # the press, its answer, the window


async def test_who_registers_slowly_is_not_spoken_to_in_another_language(stand: Stand) -> None:
    emily = stand.box.person("Emily")
    await emily.start()
    await emily.press("Book a doctor")
    await emily.press("Moscow")
    await emily.press("Nearest")
    await emily.expect("Do you agree")
    shown = emily.chat.revision
    await stand.restart()
    stand.box.forward(timedelta(minutes=16))
    await until(lambda: stand.rows("SELECT count(*) FROM hold") == [(0,)])
    await asyncio.sleep(0.2)
    assert emily.chat.revision == shown
    await emily.press("I agree")
    await emily.expect("Send my number")


async def test_what_was_given_up_late_is_refused_before_anything_is_asked(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=2))
    await anna.start()
    await anna.expect("Ближайший приём")
    await anna.press("🗓")
    await anna.press("❌ Отменить", message=anna.screen)
    await anna.press("Отменить без причины")
    await anna.press("❌ Да, отменить")
    await anna.expect("Запись отменена")
    await anna.start()
    await anna.press("🔁 Булгаков")
    await anna.expect("отменили поздно и без причины")
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]
    assert not any("9:00 · Булгаков" in label for label in anna.buttons[:1])


async def test_a_doctor_without_times_leads_on(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    change(stand, "UPDATE slot SET status = 2 WHERE schedule_id = 1")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    await anna.expect("сейчас нет свободного времени")
    assert PHONE in anna.text
    assert "Булгаков М. А.: Поликлиника № 1, Москва, ул. Садовая, 5" in anna.text
    await anna.press("👤 Другой врач")
    await anna.expect("Выберите врача")
    change(stand, "UPDATE slot SET status = 2")
    await anna.press("Чехов")
    await anna.expect("Позвоните в регистратуру")
    assert PHONE in anna.text


async def test_after_a_visit_took_place_there_are_no_coming_ones(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    stand.box.forward(timedelta(days=5))
    await anna.send("/my")
    await anna.expect("Предстоящих записей нет")


async def test_every_button_of_the_calendar_says_something(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    await anna.press("📅 Другая дата")
    await anna.press("·", message=anna.screen)
    assert ", свободного времени нет." in anna.text
    await anna.press("Пн", message=anna.screen)
    assert "Нажмите число" in anna.text
    await anna.send("суббота")
    await anna.expect("На субботу, ")


async def test_a_name_without_a_surname_is_asked_about(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await to_register(anna)
    await anna.press("✅ Даю согласие")
    await anna.expect("Нажмите внизу")
    assert [button["text"] for row in anna.chat.reply_keyboard["keyboard"] for button in row][1:] == [
        "Назад",
        "В начало",
    ]
    await anna.send("+7 916 123-45")
    await anna.expect("не хватает цифр")
    assert anna.text.count("Отправить мой номер") == 1
    await anna.share_contact()
    await anna.expect("Кого записать?")
    await anna.send("анна петровна")
    await anna.expect("Похоже, не хватает фамилии: Анна Петровна")
    await anna.send("Смирнова Анна Петровна")
    await anna.expect("Дата рождения?")
    await anna.press("‹ Назад")
    await anna.send("Лев Абрамович")
    await anna.expect("Похоже, не хватает фамилии")
    await anna.send("да")
    await anna.expect("Дата рождения?")
    await anna.send("15.04.1986")
    await anna.expect("Лев Абрамович")
    assert "Телефон +7 999 000-01-01" in anna.text


async def test_home_is_one_word_away_while_the_phone_is_asked(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await to_register(anna)
    await anna.press("✅ Даю согласие")
    await anna.expect("Нажмите внизу")
    await anna.press("В начало")
    await anna.expect("Выберите, что нужно")
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]


async def test_a_grown_up_is_told_before_a_childrens_doctor_is_booked(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    change(stand, "UPDATE facility SET audience = 'child' WHERE id = 1")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    assert "Здесь принимают детей." in anna.text
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await anna.expect("Здесь принимают детей до 18 лет. Выберите, кого записать, или другого врача.")
    assert "✅ Записаться" not in anna.buttons


async def test_help_says_where_a_person_answers(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.send("/help")
    await anna.expect("Телефон регистратуры есть на странице каждого врача")
    await book_nearest(anna)
    await anna.send("/help")
    await anna.expect("Ваша клиника: Поликлиника № 1")
    assert PHONE in anna.text
    assert PHONE in anna.photos[0]["caption"]


async def test_a_bare_yes_is_no_purpose_and_a_long_one_is_cut_aloud(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await register(anna)
    await anna.press("✏️ Добавить цель")
    await anna.send("да")
    await anna.expect("Напишите словами, с чем вы идёте")
    await anna.send("а" * 301)
    await anna.expect("сохранены первые 300 символов")
    assert "Цель: " + "а" * 300 + "\n" in anna.text
    await anna.press("✏️ Изменить цель")
    await anna.send("нет")
    await anna.expect("Проверьте")
    assert "Цель" not in anna.text
