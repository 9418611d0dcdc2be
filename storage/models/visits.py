"""Times taken: for minutes (a hold) or for a visit (an appointment)."""

from sqlalchemy import Index, text
from sqlmodel import Column, Field, SQLModel

from storage.models.columns import BigKey
from storage.states import LIVE, AppointmentStatus

_LIVE = text(f"status IN ({', '.join(str(int(status)) for status in LIVE)})")


class Hold(SQLModel, table=True):
    """A time kept for a chat while its person makes up their mind: one a slot and one a chat.

    It hangs on the Telegram id, since a person who holds their first time has no account yet.
    """

    slot_id: int = Field(foreign_key="slot.id", primary_key=True)
    telegram_id: int = Field(sa_column=Column(BigKey, unique=True, nullable=False))
    created_at: int
    expires_at: int = Field(index=True)


class HeldSlot(SQLModel, table=True):
    """A further time that a hold keeps, where the service takes longer than one."""

    __tablename__ = "held_slot"
    slot_id: int = Field(foreign_key="slot.id", primary_key=True)
    telegram_id: int = Field(sa_column=Column(BigKey, index=True, nullable=False))


class AppointmentSlot(SQLModel, table=True):
    """A further time that a live appointment takes, following `Appointment.slot_id` without a gap.

    Given back with the visit; a time is in one row at most, so two long visits never share one.
    """

    __tablename__ = "appointment_slot"
    slot_id: int = Field(foreign_key="slot.id", primary_key=True)
    appointment_id: int = Field(sa_type=BigKey, foreign_key="appointment.id", index=True)


class Appointment(SQLModel, table=True):
    """A visit (FHIR Appointment). The partial unique index is what makes a double booking impossible."""

    __table_args__ = (
        Index("appointment_live_slot", "slot_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("appointment_of_patient", "patient_id", "starts_at"),
        Index(
            "appointment_barred",
            "patient_id",
            "slot_id",
            sqlite_where=text("is_barred"),
            postgresql_where=text("is_barred"),
        ),
    )
    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    number: str = Field(unique=True)
    """nine random digits and a check digit (Damm)"""
    ticket_code: str = Field(unique=True)
    """what the QR carries; random, new after every move"""
    patient_id: int = Field(sa_type=BigKey, foreign_key="patient.id")
    slot_id: int = Field(foreign_key="slot.id")
    status: int = AppointmentStatus.BOOKED
    starts_at: int
    ends_at: int
    first_starts_at: int
    """the first date: moves are counted from it"""
    queue_number: int
    sequence: int = 0
    """grows with every move and with the cancel (RFC 5545 SEQUENCE)"""
    booked_at: int
    confirmed_at: int | None = None
    """when the patient said «Приду»"""
    cancelled_at: int | None = None
    is_barred: bool = False
    """cancelled late without a reason: this patient cannot take the same time again"""
    booked_by: int | None = Field(default=None, sa_type=BigKey)
    """the account that booked it"""
    changed_by: int | None = Field(default=None, sa_type=BigKey)
    """the account that moved or cancelled it last"""
    service_id: int | None = Field(default=None, foreign_key="service.id")
    """what it is for; None where the specialty lists no services"""
    words: bytes | None = None
    """sealed: purpose of the visit, reasons of cancels and moves"""
