"""The history as pages: each with its number, no row lost, whatever stands in it."""

import io
import threading
import time
from dataclasses import replace

import pytest
from pypdf import PdfReader

from documents import visits_pdf
from documents.page import MARGIN
from documents.ticket import Ticket
from documents.ticket import render as render_ticket
from documents.visits_pdf import Table, render

ROW = (
    ("25.11.2026", "9:20 МСК+7"),
    ("Чехов Антон Павлович", "Терапевт · Приём", "Поликлиника № 1, Москва, ул. Садовая, 5"),
    ("", "Смирнова Анна Петровна"),
    ("завершена", "4821 093 715"),
)
TABLE = Table(
    "История приёмов",
    ("По состоянию на 25.11.2026 6:59", "Приёмов: 1"),
    ("Когда", "Врач и клиника", "Пациент", "Статус и номер"),
    [ROW],
    "стр. {page} из {pages}",
    "ru",
)
TICKET = Ticket(
    "Т", "К", "№", "1", "Д", "9:20", None, (("а", "б"),), "", None, "", "https://t.me/x", "", None, "ru"
)


def read(pdf: bytes) -> list[str]:
    return [page.extract_text().replace("\xa0", " ") for page in PdfReader(io.BytesIO(pdf)).pages]


def rows(count: int) -> list:
    return [(ROW[0], (f"Врач {number}.", *ROW[1][1:]), ROW[2], ROW[3]) for number in range(count)]


def test_a_page_says_everything() -> None:
    (page,) = read(render(TABLE))
    text = page.replace("\n", " ")
    for said in ("История приёмов", "По состоянию на", "Когда", *ROW[0], ROW[1][0], ROW[1][1], "Садовая",
                 "Смирнова", *ROW[3], "стр. 1 из 1"):  # fmt: skip
        assert said in text


def test_no_row_is_lost_and_each_page_has_its_number_and_the_header() -> None:
    pages = read(render(replace(TABLE, rows=rows(100))))
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert f"стр. {number} из {len(pages)}" in page
        assert page.count("Статус и номер") == 1
    text = "".join(pages)
    places = [text.index(f"Врач {number}.") for number in range(100)]
    assert places == sorted(places)


def test_what_stands_below_a_row_goes_on_over_pages_and_nothing_of_it_is_lost() -> None:
    text = "\n".join(f"Строка {number}." for number in range(150))
    notes = [(("Результат", text), ("Рекомендации", "Гулять."))] * 3
    pages = read(render(replace(TABLE, rows=rows(3), notes=notes)))
    assert len(pages) > 6
    for number, page in enumerate(pages, 1):
        assert f"стр. {number} из {len(pages)}" in page
    whole = "".join(pages)
    assert [whole.count(f"Строка {number}.") for number in range(150)] == [3] * 150
    assert whole.count("Рекомендации") == whole.count("Гулять.") == 3
    for page in pages:
        lines = page.splitlines()
        assert lines[-2].strip() not in ("Результат", "Рекомендации"), "a heading stands alone"


def test_nothing_stands_below_the_margin() -> None:
    """A page that is too full would write its last rows over its number, or off the paper."""
    heights: list[float] = []

    def note(text: str, _cm: object, matrix: list[float], *_: object) -> None:
        if text.strip():
            heights.append(matrix[5])

    notes = [(("Результат", "слово " * number),) for number in range(60)]
    for page in PdfReader(io.BytesIO(render(replace(TABLE, rows=rows(60), notes=notes)))).pages:
        page.extract_text(visitor_text=note)
    assert min(heights) >= visits_pdf._FOOT - 1
    assert not [one for one in heights if visits_pdf._FOOT + 5 < one < MARGIN - 5]


def test_without_rows_there_is_still_a_page() -> None:
    assert len(read(render(replace(TABLE, rows=[])))) == 1


@pytest.mark.parametrize("value", ["", "ы" * 5000, "слово " * 1000, "🦷\u202e\0", "a\n" * 50, "<b>&", "(\\)"])
def test_no_text_breaks_the_pages(value: str) -> None:
    cell = (value, value, value)
    pages = read(render(replace(TABLE, title=value, subtitle=cell, rows=[(cell, cell, cell, cell)] * 5)))
    assert f"стр. {len(pages)} из {len(pages)}" in pages[-1]


def test_the_same_visits_make_the_same_bytes() -> None:
    assert render(TABLE) == render(TABLE)


def test_ten_thousand_visits_leave_room_for_a_ticket() -> None:
    """The fonts are shared: whoever makes a ticket meanwhile waits for a page, not for the whole."""
    render_ticket(TICKET)
    made: list[bytes] = []
    work = threading.Thread(target=lambda: made.append(render(replace(TABLE, rows=rows(10_000)))))
    begun = time.perf_counter()
    work.start()
    slowest, tickets = 0.0, 0
    while work.is_alive():
        at = time.perf_counter()
        render_ticket(TICKET)
        slowest, tickets = max(slowest, time.perf_counter() - at), tickets + 1
    took = time.perf_counter() - begun
    assert tickets > 3
    assert slowest < took / 2
    assert len(made[0]) < 8_000_000
