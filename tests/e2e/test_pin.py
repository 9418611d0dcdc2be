"""The PIN in the chat: set, asked for, forgotten, and nothing personal anywhere while the chat is locked."""

import asyncio
import sqlite3
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinic import rules
from locales import translator
from sandbox.actor import Actor
from sandbox.transcript import buttons, words
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, open_visit, say_purpose, starts_at

PIN = "4071"
SECOND = timedelta(seconds=1)


async def tap(person: Actor, pin: str = PIN) -> None:
    for key in (*pin, "✓"):
        await person.press(key)


async def set_pin(person: Actor) -> None:
    await person.send("/settings")
    await person.expect("Настройки")
    await person.press("🔒 PIN-код")
    await person.press("Поставить PIN-код")
    await tap(person)
    await person.expect("ещё раз")
    await tap(person)
    await person.expect("PIN-код включён")


@pytest.fixture
async def anna(stand: Stand) -> Actor:
    """Anna with a visit and a PIN; her chat is open. The day's times are over, so none passes meanwhile."""
    now = stand.box.clock.now()
    after_hours = now.replace(hour=9, minute=0, second=0, microsecond=0)
    stand.box.forward((after_hours - now) % timedelta(days=1))
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await set_pin(anna)
    return anna


def secrets(stand: Stand) -> list[str]:
    """What must not be seen: person, phone, doctor, specialty, place, day and time of the visit."""
    wall = starts_at(stand).astimezone(ZoneInfo("Europe/Moscow"))
    secrets = ["Смирнова", "Петровна", "15.04.1986", "Чехов", "Булгаков", "рапевт", "herapist", "Садовая"]
    for language in ("ru", "en"):
        tr = translator(language)
        secrets += [tr.day(wall.date()), tr.short_day(wall.date())]
    return [*secrets, f"{wall:%-H:%M}"]


def seen(person: Actor, since: int) -> list[str]:
    """All words and buttons that the bot sent or edited since that revision of the chat."""
    return [
        "\n".join((words(message), *buttons(message)))
        for message in person.messages
        if person.chat.revisions.get(message["message_id"], 0) > since and message["from"]["is_bot"]
    ]


def assert_nothing_personal(stand: Stand, person: Actor, since: int) -> None:
    shown = seen(person, since)
    assert shown, "nothing was shown at all"
    for text in shown:
        assert [word for word in secrets(stand) if word in text] == [], text


async def lock(stand: Stand, person: Actor) -> int:
    """Let the idle time pass; returns the chat's revision from which on nothing personal may be shown."""
    stand.box.forward(rules.LOCK_AFTER)
    return person.chat.revision


# --- the lock


async def test_while_locked_a_window_asks_for_the_pin_and_comes_after_it(stand: Stand, anna: Actor) -> None:
    since = await lock(stand, anna)
    await anna.send("/my")
    await anna.expect("Здесь личное")
    assert anna.buttons == [*"123456789", "⌫", "0", "✓", "Забыли PIN?", "🏠 В начало"]
    await anna.press("4")
    assert "● ▁" in anna.text
    assert "4071" not in anna.text
    await anna.press("5")
    await anna.press("⌫")
    for key in "071":
        await anna.press(key)
    assert_nothing_personal(stand, anna, since)
    await anna.press("✓")
    await anna.expect("Ваши записи")
    await anna.press(" · ")
    await anna.expect("Смирнова Анна Петровна")


async def test_a_typed_pin_is_taken_and_deleted_from_the_chat(stand: Stand, anna: Actor) -> None:
    await lock(stand, anna)
    await anna.send("/my")
    await anna.expect("Здесь личное")
    await anna.send("мои записи")
    await anna.expect("Жду PIN-код: нажмите цифры")
    await anna.send("5555")
    await anna.expect("Осталось 4 попытки")
    await anna.send(PIN)
    await anna.expect("Ваши записи")
    texts = [words(message) for message in anna.messages]
    assert "5555" not in texts
    assert PIN not in texts


