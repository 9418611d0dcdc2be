"""The waiting list through the chat: joined, offered in turn, taken, missed, moved, told of daily."""

import asyncio
import os
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from locales import translator
from sandbox.actor import Actor
from sandbox.transcript import words
from storage.database import connect
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, open_visit, starts_at

HOUR = timedelta(hours=1)
ROOT = Path(__file__).parents[2]


def change(stand: Stand, statement: str, *values: object) -> None:
    """Change the clinic behind the bot's back, as staff would."""
    connection = connect(stand.store)
    connection.execute(statement, values)
    connection.close()


async def to_dead_end(person: Actor) -> None:
    """Go to a doctor in Moscow who has no times."""
    await person.press("🩺 Записаться к врачу")
    await person.press("Москва")
    await person.press("Чехов")


def somebody(stand: Stand, name: str) -> Actor:
    """Find a person of the sandbox, or let one in."""
    try:
        return stand.box.person(name)
    except KeyError:
        phone = f"7999000{2000 + len(stand.box.world.chats)}"
        return stand.box.join(first_name=name, phone_number=phone, language_code="ru")


async def join_as_somebody_new(stand: Stand, name: str) -> Actor:
    """Come to a doctor without times, join the waiting list for the clinic's doctors, register meanwhile."""
    person = somebody(stand, name)
    await person.start()
    await person.expect("Здравствуйте!")
    await to_dead_end(person)
    await person.expect("нажмите «🔔 Сообщить мне»")
    await person.press("🔔 Сообщить мне")
    await person.expect("Где: Чехов А. П.")
    await person.press("👥 Другой врач или клиника")
    await person.expect("Где: Поликлиника № 1")
    assert "предложу его первому" in person.text
    await person.press("⚡ Спросить или сразу записать")
    await person.press("⚡ Записать, за 2 дня и более")
    await person.expect("запишу на него первого в листе")
    await person.press("⚡ Спросить или сразу записать")
    await person.press("🙋 Сначала спросить меня")
    await person.expect("предложу его первому")
    await person.press("✅ Встать в лист ожидания")
    await person.expect("Чтобы занять место в листе")
    await person.press("✅ Даю согласие")
    await person.expect("Нажмите внизу кнопку")
    await person.share_contact()
    await person.expect("Сначала о вас")
    await person.send(f"Смирнова {name} Петровна")
    await person.expect("Дата рождения?")
    await person.send("15.04.1986")
    await person.expect("Всё верно?")
    await person.press("✅ Всё верно")
    await person.expect("-й в листе ожидания")
    return person


async def with_a_visit(stand: Stand) -> Actor:
    """Let somebody have a visit whose time others want; everything else is gone."""
    olga = somebody(stand, "Ольга")
    await book_nearest(olga)
    change(stand, "UPDATE slot SET status = 3 WHERE status = 0")
    return olga


def make_it_far(stand: Stand) -> datetime:
    """Put the only visit a week ahead, at noon, so that nothing about it is near."""
    ((slot, at),) = stand.rows(
        "SELECT id, starts_at FROM slot WHERE schedule_id = 1 AND starts_at > ? ORDER BY starts_at LIMIT 1",
        int((stand.box.clock.now() + timedelta(days=8)).timestamp()),
    )
    change(stand, "UPDATE slot SET status = 3 WHERE id = (SELECT slot_id FROM appointment)")
    change(stand, "UPDATE slot SET status = 2 WHERE id = ?", slot)
    change(
        stand,
        "UPDATE appointment SET slot_id = ?, starts_at = ?, ends_at = ?, first_starts_at = ?",
        slot, at, at + 1800, at,
    )  # fmt: skip
    return datetime.fromtimestamp(at, stand.box.clock.now().tzinfo)


async def cancel(person: Actor) -> None:
    await open_visit(person)
    await person.press("❌ Отменить")
    if "Почему отменяете" in person.text:
        await person.press("Изменились планы")
    await person.press("❌ Да, отменить")
    await person.expect("Запись отменена")


