"""Free times of several schedules at once: how many when, how far they reach, which are the first."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from storage.states import SlotStatus
from storage.times import FreeTime, fits
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class Seen:
    """A schedule whose times are looked at, with what a list of times says of it."""

    schedule_id: int
    facility_id: int
    timezone: str
    facility: str
    doctor_surname: str
    doctor_given_name: str
    doctor_patronymic: str

    @property
    def doctor(self) -> str:
        """Surname and initials: «Чехова А. П.»."""
        parts = (self.doctor_given_name, self.doctor_patronymic)
        return f"{self.doctor_surname} {' '.join(f'{part[0]}.' for part in parts if part)}".strip()

    @property
    def doctor_in_brief(self) -> str:
        """Surname and one initial, for a button beside a time: «Чехова А.»."""
        return f"{self.doctor_surname} {self.doctor_given_name[:1]}."


_SEEN = (
    "SELECT sc.id, f.id, f.timezone, f.name, d.surname, d.given_name, d.patronymic FROM schedule AS sc"
    " JOIN facility AS f ON f.id = sc.facility_id JOIN doctor AS d ON d.id = sc.doctor_id"
)


def seen(tx: Tx, schedule_id: int) -> list[Seen]:
    """Read one schedule; none where it is gone."""
    rows = tx.execute(f"{_SEEN} WHERE sc.id = :schedule", {"schedule": schedule_id}).fetchall()
    return [Seen(*row) for row in rows]


def seen_at_facility(tx: Tx, specialty_id: int, facility_id: int) -> list[Seen]:
    """Read all schedules of a specialty at a facility."""
    rows = tx.execute(
        f"{_SEEN} WHERE sc.facility_id = :facility AND sc.specialty_id = :specialty",
        {"facility": facility_id, "specialty": specialty_id},
    ).fetchall()
    return [Seen(*row) for row in rows]


def seen_in_region(tx: Tx, specialty_id: int, region_code: str) -> list[Seen]:
    """Read all schedules of a specialty in a region."""
    rows = tx.execute(
        f"{_SEEN} WHERE sc.specialty_id = :specialty AND sc.region_code = :region",
        {"specialty": specialty_id, "region": region_code},
    ).fetchall()
    return [Seen(*row) for row in rows]


def is_seen_elsewhere(tx: Tx, specialty_id: int, region_code: str, facility_id: int) -> bool:
    """Tell whether another facility of the region has a schedule of the specialty."""
    row = tx.execute(
        "SELECT 1 FROM schedule WHERE specialty_id = :specialty AND region_code = :region"
        " AND facility_id <> :facility LIMIT 1",
        {"specialty": specialty_id, "region": region_code, "facility": facility_id},
    ).fetchone()
    return row is not None


# CROSS JOIN keeps the ids outside, so that each is one seek in the index of free times; for `+starts_at` see
# storage.times

_FREE = (
    "FROM json_each(:ids) AS wanted CROSS JOIN slot ON slot.schedule_id = wanted.value AND slot.status = 0"
    " AND slot.starts_at > :after AND +slot.starts_at < :before"
)


def _span(ids: Collection[int], after: int, before: int, minutes: int = 0) -> dict[str, object]:
    return {"ids": json.dumps(list(ids)), "after": after, "before": before, "length": 60 * minutes}


def free_counts(
    tx: Tx, ids: Collection[int], after: int, before: int, minutes: int = 0
) -> list[tuple[int, int]]:
    """Count the free times of schedules within (after, before) by instant, in order; epoch seconds.

    `minutes`, here and below, is how long the service takes: only times from which the doctor is free for so
    long are meant. 0 is for one that takes a single time.
    """
    if len(ids) == 1:  # one doctor's times are in order and none is twice
        rows = tx.execute(
            "SELECT starts_at, 1 FROM slot WHERE schedule_id = :schedule AND status = 0"  # noqa: S608
            f" AND starts_at > :after AND +starts_at < :before{fits(minutes)} ORDER BY starts_at",
            _span((), after, before, minutes) | {"schedule": next(iter(ids))},
        ).fetchall()
    else:
        rows = tx.execute(
            f"SELECT slot.starts_at, COUNT(*) {_FREE}{fits(minutes)}"
            " GROUP BY slot.starts_at ORDER BY slot.starts_at",
            _span(ids, after, before, minutes),
        ).fetchall()
    return [(row[0], row[1]) for row in rows]


def free_of(
    tx: Tx, ids: Collection[int], after: int, before: int, limit: int, minutes: int = 0
) -> list[FreeTime]:
    """Read the free times of schedules within (after, before), in order."""
    rows = tx.execute(
        f"SELECT slot.id, slot.schedule_id, slot.starts_at {_FREE}{fits(minutes)}"
        " ORDER BY slot.starts_at, slot.schedule_id LIMIT :limit",
        _span(ids, after, before, minutes) | {"limit": limit},
    ).fetchall()
    return [FreeTime(row[0], row[1], instant(row[2])) for row in rows]


def instants(tx: Tx, ids: Collection[int], after: int, before: int, opened: int) -> list[int]:
    """Read when schedules have times at all within (after, before), free or not, in order; epoch seconds.

    Up to `opened` what the clinic has closed is no time; after that it is one that is not open yet.
    """
    rows = tx.execute(
        "SELECT DISTINCT slot.starts_at FROM json_each(:ids) AS wanted CROSS JOIN slot"
        " ON slot.schedule_id = wanted.value AND slot.starts_at > :after AND slot.starts_at < :before"
        " AND (slot.starts_at > :opened OR slot.status <> :closed) ORDER BY slot.starts_at",
        _span(ids, after, before) | {"opened": opened, "closed": int(SlotStatus.UNAVAILABLE)},
    ).fetchall()
    return [row[0] for row in rows]


def last_free(tx: Tx, ids: Collection[int], after: datetime) -> int | None:
    """Find how far the free times of schedules reach; epoch seconds."""
    row = tx.execute(
        "SELECT MAX((SELECT MAX(starts_at) FROM slot WHERE schedule_id = wanted.value AND status = 0"
        " AND starts_at > :after)) FROM json_each(:ids) AS wanted",
        {"ids": json.dumps(list(ids)), "after": epoch(after)},
    ).fetchone()
    return None if row[0] is None else int(row[0])


def reach(tx: Tx, ids: Collection[int]) -> tuple[int | None, int | None]:
    """Find the last time of schedules, and the last one that is not closed by the clinic; epoch seconds."""
    row = tx.execute(
        "SELECT MAX((SELECT MAX(starts_at) FROM slot WHERE schedule_id = wanted.value)),"
        " MAX((SELECT starts_at FROM slot WHERE schedule_id = wanted.value AND status <> :closed"
        " ORDER BY starts_at DESC LIMIT 1)) FROM json_each(:ids) AS wanted",
        {"ids": json.dumps(list(ids)), "closed": int(SlotStatus.UNAVAILABLE)},
    ).fetchone()
    return row[0], row[1]
