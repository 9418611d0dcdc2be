"""What files are, by their content: real ones made by the libraries, broken ones made of them, and bombs."""

import io
import random
import struct
import time
import zipfile
import zlib
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from documents.recognise import LARGEST, MOST_PIXELS, Recognised, Unrecognised, recognise

PROBLEMS = {
    "file_empty", "file_too_large", "file_zip", "file_heic", "file_type", "file_password", "file_broken",
    "file_huge",
}  # fmt: skip


ANSWERS = PROBLEMS | {"image/jpeg", "image/png", "application/pdf"}


def outcome(content: bytes) -> str:
    try:
        return recognise(content).media_type
    except Unrecognised as refused:
        return refused.problem


def problem(content: bytes) -> str:
    with pytest.raises(Unrecognised) as refused:
        recognise(content)
    return refused.value.problem


def picture(form: str, size: tuple[int, int] = (64, 48), **how: Any) -> bytes:
    out = io.BytesIO()
    noise = Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3))
    noise.save(out, form, **how)
    return out.getvalue()


def pdf(text: str = "Hello", **how: Any) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, **how)
    canvas.drawString(72, 720, text)
    canvas.save()
    return out.getvalue()


def locked_pdf(algorithm: str, user: str = "secret") -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf()))
    writer.encrypt(user, "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("word/document.xml", "<w/>")
    return out.getvalue()


def with_xref_stream(entries: bytes, before: bytes = b"") -> bytes:
    """Make a PDF whose cross-references are a stream, as all newer programs write it."""
    head = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    head += b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n" + before
    packed = zlib.compress(bytes(20))
    stream = (
        b"9 0 obj\n<<" + entries + b"/Type /XRef/W[1 2 1]/Index[0 3]/Size 10/Root 1 0 R/Filter/FlateDecode"
    )
    stream += b"/ID[<AB><CD>]/Length %d>>\nstream\n" % len(packed) + packed + b"\nendstream\nendobj\n"
    return head + stream + b"startxref\n%d\n%%%%EOF\n" % len(head)


# --- what is taken


@pytest.mark.parametrize(
    "how",
    [{}, {"progressive": True}, {"quality": 100, "subsampling": 0}, {"exif": b"Exif\0\0" + bytes(60_000)}],
)
def test_jpeg(how: dict[str, Any]) -> None:
    assert recognise(picture("JPEG", **how)) == Recognised("image/jpeg", ".jpg", 64, 48)


@pytest.mark.parametrize("how", [{}, {"optimize": True}, {"dpi": (300, 300)}])
def test_png(how: dict[str, Any]) -> None:
    assert recognise(picture("PNG", **how)) == Recognised("image/png", ".png", 64, 48)


def test_jpeg_with_padded_markers_and_an_odd_end() -> None:
    content = picture("JPEG")
    assert recognise(content[:2] + b"\xff\xff\xff" + content[2:]).width == 64
    assert recognise(content[:-2]).height == 48  # no end marker: every program shows it
    assert recognise(content + bytes(100)).height == 48


@pytest.mark.parametrize("content", [pdf(), pdf(invariant=1, pageCompression=1), with_xref_stream(b"")])
def test_pdf(content: bytes) -> None:
    assert recognise(content) == Recognised("application/pdf", ".pdf")
    assert recognise(b"\xef\xbb\xbf\r\n" + content) == Recognised("application/pdf", ".pdf")
    assert recognise(content + b"\r\n\0\0") == Recognised("application/pdf", ".pdf")


# --- what is not


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "file_empty"), (b"\0" * 100, "file_empty"), (b" \r\n", "file_empty"),
        (b"%PDF-" + bytes(LARGEST), "file_too_large"), (b"x" * (LARGEST + 1), "file_too_large"),
        (archive(), "file_zip"), (archive() + pdf(), "file_zip"), (b"PK\x05\x06" + bytes(18), "file_zip"),
        (b"Rar!\x1a\x07\x01\0", "file_zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9), "file_zip"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "file_heic"), (b"\0\0\0\x18ftypmp42\0\0\0\0", "file_type"),
        (b"hello", "file_type"), (b"GIF89a" + bytes(20), "file_type"), (picture("WEBP"), "file_type"),
        (b"<svg/>", "file_type"), (b"<html>%PDF-1.4", "file_type"), (b"MZ" + bytes(64), "file_type"),
        (picture("JPEG")[:2], "file_type"), (b"\x89PNG", "file_type"), (b"%PD", "file_type"),
    ],
)  # fmt: skip
def test_what_is_not_taken(content: bytes, named: str) -> None:
    assert problem(content) == named


