"""One page laid out from the top down: lines of text, rules, boxes, a table of labels and values, a QR code.

What was laid out is drawn into a PDF here, and as a picture in `documents.picture`.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from documents.pdf_fonts import BOLD, REGULAR, width_of, wrap, write

WIDTH, HEIGHT = A4
MARGIN = 20 * mm
INNER = WIDTH - 2 * MARGIN


class Sheet(NamedTuple):
    """A sheet of paper, in points."""

    width: float
    height: float
    margin: float


A4_SHEET = Sheet(WIDTH, HEIGHT, MARGIN)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: its modules, and the upper left corner and the side of the whole, in points."""

    modules: list[list[bool]]
    left: float
    top: float
    side: float


class Page:
    """What stands where. Sizes are points at scale 1 and multiplied by `scale`; columns and margins are not.

    Texts must be printable (`pdf_fonts.printable`); what is longer than `longest` characters ends in «…».
    """

    def __init__(self, scale: float, longest: int, sheet: Sheet = A4_SHEET) -> None:
        self.scale = scale
        self.sheet = sheet
        self.texts: list[tuple[float, float, str, float, str]] = []
        """x, y of the base line from the page's foot, font, size, words"""
        self.rules: list[tuple[float, float, float, float]] = []
        self.boxes: list[tuple[float, float, float, float]] = []
        self.codes: list[Code] = []
        self._longest = longest
        self._y = sheet.height - sheet.margin

    @property
    def fits(self) -> bool:
        """Tell whether all of it lies on the page."""
        return bool(self._y >= self.sheet.margin)

    @property
    def left(self) -> float:
        """Points that are left above the lower margin."""
        return float(self._y - self.sheet.margin)

    def skip(self, points: float) -> None:
        """Leave white."""
        self._y -= points * self.scale

    def skip_below(self, y: float) -> None:
        """Go down to a height, in points from the page's foot, where it is not reached yet."""
        self._y = min(self._y, y)

    def text(
        self,
        text: str,
        font: str,
        size: float,
        width: float,
        *,
        x: float | None = None,
        leading: float = 1.28,
    ) -> None:
        """Write text in as many lines as it takes, from the left margin or from `x`."""
        size *= self.scale
        x = self.sheet.margin if x is None else x
        for line in wrap(self._cut(text), font, size, width):
            self._y -= size * leading
            self.texts.append((x, self._y, font, size, line))

    def centred(self, text: str, font: str, size: float, left: float, width: float, y: float) -> None:
        """Write one line in the middle of a width, its base line at a height; too long, it is set smaller."""
        wide = width_of(text, font)
        size = min(size, width / max(wide, 1))
        self.texts.append((left + (width - wide * size) / 2, y, font, size, text))

    def table(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Write labels and values between rules; the labels' column is as wide as the widest of them."""
        size = 13.5
        widest = max((width_of(self._cut(label), REGULAR) for label, _ in rows), default=0.0)
        column = min(widest * size * self.scale + 6 * mm, INNER * 0.45)
        for label, value in rows:
            self.pair(label, value, column, BOLD, size)
        if rows:
            self._rule()

    def pair(self, label: str, value: str, column: float, font: str, size: float) -> None:
        """Write a label and its value beside it, under a rule; the column of labels is so wide."""
        self._rule()
        self.skip(4)
        top = self._y
        self.text(label, REGULAR, size, column - 3 * mm)
        below_label, self._y = self._y, top
        self.text(value, font, size, INNER - column, x=MARGIN + column)
        self.skip_below(below_label)
        self.skip(9)

    def boxed(self, title: str, text: str) -> None:
        """Write text with a title in a box."""
        inset = 4 * mm
        top = self._y
        self.skip(6)
        self.text(title, BOLD, 13, INNER - 2 * inset, x=MARGIN + inset)
        self.skip(2)
        self.text(text, REGULAR, 13, INNER - 2 * inset, x=MARGIN + inset)
        self.skip(11)
        self.boxes.append((MARGIN, self._y, INNER, top - self._y))

    def draw(self, canvas: Canvas) -> None:
        """Put what was laid out on the canvas."""
        canvas.setFillGray(0)
        for code in self.codes:
            canvas.addLiteral(_drawn(code))
        # the space keeps the words of two lines apart for programs that read or copy the text
        lines = (write(canvas._doc, x, y, font, size, f"{text} ") for x, y, font, size, text in self.texts)
        canvas.addLiteral("\n".join(lines))
        canvas.setLineWidth(0.5)
        canvas.setStrokeGray(0.4)
        for rule in self.rules:
            canvas.line(*rule)
        canvas.setStrokeGray(0.35)
        canvas.setLineWidth(0.9)
        for box in self.boxes:
            canvas.roundRect(*box, 5)

    def _rule(self) -> None:
        self.rules.append((MARGIN, self._y, MARGIN + INNER, self._y))

    def _cut(self, text: str) -> str:
        return text if len(text) <= self._longest else text[: self._longest - 1].rstrip() + "…"


_BLACK = re.compile(b"\x01+")


def _drawn(code: Code) -> str:
    """Make the PDF operators of a QR code: the black runs of each row as one path."""
    side = code.side / len(code.modules)
    # in modules, from the top: whole numbers are written ten times as fast as points
    drawing = [f"q 0 g {side:.4f} 0 0 {-side:.4f} {code.left:.4f} {code.top:.4f} cm"]
    for number, row in enumerate(code.modules):
        runs = _BLACK.finditer(bytes(row))
        drawing += [f"{run.start()} {number} {run.end() - run.start()} 1 re" for run in runs]
    return "\n".join([*drawing, "f Q"])
