"""«Мои данные» in the chat: filled in, corrected, confirmed by codes; a wrong entry loses nothing."""

import re

import pytest

from sandbox.actor import Actor
from sandbox.transcript import buttons, words
from storage import journal
from tests.e2e.conftest import Stand
from tests.e2e.steps import choose_time, confirm, register
from tests.e2e.test_documents import PDF
from tests.e2e.test_family import add_child

SNILS, POLICY = "112-233-445 95", "7852900829000129"
NUMBER = "+7 916 123-45-67"


async def known(stand: Stand, name: str = "Анна") -> Actor:
    """Register somebody and leave the booking."""
    person = stand.box.person(name)
    await person.start()
    await choose_time(person)
    await register(person)
    await person.expect("Проверьте, пожалуйста")
    await person.press("В начало")
    await person.expect("Выберите")
    return person


async def open_profile(person: Actor) -> None:
    await person.send("/settings")
    await person.press("👤 Мои данные")
    await person.expect("Дата рождения: 15.04.1986")


async def fill(person: Actor, field: str, typed: str) -> str:
    """Type a field into its window, from the list, and return the list."""
    await person.press(field)
    await person.send(typed)
    return words(await person.expect("Сохранено"))


def code_in(text: str) -> str:
    """Find the code of a message or a letter."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    assert found, text
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def typed_numbers(person: Actor) -> list[str]:
    """What the person has typed and is still to be seen in the chat."""
    return [words(message) for message in person.messages if message["from"]["id"] == person.id]


async def test_every_field_is_corrected_on_its_own_and_numbers_are_masked(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    assert "Пол: женский" in anna.text
    assert "Регион: Москва" in anna.text  # of the clinic that was booked at
    assert "СНИЛС: —" in anna.text
    assert "•••-•••-445 95" in await fill(anna, "СНИЛС", "снилс 11223344595")
    assert "•••• •••• 9047" in await fill(anna, "ИНН", "123456789047")
    assert "СОГАЗ-Мед" in await fill(anna, "Страховая", "СОГАЗ-Мед")
    assert "Смирнова-Белова" in await fill(anna, "Фамилия", "смирнова-белова")
    assert "Отчество: —" in await fill_empty(anna, "Отчество", "нет")
    await anna.press("Документ")
    assert "Свидетельство о рождении" not in anna.buttons
    await anna.press("Паспорт")
    await anna.send("4510 123456")
    assert "Паспорт •••• ••3456" in words(await anna.expect("Сохранено"))
    await anna.press("Регион")
    await anna.send("примор")
    await anna.expect("Найдено")
    await anna.press("Приморский край")
    assert "Регион: Приморский край" in words(await anna.expect("Сохранено"))
    left = " ".join(typed_numbers(anna))
    for number in ("11223344595", "123456789047", "4510 123456"):
        assert number not in left
    await stand.restart()
    await anna.start()
    await open_profile(anna)
    assert "Фамилия: Смирнова-Белова" in anna.text
    assert "445 95" in anna.text
    actions = stand.rows("SELECT action FROM journal WHERE record = 'patient' AND action = 'changed'")
    assert len(actions) == 7
    assert await stand.app.database.read(journal.first_broken) is None


async def fill_empty(person: Actor, field: str, typed: str) -> str:
    await person.press(field)
    await person.send(typed)
    return words(await person.expect("Удалено"))


async def test_a_wrong_entry_says_what_is_wrong_and_keeps_everything(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    await fill(anna, "СНИЛС", SNILS)
    await anna.press("СНИЛС")
    await anna.send("112-233-445 96")
    text = words(await anna.expect("ошибка"))
    assert "•••-•••-445 95" in text
    assert "112-233-445 96" not in typed_numbers(anna)
    await anna.press("‹ Назад")
    await anna.press("Фамилия")
    await anna.send("Смир9нова")
    await anna.expect("буквы")
    assert "🗑 Удалить" not in anna.buttons
    await anna.press("‹ Назад")
    text = words(await anna.expect("Мои данные"))
    assert "Фамилия: Смирнова" in text
    assert "•••-•••-445 95" in text
    await anna.press("СНИЛС")
    await anna.press("🗑 Удалить")
    assert "СНИЛС: —" in words(await anna.expect("Удалено"))


async def test_the_century_of_a_short_year_is_asked(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    await anna.press("Дата рождения")
    await anna.send("15.04.20")
    await anna.expect("Какой год")
    await anna.press("15.04.1920")
    assert "15.04.1920" in words(await anna.expect("Сохранено"))


async def test_a_policy_that_fits_another_person_is_asked_about(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    await anna.press("Полис ОМС")
    await anna.send(POLICY)
    text = words(await anna.expect("похож на полис другого человека"))
    assert "7852 9008 2900 0129" in text
    await anna.press("✏️ Исправить")
    await anna.expect("Напишите номер полиса")
    await anna.send(POLICY)
    await anna.expect("похож на полис")
    await anna.send("да")
    assert "7852 •••• •••• 0129" in words(await anna.expect("Сохранено"))
    assert POLICY not in typed_numbers(anna)


async def test_a_corrected_date_of_birth_asks_about_the_policy_again(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    await anna.press("Полис ОМС")
    await anna.send(POLICY)
    await anna.expect("похож на полис")
    await anna.press("✅ Всё верно")
    await anna.expect("Сохранено")
    await anna.press("Дата рождения")
    await anna.send("16.04.1986")
    text = words(await anna.expect("похож на полис"))
    assert "Сохранено" in text
    await anna.press("✏️ Исправить")
    await anna.expect("Напишите номер полиса")
    await anna.press("‹ Назад")
    assert "16.04.1986" in words(await anna.expect("Мои данные"))


async def test_step_by_step_asks_what_is_missing_and_each_step_can_be_skipped(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    await fill(anna, "ИНН", "123456789047")
    await anna.press("📝 По шагам")
    await anna.expect("Напишите СНИЛС")  # the sex was guessed, the region is the clinic's
    await anna.press("Пропустить ›")
    await anna.expect("Напишите номер полиса")
    await anna.press("‹ Назад")
    await anna.send(SNILS)
    await anna.expect("Напишите номер полиса")
    await anna.send("пропустить")
    await anna.expect("страховую компанию")
    await anna.press("‹ Назад")
    await anna.expect("Напишите номер полиса")
    await anna.send(POLICY)
    await anna.expect("похож на полис другого человека")
    await anna.press("✅ Всё верно")
    await anna.expect("страховую компанию")
    await anna.press("‹ Назад")
    await anna.expect("Напишите номер полиса")
    await anna.send("123456789")
    await anna.expect("страховую компанию")
    await anna.send("СОГАЗ-Мед")
    await anna.expect("Какой это документ")
    await anna.press("Пропустить ›")
    await anna.expect("Сюда придут талоны")
    await anna.press("Пропустить ›")
    await anna.expect("Есть ли она у вас")
    await anna.send("нет")
    text = words(await anna.expect("это всё"))
    assert "Льгота: нет" in text
    assert "••••• 6789" in text
    assert "Документ: —" in text


async def test_a_benefit_is_kept_and_its_proof_added(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    await anna.press("Льгота")
    await anna.press("Инвалидность")
    await anna.expect("Добавьте подтверждающий документ")
    await anna.press("📎 Добавить документ")
    await anna.upload(PDF, "справка.pdf")
    await anna.expect("Сохранён 1 файл")
    assert stand.rows("SELECT kind FROM document") == [("benefit",)]
    await anna.press("✅ Готово")
    await anna.press("‹ Назад")
    await anna.expect("Подтверждающий документ есть")


async def test_an_email_is_confirmed_by_the_code_that_came_by_mail(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    await anna.press("Эл. почта")
    await anna.send("anna.example.ru")
    await anna.expect("не похоже на адрес почты")
    await anna.send("anna@example.ru")
    await anna.expect("anna@example.ru")
    (letter,) = await stand.box.phone.wait_for_letters(1)
    await anna.send(wrong(code_in(letter.text)))
    await anna.expect("Осталось 3")
    await anna.press("✏️ Изменить адрес")
    await anna.send("other@example.ru")
    _, letter = await stand.box.phone.wait_for_letters(2)
    await anna.send(code_in(letter.text))
    assert "Эл. почта: o•••@example.ru" in words(await anna.expect("Сохранено"))
    assert stand.rows("SELECT email_confirmed_at IS NOT NULL FROM account") == [(1,)]
    await anna.press("Эл. почта")
    await anna.press("🗑 Удалить")
    assert "Эл. почта: —" in words(await anna.expect("Удалено"))


async def test_a_typed_phone_is_confirmed_by_sms_and_the_own_one_needs_no_code(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    await anna.press("Телефон")
    await anna.send("8 (916) 123-45")
    await anna.expect("не хватает цифр")
    await anna.send("8 (916) 123-45-67")
    await anna.expect("+7 916 123-45-67")
    (message,) = stand.box.phone.messages
    assert message.to == "+79161234567"
    await anna.send(code_in(message.text))
    assert "+7 916 •••-••-67" in words(await anna.expect("Сохранено"))
    await anna.press("Телефон")
    await anna.share_contact(own=False)
    await anna.expect("чужой номер")
    await anna.share_contact()
    assert "+7 999 •••-••-01" in words(await anna.expect("Сохранено"))


async def test_the_fourth_wrong_code_closes_codes_and_nothing_is_changed(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    await anna.press("Телефон")
    await anna.send(NUMBER)
    await anna.expect("+7 916 123-45-67")
    code = code_in(stand.box.phone.messages[0].text)
    await anna.send("15.04.1986")
    await anna.expect("Жду код: 6 цифр")
    for left in ("Осталось 3", "Осталось 2", "Осталась 1", "лишком много"):
        await anna.send(wrong(code))
        await anna.expect(left)
    await anna.send(code)
    await anna.expect("лишком много")
    await anna.press("✏️ Изменить номер")
    await anna.send("+7 916 765-43-21")
    await anna.expect("код не отправлен")
    assert len(stand.box.phone.messages) == 1
    await anna.send("/settings")
    await anna.press("👤 Мои данные")
    assert "+7 999 •••-••-01" in words(await anna.expect("Мои данные"))


async def test_somebody_new_types_a_number_and_sees_the_guessed_sex(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.press("✅ Даю согласие")
    await anna.expect("Нажмите внизу кнопку")
    await anna.send("+7 916 765-43-21")
    await anna.expect("+7 916 765-43-21")
    await anna.press("✏️ Изменить номер")
    await anna.expect("Нажмите внизу кнопку")
    await anna.send(NUMBER)
    await anna.expect("+7 916 123-45-67")
    await anna.send(code_in(stand.box.phone.messages[-1].text))
    await anna.expect("Кого записать?")
    await anna.send("Смирнова Анна Петровна")
    await anna.send("15.04.1986")
    text = words(await anna.expect("Всё верно?"))
    assert "Пол: женский" in text
    assert "+7 916 123-45-67" in text
    await anna.press("Исправить пол")
    await anna.press("Мужской")
    await anna.expect("Пол: мужской")
    await anna.press("Исправить пол")
    await anna.press("Женский")
    await anna.press("✅ Всё верно")
    await confirm(anna)
    await anna.expect("Вы записаны")
    await anna.press("👤 Дополнить данные")
    await anna.expect("Напишите СНИЛС")
    await anna.press("‹ Назад")
    window = await anna.expect("Мои данные")
    assert "Пол: женский" in words(window)
    await anna.press("‹ Назад", message=window)
    window = await anna.expect("Вы записаны")
    assert "👤 Дополнить данные" not in buttons(window)


async def test_anothers_patient_gets_nothing(stand: Stand) -> None:
    anna = await known(stand)
    await open_profile(anna)
    await fill(anna, "СНИЛС", SNILS)
    ((patient,),) = stand.rows("SELECT id FROM patient")
    before = stand.rows("SELECT person FROM patient WHERE id = ?", patient)
    igor = await known(stand, "Игорь")
    await igor.send("/settings")
    await igor.press("👤 Мои данные")
    await igor.expect("Мои данные")
    window = next(message for message in igor.chat.newest_first() if "reply_markup" in message)
    data = window["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    intent = data.partition("\x1d")[0]
    for forged in (
        f"{intent}\x1df0:{patient}",
        f"{intent}\x1df0:patient_id",
        f"{intent}\x1dsteps0:{patient}",
    ):
        await igor.press_raw(window, forged)
        assert not any("445 95" in str(message) for message in igor.messages)
    assert stand.rows("SELECT person FROM patient WHERE id = ?", patient) == before


async def test_a_childs_data_are_filled_in_from_the_family(stand: Stand) -> None:
    anna = await known(stand)
    await anna.send("/settings")
    await anna.press("👪 Семья")
    await add_child(anna)
    await anna.press("👤 Данные")
    text = words(await anna.expect("Данные пациента"))
    assert "Телефон" not in text
    assert "Эл. почта" not in text
    await anna.press("Документ")
    await anna.expect("Какой это документ")
    assert "Паспорт" not in anna.buttons
    await anna.press("Свидетельство о рождении")
    await anna.send("1-мю 123456")
    assert "Свидетельство о рождении •-•• ••3456" in words(await anna.expect("Сохранено"))
    await anna.press("‹ Назад")
    await anna.expect("Смирнова Мария Ивановна")


@pytest.mark.parametrize("field", ["SNILS", "E-mail"])
async def test_it_speaks_english_too(stand: Stand, field: str) -> None:
    anna = await known(stand)
    await anna.send("/settings")
    await anna.press("English")
    await anna.press("👤 My data")
    await anna.expect("Sex: female")
    await anna.press(field)
    if field == "SNILS":
        await anna.send("112-233-445 96")
        await anna.expect("There is a mistake in the SNILS")
        await anna.send(SNILS)
        assert "SNILS: •••-•••-445 95" in words(await anna.expect("Saved"))
        return
    await anna.send("anna@example.ru")
    await anna.expect("A letter with a code has gone to anna@example.ru")
    (letter,) = await stand.box.phone.wait_for_letters(1)
    await anna.send(code_in(letter.text))
    assert "E-mail: a•••@example.ru" in words(await anna.expect("Saved"))