async def test_an_open_window_is_veiled_by_one_edit_when_nobody_presses(stand: Stand, anna: Actor) -> None:
    await open_visit(anna)
    await anna.expect("Смирнова Анна Петровна")
    window = anna.screen["message_id"]
    stand.box.forward(rules.LOCK_AFTER - SECOND)
    await anna.press("🔁 Перенести", message=anna.screen)
    await anna.expect("Выберите")
    stand.box.forward(rules.LOCK_AFTER - SECOND)
    await anna.press("Назад")
    await anna.expect("Смирнова Анна Петровна")
    since = await lock(stand, anna)
    await anna.expect("Здесь личное")
    assert anna.screen["message_id"] == window
    revision = anna.chat.revision
    stand.box.forward(timedelta(minutes=10))
    await stand_still(stand)
    assert anna.chat.revision == revision, "edited once more"
    assert_nothing_personal(stand, anna, since)
    await tap(anna)
    await anna.expect("Смирнова Анна Петровна")


async def test_a_bot_that_stops_veils_what_is_open(stand: Stand, anna: Actor) -> None:
    await anna.send("/my")
    await anna.expect("Ваши записи")
    since = anna.chat.revision
    await stand.restart()
    await anna.expect("Здесь личное")
    assert_nothing_personal(stand, anna, since)
    await tap(anna)
    await anna.expect("Ваши записи")


async def stand_still(stand: Stand, seconds: float = 2.5) -> None:
    """Let the bot's own clock tick a few times."""
    await asyncio.sleep(seconds)


async def test_the_menu_names_the_next_visit_only_while_open(stand: Stand, anna: Actor) -> None:
    await anna.start()
    await anna.expect("Ближайший приём")
    assert any(word in " ".join(anna.buttons) for word in ("Чехов", "Булгаков"))
    assert any("🔁" in label for label in anna.buttons)
    since = await lock(stand, anna)
    await anna.press("🗓 Ближайшая запись")
    await anna.expect("Здесь личное")
    await anna.press("В начало")
    assert anna.buttons[0] == "🗓 Ближайшая запись"
    assert not any("🔁" in label for label in anna.buttons)
    await anna.press("Помощь")
    await anna.expect("Что я умею")
    assert_nothing_personal(stand, anna, since)


async def test_presses_and_words_do_nothing_while_locked(stand: Stand, anna: Actor) -> None:
    await open_visit(anna)
    await anna.press("❌ Отменить", message=anna.screen)
    if "Почему" in anna.text:
        await anna.press("Изменились планы")
    await anna.expect("Отменить запись?")
    old = anna.screen
    data = next(
        button["callback_data"]
        for row in old["reply_markup"]["inline_keyboard"]
        for button in row
        if "Да, отменить" in button["text"]
    )
    since = await lock(stand, anna)
    await anna.expect("Здесь личное")
    await anna.press_raw(anna.screen, data)
    await anna.send("да")
    await anna.expect("Здесь личное")
    await anna.share_contact(own=False)
    await anna.expect("Здесь личное")
    assert stand.rows("SELECT status FROM appointment") == [(1,)]
    assert_nothing_personal(stand, anna, since)
    await anna.send(PIN)
    await anna.expect("Отменить запись?")


async def test_a_booking_goes_on_behind_the_lock_with_nothing_lost(stand: Stand, anna: Actor) -> None:
    await anna.send("/cancel")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Приморский")
    since = await lock(stand, anna)
    await anna.press("⚡ Ближайшее")
    await anna.expect("Здесь личное")
    assert_nothing_personal(stand, anna, since)
    await tap(anna)
    await anna.expect("Смирнова Анна Петровна")
    await say_purpose(anna, "болит сердце")
    since = await lock(stand, anna)
    await anna.expect("Здесь личное")
    assert_nothing_personal(stand, anna, since)
    await tap(anna)
    await anna.expect("болит сердце")
    await anna.press("🔄 Взять снова")
    await anna.press("✅ Записаться")
    await anna.expect("Вы записаны")


