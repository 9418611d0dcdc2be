"""A family's day through the chat: one message tells of it, and stays true when a visit is changed."""

import re
from datetime import UTC, datetime, timedelta

from sandbox.actor import Actor
from sandbox.transcript import buttons, words
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, confirm_email
from tests.e2e.test_family import add_child, book_child, open_family
from tests.e2e.test_reminder_settings import open_reminders


async def with_child(stand: Stand) -> Actor:
    """Let Anna book the nearest time for herself, and the next one for her child."""
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await open_family(anna)
    await add_child(anna)
    await book_child(anna, last="Запись сделана")
    await anna.expect_document(2)
    return anna


def to_first(stand: Stand, before: timedelta) -> None:
    """Move the clock to so long before the first visit."""
    ((first,),) = stand.rows("SELECT min(starts_at) FROM appointment")
    stand.box.forward(datetime.fromtimestamp(first, UTC) - before - stand.box.clock.now())


async def test_one_message_tells_of_the_day_and_follows_what_becomes_of_it(stand: Stand) -> None:
    anna = await with_child(stand)
    to_first(stand, timedelta(hours=3) - timedelta(seconds=5))
    told = await anna.expect("Приём у врача через 3 часа")
    assert "Анна С." in words(told)
    assert "Мария С." in words(told)
    question, first, second = buttons(told)
    assert question == "✅ Все придём"
    (child,) = (label for label in (first, second) if label.startswith("Мария"))

    await anna.press(child, message=told)
    await anna.press("❌ Отменить", message=anna.screen)
    if "Почему отменяете" in anna.text:
        await anna.press("Болею")
    await anna.press("Да, отменить")
    told = await anna.expect("❌ Мария С., терапевт: приём отменён")
    assert buttons(told) == ["✅ Приду", "🔁 Перенести", "❌ Отменить"]
    await anna.press("✅ Приду", message=told)
    told = await anna.expect("✅ 9:00 Анна С.")
    assert "Придёте?" not in words(told)
    assert stand.rows("SELECT count(*) FROM appointment WHERE confirmed_at IS NOT NULL") == [(1,)]


async def test_one_letter_brings_the_tickets_of_all(stand: Stand) -> None:
    anna = await with_child(stand)
    await confirm_email(stand, anna, "anna@example.ru")
    await open_reminders(anna)
    await anna.press("За 3 часа · чат")
    await anna.press("Письмом")
    await anna.expect("✅ Сохранено.")
    to_first(stand, timedelta(hours=3) - timedelta(seconds=5))
    letter = (await stand.box.phone.wait_for_letters(2))[1]
    assert letter.subject.startswith("Напоминание: 2 приёма, ")
    assert sorted(letter.files) == ["ticket-1.pdf", "ticket-2.pdf", "visit-1.ics", "visit-2.ics"]
    codes = re.findall(r"Приду: \S+start=(a_[\w-]+)", letter.text)
    assert len(codes) == 2
    for code in codes:
        await anna.start(code)
        await anna.expect("Придёте? Нажмите «✅ Приду»")
        await anna.press("✅ Приду")
        await anna.expect("Вы подтвердили, что придёте")
    assert stand.rows("SELECT count(*) FROM appointment WHERE confirmed_at IS NOT NULL") == [(2,)]
    stand.box.forward(timedelta(minutes=30))
    await anna.send("/my")
    await anna.expect("Ваши записи")
    assert len(stand.box.phone.letters) == 2
