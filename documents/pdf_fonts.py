"""The fonts of our PDFs, made ready once: what a document needs of them is cut out and packed in advance."""

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


def printable(text: str) -> str:
    """Turn text into what the fonts can show: other signs become «?», invisible ones go."""
    known = pdfmetrics.getFont(REGULAR).face.charToGlyph
    signs = []
    for sign in unicodedata.normalize("NFC", text):
        if sign.isspace():
            signs.append(" ")
        elif ord(sign) in known:
            signs.append(sign)
        elif unicodedata.category(sign) not in ("Mn", "Me", "Cf", "Cc", "Cs"):
            signs.append("?")
    return " ".join("".join(signs).split())


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Break text into lines no wider than `width` points; a word that is wider itself is broken too."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if pdfmetrics.stringWidth(longer, font, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while pdfmetrics.stringWidth(word, font, size) > width and len(word) > 1:
            cut = len(word) - 1
            while cut > 1 and pdfmetrics.stringWidth(word[:cut], font, size) > width:
                cut -= 1
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    if line:
        lines.append(line)
    return lines
