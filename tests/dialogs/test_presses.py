"""Conversations by visible button: pressed twice, pressed late, pressed on what is gone; and the way back."""

from datetime import timedelta

import pytest

from clinic import booking, visits
from sandbox.transcript import buttons, words
from tests.e2e.steps import choose_time, register
from tests.telegram import Line, Someone
from tests.world import CHEKHOV, VERESAEV, World

ANNA, IGOR = 1001, 1002


async def live(world: World) -> list[tuple]:
    """Read whose chat has which time."""
    return await world.rows(
        "SELECT acc.telegram_id, a.slot_id FROM appointment AS a"
        " JOIN care AS c ON c.patient_id = a.patient_id JOIN account AS acc ON acc.id = c.account_id"
        " WHERE a.status = 1 ORDER BY a.starts_at"
    )


async def holds(world: World) -> list[tuple]:
    return await world.rows("SELECT telegram_id, slot_id FROM hold")


async def known(line: Line, name: str = "Анна") -> Someone:
    """Somebody who is registered and sees the menu."""
    someone = line.person(name)
    await line.world.patient(someone.id)
    await someone.start()
    return someone


async def at_confirm(line: Line) -> Someone:
    """Somebody who sees what will be booked: Chekhov, tomorrow at 9:30."""
    anna = await known(line)
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Чехов")
    await anna.send("завтра")
    await anna.press("9:30")
    assert "Проверьте, пожалуйста" in anna.text
    return anna


async def at_move_confirm(line: Line) -> Someone:
    """Somebody whose visit (Chekhov, in three days at 9:00) is about to move to 9:30 of the day after."""
    await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, 2))
    anna = line.person("Анна")
    await anna.start()
    await anna.press("Чехов")
    await anna.press("✏️ Изменить")
    await anna.press("🔁 Перенести")
    await anna.send("четверг")
    await anna.press("9:30")
    assert "Станет:" in anna.text
    return anna


# --- twice


@pytest.mark.parametrize("label", ["🩺 Записаться к врачу", "📋 Мои записи", "⚙️ Настройки", "❓ Помощь"])
async def test_a_menu_button_pressed_twice_opens_one_window(line: Line, label: str) -> None:
    anna = await known(line)
    await anna.press_twice(label)
    once = anna.text
    await anna.press("🏠 В начало")
    await anna.press(label)
    assert anna.text == once


async def test_booking_pressed_twice_books_once_and_tells_it_once(line: Line) -> None:
    anna = await at_confirm(line)
    await anna.press_twice("✅ Записаться")
    assert await live(line.world) == [(ANNA, await line.world.slot_id(CHEKHOV, 1, 1))]
    assert anna.said().count("Вы записаны") == 1
    assert (len(anna.photos), len(anna.documents)) == (1, 1)


async def test_cancelling_pressed_twice_cancels_once(line: Line) -> None:
    anna = await known(line)
    await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, 2))
    await anna.send("/my")
    for label in ("Чехов", "✏️ Изменить", "❌ Отменить"):
        await anna.press(label)
    await anna.press_twice("❌ Да, отменить")
    assert await line.world.rows("SELECT status, sequence FROM appointment") == [(4, 1)]
    assert anna.said().count("Запись отменена:") == 1


async def test_moving_pressed_twice_moves_once(line: Line) -> None:
    anna = await at_move_confirm(line)
    await anna.press_twice("✅ Перенести")
    assert await line.world.rows("SELECT status, sequence FROM appointment") == [(1, 1)]
    assert await live(line.world) == [(ANNA, await line.world.slot_id(CHEKHOV, 3, 1))]


async def test_registering_pressed_twice_makes_one_patient(line: Line) -> None:
    anna = line.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.press("✅ Даю согласие")
    await anna.share_contact()
    await anna.send("Смирнова Анна Петровна")
    await anna.send("15.04.1986")
    await anna.press_twice("✅ Всё верно")
    assert await line.world.rows("SELECT count(*) FROM patient") == [(1,)]
    assert "Проверьте, пожалуйста" in anna.text


# --- stale


