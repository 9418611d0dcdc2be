"""A family in the chat: children, a second parent, a relative who agrees, somebody who has come of age."""

import asyncio
import re
from datetime import timedelta

from dialogs.states import Booking
from sandbox.actor import Actor
from sandbox.transcript import words
from storage.database import connect
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, confirm, confirm_email, starts_at
from tests.e2e.test_documents import picture


async def become_known(person: Actor, name: str = "Смирнова Анна Петровна", born: str = "15.04.1986") -> None:
    """Register by way of the family, and end in its list."""
    await person.start()
    await person.press("⚙️ Настройки")
    await person.press("👪 Семья")
    await person.press("📝 Представиться")
    await tell_who(person, name, born)
    await person.expect("Здесь пока никого")


async def tell_who(person: Actor, name: str, born: str = "15.04.1986") -> None:
    await person.expect("нужно знать, кто вы")
    await person.press("✅ Даю согласие")
    await person.expect("Нажмите внизу кнопку")
    await person.share_contact()
    await person.expect("Сначала о вас")
    await person.send(name)
    await person.expect("Дата рождения?")
    await person.send(born)
    await person.expect("Всё верно?")
    await person.press("✅ Всё верно")


async def open_family(person: Actor) -> None:
    await person.send("/settings")
    await person.expect("Что изменить?")
    await person.press("👪 Семья")
    await person.expect("Семья")


async def add_child(person: Actor, name: str = "Смирнова Мария Ивановна", born: str = "01.03.2018") -> None:
    """Add a child, from the family's list on; ends on the child's card."""
    await person.press("➕ Добавить")
    await person.press("🧒 Ребёнка")
    await person.expect("имя и отчество ребёнка")
    await person.send(name)
    await person.expect("дата рождения?")
    await person.send(born)
    await person.expect("Основание: свидетельство о рождении")
    await person.press("✅ Добавить")
    await person.expect("карточка добавлена")


async def book_child(person: Actor, *, region: str = "Москва", last: str = "Вы записаны") -> None:
    """Book the nearest time from the child's card on."""
    await person.press("🩺 Записаться к врачу")
    await person.press(region)
    await person.press("⚡ Ближайшее")
    await confirm(person)
    await person.expect(last)


def link_in(message: dict) -> str:
    """Find the code of the link in a message."""
    found = re.search(r"start=(i_[\w-]{20})", words(message))
    assert found, words(message)
    return found[1]


async def invite_parent(person: Actor) -> str:
    await person.press("👪 Пригласить родителя")
    await person.expect("Ссылка в сообщении выше")
    return link_in(next(m for m in reversed(person.messages) if "start=i_" in words(m)))


def somebody(stand: Stand, name: str) -> Actor:
    """Take one of the sandbox's people, or one more."""
    try:
        return stand.box.person(name)
    except KeyError:
        return stand.box.join(
            first_name=name, last_name="", username="", language_code="ru", phone_number="79990000777"
        )


def cares(stand: Stand) -> list[tuple]:
    return stand.rows(
        "SELECT telegram_id, relation FROM care JOIN account ON account.id = account_id"
        " WHERE relation <> 'self' ORDER BY relation, telegram_id"
    )


