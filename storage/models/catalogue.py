"""Where one can be seen, by whom and when: FHIR's Location, Practitioner, Schedule and Slot."""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.states import SlotStatus


class Region(SQLModel, table=True):
    """A subdivision of ISO 3166-2:RU, or whatever a deployment calls a region."""

    code: str = Field(primary_key=True)
    name_ru: str
    name_en: str
    timezone: str
    latitude: float
    longitude: float


class Specialty(SQLModel, table=True):
    """What a doctor is, by the official nomenclature."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name_ru: str
    name_en: str
    official_name: str
    group_ru: str
    group_en: str
    audience: str
    """all, adult or child"""
    sex: str
    """any, female or male"""
    needs_referral: bool
    slot_minutes: int
    words_ru: str
    prepare_ru: str
    prepare_en: str


class Facility(SQLModel, table=True):
    """A polyclinic, a hospital or a centre; its own zone rules the times shown."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    region_code: str = Field(foreign_key="region.code", index=True)
    name: str
    kind: str
    """polyclinic, hospital or centre"""
    audience: str
    town: str
    address: str
    phone: str
    timezone: str
    latitude: float
    longitude: float
    official_code: str
    """the code МО"""
    is_demo: bool = False


class Doctor(SQLModel, table=True):
    """A practitioner. Doctors' names are public, patients' are not."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    surname: str
    given_name: str
    patronymic: str
    sex: str
    category: str
    education: str
    practising_since: int
    languages: str


class Schedule(SQLModel, table=True):
    """One doctor at one facility in one specialty; the slots hang on it.

    `region_code` repeats the facility's so that «nearest in the region» is one index seek.
    """

    __table_args__ = (
        Index("schedule_by_facility", "facility_id", "specialty_id"),
        Index("schedule_by_specialty", "specialty_id", "region_code"),
        Index("schedule_of_doctor", "doctor_id", "facility_id", "specialty_id", unique=True),
    )
    id: int | None = Field(default=None, primary_key=True)
    doctor_id: int = Field(foreign_key="doctor.id")
    facility_id: int = Field(foreign_key="facility.id")
    specialty_id: int = Field(foreign_key="specialty.id")
    region_code: str = Field(foreign_key="region.code")
    room: str


class Slot(SQLModel, table=True):
    """A time that can be booked. Instants are epoch seconds: a slot with its indexes is under 70 bytes.

    The second index holds free times alone: every search for a free time reads it and nothing else. The third
    holds reserved ones, which are few.
    """

    __table_args__ = (
        Index("slot_of_schedule", "schedule_id", "starts_at", unique=True),
        Index(
            "slot_free",
            "schedule_id",
            "starts_at",
            sqlite_where=text(f"status = {SlotStatus.FREE:d}"),
            postgresql_where=text(f"status = {SlotStatus.FREE:d}"),
        ),
        Index(
            "slot_reserved",
            "schedule_id",
            "starts_at",
            sqlite_where=text(f"status = {SlotStatus.RESERVED:d}"),
            postgresql_where=text(f"status = {SlotStatus.RESERVED:d}"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    schedule_id: int = Field(foreign_key="schedule.id")
    starts_at: int
    minutes: int
    status: int = SlotStatus.FREE


class CatalogueChange(SQLModel, table=True):
    """One row that triggers count up whenever a region, facility, specialty or doctor changes.

    Triggers keep the full-text tables `doctor_words` and `facility_words` too, which no model describes.
    """

    __tablename__ = "catalogue_change"
    id: int = Field(primary_key=True)
    number: int
