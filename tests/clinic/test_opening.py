"""Opening hours: open, shut, over midnight, around the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from clinic import insurance, opening
from clinic.opening import Opening

POLYCLINIC = ((480, 1200),) * 5 + ((540, 900), None)
NIGHTS = ((1200, 1200 + 720),) * 7
ALWAYS = ((0, 1440),) * 7


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """Days of June 2025: the 2nd is a Monday."""
    return datetime(2025, 6, day, hour, minute, tzinfo=ZoneInfo("Europe/Moscow"))


@pytest.mark.parametrize(
    ("hours", "wall", "expected"),
    [
        (POLYCLINIC, on(2, 8), Opening(True, on(2, 20))),
        (POLYCLINIC, on(2, 7, 59), Opening(False, on(2, 8))),
        (POLYCLINIC, on(2, 19, 59), Opening(True, on(2, 20))),
        (POLYCLINIC, on(2, 20), Opening(False, on(3, 8))),
        (POLYCLINIC, on(7, 15), Opening(False, on(9, 8))),  # Saturday afternoon: Monday
        (POLYCLINIC, on(8, 12), Opening(False, on(9, 8))),
        (NIGHTS, on(3, 7), Opening(True, on(3, 8))),
        (NIGHTS, on(3, 8), Opening(False, on(3, 20))),
        (ALWAYS, on(3, 0), Opening(True, None)),
        ((None,) * 6 + ((0, 1440),), on(9, 0), Opening(False, on(15, 0))),
    ],
)
def test_whether_it_is_open_and_until_when(hours, wall: datetime, expected: Opening) -> None:
    assert opening.at(hours, wall) == expected


@pytest.mark.parametrize("hours", [(), (None,) * 7, ((480, 1200),)])
def test_hours_that_are_not_known_tell_nothing(hours) -> None:
    assert opening.at(hours, on(2, 12)) is None


def test_days_with_the_same_hours_stand_together() -> None:
    assert list(opening.runs(POLYCLINIC)) == [(0, 4, (480, 1200)), (5, 5, (540, 900)), (6, 6, None)]
    assert list(opening.runs(ALWAYS)) == [(0, 6, (0, 1440))]


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ("СОГАЗ-Мед", "СОГАЗ-Мед"),
        ("АО «Страховая компания «СОГАЗ-Мед»", "СОГАЗ-Мед"),
        ("согаз", "СОГАЗ-Мед"),
        ("Капитал Медицинское Страхование", "Капитал МС"),
        ("ООО «Капитал МС»", "Капитал МС"),
        ("Альфа Страхование ОМС", "АльфаСтрахование-ОМС"),
        ("РЕСО-Мед", None),
        ("М", None),
        ("ООО", None),
        ("", None),
    ],
)
def test_insurers_are_recognised_as_people_write_them(own: str, found: str | None) -> None:
    assert insurance.accepting(("СОГАЗ-Мед", "Капитал МС", "АльфаСтрахование-ОМС"), own) == found