async def test_a_child_is_added_booked_and_cancelled_by_the_other_parent(stand: Stand) -> None:
    anna, boris = somebody(stand, "Анна"), somebody(stand, "Борис")
    await become_known(anna)
    await add_child(anna)
    card = anna.text
    assert "Дата рождения 01.03.2018" in card
    assert "Кто это: ребёнок" in card
    code = await invite_parent(anna)
    assert "второй родитель, Мария С." in anna.text

    await boris.start(code)
    text = (await boris.expect("приглашает вас вместе вести записи"))["text"]
    assert "Анна С." in text
    assert "Мария С." in text
    await boris.press("✅ Принять приглашение")
    await tell_who(boris, "Смирнов Борис Олегович")
    await boris.expect("теперь и вы записываете")
    await anna.expect("теперь Борис С. тоже может записывать")
    assert cares(stand) == sorted([(anna.id, "child"), (boris.id, "child")])

    await open_family(anna)
    await anna.press("Мария С.")
    assert "Ещё записывает: Борис С." in anna.text
    await book_child(anna, last="Запись сделана: Смирнова Мария Ивановна")
    await anna.expect_document(1)
    await boris.expect_document(1)
    assert "Пациент: Смирнова Мария Ивановна" in boris.photos[0]["caption"]
    assert "Записала: Анна С." in boris.photos[0]["caption"]
    assert "Записала" not in anna.photos[0]["caption"]

    await boris.send("/my")
    await boris.expect("Ваши записи")
    await boris.press("Мария · ")
    await boris.press("✏️ Изменить")
    await boris.press("🔁 Перенести")
    if "Почему переносите" in boris.text:
        await boris.press("Болею")
    await boris.press(next(label for label in boris.buttons if "6 мест" in label))
    await boris.press("9:30")
    await boris.press("✅ Перенести")
    await boris.expect("Приём перенесён")
    await anna.expect_document(2)
    assert "Перенёс: Борис С." in anna.photos[1]["caption"]

    anna._mark()
    await boris.send("/my")
    await boris.expect("Ваши записи")
    await boris.press("Мария · ")
    await boris.press("✏️ Изменить")
    await boris.press("❌ Отменить")
    await boris.press("❌ Да, отменить")
    await boris.expect("Запись отменена")
    told = await anna.expect("Приём отменён")
    assert "Отменил: Борис С." in words(told)
    assert "Смирнова Мария Ивановна" in words(told)
    await asyncio.sleep(0.3)
    assert not any("Приём отменён" in words(message) for message in boris.messages)


async def test_the_surname_is_the_parents_in_the_right_form(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await become_known(anna)
    await add_child(anna, "Пётр Иванович", "02.02.2020")
    assert "Смирнов Пётр Иванович" in anna.text
    await anna.press("‹ Назад")
    await anna.press("➕ Добавить")
    await anna.press("🧒 Ребёнка")
    await anna.send("Саша")
    await anna.expect("какая фамилия?")
    await anna.press("Смирнов")
    await anna.expect("Саша: дата рождения?")
    await anna.send("32.01.2020")
    await anna.expect("Такого дня нет")
    await anna.send("01.01.1990")
    await anna.expect("Взрослых записывают только с их согласия")
    await anna.press("🤝 Взрослого родственника")
    await anna.expect("Взрослого можно записывать только с его согласия")
    await anna.press("‹ Назад")
    await anna.send("01.01.2021")
    await anna.expect("Всё верно?")
    await anna.send("да")
    await anna.expect("карточка добавлена")
    await anna.press("‹ Назад")
    assert "Смирнов Пётр Иванович" in anna.text
    assert "Саша" in anna.text


async def test_for_whom_is_asked_first_and_visits_are_shown_for_all_or_one(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await book_nearest(anna)
    await open_family(anna)
    await add_child(anna)
    await anna.send("/book")
    await anna.expect("Для кого записать?")
    assert anna.buttons[:2] == ["Я · Анна С.", "Мария С."]
    await anna.send("мария")
    await anna.press("Москва")
    await anna.press("⚡ Ближайшее")
    await anna.expect("Пациент: Смирнова Мария Ивановна")
    await anna.press("👤 Записать другого")
    await anna.press("Я · Анна С.")
    await anna.expect("Пациент: Смирнова Анна Петровна")
    await anna.press("👤 Записать другого")
    await anna.press("➕ Добавить человека")
    await anna.press("🧒 Ребёнка")
    await anna.send("Смирнов Пётр Иванович")
    await anna.send("02.02.2020")
    await anna.press("✅ Добавить")
    await anna.expect("Пациент: Смирнов Пётр Иванович")
    await anna.press("✅ Записаться")
    await anna.expect("Запись сделана: Смирнов Пётр Иванович")
    await anna.expect_document(2)
    await anna.send("/my")
    await anna.expect("Ваши записи")
    assert "Анна С." in anna.text
    assert "Пётр С." in anna.text
    assert {"✓ Все", "Анна", "Мария", "Пётр"} <= set(anna.buttons)
    await anna.press_raw(anna.screen, _button(anna, "Пётр"))
    assert "Анна С." not in anna.text
    assert "✓ Пётр" in anna.buttons
    await anna.press_raw(anna.screen, _button(anna, "Мария"))
    assert "Предстоящих записей здесь нет" in anna.text
    await anna.press("Все")
    assert "Анна С." in anna.text


def _button(person: Actor, label: str) -> str:
    for row in person.screen["reply_markup"]["inline_keyboard"]:
        for button in row:
            if button["text"] == label:
                return button["callback_data"]
    raise AssertionError(person.buttons)


async def test_a_reminder_names_the_child_and_reaches_both_parents(stand: Stand) -> None:
    anna, boris = somebody(stand, "Анна"), somebody(stand, "Борис")
    await become_known(anna)
    await add_child(anna)
    await book_child(anna, last="Запись сделана")
    await anna.expect_document(1)
    await open_family(anna)
    await anna.press("Мария С.")
    code = await invite_parent(anna)
    await become_known(boris, "Смирнов Борис Олегович")
    await boris.start(code)
    await boris.expect("приглашает вас")
    await boris.press("✅ Принять приглашение")
    await boris.expect("теперь и вы записываете")
    anna._mark()
    boris._mark()
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=3))
    for parent in (anna, boris):
        reminder = await parent.expect("Приём у врача через 3 часа")
        assert "Пациент: Смирнова Мария Ивановна" in words(reminder)


