"""Links that open the bot: whatever is in them gives no right and breaks nothing."""

import logging
import string

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.transcript import buttons
from tests.telegram import Line
from tests.world import CHEKHOV

LETTERS = string.ascii_letters + string.digits + "_-"
payloads = st.one_of(
    st.text(st.sampled_from(LETTERS), max_size=64),
    st.text(st.sampled_from(LETTERS), max_size=70).map("v_".__add__),
    st.text(max_size=120),
    st.text(max_size=60).map("v_".__add__),
)


async def visit_code(line: Line) -> str:
    """Book a visit of Anna's and return the code of her ticket."""
    visit = await line.world.book(1001, await line.world.slot_id(CHEKHOV, 2))
    line.person("Анна").chat.person.started = True
    return visit.appointment.ticket_code


@given(payload=payloads)
@example(payload="v_")
@example(payload="v_%")
@example(payload="v_' OR 1=1 --")
@example(payload="v_\x00")
@example(payload="book")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_a_link_carries_is_answered_once_with_the_menu_or_a_booking(
    line: Line, caplog: pytest.LogCaptureFixture, payload: str
) -> None:
    if not await line.world.rows("SELECT 1 FROM appointment"):
        await visit_code(line)
        await line.work()
    igor = line.person("Игорь")
    await igor.start()
    before = set(igor.chat.messages)
    with caplog.at_level(logging.ERROR):
        await igor.start(payload)
    answers = [message for message in igor.messages if message["from"]["is_bot"]]
    assert len([message for message in answers if message["message_id"] not in before]) == 1
    assert len([message for message in answers if buttons(message)]) == 1, "the window above is replaced"
    assert ("Москва" if payload == "book" else "🩺 Записаться к врачу") in igor.buttons
    assert "Смирнова" not in igor.said()
    assert caplog.records == []
    assert await line.world.rows("SELECT status, confirmed_at FROM appointment") == [(1, None)]


async def test_the_link_of_ones_own_ticket_opens_the_visit_and_does_nothing_to_it(line: Line) -> None:
    code = await visit_code(line)
    anna = line.person("Анна")
    await anna.start(f"v_{code}")
    assert "Пациент: Смирнова Анна Петровна" in anna.text
    assert await line.world.rows("SELECT status, confirmed_at FROM appointment") == [(1, None)]
    await anna.press("‹ Назад")
    assert "Ближайший приём" in anna.text


async def test_the_link_of_somebody_elses_ticket_looks_like_a_made_up_one(line: Line) -> None:
    code = await visit_code(line)
    await line.work()
    igor = line.person("Игорь")
    await igor.start(f"v_{code}")
    with_real_code = (igor.text, igor.buttons)
    await igor.start("v_" + "A" * len(code))
    assert (igor.text, igor.buttons) == with_real_code
    await line.world.patient(igor.id, "Игорь")
    await igor.start(f"v_{code}")
    assert (igor.text, igor.buttons) == with_real_code


async def test_a_code_with_one_other_letter_finds_nothing(line: Line) -> None:
    code = await visit_code(line)
    anna = line.person("Анна")
    for place in range(len(code)):
        other = "A" if code[place] != "A" else "B"
        await anna.start(f"v_{code[:place]}{other}{code[place + 1 :]}")
        assert "Такого талона нет или он не ваш." in anna.text
    await anna.start(f"v_{code.swapcase()}")
    assert "Такого талона нет или он не ваш." in anna.text


@pytest.mark.parametrize(
    ("payload", "hint"), [("v_nothing", "Такого талона нет или он не ваш."), ("book", "")]
)
async def test_a_link_keeps_the_draft_and_its_held_time_and_registers_nobody(
    line: Line, payload: str, hint: str
) -> None:
    igor = line.person("Игорь")
    await igor.start()
    for label in ("🩺 Записаться к врачу", "Москва", "⚡ Ближайшее"):
        await igor.press(label)
    draft, held = igor.text, await line.world.rows("SELECT * FROM hold")
    assert len(held) == 1
    await igor.start(payload)
    assert igor.text == (f"{hint}\n\n{draft}" if hint else draft)
    assert await line.world.rows("SELECT * FROM hold") == held
    await igor.start()
    assert await line.world.rows("SELECT count(*) FROM hold") == [(0,)]
    assert await line.world.rows("SELECT count(*) FROM account") == [(0,)]