@pytest.mark.parametrize(
    ("command", "present"), [("/settings", "Что изменить?"), ("/book", "регион")], ids=["covered", "closed"]
)
async def test_a_button_of_a_conversation_that_is_not_open_shows_the_present_one(
    line: Line, command: str, present: str
) -> None:
    anna = await known(line)
    window, old = anna.screen, anna.data_of("❓ Помощь")
    line.telegram.clock.forward(timedelta(hours=49))  # cannot be deleted any more: it stays, without buttons
    await anna.send(command)
    assert buttons(anna.chat.messages[window["message_id"]]) == []
    press = await anna.press_raw(window, old)
    assert press.answer == "Это старая кнопка. Показываю, как обстоят дела сейчас."
    assert present in words(anna.chat.messages[window["message_id"]])
    assert [message["message_id"] for message in anna.messages if buttons(message)] == [window["message_id"]]


async def test_a_press_that_crossed_the_deletion_of_its_window_shows_the_present_one_once(line: Line) -> None:
    anna = await known(line)
    window, old = anna.screen, anna.data_of("❓ Помощь")
    await anna.send("/settings")
    assert window["message_id"] not in anna.chat.messages
    press = await anna.press_raw(window, old)
    assert press.answer == "Это старая кнопка. Показываю, как обстоят дела сейчас."
    assert "Что изменить?" in anna.text
    assert len([message for message in anna.messages if buttons(message)]) == 1
    assert line.wire.refused.pop().startswith("editMessageText: Bad Request: message to edit not found")


async def test_a_button_of_a_window_of_the_same_conversation_does_nothing_there(line: Line) -> None:
    anna = await known(line)
    await anna.press("🩺 Записаться к врачу")
    window, moscow = anna.screen, anna.data_of("Москва")
    await anna.press("Приморский край")
    shown = anna.text
    await anna.press_raw(window, moscow)
    assert anna.text == shown
    await anna.press("⚡ Ближайшее")
    assert await holds(line.world) == [(ANNA, await line.world.slot_id(VERESAEV, 1))]


async def test_confirming_long_after_the_hold_ran_out_books_what_is_still_free(line: Line) -> None:
    anna = await at_confirm(line)
    line.world.clock.move(timedelta(minutes=30))
    await booking.release_expired(line.world.database, line.world.clock.now())
    await anna.press("✅ Записаться")
    assert await live(line.world) == [(ANNA, await line.world.slot_id(CHEKHOV, 1, 1))]


async def test_confirming_a_time_that_has_begun_is_refused_with_three_others(line: Line) -> None:
    anna = await at_confirm(line)
    line.world.clock.move(timedelta(days=1, hours=4))
    await anna.press("✅ Записаться")
    assert "Это время уже прошло" in anna.text
    assert len([label for label in anna.buttons if " · " in label]) == 3
    assert await live(line.world) == []


async def test_a_card_of_a_visit_that_was_cancelled_elsewhere_says_so(line: Line) -> None:
    anna = await known(line)
    visit = await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, 2))
    await anna.send("/my")
    await anna.press("Чехов")
    await anna.press("✏️ Изменить")
    await visits.cancel(line.world.database, ANNA, visit.appointment.id, line.world.clock.now())
    await anna.press("🔁 Перенести")
    assert await line.world.rows("SELECT status FROM appointment") == [(4,)]
    assert "🔁 Перенести" not in anna.buttons


# --- taken between two presses


async def take(line: Line, slot_id: int) -> None:
    """Let somebody else book a time."""
    line.person("Игорь").chat.person.started = True
    await line.world.book(IGOR, slot_id)


async def test_a_time_taken_before_it_is_chosen_is_told_with_others(line: Line) -> None:
    anna = await known(line)
    for label in ("🩺 Записаться к врачу", "Москва", "Чехов"):
        await anna.press(label)
    await anna.send("завтра")
    await take(line, await line.world.slot_id(CHEKHOV, 1, 1))
    await anna.press("9:30")
    assert "Это время только что заняли" in anna.text
    await anna.press(next(label for label in anna.buttons if " · " in label))
    assert "Проверьте, пожалуйста" in anna.text
    assert len(await holds(line.world)) == 1


async def test_a_time_held_by_somebody_else_is_not_shown(line: Line) -> None:
    anna = await known(line)
    wanted = await line.world.slot_id(CHEKHOV, 1, 1)
    await booking.hold(line.world.database, IGOR, wanted, line.world.clock.now())
    for label in ("🩺 Записаться к врачу", "Москва", "Чехов"):
        await anna.press(label)
    await anna.send("завтра")
    assert "9:00" in anna.buttons
    assert "9:30" not in anna.buttons
    await anna.send("9:30")
    assert anna.text.startswith("9:30 — это время занято.")


