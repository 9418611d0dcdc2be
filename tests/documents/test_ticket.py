"""The ticket: read back as a patient, a scanner and a screen reader would."""

import io
import string
import threading
from dataclasses import replace
from itertools import combinations

import pypdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from documents import pdf_fonts, qr
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
    for words in (
        "Талон на приём к врачу",
        "4821 093 715",
        "9:20 местное",
        "Смирнова-Щёголева",
        "список лекарств",
    ):
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
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert [font["/BaseFont"] for font in fonts] == ["/AAAAAA+TalonSans-Regular", "/AAAAAA+TalonSans-Bold"]
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)


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


def boxes_of(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top of the ink of every run of text."""
    document = pypdfium2.PdfDocument(pdf)
    words = document[0].get_textpage()
    boxes = [words.get_rect(number) for number in range(words.count_rects())]
    words.close()
    document.close()
    return boxes


def overlaps(pdf: bytes) -> list[tuple]:
    """Pairs of texts that share more than the reach of a letter's tail."""
    return [
        (one, other)
        for one, other in combinations(boxes_of(pdf), 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > 1
        and min(one[3], other[3]) - max(one[1], other[1]) > 2
    ]


CLINIC = (
    "Федеральное государственное бюджетное учреждение «Национальный медицинский исследовательский центр"
    " кардиологии имени академика Е. И. Чазова» Министерства здравоохранения Российской Федерации"
)
LONG = replace(
    TICKET,
    clinic=CLINIC,
    date="Воскресенье, 27 сентября 2026",
    rows=(
        ("Пациент", "Константинопольская-Верхнеднепровская Александра-Виктория Константиновна"),
        ("Врач", "Преображенский-Воскресенский Вячеслав Константинович"),
        ("Специальность", "Оториноларинголог-онколог"),
        ("Номер в очереди", "27"),
        ("Где", CLINIC),
        ("Адрес", "Ханты-Мансийский автономный округ — Югра, Нижневартовск, улица Мира, дом 12"),
    ),
    prepare="Не ешьте восемь часов до приёма. " * 30 + "Последнее слово.",
)


def test_long_texts_stay_on_the_page_whole_and_apart() -> None:
    pdf = render(LONG)
    text = text_of(pdf)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert len(pdf) <= 32 * 1024
    assert not ink_outside_margins(pdf)
    assert overlaps(pdf) == []
    assert text.count(CLINIC) == 2
    assert text.count("Не ешьте восемь часов до приёма.") == 30
    assert "Последнее слово." in text
    assert zxingcpp.read_barcodes(picture_of(pdf))[0].text == LINK


def test_texts_lie_apart_on_a_usual_ticket() -> None:
    assert overlaps(render(TICKET)) == []


def test_an_advice_of_four_thousand_letters_is_whole_and_leaves_the_time_large() -> None:
    pdf = render(replace(TICKET, prepare="Воду пить можно. " * 240))
    assert text_of(pdf).count("Воду пить можно.") == 240
    tallest = max(top - bottom for _, bottom, _, top in boxes_of(pdf))
    assert tallest > 20  # points: the figures of the time


def test_what_no_page_can_hold_ends_in_dots() -> None:
    pdf = render(replace(TICKET, prepare="Воду пить можно. " * 5000))
    assert "…" in text_of(pdf)
    assert not ink_outside_margins(pdf)
    assert "Это демонстрация" in text_of(pdf)


def test_lines_of_the_advice_stay_lines() -> None:
    pdf = render(replace(TICKET, prepare="1. Паспорт\r\n\n2. Полис\u20283. Снимки"))
    lines = [line.strip() for line in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split("\n")]
    at = lines.index("1. Паспорт")
    assert lines[at : at + 3] == ["1. Паспорт", "2. Полис", "3. Снимки"]


def wide(text: str) -> float:
    return pdf_fonts.width_of(text, pdf_fonts.REGULAR)


def test_a_line_does_not_end_before_what_belongs_together() -> None:
    pdf_fonts.load()
    text = pdf_fonts.printable("поликлиника № 3")
    assert pdf_fonts.wrap(text, pdf_fonts.REGULAR, 1, wide("поликлиника №") + 0.1) == [
        "поликлиника",
        "№\xa03",
    ]


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("один два", "один два", ["один два"]),
        ("один два", "один дв", ["один", "два"]),
        ("Верхне-Днепровская", "Днепровск", ["Верхне-", "Днепровск", "ая"]),
        ("щщщщщ", "щщ", ["щщ", "щщ", "щ"]),
        ("щщ", "", ["щ", "щ"]),
        ("", "щ", []),
    ],
)
def test_lines_break_between_words_then_after_hyphens_then_anywhere(
    text: str, room: str, lines: list[str]
) -> None:
    pdf_fonts.load()
    assert pdf_fonts.wrap(text, pdf_fonts.REGULAR, 1, wide(room) + 0.001) == lines


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Клиника 🏥 «漢字»", "Клиника ? «??»"),
        ("Nguyễn Thị", "Nguyen Thi"),  # what the font has of them: letters without marks
        ("и\u0306од", "йод"),
        ("При\xadём\u200b", "Приём"),
        ("Ҡазан әйбәт ӱстел", "Ҡазан әйбәт ӱстел"),  # languages of Russia
        ("\ud800\x00\x07 a", "a"),
        ("שלום", "????"),
    ],
)
def test_signs_the_font_lacks_become_harmless(written: str, shown: str) -> None:
    assert shown in text_of(render(replace(TICKET, clinic=written)))
    pdf_fonts.load()
    assert pdf_fonts.printable(written) == shown