def test_the_largest_file_is_taken() -> None:
    content = pdf()
    assert recognise(content + b"\n" * (LARGEST - len(content)))
    assert problem(content + b"\n" * (LARGEST - len(content) + 1)) == "file_too_large"


def test_a_file_that_is_two_is_what_it_begins_as() -> None:
    assert recognise(pdf() + archive()).media_type == "application/pdf"
    assert recognise(picture("PNG") + archive()).media_type == "image/png"
    assert recognise(picture("JPEG") + pdf()).media_type == "image/jpeg"
    assert problem(archive() + picture("PNG")) == "file_zip"


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_pictures_cut_off_in_their_head(form: str) -> None:
    content = picture(form)
    start = content.index(b"\xff\xda") + 14 if form == "JPEG" else len(content) - 12
    for length in [*range(8, 40), *range(start - 40, start)]:
        assert problem(content[:length]) == "file_broken", length


def test_pictures_with_a_damaged_head() -> None:
    png, jpeg = picture("PNG"), picture("JPEG")
    frame = jpeg.index(b"\xff\xc0")
    assert problem(png[:18] + b"\x01" + png[19:]) == "file_broken"  # the width does not fit its check
    assert problem(chunked_png(0, 48)) == "file_broken"
    assert problem(jpeg[: frame + 5] + bytes(4) + jpeg[frame + 9 :]) == "file_broken"
    assert problem(jpeg[: frame + 2] + bytes(2) + jpeg[frame + 4 :]) == "file_broken"
    assert problem(b"\xff\xd8\xff\xd9" + bytes(9)) == "file_broken"
    assert problem(b"\xff\xd8" + b"\xff" * 5000) == "file_broken"


def chunked_png(width: int, height: int, chunks: int = 1) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"") * chunks + chunk(b"IEND", b"")


def sized_jpeg(width: int, height: int) -> bytes:
    content = picture("JPEG")
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def test_pictures_of_too_many_pixels_are_refused_by_their_head() -> None:
    assert MOST_PIXELS == 50_000_000
    for make in (chunked_png, sized_jpeg):
        assert recognise(make(10_000, 5_000)).width == 10_000
        assert problem(make(10_000, 5_001)) == "file_huge"
        assert problem(make(65_535, 65_535)) == "file_huge"
    assert problem(chunked_png(2**32 - 1, 2**32 - 1)) == "file_huge"


def test_the_largest_of_several_frames_counts() -> None:
    small, large = picture("JPEG"), sized_jpeg(65_000, 65_000)
    frame = large[large.index(b"\xff\xc0") : large.index(b"\xff\xc0") + 19]
    assert problem(small[:2] + frame + small[2:]) == "file_huge"
    at = small.index(b"\xff\xda")
    assert problem(small[:at] + frame + small[at:]) == "file_huge"


# --- PDF


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
@pytest.mark.parametrize("user", ["secret", ""])
def test_locked_pdfs(algorithm: str, user: str) -> None:
    content = locked_pdf(algorithm, user)
    assert pypdf.PdfReader(io.BytesIO(content)).is_encrypted
    assert problem(content) == "file_password"
    assert problem(b"\r\n" + content) == "file_password"


def test_a_locked_pdf_of_another_program() -> None:
    assert problem(pdf(encrypt="secret")) == "file_password"


@pytest.mark.parametrize(
    "entries",
    [
        b"/Encrypt 5 0 R", b"/Encrypt<</Filter/Standard>>", b"/Encr#79pt 5 0 R ",
        b"% a comment >>\n/Encrypt 5 0 R",
        b"/Info(a \\) ( >> ) b)/Encrypt 5 0 R", b"/Index[0 1]/X[<< /A (]) >>]/Encrypt 5 0 R",
        b"/Prev " + b"1" * 300 + b"/Encrypt 5 0 R", b"/Index[" + b"0 1 " * 2000 + b"]/Encrypt 5 0 R",
    ],
)  # fmt: skip
def test_locked_pdfs_with_a_stream_of_references(entries: bytes) -> None:
    content = with_xref_stream(entries)
    assert problem(content) == "file_password"
    assert (
        problem(content.replace(b"startxref\n", b"startxref\n9")) == "file_password"
    )  # mended as readers do