async def test_joined_at_a_dead_end_offered_in_turn_and_taken(stand: Stand) -> None:
    olga = await with_a_visit(stand)
    make_it_far(stand)
    anna = await join_as_somebody_new(stand, "Анна")
    await anna.expect("Вы 1-й")
    vera = await join_as_somebody_new(stand, "Вера")
    await vera.expect("Вы 2-й")
    await cancel(olga)
    offer = (await anna.expect("Освободилось время"))["text"]
    assert "Чехов Антон Павлович" in offer
    assert "Держу его для вас до" in offer
    assert "Освободилось" not in vera.describe()
    await anna.press("Не подходит")
    await anna.expect("В листе ожидания вы по-прежнему 1-й")
    await vera.expect("Освободилось время")
    await vera.press_twice("✅ Беру")
    await vera.expect("Вы записаны.")
    await vera.expect_document(1)
    assert stand.rows("SELECT count(*) FROM appointment WHERE status = 1") == [(1,)]
    await vera.send("/start")
    await vera.expect("Ближайший приём")
    assert "🔔 Лист ожидания" not in vera.buttons
    await anna.send("/start")
    await anna.expect("Здравствуйте!")
    await anna.press("🔔 Лист ожидания")
    await anna.expect("вы 1-й из 1")


async def test_a_missed_offer_is_marked_and_goes_on_after_a_restart_too(stand: Stand) -> None:
    olga = await with_a_visit(stand)
    make_it_far(stand)
    anna = await join_as_somebody_new(stand, "Анна")
    vera = await join_as_somebody_new(stand, "Вера")
    await cancel(olga)
    await anna.expect("Освободилось время")
    await stand.restart()
    stand.box.forward(HOUR - timedelta(minutes=1))
    assert stand.rows("SELECT count(*) FROM waiting_offer") == [(1,)]
    anna._mark()
    vera._mark()
    stand.box.forward(timedelta(minutes=1, seconds=2))
    await vera.expect("Освободилось время")
    gone = words(await anna.expect("больше не держу для вас: предлагаю следующему"))
    assert re.match(r"Время \d+ [а-я]+ \d+:\d\d больше", gone)
    assert stand.rows("SELECT count(*) FROM waiting_offer WHERE state = 0") == [(1,)]
    await vera.press("✅ Беру")
    await vera.expect("Вы записаны.")


async def test_an_old_button_tells_how_it_stands(stand: Stand) -> None:
    olga = await with_a_visit(stand)
    make_it_far(stand)
    anna = await join_as_somebody_new(stand, "Анна")
    vera = await join_as_somebody_new(stand, "Вера")
    await cancel(olga)
    message = await anna.expect("Освободилось время")
    ((offer,),) = stand.rows("SELECT id FROM waiting_offer")
    await anna.press("Не подходит")
    await vera.expect("Освободилось время")
    said = await anna.press_raw(message, f"w:take:{offer}")
    assert "предложу следующему" in said.answer
    await vera.press_raw(await vera.expect("Освободилось время"), f"w:take:{offer}")
    assert stand.rows("SELECT count(*) FROM appointment WHERE status = 1") == [(0,)]


async def test_sooner_moves_the_visit_and_keeps_its_number(stand: Stand) -> None:
    anna = await with_a_visit(stand)
    make_it_far(stand)
    ((number,),) = stand.rows("SELECT number FROM appointment")
    ((visit,),) = stand.rows("SELECT id FROM appointment")
    await anna.press_raw(anna.photos[0], f"v:change:{visit}")
    await anna.expect("Что сделать?")
    await anna.press("⏩ Раньше, если освободится")
    check = words(await anna.expect("Ваше нынешнее время остаётся за вами"))
    last = starts_at(stand).astimezone(ZoneInfo("Europe/Moscow")).date()
    assert f"Жду до {translator('ru').bare_day(last)}" in check
    await anna.press("✅ Встать в лист ожидания")
    await anna.expect("Вы 1-й в листе ожидания")
    ((early,),) = stand.rows(
        "SELECT id FROM slot WHERE schedule_id = 1 AND starts_at > ? ORDER BY starts_at LIMIT 1",
        int((stand.box.clock.now() + timedelta(days=3)).timestamp()),
    )
    await free(stand, early)
    offer = (await anna.expect("Освободилось время"))["text"]
    assert "Сейчас вы записаны на" in offer
    await anna.press("✅ Беру")
    await anna.expect("Запись перенесена.")
    assert stand.rows("SELECT number, slot_id, status FROM appointment") == [(number, early, 1)]
    await anna.expect_document(2)


async def free(stand: Stand, slot: int) -> None:
    """Let a closed time be free, as a cancel by somebody else makes it."""
    from storage import times
    from storage.states import SlotStatus

    await stand.app.database.write(
        lambda tx: (times.take(tx, slot, SlotStatus.FREE, from_status=SlotStatus.UNAVAILABLE), None)[1]
    )


