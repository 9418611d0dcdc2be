"""What cards of the demo say besides: hours and insurers; ratings are rows (`opinions`).

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


def of_house(code: str, kind: str) -> OfHouse:
    """Make up hours by the kind of house, and two to four insurers."""
    random = Random(f"{SEED} {code} card")
    insurers = sorted(random.sample(INSURERS, random.randint(2, 4)), key=INSURERS.index)
    return OfHouse(
        opening_hours=orjson.dumps(_HOURS[kind]).decode(), insurers=orjson.dumps(insurers).decode()
    )
