"""An adult without Telegram in the chat: name, date of birth, phone, and the code that they tell."""

from sandbox.actor import Actor
from tests.e2e.conftest import Stand
from tests.e2e.test_family import become_known, book_child, open_family, somebody

PHONE = "+79035550101"


def last_code(stand: Stand) -> str:
    return "".join(sign for sign in stand.box.phone.messages[-1].text if sign.isdigit())[-6:]


def phone_of(stand: Stand, person: Actor) -> str:
    return stand.box.world.chats[person.id].person.phone_number


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def describe(anna: Actor, phone: str = "8 903 555-01-01") -> None:
    """Type a relative, from the family's list to the check."""
    await anna.press("➕ Добавить")
    await anna.press("🤝 Взрослого родственника")
    await anna.press("📵 Telegram у него (неё) нет")
    await anna.expect("имя и отчество родственника")
    await anna.send("вера ильинична петрова")
    await anna.expect("Вера: дата рождения?")
    await anna.send("15.04.52")
    await anna.expect("Вера: мобильный телефон?")
    await anna.send(phone)


def relatives(stand: Stand) -> list[tuple]:
    return stand.rows("SELECT relation, basis FROM care WHERE relation <> 'self'")


async def test_a_relative_tells_the_code_and_is_booked(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await become_known(anna)
    await describe(anna)
    await anna.expect("Дата рождения 15.04.1952")
    assert "+7 903 555-01-01" in anna.text
    assert stand.box.phone.messages == []
    await anna.press("📩 Отправить код")
    await anna.expect("Если человек согласен, он назовёт вам код")
    (message,) = stand.box.phone.messages
    assert message.to == PHONE
    assert "Анна Смирнова хочет записывать вас к врачу" in message.text
    code = last_code(stand)
    await anna.send(wrong(code))
    await anna.expect("Осталось 3")
    assert relatives(stand) == []
    await stand.restart()
    await anna.send(code)
    await anna.expect("Согласие есть, карточка добавлена")
    assert "Петрова Вера Ильинична" in anna.text
    assert "Телефон: +7 903 555-01-01" in anna.text
    assert relatives(stand) == [("relative", "sms")]
    await book_child(anna, last="Запись сделана: Петрова Вера Ильинична")
    await anna.expect_document(1)


async def test_the_number_is_corrected_and_nothing_typed_is_lost(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await become_known(anna)
    await describe(anna)
    await anna.expect("Всё верно?")
    await anna.send("да")
    await anna.expect("он назовёт вам код")
    await anna.press("🔁 Отправить новый код")
    await anna.expect("Код уже в пути")
    await anna.press("✏️ Изменить номер")
    await anna.expect("мобильный телефон?")
    await anna.send("903")
    await anna.expect("не хватает цифр")
    await anna.send("+7 903 555-01-02")
    await anna.expect("+7 903 555-01-02")
    assert "Петрова Вера Ильинична" in anna.text
    old = last_code(stand)
    await anna.press("📩 Отправить код")
    await anna.expect("+7 903 555-01-02")
    if last_code(stand) != old:
        await anna.send(old)
        await anna.expect("Код не подошёл")
    await anna.press("‹ Назад")
    await anna.expect("Всё верно?")
    await anna.press("‹ Назад")
    await anna.expect("мобильный телефон?")
    await anna.send("+7 903 555-01-02")
    await anna.press("📩 Отправить код")
    await anna.send(last_code(stand))
    await anna.expect("Согласие есть")


async def test_the_fourth_wrong_code_ends_it_and_adds_nobody(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await become_known(anna)
    await describe(anna)
    await anna.press("📩 Отправить код")
    await anna.expect("он назовёт вам код")
    code = last_code(stand)
    for left in ("Осталось 3", "Осталось 2", "Осталась 1", "лишком много"):
        await anna.send(wrong(code))
        await anna.expect(left)
    await anna.send(code)
    await anna.expect("лишком много")
    assert relatives(stand) == []


async def test_who_has_telegram_is_sent_the_link_and_ones_own_number_is_none(stand: Stand) -> None:
    anna, olga = somebody(stand, "Анна"), somebody(stand, "Ольга")
    await become_known(olga, "Петрова Ольга Ильинична", "03.03.1956")
    await become_known(anna)
    await describe(anna, f"+{phone_of(stand, olga)}")
    await anna.expect("уже пользуется ботом")
    assert "🔗 Создать ссылку" in anna.buttons
    await anna.send(f"+{phone_of(stand, anna)}")
    await anna.expect("ваш собственный номер")
    assert "🔗 Создать ссылку" not in anna.buttons
    await anna.send(f"+{phone_of(stand, olga)}")
    await anna.expect("уже пользуется ботом")
    await anna.press("🔗 Создать ссылку")
    await anna.expect("Ссылка в сообщении выше")
    assert stand.box.phone.messages == []


async def test_a_child_and_an_adult_go_the_other_way_with_what_was_typed(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await become_known(anna)
    await anna.press("➕ Добавить")
    await anna.press("🤝 Взрослого родственника")
    await anna.press("📵 Telegram у него (неё) нет")
    await anna.send("Смирнов Пётр Иванович")
    await anna.send("02.02.2020")
    await anna.expect("нет 18 лет")
    await anna.press("🧒 Добавить как ребёнка")
    await anna.expect("Основание: свидетельство о рождении")
    await anna.press("✅ Добавить")
    await anna.expect("Смирнов Пётр Иванович")
    await open_family(anna)
    await anna.press("➕ Добавить")
    await anna.press("🧒 Ребёнка")
    await anna.send("Петрова Вера Ильинична")
    await anna.send("15.04.1952")
    await anna.press("🤝 Взрослого родственника")
    await anna.press("📵 Telegram у него (неё) нет")
    await anna.expect("Вера: мобильный телефон?")
    await anna.send(PHONE)
    await anna.expect("Дата рождения 15.04.1952")


async def test_a_relative_by_text_message_in_english(stand: Stand) -> None:
    anna = somebody(stand, "Анна")
    await become_known(anna)
    await anna.send("/settings")
    await anna.press("English")
    await anna.press("👪 Family")
    await anna.press("➕ Add")
    await anna.press("🤝 A grown relative")
    await anna.press("📵 They have no Telegram")
    await anna.send("Smith Vera")
    await anna.send("15.04.1952")
    await anna.send(PHONE)
    await anna.press("📩 Send the code")
    await anna.expect("If they agree, they tell you the code")
    assert "wants to book doctors for you" in stand.box.phone.messages[-1].text
    await anna.send(last_code(stand))
    await anna.expect("Agreed and added")
