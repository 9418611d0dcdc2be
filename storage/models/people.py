"""Who speaks with the bot, who is seen by a doctor, and who may act for whom."""

from sqlalchemy import Index, text
from sqlmodel import Column, Field, SQLModel

from storage.models.columns import BigKey

_OF_MINORS = text("relation IN ('child', 'ward')")


class Account(SQLModel, table=True):
    """A chat whose person consented. `contact` is sealed: phone (E.164) and e-mail.

    The id is random, so that it can be known before the row is and bind what is sealed in it.
    """

    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    telegram_id: int = Field(sa_column=Column(BigKey, unique=True, nullable=False))
    language: str
    consent_version: str
    consented_at: int
    contact: bytes
    created_at: int
    blocked_at: int | None = None
    """when Telegram said that this person had blocked the bot"""
    phone_index: bytes | None = Field(default=None, index=True)
    """blind index of the phone: a keyed hash, equal for equal numbers, by which an account is found"""
    phone_confirmed_at: int | None = None
    email_confirmed_at: int | None = None
    pin: bytes | None = None
    """sealed: the argon2 hash of the PIN"""
    pin_failures: int = 0
    preferences: bytes | None = None
    """sealed JSON: what lists are to show first, by the name of the list"""
    reminders: str | None = None
    """JSON: when and how reminders come, where that is not the usual way (clinic.reminding.Settings)"""


class Patient(SQLModel, table=True):
    """A person who is seen by a doctor (FHIR Patient); `person` is sealed JSON: all that is known of them.

    An erased patient keeps the row, since visits hang on it, and nothing in it.
    """

    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    person: bytes | None = None
    created_at: int


class Care(SQLModel, table=True):
    """An account acts for a patient (FHIR RelatedPerson): oneself, a child, a ward, a relative who agreed."""

    __table_args__ = (
        Index("care_of_patient", "patient_id"),
        Index(
            "care_of_minors",
            "account_id",
            "patient_id",
            sqlite_where=_OF_MINORS,
            postgresql_where=_OF_MINORS,
        ),
        {"sqlite_with_rowid": False},
    )
    account_id: int = Field(sa_type=BigKey, primary_key=True, foreign_key="account.id")
    patient_id: int = Field(sa_type=BigKey, primary_key=True, foreign_key="patient.id")
    relation: str
    """self, child, ward or relative"""
    basis: str
    """self, birth_certificate, guardianship, invitation (a second parent), agreement (in the chat), sms,
    of_age (a grown child who took their record)"""
    added_at: int
    reminders: str | None = None
    """JSON: what this account wants otherwise for the reminders of this patient"""


class Invitation(SQLModel, table=True):
    """A one-time link by which somebody else comes to act for a patient, or lets themselves be acted for."""

    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    code_hash: bytes = Field(unique=True)
    """the code itself is in the link alone"""
    kind: str
    """parent: act for `patient_id` as well; relative: let the inviter act for whoever opens it; grown: take
    `patient_id` along as one's own record"""
    account_id: int = Field(sa_type=BigKey, foreign_key="account.id", index=True)
    """who invites"""
    patient_id: int | None = Field(default=None, sa_type=BigKey, foreign_key="patient.id", index=True)
    created_at: int
    expires_at: int
    used_at: int | None = None
    used_by: int | None = Field(default=None, sa_type=BigKey)
    revoked_at: int | None = None
