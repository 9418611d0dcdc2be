"""Finding the facilities that are nearest to a place."""

from typing import Any

import orjson

from storage.geography import Point, box, kilometres
from storage.types import Tx

_FARTHEST_KM = 20_100.0
"""Half around the globe."""
_RADII_KM = (2.0, 4.0, 8.0, 16.0, 32.0, 256.0, 2048.0, _FARTHEST_KM)
_MOST = 1000
"""Facilities that one look into a box reads; where it has more, the box is made smaller."""
_LAST = 5000
"""Nobody turns pages so far; a forged press that does finds nothing."""


def nearest(tx: Tx, middle: Point, conditions: str, given: dict[str, Any]) -> list[tuple[int, float | None]]:
    """Find the nearest, in boxes that grow until they hold enough: a page costs what lies around it.

    `conditions` are SQL about the facility `f`, with their values in `given`: `offset` and `limit` too, and
    `region`, which may be None.
    """
    wanted = given["offset"] + given["limit"]
    if wanted > _LAST:
        return []
    most = max(_MOST, 2 * wanted)
    too_small, too_large, radius = 0.0, 0.0, _RADII_KM[0]
    while True:
        seen = _in_box(tx, middle, radius, conditions, given, most)
        if len(seen) == most:
            too_large = radius
        else:
            found = sorted(one for one in seen if one[0] <= radius)
            if len(found) >= wanted or radius == _FARTHEST_KM:
                return [(number, km) for km, number in found[given["offset"] : wanted]]
            too_small = radius
        if not too_large:
            radius = next(larger for larger in _RADII_KM if larger > radius)
        elif too_large - too_small > max(0.05, too_large / 100):
            radius = (too_small + too_large) / 2
        else:  # a town far away, all in one corner of the box
            most, radius, too_large = most * 1000, too_large, 0.0


def _in_box(
    tx: Tx, middle: Point, radius: float, conditions: str, given: dict[str, Any], most: int
) -> list[tuple[float, int]]:
    around = box(middle, radius)
    bands = orjson.dumps([*range(around.first, around.last + 1)]).decode()
    index = "facility_on_map" if given["region"] is None else "facility_on_map_of_region"
    found: list[tuple[float, int]] = []
    for west, east in around.spans:
        rows = tx.execute(
            # IN, not a join: SQLite 3.40 builds a wrong Bloom filter of a column that is made of others
            f"SELECT f.latitude, f.longitude, f.id FROM facility AS f INDEXED BY {index}"
            " WHERE f.band IN (SELECT value FROM json_each(:bands)) AND f.longitude BETWEEN :west AND :east"
            f" AND {conditions} LIMIT :most",
            given | {"bands": bands, "west": west, "east": east, "most": most - len(found)},
        ).fetchall()
        found += [(kilometres(middle, Point(row[0], row[1])), row[2]) for row in rows]
    return found
