"""Whether a PDF is encrypted, seen from its trailer alone (ISO 32000, 7.5.5 and 7.5.8); nothing is unpacked.

The words «/Encrypt» in a text or in an attached file say nothing; the entry of the last trailer does.
"""

import re

_BLANK = b"\0\t\n\f\r "
_GAP = b"[" + _BLANK + b"]{1,99}"
_START = re.compile(b"startxref" + _GAP + b"([0-9]{1,10})")
_OBJECT = re.compile(b"(?:" + _GAP + b")?[0-9]{1,10}" + _GAP + b"[0-9]{1,5}" + _GAP + b"obj")
_TABLE = re.compile(b"(?:" + _GAP + b")?xref")
_TOKEN = re.compile(
    b"<<|>>|[\\[\\](]|<[0-9A-Fa-f" + _BLANK + b"]*>|%[^\\r\\n]*|[" + _BLANK + b"]+"
    b"|[0-9.+-][0-9.+" + _BLANK + b"-]*"  # a row of numbers is one piece
    b"|/?[^" + _BLANK + b"()<>\\[\\]{}/%]+|.",
    re.DOTALL,
)
_STRING_SIGN = re.compile(rb"[()\\]")
_LONGEST = 16 * 1024
"""Bytes of a trailer that are looked through."""
_GUESSES = 4
"""How many places are tried where the file does not say where its trailer is."""


def is_locked(content: bytes) -> bool:
    """Tell whether a PDF's trailer names an encryption dictionary."""
    trailers = [at for at in (_last_trailer(content),) if at is not None] or _likely_trailers(content)
    return any(_entries(content, at).get(b"/Encrypt", b"null") != b"null" for at in trailers)


def _last_trailer(content: bytes) -> int | None:
    """Find the dictionary of the last cross-reference section, where «startxref» says that it is."""
    start = _START.match(content, max(0, content.rfind(b"startxref")))
    if start is None:
        return None
    for shift in (0, content.find(b"%PDF-")):  # signs before the header may be counted or not
        at = int(start[1]) + shift
        if found := _OBJECT.match(content, at):
            return _dictionary(content, found.end())
        if _TABLE.match(content, at) and (trailer := content.find(b"trailer", at)) >= 0:
            return _dictionary(content, trailer + len(b"trailer"))
    return None


def _likely_trailers(content: bytes) -> list[int]:
    """Find what looks like trailers, from the end: what a reader does that mends a damaged file."""
    found, end = [], len(content)
    for _ in range(_GUESSES):
        end = content.rfind(b"trailer", 0, end)
        if end < 0:
            break
        found.append(_dictionary(content, end + len(b"trailer")))
    end = len(content)
    for _ in range(_GUESSES):
        end = content.rfind(b"/XRef", 0, end)
        if end < 0:
            break
        found.append(_dictionary(content, content.rfind(b"obj", max(0, end - _LONGEST), end) + len(b"obj")))
    return [at for at in found if at is not None]


def _dictionary(content: bytes, at: int) -> int | None:
    """Pass blanks and comments; where a dictionary opens, return the place after its sign."""
    end = at + _LONGEST
    while at < end and (token := _TOKEN.match(content, at)):
        at = token.end()
        if token[0] == b"<<":
            return at
        if token[0][:1] != b"%" and token[0].strip(_BLANK):
            return None
    return None


def _entries(content: bytes, at: int) -> dict[bytes, bytes]:
    """Read the dictionary that opens before `at`: its own names, each with the first piece of its value."""
    entries: dict[bytes, bytes] = {}
    depth, key, end = 1, b"", at + _LONGEST
    while depth and at < end and (token := _TOKEN.match(content, at)):
        piece, at = token[0], token.end()
        if piece[:1] in _BLANK + b"%":
            continue
        if piece == b"(":
            at = _after_string(content, at, end)
        if depth == 1 and piece not in (b">>", b"]"):
            if key:
                entries[key], key = piece, b""
            elif piece[:1] == b"/":
                key = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), piece)
        depth += (piece in (b"<<", b"[")) - (piece in (b">>", b"]"))
    return entries


def _after_string(content: bytes, at: int, end: int) -> int:
    """Find where a string ends; brackets in it are balanced or escaped."""
    depth = 1
    while depth and (sign := _STRING_SIGN.search(content, at, end)):
        at = sign.end() + (sign[0] == b"\\")
        depth += (sign[0] == b"(") - (sign[0] == b")")
    return end if depth else at
