"""The ticket: read back as a patient, a scanner and a screen reader would."""

import io
import threading
from dataclasses import replace

import pypdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from documents import qr
from documents.ticket import Ticket, render

LINK = "https://t.me/talon_demo_bot?start=v_AbCdEfGhIjKlMnOpQrSt"
TICKET = Ticket(
    title="Талон на приём к врачу",
    clinic="Демо-поликлиника № 3",
    number_label="Запись",
    number="4821 093 715",
    date="Вторник, 24 ноября 2026",
    time="9:20",
    zone_note="местное время, МСК+7",
    rows=(
        ("Пациент", "Смирнова-Щёголева Анна Петровна"),
        ("Врач", "Чехов Антон Павлович"),
        ("Кабинет", "214"),
    ),
    prepare_title="Как подготовиться",
    prepare="Возьмите прошлые ЭКГ и список лекарств, которые пьёте.",
    footer="Планы изменились? Перенесите или отмените приём в чате.",
    qr_payload=LINK,
    qr_caption="Покажите в регистратуре",
    demo_note="Это демонстрация: такой клиники нет.",
    language="ru",
)
ENGLISH = replace(TICKET, title="Doctor's appointment", date="Tuesday, 24 November 2026", language="en")


def text_of(pdf: bytes) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def picture_of(pdf: bytes, dots_per_inch: int = 110) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=dots_per_inch / 72).to_pil()
    document.close()
    return picture


@pytest.mark.parametrize("ticket", [TICKET, ENGLISH])
def test_the_qr_on_the_page_reads_back(ticket: Ticket) -> None:
    (found,) = zxingcpp.read_barcodes(picture_of(render(ticket)))
    assert found.text == LINK


def test_the_words_can_be_searched_and_read_aloud() -> None:
    pdf = render(TICKET)
    text = text_of(pdf)
    for words in ("Талон на приём к врачу", "4821 093 715", "9:20", "Смирнова-Щёголева", "список лекарств"):
        assert words in text
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.metadata.title == "Талон на приём к врачу 4821 093 715"
    assert reader.trailer["/Root"]["/Lang"] == "ru"


@pytest.mark.parametrize("ticket", [TICKET, ENGLISH])
def test_a_ticket_is_one_light_page_with_its_fonts(ticket: Ticket) -> None:
    pdf = render(ticket)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    assert len(pdf) <= 32 * 1024
    fonts = reader.pages[0]["/Resources"]["/Font"]
    descriptors = [
        font.get_object()["/FontDescriptor"]
        for font in fonts.values()
        if "/FontDescriptor" in font.get_object()
    ]
    assert len(descriptors) == 2
    assert all("/FontFile2" in descriptor.get_object() for descriptor in descriptors)


def test_equal_tickets_are_equal_files_from_any_thread() -> None:
    expected = {LINK + str(n): render(replace(TICKET, qr_payload=LINK + str(n))) for n in range(4)}
    assert expected[LINK + "0"] == render(replace(TICKET, qr_payload=LINK + "0"))
    wrong: list[str] = []

    def work(payload: str) -> None:
        tickets = [render(replace(TICKET, qr_payload=payload)) for _ in range(10)]
        wrong.extend(payload for ticket in tickets if ticket != expected[payload])

    threads = [threading.Thread(target=work, args=(payload,)) for payload in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def ink_outside_margins(pdf: bytes) -> bool:
    picture = picture_of(pdf, 50).convert("L")
    margin = int(18 / 25.4 * 50)
    inner = (margin, margin, picture.width - margin, picture.height - margin)
    darkest = [picture.crop(box).getextrema()[0] for box in (
        (0, 0, picture.width, inner[1]), (0, inner[3], picture.width, picture.height),
        (0, 0, inner[0], picture.height), (inner[2], 0, picture.width, picture.height),
    )]  # fmt: skip
    return min(darkest) < 200


def test_long_texts_get_smaller_and_stay_on_the_page_whole() -> None:
    long = replace(
        TICKET,
        clinic="Государственное бюджетное учреждение здравоохранения «Поликлиника имени академика» " * 4,
        rows=TICKET.rows
        + (("Адрес", "улица Красногвардейская, дом 12, корпус 3, строение 4, подъезд 5 " * 4),) * 6,
        prepare="Не ешьте восемь часов до приёма. " * 30 + "Последнее слово.",
    )
    pdf = render(long)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert not ink_outside_margins(pdf)
    assert "Последнее слово." in text_of(pdf)
    assert zxingcpp.read_barcodes(picture_of(pdf))[0].text == LINK


def test_signs_the_font_lacks_become_question_marks() -> None:
    text = text_of(render(replace(TICKET, clinic="Клиника 🏥 «漢字»")))
    assert "Клиника ? «??»" in text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=2000), st.text(max_size=300), st.text(max_size=60))
def test_no_text_breaks_the_page(prepare: str, name: str, label: str) -> None:
    pdf = render(replace(TICKET, prepare=prepare, clinic=name, time=label, rows=((label, name),) * 8))
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert not ink_outside_margins(pdf)


@pytest.mark.parametrize("length", [1, 20, 60, 120, 400])
def test_the_picture_reads_back_and_is_light(length: int) -> None:
    payload = ("https://t.me/x?start=" + "a" * length)[:length]
    picture = qr.png(payload)
    assert len(picture) < 12_000
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert found.text == payload
    assert picture == qr.png(payload)
