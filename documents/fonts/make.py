"""Make Talon Sans from PT Sans: `python documents/fonts/make.py FOLDER_WITH_PT_SANS` (needs fonttools).

Letters of all Cyrillic and European languages, digits and signs stay; hints and layout tables go, since a PDF
uses neither. That makes a ticket three times smaller. PT Sans' licence asks changed versions to take another
name.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

RANGES = [
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x218, 0x21B),
    (0x400, 0x52F),
]
SIGNS = "ẞ‐‑–—‘’‚“”„‹›•…‰№™−×≤≥€₽"
NAME = "Talon Sans"


def make(source: Path, style: str, target: Path) -> None:
    """Write one style."""
    font = TTFont(source, recalcTimestamp=False)  # equal input makes equal files
    options = Options(hinting=False, layout_features=[], name_IDs=[0, 1, 2, 4, 6], notdef_outline=True)
    options.drop_tables += ["GPOS", "GSUB", "kern", "DSIG", "hdmx", "VDMX", "LTSH", "gasp"]
    subsetter = Subsetter(options)
    subsetter.populate(
        unicodes={c for first, last in RANGES for c in range(first, last + 1)} | set(map(ord, SIGNS))
    )
    subsetter.subset(font)
    family = NAME.replace(" ", "")
    for number, text in ((1, NAME), (4, f"{NAME} {style}"), (6, f"{family}-{style}")):
        for record in font["name"].names:
            if record.nameID == number:
                record.string = text
    font.save(target)


if __name__ == "__main__":
    here = Path(__file__).parent
    for style in ("Regular", "Bold"):
        make(Path(sys.argv[1]) / f"PT_Sans-Web-{style}.ttf", style, here / f"TalonSans-{style}.ttf")
