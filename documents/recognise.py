"""What a file is, by its content and never by its name. No picture is decoded, no stream unpacked."""

import re
import zlib
from dataclasses import dataclass

from documents import pdf_lock

LARGEST = 5 * 1024 * 1024
"""In bytes."""
MOST_PIXELS = 50_000_000
"""A picture of more is a trap for whoever opens it, or a poster."""
_MOST_PARTS = 20_000
"""Segments or chunks; a picture of 5 MB has some hundreds."""


class Unrecognised(Exception):
    """The file cannot be taken; `problem` says why.

    «file_empty», «file_too_large», «file_zip», «file_heic», «file_type», «file_password», «file_broken»,
    «file_huge» (pixels).
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is; width and height in pixels, 0 for a PDF."""

    media_type: str
    suffix: str
    width: int = 0
    height: int = 0


def recognise(content: bytes) -> Recognised:
    """Say what a file is: PDF, JPEG or PNG. A file that is two things is what its beginning says.

    Raises Unrecognised.
    """
    if not content:
        raise Unrecognised("file_empty")
    if len(content) > LARGEST:
        raise Unrecognised("file_too_large")
    if content.startswith(b"\xff\xd8\xff"):
        return Recognised("image/jpeg", ".jpg", *_checked(_jpeg_size(content)))
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Recognised("image/png", ".png", *_checked(_png_size(content)))
    if content[:64].lstrip(b"\xef\xbb\xbf\0\t\n\f\r ").startswith(b"%PDF-"):
        return _pdf(content)
    raise Unrecognised(_foreign(content))


def _foreign(content: bytes) -> str:
    if content.startswith(
        (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
    ):
        return "file_zip"
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):  # an office document of before 2007
        return "file_zip"
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"):
        return "file_heic"
    return "file_type" if content.strip(b"\0\t\n\r ") else "file_empty"


_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG that begin a frame and tell its size."""
_ALONE = frozenset(range(0xD0, 0xD9)) | {0x01}
"""Markers of JPEG that have no length after them."""

_FILL = re.compile(b"\xff+")
"""Before a marker; any number of them fills a gap."""


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Read width and height from the frame's header; None where the file ends before its picture begins."""
    at, size = 2, (0, 0)
    for _ in range(_MOST_PARTS):
        fill = _FILL.match(content, at)
        if fill is None:
            return None
        at = fill.end()
        marker, length = content[at : at + 1], int.from_bytes(content[at + 1 : at + 3], "big")
        if not marker or marker[0] == 0xD9:
            return None
        if marker[0] in _ALONE:
            at += 1
            continue
        if length < 2 or at + 1 + length >= len(content):
            return None
        if marker[0] in _FRAMES:
            height, width = (int.from_bytes(content[at + place : at + place + 2], "big") for place in (4, 6))
            size = max(size, (width, height), key=lambda size: size[0] * size[1])
        if marker[0] == 0xDA:  # the picture itself
            return size
        at += 1 + length
    return None


def _png_size(content: bytes) -> tuple[int, int] | None:
    """Read width and height from the header; None where the file ends before its picture does."""
    if content[8:16] != b"\0\0\0\x0dIHDR" or zlib.crc32(content[12:29]).to_bytes(4, "big") != content[29:33]:
        return None
    size = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    at, has_picture = 33, False
    for _ in range(_MOST_PARTS):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if kind == b"IEND" and has_picture:
            return size
        at += 12 + length
        if not kind or at > len(content):
            return None
        has_picture = has_picture or kind == b"IDAT"
    return None


def _checked(size: tuple[int, int] | None) -> tuple[int, int]:
    if size is None or not all(size):
        raise Unrecognised("file_broken")
    if size[0] * size[1] > MOST_PIXELS:
        raise Unrecognised("file_huge")
    return size


def _pdf(content: bytes) -> Recognised:
    if b"%%EOF" not in content and b"startxref" not in content:
        raise Unrecognised("file_broken")
    if pdf_lock.is_locked(content):
        raise Unrecognised("file_password")
    return Recognised("application/pdf", ".pdf")