async def test_a_new_time_taken_before_the_move_is_confirmed_leaves_the_visit_as_it_was(line: Line) -> None:
    anna = await at_move_confirm(line)
    line.world.clock.move(timedelta(minutes=6))
    wanted = await line.world.slot_id(CHEKHOV, 3, 1)
    await take(line, wanted)
    await anna.press("✅ Перенести")
    assert "Ваша запись остаётся как была." in anna.text
    assert (ANNA, await line.world.slot_id(CHEKHOV, 2)) in await live(line.world)
    assert await holds(line.world) == []


async def test_a_time_taken_while_registering_is_told_afterwards(line: Line) -> None:
    anna = line.person("Анна")
    await anna.start()
    await choose_time(anna, "Чехов")
    ((_, kept),) = await holds(line.world)
    line.world.clock.move(timedelta(minutes=16))
    await take(line, kept)
    await register(anna)
    assert "Это время только что заняли" in anna.text
    assert await line.world.rows("SELECT count(*) FROM account") == [(2,)]


# --- back


async def windows_of(anna: Someone, labels: list[str]) -> list[str]:
    """Press on, and return each window that was seen."""
    seen = [anna.text]
    for label in labels:
        await anna.press(label)
        seen.append(anna.text)
    return seen


@pytest.mark.parametrize(
    "labels",
    [
        ["🩺 Записаться к врачу", "Москва", "Чехов", "📅 Другая дата", "5", "10:00", "✏️ Добавить цель"],
        ["📋 Мои записи", "Чехов", "✏️ Изменить", "🔁 Перенести", "📅 Другая дата", "5", "9:30"],
        ["📋 Мои записи", "Чехов", "✏️ Изменить", "❌ Отменить"],
        ["⚙️ Настройки"],
        ["❓ Помощь"],
    ],
    ids=["booking", "moving", "cancelling", "settings", "help"],
)
@pytest.mark.parametrize("by_word", [False, True], ids=["pressed", "typed"])
async def test_back_leads_through_each_window_that_was_seen(
    line: Line, labels: list[str], by_word: bool
) -> None:
    anna = await known(line)
    await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, 2))
    await anna.start()
    *seen, _ = await windows_of(anna, labels)
    for before in reversed(seen):
        await (anna.send("назад") if by_word else anna.press("‹ Назад"))
        assert anna.text == before
    assert await holds(line.world) == []


async def test_back_from_another_doctors_days_leads_out_of_moving_not_to_the_wrong_days(line: Line) -> None:
    anna = await known(line)
    await line.world.book(ANNA, await line.world.slot_id(CHEKHOV, 2))
    await anna.send("/my")
    seen = await windows_of(anna, ["Чехов", "✏️ Изменить", "🔁 Перенести", "👤 Другой врач", "Булгаков"])
    await anna.press("‹ Назад")
    assert anna.text == seen[2]
    await anna.press("🔁 Перенести")
    assert anna.text == seen[3]


async def test_after_a_taken_time_the_way_back_leads_past_it(line: Line) -> None:
    anna = await known(line)
    seen = await windows_of(anna, ["🩺 Записаться к врачу", "Москва", "Чехов"])
    await anna.send("завтра")
    await take(line, await line.world.slot_id(CHEKHOV, 1, 1))
    await anna.press("9:30")
    assert "Это время только что заняли" in anna.text
    await anna.press("📅 Другие дни")
    assert anna.text == seen[-1]
    await anna.press("‹ Назад")
    assert anna.text == seen[-2]


async def test_correcting_an_answer_twice_leaves_one_way_back(line: Line) -> None:
    anna = line.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.press("✅ Даю согласие")
    await anna.share_contact()
    await anna.send("Смирнова Анна")
    await anna.send("15.04.1986")
    for name in ("Смирнова Анна Павловна", "Смирнова Анна Петровна"):
        await anna.press("Исправить имя")
        await anna.send(name)
    assert "Смирнова Анна Петровна" in anna.text
    await anna.press("‹ Назад")
    assert "Кого записать?" in anna.text
    await anna.press("‹ Назад")
    assert "Нажмите внизу кнопку" in anna.text


async def test_home_gives_a_held_time_back_from_wherever_it_is_pressed(line: Line) -> None:
    anna = await at_confirm(line)
    assert len(await holds(line.world)) == 1
    await anna.press("🏠 В начало")
    assert await holds(line.world) == []
    assert await line.world.rows("SELECT count(*) FROM slot WHERE status = 1") == [(0,)]
