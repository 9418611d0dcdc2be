"""Who speaks with the bot and who is seen by a doctor."""

from sqlmodel import Column, Field, SQLModel

from storage.models.columns import BigKey


class Account(SQLModel, table=True):
    """A chat whose person consented. `contact` is sealed: the phone in E.164.

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


class Patient(SQLModel, table=True):
    """A person who is seen by a doctor; `person` is sealed: name parts and date of birth as JSON."""

    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    account_id: int = Field(sa_type=BigKey, foreign_key="account.id", index=True)
    person: bytes
    created_at: int
