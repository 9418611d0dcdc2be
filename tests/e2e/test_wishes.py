"""Wishes in the chat: typed and pressed, said back, taken off; any doctor; the calendar's signs."""

from storage.database import connect
from tests.e2e.conftest import Stand
from tests.e2e.steps import confirm, register


async def at_days(stand: Stand, doctor: str = "Чехов"):
    anna = stand.box.person("Анна")
    await anna.start()
    for label in ("🩺 Записаться к врачу", "Москва", doctor):
        await anna.press(label)
    return anna


def change(stand: Stand, sql: str, *parameters: object) -> None:
    connection = connect(stand.store)
    connection.execute(sql, parameters)
    connection.close()


async def test_a_wish_is_typed_where_the_days_are_and_booked_by(stand: Stand) -> None:
    anna = await at_days(stand)
    await anna.send("по средам после 10:30, пожалуйста")
    await anna.expect("Учёл ваши пожелания.")
    assert "Пожелания: по средам после 10:30. Вне пожеланий ещё" in anna.text
    assert all(label.startswith("Ср") for label in anna.buttons if " · " in label)
    assert "✖️ Ср после 10:30" in anna.buttons
    await anna.press(next(label for label in anna.buttons if label.startswith("Ср")))
    assert [label for label in anna.buttons if ":" in label] == ["10:30", "11:00", "11:30"]
    assert "Вне пожеланий ещё 3 места." in anna.text
    await anna.press("✖️ Без пожеланий")
    assert "9:00" in anna.buttons
    await anna.send("после 11")
    await anna.expect("Пожелания: после 11:00.")
    await anna.press("11:00")
    await register(anna)
    await confirm(anna)
    await anna.expect("Вы записаны")


async def test_a_wish_is_pressed_together_and_taken_off(stand: Stand) -> None:
    anna = await at_days(stand)
    await anna.press("🔎 Пожелания")
    await anna.expect("Когда вам удобно?")
    await anna.press("Утро")
    await anna.press("Вт")
    assert "Сейчас: по вторникам до 12:00." in anna.text
    assert "Ближайшее подходящее: Вт" in anna.text
    await anna.press("➕ Или ещё одно")
    await anna.press("Чт")
    assert "по вторникам до 12:00 или по четвергам" in anna.text
    await anna.press("⏱ не раньше чем через…")
    assert "не раньше чем через 3 часа" in anna.text
    await anna.press("✅ Показать время")
    assert {label[:2] for label in anna.buttons if " · " in label} == {"Вт", "Чт"}
    await anna.press(next(label for label in anna.buttons if label.startswith("✖️")))
    assert {"Пн", "Ср"} & {label[:2] for label in anna.buttons if " · " in label}
    assert "Пожелания:" not in anna.text


async def test_where_nothing_fits_it_is_said_how_much_there_is_without_wishes(stand: Stand) -> None:
    anna = await at_days(stand)
    await anna.send("после 20")
    await anna.expect("По пожеланиям свободного времени нет.")
    assert "Вне пожеланий ещё" in anna.text
    await anna.press("✖️ после 20")
    assert "Выберите день" in anna.text


async def test_any_doctor_of_the_clinic_has_times_that_say_whose_they_are(stand: Stand) -> None:
    anna = await at_days(stand)
    await anna.press("👥 Любой врач")
    assert "Терапевт, любой врач" in anna.text
    await anna.press(next(label for label in anna.buttons if " · 12" in label))
    assert {"9:00 Чехов А.", "9:00 Булгаков М."} <= set(anna.buttons)
    await anna.press("9:30 Булгаков М.")
    await register(anna)
    assert "Булгаков" in anna.text
    await confirm(anna)
    await anna.expect("Вы записаны")


