"""Lists of facilities, a page at a time: filtered, and in order by name, time, rating or distance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from storage import nearby
from storage.facilities import FACILITY, FacilityRow, Rating
from storage.geography import Point
from storage.pages import NEAREST_OF_SCHEDULE, Page, page_of, window
from storage.search import queries
from storage.types import Tx, epoch, instant

BY_NAME, BY_TIME, BY_RATING = "name", "time", "rating"
ORDERS = (BY_NAME, BY_TIME, BY_RATING)
KINDS = ("polyclinic", "hospital", "centre")
GOOD_TENTHS = 45
"""A rating in tenths of a point from which it counts as good."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of facilities is to show, and in which order."""

    kind: str = ""
    specialty_id: int | None = None
    day: date | None = None
    """a day of the facility's own calendar on which there is a free time"""
    is_good: bool = False
    order: str = BY_NAME
    near: Point | None = None
    """in place of `order`: the nearest first"""


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class FacilityEntry:
    """A facility in a list. `nearest_at` is its nearest free time, of the specialty where one is wished."""

    row: FacilityRow
    rating: Rating
    nearest_at: datetime | None
    km: float | None


def listed(
    tx: Tx,
    region_code: str | None,
    filters: Filters,
    now: datetime,
    number: int,
    size: int,
    part: str = "",
) -> Page[FacilityEntry]:
    """List facilities of a region; of all of them, where only what is near is wished, with None."""
    given = {"region": region_code, "now": epoch(now), **window(number, size)} | _values(tx, filters, now)
    found: list[tuple[int, float | None]] = []
    for query in queries(part):
        given["part"] = query
        conditions = " AND ".join(_conditions(filters, region_code, query))
        if filters.near is not None:
            found = nearby.nearest(tx, filters.near, conditions, given)
        else:
            rows = tx.execute(_in_order(filters, conditions), given).fetchall()
            found = [(row[0], None) for row in rows]
        if found:
            break
    page = page_of(found, number, size)
    return Page(tuple(_entries(tx, page.items, filters, given)), page.number, page.has_next)


def _conditions(filters: Filters, region_code: str | None, query: str) -> Iterator[str]:
    yield "f.region_code = :region" if region_code is not None else "1"
    if query:
        yield "has_words(f.name || ' ' || f.town || ' ' || f.address, :part)"
    if filters.kind:
        yield "f.kind = :kind"
    if filters.is_good:
        yield "f.rating_count > 0 AND f.rating_sum * 10 >= f.rating_count * :good"
    if filters.specialty_id is not None:
        yield "EXISTS (SELECT 1 FROM schedule WHERE facility_id = f.id AND specialty_id = :specialty)"
    if filters.day is not None:
        of_specialty = "" if filters.specialty_id is None else " AND sc.specialty_id = :specialty"
        yield (
            f"EXISTS (SELECT 1 FROM schedule AS sc WHERE sc.facility_id = f.id{of_specialty}"
            " AND EXISTS (SELECT 1 FROM slot WHERE schedule_id = sc.id AND status = 0"
            f"  AND starts_at > max(:now, {_of_zone('starts')}) AND +starts_at < {_of_zone('ends')}))"
        )


def _of_zone(name: str) -> str:
    """Pick a value by the facility's zone, or by its region's where no region has that zone."""
    return (
        f"COALESCE(json_extract(:{name}, '$.\"' || f.timezone || '\"'), json_extract(:{name}, '$.\"'"
        " || (SELECT timezone FROM region WHERE code = f.region_code) || '\"'))"
    )


def _values(tx: Tx, filters: Filters, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "kind": filters.kind,
        "specialty": filters.specialty_id,
        "good": GOOD_TENTHS,
    }
    if filters.day is not None:
        zones = [row[0] for row in tx.execute("SELECT DISTINCT timezone FROM region").fetchall()]
        starts = {zone: datetime.combine(filters.day, time(), ZoneInfo(zone)) for zone in zones}
        values["starts"] = orjson.dumps({zone: epoch(at) - 1 for zone, at in starts.items()}).decode()
        ends = {zone: epoch(at + timedelta(days=1)) for zone, at in starts.items()}
        values["ends"] = orjson.dumps(ends).decode()
    return values


def _in_order(filters: Filters, conditions: str) -> str:
    """Put a statement together that walks along the index of its order."""
    if filters.order == BY_TIME and filters.specialty_id is not None:
        return (
            f"SELECT f.id FROM (SELECT sc.facility_id AS id, MIN({NEAREST_OF_SCHEDULE}) AS nearest_at"
            "  FROM schedule AS sc WHERE sc.specialty_id = :specialty AND sc.region_code = :region"
            "  GROUP BY 1)"
            f" AS first JOIN facility AS f ON f.id = first.id WHERE {conditions}"
            " ORDER BY first.nearest_at IS NULL, first.nearest_at, f.id LIMIT :limit OFFSET :offset"
        )
    if filters.order == BY_TIME:
        return (
            "SELECT f.id FROM facility_free AS first CROSS JOIN facility AS f ON f.id = first.facility_id"
            f" WHERE first.region_code = :region AND {conditions}"
            " ORDER BY first.nearest_at, first.facility_id LIMIT :limit OFFSET :offset"
        )
    order = "f.standing DESC, f.id DESC" if filters.order == BY_RATING else "f.name, f.id"
    return f"SELECT f.id FROM facility AS f WHERE {conditions} ORDER BY {order} LIMIT :limit OFFSET :offset"


def _entries(
    tx: Tx, found: tuple[tuple[int, float | None], ...], filters: Filters, given: dict[str, Any]
) -> Iterator[FacilityEntry]:
    of_specialty = "" if filters.specialty_id is None else " AND sc.specialty_id = :specialty"
    for number, km in found:
        *row, points, count, nearest = tx.execute(
            f"SELECT {FACILITY}, f.rating_sum, f.rating_count, (SELECT MIN({NEAREST_OF_SCHEDULE})"
            f"  FROM schedule AS sc WHERE sc.facility_id = f.id{of_specialty})"
            " FROM facility AS f WHERE f.id = :id",
            {"id": number, "now": given["now"], "specialty": filters.specialty_id},
        ).fetchone()
        at = None if nearest is None else instant(nearest)
        yield FacilityEntry(FacilityRow(*row), Rating(points, count), at, km)
