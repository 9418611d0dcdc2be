"""What cards of the demo say besides: hours, insurers, and ratings that nobody has given.

Each is drawn apart from everything else, so that people and houses stay who they were before there was this.
"""

from collections.abc import Sequence
from random import Random
from typing import TypedDict

import orjson

SEED = "Talon demo clinic 1"
"""Change it and everybody is somebody else. A store that was filled before keeps those whom it has."""

_WORKDAYS, _SATURDAY = [8 * 60, 20 * 60], [9 * 60, 15 * 60]
_AROUND_THE_CLOCK = [0, 24 * 60]
_HOURS: dict[str, Sequence[Sequence[int] | None]] = {
    "polyclinic": [_WORKDAYS] * 5 + [_SATURDAY, None],
    "hospital": [_AROUND_THE_CLOCK] * 7,
    "centre": [[8 * 60, 21 * 60]] * 5 + [[9 * 60, 18 * 60], [10 * 60, 16 * 60]],
}
INSURERS = ("СОГАЗ-Мед", "РЕСО-Мед", "Капитал МС", "АльфаСтрахование-ОМС", "Ингосстрах-М", "МАКС-М")


class OfHouse(TypedDict):
    """The columns of a facility."""

    opening_hours: str
    insurers: str
    rating_sum: int
    rating_count: int


class OfDoctor(TypedDict):
    """The columns of a doctor."""

    photo: str
    rating_sum: int
    rating_count: int


def of_house(code: str, kind: str) -> OfHouse:
    """Make up hours by the kind of house, two to four insurers, and a rating."""
    random = Random(f"{SEED} {code} card")
    insurers = sorted(random.sample(INSURERS, random.randint(2, 4)), key=INSURERS.index)
    total, count = _rating(random, 20, 240)
    return OfHouse(
        opening_hours=orjson.dumps(_HOURS[kind]).decode(),
        insurers=orjson.dumps(insurers).decode(),
        rating_sum=total,
        rating_count=count,
    )


def of_doctor(code: str) -> OfDoctor:
    """Make up a rating; one doctor in eight has none yet."""
    random = Random(f"{SEED} {code} card")
    total, count = (0, 0) if random.random() < 0.125 else _rating(random, 3, 60)
    return OfDoctor(photo="", rating_sum=total, rating_count=count)


def _rating(random: Random, fewest: int, most: int) -> tuple[int, int]:
    """Draw how many reviews there are and the points of all of them: 3.9 to 4.9 each."""
    count = random.randint(fewest, most)
    return round(count * random.uniform(3.9, 4.9)), count
