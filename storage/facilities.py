"""Reading facilities, each alone; lists of them are in `facility_lists`."""

from dataclasses import dataclass
from datetime import datetime

import orjson

from storage import reviews
from storage.geography import Point
from storage.pages import NEAREST_OF_SCHEDULE
from storage.types import Tx, epoch, instant


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


@dataclass(frozen=True, slots=True)
class Rating:
    """What reviews have given: the points of all of them, 1 to 5 each."""

    points: int = 0
    count: int = 0

    @property
    def average(self) -> float | None:
        """Points a review; None without reviews."""
        return self.points / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class FacilityCard:
    """All that the card of a facility says."""

    row: FacilityRow
    point: Point
    official_code: str
    opening_hours: tuple[tuple[int, int] | None, ...]
    """by weekday, Monday first, in minutes after midnight; empty where they are not known"""
    insurers: tuple[str, ...]
    rating: Rating
    doctors: int
    nearest_at: datetime | None
    has_reviews: bool


FACILITY = (
    "f.id, f.region_code, f.name, f.kind, f.audience, f.town, f.address, f.phone, f.timezone, f.is_demo"
)


def by_id(tx: Tx, facility_id: int) -> FacilityRow | None:
    """Read one facility."""
    row = tx.execute(f"SELECT {FACILITY} FROM facility AS f WHERE f.id = :id", {"id": facility_id}).fetchone()
    return row and FacilityRow(*row)


def card(tx: Tx, facility_id: int, now: datetime) -> FacilityCard | None:
    """Read all that the card of a facility says."""
    row = tx.execute(
        f"SELECT {FACILITY}, f.latitude, f.longitude, f.official_code, f.opening_hours, f.insurers,"
        " f.rating_sum, f.rating_count,"
        " (SELECT COUNT(DISTINCT doctor_id) FROM schedule WHERE facility_id = f.id),"
        f" (SELECT MIN({NEAREST_OF_SCHEDULE}) FROM schedule AS sc WHERE sc.facility_id = f.id)"
        " FROM facility AS f WHERE f.id = :id",
        {"id": facility_id, "now": epoch(now)},
    ).fetchone()
    if row is None:
        return None
    latitude, longitude, code, hours, insurers, points, count, doctors, nearest = row[10:]
    return FacilityCard(
        FacilityRow(*row[:10]),
        Point(latitude, longitude),
        code,
        tuple(None if day is None else (day[0], day[1]) for day in orjson.loads(hours or "[]")),
        tuple(orjson.loads(insurers or "[]")),
        Rating(points, count),
        doctors,
        None if nearest is None else instant(nearest),
        reviews.has_shown(tx, reviews.Of(facility_id=facility_id)),
    )
