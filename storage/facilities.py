"""Reading facilities."""

from dataclasses import dataclass
from typing import Any

from storage.pages import Page, page_of, window
from storage.search import queries
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """A facility as lists and cards show it."""

    id: int
    region_code: str
    name: str
    kind: str
    audience: str
    town: str
    address: str
    phone: str
    timezone: str
    is_demo: bool


_FACILITY = "id, region_code, name, kind, audience, town, address, phone, timezone, is_demo"


def of_region(tx: Tx, region_code: str, number: int, size: int, part: str = "") -> Page[FacilityRow]:
    """List a region's facilities by name."""
    rows: list[Any] = []
    for query in queries(part):
        rows = tx.execute(
            f"SELECT {_FACILITY} FROM facility WHERE region_code = :region"
            " AND (:part = '' OR has_words(name || ' ' || town || ' ' || address, :part))"
            " ORDER BY name, id LIMIT :limit OFFSET :offset",
            {"region": region_code, "part": query, **window(number, size)},
        ).fetchall()
        if rows:
            break
    return page_of([FacilityRow(*row) for row in rows], number, size)


def by_id(tx: Tx, facility_id: int) -> FacilityRow | None:
    """Read one facility."""
    row = tx.execute(f"SELECT {_FACILITY} FROM facility WHERE id = :id", {"id": facility_id}).fetchone()
    return row and FacilityRow(*row)
