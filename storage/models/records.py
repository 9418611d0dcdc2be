"""What is kept about a patient besides visits: documents, one-time codes, the journal of accesses."""

from sqlalchemy import Index
from sqlmodel import Column, Field, SQLModel

from storage.models.columns import BigKey


class Document(SQLModel, table=True):
    """A passport, a policy, a referral …; the file itself is in `document_content`."""

    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    patient_id: int = Field(sa_type=BigKey, foreign_key="patient.id", index=True)
    account_id: int = Field(sa_type=BigKey)
    """who sent it"""
    kind: str
    media_type: str
    size: int
    """bytes before sealing"""
    name: bytes
    """sealed: the file's name as it was sent"""
    added_at: int


class DocumentContent(SQLModel, table=True):
    """A document's bytes, sealed; apart, so that lists do not read past them."""

    __tablename__ = "document_content"
    document_id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    content: bytes


class Attachment(SQLModel, table=True):
    """A patient's document that goes with a visit: the referral to it."""

    __table_args__ = (Index("attachment_of_document", "document_id"), {"sqlite_with_rowid": False})
    appointment_id: int = Field(sa_type=BigKey, primary_key=True, foreign_key="appointment.id")
    document_id: int = Field(sa_type=BigKey, primary_key=True, foreign_key="document.id")


class VisitFile(SQLModel, table=True):
    """A file that the clinic gave with what came out of a visit; the file itself is in `visit_file_content`.

    It is the clinic's: no document of the patient, who neither deletes it nor has it counted.
    """

    __tablename__ = "visit_file"
    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    appointment_id: int = Field(sa_type=BigKey, foreign_key="appointment.id", index=True)
    media_type: str
    size: int
    """bytes before sealing"""
    about: bytes
    """sealed JSON: the name that it came by, and the SHA-256 by which the same file is known"""
    position: int
    """among those of its visit, from 0"""
    added_at: int


class VisitFileContent(SQLModel, table=True):
    """A clinic's file, sealed; apart, so that lists do not read past it."""

    __tablename__ = "visit_file_content"
    file_id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    content: bytes


class OwnPhrase(SQLModel, table=True):
    """Words of a deployment's own by which the search finds doctors or sees danger."""

    __tablename__ = "own_phrase"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    """complaint or danger"""
    targets: str
    """codes of specialties divided by semicolons, the best first; of a danger its group"""
    who: str
    """of whom it speaks; empty: of anybody"""
    past: bool
    """no alarm when long ago"""
    phrases: str
    """divided by semicolons"""


class RequiredPaper(SQLModel, table=True):
    """A paper without which nobody is booked to a specialty; of all others a patient is only told."""

    __tablename__ = "required_paper"
    __table_args__ = {"sqlite_with_rowid": False}
    specialty_code: str = Field(primary_key=True, foreign_key="specialty.code")
    paper: str = Field(primary_key=True)
    """policy or referral"""


class OneTimeCode(SQLModel, table=True):
    """A code sent by SMS or e-mail. The code is kept as a keyed hash, its target as a blind index."""

    __tablename__ = "one_time_code"
    __table_args__ = (
        Index("code_of_chat", "telegram_id", "created_at"),
        Index("code_to_target", "target_index", "created_at"),
    )
    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    telegram_id: int = Field(sa_type=BigKey)
    purpose: str
    target_index: bytes
    code_hash: bytes
    created_at: int = Field(index=True)
    expires_at: int
    failures: int = 0
    used_at: int | None = None


class NoTimesAnswer(SQLModel, table=True):
    """Somebody was told that a facility has no time of a specialty within the limit: one a day.

    Random numbers and what timetables showed, no words of a person: so it is not sealed.
    """

    __tablename__ = "no_times_answer"
    __table_args__ = (Index("no_times_at", "at"), {"sqlite_with_rowid": False})
    account_id: int = Field(sa_type=BigKey, primary_key=True, foreign_key="account.id")
    facility_id: int = Field(primary_key=True, foreign_key="facility.id")
    specialty_id: int = Field(primary_key=True, foreign_key="specialty.id")
    day: str = Field(primary_key=True)
    """the facility's own day, ISO 8601"""
    at: int
    until: int
    """the last instant within the limit"""
    nearest_at: int | None = None
    """the nearest free time there was at the facility, later than that; None: there was none"""


class JournalEntry(SQLModel, table=True):
    """An access to personal data or a change of them: who, what, which record, when; chained by hashes.

    Nothing personal is in it: ids are random. It outlives those it is about.
    """

    __tablename__ = "journal"
    __table_args__ = (Index("journal_of_patient", "patient_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    at: int
    account_id: int = Field(sa_type=BigKey)
    """who; 0 is the service itself"""
    action: str
    record: str
    """what kind of record"""
    record_id: int = Field(sa_type=BigKey)
    patient_id: int | None = Field(default=None, sa_type=BigKey)
    hash: bytes
    """SHA-256 over the entry before and this one"""
