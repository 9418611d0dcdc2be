"""The ticket: one A4 page that reads at arm's length, in black and white too."""

import io
from dataclasses import dataclass
from itertools import groupby

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from documents import pdf_fonts, qr
from documents.pdf_fonts import BOLD, REGULAR, printable, wrap

_WIDTH, _HEIGHT = A4
_MARGIN = 20 * mm
_QR = 46 * mm
_GAP = 8 * mm
_LONGEST = 1500
"""Characters of a field that are printed; what is longer ends in «…»."""
_SCALES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
"""The page is set smaller until everything fits; usual tickets fit at once."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What stands on a ticket, in the patient's language, ready to print."""

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
    """Make the PDF, from any thread, in a few milliseconds. Equal tickets make equal bytes."""
    modules = qr.matrix(ticket.qr_payload)
    with pdf_fonts.drawing:
        pdf_fonts.load()
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1, lang=ticket.language)
        canvas.setTitle(printable(f"{ticket.title} {ticket.number}"))
        canvas.setAuthor("Talon")
        pdf_fonts.begin(canvas._doc)
        for scale in _SCALES:
            page = _Page(scale)
            page.lay_out(ticket)
            if page.fits:
                break
        page.draw(canvas)
        _draw_qr(canvas, modules, printable(ticket.qr_caption))
        canvas.showPage()
        canvas.save()
        return out.getvalue()


class _Page:
    """The page being laid out from the top down: lines of text and rules, at a scale."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._texts: list[tuple[float, float, str, float, str]] = []
        self._rules: list[tuple[float, float, float, float]] = []
        self._boxes: list[tuple[float, float, float, float]] = []
        self._y = _HEIGHT - _MARGIN

    @property
    def fits(self) -> bool:
        """Tell whether all of it lies on the page."""
        return bool(self._y >= _MARGIN)

    def lay_out(self, ticket: Ticket) -> None:
        """Place everything but the QR, which always has its corner."""
        beside_qr = _WIDTH - 2 * _MARGIN - _QR - _GAP
        whole = _WIDTH - 2 * _MARGIN
        self._text(ticket.clinic, REGULAR, 11, beside_qr)
        self._skip(4)
        self._text(ticket.title, BOLD, 19, beside_qr)
        self._skip(12)
        self._text(ticket.date, BOLD, 19, beside_qr)
        self._text(ticket.time, BOLD, 34, beside_qr)
        if ticket.zone_note:
            self._text(ticket.zone_note, REGULAR, 12, beside_qr)
        self._skip(11)
        self._text(ticket.number_label, REGULAR, 10.5, beside_qr)
        self._text(ticket.number, BOLD, 17, beside_qr)
        self._y = min(self._y, _HEIGHT - _MARGIN - _QR - 9 * mm)
        self._skip(10)
        self._table(ticket.rows, whole)
        if ticket.prepare:
            self._skip(12)
            self._boxed(ticket.prepare_title, ticket.prepare, whole)
        self._skip(16)
        self._text(ticket.footer, REGULAR, 10.5, whole)
        if ticket.demo_note:
            self._skip(10)
            self._boxed("", ticket.demo_note, whole)

    def draw(self, canvas: Canvas) -> None:
        """Put what was laid out on the canvas."""
        canvas.setFillGray(0)
        for x, y, font, size, text in self._texts:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        canvas.setLineWidth(0.5)
        canvas.setStrokeGray(0.6)
        for rule in self._rules:
            canvas.line(*rule)
        canvas.setStrokeGray(0.35)
        canvas.setLineWidth(0.9)
        for box in self._boxes:
            canvas.roundRect(*box, 5)

    def _skip(self, points: float) -> None:
        self._y -= points * self._scale

    def _text(self, text: str, font: str, size: float, width: float, x: float = _MARGIN) -> None:
        size *= self._scale
        for line in wrap(_cut(text), font, size, width):
            self._y -= size * 1.24
            self._texts.append((x, self._y, font, size, line))

    def _table(self, rows: tuple[tuple[str, str], ...], width: float) -> None:
        size = 12.5
        scaled = size * self._scale
        widest = max((stringWidth(_cut(label), REGULAR, scaled) for label, _ in rows), default=0.0)
        column = min(widest + 6 * mm, width * 0.45)
        for label, value in rows:
            self._rules.append((_MARGIN, self._y, _MARGIN + width, self._y))
            self._skip(4)
            top = self._y
            self._text(label, REGULAR, size, column - 3 * mm)
            below_label, self._y = self._y, top
            self._text(value, BOLD, size, width - column, _MARGIN + column)
            self._y = min(self._y, below_label)
            self._skip(7)
        if rows:
            self._rules.append((_MARGIN, self._y, _MARGIN + width, self._y))

    def _boxed(self, title: str, text: str, width: float) -> None:
        inset = 4 * mm
        top = self._y
        self._skip(5)
        if title:
            self._text(title, BOLD, 12, width - 2 * inset, _MARGIN + inset)
            self._skip(2)
        self._text(text, REGULAR, 12, width - 2 * inset, _MARGIN + inset)
        self._skip(10)
        self._boxes.append((_MARGIN, self._y, width, top - self._y))


def _cut(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _draw_qr(canvas: Canvas, modules: list[list[bool]], caption: str) -> None:
    """Draw the QR into the upper right corner: the black runs of each row as one path."""
    side = _QR / len(modules)
    left, top = _WIDTH - _MARGIN - _QR, _HEIGHT - _MARGIN
    # in modules, from the top: whole numbers are written ten times as fast as points
    drawing = [f"q 0 g {side:.4f} 0 0 {-side:.4f} {left:.4f} {top:.4f} cm"]
    for number, row in enumerate(modules):
        start = 0
        for is_black, run in groupby(row):
            end = start + sum(1 for _ in run)
            if is_black:
                drawing.append(f"{start} {number} {end - start} 1 re")
            start = end
    canvas.addLiteral("\n".join([*drawing, "f Q"]))
    size = 10.0
    while stringWidth(caption, REGULAR, size) > _QR and size > 4:
        size -= 0.5
    canvas.setFont(REGULAR, size)
    canvas.drawCentredString(left + _QR / 2, top - _QR - 5 * mm, caption)
