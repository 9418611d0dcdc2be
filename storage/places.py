"""Reading where and with whom a schedule is: what a card says."""

from dataclasses import dataclass

from storage.facilities import FacilityRow
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class Place:
    """Where and with whom a time is: schedule, doctor, facility and specialty in one row."""

    schedule_id: int
    facility: FacilityRow
    specialty_id: int
    specialty_ru: str
    specialty_en: str
    prepare_ru: str
    prepare_en: str
    doctor_surname: str
    doctor_given_name: str
    doctor_patronymic: str
    room: str
    region_timezone: str
    specialty_audience: str = "all"
    specialty_sex: str = "any"
    allows_second: bool = True
    """whether the facility takes a second coming visit of a patient to the same specialty"""

    @property
    def doctor(self) -> str:
        """Surname, name, patronymic."""
        return " ".join(filter(None, (self.doctor_surname, self.doctor_given_name, self.doctor_patronymic)))

    @property
    def doctor_short(self) -> str:
        """Surname and initials: «Чехова А. П.»."""
        parts = (self.doctor_given_name, self.doctor_patronymic)
        return f"{self.doctor_surname} {' '.join(f'{part[0]}.' for part in parts if part)}".strip()


def of_schedule(tx: Tx, schedule_id: int) -> Place | None:
    """Read what a card says about a schedule."""
    row = tx.execute(
        "SELECT f.id, f.region_code, f.name, f.kind, f.audience, f.town, f.address, f.phone, f.timezone,"
        " f.is_demo, sp.id, sp.name_ru, sp.name_en, sp.prepare_ru, sp.prepare_en,"
        " d.surname, d.given_name, d.patronymic, sc.room, r.timezone,"
        " sp.audience, sp.sex, f.allows_second"
        " FROM schedule AS sc JOIN facility AS f ON f.id = sc.facility_id"
        " JOIN specialty AS sp ON sp.id = sc.specialty_id JOIN doctor AS d ON d.id = sc.doctor_id"
        " JOIN region AS r ON r.code = f.region_code WHERE sc.id = :schedule",
        {"schedule": schedule_id},
    ).fetchone()
    return row and Place(schedule_id, FacilityRow(*row[:10]), *row[10:])


def ids_of(tx: Tx, schedule_id: int) -> tuple[int, int] | None:
    """Read which doctor and which facility a schedule is of."""
    row = tx.execute(
        "SELECT doctor_id, facility_id FROM schedule WHERE id = :schedule", {"schedule": schedule_id}
    ).fetchone()
    return None if row is None else (row[0], row[1])
