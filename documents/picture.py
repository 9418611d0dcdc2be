"""A laid-out page as a PNG: drawn by Pillow from the same layout as the PDF, so the two cannot differ."""

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from documents.page import Code, Page

_FOLDER = Path(__file__).parent / "fonts"
_BLACK, _GREY, _DARK = 0, 102, 89
"""The same shades as in the PDF; readable when they are printed in black and white."""
_FINER = 3


def png(page: Page, dots_per_inch: float, *, white: float | None = None) -> bytes:
    """Draw a page, from any thread; with `white`, only what stands on it and so many points around."""
    scale = dots_per_inch / 72
    size = round(page.sheet.width * scale), round(page.sheet.height * scale)
    canvas = _drawn(page, size, scale * _FINER).resize(size, Image.Resampling.BOX)
    draw = ImageDraw.Draw(canvas)
    for code in page.codes:
        _draw_code(draw, code, code.left * scale, (page.sheet.height - code.top) * scale, scale)
    if white is not None:
        canvas = _trimmed(canvas, round(white * scale))
    out = io.BytesIO()
    canvas.save(out, "PNG")
    return out.getvalue()


def _drawn(page: Page, size: tuple[int, int], scale: float) -> Image.Image:
    """Draw all but the QR code, finer than shown: letters are whole pixels wide, and lines would grow."""
    height = page.sheet.height
    canvas = Image.new("L", (size[0] * _FINER, size[1] * _FINER), 255)
    draw = ImageDraw.Draw(canvas)
    for left, y, right, _ in page.rules:
        at = (height - y) * scale
        draw.line((left * scale, at, right * scale, at), fill=_GREY, width=round(0.6 * scale))
    for left, bottom, width, tall in page.boxes:
        top = (height - bottom - tall) * scale
        corners = (left * scale, top, (left + width) * scale, top + tall * scale)
        draw.rounded_rectangle(corners, 5 * scale, outline=_DARK, width=round(0.9 * scale))
    for x, y, font, points, text in page.texts:
        place = (x * scale, (height - y) * scale)
        draw.text(place, text, fill=_BLACK, font=_font(font, points * scale), anchor="ls")
    return canvas


def _draw_code(draw: ImageDraw.ImageDraw, code: Code, left: float, top: float, scale: float) -> None:
    """Draw a QR code whose modules are all of so many whole pixels, in the middle of its place."""
    count = len(code.modules)
    module = max(1, int(code.side * scale / count))
    shift = (code.side * scale - module * count) / 2
    x, y = round(left + shift), round(top + shift)
    for row, modules in enumerate(code.modules):
        for column, is_black in enumerate(modules):
            if is_black:
                corner = (x + column * module, y + row * module)
                draw.rectangle((*corner, corner[0] + module - 1, corner[1] + module - 1), fill=_BLACK)


def _trimmed(canvas: Image.Image, white: int) -> Image.Image:
    inked = canvas.point(lambda shade: 255 - shade).getbbox()
    if inked is None:
        return canvas
    left, top, right, bottom = inked
    return canvas.crop(
        (
            max(0, left - white),
            max(0, top - white),
            min(canvas.width, right + white),
            min(canvas.height, bottom + white),
        )
    )


@lru_cache(maxsize=64)
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    style = "Bold" if name.endswith("Bold") else "Regular"
    return ImageFont.truetype(_FOLDER / f"TalonSans-{style}.ttf", size, layout_engine=ImageFont.Layout.BASIC)
