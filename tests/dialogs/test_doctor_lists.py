"""Specialties and doctors in the chat: groups, referrals, filters, a doctor's card with a picture."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from clinic import documents, family
from clinic.documents import NewDocument
from documents import portrait
from storage.people import Person
from storage.types import Tx
from tests.telegram import Line, Someone
from tests.world import NOW


async def a_large_clinic(line: Line) -> None:
    """Let the first clinic see people in sixteen specialties of four groups, Chekhov in each."""

    def fill(tx) -> None:
        for number in range(3, 17):
            tx.execute(
                "INSERT INTO specialty (id, code, name_ru, name_en, official_name, group_ru, group_en,"
                " audience, sex, needs_referral, slot_minutes, words_ru, prepare_ru, prepare_en, parent_code)"
                " VALUES (:id, 's' || :id, 'Врач ' || :id, 'Doctor ' || :id, '', :group, :group, :audience,"
                " 'any', :referral, 30, '', '', '', '')",
                {
                    "id": number,
                    "group": ("Зубы", "Нервы")[number % 2],
                    "audience": "child" if number == 5 else "all",
                    "referral": number == 4,
                },
            )
            tx.execute("INSERT INTO schedule VALUES (:id, 1, 1, :specialty, 'RU-MOW', '1')",
                       {"id": 100 + number, "specialty": number})  # fmt: skip

    await line.world.database.write(fill)


async def at_the_clinic(line: Line) -> Someone:
    anna = line.person("Анна")
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    return anna


async def test_where_there_are_many_the_groups_come_first(line: Line) -> None:
    await a_large_clinic(line)
    anna = await at_the_clinic(line)
    assert {"Общие · 1", "Зубы · 7", "Нервы · 7"} <= set(anna.buttons)
    await anna.press("Зубы · 7")
    assert "Врач 4 · нет мест" in anna.buttons
    assert "• Врач 4 📄" in anna.text
    assert "📄 обычно по направлению" in anna.text
    await anna.press("📋 Все врачи")
    assert "Терапевт · Пн 2 июн" in anna.buttons
    await anna.press("‹ Назад")
    await anna.send("врач 15")
    assert "Врач 15 · нет мест" in anna.buttons
    await anna.press("Показать все")
    assert len([label for label in anna.buttons if " · " in label]) == 6


async def test_few_are_listed_at_once(line: Line) -> None:
    await line.world.database.write(
        lambda tx: tx.execute("INSERT INTO schedule VALUES (4, 1, 1, 2, 'RU-MOW', '216')")
    )
    anna = await at_the_clinic(line)
    assert "<b>" not in anna.text
    assert "Общие\n• Терапевт" in anna.text
    assert "Сердце\n• Кардиолог" in anna.text


async def test_a_child_sees_childrens_doctors_first_and_the_others_are_there_too(line: Line) -> None:
    await a_large_clinic(line)
    anna = line.person("Анна")
    await line.world.patient(1001)
    child = Person("Смирнова", "Мария", "", date(2018, 3, 1))
    await family.add_child(line.world.database, 1001, 77, child, NOW)
    await line.world.database.write(
        lambda tx: tx.execute("UPDATE specialty SET audience = 'adult' WHERE group_ru = 'Нервы' AND id <> 5")
    )
    await anna.start()
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Мария С.")
    await anna.press("Москва")
    await anna.press("Нервы · 7")
    assert anna.text.index("Нервы") < anna.text.index("Врач 5") < anna.text.index("Обычно для других")
    assert "Врач 11" in anna.text


async def test_a_referral_is_asked_for_and_both_ways_lead_on(line: Line) -> None:
    await a_large_clinic(line)
    anna = await at_the_clinic(line)
    await anna.send("врач 4")
    await anna.press("Врач 4 · нет мест")
    assert "обычно нужно направление" in anna.text
    await anna.press("Сначала: терапевт")
    assert "Выберите врача" in anna.text
    await anna.press("‹ Назад")
    assert "обычно нужно направление" in anna.text
    await anna.send("да")
    assert "нет свободного времени" in anna.text
    await anna.press("‹ Назад")
    await anna.send("нет")
    assert "Выберите врача" in anna.text


async def test_who_has_stored_a_referral_is_not_asked(line: Line) -> None:
    await a_large_clinic(line)
    patient = await line.world.patient(1001)
    file = NewDocument(patient.id, "referral", "image/png", "направление.png", b"content", "1")
    await documents.add(line.world.database, 1001, file, NOW)
    anna = await at_the_clinic(line)
    await anna.send("врач 4")
    await anna.press("Врач 4 · нет мест")
    assert "нужно направление" not in anna.text


async def doctors(line: Line) -> Someone:
    """Make Bulgakov young and well rated, and let a woman see people too."""

    def fill(tx) -> None:
        tx.execute(
            "UPDATE doctor SET practising_since = 2022, rating_sum = 47, rating_count = 10 WHERE id = 2"
        )
        tx.execute("UPDATE doctor SET rating_sum = 40, rating_count = 10 WHERE id = 1")
        tx.execute(
            "INSERT INTO doctor (id, code, surname, given_name, patronymic, sex, category, education,"
            " practising_since, languages) VALUES (9, 'd9', 'Гедройц', 'Вера', 'Игнатьевна', 'female',"
            " 'высшая категория', 'Лозаннский университет, 1898', 2004, 'ru fr lv')"
        )
        tx.execute("INSERT INTO schedule VALUES (9, 9, 1, 1, 'RU-MOW', '217')")

    await line.world.database.write(fill)
    anna = await at_the_clinic(line)
    assert "Выберите врача" in anna.text
    return anna


def names(anna: Someone) -> list[str]:
    found = ("Чехов", "Булгаков", "Гедройц")
    return [name for name in found if any(label.startswith(name) for label in anna.buttons)]


async def test_doctors_are_filtered_by_experience_sex_rating_and_soon(line: Line) -> None:
    anna = await doctors(line)
    assert names(anna) == ["Чехов", "Булгаков", "Гедройц"]
    assert "Гедройц Вера Игнатьевна: высшая категория, стаж 21 год" in anna.text
    assert "стаж 3 года · ★ 4,7" in anna.text
    for label, chip, left in (
        ("Стаж от 5 лет", "Стаж от 5 лет ×", ["Чехов", "Гедройц"]),
        ("Женщина", "Женщина ×", ["Гедройц"]),
        ("Рейтинг от 4,5", "★ от 4,5 ×", ["Булгаков"]),
        ("Есть за неделю", "Есть за неделю ×", ["Чехов", "Булгаков"]),
    ):
        await anna.press("🔎 Фильтры")
        await anna.press(label)
        await anna.press("✅ Показать")
        assert names(anna) == left, label
        await anna.press(chip)
        assert len(names(anna)) == 3


async def test_filters_that_leave_nobody_are_named_and_dropped_in_one_press(line: Line) -> None:
    anna = await doctors(line)
    await anna.press("🔎 Фильтры")
    await anna.press("Женщина")
    await anna.press("Есть за 3 дня")
    await anna.press("✅ Показать")
    assert names(anna) == []
    assert "Есть за 3 дня, Женщина" in anna.text
    await anna.press("Убрать все фильтры")
    assert len(names(anna)) == 3


async def test_doctor_filters_are_kept_for_the_next_time(line: Line) -> None:
    await line.world.patient(1001)
    anna = await doctors(line)
    await anna.press("🔎 Фильтры")
    await anna.press("Женщина")
    anna = await at_the_clinic(line)
    assert names(anna) == ["Гедройц"]


async def test_the_nearest_time_comes_first_whatever_is_filtered(line: Line) -> None:
    anna = await doctors(line)
    await line.world.database.write(
        lambda tx: tx.execute(
            "UPDATE slot SET status = 2 WHERE schedule_id = 1 AND starts_at < ?",
            (int((NOW + timedelta(days=2)).timestamp()),),
        )
    )
    anna = await at_the_clinic(line)
    labels = [label for label in anna.buttons if label.startswith(("Чехов", "Булгаков"))]
    assert labels == ["Булгаков М. А. · Пн 2 июн 9:00", "Чехов А. П. · Ср 4 июн 9:00"]


async def test_the_card_of_a_doctor_has_a_picture_and_leads_to_the_days(line: Line) -> None:
    anna = await doctors(line)
    await anna.press("Гедройц")
    await anna.press("ℹ️ О враче")
    (window,) = [message for message in anna.chat.newest_first() if "photo" in message]
    for words in (
        "Гедройц Вера Игнатьевна", "Терапевт, высшая категория", "Оценок пока нет",
        "Стаж 21 год (с 2004 года)", "🎓 Лозаннский университет, 1898", "🗣 русский, французский, латышский",
        "🏥 Поликлиника № 1, кабинет 217", "У этого врача сейчас нет свободного времени", "такого врача нет",
    ):  # fmt: skip
        assert words in window["caption"], words
    await anna.press("📅 К дням приёма")
    assert "Гедройц" in anna.text
    assert not [message for message in anna.chat.newest_first() if "photo" in message]
    assert line.violations() == []


async def test_a_picture_is_drawn_once_and_then_sent_by_its_name(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    real = portrait.png

    def noting(letters: str, key: str) -> bytes:
        drawn.append((letters, key))
        return real(letters, key)

    monkeypatch.setattr(portrait, "png", noting)
    anna = await doctors(line)
    for _ in range(3):
        await anna.press("Чехов")
        await anna.press("ℹ️ О враче")
        await anna.press("‹ Назад")
        await anna.press("‹ Назад")
    assert drawn == [("АЧ", "d1")]


def set_photo(photo: str, tx: Tx) -> None:
    tx.execute("UPDATE doctor SET photo = :photo WHERE id = 1", {"photo": photo})


async def test_a_photo_beside_the_store_is_shown_in_place_of_initials(line: Line) -> None:
    folder = line.world.database.path.parent / "photos"
    folder.mkdir()
    content = portrait.png("!", "a photo")
    (folder / "chekhov.png").write_bytes(content)
    (Path(folder).parent / "secret.png").write_bytes(b"no picture of anybody")
    sizes = {}
    anna = await doctors(line)
    for photo in ("chekhov.png", "../secret.png", "gone.png"):
        await line.world.database.write(partial(set_photo, photo))
        await anna.press("Чехов")
        await anna.press("ℹ️ О враче")
        (window,) = [message for message in anna.chat.newest_first() if "photo" in message]
        sizes[photo] = window["photo"][-1]["file_size"]
        await anna.press("‹ Назад")
        await anna.press("‹ Назад")
    assert sizes["chekhov.png"] == len(content)
    assert sizes["../secret.png"] == sizes["gone.png"] == len(portrait.png("АЧ", "d1"))


async def test_a_second_place_of_work_is_on_the_card(line: Line) -> None:
    anna = await doctors(line)
    await line.world.database.write(
        lambda tx: tx.execute("INSERT INTO schedule VALUES (10, 9, 2, 2, 'RU-PRI', '7')")
    )
    await anna.press("Гедройц")
    await anna.press("ℹ️ О враче")
    assert "Также: кардиолог, Поликлиника № 2, кабинет 7" in anna.said()
