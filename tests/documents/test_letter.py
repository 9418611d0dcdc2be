"""The letter: one page whatever it says."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from documents.letter import Letter, render

LETTER = Letter(
    ("Главному врачу", "Поликлиника № 1", "Москва, ул. Садовая, 5"),
    (("От кого", "Смирнова Анна Петровна, 15.04.1986"), ("Полис ОМС", "7755310884000121")),
    "Заявление: нет талонов",
    ("Получены ответы:",),
    ("24 ноября 2026, 10:42 МСК: свободного времени нет.",),
    ("Предельный срок ожидания: 14 рабочих дней.", "Прошу записать."),
    "Дата: 24.11.2026",
    "Подпись: ____ (Смирнова А. П.)",
    "Перечислены ответы.",
    "ru",
)


def read(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().replace("\xa0", " ").split())


def test_everything_stands_on_it_in_order() -> None:
    text = read(render(LETTER))
    parts = [*LETTER.to, *(value for _, value in LETTER.senders), LETTER.title, *LETTER.paragraphs,
             *LETTER.listed, *LETTER.after, LETTER.date, LETTER.signature, LETTER.footer]  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_equal_letters_are_equal_bytes() -> None:
    assert render(LETTER) == render(replace(LETTER))


@pytest.mark.parametrize("count", [1, 12, 40])
def test_many_answers_are_set_smaller(count: int) -> None:
    text = read(render(replace(LETTER, listed=LETTER.listed * count)))
    assert text.count("свободного времени нет") == count
    assert LETTER.footer in text


@pytest.mark.parametrize("value", ["", "ы" * 900, "слово " * 300, "🦷\u202e\0", "a\n" * 50, "<b>&"])
def test_no_text_breaks_it(value: str) -> None:
    read(render(replace(LETTER, title=value, to=(value,), paragraphs=(value,), senders=((value, value),))))
