"""What people say out of turn: words for buttons, links and commands in the middle, answers to reminders."""

import asyncio
from datetime import timedelta

import pytest

from sandbox.actor import Actor
from sandbox.transcript import buttons, words
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, choose_time, confirm, open_visit, register, starts_at, visit_of


def windows(person: Actor) -> list[str]:
    """The bot's windows in the chat: messages with words, without tickets, files and reminders."""
    return [
        words(message)
        for message in person.messages
        if message["from"]["id"] != person.id and "text" in message and "🔔" not in words(message)
    ]


@pytest.mark.parametrize("aside", ["/help", "/settings", "/my", "link", "book link"])
async def test_a_draft_survives_a_command_and_a_link(stand: Stand, aside: str) -> None:
    igor = stand.box.person("Игорь")
    await igor.start()
    await choose_time(igor)
    await igor.press("✅ Даю согласие")
    await igor.share_contact()
    await igor.expect("Кого записать?")
    await igor.send("Ветров Игорь Сергеевич")
    await igor.expect("Дата рождения?")
    hold = stand.rows("SELECT slot_id, telegram_id FROM hold")
    if aside == "link":
        await igor.start("v_nobodys")
        await igor.expect("Такого талона нет или он не ваш.")
        assert "Дата рождения?" in igor.text
    elif aside == "book link":
        await igor.start("book")
        await igor.expect("Дата рождения?")
    else:
        for command in (aside, aside, "/help"):  # nothing piles up
            await igor.send(command)
            await igor.expect(
                {"/help": "Что я умею", "/settings": "Настройки", "/my": "Предстоящих"}[command]
            )
        await igor.expect("Что я умею")
        assert stand.rows("SELECT slot_id, telegram_id FROM hold") == hold
        await igor.press("‹ Назад")
        if aside == "/my":
            await igor.expect("Предстоящих")
            await igor.press("‹ Назад")
        assert "Дата рождения?" in igor.text
    assert stand.rows("SELECT slot_id, telegram_id FROM hold") == hold
    await igor.send("15.04.1986")
    await igor.expect("Всё верно?")
    await igor.press("✅ Всё верно")
    await confirm(igor)
    await igor.expect("Вы записаны")
    assert stand.rows("SELECT slot_id FROM appointment") == [(hold[0][0],)]


@pytest.mark.parametrize("leaving", ["/start", "/book", "/cancel"])
async def test_what_leaves_a_draft_gives_its_time_back(stand: Stand, leaving: str) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.expect("Вы согласны")
    await anna.send(leaving)
    await anna.expect(
        "Где вам нужен врач?" if leaving == "/book" else "🩺" * 0 or "Выберите, что нужно:"
    ) if (leaving != "/start") else await anna.expect("Здравствуйте!")
    assert stand.rows("SELECT count(*) FROM hold") == [(0,)]


