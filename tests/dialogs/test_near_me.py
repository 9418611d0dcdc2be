"""Clinics near a place, filtered and in order: what the chat shows and what is kept of it."""

from storage.geography import Point
from storage.seals import SEALS
from tests.telegram import Line, Someone
from tests.world import NOW

KREMLIN = Point(55.752, 37.6175)


async def more_clinics(line: Line) -> None:
    """Open seven more clinics in Moscow, each a kilometre further north, hospitals among them."""

    def fill(tx) -> None:
        tx.execute("UPDATE facility SET latitude = 55.752, longitude = 37.6175 WHERE id = 1")
        tx.execute("UPDATE facility SET latitude = 43.1155, longitude = 131.8855 WHERE id = 2")
        for number in range(3, 10):
            tx.execute(
                "INSERT INTO facility (id, code, region_code, name, kind, audience, town, address, phone,"
                " timezone, latitude, longitude, official_code, is_demo, rating_sum, rating_count)"
                " VALUES (:id, :id, 'RU-MOW', :name, :kind, 'all', 'Москва', 'ул. Мира, 1', '',"
                " 'Europe/Moscow', :latitude, 37.6175, '', 1, :sum, 10)",
                {
                    "id": number,
                    "name": f"Клиника № {10 - number}",
                    "kind": "hospital" if number % 2 else "centre",
                    "latitude": 55.752 + (number - 2) * 0.009,
                    "sum": 30 + number * 2,
                },
            )
            tx.execute(
                "INSERT INTO schedule (id, doctor_id, facility_id, specialty_id, region_code, room)"
                " VALUES (:id, :doctor, :facility, 2, 'RU-MOW', '1')",
                {"id": 100 + number, "doctor": 1 + number % 3, "facility": number},
            )
            tx.execute(
                "INSERT INTO schedule (id, doctor_id, facility_id, specialty_id, region_code, room)"
                " VALUES (:id, :doctor, :facility, 1, 'RU-MOW', '1')",
                {"id": 200 + number, "doctor": 1 + number % 3, "facility": number},
            )

    await line.world.database.write(fill)


async def at_the_clinics(line: Line) -> Someone:
    await more_clinics(line)
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    return anna


def clinics(anna: Someone) -> list[str]:
    return [label for label in anna.buttons if label.startswith(("Клиника", "Поликлиника №"))]


async def send_place(line: Line, anna: Someone, point: Point) -> None:
    await anna.share_location(point.latitude, point.longitude)
    await line.work()


async def test_a_place_finds_the_region_and_the_nearest_clinics_with_distances(line: Line) -> None:
    await more_clinics(line)
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("📍 Рядом со мной")
    assert "Отправить, где я" in str(anna.chat.reply_keyboard)
    await send_place(line, anna, Point(55.75201, 37.61751))
    assert anna.chat.reply_keyboard is None
    assert clinics(anna)[:3] == ["Поликлиника № 1 · 50 м", "Клиника № 7 · 1,0 км", "Клиника № 6 · 2,0 км"]
    assert "📍 рядом ×" in anna.buttons
    assert " · 1,0 км · ★ 3,6" in anna.text
    await anna.press("📍 рядом ×")
    assert clinics(anna)[0] == "Клиника № 1"
    await anna.press("‹ Назад")
    assert "Приморский край" in anna.buttons
    assert line.violations() == []


async def test_a_place_sent_without_being_asked_for_is_understood_in_both_lists(line: Line) -> None:
    await more_clinics(line)
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await send_place(line, anna, Point(43.1, 131.9))
    assert clinics(anna)[0].startswith("Поликлиника № 2 · ")
    assert "6" in clinics(anna)[1]  # thousands of kilometres away, and still said
    await anna.press("‹ Назад")
    await anna.press("Москва")
    assert clinics(anna)[0] == "Клиника № 1 · 6\xa0414 км"  # of the region that was chosen
    await anna.press("📍 рядом ×")
    await send_place(line, anna, KREMLIN)
    assert clinics(anna)[0] == "Поликлиника № 1 · 50 м"


async def test_back_from_the_question_leads_to_the_list(line: Line) -> None:
    anna = await at_the_clinics(line)
    await anna.press("📍 Рядом со мной")
    await anna.send("кардиолог")
    assert "Жду место" in anna.text
    await anna.send("Назад")
    assert clinics(anna)[0] == "Клиника № 1"
    assert anna.chat.reply_keyboard is None


