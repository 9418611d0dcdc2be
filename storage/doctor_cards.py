"""Reading all that the card of a doctor says."""

from dataclasses import dataclass
from datetime import datetime

from storage import doctors, reviews
from storage.doctors import DoctorRow
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class Practice:
    """One of a doctor's schedules, as their card names it."""

    schedule_id: int
    facility: str
    specialty_ru: str
    specialty_en: str
    room: str


@dataclass(frozen=True, slots=True)
class DoctorCard:
    """All that the card of a doctor says."""

    row: DoctorRow
    code: str
    education: str
    languages: tuple[str, ...]
    photo: str
    is_demo: bool
    practices: tuple[Practice, ...]
    """the one that is looked at first"""
    has_reviews: bool


def of_schedule(tx: Tx, schedule_id: int, now: datetime) -> DoctorCard | None:
    """Read the card of a schedule's doctor."""
    row = doctors.of_schedule(tx, schedule_id, now)
    if row is None:
        return None
    code, education, languages, photo, is_demo = tx.execute(
        "SELECT d.code, d.education, d.languages, d.photo, f.is_demo FROM schedule AS sc"
        " JOIN doctor AS d ON d.id = sc.doctor_id JOIN facility AS f ON f.id = sc.facility_id"
        " WHERE sc.id = :schedule",
        {"schedule": schedule_id},
    ).fetchone()
    practices = tx.execute(
        "SELECT sc.id, f.name, sp.name_ru, sp.name_en, sc.room FROM schedule AS sc"
        " JOIN facility AS f ON f.id = sc.facility_id JOIN specialty AS sp ON sp.id = sc.specialty_id"
        " WHERE sc.doctor_id = :doctor ORDER BY sc.id <> :schedule, f.name, sp.name_ru LIMIT 5",
        {"doctor": row.doctor_id, "schedule": schedule_id},
    ).fetchall()
    return DoctorCard(
        row,
        code,
        education,
        tuple(languages.split()),
        photo or "",
        bool(is_demo),
        tuple(Practice(*practice) for practice in practices),
        reviews.has_shown(tx, reviews.Of(doctor_id=row.doctor_id)),
    )
