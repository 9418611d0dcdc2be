"""Distances on the globe, and the boxes in which near places are looked for."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
_DEGREE_KM = 111.2
"""a degree of latitude"""
BANDS = 50
"""Bands in a degree of latitude, as the column `band` counts them: each is 2.2 km high."""


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees as in WGS 84."""

    latitude: float
    longitude: float


def kilometres(one: Point, other: Point) -> float:
    """Measure along the ground (haversine)."""
    height = radians(other.latitude - one.latitude)
    width = radians(other.longitude - one.longitude)
    chord = sin(height / 2) ** 2
    chord += cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(width / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, chord)))


def band(latitude: float) -> int:
    """Number the band in which a place lies."""
    return int((latitude + 90) * BANDS)


@dataclass(frozen=True, slots=True)
class Box:
    """Bands from `first` to `last`, and spans of longitude: two where it lies over the 180th meridian."""

    first: int
    last: int
    spans: tuple[tuple[float, float], ...]


def box(middle: Point, radius_km: float) -> Box:
    """Draw the box around a circle."""
    height = radius_km / _DEGREE_KM
    south, north = max(-90.0, middle.latitude - height), min(90.0, middle.latitude + height)
    narrowest = cos(radians(min(89.9, max(abs(south), abs(north)))))
    width = height / narrowest
    if width >= 180:
        spans: tuple[tuple[float, float], ...] = ((-180.0, 180.0),)
    else:
        west, east = middle.longitude - width, middle.longitude + width
        if west < -180:
            spans = ((-180.0, east), (west + 360, 180.0))
        elif east > 180:
            spans = ((west, 180.0), (-180.0, east - 360))
        else:
            spans = ((west, east),)
    return Box(band(south), band(north), spans)