@pytest.mark.parametrize(
    "entries",
    [
        b"", b"/Encrypt null", b"/Info(/Encrypt 5 0 R)", b"/X/Encrypt/Y 1", b"/X<</Encrypt 5 0 R>>",
        b"/EncryptMetadata true", b"% /Encrypt 5 0 R\n", b"/X[/Encrypt 5 0 R]", b"/encrypt 5 0 R",
    ],
)  # fmt: skip
def test_open_pdfs_that_look_locked(entries: bytes) -> None:
    assert recognise(with_xref_stream(entries))


def test_a_locked_pdf_inside_an_open_one_is_not_its_lock() -> None:
    assert recognise(
        with_xref_stream(b"", b"3 0 obj\n<<>>stream\n" + locked_pdf("RC4-40") + b"endstream endobj\n")
    )
    assert recognise(pdf("trailer << /Encrypt 5 0 R >>", pageCompression=0))


def test_pdfs_cut_off() -> None:
    content = pdf()
    assert problem(content[: len(content) // 2]) == "file_broken"
    assert problem(b"%PDF-1.4") == "file_broken"


# --- junk and time


HEADS = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"%PDF-1.4\nstartxref\n9",
    b"%PDF-1.7 trailer<<",
    b"PK\x03\x04",
    b"",
)


@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=300))
def test_junk_is_refused_and_nothing_else(head: bytes, rest: bytes) -> None:
    assert outcome(head + rest) in ANSWERS


VALID = (picture("JPEG"), picture("PNG"), pdf(), with_xref_stream(b"/Info(a)"), locked_pdf("AES-256"))


@given(
    content=st.sampled_from(VALID), at=st.integers(0, 5000), put=st.binary(max_size=8), cut=st.integers(0, 40)
)
def test_damage_is_refused_and_nothing_else(content: bytes, at: int, put: bytes, cut: int) -> None:
    assert outcome(content[:at] + put + content[at + cut :]) in ANSWERS


FILL = LARGEST - 200
SLOW = {
    "chunks": b"\x89PNG\r\n\x1a\n" + chunked_png(9, 9)[8:33] + b"\0\0\0\0IDAT\0\0\0\0" * (FILL // 12),
    "segments": b"\xff\xd8" + b"\xff\xe1\0\2" * (FILL // 4),
    "markers": b"\xff\xd8" + b"\xff" * FILL,
    "lone markers": b"\xff\xd8" + b"\xff\x01" * (FILL // 2),
    "blanks": b"%PDF-1.4 startxref " + b" " * FILL,
    "comments": b"%PDF-1.4\nxref\ntrailer" + b"%\n" * (FILL // 2) + b"startxref\n9\n",
    "names": b"%PDF-1.4\nxref\ntrailer<<" + b"/A" * (FILL // 2) + b"startxref\n9\n",
    "brackets": b"%PDF-1.4\nxref\ntrailer<<" + b"[" * FILL + b"startxref\n9\n",
    "strings": b"%PDF-1.4\nxref\ntrailer<<" + b"(" * FILL + b"startxref\n9\n",
    "trailers": b"%PDF-1.4\n" + b"trailer<<" * (FILL // 9) + b"startxref",
    "references": b"%PDF-1.4\n" + b"obj<</XRef" * (FILL // 10) + b"startxref",
    "hexadecimal": b"%PDF-1.4\nxref\ntrailer<<" + b"<A" * (FILL // 2) + b"startxref\n9\n",
    "digits": b"%PDF-1.4 startxref " + b"9" * FILL,
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_no_file_takes_long(name: str) -> None:
    """A press would wait for it; the best of three runs, since the machine may be busy."""
    taken = []
    for _ in range(3):
        begun = time.process_time()
        outcome(SLOW[name])
        taken.append(time.process_time() - begun)
    assert min(taken) < 0.05
