"""What people type where a button would do: read alone, and in the chat."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.typing import command_word, parse_day, parse_time
from tests.e2e.steps import choose_time
from tests.telegram import Line, Someone
from tests.world import CHEKHOV

MONDAY = date(2025, 6, 2)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("назад", "back"), ("Назад!", "back"), (" НАЗАД. ", "back"), ("отмена", "cancel"),
        ("Отмена!", "cancel"), ("меню", "home"), ("да", "yes"), ("Да.", "yes"), ("нет", "no"),
        ("спасибо!", "thanks"), ("Приду", "come"), ("пропустить", "skip"), ("-", "skip"), ("дай", None),
        ("отменить запись", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_common_words_are_known_in_any_case_and_nothing_else_is(text: str | None, kind: str | None) -> None:
    assert command_word(text) == kind


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("сегодня", MONDAY), ("завтра", date(2025, 6, 3)), ("Послезавтра", date(2025, 6, 4)),
        ("25.11", date(2025, 11, 25)), ("25.11.", date(2025, 11, 25)), ("1.6", date(2026, 6, 1)),
        ("2.6", MONDAY), ("25.11.25", date(2025, 11, 25)), ("25/11/2026", date(2026, 11, 25)),
        ("на 3 июня", date(2025, 6, 3)), ("1 мая", date(2026, 5, 1)), ("8 марта", date(2026, 3, 8)),
        ("31 августа", date(2025, 8, 31)), ("в пятницу", date(2025, 6, 6)), ("во вторник", date(2025, 6, 3)),
        ("понедельник", date(2025, 6, 9)), ("29.02", None), ("31.06", None), ("0.1", None), ("32.1", None),
        ("1.13", None), ("25.11.0000", None), ("вчера", None), ("5", None), ("3 брюмера", None), ("", None),
    ],
)  # fmt: skip
def test_a_typed_day_is_the_next_one_of_that_name(text: str, day: date | None) -> None:
    assert parse_day(text, MONDAY) == day


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("9:30", time(9, 30)), ("09.30", time(9, 30)), ("в 9", time(9)), ("9 ч", time(9)),
        ("14 30", time(14, 30)),
        ("9-30", time(9, 30)), ("в 9:05 ч", time(9, 5)), ("0:00", time(0)), ("23:59", time(23, 59)),
        ("24:00", None), ("9:60", None), ("9:3", None), ("полдень", None), ("", None), ("-1:00", None),
    ],
)  # fmt: skip
def test_a_typed_time_is_a_time_of_day(text: str, at: time | None) -> None:
    assert parse_time(text) == at


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_not_but_breaks_nothing(text: str) -> None:
    day = parse_day(text, MONDAY)
    assert day is None or isinstance(day, date)
    assert parse_time(text) is None or isinstance(parse_time(text), time)
    assert command_word(text) is None or isinstance(command_word(text), str)


@given(st.integers(0, 364))
def test_any_day_of_the_year_ahead_is_read_as_it_is_written(ahead: int) -> None:
    day = MONDAY + timedelta(days=ahead)
    for text in (f"{day.day}.{day.month:02}", f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}"):
        assert parse_day(text, MONDAY) == day


# --- in the chat


async def at_days(line: Line) -> Someone:
    """Somebody who is registered and sees Chekhov's days."""
    anna = line.person("Анна")
    await line.world.patient(anna.id)
    await anna.start()
    for label in ("🩺 Записаться к врачу", "Москва", "Чехов"):
        await anna.press(label)
    return anna


@pytest.mark.parametrize("text", ["завтра", "3.06", "03.06.2025", "вторник", "3 июня"])
async def test_a_typed_day_opens_its_times_as_a_press_does(line: Line, text: str) -> None:
    anna = await at_days(line)
    await anna.send(text)
    assert "Вторник, 3 июня" in anna.text
    assert "9:30" in anna.buttons


async def test_a_typed_day_without_times_says_so_and_stays(line: Line) -> None:
    anna = await at_days(line)
    await anna.send("7.06")
    assert anna.text.startswith("На субботу, 7 июня, свободного времени нет.")
    assert "📅 Другая дата" in anna.buttons


async def test_a_typed_time_is_held_as_a_press_holds_it(line: Line) -> None:
    anna = await at_days(line)
    await anna.send("завтра")
    await anna.send("9.30")
    assert "Проверьте, пожалуйста" in anna.text
    wanted = await line.world.slot_id(CHEKHOV, 1, 1)
    assert await line.world.rows("SELECT telegram_id, slot_id FROM hold") == [(anna.id, wanted)]


async def test_another_day_may_be_typed_where_a_time_is_asked(line: Line) -> None:
    anna = await at_days(line)
    await anna.send("завтра")
    await anna.send("5.06")
    assert "Четверг, 5 июня" in anna.text


async def test_a_time_that_is_not_free_is_told_so_even_where_it_could_be_a_day(line: Line) -> None:
    anna = await at_days(line)
    await anna.send("завтра")
    await anna.send("7.06")
    assert anna.text.startswith("7:06 — это время занято.")
    assert "Вторник, 3 июня" in anna.text


@pytest.mark.parametrize("word", ["отмена", "меню", "В начало"])
async def test_a_typed_way_out_leads_home_and_cancels_no_visit(line: Line, word: str) -> None:
    await line.world.book(1001, await line.world.slot_id(CHEKHOV, 2))
    anna = line.person("Анна")
    await anna.start()
    for label in ("📋 Мои записи", "Чехов", "✏️ Изменить", "❌ Отменить"):
        await anna.press(label)
    await anna.send(word)
    assert "Ближайший приём" in anna.text
    assert await line.world.rows("SELECT status FROM appointment") == [(1,)]


async def test_no_to_the_question_goes_back_and_yes_does_it(line: Line) -> None:
    await line.world.book(1001, await line.world.slot_id(CHEKHOV, 2))
    anna = line.person("Анна")
    await anna.start()
    for label in ("📋 Мои записи", "Чехов", "✏️ Изменить", "❌ Отменить"):
        await anna.press(label)
    await anna.send("нет")
    assert "Что сделать?" in anna.text
    assert await line.world.rows("SELECT status FROM appointment") == [(1,)]
    await anna.press("❌ Отменить")
    await anna.send("да")
    assert await line.world.rows("SELECT status FROM appointment") == [(4,)]


async def test_what_nobody_understands_gets_a_word_about_what_is_expected(line: Line) -> None:
    anna = await at_days(line)
    await anna.send("хочу к доктору")
    assert anna.text.startswith("Не совсем понятно. Выберите день или напишите дату либо пожелание: 25.11")
    await anna.send("завтра")
    assert not anna.text.startswith("Не совсем понятно")


async def test_a_contact_or_a_place_where_words_are_expected_is_answered_kindly(line: Line) -> None:
    anna = line.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.share_contact(own=False)
    assert anna.text.startswith("Нажмите, пожалуйста,")
    await anna.share_location(55.7, 37.6)
    assert anna.text.startswith("Нажмите, пожалуйста,")
