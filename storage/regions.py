"""Reading the regions that have a facility."""

from dataclasses import dataclass
from typing import Any

import orjson

from storage.pages import Page, page_of, window
from storage.search import EVERYDAY, queries
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region that has at least one facility."""

    code: str
    name_ru: str
    name_en: str


def listed(tx: Tx, language: str, number: int, size: int, part: str = "") -> Page[RegionRow]:
    """List the regions that have a facility, by name in `language`."""
    everyday = orjson.dumps(EVERYDAY).decode()
    rows: list[Any] = []
    for query in queries(part):
        rows = tx.execute(
            "SELECT code, name_ru, name_en FROM region AS r"
            " WHERE EXISTS (SELECT 1 FROM facility WHERE region_code = r.code)"
            " AND (:part = '' OR has_words(name_ru || ' ' || name_en"
            "  || ' ' || COALESCE(json_extract(:everyday, '$.\"' || code || '\"'), '')"
            "  || ' ' || (SELECT GROUP_CONCAT(town, ' ') FROM facility WHERE region_code = r.code), :part))"
            " ORDER BY CASE :language WHEN 'en' THEN name_en ELSE name_ru END, code"
            " LIMIT :limit OFFSET :offset",
            {"language": language, "part": query, "everyday": everyday, **window(number, size)},
        ).fetchall()
        if rows:
            break
    return page_of([RegionRow(*row) for row in rows], number, size)


def by_code(tx: Tx, code: str) -> RegionRow | None:
    """Read one region."""
    row = tx.execute(
        "SELECT code, name_ru, name_en FROM region WHERE code = :code", {"code": code}
    ).fetchone()
    return row and RegionRow(*row)


def timezone_of(tx: Tx, code: str) -> str | None:
    """Read the zone of a region's centre."""
    row = tx.execute("SELECT timezone FROM region WHERE code = :code", {"code": code}).fetchone()
    return row and str(row[0])
