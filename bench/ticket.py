"""Speed and size of a ticket, beside the stock way in the same run.

The stock way draws the same page with the same two font files and the same QR payload, but lets reportlab
cut and pack the fonts for every document, draws text and modules one by one, and lets qrcode choose the
mask. Both take turns, so that a busy machine slows both. Registering the fonts is not measured in either.
"""

import io
from collections.abc import Callable
from statistics import median
from time import perf_counter

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from bench.table import Line, noted, within
from documents import pdf_fonts, qr, ticket
from documents.page import HEIGHT, MARGIN, WIDTH
from documents.pdf_fonts import BOLD, REGULAR
from documents.ticket import Ticket

PER_ROUND = 10
SAMPLE = Ticket(
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
        ("Специальность", "Кардиолог"),
        ("Кабинет", "214"),
        ("Номер в очереди", "7"),
        ("Где", "Демо-поликлиника № 3"),
        ("Адрес", "Владивосток, ул. Светланская, д. 38/40"),
        ("Регистратура", "+7 423 200-00-03"),
    ),
    prepare_title="Как подготовиться",
    prepare="Возьмите прошлые ЭКГ и список лекарств, которые пьёте.",
    footer="Планы изменились? Перенесите или отмените приём в чате, чтобы время досталось другому.",
    qr_payload="https://t.me/talon_demo_bot?start=v_AbCdEfGhIjKlMnOpQrSt",
    qr_caption="Покажите в регистратуре",
    demo_note="Это демонстрация: такой клиники нет.",
    language="ru",
)


def stock(words: Ticket) -> bytes:
    """Make the same page as the manuals of qrcode and reportlab show it."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(words.qr_payload)
    code.make(fit=True)
    out = io.BytesIO()
    canvas = Canvas(out, A4, pageCompression=1, lang=words.language)
    canvas.setTitle(f"{words.title} {words.number}")
    page = ticket._page(words, *ticket._ATTEMPTS[0])
    for x, y, font, size, text in page.texts:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
    for rule in page.rules:
        canvas.line(*rule)
    for box in page.boxes:
        canvas.roundRect(*box, 5)
    modules = code.get_matrix()
    side = ticket._QR / len(modules)
    left, top = WIDTH - MARGIN - ticket._QR, HEIGHT - MARGIN
    for number, row in enumerate(modules, start=1):
        for column, is_black in enumerate(row):
            if is_black:
                canvas.rect(left + column * side, top - number * side, side, side, stroke=0, fill=1)
    canvas.setFont(REGULAR, 11)
    canvas.drawCentredString(left + ticket._QR / 2, top - ticket._QR - 24, words.qr_caption)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def use_stock_fonts() -> None:
    for name, style in ((REGULAR, "Regular"), (BOLD, "Bold")):
        pdfmetrics.registerFont(TTFont(name, str(pdf_fonts._FOLDER / f"TalonSans-{style}.ttf")))


def use_our_fonts() -> None:
    pdf_fonts.load.cache_clear()
    pdf_fonts.load()


def took(make: Callable[[], object]) -> list[float]:
    """Measure one round after a warm call, in milliseconds."""
    make()
    times = []
    for _ in range(PER_ROUND):
        begin = perf_counter()
        make()
        times.append((perf_counter() - begin) * 1000)
    return times


def measure(rounds: int) -> list[Line]:
    """Measure on a warm process."""
    ways: dict[str, tuple[Callable[[], None], Callable[[], bytes]]] = {
        "ours": (use_our_fonts, lambda: ticket.render(SAMPLE)),
        "stock": (use_stock_fonts, lambda: stock(SAMPLE)),
        "picture": (use_our_fonts, lambda: qr.png(SAMPLE.qr_payload)),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    sizes: dict[str, int] = {}
    for _ in range(rounds):
        for name, (fonts, make) in ways.items():
            fonts()
            sizes[name] = len(make())
            times[name] += took(make)
    use_our_fonts()
    return lines({name: median(found) for name, found in times.items()}, sizes)


def lines(middle: dict[str, float], sizes: dict[str, int]) -> list[Line]:
    compared = f"{middle['ours'] / middle['stock']:.2f} × stock {middle['stock']:.2f} ms"
    return [
        within("ticket: PDF with its QR, warm", middle["ours"], most=5, against=compared),
        within("ticket: size", sizes["ours"] / 1000, most=32, unit="kB", digits=1,
               against=f"stock {sizes['stock'] / 1000:.1f} kB"),
        noted("the QR as a picture", f"{middle['picture']:.2f} ms"),
    ]  # fmt: skip
