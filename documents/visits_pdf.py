"""The history of visits as a printed table: any number of pages, each with its number.

Names, addresses and specialties come again and again, so each is broken into lines, and turned into the
operators that write it, once a document. The lock on the fonts is given back after every page: a ticket that
is made meanwhile waits for a page, not for the whole.
"""

import io
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from documents import pdf_fonts
from documents.page import HEIGHT, INNER, MARGIN
from documents.pdf_fonts import BOLD, REGULAR, printable, width_of, wrap, write

_SIZE, _LEADING, _PADDING = 9.5, 12.5, 9.0
_GAP = 3 * mm
_SHARES = (0.15, 0.46, 0.22, 0.17)
"""How the width is shared by the columns."""
_MOST_LINES = 4
"""of a paragraph; what is longer ends in «…»"""
_LONGEST = 300
_FOOT = 12 * mm
_ORIGIN = "1 0 0 1 0.00 0.00 Tm"

Cell = tuple[str, ...]
"""Paragraphs; the first one is in bold."""
Row = tuple[Cell, Cell, Cell, Cell]
Notes = tuple[tuple[str, str], ...]
"""What stands below a row: a heading and a text of any length, which goes on over pages."""


@dataclass(frozen=True, slots=True)
class Table:
    """What stands on the pages, in the reader's language, a row a visit. `language` is an IETF tag."""

    title: str
    subtitle: Cell
    header: tuple[str, str, str, str]
    rows: Sequence[Row]
    page_of: str
    """«стр. {page} из {pages}»"""
    language: str
    notes: Sequence[Notes] = ()
    """of each row; none of any where there are none"""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What no page breaks: a row, or a line below it. `stays` points follow on the same page."""

    height: float
    row: Row | None = None
    font: str = REGULAR
    line: str = ""
    stays: float = 0.0


def render(table: Table) -> bytes:
    """Make the PDF, from any thread; the time grows with the rows, the pages are made one by one."""
    with pdf_fonts.drawing:
        pdf_fonts.load()
        out = io.BytesIO()
        canvas = Canvas(out, A4, invariant=1, pageCompression=1, lang=table.language, initialFontName=REGULAR)
        canvas.setTitle(table.title)
        canvas.setAuthor("Talon")
        canvas.setCreator("Talon")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        pdf_fonts.begin(canvas._doc)
    sheet = _Sheet(canvas)
    pieces = _pieces(sheet, table)
    beginnings = _beginnings(sheet, table, pieces)
    ends = [*beginnings[1:], len(pieces)]
    for number, (first, last) in enumerate(zip(beginnings, ends, strict=True), 1):
        with pdf_fonts.drawing:
            _page(sheet, table, number, len(beginnings), pieces[first:last])
        time.sleep(0)  # let the threads that answer people go first
    with pdf_fonts.drawing:
        canvas.save()
    return out.getvalue()


def _pieces(sheet: "_Sheet", table: Table) -> list[_Piece]:
    """Cut the table into rows and the lines below them."""
    found = []
    for at, row in enumerate(table.rows):
        lines = [
            (font, line)
            for title, text in (table.notes[at] if table.notes else ())
            for font, words in ((BOLD, title), (REGULAR, text))
            for line in sheet.whole(words, font)
        ]
        stays = sum(_LEADING for _ in lines[:2])
        found.append(_Piece(sheet.height(row), row, stays=stays))
        found += [
            _Piece(_LEADING, font=font, line=line, stays=_LEADING if font is BOLD else 0.0)
            for font, line in lines
        ]
        if lines:
            found.append(_Piece(_PADDING / 2))
    return found


def _beginnings(sheet: "_Sheet", table: Table, pieces: Sequence[_Piece]) -> list[int]:
    """Find with which piece each page begins."""
    found = [0]
    left = _room(sheet, table, is_first=True)
    for at, piece in enumerate(pieces):
        if piece.height + piece.stays > left and at > found[-1]:
            found.append(at)
            left = _room(sheet, table, is_first=False)
            time.sleep(0)
        left -= piece.height
    return found


def _room(sheet: "_Sheet", table: Table, *, is_first: bool) -> float:
    above = _top(sheet, table) if is_first else 0.0
    return float(HEIGHT - 2 * MARGIN - above - sheet.height(_headed(table)))


def _top(sheet: "_Sheet", table: Table) -> float:
    return 30.0 + sum(len(sheet.lines(words, REGULAR, INNER)) * _LEADING for words in table.subtitle) + 10


def _headed(table: Table) -> Row:
    one, two, three, four = table.header
    return (one,), (two,), (three,), (four,)


def _page(sheet: "_Sheet", table: Table, number: int, pages: int, pieces: Sequence[_Piece]) -> None:
    y = HEIGHT - MARGIN
    if number == 1:
        sheet.text(MARGIN, y - 20, BOLD, 20, printable(table.title))
        below = y - 30
        for words in table.subtitle:
            for line in sheet.lines(words, REGULAR, INNER):
                below -= _LEADING
                sheet.text(MARGIN, below, REGULAR, _SIZE, line)
        y -= _top(sheet, table)
    y = sheet.row(y, _headed(table))
    if pieces and pieces[0].row is None:
        sheet.rule(y)
        y -= _PADDING / 2
    for piece in pieces:
        if piece.row is not None:
            sheet.rule(y)
            sheet.row(y, piece.row)
        elif piece.line:
            sheet.text(MARGIN + sheet.indent, y - _LEADING + 3, piece.font, _SIZE, piece.line)
        y -= piece.height
    sheet.rule(y)
    foot = table.page_of.format(page=number, pages=pages)
    wide = width_of(foot, REGULAR) * _SIZE
    sheet.text(MARGIN + INNER - wide, _FOOT, REGULAR, _SIZE, foot)
    sheet.show()


class _Sheet:
    """Rows of cells on a canvas; remembers how each text is broken and written."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._lines: dict[tuple[str, str, float], list[str]] = {}
        self._shown: dict[tuple[str, float, str], str] = {}
        self._texts: list[str] = []
        self._rules: list[float] = []
        self._widths = [INNER * share - _GAP for share in _SHARES]
        self.indent = self._widths[0] + _GAP
        """where the lines below a row begin: under the second column"""

    def whole(self, text: str, font: str) -> list[str]:
        """Break a text below a row into lines, as many as it takes."""
        return wrap(printable(text, keep_lines=True), font, _SIZE, INNER - self.indent)

    def lines(self, text: str, font: str, width: float) -> list[str]:
        """Break a text into lines."""
        key = (text, font, width)
        if key not in self._lines:
            found = wrap(printable(text[:_LONGEST]), font, _SIZE, width)
            if len(found) > _MOST_LINES:
                found = [*found[: _MOST_LINES - 1], found[_MOST_LINES - 1].rstrip() + "…"]
            self._lines[key] = found
        return self._lines[key]

    def height(self, row: Iterable[Cell]) -> float:
        """Measure a row in points."""
        most = max(len(self._cell(cell, width)) for cell, width in zip(row, self._widths, strict=True))
        return most * _LEADING + _PADDING

    def _cell(self, cell: Cell, width: float) -> list[tuple[str, str]]:
        fonts = (BOLD, *[REGULAR] * len(cell))
        return [
            (font, line)
            for font, words in zip(fonts, cell, strict=False)
            if words
            for line in self.lines(words, font, width)
        ]

    def row(self, y: float, row: Iterable[Cell]) -> float:
        """Write a row below a height; returns the height below it."""
        left, below = MARGIN, y
        for cell, width in zip(row, self._widths, strict=True):
            at = y - _PADDING / 2 + 2
            for font, line in self._cell(cell, width):
                at -= _LEADING
                self.text(left, at, font, _SIZE, line)
            left += width + _GAP
            below = min(below, at)
        return below - _PADDING / 2 - 2

    def text(self, x: float, y: float, font: str, size: float, line: str) -> None:
        """Write a line; the space keeps it apart from the next for programs that read or copy the text."""
        key = (font, size, line)
        if key not in self._shown:
            self._shown[key] = write(self._canvas._doc, 0, 0, font, size, line + " ")
        self._texts.append(self._shown[key].replace(_ORIGIN, f"1 0 0 1 {x:.2f} {y:.2f} Tm", 1))

    def rule(self, y: float) -> None:
        """Draw a line over the whole width."""
        self._rules.append(y)

    def show(self) -> None:
        """Put what was written on a page and begin the next one."""
        canvas = self._canvas
        canvas.setFillGray(0)
        canvas.addLiteral("\n".join(self._texts))
        canvas.setLineWidth(0.5)
        canvas.setStrokeGray(0.6)
        for y in self._rules:
            canvas.line(MARGIN, y, MARGIN + INNER, y)
        canvas.showPage()
        self._texts, self._rules = [], []
