"""QR codes: a picture for the screen, a matrix for the paper."""

import io
from functools import lru_cache

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, QRData

_MASK = 2
"""Any mask reads; trying all eight for the prettiest one takes six times as long."""
_QUIET = 4
"""Modules of white around, as ISO/IEC 18004 asks."""
_PIXELS = 760
"""About so wide and high is the picture: sharp on a phone's screen, 2 kB."""


def matrix(payload: str) -> list[list[bool]]:
    """Make the modules of a QR code, rows from the top, without the white around; True is black.

    Raises ValueError for more than 2,331 bytes of UTF-8: no QR code holds them at this error correction.
    """
    data = payload.encode()
    code = _code(data, _version(len(data)))
    code.make(fit=False)
    modules: list[list[bool]] = code.get_matrix()
    return modules


def _code(data: bytes, version: int | None) -> QRCode:
    code = QRCode(version, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK)
    code.add_data(QRData(data, mode=MODE_8BIT_BYTE))
    return code


@lru_cache(maxsize=512)
def _version(length: int) -> int:
    """Find the smallest QR code for so many bytes; that takes half as long as making it."""
    return int(_code(b"x" * length, None).best_fit())


def png(payload: str) -> bytes:
    """Make a QR code as a PNG picture."""
    modules = matrix(payload)
    size = len(modules) + 2 * _QUIET
    picture = Image.new("1", (size, size), 1)
    picture.putdata(
        [
            not (0 <= y < len(modules) and 0 <= x < len(modules) and modules[y][x])
            for y in range(-_QUIET, size - _QUIET)
            for x in range(-_QUIET, size - _QUIET)
        ]
    )
    scale = max(1, _PIXELS // size)
    out = io.BytesIO()
    picture.resize((size * scale, size * scale), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()
