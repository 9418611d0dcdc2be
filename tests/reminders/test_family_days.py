"""A family's day in one reminder: told together, answered together, told apart where that is wished."""

from datetime import date, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Message

from clinic import booking, family, invitations, pin, reminder_settings, visits
from clinic.booking import Request
from sandbox.transcript import buttons, words
from storage import outcomes
from storage.appointments import Visit
from storage.people import Person
from storage.states import AppointmentStatus
from tests.telegram import Line, Someone
from tests.world import BULGAKOV, CHEKHOV, NOW

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
    assert buttons(told) == ["✅ Все придём", "Мария · Пн 9 июн 10:00", "Пн 9 июн 10:30 · Булгаков"]
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


async def told_the_day_before(line: Line) -> tuple[Someone, Visit, Visit, dict]:
    anna, first, second = await two_visits(line)
    line.world.clock.at = first.appointment.starts_at - DAY
    await line.work()
    (message,) = reminded(anna)
    return anna, first, second, message


def again(anna: Someone, message: dict) -> dict:
    """Read a message as it stands now."""
    return next(one for one in anna.messages if one["message_id"] == message["message_id"])


async def move(line: Line, visit: Visit, day: int) -> None:
    slot = await line.world.slot_id(CHEKHOV, day, 4)
    row = visit.appointment
    await visits.move(line.world.database, row.telegram_id, row.id, slot, line.world.clock.now())
    await line.work()


async def cancel(line: Line, visit: Visit) -> None:
    row = visit.appointment
    await visits.cancel(line.world.database, row.telegram_id, row.id, line.world.clock.now())
    await line.work()


async def test_a_visit_moved_after_the_message_is_told_with_its_new_time(line: Line) -> None:
    anna, first, second, message = await told_the_day_before(line)
    await move(line, first, 8)
    message = again(anna, message)
    assert "10:00 Мария" not in words(message)
    assert "🔁 Мария С., терапевт: новое время — вторник, 10 июня, 11:00" in words(message)
    assert "• 10:30 Анна С.: Булгаков М. А., терапевт" in words(message)
    assert "Придёте?" in words(message)
    assert buttons(message) == ["✅ Приду", "🔁 Перенести", "❌ Отменить"]
    await anna.press("✅ Приду", message=message)
    assert "✅ 10:30 Анна С." in words(again(anna, message))
    await cancel(line, second)
    message = again(anna, message)
    assert words(message).startswith("🔕 Это напоминание устарело\n\n🔁 Мария С., терапевт: новое время")
    assert words(message).endswith("❌ Анна С., терапевт: приём отменён")
    assert buttons(message) == ["Мария · Вт 10 июн 11:00"]


async def test_all_will_come_counts_for_those_that_still_stand(line: Line) -> None:
    anna, first, _, message = await told_the_day_before(line)
    place = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert str(first.appointment.id) in place
    await cancel(line, first)
    pressed = await anna.press_raw(message, place)
    assert (
        pressed.answer
        == "Спасибо, ждём вас: 10:30 Анна. Без подтверждения: 1 приём, он перенесён, отменён или прошёл."
    )
    assert pressed.show_alert
    assert await line.world.rows("SELECT count(*) FROM appointment WHERE confirmed_at IS NOT NULL") == [(1,)]
    message = again(anna, message)
    assert "✅ 10:30 Анна С." in words(message)
    assert "❌ Мария С., терапевт: приём отменён" in words(message)
    assert "Придёте?" not in words(message)


async def test_all_will_come_says_so_where_nothing_stands(line: Line) -> None:
    anna, first, second, message = await told_the_day_before(line)
    place = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await move(line, first, 8)
    await cancel(line, second)
    await anna.press_raw(message, place)
    assert "Все эти записи уже перенесены, отменены или прошли" in anna.text
    assert await line.world.rows("SELECT count(*) FROM appointment WHERE confirmed_at IS NOT NULL") == [(0,)]


async def test_a_reminder_of_one_visit_is_written_anew_too(line: Line) -> None:
    anna, first, second = await two_visits(line)
    await cancel(line, second)
    line.world.clock.at = first.appointment.starts_at - DAY
    await line.work()
    (message,) = reminded(anna)
    assert "10:30" not in words(message), "what was cancelled before is left out"
    await move(line, first, 9)
    message = again(anna, message)
    assert words(message) == (
        "🔕 Это напоминание устарело\n\n🔁 Мария С., терапевт: новое время — среда, 11 июня, 11:00"
    )
    await move(line, first, 10)
    assert "четверг, 12 июня" in words(again(anna, message))


