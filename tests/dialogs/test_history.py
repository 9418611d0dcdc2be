"""The history in the chat: its list, filters and card; what is said where nothing is left."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic import documents, family
from clinic.documents import NewDocument
from dialogs.history import turning
from dialogs.states import History, Visits
from locales import LANGUAGES
from storage import outcomes, papers
from storage.people import Person
from tests import past
from tests.dialogs.test_windows import complaints, sample_of, show
from tests.past import past_visit, past_visits
from tests.telegram import Line, Someone
from tests.world import BULGAKOV, CHEKHOV, MOSCOW, NOW, VERESAEV

MASHA = 70


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=ZoneInfo(MOSCOW))


async def anna_with_past(line: Line) -> tuple[Someone, int, list[int]]:
    """Let Anna have a child and four visits; returns her, her patient and the visits, last first."""
    anna = line.person("Анна")
    patient = await line.world.patient(anna.id)
    child = Person("Смирнова", "Мария", "", date(2015, 3, 1))
    masha = await family.add_child(line.world.database, anna.id, MASHA, child, NOW)
    found = await past_visits(
        line.world,
        [
            (patient.id, at(1, 20), CHEKHOV, past.TOOK_PLACE),
            (masha.id, at(4, 2), BULGAKOV, past.CANCELLED),
            (patient.id, at(5, 1), VERESAEV, past.MISSED),
            (patient.id, at(5, 28), BULGAKOV, past.BOOKED),
        ],
    )
    await anna.start()
    return anna, patient.id, found[::-1]


def shown(anna: Someone) -> list[str]:
    """Name the doctors of the list, in its order."""
    return [line.split(", ")[-2] for line in anna.text.splitlines() if line.startswith("•")]


async def test_the_whole_family_is_listed_with_what_became_of_each_visit(line: Line) -> None:
    anna, *_ = await anna_with_past(line)
    await anna.press("📋 Мои записи")
    await anna.press("📚 История")
    assert anna.text.splitlines()[2:] == [
        "• 28.05.2025, 9:00 Анна С., Булгаков М. А., терапевт · прошла",
        "• 01.05.2025, 16:00 Анна С., Вересаев В. В., кардиолог · неявка",
        "• 02.04.2025, 9:00 Мария С., Булгаков М. А., терапевт · отменена",
        "• 20.01.2025, 9:00 Анна С., Чехов А. П., терапевт · завершена",
    ]
    assert anna.buttons[:4] == [
        "28.05.25 · Анна · Булгаков",
        "🚫 01.05.25 · Анна · Вересаев",
        "❌ 02.04.25 · Мария · Булгаков",
        "✅ 20.01.25 · Анна · Чехов",
    ]


async def test_who_has_no_past_is_not_led_to_it_and_is_told_when_asking(line: Line) -> None:
    anna = line.person("Анна")
    await line.world.patient(anna.id)
    await anna.start()
    await anna.press("📋 Мои записи")
    assert "📚 История" not in anna.buttons
    await anna.send("история")
    assert "Прошлых приёмов пока нет" in anna.text


@pytest.mark.parametrize(
    ("typed", "doctors"),
    [
        ("май", ["Булгаков М. А.", "Вересаев В. В."]),
        ("с 1.04 по 2.05", ["Вересаев В. В.", "Булгаков М. А."]),
        ("месяц", ["Булгаков М. А."]),
        ("чехов", ["Чехов А. П."]),
        ("отменённые", ["Булгаков М. А."]),
        ("Мария", ["Булгаков М. А."]),
        ("всё", ["Булгаков М. А.", "Вересаев В. В.", "Булгаков М. А.", "Чехов А. П."]),
    ],
)
async def test_filters_are_typed(line: Line, typed: str, doctors: list[str]) -> None:
    anna, *_ = await anna_with_past(line)
    await anna.send("история")
    await anna.send(typed)
    assert shown(anna) == doctors


async def test_filters_are_chosen_and_taken_off_again(line: Line) -> None:
    anna, *_ = await anna_with_past(line)
    await anna.send("история")
    await anna.press("🔍 Фильтры")
    await anna.press("Полгода")
    await anna.press("🩺 Любой врач")
    await anna.send("булг")
    assert "Найдено по словам «булг»" in anna.text
    await anna.press("Булгаков")
    await anna.press("👤 Вся семья")
    await anna.press("Смирнова Мария")
    assert {"✓ Полгода", "🩺 Булгаков Михаил Афанасьевич", "👤 Мария С."} <= set(anna.buttons)
    await anna.press("✅ Показать")
    assert anna.buttons[:3] == ["Полгода ×", "Булгаков Михаил… ×", "Мария С. ×"]
    assert shown(anna) == ["Булгаков М. А."]
    await anna.press("Мария С. ×")
    assert shown(anna) == ["Булгаков М. А.", "Булгаков М. А."]
    await anna.press("🔍 Фильтры")
    await anna.press("Снять все")
    await anna.press("✅ Показать")
    assert len(shown(anna)) == 4


async def test_where_nothing_is_left_it_names_the_filter_to_take_off(line: Line) -> None:
    anna, *_ = await anna_with_past(line)
    await anna.send("история")
    await anna.send("Чехов")
    await anna.send("неявки")
    assert "Снимите «Чехов Антон Павлович» или «неявка»" in anna.text
    await anna.press("неявка ×")
    assert shown(anna) == ["Чехов А. П."]


async def test_what_is_not_understood_is_answered_with_examples(line: Line) -> None:
    anna, *_ = await anna_with_past(line)
    await anna.send("история")
    await anna.send("абракадабра")
    assert "с 1.10 по 15.11" in anna.text
    assert len(shown(anna)) == 4


async def test_pages_turn_both_ways_and_a_card_leads_back_to_its_page(line: Line) -> None:
    anna = line.person("Анна")
    patient = await line.world.patient(anna.id)
    wanted = [
        (patient.id, at(4, 1) + timedelta(days=number), CHEKHOV, past.TOOK_PLACE) for number in range(14)
    ]
    await past_visits(line.world, wanted)
    await anna.start()
    await anna.send("история")
    days = [anna.text]
    for _ in range(2):
        await anna.press("›")
        days.append(anna.text)
    assert "›" not in anna.buttons
    assert "3" in anna.buttons
    assert [text.count("•") for text in days] == [6, 6, 2]
    await anna.press("‹")
    assert anna.text == days[1]
    await anna.press("08.04.25")
    assert anna.text.startswith("Приём состоялся\n🗓 Вторник, 8 апреля 2025, 9:00")
    await anna.press("‹ Назад")
    assert anna.text == days[1]
    await anna.press("‹")
    assert anna.text == days[0]


async def test_the_card_tells_what_came_out_and_sends_the_documents(line: Line) -> None:
    anna, patient_id, (_, _, _, number) = await anna_with_past(line)
    file = NewDocument(patient_id, "referral", "image/png", "направление <1>.png", b"\x89PNG", "1")
    row = await documents.add(line.world.database, anna.id, file, NOW)
    words = {outcomes.RESULT: "ОРВИ & <38°>", outcomes.RECOMMENDATIONS: "Пить тёплое", "purpose": "кашель"}

    def write(tx) -> None:
        sealed = line.world.database.keyring.seal_json(words, f"appointment:{number}")
        tx.execute("UPDATE appointment SET words = ? WHERE id = ?", (sealed, number))
        papers.attach(tx, number, row.id)

    await anna.send("история")
    await anna.press("✅ 20.01.25")
    assert "Результат" not in anna.text
    assert "Рекомендации" not in anna.text
    await line.world.database.write(write)
    await anna.press("‹ Назад")
    await anna.press("✅ 20.01.25")
    for said in ("Результат\nОРВИ & <38°>", "Рекомендации\nПить тёплое", "Цель: кашель",
                 "📎 Направление: направление <1>.png"):  # fmt: skip
        assert said in anna.text
    assert "Как подготовиться" not in anna.text
    assert "📅 Файл для календаря" not in anna.buttons
    before = len(anna.documents)
    await anna.press("📎 направление")
    assert len(anna.documents) == before + 1
    await anna.press("🔁 Записаться снова")
    assert "Чехов" in anna.text
    assert "Выберите день" in anna.text


async def test_a_visit_that_nobody_closed_is_over_on_its_card(line: Line) -> None:
    anna, *_ = await anna_with_past(line)
    await anna.send("история")
    await anna.press("28.05.25")
    assert anna.text.startswith("Прошла")
    assert "🔁 Перенести" not in anna.buttons


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_fullest_list_fits_a_small_phone(line: Line, language: str) -> None:
    sample = await sample_of(line)

    def rename(tx) -> None:
        tx.execute("UPDATE doctor SET surname = 'Вересаев-Долгополов-Заречный', given_name = 'Константин'")
        tx.execute("UPDATE specialty SET name_ru = 'Челюстно-лицевой хирург и анестезиолог',"
                   " name_en = 'Maxillofacial surgeon and anaesthetist'")  # fmt: skip
        tx.execute("UPDATE facility SET name = 'Городская клиническая больница № 1 имени Н. И. Пирогова'")

    await line.world.database.write(rename)
    patient_id = sample.visit.appointment.patient_id
    wanted = [
        (patient_id, at(5, 1) - timedelta(days=number // 2, hours=number % 2), CHEKHOV, past.CANCELLED)
        for number in range(20)
    ]
    numbers = await past_visits(line.world, wanted)
    full = {
        "period": ["2024-12-31", "2025-12-30"],
        "doctor": [1, "Вересаев-Долгополов-Заречный Константин"],
        "facility": [1, "Городская клиническая больница № 1 имени Н. И. Пирогова"],
        "patient": patient_id,
        "outcome": "cancelled",
    }
    for filters in ({}, {"outcome": "cancelled"}, full):
        window = await show(
            line, History.list, language, sample, history=filters, turn=["older", numbers[2], 7]
        )
        assert complaints(History.list, window) == []
        assert sum(len(row) == 1 for row in window.rows) >= 3
    for choosing in ("doctor", "facility", "patient"):
        window = await show(line, History.choose, language, sample, choosing=choosing)
        assert complaints(History.choose, window) == []
    for state in (History.filters, History.export):
        assert complaints(state, await show(line, state, language, sample, history=full)) == []
    window = await show(line, Visits.card, language, sample, appointment_id=numbers[0])
    assert complaints(Visits.card, window) == []


async def test_the_coming_visits_of_a_family_leave_room_for_the_history(line: Line) -> None:
    sample = await sample_of(line)
    for number in range(7):
        person = Person("Смирнова", f"Мария{number}", "", date(2015, 3, 1))
        await family.add_child(line.world.database, sample.chat_id, MASHA + number, person, NOW)
    await past_visit(line.world, sample.visit.appointment.patient_id, at(5, 1))
    window = await show(line, Visits.list, "ru", sample, page=1)
    assert complaints(Visits.list, window) == []
    assert ["📚 История"] in window.rows


async def test_a_chosen_id_that_was_forged_narrows_to_nothing_of_others(line: Line) -> None:
    await anna_with_past(line)
    boris = await line.world.patient(999)
    await past_visit(line.world, boris.id, at(5, 1))
    sample = await sample_of(line)
    window = await show(line, History.list, "ru", sample, history={"patient": boris.id})
    assert "•" not in window.text


def test_an_id_as_long_as_ids_are_turns_the_page() -> None:
    assert turning._is_number(str(1 << 62))
    assert not turning._is_number(str(1 << 70))
    assert not turning._is_number("-1")
