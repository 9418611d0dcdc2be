"""A parent who books a child first of all: asked «whom shall I book?», they type the child's name."""

import pytest

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
    assert "Всё верно?" in anna.text
    return anna


async def people(line: Line) -> list[tuple[str, str]]:
    rows = await line.world.rows("SELECT relation, patient_id FROM care ORDER BY relation")
    return [(str(relation), str(patient)) for relation, patient in rows]


@pytest.mark.parametrize("answer", ["press", "да"])
async def test_the_child_becomes_the_parents_child_and_is_whom_the_visit_is_for(
    line: Line, answer: str
) -> None:
    anna = await typed_child(line)
    assert "Это ваш ребёнок?" in anna.text
    assert "✅ Всё верно" not in anna.buttons
    await (anna.press("🧒 Это мой ребёнок") if answer == "press" else anna.send(answer))
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
    assert "Это ваш ребёнок?" in anna.text
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
