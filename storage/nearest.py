"""The table `facility_free`: when each facility has its nearest free time, for lists in that order.

It is looked up anew in turn, not written with each booking: an order that is a minute old does no harm, and
what a list says of its rows is read from the times themselves.
"""

from datetime import datetime

from storage.pages import NEAREST_OF_SCHEDULE
from storage.types import Tx, epoch

NEVER = 1 << 40
"""Stands where nothing is free: after everything that is."""


def changed(tx: Tx, after: int, limit: int, now: datetime) -> tuple[list[tuple[int, str, int]], int | None]:
    """Look up the next facilities by id: those whose row is wrong or missing; the last id, if any follow."""
    rows = tx.execute(
        f"SELECT f.id, f.region_code, COALESCE((SELECT MIN({NEAREST_OF_SCHEDULE}) FROM schedule AS sc"  # noqa: S608
        "  WHERE sc.facility_id = f.id), :never), first.region_code, first.nearest_at"
        " FROM facility AS f LEFT JOIN facility_free AS first ON first.facility_id = f.id"
        " WHERE f.id > :after ORDER BY f.id LIMIT :limit",
        {"after": after, "limit": limit, "now": epoch(now), "never": NEVER},
    ).fetchall()
    wrong = [(row[0], row[1], row[2]) for row in rows if (row[1], row[2]) != (row[3], row[4])]
    return wrong, rows[-1][0] if len(rows) == limit else None


def put(tx: Tx, rows: list[tuple[int, str, int]]) -> None:
    """Write what was looked up."""
    for facility_id, region_code, nearest_at in rows:
        tx.execute(
            "INSERT INTO facility_free (facility_id, region_code, nearest_at)"
            " VALUES (:id, :region, :at) ON CONFLICT (facility_id)"
            " DO UPDATE SET region_code = excluded.region_code, nearest_at = excluded.nearest_at",
            {"id": facility_id, "region": region_code, "at": nearest_at},
        )


def put_all(tx: Tx, now: datetime) -> None:
    """Look all facilities up at once, after many times were added."""
    after: int | None = 0
    while after is not None:
        rows, after = changed(tx, after, 1000, now)
        put(tx, rows)
