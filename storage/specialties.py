"""Reading specialties; those of a facility are in `specialty_lists`."""

from dataclasses import dataclass
from typing import Any

from storage.pages import Page, page_of, window
from storage.search import queries
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class SpecialtyName:
    """A specialty's names and what it asks of a patient."""

    id: int
    code: str
    name_ru: str
    name_en: str
    audience: str
    needs_referral: bool


def by_id(tx: Tx, specialty_id: int) -> SpecialtyName | None:
    """Read one specialty."""
    row = tx.execute(
        "SELECT id, code, name_ru, name_en, audience, needs_referral FROM specialty WHERE id = :id",
        {"id": specialty_id},
    ).fetchone()
    return row and SpecialtyName(*row)


def of_region(
    tx: Tx, region_code: str, language: str, number: int, size: int, part: str = ""
) -> Page[SpecialtyName]:
    """List the specialties that are seen anywhere in a region, by name in `language`."""
    rows: list[Any] = []
    for query in queries(part)[-1:]:
        rows = tx.execute(
            "SELECT sp.id, sp.code, sp.name_ru, sp.name_en, sp.audience, sp.needs_referral"
            " FROM specialty AS sp"
            " WHERE EXISTS (SELECT 1 FROM schedule WHERE specialty_id = sp.id AND region_code = :region)"
            " AND (:part = ''"
            "  OR has_words(sp.name_ru || ' ' || sp.name_en || ' ' || sp.words_ru, :part))"
            " ORDER BY CASE :language WHEN 'en' THEN sp.name_en ELSE sp.name_ru END, sp.id"
            " LIMIT :limit OFFSET :offset",
            {"region": region_code, "language": language, "part": query, **window(number, size)},
        ).fetchall()
    return page_of([SpecialtyName(*row) for row in rows], number, size)


def listed(tx: Tx, language: str, number: int, size: int, part: str = "") -> Page[SpecialtyName]:
    """List all specialties there are, seen anywhere or not, by name in `language`."""
    rows: list[Any] = []
    for query in queries(part)[-1:]:
        rows = tx.execute(
            "SELECT id, code, name_ru, name_en, audience, needs_referral FROM specialty"
            " WHERE :part = '' OR has_words(name_ru || ' ' || name_en || ' ' || words_ru, :part)"
            " ORDER BY CASE :language WHEN 'en' THEN name_en ELSE name_ru END, id"
            " LIMIT :limit OFFSET :offset",
            {"language": language, "part": query, **window(number, size)},
        ).fetchall()
    return page_of([SpecialtyName(*row) for row in rows], number, size)


@dataclass(frozen=True, slots=True)
class SearchedSpecialty:
    """A specialty with all the words by which it is found."""

    id: int
    code: str
    name_ru: str
    name_en: str
    official_name: str
    audience: str
    sex: str
    needs_referral: bool
    words_ru: str


def searched(tx: Tx) -> list[SearchedSpecialty]:
    """List every specialty of the store."""
    rows = tx.execute(
        "SELECT id, code, name_ru, name_en, official_name, audience, sex, needs_referral, words_ru"
        " FROM specialty ORDER BY id"
    ).fetchall()
    return [SearchedSpecialty(*row) for row in rows]
