"""The ticket as a card and as a picture: on one page, readable in black and white, its QR read."""

import io
import itertools
from dataclasses import replace

import pypdf
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from documents import pocket, qr, ticket
from documents.ticket import Ticket
from tests.documents.test_ticket import CLINIC, LINK, LONG, TICKET, overlaps, picture_of, text_of

HINT = "Печатайте в масштабе 100 % и вырежьте по меткам."
CARD = replace(
    TICKET,
    prepare=None,
    rows=(
        ("", "Смирнова-Щёголева Анна Петровна"),
        ("", "Чехов Антон Павлович, терапевт"),
        ("Кабинет", "214, номер в очереди 7"),
        ("Адрес", "Москва, ул. Садовая, 5"),
        ("Регистратура", "+7 495 000-00-00"),
    ),
)
LONG_CARD = replace(
    CARD,
    clinic=CLINIC,
    date="Воскресенье, 27 сентября 2026",
    rows=(
        ("", "Константинопольская-Верхнеднепровская Александра-Виктория Константиновна"),
        ("", "Преображенский-Воскресенский Вячеслав Константинович, оториноларинголог-онколог"),
        ("Кабинет", "Корпус 2, этаж 3, 214-Б, номер в очереди 27"),
        ("Адрес", "Ханты-Мансийский автономный округ — Югра, Нижневартовск, улица Мира, дом 12"),
        ("Регистратура", "+7 495 000-00-00, добавочный 1234"),
    ),
)
MILLIMETRE = 72 / 25.4


def opened(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png))
    picture.load()
    return picture


def black_and_white(picture: Image.Image) -> Image.Image:
    """Print a picture as a cheap laser printer or a fax does: no greys at all."""
    return picture.convert("L").point(lambda shade: 255 if shade > 128 else 0)


ways = pytest.mark.parametrize(
    "made",
    [
        lambda: opened(ticket.picture(TICKET)),
        lambda: opened(ticket.picture(LONG)),
        lambda: opened(pocket.picture(CARD)),
        lambda: opened(pocket.picture(LONG_CARD)),
        lambda: picture_of(pocket.render(CARD, HINT), 200),
        lambda: picture_of(pocket.render(LONG_CARD, HINT), 200),
    ],
    ids=["sheet", "long sheet", "card", "long card", "printed card", "long printed card"],
)


@ways
def test_the_qr_reads_in_colour_in_black_and_white_and_a_little_out_of_focus(made) -> None:
    picture = made()
    for seen in (picture, black_and_white(picture), picture.convert("L").filter(ImageFilter.GaussianBlur(2))):
        (found,) = zxingcpp.read_barcodes(seen)
        assert found.text == LINK


def test_the_qr_on_the_card_has_modules_and_white_enough_for_an_old_phone() -> None:
    modules = len(qr.matrix("https://t.me/" + "a" * 32 + "?start=v_" + "a" * 20))  # the longest name of a bot
    assert pocket.QR / modules >= 0.4 * MILLIMETRE
    dots = 400
    picture = picture_of(pocket.render(CARD, HINT), dots).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    corner, right = found.position.top_left, found.position.top_right
    side = right.x - corner.x
    assert side / dots * 25.4 == pytest.approx(27, abs=0.5)
    quiet = int(side / len(qr.matrix(LINK)) * 3.8)
    beside = picture.crop((corner.x - quiet, corner.y, corner.x - 2, corner.y + side))
    below = picture.crop((corner.x, corner.y + side + 4, corner.x + side, corner.y + side + quiet))
    assert beside.getextrema()[0] > 250
    assert below.getextrema()[0] > 250


@pytest.mark.parametrize("card", [CARD, LONG_CARD])
def test_a_card_to_print_is_one_light_page_with_all_its_words_apart(card: Ticket) -> None:
    pdf = pocket.render(card, HINT)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    assert len(pdf) < 40_000
    text = text_of(pdf)
    for words in (card.clinic, card.date, card.time, card.number, HINT, *(value for _, value in card.rows)):
        assert words in text
    assert overlaps(pdf) == []
    assert pdf == pocket.render(card, HINT)


@pytest.mark.parametrize("card", [CARD, LONG_CARD])
def test_nothing_sticks_out_of_the_card(card: Ticket) -> None:
    picture = opened(pocket.picture(card)).convert("L")
    assert picture.width / picture.height == pytest.approx(85.6 / 54, rel=0.005)
    edge = round(picture.width * 3 / 85.6)
    inner = (edge, edge, picture.width - edge, picture.height - edge)
    picture.paste(255, inner)
    assert picture.getextrema()[0] == 255


@pytest.mark.parametrize(
    ("png", "most"), [(ticket.picture(LONG), 200_000), (pocket.picture(LONG_CARD), 120_000)]
)
def test_a_picture_is_light_and_of_a_size_that_telegram_shows(png: bytes, most: int) -> None:
    picture = opened(png)
    assert len(png) < most
    assert picture.width + picture.height <= 10_000
    assert max(picture.size) <= 2560


def rows_of_ink(picture: Image.Image) -> int:
    """Count the lines of text: stretches of rows with ink between rows without."""
    column = picture.resize((1, picture.height), Image.Resampling.BOX)
    inked = [column.getpixel((0, y)) < 255 for y in range(picture.height)]
    return sum(1 for is_ink, _ in itertools.groupby(inked) if is_ink)


def test_in_black_and_white_no_line_of_words_is_lost() -> None:
    picture = opened(pocket.picture(LONG_CARD)).convert("L")
    words = picture.crop((0, 0, round(picture.width * 0.6), picture.height))
    assert rows_of_ink(black_and_white(words)) == rows_of_ink(words) >= 12


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400), st.text(max_size=60))
def test_no_text_breaks_the_card(name: str, label: str) -> None:
    odd = replace(
        CARD,
        title=label,
        clinic=name,
        number_label=label,
        number=label,
        date=label,
        time=label,
        zone_note=label,
        rows=((label, name), ("", name), (label, name), (label, name)),
        qr_caption=label,
        demo_note=name,
    )
    assert len(pypdf.PdfReader(io.BytesIO(pocket.render(odd, name))).pages) == 1
    picture = opened(pocket.picture(odd)).convert("L")
    edge = round(picture.width * 2 / 85.6)
    picture.paste(255, (edge, edge, picture.width - edge, picture.height - edge))
    assert picture.getextrema()[0] == 255
