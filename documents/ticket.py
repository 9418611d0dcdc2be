"""The ticket: one A4 page that reads at arm's length, in black and white too."""

import io
from bisect import bisect_left
from dataclasses import dataclass, replace

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from documents import pdf_fonts, qr
from documents import picture as pictures
from documents.page import HEIGHT, INNER, MARGIN, WIDTH, Code, Page
from documents.pdf_fonts import BOLD, REGULAR, printable

_QR = 46 * mm
_GAP = 8 * mm
_DOTS_PER_INCH = 150
_WHITE = 10 * mm
"""Left around the picture: a screen has no margin of its own."""
_SMALLEST = 0.5
_HEADER_SCALE = 0.75
"""The header (date, time, number) is set no smaller than this, as long as the page can hold it."""
_LONGEST, _LONGEST_LINE, _MOST_LINES = 12_000, 2000, 40
_ATTEMPTS = (
    *((percent / 100, _LONGEST) for percent in range(100, 49, -5)),
    *((_SMALLEST, longest) for longest in (8000, 6000, 4000, 3000, 2000, 1500, 1000, 500, 250)),
    *((percent / 100, 250) for percent in (40, 30, 20, 15)),
)
"""Scale of the page and how many characters of a text are printed, from the best to the worst.

The page is set smaller until everything fits, down to 6 points; what such a page cannot hold ends in «…».
"""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What stands on a ticket, in the patient's language, ready to print.

    The advice (`prepare`) may have several lines. `language` is an IETF tag, for readers that read aloud.
    """

    title: str
    clinic: str
    number_label: str
    number: str
    date: str
    time: str
    zone_note: str | None
    rows: tuple[tuple[str, str], ...]
    prepare_title: str
    prepare: str | None
    footer: str
    qr_payload: str
    qr_caption: str
    demo_note: str | None
    language: str


def render(ticket: Ticket) -> bytes:
    """Make the PDF, from any thread, in a few milliseconds. Equal tickets make equal bytes.

    No text that is shown makes it fail; ValueError where the QR's payload is longer than a QR code holds.
    """
    modules = qr.matrix(ticket.qr_payload)
    with pdf_fonts.drawing:
        out = io.BytesIO()
        ticket = printed(ticket)
        page = _laid_out(ticket, modules)
        canvas = begun(ticket, out)
        page.draw(canvas)
        canvas.showPage()
        canvas.save()
        return out.getvalue()


def picture(ticket: Ticket) -> bytes:
    """Make the same page as a PNG, without the white around it, from any thread."""
    modules = qr.matrix(ticket.qr_payload)
    with pdf_fonts.drawing:
        page = _laid_out(printed(ticket), modules)
    return pictures.png(page, _DOTS_PER_INCH, white=_WHITE)


def begun(ticket: Ticket, out: io.BytesIO) -> Canvas:
    """Begin a PDF of one A4 page for a ticket that is `printed`, with the lock of the fonts in hand."""
    canvas = Canvas(out, A4, invariant=1, pageCompression=1, lang=ticket.language, initialFontName=REGULAR)
    canvas.setTitle(f"{ticket.title} {ticket.number}")
    canvas.setSubject(ticket.clinic[:250])
    canvas.setAuthor("Talon")
    canvas.setCreator("Talon")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    pdf_fonts.begin(canvas._doc)
    return canvas


def printed(ticket: Ticket) -> Ticket:
    """Turn what is laid out into what the fonts can show; lines of the advice stay lines."""
    pdf_fonts.load()
    return replace(
        ticket,
        title=_line(ticket.title),
        clinic=_line(ticket.clinic),
        number_label=_line(ticket.number_label),
        number=_line(ticket.number),
        date=_line(ticket.date),
        time=_line(ticket.time),
        zone_note=_line(ticket.zone_note),
        rows=tuple((_line(label), _line(value)) for label, value in ticket.rows if label or value),
        prepare_title=_line(ticket.prepare_title),
        prepare=_advice(ticket.prepare),
        footer=_line(ticket.footer),
        qr_caption=_line(ticket.qr_caption),
        demo_note=_line(ticket.demo_note),
    )


def _line(text: str | None) -> str:
    return printable((text or "")[:_LONGEST_LINE])


def _advice(text: str | None) -> str:
    lines = printable((text or "")[:_LONGEST], keep_lines=True)
    return lines if lines.count("\n") < _MOST_LINES else lines.replace("\n", " ")


def _laid_out(ticket: Ticket, modules: list[list[bool]]) -> Page:
    """Lay the page out as large as it fits; usual tickets fit at once, others after six tries."""
    page = _page(ticket, *_ATTEMPTS[0])
    if not page.fits:
        last = len(_ATTEMPTS) - 1
        attempt = bisect_left(_ATTEMPTS, True, lo=1, hi=last, key=lambda sizes: _page(ticket, *sizes).fits)
        page = _page(ticket, *_ATTEMPTS[attempt])
    left, top = WIDTH - MARGIN - _QR, HEIGHT - MARGIN
    page.codes.append(Code(modules, left, top, _QR))
    quiet = 4 * _QR / len(modules)  # white around the code, as ISO/IEC 18004 asks; the caption stands below
    page.centred(ticket.qr_caption, REGULAR, 11, left, _QR, top - _QR - quiet - 8.25)
    return page


def _page(ticket: Ticket, scale: float, longest: int) -> Page:
    """Lay everything out but the QR, which always has its corner."""
    page = Page(max(scale, _HEADER_SCALE) if scale >= _SMALLEST else scale, longest)
    beside_qr = INNER - _QR - _GAP
    page.text(ticket.clinic, REGULAR, 12, beside_qr)
    page.skip(4)
    page.text(ticket.title, BOLD, 18, beside_qr)
    page.skip(14)
    page.text(ticket.date, BOLD, 22, beside_qr)
    page.skip(2)
    page.text(ticket.time, BOLD, 44, beside_qr, leading=1.0)
    if ticket.zone_note:
        page.skip(5)
        page.text(ticket.zone_note, REGULAR, 13, beside_qr)
    page.skip(10)
    page.text(ticket.number_label, REGULAR, 12, beside_qr)
    page.text(ticket.number, BOLD, 20, beside_qr)
    page.skip_below(HEIGHT - MARGIN - _QR - 13 * mm)
    page.skip(14)
    page.scale = scale
    page.table(ticket.rows)
    if ticket.prepare:
        page.skip(14)
        page.boxed(ticket.prepare_title, ticket.prepare)
    page.skip(14)
    page.text(ticket.footer, REGULAR, 11.5, INNER)
    if ticket.demo_note:
        page.skip(8)
        page.text(ticket.demo_note, BOLD, 11.5, INNER)
    return page
