"""A parent who books a child first of all: asked «whom shall I book?», they type the child's name."""

from datetime import date, timedelta

import pytest

from clinic.clock import moscow_day
from clinic.rules import PARENT_FROM
from storage.people import CHILD, SELF
from tests.e2e.steps import choose_time
from tests.telegram import Line, Someone


async def typed_child(line: Line, born_on: str = "01.02.2018") -> Someone:
    """Somebody new who chose a time and typed their child, up to the question whether all is right."""
    anna = line.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.press("✅ Даю согласие")
    await anna.share_contact()
    await anna.send("Смирнов Пётр Олегович")
    await anna.send(born_on)
    assert "Смирнов Пётр Олегович" in anna.text
    return anna


async def people(line: Line) -> list[tuple[str, str]]:
    rows = await line.world.rows("SELECT relation, patient_id FROM care ORDER BY relation")
    return [(str(relation), str(patient)) for relation, patient in rows]


async def test_the_child_becomes_the_parents_child_and_is_whom_the_visit_is_for(line: Line) -> None:
    anna = await typed_child(line)
    assert "Кто это: вы или ваш ребёнок?" in anna.text
    assert "✅ Всё верно" not in anna.buttons
    await anna.press("🧒 Это мой ребёнок")
    assert "Ребёнка запомнил: Пётр. Теперь о вас, родителе." in anna.text
    await anna.send("Смирнова Анна Петровна")
    assert "Ваша дата рождения?" in anna.text
    await anna.send("15.04.1986")
    assert "Ребёнок: Смирнов Пётр Олегович, 01.02.2018." in anna.text
    await anna.press("✅ Всё верно")
    assert "Пациент: Смирнов Пётр Олегович" in anna.text
    await anna.press("✅ Записаться")
    assert "Смирнов Пётр Олегович" in anna.said()
    found = await people(line)
    assert [relation for relation, _ in found] == [CHILD, SELF]
    ((patient,),) = await line.world.rows("SELECT patient_id FROM appointment")
    assert str(patient) == found[0][1]
    await anna.press("👤 Дополнить данные")
    await anna.send("112-233-445 95")
    ((child,),) = await line.world.rows("SELECT count(*) FROM journal WHERE patient_id = ?", patient)
    ((own,),) = await line.world.rows("SELECT count(*) FROM journal WHERE patient_id = ?", int(found[1][1]))
    assert child > own  # the number is the child's


async def test_the_way_back_leads_to_the_child_and_forth_again(line: Line) -> None:
    anna = await typed_child(line)
    await anna.press("🧒 Это мой ребёнок")
    await anna.press("‹ Назад")
    assert "Кто это: вы или ваш ребёнок?" in anna.text
    assert "Смирнов Пётр Олегович" in anna.text
    await anna.press("🧒 Это мой ребёнок")
    await anna.send("Смирнова Анна Петровна")
    await anna.press("‹ Назад")
    assert "Теперь о вас" in anna.text
    await anna.send("Смирнова Анна Петровна")
    await anna.send("15.04.1986")
    await anna.press("‹ Назад")
    assert "Ваша дата рождения?" in anna.text
    await anna.send("15.04.1986")
    await anna.press("✅ Всё верно")
    assert "Пациент: Смирнов Пётр Олегович" in anna.text


async def test_yes_answers_no_question_that_has_two_answers(line: Line) -> None:
    anna = await typed_child(line, "01.02.2010")
    assert "Всё верно?" not in anna.text
    await anna.send("да")
    assert "Нажмите кнопку: это вы или ваш ребёнок?" in anna.text
    assert "Теперь о вас" not in anna.text
    await anna.press("Это я")
    assert "Пациент: Смирнов Пётр Олегович" in anna.text


@pytest.mark.parametrize("when", ["before the name", "before the date of birth"])
async def test_who_pressed_child_by_mistake_says_that_it_is_they_and_keeps_the_time(
    line: Line, when: str
) -> None:
    anna = await typed_child(line, "01.02.2010")
    await anna.press("🧒 Это мой ребёнок")
    if when == "before the date of birth":
        await anna.send("Смирнов Пётр Олегович")
    await anna.press("Это всё-таки я")
    assert "Кто это: вы или ваш ребёнок?" in anna.text
    assert "Смирнов Пётр Олегович" in anna.text
    assert "01.02.2010" in anna.text
    await anna.press("Это я")
    assert "Пациент: Смирнов Пётр Олегович" in anna.text
    assert [relation for relation, _ in await people(line)] == [SELF]


@pytest.mark.parametrize("is_at_once", [True, False])
async def test_the_childs_name_is_corrected_and_the_parent_is_not_asked_again(
    line: Line, is_at_once: bool
) -> None:
    anna = await typed_child(line)
    await anna.press("🧒 Это мой ребёнок")
    if is_at_once:
        await anna.press("‹ Назад")
        await anna.press("‹ Назад")
        assert "Дата рождения?" in anna.text
        await anna.press("‹ Назад")
    else:
        await anna.send("Смирнова Анна Петровна")
        await anna.send("15.04.1986")
        await anna.press("Исправить данные ребёнка")
        await anna.press("Исправить имя")
    await anna.send("Смирнов Павел Олегович")
    if is_at_once:
        assert "Кто это: вы или ваш ребёнок?" in anna.text
    await anna.press("🧒 Это мой ребёнок")
    if is_at_once:
        await anna.send("Смирнова Анна Петровна")
        await anna.send("15.04.1986")
    assert "Смирнова Анна Петровна" in anna.text
    assert "Ребёнок: Смирнов Павел Олегович, 01.02.2018." in anna.text
    await anna.press("✅ Всё верно")
    assert "Пациент: Смирнов Павел Олегович" in anna.text
    assert [relation for relation, _ in await people(line)] == [CHILD, SELF]


async def test_a_parent_is_sixteen_from_the_birthday_on(line: Line) -> None:
    anna = await typed_child(line)
    await anna.press("🧒 Это мой ребёнок")
    await anna.send("Смирнова Анна Петровна")
    today = moscow_day(line.world.clock.now())
    too_young = today.replace(year=today.year - PARENT_FROM) + timedelta(days=1)
    for born_on in (date(2018, 2, 1), too_young):
        await anna.send(f"{born_on:%d.%m.%Y}")
        assert "Родителю должно быть хотя бы 16 лет." in anna.text
        assert "Ваша дата рождения?" in anna.text
    await anna.send(f"{too_young - timedelta(days=1):%d.%m.%Y}")
    assert "Ребёнок: Смирнов Пётр Олегович" in anna.text


async def test_somebody_young_may_say_that_it_is_they(line: Line) -> None:
    anna = await typed_child(line, "01.02.2010")
    await anna.press("Это я")
    assert "Пациент: Смирнов Пётр Олегович" in anna.text
    assert [relation for relation, _ in await people(line)] == [SELF]


async def test_a_grown_up_is_not_asked(line: Line) -> None:
    anna = await typed_child(line, "15.04.1986")
    assert "ребёнок" not in anna.text
    assert "✅ Всё верно" in anna.buttons


async def test_a_surname_that_is_asked_for_may_come_with_the_whole_name(line: Line) -> None:
    anna = line.person("Анна")
    await line.world.patient(anna.id)
    await anna.start()
    await anna.send("/settings")
    await anna.press("👪 Семья")
    await anna.press("➕ Добавить")
    await anna.press("🧒 Ребёнка")
    await anna.send("Саша")
    assert "какая фамилия?" in anna.text
    await anna.send("Смирнов Саша Олегович")
    await anna.send("01.02.2018")
    assert "Смирнов Саша Олегович\n" in anna.text
