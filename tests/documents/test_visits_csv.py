"""The table of visits, byte by byte and read back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.visits_csv import harmless, render


def read(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_its_bytes_are_what_excel_wants() -> None:
    content = render(("Дата", "Время"), [("25.11.2026", "9:20"), ("1;2", 'он сказал "да"')])
    assert content == (
        b"\xef\xbb\xbf" + 'Дата;Время\r\n25.11.2026;9:20\r\n"1;2";"он сказал ""да"""\r\n'.encode()
    )
    assert read(content)[2] == ["1;2", 'он сказал "да"']


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_what_would_be_a_formula_is_harmless(sign: str) -> None:
    cell = f"{sign}HYPERLINK(1)"
    assert read(render(("a",), [(cell, "-", f"x{sign}")])) == [["a"], [f"'{cell}", "'-", f"x{sign}"]]


def test_usual_cells_stay_as_they_are() -> None:
    for cell in ("", "Смирнова Анна", "25.11.2026", "9:20", "МСК−1", "4821 093 715"):
        assert harmless(cell) == cell


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=5)
)
def test_whatever_is_in_the_cells_comes_back(rows: list[list[str]]) -> None:
    assert read(render(("a", "b"), rows)) == [["a", "b"], *[[harmless(cell) for cell in row] for row in rows]]