async def test_what_one_parent_confirms_the_other_is_not_asked_any_more(line: Line) -> None:
    anna, first, _ = await two_visits(line)
    world, igor = line.world, line.person("Игорь")
    await igor.start()
    await world.patient(igor.id, "Игорь")
    link = await invitations.invite_parent(world.database, anna.id, first.appointment.patient_id, NOW)
    await invitations.accept(world.database, igor.id, link.code, NOW)
    world.clock.at = first.appointment.starts_at - DAY
    await line.work()
    (his,) = reminded(igor)
    assert "Придёте?" in words(his)
    await anna.press("✅ Все придём", message=reminded(anna)[0])
    assert "Вы подтвердили, что придёте" in words(again(igor, his))
    await cancel(line, first)
    assert "приём отменён" in words(again(igor, his))


async def test_a_locked_chat_learns_no_details_from_what_is_written_anew(line: Line) -> None:
    anna, first, second, message = await told_the_day_before(line)
    await pin.set_pin(line.world.database, anna.id, "4071", line.world.clock.now())
    line.world.clock.move(timedelta(hours=1))
    line.restart()
    await move(line, first, 8)
    assert words(again(anna, message)) == "🔔 У вас скоро приём у врача."
    await cancel(line, second)
    assert words(again(anna, message)) == "🔁 Приём перенесён"


async def written(line: Line, visit: Visit, status: AppointmentStatus) -> None:
    """Write what the clinic's import says of a visit."""
    await line.world.database.write(lambda tx: outcomes.set_status(tx, visit.appointment.id, status))


GONE_BY = "🕓 Анна С., терапевт: время приёма прошло"


@pytest.mark.parametrize(
    "status", [AppointmentStatus.BOOKED, AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW]
)
async def test_a_visit_that_is_over_is_neither_cancelled_nor_asked_about(
    line: Line, status: AppointmentStatus
) -> None:
    anna, first, second, message = await told_the_day_before(line)
    place = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await move(line, first, 9)
    line.world.clock.at = second.appointment.ends_at + DAY
    await written(line, second, status)
    await cancel(line, first)
    message = again(anna, message)
    assert words(message).startswith("🔕 Это напоминание устарело\n\n❌ Мария С., терапевт: приём отменён")
    assert words(message).endswith(GONE_BY)
    assert "Придёте?" not in words(message)
    assert buttons(message) == []
    await anna.press_raw(message, place)
    assert "Все эти записи уже перенесены, отменены или прошли" in anna.text


async def test_beside_one_that_stands_a_visit_that_is_over_is_told_as_such(line: Line) -> None:
    anna, first, _ = await two_visits(line, 5)
    line.world.clock.at = first.appointment.starts_at - DAY
    await line.work()
    (message,) = reminded(anna)
    line.world.clock.at = first.appointment.ends_at
    await written(line, first, AppointmentStatus.FULFILLED)
    await anna.press("✅ Все придём", message=message)
    message = again(anna, message)
    assert "🕓 Мария С., терапевт: время приёма прошло" in words(message)
    assert "отменён" not in words(message)


async def test_a_visit_that_has_begun_is_not_asked_about_any_more(line: Line) -> None:
    anna, first, second = await two_visits(line, 0)
    line.world.clock.at = second.appointment.starts_at - DAY
    await line.work()
    (message,) = reminded(anna)
    line.world.clock.at = second.appointment.starts_at
    await cancel(line, first)
    message = again(anna, message)
    assert "Придёте?" not in words(message)
    assert buttons(message) == ["Пн 9 июн 9:00 · Булгаков"]


async def test_a_locked_chat_is_not_told_that_a_visit_was_cancelled_that_is_over(line: Line) -> None:
    anna, first, second, message = await told_the_day_before(line)
    await move(line, first, 9)
    await pin.set_pin(line.world.database, anna.id, "4071", line.world.clock.now())
    line.world.clock.at = second.appointment.ends_at + DAY
    await written(line, second, AppointmentStatus.FULFILLED)
    line.restart()
    await move(line, first, 10)
    assert words(again(anna, message)) == "🔁 Приём перенесён"


@pytest.mark.parametrize("is_moved", [False, True])
async def test_what_changes_while_the_message_is_on_its_way_is_written_into_it(
    line: Line, monkeypatch: pytest.MonkeyPatch, *, is_moved: bool
) -> None:
    anna, first, second = await two_visits(line)
    world, send = line.world, Bot.send_message

    async def slow(self: Bot, *args: Any, **kwargs: Any) -> Message:
        sent = await send(self, *args, **kwargs)
        monkeypatch.setattr(Bot, "send_message", send)
        whose = (world.database, anna.id, second.appointment.id)
        if is_moved:
            await visits.move(*whose, await world.slot_id(BULGAKOV, 8, 4), world.clock.now())
        else:
            await visits.cancel(*whose, world.clock.now())
        return sent

    monkeypatch.setattr(Bot, "send_message", slow)
    world.clock.at = first.appointment.starts_at - DAY
    await line.work()
    told = words(reminded(anna)[0])
    assert "10:30 Анна" not in told
    assert ("новое время — вторник, 10 июня, 11:00" if is_moved else "приём отменён") in told
    assert "• 10:00 Мария" in told
