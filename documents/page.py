"""One A4 page laid out from the top down: lines of text, rules, boxes and a table of labels and values."""

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from documents.pdf_fonts import BOLD, REGULAR, width_of, wrap, write

WIDTH, HEIGHT = A4
MARGIN = 20 * mm
INNER = WIDTH - 2 * MARGIN


class Page:
    """What stands where. Sizes are points at scale 1 and multiplied by `scale`; columns and margins are not.

    Texts must be printable (`pdf_fonts.printable`); what is longer than `longest` characters ends in «…».
    """

    def __init__(self, scale: float, longest: int) -> None:
        self.scale = scale
        self._longest = longest
        self._texts: list[tuple[float, float, str, float, str]] = []
        self._rules: list[tuple[float, float, float, float]] = []
        self._boxes: list[tuple[float, float, float, float]] = []
        self._y = HEIGHT - MARGIN

    @property
    def fits(self) -> bool:
        """Tell whether all of it lies on the page."""
        return bool(self._y >= MARGIN)

    @property
    def left(self) -> float:
        """Points that are left above the lower margin."""
        return float(self._y - MARGIN)

    def skip(self, points: float) -> None:
        """Leave white."""
        self._y -= points * self.scale

    def skip_below(self, y: float) -> None:
        """Go down to a height, in points from the page's foot, where it is not reached yet."""
        self._y = min(self._y, y)

    def text(
        self, text: str, font: str, size: float, width: float, *, x: float = MARGIN, leading: float = 1.28
    ) -> None:
        """Write text in as many lines as it takes."""
        size *= self.scale
        for line in wrap(self._cut(text), font, size, width):
            self._y -= size * leading
            self._texts.append((x, self._y, font, size, line))

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
        self._boxes.append((MARGIN, self._y, INNER, top - self._y))

    def draw(self, canvas: Canvas) -> None:
        """Put what was laid out on the canvas."""
        canvas.setFillGray(0)
        # the space keeps the words of two lines apart for programs that read or copy the text
        lines = (write(canvas._doc, x, y, font, size, f"{text} ") for x, y, font, size, text in self._texts)
        canvas.addLiteral("\n".join(lines))
        canvas.setLineWidth(0.5)
        canvas.setStrokeGray(0.6)
        for rule in self._rules:
            canvas.line(*rule)
        canvas.setStrokeGray(0.35)
        canvas.setLineWidth(0.9)
        for box in self._boxes:
            canvas.roundRect(*box, 5)

    def _rule(self) -> None:
        self._rules.append((MARGIN, self._y, MARGIN + INNER, self._y))

    def _cut(self, text: str) -> str:
        return text if len(text) <= self._longest else text[: self._longest - 1].rstrip() + "…"
