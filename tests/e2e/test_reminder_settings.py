"""«Напоминания» in the chat: what is chosen is said, kept and done."""

import asyncio
import re
from datetime import timedelta

from sandbox.actor import Actor
from sandbox.transcript import words
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_in_a_week, confirm_email, open_visit
from tests.e2e.test_reminders import DAY, to


async def open_reminders(person: Actor) -> None:
    await person.send("/settings")
    await person.press("🔔 Напоминания")
    await person.expect("🔔 Напоминания")


def planned(stand: Stand) -> list[tuple]:
    """Read what is planned of reminders: channel, lead in hours, how many hours before the visit it comes."""
    return stand.rows(
        "SELECT channel, lead / 3600, (a.starts_at - due_at) / 3600.0 FROM notification AS n"
        " JOIN appointment AS a ON a.id = n.appointment_id WHERE kind = 'reminder' AND state = 1"
        " ORDER BY due_at"
    )


async def sms(stand: Stand, count: int) -> str:
    """Wait for so many text messages and return the last one."""
    with stand.box.world.listening() as events:
        while len(stand.box.phone.messages) < count:
            await events.get()
    return stand.box.phone.messages[count - 1].text


async def until_told(stand: Stand, person: Actor, text: str) -> None:
    """Let minutes pass until a message says this."""
    async with asyncio.timeout(30):
        while not any(text in words(message) for message in person.messages):
            stand.box.forward(timedelta(minutes=1))
            await asyncio.sleep(0.2)


async def test_what_is_chosen_changes_the_next_reminder_at_once_and_visibly(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_in_a_week(anna)
    await open_reminders(anna)
    assert "• За день: в чат" in anna.text
    assert "С 22:00 до 7:00 не беспокою" in anna.text
    assert re.search(r"Следующее напоминание: .+ в 10:30, в чат", anna.text)
    assert planned(stand) == [("chat", 24, 24), ("chat", 3, 3)]

    await anna.press("➕ Ещё напоминание")
    await anna.send("за полгода")
    await anna.expect("Например: «5 часов»")
    await anna.send("5 минут")
    await anna.expect("не позже чем за 30 минут")
    await anna.send("за 2 дня")
    await anna.expect("За 2 дня до приёма")
    await anna.press("По СМС")
    await anna.expect("✅ Сохранено.")
    assert "• За 2 дня: по СМС +7 999 •••-••-01" in anna.text
    assert re.search(r"Следующее напоминание: .+ в 10:30, по СМС", anna.text)
    assert planned(stand) == [("sms", 48, 48), ("chat", 24, 24), ("chat", 3, 3)]

    await anna.press("🕘 Час: любой")
    await anna.send("19")
    await anna.expect("напоминаю в 19:00")
    assert planned(stand) == [("sms", 48, 39.5), ("chat", 24, 15.5), ("chat", 3, 3)]
    await anna.press("За день · чат")
    await anna.press("🔕 Не напоминать")
    await anna.expect("✅ Сохранено.")
    assert planned(stand) == [("sms", 48, 39.5), ("chat", 3, 3)]

    to(stand, timedelta(hours=39, minutes=29))
    text = await sms(stand, 1)
    assert "Чехов А. П., ул. Садовая, 5, каб. 214" in text
    assert len(text) <= 70
    to(stand, DAY - timedelta(minutes=1))
    await open_reminders(anna)
    assert re.search(r"Следующее напоминание: завтра в 7:30, в чат", anna.text)


async def test_a_reminder_by_text_message_names_the_end_of_the_policy_or_what_was_chosen(
    stand: Stand,
) -> None:
    anna = stand.box.person("Анна")
    await book_in_a_week(anna)
    await anna.send("/settings")
    await anna.press("👤 Мои данные")
    await anna.press("Полис ОМС")
    await anna.send("7755310884000121")
    await anna.expect("Сохранено")
    await open_reminders(anna)
    await anna.press("За день · чат")
    await anna.press("По СМС")
    to(stand, DAY - timedelta(minutes=1))
    text = await sms(stand, 1)
    assert "полис *0121" in text
    assert "7755" not in text


async def test_a_dead_gateway_gives_way_to_the_chat_which_says_so(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_in_a_week(anna)
    await open_reminders(anna)
    await anna.press("За день · чат")
    await anna.press("По СМС")
    await anna.expect("✅ Сохранено.")
    stand.box.phone.is_sms_down = True
    to(stand, DAY - timedelta(seconds=1))
    await until_told(stand, anna, "СМС отправить не удалось")
    told = await anna.expect("СМС отправить не удалось, поэтому пишу сюда")
    assert "Завтра у вас приём" in words(told)
    stand.box.phone.is_sms_down = False
    stand.box.forward(timedelta(hours=3))
    await anna.send("/settings")
    await anna.expect("Напоминания")
    assert stand.box.phone.messages == [], "one message a lead time"


async def test_quiet_hours_are_typed_and_kept(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_in_a_week(anna)
    await open_reminders(anna)
    await anna.press("🌙 Тихо: 22–7")
    await anna.send("с 21 до 8")
    await anna.expect("С 21:00 до 8:00 не беспокою")
    assert planned(stand) == [("chat", 24, 24), ("chat", 3, 14.5)]
    await anna.press("🌙 Тихо: 21–8")
    await anna.press("🔔 Можно и ночью")
    await anna.expect("✅ Сохранено.")
    assert "не беспокою" not in anna.text
    assert planned(stand) == [("chat", 24, 24), ("chat", 3, 3)]


async def test_questions_about_visits_are_turned_off_and_on_and_it_is_said(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_in_a_week(anna)
    planned_questions = "SELECT count(*) FROM notification WHERE kind = 'how_was_it' AND state = 1"
    assert stand.rows(planned_questions) == [(1,)]
    await open_reminders(anna)
    await anna.press("💬 Вопросы о приёмах: да")
    await anna.expect("✅ Больше не спрашиваю ни после приёмов, ни после записи. Отменён 1 вопрос.")
    assert "Как прошёл приём, не спрашиваю." in anna.text
    assert stand.rows(planned_questions) == [(0,)]
    assert "За день · чат" in anna.buttons
    await anna.press("💬 Вопросы о приёмах: нет")
    await anna.expect("✅ Снова спрашиваю: после приёма и изредка после записи. Запланирован 1 вопрос.")
    assert "не спрашиваю" not in anna.text
    assert stand.rows(planned_questions) == [(1,)]


async def test_letters_about_changes_can_be_turned_off(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_in_a_week(anna)
    await confirm_email(stand, anna, "anna@example.ru")
    await open_reminders(anna)
    assert "• За 3 дня: письмом a•••@example.ru" in anna.text
    await anna.press("✉️ Об изменениях")
    await anna.press("✉️ Письма: да")
    assert "✉️ Письма: нет" in anna.buttons
    await open_visit(anna)
    await anna.press("❌ Отменить", message=anna.screen)
    await anna.press("Да, отменить")
    await anna.expect("отменена")
    assert len(stand.box.phone.letters) == 1, "that of the code alone"


async def test_from_a_visit_only_that_patients_reminders_are_changed(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_in_a_week(anna)
    await anna.press("✏️ Изменить", message=anna.photos[-1])
    await anna.press("🔔 Напоминания")
    await anna.expect("Следующее напоминание:")
    await anna.press("За 3 часа · чат")
    await anna.press("🔕 Не напоминать")
    await anna.expect("✅ Сохранено.")
    assert planned(stand) == [("chat", 24, 24)]
    await anna.press("‹ Назад")
    await anna.expect("Что сделать?")
