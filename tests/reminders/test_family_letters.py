"""A family's day by letter and by text message: told once, with all that stands at that time."""

import re
import sqlite3
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from clinic import booking, codes, family, reminder_settings, visits
from clinic.booking import Request
from clinic.reminding import EMAIL, SMS
from documents import ticket as ticket_file
from reminders.channels import Trouble
from storage import outgoing
from storage.appointments import Visit
from storage.people import Person
from tests.clinic.test_reminder_settings import with_email
from tests.telegram import Letters, Line, Someone, Texts
from tests.world import BULGAKOV, CHEKHOV

DAY = timedelta(days=1)
TIMES = ((CHEKHOV, 2), (BULGAKOV, 3), (BULGAKOV, 5))


async def booked(
    line: Line,
    way: str,
    count: int = 2,
    lead: timedelta = 3 * DAY,
    names: tuple[str, ...] = ("Мария", "Пётр", "Александра"),
) -> tuple[Someone, list[Visit]]:
    """Book children at 10:00, 10:30, 11:30 of one day; reminders come by that way alone, at one time."""
    anna = line.person("Анна")
    await anna.start()
    world = line.world
    await world.patient(anna.id)
    await with_email(world, anna.id)
    leads = {str(int(lead.total_seconds())): way}
    await reminder_settings.change(world.database, anna.id, None, world.clock.now(), leads=leads, hour=9)
    found = []
    for name, (schedule, number) in zip(names, TIMES[:count], strict=False):
        child = Person("Смирнова", name, "", date(2018, 3, 1))
        row = await family.add_child(world.database, anna.id, codes.new_id(), child, world.clock.now())
        request = Request(anna.id, row.id, await world.slot_id(schedule, 7, number))
        found.append(await booking.book(world.database, request, world.clock.now()))
    await line.work()
    line.letters.sent.clear()
    return anna, found


async def until_due(line: Line, visit: Visit, before: timedelta = 3 * DAY) -> None:
    line.world.clock.at = visit.appointment.starts_at - before
    await line.work()


async def reminders(line: Line) -> list[tuple]:
    return await line.world.rows(
        "SELECT channel, state FROM notification WHERE kind = 'reminder' ORDER BY appointment_id"
    )


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def files_of(message: EmailMessage) -> dict[str, bytes]:
    return {
        str(part.get_filename()): part.get_payload(decode=True)  # type: ignore[misc]
        for part in message.iter_attachments()
    }


async def test_one_letter_tells_of_all_with_links_pages_and_calendar_files_of_each(line: Line) -> None:
    _, (first, second) = await booked(line, EMAIL)
    await until_due(line, first)
    (letter,) = line.letters.sent
    assert letter["Subject"] == "Напоминание: 2 приёма, понедельник, 9 июня"
    text = text_of(letter)
    assert text.startswith("Через 3 дня у вас приём")
    assert text.index("Мария") < text.index("Пётр")
    for visit in (first, second):
        code = visit.appointment.ticket_code
        assert f"Приду: https://t.me/talon_demo_bot?start=a_{code}" in text
        assert f"start=c_{code}" in text
    assert "Талоны приложены" in text
    files = files_of(letter)
    assert list(files) == ["ticket-1.pdf", "visit-1.ics", "ticket-2.pdf", "visit-2.ics"]
    for number, visit in enumerate((first, second), 1):
        assert files[f"ticket-{number}.pdf"].startswith(b"%PDF-")
        assert visit.appointment.number.encode() in files[f"visit-{number}.ics"].replace(b"\r\n ", b"")
    assert await reminders(line) == [(EMAIL, 0), (EMAIL, 0)]
    await until_due(line, first, 2 * DAY)
    assert len(line.letters.sent) == 1


async def test_what_is_cancelled_or_moved_before_is_left_out_of_the_letter(line: Line) -> None:
    anna, (first, second, third) = await booked(line, EMAIL, 3)
    database, now = line.world.database, line.world.clock.now()
    await visits.cancel(database, anna.id, second.appointment.id, now)
    await visits.move(database, anna.id, third.appointment.id, await line.world.slot_id(BULGAKOV, 9), now)
    await line.work()
    line.letters.sent.clear()
    await until_due(line, first)
    (letter,) = line.letters.sent
    assert letter["Subject"] == "Напоминание о приёме: понедельник, 9 июня, 10:00"
    assert list(files_of(letter)) == ["ticket.pdf", "visit.ics"]
    assert "Пётр" not in text_of(letter)
    assert "Александра" not in text_of(letter)
    await until_due(line, third, DAY)
    assert len(line.letters.sent) == 2
    assert "Александра" in text_of(line.letters.sent[1])


async def test_each_by_itself_and_by_its_own_way_where_that_is_wished(line: Line) -> None:
    anna, (first, second) = await booked(line, EMAIL)
    await reminder_settings.change(
        line.world.database, anna.id, second.appointment.patient_id, line.world.clock.now(),
        leads={str(3 * 86_400): SMS},
    )  # fmt: skip
    await until_due(line, first)
    assert len(line.letters.sent) == 1
    assert len(line.texts.sent) == 1
    assert "Пётр" not in text_of(line.letters.sent[0])
    assert "Мария" not in line.texts.sent[0][1]