async def test_after_a_restart_everything_is_locked_and_tries_are_still_counted(
    stand: Stand, anna: Actor
) -> None:
    await stand.restart()
    await anna.send("/my")
    await anna.expect("Здесь личное")
    await tap(anna, "5555")
    await anna.expect("Осталось 4 попытки")
    await stand.restart()
    await tap(anna, "5555")
    await anna.expect("Осталось 3 попытки")
    await tap(anna)
    await anna.expect("Ваши записи")


async def test_who_forgot_the_pin_over_a_booking_still_has_its_time(stand: Stand, anna: Actor) -> None:
    await anna.send("/cancel")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Приморский")
    await anna.press("⚡ Ближайшее")
    await anna.expect("держим за вами")
    await anna.send("/settings")
    await anna.press("🔒 PIN-код")
    await anna.press("Закрыть сейчас")
    await anna.press("Назад")
    await anna.press("Назад")
    await anna.expect("Здесь личное")
    await anna.press("Забыли PIN?")
    await anna.press("Код по СМС")
    await anna.send(await code_of(stand))
    await anna.expect("старый PIN-код убран")
    await anna.press("Назад")
    await anna.expect("держим за вами")
    await anna.press("✅ Записаться")
    await anna.expect("Вы записаны")


async def test_a_locked_chat_is_not_told_that_a_kept_time_runs_out(stand: Stand, anna: Actor) -> None:
    await anna.send("/cancel")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Приморский")
    await anna.press("⚡ Ближайшее")
    await anna.expect("держим за вами")
    since = await lock(stand, anna)
    await anna.expect("Здесь личное")
    revision = anna.chat.revision
    stand.box.forward(rules.HOLD_IN_ALL)
    await stand_still(stand)
    assert anna.chat.revision == revision, "the veil was edited"
    assert_nothing_personal(stand, anna, since)
    await tap(anna)
    await anna.expect("больше не держим")


# --- reminders, tickets, links


async def test_a_reminder_of_a_locked_chat_says_only_that_there_is_a_visit(stand: Stand, anna: Actor) -> None:
    since = await lock(stand, anna)
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=3) + SECOND)
    message = await anna.expect("У вас скоро приём у врача")
    assert buttons(message) == ["Открыть"]
    await anna.press("Открыть")
    await anna.expect("Здесь личное")
    await anna.send("приду")
    await anna.expect("Здесь личное")
    assert_nothing_personal(stand, anna, since)
    await tap(anna)
    await anna.expect("Смирнова Анна Петровна")


async def test_i_will_come_typed_while_locked_is_taken_and_names_no_time(stand: Stand, anna: Actor) -> None:
    await anna.send("/cancel")
    await anna.expect("Ближайший приём")
    since = await lock(stand, anna)
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=3) + SECOND)
    await anna.expect("У вас скоро приём у врача")
    await anna.send("приду")
    await anna.expect("Спасибо! Ждём вас.")
    assert stand.rows("SELECT count(*) FROM appointment WHERE confirmed_at IS NULL") == [(0,)]
    await anna.send("приду")
    await anna.expect("Вы уже подтвердили. Ждём вас.")
    assert any("🔔" in text and "подтвердили, что придёте" in text for text in seen(anna, since))
    await anna.send("не смогу")
    await anna.expect("Здесь личное")
    assert_nothing_personal(stand, anna, since)


