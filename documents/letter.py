"""A letter on one A4 page, to be printed, signed and handed in."""

import io
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from documents import pdf_fonts
from documents.page import INNER, MARGIN, Page
from documents.pdf_fonts import BOLD, REGULAR, printable

_LONGEST = 600
_SCALES = tuple(percent / 100 for percent in range(100, 45, -5))
"""Sizes that are tried until everything fits."""
_BESIDE = 0.42
"""Where the addressee begins, as a share of the page's width."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter says, in the order of the page. `language` is an IETF tag."""

    to: tuple[str, ...]
    senders: tuple[tuple[str, str], ...]
    """labels and values: who writes, for whom"""
    title: str
    paragraphs: tuple[str, ...]
    listed: tuple[str, ...]
    after: tuple[str, ...]
    """paragraphs below the list"""
    date: str
    signature: str
    footer: str
    language: str


def render(letter: Letter) -> bytes:
    """Make the PDF, from any thread. Equal letters make equal bytes; no text makes it fail."""
    with pdf_fonts.drawing:
        pdf_fonts.load()
        out = io.BytesIO()
        canvas = Canvas(
            out, A4, invariant=1, pageCompression=1, lang=letter.language, initialFontName=REGULAR
        )
        canvas.setTitle(_line(letter.title)[:250])
        canvas.setAuthor("Talon")
        canvas.setCreator("Talon")
        pdf_fonts.begin(canvas._doc)
        _laid_out(letter).draw(canvas)
        canvas.showPage()
        canvas.save()
        return out.getvalue()


def _laid_out(letter: Letter) -> Page:
    for scale in _SCALES:
        page = _page(letter, scale)
        if page.fits:
            break
    return page


def _page(letter: Letter, scale: float) -> Page:
    page = Page(scale, _LONGEST)
    beside, width = MARGIN + INNER * _BESIDE, INNER * (1 - _BESIDE)
    for number, line in enumerate(letter.to):
        page.text(_line(line), BOLD if number == 0 else REGULAR, 12, width, x=beside)
    page.skip(16)
    for label, value in letter.senders:
        page.pair(_line(label), _line(value), 46 * mm, REGULAR, 11.5)
    page.skip(14)
    page.text(_line(letter.title), BOLD, 16, INNER)
    page.skip(8)
    for text in letter.paragraphs:
        page.text(_line(text), REGULAR, 12, INNER)
        page.skip(6)
    for text in letter.listed:
        page.text("–", REGULAR, 12, 6 * mm)
        page.skip(-12 * 1.28)
        page.text(_line(text), REGULAR, 12, INNER - 6 * mm, x=MARGIN + 6 * mm)
        page.skip(3)
    page.skip(6)
    for text in letter.after:
        page.text(_line(text), REGULAR, 12, INNER)
        page.skip(6)
    page.skip(22)
    page.text(_line(letter.date), REGULAR, 12, INNER * 0.3)
    page.skip(-12 * 1.28)
    page.text(_line(letter.signature), REGULAR, 12, INNER * 0.7, x=MARGIN + INNER * 0.3)
    page.skip(22)
    page.text(_line(letter.footer), REGULAR, 9.5, INNER)
    return page


def _line(text: str) -> str:
    return printable(text[: _LONGEST * 2])
