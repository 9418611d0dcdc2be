"""«Мои данные»: all that is kept of somebody as pages to read, and the archive that it is sent in."""

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from documents import pdf_fonts
from documents.page import INNER, Page
from documents.pdf_fonts import BOLD, REGULAR, printable

_SCALE = 0.8
_LONGEST = 1500
_LABELS = INNER * 0.34

Block = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with labels and values under it, or with one line of text where there are none."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    note: str = ""
    is_chapter: bool = False
    """begins with a larger heading: a person"""


@dataclass(frozen=True, slots=True)
class OwnData:
    """What stands on the pages, in the reader's language. `language` is an IETF tag."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    footer: str
    language: str


def render(data: OwnData) -> bytes:
    """Make the PDF, from any thread; as many pages as it takes."""
    with pdf_fonts.drawing:
        pdf_fonts.load()
        out = io.BytesIO()
        canvas = Canvas(out, A4, invariant=1, pageCompression=1, lang=data.language, initialFontName=REGULAR)
        canvas.setTitle(data.title)
        canvas.setAuthor("Talon")
        canvas.setCreator("Talon")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        pdf_fonts.begin(canvas._doc)
        for page in _paged(_blocks(data)):
            page.draw(canvas)
            canvas.showPage()
        canvas.save()
        return out.getvalue()


def _paged(blocks: list[Block]) -> list[Page]:
    """Put blocks on pages; none is broken, each is lower than a page."""
    pages = [Page(_SCALE, _LONGEST)]
    for block in blocks:
        trial = Page(_SCALE, _LONGEST)
        room = trial.left
        block(trial)
        if room - trial.left > pages[-1].left:
            pages.append(Page(_SCALE, _LONGEST))
        block(pages[-1])
    return pages


def _blocks(data: OwnData) -> list[Block]:
    def text(words: str, font: str, size: float, before: float = 0.0) -> Block:
        line = printable(words)

        def block(page: Page) -> None:
            page.skip(before)
            page.text(line, font, size, INNER)
            page.skip(4)

        return block

    def pair(label: str, value: str) -> Block:
        left, right = printable(label), printable(value)
        return lambda page: page.pair(left, right, _LABELS, REGULAR, 12)

    blocks = [text(data.title, BOLD, 22), text(data.subtitle, REGULAR, 12)]
    for section in data.sections:
        size, before = (18.0, 22.0) if section.is_chapter else (14.0, 14.0)
        blocks.append(text(section.title, BOLD, size, before))
        if section.note:
            blocks.append(text(section.note, REGULAR, 12))
        blocks += [pair(label, value) for label, value in section.rows]
    return [*blocks, text(data.footer, REGULAR, 11, 14)]


def archive(files: Iterable[tuple[str, bytes]], made_at: datetime) -> bytes:
    """Put files into a ZIP, from any thread; names are in UTF-8, dates are that of the whole."""
    out = io.BytesIO()
    stamp = made_at.timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files:
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, content)
    return out.getvalue()