async def test_i_will_come_under_an_old_reminder_is_done_after_the_pin(stand: Stand, anna: Actor) -> None:
    await anna.send("/my")
    await anna.expect("Ваши записи")
    to_reminder = starts_at(stand) - stand.box.clock.now() - timedelta(hours=3)
    stand.box.forward(to_reminder - timedelta(minutes=4))
    await anna.send("/my")
    await anna.expect("Здесь личное")
    await tap(anna)
    await anna.expect("Ваши записи")
    stand.box.forward(timedelta(minutes=4) + SECOND)
    reminder = await anna.expect("🔔")
    assert "Приду" in " ".join(buttons(reminder))
    since = await lock(stand, anna)
    await anna.press("Приду", message=reminder)
    await anna.expect("Здесь личное")
    assert stand.rows("SELECT count(*) FROM appointment WHERE confirmed_at IS NULL") == [(1,)]
    assert_nothing_personal(stand, anna, since)
    await tap(anna)
    await anna.expect("Спасибо, ждём вас!")
    assert "Приду" not in " ".join(buttons(reminder_now(anna)))
    assert stand.rows("SELECT count(*) FROM appointment WHERE confirmed_at IS NULL") == [(0,)]


def reminder_now(person: Actor) -> dict[str, Any]:
    return [message for message in person.messages if words(message).startswith("🔔")][-1]


async def test_the_calendar_file_and_a_move_under_a_ticket_wait_for_the_pin(
    stand: Stand, anna: Actor
) -> None:
    ticket = anna.photos[-1]
    since = await lock(stand, anna)
    await anna.press("В календарь", message=ticket)
    await anna.expect("Здесь личное")
    assert len(anna.documents) == 1
    assert_nothing_personal(stand, anna, since)
    await tap(anna)
    await anna.expect_document(2)
    since = await lock(stand, anna)
    await anna.press("Изменить", message=ticket)
    await anna.expect("Здесь личное")
    assert_nothing_personal(stand, anna, since)
    await tap(anna)
    await anna.expect("Что сделать?")


async def test_the_link_of_a_ticket_leads_to_the_lock(stand: Stand, anna: Actor) -> None:
    ((code,),) = stand.rows("SELECT ticket_code FROM appointment")
    since = await lock(stand, anna)
    await anna.start(f"v_{code}")
    await anna.expect("Здесь личное")
    assert_nothing_personal(stand, anna, since)
    await tap(anna)
    await anna.expect("Смирнова Анна Петровна")


async def test_a_ticket_that_comes_while_locked_names_nobody(stand: Stand, anna: Actor) -> None:
    """It waited for Telegram, or somebody else booked."""
    since = await lock(stand, anna)
    await stand.restart()
    connection = sqlite3.connect(stand.store)
    with connection:
        connection.execute(
            "UPDATE notification SET state = 1, sent_at = NULL WHERE kind IN ('ticket', 'ticket_file')"
        )
    connection.close()
    await anna.expect("Ваш талон")
    await stand_still(stand, 1.5)
    assert len(anna.documents) == 1, "the page has names on it"
    assert_nothing_personal(stand, anna, since)


# --- too many wrong ones, forgotten


async def wrong_five_times(person: Actor) -> None:
    for _ in range(5):
        await person.send("5555")
        await person.expect("🔒")


async def code_of(stand: Stand) -> str:
    messages = stand.box.phone.messages
    with stand.box.world.listening() as events:
        while not messages:
            await events.get()
    return "".join(sign for sign in messages[-1].text if sign.isdigit())[:6]


async def test_five_wrong_pins_block_and_a_code_by_sms_makes_way_for_a_new_pin(
    stand: Stand, anna: Actor
) -> None:
    since = await lock(stand, anna)
    await anna.send("/my")
    await anna.expect("Здесь личное")
    await wrong_five_times(anna)
    await anna.expect("PIN-код заблокирован")
    assert anna.buttons == ["✅ Подтвердить, что это я", "🏠 В начало"]
    await anna.send(PIN)
    await anna.expect("PIN-код заблокирован")
    await anna.press("Подтвердить, что это я")
    assert anna.buttons[:-2] == ["💬 Код по СМС"]
    await anna.press("Код по СМС")
    await anna.expect("СМС с кодом уже в пути")
    assert "Изменить номер" not in " ".join(anna.buttons)
    assert_nothing_personal(stand, anna, since)
    await anna.send(await code_of(stand))
    await anna.expect("старый PIN-код убран")
    await tap(anna, "1234")
    await anna.expect("легко угадать")
    await tap(anna, "8203")
    await anna.expect("ещё раз")
    await tap(anna, "8203")
    await anna.expect("Ваши записи")
    await lock(stand, anna)
    await anna.send("/my")
    await anna.expect("Здесь личное")
    await tap(anna, "8203")
    await anna.expect("Ваши записи")