async def test_a_cancel_by_one_parent_is_told_to_both_by_letter(stand: Stand) -> None:
    anna, boris = somebody(stand, "Анна"), somebody(stand, "Борис")
    await become_known(anna)
    await add_child(anna)
    await book_child(anna, last="Запись сделана")
    await anna.expect_document(1)
    await open_family(anna)
    await anna.press("Мария С.")
    code = await invite_parent(anna)
    await become_known(boris, "Смирнов Борис Олегович")
    await boris.start(code)
    await boris.press("✅ Принять приглашение")
    await boris.expect("теперь и вы записываете")
    await confirm_email(stand, anna, "anna@example.ru")
    await confirm_email(stand, boris, "boris@example.ru")
    await boris.send("/my")
    await boris.expect("Ваши записи")
    await boris.press("Мария · ")
    await boris.press("❌ Отменить")
    await boris.press("Болею")
    await boris.press("❌ Да, отменить")
    await boris.expect("Запись отменена")
    letters = (await stand.box.phone.wait_for_letters(4))[2:]
    assert sorted(letter.to for letter in letters) == ["anna@example.ru", "boris@example.ru"]
    assert all(letter.subject.startswith("Приём отменён: ") for letter in letters)
    assert all(b"METHOD:CANCEL" in letter.files["visit.ics"] for letter in letters)


async def test_again_keeps_for_whom_it_was_and_lets_somebody_else_be_chosen(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await book_nearest(anna)
    await open_family(anna)
    await add_child(anna)
    await anna.start()
    await anna.press("🔁 Булгаков")
    await anna.expect("Пациент: Смирнова Анна Петровна")
    await anna.press("👤 Записать другого")
    await anna.expect("Для кого записать?")
    await anna.press("Мария С.")
    await anna.expect("Пациент: Смирнова Мария Ивановна")
    assert "Булгаков" in anna.text
    await anna.press("‹ Назад")
    await anna.expect("Выберите день")
    await anna.press("‹ Назад")
    await anna.expect("Ближайший приём")
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]


async def test_an_invitation_opens_over_a_booking_which_keeps_its_time(stand: Stand) -> None:
    anna, boris = somebody(stand, "Анна"), somebody(stand, "Борис")
    await become_known(anna)
    await add_child(anna)
    code = await invite_parent(anna)
    await become_known(boris, "Смирнов Борис Олегович")
    await boris.send("/book")
    await boris.press("Москва")
    await boris.press("⚡ Ближайшее")
    await boris.expect("Проверьте, пожалуйста")
    await boris.start(code)
    await boris.expect("приглашает вас")
    await boris.press("Отказаться")
    await boris.expect("всё осталось как было")
    assert "Пациент: Смирнов Борис Олегович" in boris.text
    await boris.start(code[:-1])
    await boris.expect("Такой ссылки нет")
    assert "Пациент: Смирнов Борис Олегович" in boris.text
    await boris.start(code)
    await boris.press("✅ Принять приглашение")
    await boris.expect("теперь и вы записываете")
    await boris.press("👪 Семья")
    await boris.expect("Смирнова Мария Ивановна")
    assert stand.rows("SELECT count(*) FROM hold") == [(1,)]
    await boris.press("‹ Назад")
    await boris.expect("Пациент: Смирнов Борис Олегович")
    await confirm(boris)
    await boris.expect("Вы записаны")


