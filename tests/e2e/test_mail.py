"""The ticket by e-mail, over real SMTP."""

from datetime import timedelta

from pypdf import PdfReader

from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, open_visit


async def letters(stand: Stand, count: int) -> list[str]:
    """Wait for so many letters and return whom they went to."""
    return [letter.to for letter in await stand.box.phone.wait_for_letters(count)]


async def open_mail(stand: Stand):
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await open_visit(anna)
    await anna.press("На почту")
    await anna.expect("Куда прислать талон?")
    return anna


async def test_the_ticket_goes_to_a_typed_address_with_page_and_calendar_file(stand: Stand) -> None:
    anna = await open_mail(stand)
    await anna.send("anna.example.ru")
    await anna.expect("не похоже на адрес почты")
    await anna.send(" anna@example.ru ")
    await anna.expect("Отправляем талон на anna@example.ru")
    assert await letters(stand, 1) == ["anna@example.ru"]
    (letter,) = stand.box.phone.letters
    assert letter.subject.startswith("Талон: ")
    assert "Терапевт".lower() not in letter.subject.lower()
    assert "Смирнова Анна Петровна" in letter.text
    assert "<" not in letter.text
    assert "кабинет" in letter.text.lower()
    assert letter.files["ticket.pdf"].startswith(b"%PDF-")
    assert b"METHOD:PUBLISH" in letter.files["visit.ics"]
    (stand.store.parent / "ticket.pdf").write_bytes(letter.files["ticket.pdf"])
    text = PdfReader(stand.store.parent / "ticket.pdf").pages[0].extract_text()
    assert "Смирнова Анна Петровна" in text
    await stand.stop()
    assert stand.rows("SELECT count(*) FROM notification WHERE address IS NOT NULL") == [(0,)]
    await stand.start()


async def test_a_second_letter_waits_a_minute(stand: Stand) -> None:
    anna = await open_mail(stand)
    await anna.send("anna@example.ru")
    await letters(stand, 1)
    await anna.press("На почту")
    await anna.send("other@example.ru")
    await anna.expect("Письмо уже в пути")
    stand.box.forward(timedelta(minutes=1))
    await anna.send("other@example.ru")
    await anna.expect("Отправляем талон на other@example.ru")
    assert await letters(stand, 2) == ["anna@example.ru", "other@example.ru"]


async def test_an_address_that_is_refused_is_told_in_the_chat(stand: Stand) -> None:
    anna = await open_mail(stand)
    await anna.send("nobody@example.ru")
    await anna.expect("Письмо с талоном не дошло")
    assert stand.box.phone.letters == []


async def test_a_letter_survives_an_outage_of_the_mail_server_and_a_restart(stand: Stand) -> None:
    anna = await open_mail(stand)
    stand.box.phone.is_mail_down = True
    await anna.send("anna@example.ru")
    await anna.expect("Отправляем талон")
    await stand.restart()
    stand.box.phone.is_mail_down = False
    stand.box.forward(timedelta(minutes=3))
    assert await letters(stand, 1) == ["anna@example.ru"]
