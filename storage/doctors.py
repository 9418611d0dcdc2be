"""Reading doctors, each as one of their schedules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.facilities import Rating
from storage.facility_lists import GOOD_TENTHS
from storage.pages import Page, nearest_of_schedule, page_of, window
from storage.search import queries
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """A doctor's schedule at a facility, with its nearest free time (None: no times)."""

    schedule_id: int
    doctor_id: int
    surname: str
    given_name: str
    patronymic: str
    category: str
    practising_since: int
    room: str
    rating: Rating
    nearest_at: datetime | None

    @property
    def full_name(self) -> str:
        """Surname, name, patronymic."""
        return " ".join(filter(None, (self.surname, self.given_name, self.patronymic)))

    @property
    def short_name(self) -> str:
        """Surname and initials: «Чехова А. П.»."""
        initials = " ".join(f"{part[0]}." for part in (self.given_name, self.patronymic) if part)
        return f"{self.surname} {initials}".strip()


@dataclass(frozen=True, slots=True)
class DoctorFilters:
    """Which doctors a list is to show; what is zero or empty leaves nobody out."""

    min_years: int = 0
    within_days: int = 0
    """a time is free before so many days are over"""
    sex: str = ""
    is_good: bool = False


NO_FILTERS = DoctorFilters()


def _doctor(minutes: int = 0) -> str:
    return (
        "sc.id, d.id, d.surname, d.given_name, d.patronymic, d.category, d.practising_since, sc.room,"
        f" d.rating_sum, d.rating_count, {nearest_of_schedule(minutes)} AS nearest_at"
        " FROM schedule AS sc JOIN doctor AS d ON d.id = sc.doctor_id"
    )


def _row(columns: tuple[Any, ...]) -> DoctorRow:
    *named, points, count, nearest = columns
    given: list[Any] = [*named, Rating(points, count), None if nearest is None else instant(nearest)]
    return DoctorRow(*given)


def _conditions(filters: DoctorFilters, minutes: int) -> Iterator[str]:
    if filters.min_years:
        yield "d.practising_since <= :since"
    if filters.sex:
        yield "d.sex = :sex"
    if filters.is_good:
        yield "d.rating_count > 0 AND d.rating_sum * 10 >= d.rating_count * :good"
    if filters.within_days:
        yield f"{nearest_of_schedule(minutes)} < :soon"


def of_specialty(
    tx: Tx,
    facility_id: int,
    specialty_id: int,
    now: datetime,
    number: int,
    size: int,
    part: str = "",
    *,
    without: int = 0,
    minutes: int = 0,
    filters: DoctorFilters = NO_FILTERS,
) -> Page[DoctorRow]:
    """List the doctors of a specialty at a facility, the one with the nearest free time first.

    `without` is a schedule whose doctor is left out; `minutes` is how long the service takes.
    """
    rows: list[Any] = []
    further = "".join(f" AND {condition}" for condition in _conditions(filters, minutes))
    for query in queries(part):
        rows = tx.execute(
            f"SELECT {_doctor(minutes)} WHERE sc.facility_id = :facility AND sc.specialty_id = :specialty"
            f" AND sc.id <> :without{further}"
            " AND (:part = '' OR has_words(d.surname || ' ' || d.given_name || ' ' || d.patronymic, :part))"
            " ORDER BY nearest_at IS NULL, nearest_at, d.surname, sc.id LIMIT :limit OFFSET :offset",
            {
                "facility": facility_id,
                "specialty": specialty_id,
                "now": epoch(now),
                "without": without,
                "since": now.year - filters.min_years,
                "sex": filters.sex,
                "good": GOOD_TENTHS,
                "soon": epoch(now + timedelta(days=filters.within_days)),
                "part": query,
                "length": 60 * minutes,
                **window(number, size),
            },
        ).fetchall()
        if rows:
            break
    return page_of([_row(row) for row in rows], number, size)


def has_other(tx: Tx, schedule_id: int) -> bool:
    """Tell whether another doctor of the same specialty sees patients at the same facility."""
    row = tx.execute(
        "SELECT 1 FROM schedule AS own JOIN schedule AS other"
        " ON other.facility_id = own.facility_id AND other.specialty_id = own.specialty_id"
        " WHERE own.id = :schedule AND other.id <> own.id LIMIT 1",
        {"schedule": schedule_id},
    ).fetchone()
    return row is not None


def of_schedule(tx: Tx, schedule_id: int, now: datetime) -> DoctorRow | None:
    """Read the doctor of one schedule."""
    row = tx.execute(
        f"SELECT {_doctor()} WHERE sc.id = :schedule",
        {"schedule": schedule_id, "now": epoch(now)},
    ).fetchone()
    return row and _row(row)
