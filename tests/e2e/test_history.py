"""The history in the chat: looked at, filtered, taken along as pages, table and calendar; erased."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from pypdf import PdfReader

from sandbox.actor import Actor
from storage.outcomes import RECOMMENDATIONS, RESULT
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, confirm
from tests.e2e.test_rights import erase, open_rights

MOSCOW = ZoneInfo("Europe/Moscow")


async def with_past(stand: Stand) -> tuple[Actor, datetime, datetime]:
    """Let Anna have been at a doctor's, and book her next visit; returns her and when both begin."""
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    stand.box.forward(timedelta(days=4))
    await anna.start()
    await anna.press("🔁 Булгаков")
    await anna.expect("Проверьте")
    await confirm(anna)
    await anna.expect("Вы записаны")
    await anna.expect_document(2)
    times = stand.rows("SELECT starts_at FROM appointment ORDER BY starts_at")
    first, second = (datetime.fromtimestamp(at, UTC).astimezone(MOSCOW) for (at,) in times)
    return anna, first, second


async def closed_by_the_doctor(stand: Stand, words: dict[str, str]) -> None:
    """Write what a doctor will write: the visit took place, and what came out of it."""
    ((number,),) = stand.rows("SELECT id FROM appointment ORDER BY starts_at LIMIT 1")

    def write(tx: Any) -> None:
        sealed = stand.app.database.keyring.seal_json(words, f"appointment:{number}")
        tx.execute("UPDATE appointment SET status = 3, words = ? WHERE id = ?", (sealed, number))

    await stand.app.database.write(write)


async def taken(stand: Stand, person: Actor, button: str) -> tuple[str, bytes]:
    """Press for a file; returns its name and content."""
    before = len(person.documents)
    await person.press(button)
    sent = await person.expect_document(before + 1)
    return sent["document"]["file_name"], stand.box.download(sent["document"])


async def test_what_is_over_is_looked_at_and_taken_along(stand: Stand) -> None:
    anna, first, second = await with_past(stand)
    await anna.send("/my")
    await anna.press("📚 История")
    listed = await anna.expect("прошла")
    assert f"{first:%d.%m.%Y}" in listed["text"]
    assert f"{second:%d.%m.%Y}" not in listed["text"]
    await closed_by_the_doctor(stand, {RESULT: "Здорова", RECOMMENDATIONS: "Гулять"})
    await anna.press(f"{first:%d.%m.%y} · ")
    card = (await anna.expect("Приём состоялся"))["text"]
    assert "Здорова" in card
    assert "Гулять" in card
    await anna.press("‹ Назад")
    await anna.expect("завершена")
    await anna.send("месяц")
    await anna.expect("завершена")
    assert "Месяц ×" in anna.buttons
    await anna.press("📤 Скачать")
    await anna.expect("В файле будет 1 приём")

    name, pdf = await taken(stand, anna, "📄 PDF для печати")
    assert name == "История записей.pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\xa0", " ")
    for said in ("История записей", "стр. 1 из 1", f"{first:%d.%m.%Y}", "Смирнова", "завершена", "МСК"):
        assert said in text
    assert "Результат Здорова" in text.replace("\n", " ").replace("  ", " ")
    assert "Рекомендации Гулять" in text.replace("\n", " ").replace("  ", " ")

    name, table = await taken(stand, anna, "📊 CSV для Excel")
    assert name == "История записей.csv"
    assert table.startswith(b"\xef\xbb\xbf")
    assert table.count(b"\r\n") == table.count(b"\n") == 2
    header, row = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""), delimiter=";")
    assert header == ["Дата", "Время", "Часовой пояс", "Клиника", "Адрес", "Врач", "Специальность", "Услуга",
                      "Пациент", "Статус", "Номер", "Результат", "Рекомендации",
                      "Файлы от клиники"]  # fmt: skip
    assert row[:5] == [f"{first:%d.%m.%Y}", f"{first.hour}:{first.minute:02}", "МСК", "Поликлиника № 1",
                       "Москва, ул. Садовая, 5"]  # fmt: skip
    assert row[11:] == ["Здорова", "Гулять", ""]
    assert row[6:10] == ["Терапевт", "", "Смирнова Анна Петровна", "завершена"]

    name, calendar = await taken(stand, anna, "📅 Предстоящие приёмы")
    assert name == "Предстоящие приёмы.ics"
    (event,) = Calendar.from_ical(calendar).walk("VEVENT")
    assert event["DTSTART"].dt == second

    noted = stand.rows("SELECT record FROM journal WHERE action = 'exported'")
    assert noted == [("visit",)] * 3
    assert stand.rows("SELECT count(*) FROM journal WHERE action = 'viewed' AND record = 'visit'") == [(1,)]


async def test_an_english_reader_takes_it_along_in_english(stand: Stand) -> None:
    anna, first, _ = await with_past(stand)
    await anna.send("/settings")
    await anna.press("English")
    await anna.send("history")
    await anna.expect("over")
    await anna.send("from 1.01 to 2.01")
    text = (await anna.expect("Nothing with these filters"))["text"]
    assert "Take off «1.01–2.01." in text
    await anna.press(" ×")
    await anna.expect("therapist")
    await anna.press("📤 Export")
    await anna.expect("1 past visit goes out.")
    name, pdf = await taken(stand, anna, "📄 PDF to print")
    assert name == "visits.pdf"
    assert "page 1 of 1" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\xa0", " ")
    name, table = await taken(stand, anna, "📊 CSV for Excel")
    header, row = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""), delimiter=";")
    assert (header[0], row[0], row[2], row[9]) == ("Date", f"{first:%d.%m.%Y}", "MSK", "over")


async def test_what_was_erased_is_in_no_history(stand: Stand) -> None:
    anna, *_ = await with_past(stand)
    await open_rights(anna)
    await erase(anna)
    await anna.press("🗑 Удалить навсегда")
    await anna.expect("Всё о вас удалено")
    await anna.start()
    await anna.send("история")
    await anna.expect("Прошлых приёмов пока нет")
    assert not any("Скачать" in label for label in anna.buttons)