async def test_the_link_of_the_group_begins_a_booking(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start("book")
    await anna.expect("Где вам нужен врач?")
    await anna.press("‹ Назад")
    await anna.expect("Выберите, что нужно:")


async def test_the_names_of_buttons_are_presses(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.send("Добрый день!")
    await anna.expect("Здравствуйте!\n\nВыберите, что нужно:")
    await anna.send("записаться к врачу")
    await anna.expect("Где вам нужен врач?")
    await anna.send("прим")
    await anna.expect("Найдено")
    await anna.send("Показать все")
    await anna.expect("Где вам нужен врач?")
    await anna.send("москва")
    await anna.expect("Выберите врача")
    await anna.send("к чехову")
    assert "Булгаков" not in str((await anna.expect("Найдено"))["reply_markup"])
    await anna.press("Чехов")
    await anna.press("⚡ Ближайшее")
    await anna.expect("Вы согласны")
    await anna.send("Согласны.")
    await anna.expect("Нажмите внизу кнопку")
    await anna.share_contact()
    await anna.expect("Кого записать?")
    await anna.send("Смирнова Анна Петровна")
    await anna.send("15 апреля 1986 г.")
    await anna.expect("Всё верно?")
    await anna.send("нет")
    await anna.expect("Что исправить?")
    await anna.send("исправить имя")
    await anna.expect("Кого записать?")
    await anna.send("Смирнова Инна Петровна")
    await anna.expect("Смирнова Инна Петровна")
    await anna.send("хорошо")
    await anna.expect("Проверьте, пожалуйста")
    await anna.send("добавить цель")
    await anna.expect("С чем вы идёте")
    await anna.send("да")
    assert "С чем вы идёте" in words(await anna.expect("Напишите словами, с чем вы идёте"))
    await anna.send("нет")
    assert "Цель" not in words(await anna.expect("Проверьте"))
    await anna.send("записаться")
    await anna.expect("Вы записаны")
    await anna.expect_document(1)


async def test_a_long_purpose_is_cut_and_it_is_said(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await register(anna)
    await anna.press("Добавить цель")
    await anna.expect("С чем вы идёте")
    await anna.send("болит " * 60)
    text = words(await anna.expect("сохранены первые 300 символов"))
    assert "Проверьте" in text


async def test_no_is_no_reason(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=2))
    await open_visit(anna)
    await anna.press("✏️ Изменить")
    await anna.press("❌ Отменить")
    await anna.expect("Почему отменяете?")
    await anna.send("ок")
    await anna.expect("Напишите причину словами")
    await anna.send("не смогу")
    assert "Причина: не смогу" in words(await anna.expect("Отменить запись?"))
    await anna.press("‹ Назад")
    await anna.send("Не скажу")
    text = words(await anna.expect("Отменить запись?"))
    assert "Причина" not in text
    assert "записаться снова на это же время будет нельзя" in text


async def test_the_reminder_can_be_answered_without_a_reason_and_asks_no_more(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await book_later(anna, stand)
    begins = starts_at(stand)
    stand.box.forward(begins - stand.box.clock.now() - timedelta(hours=24) + timedelta(minutes=5))
    reminder = await anna.expect("Завтра у вас приём")
    assert "До 11:00 приём можно перенести или отменить без объяснений." in words(reminder)
    await anna.press("❌ Отменить", message=reminder)
    await anna.expect("Отменить запись?")
    await anna.press("✅ Приду", message=reminder)
    await anna.expect("Вы подтвердили, что придёте")
    reminder = anna.chat.messages[reminder["message_id"]]
    assert "✅ Вы подтвердили, что придёте." in words(reminder)
    assert "Придёте?" not in words(reminder)
    assert "✅ Приду" not in buttons(reminder)
    stand.box.forward(timedelta(hours=2))
    await anna.press("❌ Отменить", message=reminder)
    await anna.expect("Почему отменяете?")


async def book_later(anna: Actor, stand: Stand) -> None:
    """Move the visit to a day for which the reminder of the day before is still to come."""
    await anna.press("✏️ Изменить")
    await anna.press("🔁 Перенести")
    if "Почему переносите" in anna.text:
        await anna.press("Болею")
    await anna.press([label for label in anna.buttons if " · 6" in label][-1])
    await anna.press("9:00")
    await anna.press("✅ Перенести")
    await anna.expect("Приём перенесён")
    await anna.expect_document(2)


async def test_a_reminder_is_answered_in_words(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.send("не смогу")  # no reminder has come: the one visit ahead is meant
    await anna.expect("Жаль. Перенести или отменить приём?")
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=3))
    reminder = await anna.expect("Приём у врача через 3 часа")
    await anna.send("да")
    assert "Ждём вас в" in words(await anna.expect("Спасибо!"))
    assert "✅ Вы подтвердили, что придёте." in words(anna.chat.messages[reminder["message_id"]])
    await anna.send("да")
    await anna.expect("Вы уже подтвердили. Ждём вас в")
    await anna.send("/help")
    await anna.expect("Что я умею")
    await anna.send("не смогу")
    text = words(await anna.expect("Жаль. Перенести или отменить приём?"))
    assert "Что сделать?" in text
    await anna.press("❌ Отменить")
    await anna.expect("Почему отменяете?")


async def test_the_chat_is_tickets_reminders_and_one_window(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    for typed in ("абракадабра", "ещё раз", "/help", "/my", "что?", "/settings", "/start"):
        await anna.send(typed)
        await anna.expect({"/help": "Что я умею", "/my": "Ваши записи", "/settings": "Настройки",
                           "/start": "Ближайший приём"}.get(typed, "Этого я не нашёл"))  # fmt: skip
    assert "Здравствуйте" not in anna.text
    await _until(lambda: len(windows(anna)) == 1)  # the old one goes when the new one is there
    assert len(anna.photos) == len(anna.documents) == 1
    stand.box.forward(timedelta(hours=50))
    await anna.send("хм")
    await anna.expect("Этого я не нашёл")
    old, new = windows(anna)
    assert "Этого я не нашёл" in new
    # it cannot be deleted any more, and loses its buttons
    await _until(lambda: [buttons(message) for message in anna.messages if words(message) == old] == [[]])


async def test_an_old_ticket_leads_its_owner_to_the_visit(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    ((code,),) = stand.rows("SELECT ticket_code FROM appointment")
    await book_later(anna, stand)
    await anna.start(f"v_{code}")
    text = words(await anna.expect("Этот талон старый: приём перенесён. Вот ваша запись:"))
    assert "Пациент: Смирнова Анна Петровна" in text
    igor = stand.box.person("Игорь")
    await igor.start(f"v_{code}")
    await igor.expect("Такого талона нет или он не ваш.")


async def test_a_time_taken_while_moving_is_told_with_others_at_once(stand: Stand) -> None:
    anna, igor = stand.box.person("Анна"), stand.box.person("Игорь")
    await book_nearest(anna)
    await anna.press("✏️ Изменить")
    await anna.press("🔁 Перенести")
    if "Почему переносите" in anna.text:
        await anna.press("Болею")
    await anna.press(next(label for label in anna.buttons if " · 6" in label))
    first = visit_of(stand)
    chosen = next(label for label in anna.buttons if label == "10:00")
    window = anna.screen
    await igor.start()
    ((taken,),) = stand.rows(
        "SELECT id FROM slot WHERE schedule_id = (SELECT schedule_id FROM slot WHERE id = ?)"
        " AND status = 0 AND starts_at > ? ORDER BY starts_at LIMIT 1 OFFSET 2",
        first["slot_id"], first["starts_at"] + 12 * 3600,
    )  # fmt: skip
    from storage.database import connect

    connection = connect(stand.store)
    connection.execute("UPDATE slot SET status = 2 WHERE id = ?", (taken,))
    connection.close()
    await anna.press(chosen, message=window)
    text = words(await anna.expect("Это время только что заняли"))
    assert "Ваша запись остаётся как была." in text
    offers = [label for label in anna.buttons if " · " in label]
    assert len(offers) == 3
    await anna.press(offers[0])
    await anna.expect("Станет:")
    await anna.press("✅ Перенести")
    await anna.expect("Приём перенесён")
    assert visit_of(stand)["slot_id"] not in (first["slot_id"], taken)


async def test_another_doctor_is_another_one_and_offered_where_there_is_one(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)  # Bulgakov or Chekhov, therapists of one clinic
    mine = "Булгаков" if "Булгаков" in anna.photos[0]["caption"] else "Чехов"
    other = {"Булгаков": "Чехов", "Чехов": "Булгаков"}[mine]
    await anna.press("✏️ Изменить")
    await anna.press("🔁 Перенести")
    if "Почему переносите" in anna.text:
        await anna.press("Болею")
    await anna.press("👤 Другой врач")
    assert other in str(anna.buttons)
    assert mine not in str(anna.buttons)
    await anna.send(f"{other}у")
    await anna.expect("Найдено")
    await anna.press(other)
    assert other in anna.text
    await anna.send("/book")
    await anna.press("Приморский край")
    await anna.press("⚡ Ближайшее")
    await confirm(anna)
    await anna.expect("Вы записаны")
    await anna.expect_document(2)
    await anna.press("✏️ Изменить")
    await anna.press("🔁 Перенести")
    if "Почему переносите" in anna.text:
        await anna.press("Болею")
    assert "📅 Другая дата" in anna.buttons
    assert "👤 Другой врач" not in anna.buttons


async def test_after_the_visit_nothing_is_ahead(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    stand.box.forward(starts_at(stand) - stand.box.clock.now() + timedelta(hours=2))
    await anna.send("/my")
    await anna.expect("Предстоящих записей нет.")


async def _until(is_so) -> None:
    for _ in range(100):
        if is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not become so")
