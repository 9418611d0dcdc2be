"""Reminders and changes by letter, text message and in the chat, with the clock moved."""

import re
from datetime import timedelta

from sandbox.actor import Actor
from sandbox.letters import Letter
from sandbox.transcript import buttons, words
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_in_a_week, book_nearest, confirm_email, open_visit, starts_at

DAY = timedelta(days=1)


def to(stand: Stand, before: timedelta) -> None:
    """Move the clock to so long before the only visit."""
    stand.box.forward(starts_at(stand) - before - stand.box.clock.now())


async def letter(stand: Stand, count: int) -> Letter:
    """Wait for so many letters and return the last one."""
    return (await stand.box.phone.wait_for_letters(count))[count - 1]


def start_of(found: Letter, prefix: str) -> str:
    """Find what a link of a letter starts the bot with."""
    match = re.search(rf"start=({prefix}_[\w-]+)", found.text)
    assert match, found.text
    assert f"start={match[1]}" in (found.message.get_body(("html",)).get_content())
    return match[1]


async def with_email(stand: Stand) -> Actor:
    anna = stand.box.person("Анна")
    await book_in_a_week(anna)
    await confirm_email(stand, anna, "anna@example.ru")
    return anna


async def test_three_days_before_a_letter_asks_and_its_links_only_open_the_bot(stand: Stand) -> None:
    anna = await with_email(stand)
    to(stand, 3 * DAY - timedelta(seconds=5))
    found = await letter(stand, 2)
    assert found.to == "anna@example.ru"
    assert found.subject.startswith("Напоминание о приёме: ")
    assert "терапевт" not in found.subject.lower()
    assert "Через 3 дня у вас приём" in found.text
    assert sorted(found.files) == ["ticket.pdf", "visit.ics"]
    assert not any("Придёте?" in words(message) for message in anna.messages), "one message a lead time"

    await anna.start(start_of(found, "a"))
    await anna.expect("Придёте? Нажмите «✅ Приду»")
    assert stand.rows("SELECT confirmed_at FROM appointment") == [(None,)]
    await anna.press("✅ Приду")
    await anna.expect("Вы подтвердили, что придёте")
    assert stand.rows("SELECT confirmed_at IS NOT NULL FROM appointment") == [(1,)]
    await anna.start(start_of(found, "c"))
    await anna.expect("Что сделать?")
    assert "❌ Отменить" in anna.buttons


async def test_nobody_else_learns_anything_from_a_letters_link(stand: Stand) -> None:
    await with_email(stand)
    to(stand, 3 * DAY - timedelta(seconds=5))
    found = await letter(stand, 2)
    igor = stand.box.person("Игорь")
    for prefix in ("a", "c"):
        await igor.start(start_of(found, prefix))
        await igor.expect("Такого талона нет или он не ваш")


async def test_without_an_address_the_chat_reminds_a_day_and_three_hours_before(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_in_a_week(anna)
    assert [row[0] for row in stand.rows("SELECT lead FROM notification WHERE lead ORDER BY lead")] == [
        10_800,
        86_400,
    ]
    to(stand, DAY - timedelta(seconds=5))
    told = await anna.expect("Завтра у вас приём")
    assert "✅ Приду" in buttons(told)
    to(stand, timedelta(hours=3) - timedelta(seconds=5))
    told = await anna.expect("Приём у врача через 3 часа")
    await anna.press("Приду", message=told)
    assert stand.box.phone.letters == []
    assert stand.box.phone.messages == []


async def test_changes_are_told_by_letter_too(stand: Stand) -> None:
    anna = await with_email(stand)
    await open_visit(anna)
    await anna.press("🔁 Перенести")
    await anna.press(next(label for label in anna.buttons if " мест" in label))
    await anna.press("11:00")
    await anna.press("✅ Перенести")
    await anna.expect("Приём перенесён")
    moved = await letter(stand, 2)
    assert moved.subject.startswith("Приём перенесён: ")
    assert "Прежний талон больше не действует" in moved.text
    assert b"SEQUENCE:1" in moved.files["visit.ics"]
    await open_visit(anna)
    await anna.press("❌ Отменить", message=anna.screen)
    if "Почему отменяете" in anna.text:
        await anna.press("Болею")
    await anna.press("Да, отменить")
    cancelled = await letter(stand, 3)
    assert cancelled.subject.startswith("Приём отменён: ")
    assert list(cancelled.files) == ["visit.ics"]
    assert b"METHOD:CANCEL" in cancelled.files["visit.ics"]
    assert stand.rows("SELECT count(*) FROM notification WHERE lead AND state = 1") == [(0,)]


async def test_who_blocked_the_bot_is_reminded_by_a_text_message(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.block()
    to(stand, timedelta(hours=2, minutes=59))
    with stand.box.world.listening() as events:
        while not stand.box.phone.messages:
            await events.get()
    (message,) = stand.box.phone.messages
    assert message.to == "+79990000101"
    assert re.fullmatch(r"Завтра \d\d\.\d\d 9:00: .+, ул\. Садовая, 5, каб\. 21\d", message.text) or (
        re.fullmatch(r"(Сегодня|Завтра) \d\d\.\d\d 9:00: .+, ул\. Садовая, 5, каб\. 21\d", message.text)
    )
    assert len(message.text) <= 70