def test_every_letter_of_both_languages_comes_back() -> None:
    letters = "".join(map(chr, range(0x410, 0x450))) + "Ёё" + string.ascii_letters + string.digits
    pdf = render(replace(TICKET, rows=((letters[:40], letters),), prepare=letters))
    text = "".join(text_of(pdf).split())
    assert text.count(letters) == 2


def test_the_qr_is_large_enough_for_an_old_phone() -> None:
    dots = 200
    (found,) = zxingcpp.read_barcodes(picture_of(render(TICKET), dots))
    millimetres = (found.position.top_right.x - found.position.top_left.x) / dots * 25.4
    assert 40 <= millimetres <= 50


@pytest.mark.parametrize("length", [1, 15, 60, 150, 400])
def test_the_qr_on_the_page_reads_at_any_length(length: int) -> None:
    payload = ("https://t.me/x?start=" + "aZ09_-" * 80)[:length]
    (found,) = zxingcpp.read_barcodes(picture_of(render(replace(TICKET, qr_payload=payload)), 200))
    assert found.text == payload


def test_white_surrounds_the_qr_on_the_page() -> None:
    dots = 200
    picture = picture_of(render(TICKET), dots).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    corner, right = found.position.top_left, found.position.top_right
    side = right.x - corner.x
    quiet = int(side / len(qr.matrix(LINK)) * 3.9)
    left, bottom = corner.x - 2, corner.y + side + 3
    below = picture.crop((left, bottom, left + side, bottom + quiet - 3))
    beside = picture.crop((left - quiet, corner.y, left - 1, corner.y + side))
    assert below.getextrema()[0] > 250
    assert beside.getextrema()[0] > 250


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=2000), st.text(max_size=300), st.text(max_size=60))
def test_no_text_breaks_the_page(prepare: str, name: str, label: str) -> None:
    odd = replace(
        TICKET,
        title=label,
        clinic=name,
        number=label,
        date=label,
        time=label,
        zone_note=label,
        rows=((label, name),) * 8,
        prepare=prepare,
        footer=name,
        qr_caption=label,
        demo_note=name,
    )
    pdf = render(odd)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert not ink_outside_margins(pdf)


@pytest.mark.parametrize("length", [1, 20, 60, 120, 400])
def test_the_picture_reads_back_and_is_light(length: int) -> None:
    payload = ("https://t.me/x?start=" + "a" * length)[:length]
    content = qr.png(payload)
    picture = Image.open(io.BytesIO(content))
    assert len(content) < 12_000
    assert 600 <= picture.width == picture.height <= 900
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == payload
    assert content == qr.png(payload)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=250))
def test_any_payload_reads_back(payload: str) -> None:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr.png(payload))))
    assert found.bytes == payload.encode()


def test_a_payload_that_no_qr_holds_is_refused() -> None:
    assert len(qr.matrix("a" * 2331)) == 177
    with pytest.raises(ValueError):
        qr.matrix("a" * 2332)