async def test_one_text_message_tells_of_all_that_fit(line: Line) -> None:
    _, (first, _) = await booked(line, SMS, lead=DAY)
    await until_due(line, first, DAY)
    ((_, text, _),) = line.texts.sent
    assert text == "Завтра 09.06: 10:00 Мария, Чехов; 10:30 Пётр, Булгаков"
    assert len(text) <= 70
    assert await reminders(line) == [(SMS, 0), (SMS, 0)]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("Мария", "Пётр", "Александра"), "10:00 Мария; 10:30 Пётр; 11:30 Александра"),
        (
            ("Анна-Мария", "Константин", "Александра-София"),
            "3 приёма у врачей, первый в 10:00, ул. Садовая, 5",
        ),
    ],
)
async def test_what_does_not_fit_into_a_text_message_is_counted(
    line: Line, names: tuple[str, ...], said: str
) -> None:
    _, (first, *_) = await booked(line, SMS, 3, DAY, names)
    await until_due(line, first, DAY)
    ((_, text, _),) = line.texts.sent
    assert text == f"Завтра 09.06: {said}"
    assert len(text) <= 70
    assert await reminders(line) == [(SMS, 0)] * 3


async def test_a_letter_says_how_to_get_a_page_that_could_not_be_made(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, (first, second) = await booked(line, EMAIL)
    render = ticket_file.render

    def broken(words: Any) -> bytes:
        if "Пётр" in str(words):
            raise ValueError("no font")
        return render(words)

    monkeypatch.setattr(ticket_file, "render", broken)
    await until_due(line, first)
    (letter,) = line.letters.sent
    assert list(files_of(letter)) == ["ticket-1.pdf", "visit-1.ics", "visit-2.ics"]
    text = text_of(letter)
    assert "Не все страницы с талонами удалось подготовить, но записи в силе" in text
    assert re.findall("Получить талон: .*", text) == [
        f"Получить талон: https://t.me/talon_demo_bot?start=v_{second.appointment.ticket_code}"
    ]
    assert "приложены страницами" not in text

    database, now = line.world.database, line.world.clock.now()
    await visits.mail_ticket(database, anna.id, second.appointment.id, "other@example.ru", now)
    await line.work()
    letter = line.letters.sent[1]
    assert list(files_of(letter)) == ["visit.ics"]
    text = text_of(letter)
    assert "Страницу с талоном подготовить не удалось, но запись в силе" in text
    assert "Получить талон: " in text
    assert "приложен страницей" not in text
    await visits.move(database, anna.id, second.appointment.id, await line.world.slot_id(BULGAKOV, 9), now)
    await line.work()
    text = text_of(line.letters.sent[2])
    assert "Прежний талон больше не действует." in text
    assert "из этого письма" not in text
    assert "Получить талон: " in text


@pytest.mark.parametrize("way", [SMS, EMAIL])
async def test_what_may_have_arrived_goes_again_under_its_key_whichever_visit_is_due_then(
    line: Line, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    anna, (first, _) = await booked(line, way)
    await reminder_settings.change(line.world.database, anna.id, None, line.world.clock.now(), hour=None)
    taker: Texts | Letters = line.texts if way == SMS else line.letters
    send = taker.send

    async def taken_without_an_answer(*args: Any) -> None:
        await send(*args)
        raise Trouble("no answer")

    monkeypatch.setattr(taker, "send", taken_without_an_answer)
    line.world.clock.at = first.appointment.starts_at - 3 * DAY + timedelta(minutes=29, seconds=55)
    await line.work()
    monkeypatch.setattr(taker, "send", send)
    line.world.clock.move(timedelta(seconds=5))  # the second one is due, the first waits to be tried again
    await line.work()
    assert await reminders(line) == [(way, 0), (way, 0)]
    keys = [key for _, _, key in line.texts.sent] or [letter["Message-ID"] for letter in line.letters.sent]
    assert len(keys) == 2
    assert keys[0] == keys[1]


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_while_the_store_takes_nothing_the_letter_of_all_is_not_sent_again(
    line: Line, monkeypatch: pytest.MonkeyPatch, is_cancelled: bool
) -> None:
    anna, (first, _) = await booked(line, EMAIL)
    mark = outgoing.mark_sent

    def full(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(outgoing, "mark_sent", full)
    await until_due(line, first)
    assert await reminders(line) == [(EMAIL, 1), (EMAIL, 1)]
    if is_cancelled:  # the one in whose letter the other went along is not marked any more
        await visits.cancel(line.world.database, anna.id, first.appointment.id, line.world.clock.now())
    monkeypatch.setattr(outgoing, "mark_sent", mark)
    line.world.clock.move(timedelta(minutes=3))
    await line.work()
    assert sorted(await reminders(line)) == [(EMAIL, 0), (EMAIL, 2 if is_cancelled else 0)]
    subjects = [str(letter["Subject"]) for letter in line.letters.sent]
    assert len([one for one in subjects if one.startswith("Напоминание")]) == 1
