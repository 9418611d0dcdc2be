"""Shaking hands, old buttons, restarts, other people's buttons, and Telegram's bad days."""

import asyncio
import time
from datetime import timedelta

from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, choose_time, confirm, register, starts_at, visit_of


async def test_every_button_of_the_way_pressed_twice_books_once(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    for label in ("🩺 Записаться к врачу", "Москва", "Чехов", "⚡ Ближайшее"):
        await anna.press_twice(label)
    await anna.expect("Вы согласны")
    await register(anna)
    await anna.press_twice("✅ Записаться")
    await anna.expect_document(1)
    await asyncio.sleep(0.3)
    assert stand.rows("SELECT count(*) FROM appointment") == [(1,)]
    assert (len(anna.photos), len(anna.documents)) == (1, 1)
    await anna.press_twice("✏️ Изменить")
    await anna.press_twice("❌ Отменить") if "❌ Отменить" in anna.buttons else None
    assert anna.text


async def test_the_same_updates_delivered_twice_change_nothing(stand: Stand) -> None:
    stand.box.updates.duplicates = 1_000
    stand.box.updates.shuffles = 3
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await asyncio.sleep(0.3)
    assert stand.rows("SELECT count(*) FROM appointment") == [(1,)]
    assert (len(anna.photos), len(anna.documents)) == (1, 1)


async def test_a_button_of_an_old_window_is_answered_and_shows_the_present_state(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    old = await anna.expect("Здравствуйте!")
    data = old["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await anna.press("🩺 Записаться к врачу")
    stand.box.forward(timedelta(hours=49))  # older windows cannot be deleted: they stay, without buttons
    await anna.send("/settings")
    await anna.expect("Что изменить?")
    press = await anna.press_raw(old, data)
    assert press.answer == "Это старая кнопка. Показываю, как обстоят дела сейчас."
    assert "Что изменить?" in anna.chat.messages[old["message_id"]]["text"]
    await stand.restart()
    press = await anna.press_raw(old, data)
    assert "старая кнопка" in (press.answer or "")
    await anna.press("English")
    await anna.expect("What would you like to change?")
    # what a window looks like is not remembered over a restart, so it is shown once more as it was
    assert ["message is not modified" in violation.what for violation in stand.box.violations] == [True]
    stand.box.violations.clear()


async def test_a_conversation_goes_on_after_a_restart(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await anna.press("✅ Даю согласие")
    await anna.share_contact()
    await anna.expect("Кого записать?")
    await stand.restart()
    await anna.send("Смирнова Анна Петровна")
    await anna.expect("Дата рождения?")
    await stand.restart()
    await anna.send("15.04.1986")
    await anna.press("✅ Всё верно")
    await anna.press("✏️ Добавить цель")
    await anna.press("Осмотр")
    await stand.restart()
    await anna.press("✅ Записаться")
    await anna.expect("Вы записаны")
    await anna.expect_document(1)


async def test_a_time_taken_meanwhile_is_told_with_three_others_at_once(stand: Stand) -> None:
    anna, igor = stand.box.person("Анна"), stand.box.person("Игорь")
    await anna.start()
    await choose_time(anna)
    await register(anna)
    await anna.expect("держим за вами до")
    ((kept,),) = stand.rows("SELECT slot_id FROM hold")
    stand.box.forward(timedelta(minutes=21))
    await _until(lambda: stand.rows("SELECT count(*) FROM hold") == [(0,)])
    await igor.start()
    await choose_time(igor)
    assert stand.rows("SELECT slot_id FROM hold") == [(kept,)]
    await register(igor, "Ветров Игорь Сергеевич")
    await confirm(igor)
    await igor.expect("Вы записаны")
    await anna.press("🔄 Взять снова")
    await anna.expect("Это время только что заняли")
    offers = [label for label in anna.buttons if " · " in label]
    assert len(offers) == 3
    await anna.press(offers[0])
    await confirm(anna)
    await anna.expect("Вы записаны")
    slots = [slot for (slot,) in stand.rows("SELECT slot_id FROM appointment")]
    assert len(slots) == len(set(slots)) == 2


async def test_nobody_does_anything_with_somebody_elses_buttons_or_links(stand: Stand) -> None:
    anna, igor = stand.box.person("Анна"), stand.box.person("Игорь")
    await book_nearest(anna)
    await igor.start()
    menu = await igor.expect("Здравствуйте!")
    number = visit_of(stand)["id"]
    for act in ("ics", "change", "move", "cancel", "come"):
        await igor.press_raw(igor.messages[-1], f"v:{act}:{number}")
        assert "Такой записи или такого времени больше нет" in igor.text
    ((code,),) = stand.rows("SELECT ticket_code FROM appointment")
    await igor.start(f"v_{code}")
    await igor.expect("Такого талона нет или он не ваш.")
    assert igor.documents == []
    assert not any("Смирнова" in str(message) for message in igor.messages)
    stolen = anna.messages[-2]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await igor.press_raw(menu, stolen)
    assert stand.rows("SELECT status, confirmed_at FROM appointment") == [(1, None)]
    await anna.start(f"v_{code}")
    await anna.expect("Пациент: Смирнова Анна Петровна")


async def test_forged_presses_never_break_anything(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    window = await anna.expect("Здравствуйте!")
    intent = window["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split("\x1d")[0]
    for data in ("", "x", "v:come:1", "v:what:zzz", "v:ics:99999999999999999999", f"{intent}\x1dnext0:zzz",
                 f"{intent}\x1dpage0:-5", "\x1d\x1d", f"{intent}\x1dbook0\x1d"):  # fmt: skip
        await anna.press_raw(anna.messages[-1], data or "-")
    await anna.send("/book")
    await anna.press("Москва")
    intent = anna.screen["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split("\x1d")[0]
    for data in (
        "d3:999999",
        "d3:abc",
        "n3:999999",
        "s2:1",
        "t4:1",
        "grid5:2020-99-99",
        "p6:night",
        "page3:99999999",
    ):
        await anna.press_raw(anna.screen, f"{intent}\x1d{data}")
    await anna.send("/book")
    await anna.expect("Где вам нужен врач?")
    assert stand.rows("SELECT count(*) FROM inbox WHERE state = 2") == [(0,)]


async def test_telegrams_bad_days_lose_nothing(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await choose_time(anna)
    await register(anna)
    faults = stand.box.faults
    await anna.press("✏️ Добавить цель")
    faults.order("editMessageText", "502html")
    await anna.press("Пропустить")
    faults.order("editMessageText", "lose_answer")
    faults.order("answerCallbackQuery", "drop")
    faults.order("sendPhoto", "500", count=2)
    faults.order("sendDocument", "429", seconds=1)
    await anna.press("✅ Записаться")
    await anna.expect("Вы записаны")
    for _ in range(6):  # the pauses of the outbox are long; the clock is ours
        await asyncio.sleep(0.3)
        stand.box.forward(timedelta(seconds=20))
    await anna.expect_document(1, timeout=20)
    assert len(anna.photos) == 1
    assert stand.rows("SELECT count(*) FROM appointment") == [(1,)]
    # the answer to an edit got lost, so it is made once more: that Telegram refuses it tells that it was done
    assert ["message is not modified" in violation.what for violation in stand.box.violations] == [True]
    stand.box.violations.clear()


async def test_who_blocked_the_bot_is_left_alone_and_welcome_back(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.block()
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=2, minutes=59))
    of_chat = "SELECT state FROM notification WHERE lead = 10800 AND channel = 'chat'"
    await _until(lambda: stand.rows(of_chat) == [(3,)])
    ((blocked_at,),) = stand.rows("SELECT blocked_at FROM account")
    assert blocked_at is not None
    await anna.start()
    await anna.expect("Ближайший приём")
    await _until(lambda: stand.rows("SELECT blocked_at FROM account") == [(None,)])


async def test_an_undecodable_update_is_set_aside_and_the_others_are_answered_at_once(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    stand.box.updates.put_raw({"message": {"message_id": "no number", "chat": {"id": anna.id}}})
    stand.box.updates.put_raw({"what_is_this": {"chat": {"id": 5}}})
    started = time.monotonic()
    await anna.press("❓ Помощь")
    await anna.expect("Что я умею")
    assert time.monotonic() - started < 1
    assert stand.rows("SELECT count(*) FROM inbox WHERE state = 2") == [(2,)]


async def test_typing_yes_answers_the_last_reminder(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=3))
    await anna.expect("Приём у врача через 3 часа")
    await anna.send("Приду")
    await anna.expect("Спасибо! Ждём вас")
    assert stand.rows("SELECT confirmed_at IS NOT NULL FROM appointment") == [(1,)]


async def test_a_reminder_of_an_outage_does_not_come_after_the_visit(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    begins = starts_at(stand)
    await stand.stop()
    stand.box.forward(begins - stand.box.clock.now() + timedelta(minutes=1))
    stand.app = stand._new_app()
    await stand.start()
    await _until(
        lambda: (
            stand.rows("SELECT count(*) FROM notification WHERE kind = 'reminder' AND state = 1") == [(0,)]
        )
    )
    assert not any("🔔" in str(message.get("text")) for message in anna.messages)


async def test_nothing_personal_in_what_anybody_could_read(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await stand.stop()
    raw = b"".join(path.read_bytes() for path in stand.store.parent.glob("talon.db*"))
    for secret in ("Смирнова", "Петровна", "79990000101", "1986-04-15"):
        assert secret.encode() not in raw
    for message in anna.messages:
        for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
            for button in row:
                assert "Смирнова" not in button["callback_data"]
                assert str(anna.id) not in button["callback_data"]
    await stand.start()


async def _until(is_so) -> None:
    for _ in range(100):
        if is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not become so")
