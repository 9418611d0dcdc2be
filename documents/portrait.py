"""A picture in place of a doctor's photo: their initials on a quiet ground."""

import hashlib
import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_FONT = Path(__file__).parent / "fonts" / "TalonSans-Bold.ttf"
_WIDTH, _HEIGHT = 720, 360
_RADIUS = 130
_FINE = 2
"""Drawn so many times larger and made smaller again: round edges."""
_GROUNDS = (
    ("#DCEBF7", "#3C78A8"),
    ("#DFF1E6", "#3F8A62"),
    ("#F6E7DC", "#B0703F"),
    ("#EAE3F5", "#7257A8"),
    ("#F7E1E6", "#B0506A"),
    ("#E3EEF0", "#3F7F8A"),
)
"""Ground and figure; white on the figure can be read by those who see colours badly too."""


def initials(given_name: str, surname: str) -> str:
    """Take the first letters of name and surname."""
    return "".join(part[0].upper() for part in (given_name, surname) if part)


def png(letters: str, key: str) -> bytes:
    """Draw the picture, from any thread; `key` chooses the colours, the same ones each time."""
    ground, figure = _GROUNDS[hashlib.sha256(key.encode()).digest()[0] % len(_GROUNDS)]
    picture = Image.new("RGB", (_WIDTH * _FINE, _HEIGHT * _FINE), ground)
    draw = ImageDraw.Draw(picture)
    x, y, radius = _WIDTH * _FINE // 2, _HEIGHT * _FINE // 2, _RADIUS * _FINE
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=figure)
    font = ImageFont.truetype(_FONT, int(radius * (0.85 if len(letters) < 3 else 0.6)))
    draw.text((x, y), letters, fill="#FFFFFF", font=font, anchor="mm")
    out = io.BytesIO()
    picture.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS).quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()
