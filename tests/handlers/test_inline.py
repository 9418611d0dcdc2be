"""Inline mode: doctors with their nearest times for what is typed, nothing personal, and never an error."""

import asyncio
import logging
from typing import Any

import pytest

from clinic import pin
from sandbox.errors import ApiError, CannotDo
from tests.telegram import Line, Someone
from tests.world import CHECK_UP, CHEKHOV, ECG, NOW

ANNA = 1001


async def asked(line: Line, person: Someone, text: str) -> list[dict[str, Any]]:
    """Type after the bot's name; returns the results as they are shown."""
    asking = asyncio.create_task(person.ask_inline(text))
    await asyncio.sleep(0)
    await line.work()
    return (await asking)["results"]


@pytest.fixture
async def anna(line: Line) -> Someone:
    anna = line.person("Анна")
    await anna.start()
    return anna


async def test_a_specialty_gives_its_doctors_with_their_nearest_times(line: Line, anna: Someone) -> None:
    results = await asked(line, anna, "терапевт")
    titles = [result["title"] for result in results]
    assert titles[0].startswith("Чехов А. П. · Пн 2 июн 9:00")
    assert titles[1].startswith("Булгаков М. А. · ")
    assert "Поликлиника № 1, Москва" in results[0]["description"]


async def test_a_press_on_what_was_sent_opens_the_booking_at_that_doctor(line: Line, anna: Someone) -> None:
    asking = asyncio.create_task(anna.ask_inline("булгаков"))
    await asyncio.sleep(0)
    await line.work()
    answer = await asking
    sent = await anna.choose_inline(answer, answer["results"][0]["id"])
    (button,) = sent["reply_markup"]["inline_keyboard"][0]
    link, _, payload = button["url"].partition("?start=")
    assert link == "https://t.me/talon_demo_bot"
    assert payload == "d_2"
    await line.work()
    igor = line.person("Игорь")
    await igor.start(payload)
    assert "Булгаков Михаил Афанасьевич" in igor.text
    assert any("Ближайшее" in label for label in igor.buttons)


async def test_a_clinics_link_opens_its_specialties_and_a_draft_survives_a_link(
    line: Line, anna: Someone
) -> None:
    await anna.start("f_1")
    assert "Какой врач вам нужен?" in anna.text
    await anna.press("Терапевт")
    await anna.press("Чехов")
    await anna.start("d_2")
    assert "Булгаков Михаил Афанасьевич" in anna.text
    await anna.press("‹ Назад")
    assert "Чехов Антон Павлович" in anna.text


@pytest.mark.parametrize("payload", ["d_999", "f_999", "d_0", "d_01", "d_1x", "d_"])
async def test_a_link_to_nobody_leads_to_the_menu(line: Line, payload: str) -> None:
    anna = line.person("Анна")
    await anna.start(payload)
    assert "🩺 Записаться к врачу" in anna.buttons


async def test_nothing_typed_offers_the_usual_doctor_first(line: Line, anna: Someone) -> None:
    await line.world.book(ANNA, await line.world.slot_id(CHEKHOV + 1, 1))
    titles = [result["title"] for result in await asked(line, anna, "")]
    assert titles[0].startswith("Булгаков")
    assert titles[1].startswith("Чехов")


async def test_a_locked_chat_tells_nothing_of_its_person(line: Line, anna: Someone) -> None:
    await line.world.book(ANNA, await line.world.slot_id(CHEKHOV + 1, 1))
    await pin.set_pin(line.world.database, ANNA, "4071", NOW)
    line.restart()
    assert (await asked(line, anna, ""))[0]["title"].startswith("Чехов"), "the nearest, not the usual one"


async def test_danger_comes_first(line: Line, anna: Someone) -> None:
    assert (await asked(line, anna, "не могу дышать"))[0]["title"] == "🚑 103 или 112"


async def test_what_nobody_knows_gives_a_way_to_the_bot(line: Line, anna: Someone) -> None:
    asking = asyncio.create_task(anna.ask_inline("абракадабра"))
    await asyncio.sleep(0)
    await line.work()
    answer = await asking
    assert answer["results"] == []
    assert answer["button"]["text"]


@pytest.mark.parametrize(
    "failure",
    [
        ApiError(
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
            is_violation=False,
        ),
        ApiError(500, "Internal Server Error", is_violation=False),
    ],
)
async def test_an_answer_that_comes_too_late_is_dropped(
    line: Line, anna: Someone, caplog: pytest.LogCaptureFixture, failure: ApiError
) -> None:
    line.telegram.inline.answer_within = 0.2
    line.wire.failures.append(failure)
    with caplog.at_level(logging.WARNING), pytest.raises(CannotDo):
        await asked(line, anna, "терапевт")
    assert caplog.records == []
    await anna.send("терапевт")
    assert "Нашлось" in anna.text


async def test_a_service_goes_along_in_the_link(line: Line, anna: Someone) -> None:
    await line.world.list_services()
    first = (await asked(line, anna, "диспансеризация"))[0]
    assert first["description"].startswith("Диспансеризация · ")
    await anna.start(f"d_{CHEKHOV}_{CHECK_UP}")
    assert "🧾 Диспансеризация" in anna.buttons
    await anna.start(f"d_{CHEKHOV}_{ECG}")
    assert "🧾 Приём" in anna.buttons, "what this doctor does not do is left out"