async def test_a_doctor_is_left_out_of_any(stand: Stand) -> None:
    anna = await at_days(stand)
    await anna.press("🔎 Пожелания")
    await anna.press("👥 Врачи и клиники")
    await anna.press("Чехов А. П.")
    assert "✓ Чехов А. П." in anna.buttons
    await anna.press("✓ Чехов А. П.")
    assert "✕ Чехов А. П." in anna.buttons
    await anna.press("✅ Показать время")
    assert "любой врач" in anna.text
    await anna.press(next(label for label in anna.buttons if " · " in label and ":" not in label))
    assert not [label for label in anna.buttons if "Чехов" in label]
    assert [label for label in anna.buttons if "Булгаков" in label]


async def test_the_calendar_tells_full_few_and_closed_days_apart(stand: Stand) -> None:
    change(stand, "UPDATE slot SET status = 2 WHERE schedule_id = 1 AND starts_at % 3600 = 0")
    last = stand.rows("SELECT starts_at FROM slot WHERE schedule_id = 1 ORDER BY starts_at DESC LIMIT 6")
    change(stand, "UPDATE slot SET status = 3 WHERE schedule_id = 1 AND starts_at >= ?", last[-1][0])
    anna = await at_days(stand)
    await anna.press("📅 Другая дата")
    assert "! — мало, до трёх" in anna.text
    assert "Расписание есть по" in anna.text
    while forth := [label for label in anna.buttons if label.endswith("›")]:
        await anna.press(forth[0])
    await anna.press("?", message=anna.screen)
    assert "запись ещё не открыта" in anna.text


async def test_another_doctor_keeps_the_day_and_the_wish(stand: Stand) -> None:
    anna = await at_days(stand)
    await anna.send("после 10:30")
    await anna.expect("Учёл ваши пожелания.")
    await anna.press(next(label for label in anna.buttons if label.startswith("Ср")))
    day = next(line for line in anna.text.splitlines() if line.startswith("Среда"))
    await anna.press("👤 Другой врач")
    assert "Сначала те, у кого есть время на среду" in anna.text
    label = next(label for label in anna.buttons if label.startswith("Булгаков"))
    assert " · Ср" in label
    assert label.endswith("10:30")
    await anna.press(label)
    assert "Булгаков" in anna.text
    assert day in anna.text
    assert [label for label in anna.buttons if ":" in label] == ["10:30", "11:00", "11:30"]
    await anna.press("‹ Назад")
    await anna.press("👥 Любой врач")
    assert day in anna.text
    assert "10:30 Чехов А." in anna.buttons


async def test_a_wish_without_dates_holds_next_time_until_it_is_taken_off(stand: Stand) -> None:
    anna = await at_days(stand)
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await confirm(anna)
    await anna.expect("Вы записаны")
    for number in range(3):
        await anna.send("/book")
        await anna.expect("Где вам нужен врач?")
        await anna.press("Москва")
        if number == 0:
            await anna.press("👥 Любой врач")
            await anna.send("по средам после 10:30")
            await anna.expect("Учёл ваши пожелания.")
        elif number == 1:
            assert "Пожелания: по средам после 10:30." in anna.text
            assert "10:30" in next(label for label in anna.buttons if label.startswith("⚡"))
            await anna.press("✖️ Ср после 10:30")
        else:
            assert "Пожелания" not in anna.text
    ((sealed,),) = stand.rows("SELECT count(preferences) FROM account")
    assert sealed == 0


async def test_while_moving_a_wish_is_typed_too_and_is_not_for_next_time(stand: Stand) -> None:
    anna = await at_days(stand)
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await confirm(anna)
    await anna.expect("Вы записаны")
    await anna.expect_document(1)
    await anna.press("✏️ Изменить")
    await anna.press("🔁 Перенести")
    if "Почему переносите" in anna.text:
        await anna.press("Болею")
    await anna.send("по пятницам после 11")
    await anna.expect("Учёл ваши пожелания.")
    assert {label[:2] for label in anna.buttons if " · " in label} == {"Пт"}
    await anna.press(next(label for label in anna.buttons if label.startswith("Пт")))
    await anna.press("11:30")
    await anna.press("✅ Перенести")
    await anna.expect("Приём перенесён")
    assert stand.rows("SELECT preferences FROM account") == [(None,)]