async def test_where_no_code_can_be_sent_the_own_number_confirms(
    stand: Stand, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reminders.codes.Codes.carries", lambda *_: False)
    await lock(stand, anna)
    await anna.send("/my")
    await anna.expect("Здесь личное")
    await anna.press("Забыли PIN?")
    await anna.press("По моему номеру")
    await anna.expect("Отправить мой номер")
    await anna.share_contact(own=False)
    await anna.expect("Это чужой номер")
    await anna.share_contact()
    await anna.expect("старый PIN-код убран")
    await anna.press("Назад")
    await anna.expect("Ваши записи")


# --- settings


async def test_the_pin_is_changed_and_taken_away_with_the_present_one(stand: Stand, anna: Actor) -> None:
    await anna.press("Сменить PIN-код")
    await tap(anna, "5555")
    await anna.expect("Осталось 4 попытки")
    await tap(anna)
    await anna.expect("Придумайте PIN-код")
    await tap(anna, "8203")
    await tap(anna, "8204")
    await anna.expect("не совпали")
    await tap(anna, "8203")
    await tap(anna, "8203")
    await anna.expect("PIN-код включён")
    await anna.press("Закрыть сейчас")
    await anna.press("Убрать PIN-код")
    await anna.send("8203")
    await anna.expect("PIN-код убран")
    await lock(stand, anna)
    await anna.send("/my")
    await anna.expect("Ваши записи")


async def test_without_an_account_there_is_nothing_to_lock(stand: Stand) -> None:
    boris = stand.box.person("Анна")
    await boris.start()
    await boris.expect("Здравствуйте")
    await boris.press("Настройки")
    await boris.press("🔒 PIN-код")
    await boris.expect("Пока защищать нечего")
    assert len(boris.buttons) == 2


async def test_a_wrong_pin_is_one_try_although_telegram_did_not_answer(stand: Stand, anna: Actor) -> None:
    await lock(stand, anna)
    await anna.send("/my")
    await anna.expect("Здесь личное")
    for key in "5555":
        await anna.press(key)
    stand.box.faults.order("editMessageText", "500", count=8)
    await anna.press("✓", timeout=60)
    await anna.expect("Осталось 4 попытки", timeout=60)
    assert stand.rows("SELECT pin_failures FROM account") == [(1,)]
    stand.box.violations.clear()  # by then the press may be too old to be answered


async def test_the_lock_speaks_english(stand: Stand, anna: Actor) -> None:
    await anna.send("/settings")
    await anna.press("English")
    await anna.expect("Settings")
    since = await lock(stand, anna)
    await anna.send("/my")
    await anna.expect("This is personal")
    await tap(anna, "5555")
    await anna.expect("This is not the right PIN. 4 tries are left.")
    await anna.press("Forgot the PIN?")
    await anna.expect("Your visits stay as they are")
    await anna.press("Back")
    await anna.expect("This is personal")
    stand.box.forward(starts_at(stand) - stand.box.clock.now() - timedelta(hours=3) + SECOND)
    reminder = await anna.expect("You see a doctor soon")
    assert buttons(reminder) == ["Open"]
    assert_nothing_personal(stand, anna, since)
    await anna.press("Open")
    await anna.send(PIN)
    await anna.expect("Patient: Смирнова Анна Петровна")