async def test_who_declines_the_consent_for_a_family_keeps_nothing(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await anna.start()
    await anna.press("⚙️ Настройки")
    await anna.press("👪 Семья")
    await anna.press("📝 Представиться")
    await anna.press("📄 Прочитать полностью")
    await anna.expect("клиника: та, куда вы запишетесь")
    await anna.press("‹ Назад")
    await anna.send("нет")
    await anna.expect("Без согласия")
    await anna.press("‹ Назад")
    await anna.expect("Сначала представьтесь")
    assert stand.rows("SELECT count(*) FROM account") == [(0,)]


async def test_a_childs_documents_open_from_the_card_and_leave_with_the_access(stand: Stand) -> None:
    anna, boris = somebody(stand, "Анна"), somebody(stand, "Борис")
    await become_known(anna)
    await add_child(anna)
    await anna.press("📎 Документы")
    await anna.expect("Документы: Смирнова Мария Ивановна")
    await anna.press("➕ Добавить")
    await anna.press("Свидетельство о рождении")
    await anna.expect("Пришлите фото или файл")
    await anna.upload(picture(), "свидетельство.png")
    await anna.press("✅ Готово")
    await anna.expect("свидетельство.png")
    await anna.press("‹ Назад")
    await anna.expect("Кто это: ребёнок")
    code = await invite_parent(anna)
    await become_known(boris, "Смирнов Борис Олегович")
    await boris.start(code)
    await boris.press("✅ Принять приглашение")
    await boris.press("👪 Семья")
    await boris.press("Мария С.")
    await boris.press("📎 Документы")
    await boris.expect("свидетельство.png")
    await boris.press("Свидетельство")
    await boris.expect("Добавлен")
    connection = connect(stand.store)
    connection.execute(
        "DELETE FROM care WHERE relation = 'child' AND account_id ="
        " (SELECT id FROM account WHERE telegram_id = ?)",
        (boris.id,),
    )
    connection.close()
    await boris.press("👁 Показать")
    await boris.expect("больше нет")
    assert "свидетельство.png" not in boris.text
    assert boris.documents == []


async def test_two_digits_of_a_childs_year_are_understood_a_wards_are_asked(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await become_known(anna)
    await add_child(anna, born="01.03.18")
    await anna.expect("Дата рождения 01.03.2018")
    await anna.press("‹ Назад")
    await anna.press("➕ Добавить")
    await anna.press("🛡")
    await anna.send("Ветров Лев Игоревич")
    await anna.send("01.03.18")
    await anna.expect("Какой год?")
    assert anna.buttons[:2] == ["01.03.1918", "01.03.2018"]
    await anna.press("01.03.2018")
    await anna.expect("Основание: акт")
    await anna.press("Исправить имя")
    await anna.send("Ветров")
    await anna.expect("имя и отчество одной строкой")


async def test_two_children_at_once_in_two_places_are_asked_about(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await become_known(anna)
    await add_child(anna)
    await book_child(anna, last="Запись сделана")
    ((starts_at,),) = stand.rows("SELECT starts_at FROM appointment WHERE status = 1")
    connection = connect(stand.store)
    connection.execute("UPDATE slot SET starts_at = ? WHERE id = (SELECT min(id) FROM slot WHERE schedule_id"
                       " = 3 AND starts_at > ?)", (starts_at + 60, starts_at - 86400))  # fmt: skip
    connection.execute("DELETE FROM slot WHERE schedule_id = 3 AND starts_at < ?", (starts_at,))
    connection.close()
    await open_family(anna)
    await add_child(anna, "Смирнов Пётр Иванович", "02.02.2020")
    await book_child(anna, region="Приморский", last="другой ваш ребёнок на приёме в другом месте")
    assert "Мария С." in anna.text
    assert "✅ Всё равно записать" in anna.buttons
    await anna.send("да")
    await anna.expect("Запись сделана: Смирнов Пётр Иванович")
    assert stand.rows("SELECT count(*) FROM appointment WHERE status = 1") == [(2,)]


async def test_a_relative_agrees_in_their_own_chat_and_takes_it_back(stand: Stand) -> None:
    anna, olga = somebody(stand, "Анна"), somebody(stand, "Ольга")
    await become_known(anna)
    await anna.press("➕ Добавить")
    await anna.press("🤝 Взрослого родственника")
    await anna.press("🔗 Создать ссылку")
    await anna.expect("Ссылка в сообщении выше")
    code = link_in(next(m for m in reversed(anna.messages) if "start=i_" in words(m)))
    await olga.start(code)
    await olga.expect("просит разрешения записывать вас")
    assert cares(stand) == []
    await olga.press("✅ Согласен(на)")
    await tell_who(olga, "Петрова Ольга Ильинична", "03.03.1956")
    await olga.expect("может вас записывать")
    await anna.expect("Ольга П.: согласие есть")
    assert cares(stand) == [(anna.id, "relative")]
    await open_family(anna)
    await anna.press("Ольга П.")
    assert "👪 Пригласить родителя" not in anna.buttons
    await book_child(anna, last="Запись сделана: Петрова Ольга Ильинична")
    await olga.expect_document(1)
    assert "Записала: Анна С." in olga.photos[0]["caption"]
    await open_family(olga)
    await olga.press("👥 Кто меня записывает")
    await olga.press("Анна С.")
    await olga.press("❌ Да, больше не разрешаю")
    await olga.expect("больше не может вас записывать")
    await anna.expect("Ольга П.: разрешения записывать больше нет")
    assert cares(stand) == []
    planned = stand.rows(
        "SELECT count(*) FROM notification JOIN account ON account.id = account_id"
        " WHERE telegram_id = ? AND state = 1 AND appointment_id IS NOT NULL",
        anna.id,
    )
    assert planned == [(0,)]
    await anna.press("✏️ Изменить", message=anna.photos[-1])
    assert "Такой записи или такого времени больше нет" in anna.text


async def test_access_that_ends_in_the_middle_of_a_booking_books_nobody(stand: Stand) -> None:
    anna, olga = somebody(stand, "Анна"), somebody(stand, "Ольга")
    await become_known(anna)
    await anna.press("➕ Добавить")
    await anna.press("🤝 Взрослого родственника")
    await anna.press("🔗 Создать ссылку")
    await anna.expect("Ссылка в сообщении выше")
    code = link_in(next(m for m in reversed(anna.messages) if "start=i_" in words(m)))
    await become_known(olga, "Петрова Ольга Ильинична", "03.03.1956")
    await olga.start(code)
    await olga.expect("просит разрешения")
    await olga.press_twice("✅ Согласен(на)")
    await olga.expect("может вас записывать")
    assert stand.rows("SELECT count(*) FROM notification WHERE kind = 'agreed'") == [(1,)]
    await anna.expect("согласие есть")
    await anna.send("/book")
    await anna.expect("Для кого записать?")
    await anna.press("Ольга П.")
    await anna.press("Москва")
    await anna.press("⚡ Ближайшее")
    await anna.expect("Пациент: Петрова Ольга Ильинична")
    await open_family(olga)
    await olga.press("👥 Кто меня записывает")
    await olga.press("Анна С.")
    await olga.press("❌ Да, больше не разрешаю")
    await olga.expect("больше не может вас записывать")
    await anna.press("✅ Записаться")
    await anna.expect("Вы больше не записываете этого человека")
    await asyncio.sleep(0.2)
    assert stand.rows("SELECT count(*) FROM appointment") == [(0,)]
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]


async def test_links_that_give_nothing_say_why(stand: Stand) -> None:
    anna, boris, igor = (somebody(stand, name) for name in ("Анна", "Борис", "Игорь"))
    await become_known(anna)
    await add_child(anna)
    code = await invite_parent(anna)
    await anna.start(code)
    await anna.expect("Это ваша собственная ссылка")
    await become_known(boris, "Смирнов Борис Олегович")
    await boris.start(code[:-1])
    await boris.expect("Такой ссылки нет")
    await boris.start(code)
    await boris.press("Отказаться")
    await boris.expect("всё осталось как было")
    await boris.start(code)
    await boris.press("✅ Принять приглашение")
    await boris.expect("теперь и вы записываете")
    await boris.start(code)
    await boris.expect("Вы уже ответили «да»")
    await igor.start(code)
    await igor.expect("Этой ссылкой уже воспользовались")

    await open_family(anna)
    await anna.press("Мария С.")
    second = await invite_parent(anna)
    await igor.start(second)
    window = await igor.expect("приглашает вас")
    await anna.press("Отозвать")
    await anna.expect("больше не работает")
    await igor.press("✅ Принять приглашение", message=window)
    await tell_who(igor, "Ветров Игорь Сергеевич")
    await igor.expect("Эту ссылку отозвали")
    await anna.press("‹ Назад")
    third = await invite_parent(anna)
    stand.box.forward(timedelta(hours=24, seconds=1))
    await igor.start(third)
    await igor.expect("Срок этой ссылки вышел")
    assert [chat for chat, _ in cares(stand)] == sorted([anna.id, boris.id])


async def test_other_peoples_ids_open_nothing(stand: Stand) -> None:
    anna, igor = somebody(stand, "Анна"), somebody(stand, "Игорь")
    await become_known(anna)
    await add_child(anna, "Смирнова Аглая Ивановна")
    await invite_parent(anna)
    ((child, account),) = stand.rows("SELECT patient_id, account_id FROM care WHERE relation = 'child'")
    ((link,),) = stand.rows("SELECT id FROM invitation")
    await become_known(igor, "Ветров Игорь Сергеевич")
    await add_child(igor, "Ветров Лев Игоревич")

    def intent() -> str:
        return igor.screen["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split("\x1d")[0]

    await igor.press("‹ Назад")
    for data in (f"p0:{child}", "p0:zzz", "p0:-1", f"m0:{child}"):
        await igor.press_raw(igor.screen, f"{intent()}\x1d{data}")
        await open_family(igor)
        await igor.expect("Ветров Лев Игоревич")
    await igor.press("Лев В.")
    await igor.press("👪 Пригласить родителя")
    await igor.expect("Открытые ссылки")
    await igor.press_raw(igor.screen, f"{intent()}\x1dl9:{link}")
    assert stand.rows("SELECT revoked_at FROM invitation WHERE id = ?", link) == [(None,)]
    await igor.send("/book")
    await igor.expect("Для кого записать?")
    await igor.press_raw(igor.screen, f"{intent()}\x1dp{Booking.__states__.index(Booking.patient)}:{child}")
    await igor.send("/my")
    await igor.expect("Записать")
    await igor.press_raw(igor.screen, f"{intent()}\x1dw0:{child}")
    await open_family(igor)
    await igor.press_raw(igor.screen, f"{intent()}\x1dm0:acting")
    await igor.press_raw(igor.screen, f"{intent()}\x1da12:{account}")
    assert len(cares(stand)) == 2
    assert stand.rows("SELECT count(*) FROM appointment") == [(0,)]
    assert stand.rows("SELECT count(*) FROM inbox WHERE state = 2") == [(0,)]
    assert not any("Аглая" in words(message) for message in igor.messages)
    journal = stand.rows("SELECT DISTINCT account_id FROM journal WHERE patient_id = ?", child)
    assert journal == [(account,)]


async def test_the_last_who_acts_must_cancel_before_leaving(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await become_known(anna)
    await add_child(anna)
    await book_child(anna, last="Запись сделана")
    await anna.expect_document(1)
    await leave(anna, "Впереди есть приём")
    await anna.send("/my")
    await anna.expect("Ваши записи")
    await anna.press("Мария · ")
    await anna.press("✏️ Изменить")
    await anna.press("❌ Отменить")
    if "Почему отменяете" in anna.text:
        await anna.press("Болею")
    await anna.press("❌ Да, отменить")
    await anna.expect("Запись отменена")
    await leave(anna, "Карточки больше нет")
    assert cares(stand) == []


async def leave(anna: Actor, answer: str) -> None:
    await open_family(anna)
    await anna.press("Мария С.")
    await anna.press("Убрать из списка")
    await anna.expect("вернуть карточку не получится")
    await anna.send("да")
    await anna.expect(answer)


async def test_at_eighteen_the_child_leaves_and_takes_the_record_along(stand: Stand) -> None:
    anna, masha = somebody(stand, "Анна"), somebody(stand, "Маша")
    await become_known(anna)
    birthday = stand.box.clock.now().date() + timedelta(days=2)
    born = f"{birthday:%d.%m}.{birthday.year - 18}"
    await add_child(anna, born=born)
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    await anna.press([label for label in anna.buttons if "мест" in label][-1])
    await anna.press("9:30")
    await confirm(anna)
    await anna.expect("Запись сделана")
    await anna.expect_document(1)
    anna._mark()
    stand.box.forward(timedelta(days=2, hours=10))
    told = await anna.expect("исполнилось 18 лет")
    assert cares(stand) == []
    await masha.start(link_in(told))
    await masha.expect("заберите их себе")
    await masha.press("✅ Забрать себе")
    await tell_who(masha, "Смирнова Мария Ивановна", born)
    await masha.expect("Карточка и записи теперь ваши")
    await masha.send("/my")
    await masha.expect("Ваши записи")
    await masha.press("Чехов")
    assert "Записала: Анна С." in masha.text
    assert stand.rows("SELECT count(*) FROM patient WHERE person IS NOT NULL") == [(2,)]


async def test_the_invitation_survives_a_restart_and_odd_names_are_no_tags(stand: Stand) -> None:
    anna, boris = somebody(stand, "Анна"), somebody(stand, "Борис")
    await become_known(anna, "О'Нил Анна")
    await add_child(anna, "О'Нил Мария")
    code = await invite_parent(anna)
    await boris.start(code)
    await boris.press("✅ Принять приглашение")
    await boris.press("✅ Даю согласие")
    await stand.restart()
    await boris.share_contact()
    await boris.expect("Сначала о вас")
    await boris.send("Смирнов Борис Олегович")
    await boris.send("15.04.1986")
    await stand.restart()
    await boris.press("✅ Всё верно")
    await boris.expect("теперь и вы записываете")
    await anna.expect("теперь Борис С. тоже может записывать")


async def test_the_family_in_english(stand: Stand) -> None:
    anna, boris = somebody(stand, "Анна"), somebody(stand, "Борис")
    for person in (anna, boris):
        await person.start()
        await person.press("⚙️")
        await person.press("English")
        await person.expect("What would you like to change?")
    await anna.press("👪 Family")
    await anna.press("📝 Tell who I am")
    await anna.press("✅ I agree")
    await anna.share_contact()
    await anna.send("Smith Ann")
    await anna.send("15.04.1986")
    await anna.press("✅ Everything is right")
    await anna.press("➕ Add")
    await anna.press("🧒 A child")
    await anna.send("Smith Mary")
    await anna.send("01.03.2018")
    await anna.press("✅ Add")
    await anna.expect("For you: child")
    await anna.press("👪 Invite a second parent")
    await anna.expect("The link is in the message above")
    code = link_in(next(m for m in reversed(anna.messages) if "start=i_" in words(m)))
    await boris.start(code)
    await boris.expect("Ann S. invites you to book visits for Mary S. together")
    await boris.press("✅ Accept")
    await boris.press("✅ I agree")
    await boris.share_contact()
    await boris.send("Smith Bob")
    await boris.send("15.04.1986")
    await boris.press("✅ Everything is right")
    await boris.expect("You book for Mary S. too")
    await anna.expect("from now on Bob S. books")
    await boris.press("👪 Family")
    await boris.press("Mary S.")
    await boris.press("🩺 Book a doctor")
    await boris.press("Moscow")
    await boris.press("⚡ Nearest")
    await boris.press("✅ Book")
    await boris.expect("Booked: Smith Mary.")
    await anna.expect_document(1)
    assert "Who booked: Bob S." in anna.photos[0]["caption"]


async def test_nothing_personal_of_a_family_in_what_anybody_could_read(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await become_known(anna)
    await add_child(anna)
    code = await invite_parent(anna)
    await book_known(anna)
    await stand.stop()
    raw = b"".join(path.read_bytes() for path in stand.store.parent.glob("talon.db*"))
    for secret in ("Мария", "Ивановна", "2018-03-01", code.removeprefix("i_")):
        assert secret.encode() not in raw, secret
    for message in anna.messages:
        for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
            for button in row:
                assert "Мари" not in button.get("callback_data", "")
                assert code not in button.get("callback_data", "")
    await stand.start()


async def book_known(anna: Actor) -> None:
    await anna.send("/book")
    await anna.expect("Для кого записать?")
    await anna.press("Мария С.")
    await anna.press("Москва")
    await anna.press("⚡ Ближайшее")
    await confirm(anna)
    await anna.expect("Запись сделана")
