"""A family's day in one reminder: told together, answered together, told apart where that is wished."""

from datetime import date, timedelta

import pytest

from clinic import booking, family, reminder_settings
from clinic.booking import Request
from sandbox.transcript import buttons, words
from storage.appointments import Visit
from storage.people import Person
from tests.telegram import Line, Someone
from tests.world import BULGAKOV, CHEKHOV

DAY = timedelta(days=1)


async def two_visits(line: Line, number: int = 3) -> tuple[Someone, Visit, Visit]:
    """Book the child at 10:00 and the mother that day too; the tickets are there."""
    anna = line.person("Анна")
    await anna.start()
    world = line.world
    own = await world.patient(anna.id)
    child = Person("Смирнова", "Мария", "Ивановна", date(2018, 3, 1))
    masha = await family.add_child(world.database, anna.id, 7, child, world.clock.now())
    visits = [
        await booking.book(
            world.database,
            Request(anna.id, patient.id, await world.slot_id(schedule, 7, at)),
            world.clock.now(),
        )
        for patient, schedule, at in ((masha, CHEKHOV, 2), (own, BULGAKOV, number))
    ]
    await line.work()
    return anna, visits[0], visits[1]


def reminded(anna: Someone) -> list[dict]:
    return [message for message in anna.messages if words(message).startswith("🔔")]


async def test_the_day_before_one_message_tells_of_all_and_is_answered_for_all(line: Line) -> None:
    anna, first, _ = await two_visits(line)
    line.world.clock.at = first.appointment.starts_at - DAY
    await line.work()
    (told,) = reminded(anna)
    assert words(told).startswith("🔔 Завтра у вас приём\nПонедельник, 9 июня\n")
    assert "• 10:00 Мария С.: Чехов А. П., терапевт" in words(told)
    assert "• 10:30 Анна С.: Булгаков М. А., терапевт" in words(told)
    assert buttons(told) == ["✅ Все придём", "Мария · Пн 9 июн 10:00 · Чехов", "Пн 9 июн 10:30 · Булгаков"]
    line.world.clock.move(timedelta(hours=1))
    await line.work()
    assert len(reminded(anna)) == 1, "the other one is told already"

    await anna.press("✅ Все придём", message=told)
    assert await line.world.rows("SELECT count(*) FROM appointment WHERE confirmed_at IS NULL") == [(0,)]
    (told,) = reminded(anna)
    assert "✅ 10:00 Мария С." in words(told)
    assert "✅ 10:30 Анна С." in words(told)
    assert "Все придёте?" not in words(told)


async def test_three_hours_before_what_is_near_goes_along(line: Line) -> None:
    anna, first, _ = await two_visits(line)
    for before in (DAY, timedelta(hours=3), timedelta(hours=2, minutes=30)):
        line.world.clock.at = first.appointment.starts_at - before
        await line.work()
    _, told = reminded(anna)
    assert "Мария С." in words(told)
    assert "Анна С." in words(told)


async def test_who_wants_each_by_itself_gets_each_by_itself(line: Line) -> None:
    anna, first, _ = await two_visits(line)
    await reminder_settings.change(
        line.world.database, anna.id, None, line.world.clock.now(), is_together=False
    )
    line.world.clock.at = first.appointment.starts_at - DAY
    await line.work()
    assert len(reminded(anna)) == 1
    line.world.clock.move(timedelta(minutes=30))
    await line.work()
    assert len(reminded(anna)) == 2


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_message_of_a_family_is_not_long(line: Line, language: str) -> None:
    anna, first, _ = await two_visits(line)
    await line.world.database.write(lambda tx: tx.execute("UPDATE account SET language = ?", (language,)))
    line.world.clock.at = first.appointment.starts_at - DAY
    await line.work()
    assert len(words(reminded(anna)[0])) < 600
