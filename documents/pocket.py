"""The ticket as a card of the size of a bank card (ISO/IEC 7810 ID-1), to be cut out or kept as a picture."""

import io
from bisect import bisect_left

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from documents import pdf_fonts, qr
from documents import picture as pictures
from documents.page import HEIGHT, MARGIN, Code, Page, Sheet
from documents.pdf_fonts import BOLD, REGULAR, write
from documents.ticket import Ticket, begun, printed

CARD = Sheet(85.6 * mm, 54 * mm, 4 * mm)
QR = 27 * mm
"""Side of the QR code without the white around: at least half a millimetre a module for our links."""
_GAP = 3 * mm
_LEFT = CARD.width - 2 * CARD.margin - QR - _GAP
"""Width of the words beside the code."""
_DOTS_PER_INCH = 375
"""About 1260 pixels wide: as wide as Telegram shows a photo."""
_LONGEST = 300
_ATTEMPTS = (
    *((percent / 100, _LONGEST) for percent in range(112, 71, -4)),
    *((0.72, longest) for longest in (120, 90, 70, 50, 40, 30, 20)),
    (0.6, 20),
    (0.4, 20),
)
"""Scale and how many characters of a text are printed: down to five points, then texts end in «…»."""
_CUT = 3 * mm
"""Length of the marks outside the corners at which the card is cut out."""


def render(ticket: Ticket, hint: str) -> bytes:
    """Make an A4 page with the card, marks to cut it out by, and a hint below, from any thread."""
    modules = qr.matrix(ticket.qr_payload)
    with pdf_fonts.drawing:
        ticket = printed(ticket)
        card = _laid_out(ticket, modules)
        out = io.BytesIO()
        canvas = begun(ticket, out)
        canvas.saveState()
        canvas.translate(MARGIN, HEIGHT - MARGIN - CARD.height)
        card.draw(canvas)
        _mark(canvas)
        y = -CARD.margin - 14
        for line in pdf_fonts.wrap(pdf_fonts.printable(hint), REGULAR, 10.5, CARD.width * 1.7):
            canvas.addLiteral(write(canvas._doc, 0, y, REGULAR, 10.5, line))
            y -= 13.5
        canvas.restoreState()
        canvas.showPage()
        canvas.save()
        return out.getvalue()


def picture(ticket: Ticket) -> bytes:
    """Make the card as a PNG, from any thread."""
    modules = qr.matrix(ticket.qr_payload)
    with pdf_fonts.drawing:
        card = _laid_out(printed(ticket), modules)
    return pictures.png(card, _DOTS_PER_INCH)


def _laid_out(ticket: Ticket, modules: list[list[bool]]) -> Page:
    """Lay the card out as large as it fits; a usual one fits at once."""
    card = _card(ticket, *_ATTEMPTS[0])
    if not card.fits:
        last = len(_ATTEMPTS) - 1
        attempt = bisect_left(_ATTEMPTS, True, lo=1, hi=last, key=lambda sizes: _card(ticket, *sizes).fits)
        card = _card(ticket, *_ATTEMPTS[attempt])
    left, top = CARD.width - CARD.margin - QR, CARD.height - CARD.margin
    card.codes.append(Code(modules, left, top, QR))
    y = top - QR - 4 * QR / len(modules) - 6  # white around the code first, as ISO/IEC 18004 asks
    card.centred(ticket.qr_caption, REGULAR, 6.5, left, QR, y)
    card.centred(ticket.number_label, REGULAR, 6.5, left, QR, y - 12)
    card.centred(ticket.number, BOLD, 12, left, QR, y - 24)
    return card


def _card(ticket: Ticket, scale: float, longest: int) -> Page:
    """Lay out the words beside the code."""
    card = Page(scale, longest, CARD)
    card.text(ticket.clinic, REGULAR, 7, _LEFT, leading=1.18)
    card.skip(3)
    card.text(ticket.date, BOLD, 9.5, _LEFT, leading=1.18)
    card.text(ticket.time, BOLD, 21, _LEFT, leading=1.0)
    if ticket.zone_note:
        card.skip(1)
        card.text(ticket.zone_note, REGULAR, 6.5, _LEFT, leading=1.2)
    card.skip(4)
    for label, value in ticket.rows:
        text = f"{label}: {value}" if label else value
        card.text(text, REGULAR if label else BOLD, 7.2, _LEFT, leading=1.2)
        card.skip(1.2)
    if ticket.demo_note:
        card.text(ticket.demo_note, REGULAR, 6, _LEFT, leading=1.2)
    return card


def _mark(canvas: Canvas) -> None:
    """Draw the marks at the corners, outside the card, and its outline in dots."""
    canvas.setStrokeGray(0.35)
    canvas.setLineWidth(0.5)
    for x, out_x in ((0, -_CUT), (CARD.width, _CUT)):
        for y, out_y in ((0, -_CUT), (CARD.height, _CUT)):
            canvas.line(x + out_x / 3, y, x + out_x, y)
            canvas.line(x, y + out_y / 3, x, y + out_y)
    canvas.setDash(1, 3)
    canvas.rect(0, 0, CARD.width, CARD.height)
    canvas.setDash()
