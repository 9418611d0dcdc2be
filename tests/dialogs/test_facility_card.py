"""The card of a clinic: hours by its own clock, insurers, its place on the map."""

from datetime import UTC, datetime

import orjson
import pytest

from clinic import profile
from tests.telegram import Line, Someone
from tests.world import MOSCOW, NOW

HOURS = [[480, 1200]] * 5 + [[540, 900], None]


async def at_the_card(line: Line, *, insurers: tuple[str, ...] = ()) -> Someone:
    def fill(tx) -> None:
        tx.execute(
            "UPDATE facility SET latitude = 55.752, longitude = 37.6175, rating_sum = 146, rating_count = 32,"
            " opening_hours = ?, insurers = ? WHERE id = 1",
            (orjson.dumps(HOURS).decode(), orjson.dumps(insurers).decode()),
        )
        tx.execute("INSERT INTO schedule VALUES (4, 1, 1, 2, 'RU-MOW', '216')")

    await line.world.database.write(fill)
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("ℹ️ О клинике")
    return anna


async def test_the_card_says_where_it_is_when_it_is_open_and_what_people_say(line: Line) -> None:
    line.world.clock.at = NOW.replace(hour=9)  # noon in Moscow
    anna = await at_the_card(line)
    for words in (
        "Поликлиника № 1", "Поликлиника, 2 врача", "Москва, ул. Садовая, 5", "+7 495 000-00-00",
        "★ 4,6 · 32 оценки", "Сейчас открыто до 20:00", "Пн–Пт 8:00–20:00, Сб 9:00–15:00, Вс закрыто",
        "Ближайшее время: вторник, 3 июня, 9:00", "Код МО: 101", "Это демонстрация",
    ):  # fmt: skip
        assert words in anna.text, words
    await anna.press("🩺 Выбрать врача здесь")
    assert "Какой врач вам нужен?" in anna.text
    await anna.press("‹ Назад")
    assert "Приморский край" in anna.buttons  # the card is no step of the way back


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2025, 6, 2, 4, tzinfo=UTC), "Сейчас закрыто, откроется в 8:00"),
        (datetime(2025, 6, 2, 18, tzinfo=UTC), "Сейчас закрыто, откроется завтра в 8:00"),
        (datetime(2025, 6, 7, 18, tzinfo=UTC), "Сейчас закрыто, откроется в понедельник, 9 июня, в 8:00"),
    ],
)
async def test_a_shut_clinic_says_when_it_opens(line: Line, at: datetime, words: str) -> None:
    line.world.clock.at = at
    anna = await at_the_card(line)
    assert words in anna.text


async def test_hours_that_are_not_known_are_asked_of_the_registry(line: Line) -> None:
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Другой врач") if "Другой врач" in anna.buttons else None
    await line.world.database.write(
        lambda tx: tx.execute("INSERT INTO schedule VALUES (4, 1, 1, 2, 'RU-MOW', '')")
    )
    await anna.send("/start")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("ℹ️ О клинике")
    assert "Часы работы уточните в регистратуре" in anna.text
    assert "🗺 На карте" not in anna.buttons  # nobody has said where it is


async def test_the_place_comes_as_a_venue_and_the_window_below_it(line: Line) -> None:
    anna = await at_the_card(line)
    await anna.press("🗺 На карте")
    window, venue = list(anna.chat.newest_first())[:2]
    assert venue["venue"]["title"] == "Поликлиника № 1"
    assert venue["venue"]["address"] == "Москва, ул. Садовая, 5"
    assert venue["location"] == {"latitude": 55.752, "longitude": 37.6175}
    assert "Поликлиника, 2 врача" in window["text"]
    await anna.press("🩺 Выбрать врача здесь")
    assert "Какой врач вам нужен?" in anna.text
    assert line.violations() == []


@pytest.mark.parametrize(
    ("insurers", "own", "words"),
    [
        ((), "СОГАЗ-Мед", "Принимают ли ваш полис ОМС, уточните в регистратуре"),
        (("СОГАЗ-Мед", "МАКС-М"), "", "Полисы ОМС: СОГАЗ-Мед, МАКС-М"),
        (("СОГАЗ-Мед",), "АО СК «СОГАЗ-Мед»", "✅ По вашему полису (АО СК «СОГАЗ-Мед») принимают"),
        (("СОГАЗ-Мед",), "РЕСО-Мед", "Ваш полис (РЕСО-Мед): уточните в регистратуре"),
    ],
)
async def test_the_policy_is_compared_carefully(
    line: Line, insurers: tuple[str, ...], own: str, words: str
) -> None:
    patient = await line.world.patient(1001)
    if own:
        await profile.change(line.world.database, 1001, patient.id, "insurer", own, NOW)
    anna = await at_the_card(line, insurers=insurers)
    assert words in anna.text


async def test_a_clinic_in_another_zone_goes_by_its_own_clock(line: Line) -> None:
    def fill(tx) -> None:
        tx.execute("UPDATE facility SET opening_hours = ? WHERE id = 2", (orjson.dumps(HOURS).decode(),))
        tx.execute("INSERT INTO schedule VALUES (4, 1, 2, 1, 'RU-PRI', '216')")

    await line.world.database.write(fill)
    assert MOSCOW != "Asia/Vladivostok"
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Приморский край")
    await anna.press("ℹ️ О клинике")
    assert "Сейчас открыто до 20:00 (местное время, МСК+7)" in anna.text  # in Moscow it is six