async def test_whoever_wants_it_is_booked_at_once_with_enough_notice(stand: Stand) -> None:
    await with_a_visit(stand)
    make_it_far(stand)
    anna = await join_as_somebody_new(stand, "Анна")
    await anna.press("🔔 Лист ожидания")
    await anna.press("Терапевт")
    await anna.expect("Вы 1-й")
    await anna.press("⚡ Спросить или сразу записать")
    await anna.press("⚡ Записать, за 1 день и более")
    await anna.expect("запишу сразу, не раньше чем через 1 день")
    await anna.press("🕘 Когда удобно")
    await anna.send("после 10:00, кроме воскресенья")
    await anna.expect("Понял: ")
    await anna.press("✅ Готово")
    rows = stand.rows(
        "SELECT id, starts_at FROM slot WHERE schedule_id = 2 AND starts_at > ? ORDER BY starts_at LIMIT 6",
        int((stand.box.clock.now() + timedelta(days=3)).timestamp()),
    )
    await free(stand, rows[0][0])  # nine o'clock
    await free(stand, rows[3][0])
    await anna.expect("Освободилось время, и я вас записал")
    await anna.expect_document(1)
    assert stand.rows(
        "SELECT a.slot_id FROM appointment AS a JOIN waiting AS w ON w.patient_id = a.patient_id"
    ) == [(rows[3][0],)]


async def test_once_a_day_it_says_that_it_watches_in_place_of_yesterdays_word(stand: Stand) -> None:
    await with_a_visit(stand)
    make_it_far(stand)
    anna = await join_as_somebody_new(stand, "Анна")
    anna._mark()
    stand.box.forward(timedelta(days=1))
    await anna.expect("Слежу за листом ожидания")
    assert "вы 1-й из 1. За сутки освободилось 0 времён, подходящих вам: 0" in anna.describe()
    anna._mark()
    stand.box.forward(timedelta(days=1))
    await anna.expect("Слежу за листом ожидания")
    for _ in range(100):
        if anna.describe().count("Слежу за листом ожидания") == 1:
            break
        await asyncio.sleep(0.05)
    assert anna.describe().count("Слежу за листом ожидания") == 1
    await anna.press("🔕 Не писать каждый день")
    assert stand.rows("SELECT is_off FROM waiting_watch") == [(1,)]
    stand.box.forward(timedelta(days=1))
    await anna.press("🔔 Лист ожидания")
    await anna.expect("вы 1-й из 1")
    assert "🔔 Писать каждый день" in anna.buttons


async def test_the_end_is_told_with_its_reason_and_what_to_do(stand: Stand) -> None:
    await with_a_visit(stand)
    make_it_far(stand)
    anna = await join_as_somebody_new(stand, "Анна")
    await anna.press("🔔 Лист ожидания")
    await anna.press("Терапевт")
    await anna.press("📅 До какого дня ждать")
    await anna.press("Неделя")
    await anna.expect("Жду до")
    anna._mark()
    stand.box.forward(timedelta(days=7, seconds=5))
    await anna.expect("Срок ожидания вышел")
    await anna.press("🩺 Записаться к врачу")


async def test_leaving_gives_the_place_up(stand: Stand) -> None:
    await with_a_visit(stand)
    make_it_far(stand)
    anna = await join_as_somebody_new(stand, "Анна")
    vera = await join_as_somebody_new(stand, "Вера")
    await anna.send("/start")
    await anna.expect("Здравствуйте")
    await anna.send("хочу выйти из листа ожидания")
    await anna.press("Терапевт")
    await anna.press("🚪 Выйти из листа")
    await anna.expect("Сейчас вы 1-й")
    await anna.send("да")
    await anna.expect("Вы вышли из листа")
    await vera.send("/start")
    await vera.expect("Здравствуйте!")
    await vera.press("🔔 Лист ожидания")
    await vera.expect("вы 1-й из 1")


async def test_in_english_too(stand: Stand) -> None:
    olga = await with_a_visit(stand)
    make_it_far(stand)
    emily = stand.box.person("Emily")
    await emily.start()
    await emily.press("🩺 Book a doctor")
    await emily.press("Moscow")
    await emily.press("Чехов")
    await emily.press("🔔 Tell me")
    await emily.press("✅ Join the list")
    await emily.press("✅ I agree")
    await emily.expect("Press the button")
    await emily.share_contact()
    await emily.expect("First about yourself")
    await emily.send("Brown Emily")
    await emily.expect("Date of birth?")
    await emily.send("15.04.1986")
    await emily.press("✅ Everything is right")
    await emily.expect("You are No. 1 in the waiting list")
    await cancel(olga)
    await emily.expect("A time got free")
    await emily.press("✅ I take it")
    await emily.expect("Booked.")


