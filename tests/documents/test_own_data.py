"""«Мои данные» as pages: as many as it takes, nothing lost, nothing that breaks them."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from documents.own_data import OwnData, Section, archive, render


def data(*sections: Section) -> OwnData:
    return OwnData("Мои данные", "По состоянию на 2.06.2025", sections, "Конец", "ru")


def read(pdf: bytes) -> list[str]:
    return [page.extract_text().replace("\xa0", " ") for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_short_record_is_one_page() -> None:
    section = Section("Смирнова Анна", (("Дата рождения", "15.04.1986"),), is_chapter=True)
    (page,) = read(render(data(section)))
    for said in ("Мои данные", "Смирнова Анна", "Дата рождения", "15.04.1986", "Конец"):
        assert said in page


def test_a_long_record_goes_on_and_loses_no_line() -> None:
    rows = tuple((f"метка {number}", f"значение {number}.") for number in range(300))
    pages = read(render(data(Section("Журнал", rows))))
    assert len(pages) > 5
    text = "".join(pages)
    assert all(f"значение {number}." in text for number in range(300))
    assert text.index("значение 0.") < text.index("значение 299.")


@pytest.mark.parametrize("value", ["", "ы" * 5000, "слово " * 1000, "🦷\u202e\0", "a\n" * 50, "<b>&"])
def test_no_text_breaks_the_pages(value: str) -> None:
    section = Section(value, ((value, value),), note=value)
    pages = read(render(data(section, section)))
    assert "Конец" in pages[-1]


def test_a_section_without_rows_says_so() -> None:
    (page,) = read(render(data(Section("Документы", note="Здесь пока ничего нет."))))
    assert "Здесь пока ничего нет." in page


def test_the_archive_keeps_names_and_bytes() -> None:
    made = archive(
        [("data.json", b"{}"), ("documents/паспорт.png", b"\x89")], datetime(2025, 6, 2, tzinfo=UTC)
    )
    with zipfile.ZipFile(io.BytesIO(made)) as bundle:
        assert bundle.testzip() is None
        assert {name: bundle.read(name) for name in bundle.namelist()} == {
            "data.json": b"{}",
            "documents/паспорт.png": b"\x89",
        }
