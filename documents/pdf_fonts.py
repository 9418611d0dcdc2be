"""The fonts of our PDFs, made ready once: what a document needs of them is cut out and packed in advance."""

import re
import threading
import unicodedata
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, TTFontFace, makeToUnicodeCMap

REGULAR, BOLD = "TalonSans", "TalonSans-Bold"
_FOLDER = Path(__file__).parent / "fonts"
_RUSSIAN = "".join(map(chr, range(0x410, 0x450))) + "Ёё0123456789 .,:;-–—−()«»№/+·…\"'"
_USUAL = {REGULAR: _RUSSIAN + "abcdefghijklmnopqrstuvwxyz", BOLD: _RUSSIAN}
"""What nearly every document uses. It is always part of the font, so that it is cut out and packed once;
a letter beyond it costs a millisecond."""

drawing = threading.Lock()
"""Held while a document is made: reportlab's fonts are shared by the threads of a process."""


class _Font(TTFont):  # type: ignore[misc]
    """A font whose subsets come cut out, packed and described, from memory where they were made before."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Add what a finished document uses of the font."""
        state = self.state.pop(doc)
        for number, subset in enumerate(state.subsets):
            internal_name = f"{state.internalName}+{number}"
            base_name = f"{SUBSETN(number).decode()}+{self.face.name.decode()}"
            packed = _packed(self.face, base_name, tuple(subset))
            font = pdfdoc.PDFTrueTypeFont()
            font.Name = internal_name
            font.BaseFont = base_name
            font.FirstChar, font.LastChar = 0, len(subset) - 1
            font.Widths = packed.widths
            font.ToUnicode = doc.Reference(_stream(packed.unicodes), f"toUnicodeCMap:{base_name}")
            file = _stream(packed.glyphs)
            file.dictionary["Length1"] = packed.length
            description = {
                "Type": "/FontDescriptor",
                "FontName": pdfdoc.PDFName(base_name),
                "Flags": self.face.flags & ~32 | 4,  # symbolic: the codes are ours
                "FontBBox": pdfdoc.PDFArray(self.face.bbox),
                "Ascent": self.face.ascent,
                "CapHeight": self.face.capHeight,
                "Descent": self.face.descent,
                "ItalicAngle": self.face.italicAngle,
                "StemV": self.face.stemV,
                "MissingWidth": self.face.defaultWidth,
                "FontFile2": doc.Reference(file, f"fontFile:{base_name}"),
            }
            font.FontDescriptor = doc.Reference(
                pdfdoc.PDFDictionary(description), f"fontDescriptor:{base_name}"
            )
            doc.Reference(font, internal_name)
            doc.idToObject["BasicFonts"].dict[internal_name] = font


@dataclass(frozen=True, slots=True)
class _Packed:
    """A subset as it stands in a PDF: widths as text, glyphs and their meanings deflated."""

    widths: bytes
    unicodes: bytes
    glyphs: bytes
    length: int


@lru_cache(maxsize=64)
def _packed(face: TTFontFace, base_name: str, subset: tuple[int, ...]) -> _Packed:
    glyphs = face.makeSubset(list(subset))
    widths = " ".join(f"{face.getCharWidth(code):g}" for code in subset)
    unicodes = makeToUnicodeCMap(base_name, subset).encode()
    return _Packed(
        f"[ {widths} ]".encode(), zlib.compress(unicodes, 9), zlib.compress(glyphs, 9), len(glyphs)
    )


def _stream(packed: bytes) -> Any:
    stream = pdfdoc.PDFStream(content=packed, filters=[])
    stream.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    return stream


@lru_cache(maxsize=1)
def load() -> None:
    """Read the fonts and make reportlab know them."""
    rl_config.useA85 = 0
    for name, style in ((REGULAR, "Regular"), (BOLD, "Bold")):
        path = str(_FOLDER / f"TalonSans-{style}.ttf")
        pdfmetrics.registerFont(_Font(name, path))


def begin(doc: Any) -> None:
    """Give a new document the usual letters of each font."""
    for name, letters in _USUAL.items():
        pdfmetrics.getFont(name).splitString(letters, doc)


def write(doc: Any, x: float, y: float, font: str, size: float, text: str) -> str:
    """Make the PDF operators that write printable text, in points; drawString takes three times as long."""
    face = pdfmetrics.getFont(font)
    shown = " ".join(
        f"{face.getSubsetInternalName(subset, doc)} {size:.2f} Tf <{codes.hex()}> Tj"
        for subset, codes in face.splitString(text, doc)
    )
    return f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm {shown} ET"


def printable(text: str, *, keep_lines: bool = False) -> str:
    """Turn text into what the fonts can show, on one line or, with `keep_lines`, on the lines it came in.

    A letter with a mark that the fonts lack loses the mark, other signs become «?», invisible ones go. Spaces
    that do not break are kept, and put where a line must not end: «№ 3», «А. П. Чехов», «д. 38».
    """
    known = pdfmetrics.getFont(REGULAR).face.charToGlyph
    signs = []
    for sign in unicodedata.normalize("NFC", text):
        if sign == "\xad":  # a place for a hyphen, not one
            continue
        if ord(sign) in known:
            signs.append(sign)
        elif sign in "\n\r\v\f\x85\u2028\u2029":
            signs.append("\n")
        elif sign.isspace():
            signs.append("\xa0" if sign in "\u202f\u2007" else " ")
        elif unicodedata.category(sign) not in ("Mn", "Me", "Cf", "Cc", "Cs"):
            base = unicodedata.normalize("NFKD", sign)[0]
            signs.append(base if ord(base) in known and not base.isspace() else "?")
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(signs).split("\n"))
    return _GLUED.sub("\\1\xa0", ("\n" if keep_lines else " ").join(line for line in lines if line))


_SPACES = re.compile(" {2,}")
_GLUED = re.compile(r"(№|\b[^\W\d]\.) (?=\S)")


def width_of(text: str, font: str) -> float:
    """Measure printable text, in units of the font's size."""
    face = pdfmetrics.getFont(font).face
    widths, missing = face.charWidths, face.defaultWidth
    return float(sum([widths.get(ord(sign), missing) for sign in text])) / 1000


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Break printable text into lines no wider than `width` points.

    A word that is wider itself is broken too, after a hyphen where it has one.
    """
    room = width / size
    space = width_of(" ", font)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in paragraph.split(" "):
            long = width_of(word, font)
            if line and used + space + long <= room:
                line, used = f"{line} {word}", used + space + long
                continue
            if line:
                lines.append(line)
            if long > room:
                *full, word = _broken(word, font, room)
                lines += full
                long = width_of(word, font)
            line, used = word, long
        if line:
            lines.append(line)
    return lines


def _broken(word: str, font: str, room: float) -> list[str]:
    """Break a word into parts as wide as there is room; a part has at least one letter."""
    parts = []
    start, used, hyphen = 0, 0.0, 0
    for at, sign in enumerate(word):
        step = width_of(sign, font)
        if used + step > room and at > start:
            cut = hyphen if hyphen > start else at
            parts.append(word[start:cut])
            start, used = cut, width_of(word[cut:at], font)
        used += step
        if sign in "-\xa0/":
            hyphen = at + 1
    return [*parts, word[start:]]