async def tap(person: Actor, pin: str = "4071") -> None:
    for key in (*pin, "✓"):
        await person.press(key)


async def test_a_locked_chat_is_told_without_details_and_answers_after_the_pin(stand: Stand) -> None:
    olga = await with_a_visit(stand)
    make_it_far(stand)
    anna = await join_as_somebody_new(stand, "Анна")
    await anna.send("/settings")
    await anna.expect("Настройки")
    await anna.press("🔒 PIN-код")
    await anna.press("Поставить PIN-код")
    await tap(anna)
    await anna.expect("ещё раз")
    await tap(anna)
    await anna.expect("PIN-код включён")
    stand.box.forward(timedelta(minutes=6))
    anna._mark()
    await cancel(olga)
    text = (await anna.expect("Освободилось время"))["text"]
    assert "Чехов" not in text
    assert "рапевт" not in text
    await anna.press("Открыть")
    await anna.expect("PIN")
    await tap(anna)
    await anna.expect("Чехов Антон Павлович")
    await anna.press("✅ Беру")
    await anna.expect("Вы записаны.")
    assert stand.rows("SELECT count(*) FROM appointment WHERE status = 1") == [(1,)]


async def test_a_second_visit_to_the_specialty_is_asked_about_and_can_be_meant(stand: Stand) -> None:
    anna = await with_a_visit(stand)
    make_it_far(stand)
    await anna.send("/start")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("Булгаков")
    await anna.press("🔔 Сообщить мне")
    await anna.press("✅ Встать в лист ожидания")
    await anna.expect("Вы 1-й")
    ((slot,),) = stand.rows(
        "SELECT id FROM slot WHERE schedule_id = 2 AND starts_at > ? ORDER BY starts_at LIMIT 1",
        int((stand.box.clock.now() + timedelta(days=4)).timestamp()),
    )
    await free(stand, slot)
    await anna.expect("Освободилось время")
    await anna.press("✅ Беру")
    await anna.expect("Всё равно взять это время?")
    await anna.send("да")
    await anna.expect("Вы записаны.")
    assert stand.rows("SELECT count(*) FROM appointment WHERE status = 1") == [(2,)]


async def test_a_specialty_that_is_not_seen_here_can_be_waited_for(stand: Stand) -> None:
    anna = await with_a_visit(stand)
    change(
        stand,
        "INSERT INTO specialty (id, code, name_ru, name_en, official_name, group_ru, group_en, audience, sex,"
        " needs_referral, slot_minutes, words_ru, prepare_ru, prepare_en) VALUES"
        " (9, 'nephrologist', 'Нефролог', 'Nephrologist', '', '', '', 'all', 'any', 0, 30, 'почки', '', '')",
    )
    change(
        stand,
        "INSERT INTO schedule (id, doctor_id, facility_id, specialty_id, region_code, room)"
        " VALUES (9, 3, 1, 2, 'RU-MOW', '1')",
    )
    await anna.send("/start")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.expect("Какой врач вам нужен")
    await anna.send("почки")
    await anna.press("🔔 Нет такого врача")
    await anna.press("Нефролог")
    await anna.expect("Где: все клиники, Москва")
    await anna.press("✅ Встать в лист ожидания")
    await anna.expect("Вы 1-й в листе ожидания")
    assert stand.rows("SELECT reason, specialty_id, facility_id FROM waiting") == [("no_specialist", 9, None)]


async def test_who_waits_is_offered_a_time_that_was_imported(stand: Stand, tmp_path: Path) -> None:
    change(stand, "UPDATE slot SET status = 3")
    anna = await join_as_somebody_new(stand, "Анна")
    day = (stand.box.clock.now() + timedelta(days=3)).astimezone(ZoneInfo("Europe/Moscow")).date()
    (tmp_path / "times.csv").write_text(
        f"doctor;facility;specialty;days;from;to;minutes\nd1;m1;therapist;{day};15:00;15:30;30\n"
    )
    importing = await asyncio.create_subprocess_exec(
        sys.executable, "bot.py", "import", str(tmp_path), "--apply",
        cwd=ROOT, env={**os.environ, "DATABASE_URL": stand.config.database_url},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await importing.communicate()
    assert said.decode().startswith("times: 1 new")
    await anna.expect("Освободилось время")
    await anna.expect("15:00")
    await anna.press("✅ Беру")
    await anna.expect("Вы записаны")
