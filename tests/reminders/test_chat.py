"""What the chat channel says: each kind of message, in both languages, at its longest."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest

from clinic import booking, rules, visits
from clinic.booking import Request
from documents import ticket as ticket_file
from sandbox.entities import units
from sandbox.errors import ApiError
from sandbox.transcript import buttons, words
from storage.appointments import Visit
from tests.telegram import Line, Someone
from tests.world import CHEKHOV, VERESAEV

SPECIALTIES = Path(__file__).parents[2] / "storage" / "reference" / "specialties.csv"


async def booked(line: Line, schedule: int = CHEKHOV, language: str = "ru", purpose: str = "") -> Visit:
    anna = line.person("Анна")
    anna.chat.person.started = True
    patient = await line.world.patient(anna.id, language=language)
    request = Request(anna.id, patient.id, await line.world.slot_id(schedule, 7), purpose)
    return await booking.book(line.world.database, request, line.world.clock.now())


async def at(line: Line, visit: Visit, before: timedelta) -> Someone:
    """Move the clock to so long before a visit and let what is due be sent."""
    await line.work()
    line.world.clock.at = visit.appointment.starts_at - before
    await line.work()
    return line.person("Анна")


async def test_a_ticket_is_a_photo_with_the_card_and_then_the_file(line: Line) -> None:
    visit = await booked(line, VERESAEV, purpose="кашель")
    anna = await at(line, visit, timedelta(days=6))
    photo, document = anna.messages
    assert "photo" in photo
    caption = photo["caption"]
    for part in (
        "Понедельник, 9 июня, 9:00",
        "местное время, МСК+7",
        "Вересаев Викентий Викентьевич, кардиолог",
        "Поликлиника № 2, Владивосток, ул. Морская, 7",
        "Кабинет 3",
        "Пациент: Смирнова Анна Петровна",
        "номер в очереди: 1",
        "Цель: кашель",
        "Возьмите прошлую ЭКГ.",
    ):
        assert part in caption
    assert buttons(photo) == ["📅 В календарь", "✏️ Изменить", "🏠 В начало"]
    assert document["document"]["file_name"] == "ticket.pdf"


async def test_the_file_has_the_same_number_as_the_card(line: Line) -> None:
    anna = await at(line, await booked(line), timedelta(days=6))
    content = line.telegram.files.by_id(anna.documents[0]["document"]["file_id"]).content
    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    ((number,),) = await line.world.rows("SELECT number FROM appointment")
    grouped = f"{number[:4]} {number[4:7]} {number[7:]}"
    assert grouped in text
    assert grouped in anna.photos[0]["caption"]


@pytest.mark.parametrize(
    ("language", "before", "opening"),
    [
        ("ru", timedelta(hours=24), "🔔 Завтра у вас приём"),
        ("ru", timedelta(hours=3), "🔔 Приём у врача через 3 часа"),
        ("ru", timedelta(hours=1), "🔔 Приём у врача через 1 час"),
        ("ru", timedelta(minutes=10), "🔔 Приём у врача через 10 минут"),
        ("en", timedelta(hours=24), "🔔 You see a doctor tomorrow"),
        ("en", timedelta(hours=3), "🔔 You see a doctor in 3 hours"),
    ],
)
async def test_a_reminder_says_how_soon_and_where(
    line: Line, language: str, before: timedelta, opening: str
) -> None:
    visit = await booked(line, language=language)
    anna = await at(line, visit, before)
    assert anna.text.startswith(opening)
    for part in ("9:00", "Чехов Антон Павлович", "ул. Садовая, 5", "214"):
        assert part in anna.text
    question = "Придёте?" if language == "ru" else "Will you come?"
    until = "До 11:00 приём можно" if language == "ru" else "Until 11:00 you can"
    last = anna.text.splitlines()[-1]
    if before >= timedelta(hours=24):  # what can still be done without a reason is said until it is late
        assert anna.text.splitlines()[-2] == question
        assert last.startswith(until)
    else:
        assert last == question
    assert len(anna.buttons) == 3


async def test_who_said_they_will_come_is_not_asked_again(line: Line) -> None:
    visit = await booked(line)
    await visits.confirm(line.world.database, 1001, visit.appointment.id, line.world.clock.now())
    anna = await at(line, visit, timedelta(hours=24))
    assert "Придёте?" not in anna.text
    assert anna.buttons == ["🔁 Перенести", "❌ Отменить"]


async def test_an_old_ticket_says_where_the_visit_was_moved(line: Line) -> None:
    visit = await booked(line)
    await line.work()
    await visits.move(
        line.world.database, 1001, visit.appointment.id, await line.world.slot_id(CHEKHOV, 8, 2),
        line.world.clock.now(),
    )  # fmt: skip
    await line.work()
    old, new = line.person("Анна").photos
    assert words(old) == "❌ Недействителен: приём перенесён, новое время — вторник, 10 июня, 10:00."
    assert buttons(old) == []
    assert "Вторник, 10 июня, 10:00" in words(new)


async def test_a_cancelled_visits_ticket_says_so_and_nothing_new_comes(line: Line) -> None:
    visit = await booked(line)
    await line.work()
    count = len(line.person("Анна").messages)
    await visits.cancel(line.world.database, 1001, visit.appointment.id, line.world.clock.now())
    await line.work()
    anna = line.person("Анна")
    assert words(anna.photos[0]) == "❌ Недействителен: приём отменён."
    assert len(anna.messages) == count
    assert await line.world.rows("SELECT state FROM notification WHERE kind = 'cancelled'") == [(0,)]


async def test_a_ticket_that_was_deleted_stops_neither_the_cancel_nor_the_move(line: Line) -> None:
    visit = await booked(line)
    await line.work()
    anna = line.person("Анна")
    del anna.chat.messages[anna.photos[0]["message_id"]]
    await visits.cancel(line.world.database, 1001, visit.appointment.id, line.world.clock.now())
    await line.work()
    assert await line.world.rows("SELECT state FROM notification WHERE kind = 'cancelled'") == [(0,)]
    assert line.wire.refused.pop().startswith("editMessageCaption: Bad Request: message to edit not found")


async def test_a_file_that_cannot_be_made_is_said_and_the_visit_stands(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> bytes:
        raise ValueError("no font")

    monkeypatch.setattr(ticket_file, "render", broken)
    anna = await at(line, await booked(line), timedelta(days=6))
    assert len(anna.photos) == 1
    assert "Файл талона не получился, но вы записаны" in anna.text
    assert "a ticket could not be made" in caplog.text


async def test_what_telegram_refuses_once_comes_at_the_next_try(line: Line) -> None:
    await booked(line)
    line.wire.failures = [
        ApiError(429, "Too Many Requests: retry after 5", retry_after=5, is_violation=False)
    ]
    await line.work()
    anna = line.person("Анна")
    assert (len(anna.photos), len(anna.documents)) == (0, 1)
    line.world.clock.move(timedelta(seconds=5))
    await line.work()
    assert len(line.person("Анна").photos) == 1


@pytest.mark.parametrize("sign", ["&", "ы", "🤒"])
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_longest_card_still_fits_under_a_photo(line: Line, language: str, sign: str) -> None:
    with SPECIALTIES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    prepare = {key: max((row[key] for row in rows), key=len) for key in ("prepare_ru", "prepare_en")}
    await line.world.database.write(
        lambda tx: (
            tx.execute("UPDATE specialty SET prepare_ru = :prepare_ru, prepare_en = :prepare_en", prepare),
            tx.execute(
                "UPDATE facility SET name = ?, address = ?", ("Больница & Ко " * 7, "ул. " + "Дл" * 40)
            ),
        )
    )
    purpose = "<&>" * (rules.PURPOSE_LENGTH // 3)
    anna = await at(line, await booked(line, VERESAEV, language, purpose), timedelta(days=6))
    caption = words(anna.photos[0])
    assert units(caption) <= 1024
