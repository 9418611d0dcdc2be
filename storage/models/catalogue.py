"""Where one can be seen, by whom and when: FHIR's Location, Practitioner, Schedule and Slot."""

from sqlalchemy import Computed, Index, text
from sqlmodel import Column, Field, Integer, SQLModel

from storage.states import SlotStatus

_NONE = {"server_default": text("0")}
_BAND = "CAST((latitude + 90) * 50 AS INTEGER)"
_STANDING = "(rating_sum * 100 + 2000) / (rating_count + 5)"


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
    parent_code: str | None = None
    """the code of the specialty of which this is a part; empty for none, null where nobody has said yet"""


class Service(SQLModel, table=True):
    """What a specialty does for a patient (FHIR HealthcareService); listed where there are several."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    specialty_code: str = Field(foreign_key="specialty.code", index=True)
    name_ru: str
    name_en: str
    kind: str
    """first, repeat, examination, procedure, vaccination or certificate"""
    minutes: int | None = None
    """how long it takes; None: as long as the doctor's times are"""
    needs_referral: bool
    audience: str
    words_ru: str
    prepare_ru: str
    """empty: the specialty's"""
    prepare_en: str


class Facility(SQLModel, table=True):
    """A polyclinic, a hospital or a centre; its own zone rules the times shown.

    Two columns are made of others, for the indexes: what is near lies in the same band of a fiftieth of a
    degree or in one beside it; a rating counts as if five people more had given four points.
    """

    __table_args__ = (
        Index("facility_by_name", "region_code", "name"),
        Index("facility_by_standing", "region_code", "standing"),
        Index("facility_on_map", "band", "longitude"),
        Index("facility_on_map_of_region", "region_code", "band", "longitude"),
    )
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    region_code: str = Field(foreign_key="region.code")
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
    allows_second: bool = Field(default=True, sa_column_kwargs={"server_default": text("1")})
    """a patient may have a second coming visit to the same specialty, when that is meant"""
    opening_hours: str | None = None
    """JSON, seven from Monday on: [opens, closes] in minutes after midnight, or null; empty: unknown"""
    insurers: str | None = None
    """JSON: the insurers whose OMS policies are accepted; empty: unknown"""
    rating_sum: int = Field(default=0, sa_column_kwargs=_NONE)
    """points (1 to 5) of all reviews"""
    rating_count: int = Field(default=0, sa_column_kwargs=_NONE)
    band: int | None = Field(default=None, sa_column=Column(Integer, Computed(_BAND, persisted=False)))
    standing: int | None = Field(
        default=None, sa_column=Column(Integer, Computed(_STANDING, persisted=False))
    )


class FacilityFree(SQLModel, table=True):
    """When a facility has its nearest free time, looked up again and again: lists are put in order by it.

    It may be some minutes behind; what a list shows of its rows is read anew.
    """

    __tablename__ = "facility_free"
    __table_args__ = (Index("facility_free_first", "region_code", "nearest_at"),)
    facility_id: int = Field(
        primary_key=True, foreign_key="facility.id", sa_column_kwargs={"autoincrement": False}
    )
    region_code: str
    nearest_at: int


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
    """codes of ISO 639 with spaces between them, the mother tongue first"""
    photo: str | None = None
    """name of a picture in the folder `photos` beside the store; empty: initials are drawn in its place"""
    rating_sum: int = Field(default=0, sa_column_kwargs=_NONE)
    rating_count: int = Field(default=0, sa_column_kwargs=_NONE)


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
