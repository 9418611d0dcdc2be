"""What a window says is so: no promise that nothing keeps, no day that was not asked for, no words lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinic import reminder_settings, visits
from clinic.rules import REMINDERS
from dialogs import cards
from locales import translator
from storage.people import CHILD
from storage.states import SlotStatus
from tests.dialogs.test_presses import known
from tests.e2e.steps import choose_time
from tests.telegram import Line
from tests.world import BULGAKOV, CARDIOLOGIST, CHEKHOV


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (min(REMINDERS) - timedelta(minutes=10), "поэтому напоминания не будет"),
        (min(REMINDERS) + timedelta(hours=1), "О приёме я напомню"),
        (timedelta(days=3), "О приёме я напомню"),
    ],
)
async def test_a_reminder_is_promised_where_one_will_come(line: Line, before: timedelta, said: str) -> None:
    ((starts_at,),) = await line.world.rows(
        "SELECT min(starts_at) FROM slot WHERE status = ? AND schedule_id = ? AND starts_at > ?",
        int(SlotStatus.FREE),
        BULGAKOV,
        int((line.world.clock.now() + before).timestamp()),
    )
    await line.world.database.write(
        lambda tx: tx.execute("DELETE FROM slot WHERE status = 0 AND starts_at <> :at", {"at": starts_at})
    )
    anna = await known(line)
    line.world.clock.move(timedelta(seconds=starts_at - line.world.clock.now().timestamp()) - before)
    await choose_time(anna)
    await anna.press("✅ Записаться")
    assert "Вы записаны" in anna.text
    assert said in anna.text


async def nothing_before(line: Line, after: timedelta) -> None:
    first = int((line.world.clock.now() + after).timestamp())
    await line.world.database.write(
        lambda tx: tx.execute("DELETE FROM slot WHERE status = 0 AND starts_at < :at", {"at": first})
    )


@pytest.mark.parametrize(
    ("leads", "said"),
    [
        ({}, "Напоминания у вас выключены: включить их можно в настройках."),
        ({14 * 86_400: "chat"}, "Сроки ваших напоминаний уже прошли, поэтому напоминания не будет."),
        ({2 * 86_400: "chat"}, "О приёме я напомню"),
    ],
)
async def test_who_set_reminders_otherwise_is_promised_what_they_set(
    line: Line, leads: dict[int, str], said: str
) -> None:
    world = line.world
    anna = await known(line)
    await reminder_settings.change(
        world.database,
        anna.id,
        None,
        world.clock.now(),
        leads={str(lead): way for lead, way in leads.items()},
    )
    await nothing_before(line, timedelta(days=3))
    await choose_time(anna)
    await anna.press("✅ Записаться")
    assert "Вы записаны" in anna.text
    assert said in anna.text


async def test_the_promise_of_a_reminder_costs_a_booking_no_read(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def of_chat(*_: object) -> None:
        raise AssertionError("what is planned was known")

    anna = await known(line)
    await nothing_before(line, timedelta(days=3))
    await choose_time(anna)
    monkeypatch.setattr(reminder_settings, "of_chat", of_chat)
    await anna.press("✅ Записаться")
    assert "О приёме я напомню" in anna.text


async def test_who_names_a_day_is_not_shown_another_one_on_the_button(line: Line) -> None:
    await line.world.book(1001, await line.world.slot_id(CHEKHOV, 1))
    anna = await known(line)
    await anna.send("терапевт")
    assert any(label.startswith("Терапевт · ") for label in anna.buttons)
    await anna.send("терапевт послезавтра")
    assert "Терапевт" in anna.buttons


async def test_words_of_despair_in_support_are_what_happened(line: Line) -> None:
    anna = await known(line)
    await anna.send("/support")
    await anna.send("ничего не работает")
    assert "Вы пишете: «ничего не работает»" in anna.text


async def test_the_calendar_file_of_a_cancelled_visit_is_said_to_take_it_out(line: Line) -> None:
    visit = await line.world.book(1001, await line.world.slot_id(CHEKHOV, 2))
    anna = await known(line)
    await visits.cancel(line.world.database, 1001, visit.appointment.id, line.world.clock.now())
    await anna.send("история")
    await anna.press("❌")
    await anna.press("📅 Убрать из календаря")
    assert "отменённый приём уйдёт из вашего календаря" in anna.said()


async def test_a_doctor_of_two_specialties_has_two_buttons_that_differ(line: Line) -> None:
    await line.world.database.write(
        lambda tx: tx.execute(
            "INSERT INTO schedule (id, doctor_id, facility_id, specialty_id, region_code, room)"
            " SELECT 99, doctor_id, facility_id, :other, region_code, room FROM schedule WHERE id = :one",
            {"other": CARDIOLOGIST, "one": CHEKHOV},
        )
    )
    anna = await known(line)
    await anna.send("Чехов")
    named = [label for label in anna.buttons if label.startswith("Чехов А. П., ")]
    assert len(named) == 2
    assert len({label.split(" · ")[0] for label in named}) == 2


async def test_numbers_papers_and_names_read_as_people_write_them(line: Line) -> None:
    anna = await known(line)
    await anna.send("/settings")
    await anna.press("📎 Документы")
    assert (
        "просят ещё: паспорт, СНИЛС, полис ОМС." in anna.text
        or "просят ещё: паспорт, полис ОМС." in anna.text
    )
    await anna.send("/settings")
    await anna.press("🔐 Мои права")
    await anna.press("🗑 Отозвать и удалить всё")
    assert "С.." not in anna.text
    assert "Удалим всё, что знаем: Анна С." in anna.text
    await anna.send("/settings")
    await anna.press("👤 Мои данные")
    await anna.press("Телефон")
    await anna.send("89161234567")
    assert "СМС с кодом отправлено на +7 916 123-45-67." in anna.text


async def test_who_cannot_come_is_understood_before_any_reminder(line: Line) -> None:
    anna = await known(line)
    await anna.send("не смогу")
    assert "Не совсем понятно" in anna.text
    await line.world.book(1001, await line.world.slot_id(CHEKHOV, 2))
    await anna.send("не смогу")
    assert "Перенести или отменить приём?" in anna.text
    assert "🔁 Перенести" in anna.buttons
    await line.world.book(1001, await line.world.slot_id(BULGAKOV, 3))
    await anna.start()
    await anna.send("не приду")
    assert "Какой приём?" in anna.text
    assert len([label for label in anna.buttons if " · " in label]) == 2


async def test_a_childs_visit_on_a_button_has_no_scrap_of_a_surname(line: Line) -> None:
    visit = await line.world.book(1001, await line.world.slot_id(BULGAKOV, 2))
    tr = translator("ru")
    child = replace(visit, appointment=replace(visit.appointment, relation=CHILD))
    assert cards.visit_label(tr, child).startswith("Анна · ")
    assert "Булг" not in cards.visit_label(tr, child)
    assert cards.visit_label(tr, visit).endswith(" · Булгаков")
