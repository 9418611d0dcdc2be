"""What must never be found in clear, and the places where it is looked for.

To watch over one more thing: a line in `CANARIES`, and a step in test_nothing_leaks that says it.
"""

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pypdfium2
import zxingcpp
from PIL import Image

from sandbox.server import TOKEN
from tests.e2e.conftest import KEY, Stand

TELEGRAM_ID = 7_358_214_960
CANARIES: dict[str, tuple[str, ...]] = {
    "surname": ("Жемчугова",),
    "given name": ("Прасковья",),
    "patronymic": ("Никаноровна",),
    "phone": ("79161357924", "9161357924", "+7 916 135-79-24", "916 135-79-24", "(916) 135-79-24"),
    "date of birth": ("15.04.1986", "1986-04-15", "15 апреля 1986", "19860415"),
    "SNILS": ("163-742-918 84", "16374291884"),
    "policy": ("4655310884318455", "4655 3108 8431 8455"),
    "passport": ("4617 482915", "4617482915"),
    "place": ("55.752914", "37.617635", "55.753", "37.618"),
    "purpose": ("ноет коленка",),
    "reason of the move": ("уезжаю к тётушке",),
    "reason of the cancel": ("тётушка выздоровела",),
    "request to support": ("талон жёлтый в крапинку",),
    "answer of support": ("крапинку сейчас отмоем",),
    "comment": ("очень долго грузилось у канарейки",),
    "result": ("сыпь на левой лодыжке",),
    "recommendations": ("мазать зелёнкой по средам",),
    "name of a clinic's file": ("анализ канарейки",),
    "e-mail": ("zhemchug-kanareika.example",),
    "name in Telegram": ("Параша-Канарейка",),
    "Telegram id": (str(TELEGRAM_ID),),
    "token": (TOKEN, TOKEN.split(":")[1]),
    "key": (KEY,),
}
"""What is watched, in the ways in which people and programs write it."""
ALLOWED = {("Telegram id", "store")}
"""The store finds a chat by its number; nowhere else may it stand."""
HASHES = ("md5", "sha1", "sha256", "blake2b")

_LINK = re.compile(r"(?:https?://|tg://|t\.me/|tel:|mailto:)[^\s\"'<>]+")
_CARRYING = {"callback_data", "url", "copy_text", "switch_inline_query", "switch_inline_query_current_chat"}


def spellings(value: str) -> Iterator[bytes]:
    """Write a value as bytes in every way that is as good as clear: encodings, base64, bare hashes."""
    for text in {value, value.lower(), value.upper(), value.casefold().replace("ё", "е")}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1251"):
            yield text.encode(encoding)
        yield json.dumps(text)[1:-1].encode()
        yield from (quote(text).encode(), quote_plus(text).encode())
        raw = text.encode()
        yield from (raw.hex().encode(), raw.hex().upper().encode())
        for lead in range(3):  # base64 reads three bytes at a time, wherever the value begins
            whole = base64.b64encode(b"\0" * lead + raw)
            part = whole[(0, 2, 3)[lead] : len(whole) - (0, 3, 2)[(lead + len(raw)) % 3]]
            yield from (part, part.replace(b"+", b"-").replace(b"/", b"_"))
        for name in HASHES:
            digest = hashlib.new(name, raw)
            yield from (digest.digest(), digest.hexdigest().encode())
    if value.isdecimal() and 9 < len(value) < 15:
        yield int(value).to_bytes(6, "big")  # as SQLite keeps an integer of this size


_SPELLINGS = {
    (name, spelling) for name, values in CANARIES.items() for value in values for spelling in spellings(value)
}


def found(place: str, content: bytes | str) -> set[tuple[str, str]]:
    """Name the canaries that a text or bytes contain, each with the place it was found in."""
    raw = content if isinstance(content, bytes) else content.encode()
    return {(name, place) for name, spelling in _SPELLINGS if spelling in raw} - {
        one for one in ALLOWED if one[1] == place
    }


def in_messages(messages: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """Look into buttons, links and file names of the bot's messages; their words are for the patient."""
    leaks: set[tuple[str, str]] = set()
    for message in messages:
        for key, value in _leaves(message):
            if key in _CARRYING:
                leaks |= found("button", value)
            elif key == "file_name":
                leaks |= found("file name", value)
            for link in _LINK.findall(value):
                leaks |= found("link", link)
    return leaks


def _leaves(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Walk through JSON to its values, each with the name it goes by; what is in `copy_text` goes by that."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _leaves(value, key if key in _CARRYING else name)
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value, key)
    else:
        yield key, str(node)


def in_letter(letter: EmailMessage) -> set[tuple[str, str]]:
    """Look into the heads of a letter, its links and the names of its files; `To` alone names the address."""
    leaks: set[tuple[str, str]] = set()
    for part in letter.walk():
        for name, value in part.items():
            if name.lower() != "to":
                leaks |= found("letter's head", str(value))
        if part.get_content_maintype() == "text":
            for link in _LINK.findall(part.get_content()):
                leaks |= found("link", link)
    return leaks


def codes(content: bytes) -> list[str]:
    """Read the QR codes of a picture or of a PDF's first page."""
    if content.startswith(b"%PDF-"):
        document = pypdfium2.PdfDocument(content)
        picture = document[0].render(scale=2).to_pil()
        document.close()
    else:
        picture = Image.open(io.BytesIO(content))
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def on_disk(stand: Stand) -> set[tuple[str, str]]:
    """Look into every byte beside the store: its file, its log of writes, and whatever else lies there."""
    files = [path for path in Path(stand.store).parent.iterdir() if path.is_file()]
    assert stand.store in files
    leaks: set[tuple[str, str]] = set()
    for path in files:
        leaks |= found("store", path.read_bytes()) | found("store", path.name)
    for (table,) in stand.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in stand.rows(f'SELECT * FROM "{table}"'):
            leaks |= found("store", "\0".join(map(str, row)))
    return leaks