async def test_what_was_near_is_gone_with_the_conversation(line: Line) -> None:
    await line.world.patient(1001)
    anna = await at_the_clinics(line)
    await send_place(line, anna, KREMLIN)
    await anna.press("🏠 В начало")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    assert "📍 рядом ×" not in anna.buttons
    (kept,) = await line.world.rows("SELECT preferences FROM account")
    assert kept == (None,)


async def test_filters_are_chips_that_a_press_takes_off(line: Line) -> None:
    anna = await at_the_clinics(line)
    await anna.press("🔎 Фильтры")
    await anna.press("Больницы")
    await anna.press("Рейтинг от 4,5")
    await anna.press("Рейтинг", message=anna.screen)
    await anna.press("✅ Показать")
    assert clinics(anna) == ["Клиника № 1"]
    await anna.press("★ от 4,5 ×")
    assert clinics(anna) == ["Клиника № 1", "Клиника № 3", "Клиника № 5", "Клиника № 7"]
    await anna.press("Больницы ×")
    assert len(clinics(anna)) == 5


async def test_a_specialty_and_a_typed_day_leave_those_that_are_free_then(line: Line) -> None:
    anna = await at_the_clinics(line)
    await anna.press("🔎 Фильтры")
    await anna.send("3.06")
    assert "✓ Есть завтра" in anna.buttons
    await anna.press("🩺 Любая специальность")
    await anna.send("терап")
    await anna.press("Терапевт")
    assert "🩺 Терапевт" in anna.buttons
    await anna.press("✅ Показать")
    assert clinics(anna) == ["Поликлиника № 1"]
    assert {"Терапевт ×", "Вт 3 июн ×"} <= set(anna.buttons)


async def test_where_nothing_is_left_it_says_what_asks_too_much(line: Line) -> None:
    anna = await at_the_clinics(line)
    await anna.press("🔎 Фильтры")
    await anna.press("Больницы")
    await anna.press("Есть завтра")
    await anna.press("✅ Показать")
    assert clinics(anna) == []
    assert "Больницы, Вт 3 июн" in anna.text
    await anna.press("Убрать все фильтры")
    assert len(clinics(anna)) == 5


async def test_filters_are_kept_for_the_next_time_and_sealed(line: Line) -> None:
    await line.world.patient(1001)
    anna = await at_the_clinics(line)
    await anna.press("🔎 Фильтры")
    await anna.press("Больницы")
    await anna.press("Рейтинг", message=anna.screen)
    await anna.send("/start")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    assert "Больницы ×" in anna.buttons
    ((kept,),) = await line.world.rows("SELECT preferences FROM account")
    assert b"hospital" not in kept
    assert "account.preferences" in {seal.name for seal in SEALS}


async def test_before_registration_they_are_in_the_conversation_alone(line: Line) -> None:
    anna = await at_the_clinics(line)
    await anna.press("🔎 Фильтры")
    await anna.press("Больницы")
    await anna.send("/start")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    assert "Больницы ×" not in anna.buttons


async def test_a_kept_day_that_is_over_is_no_filter_any_more(line: Line) -> None:
    await line.world.patient(1001)
    anna = await at_the_clinics(line)
    await anna.press("🔎 Фильтры")
    await anna.press("Есть сегодня")
    line.world.clock.at = NOW.replace(day=4)
    await anna.send("/start")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    assert not [label for label in anna.buttons if label.endswith("×")]


async def test_the_pages_of_a_filtered_list_show_each_clinic_once(line: Line) -> None:
    anna = await at_the_clinics(line)
    await send_place(line, anna, KREMLIN)
    seen = clinics(anna)
    await anna.press("›", message=anna.screen)
    seen += clinics(anna)
    assert len(seen) == len(set(seen)) == 8
    assert "›" not in anna.buttons


async def test_a_forged_filter_changes_nothing(line: Line) -> None:
    anna = await at_the_clinics(line)
    await anna.press("🔎 Фильтры")
    for label in ("Больницы", "Есть завтра", "А–Я"):
        data = anna.data_of(label)
        for value in ("'; DROP TABLE facility", "9" * 60, ""):
            await anna.press_raw(anna.screen, data.rsplit(":", 1)[0] + ":" + value)
    await anna.press("✅ Показать")
    assert len(clinics(anna)) == 5


async def test_near_is_typed_in_place_of_the_button_in_both_lists(line: Line) -> None:
    await more_clinics(line)
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.send("Рядом")
    assert "Отправить, где я" in str(anna.chat.reply_keyboard)
    await anna.send("назад")
    await anna.press("Москва")
    await anna.send("поблизости!")
    await send_place(line, anna, KREMLIN)
    assert clinics(anna)[0].startswith("Поликлиника № 1")
