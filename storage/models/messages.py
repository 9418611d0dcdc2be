"""What came from Telegram, what must go out, and where each conversation stands."""

from sqlalchemy import Index, text
from sqlmodel import Column, Field, SQLModel

from storage.models.columns import BigKey
from storage.states import InboxState, NotificationState


class InboxUpdate(SQLModel, table=True):
    """An update as it came, confirmed to Telegram only when it is here.

    The payload is sealed, since it is personal, and wiped when the update is done.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "inbox_waiting",
            "chat_id",
            "update_id",
            sqlite_where=text(f"state = {InboxState.WAITING:d}"),
            postgresql_where=text(f"state = {InboxState.WAITING:d}"),
        ),
        Index("inbox_received", "received_at"),
    )
    update_id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    chat_id: int = Field(sa_type=BigKey)
    """the chat, else the user, else 0: updates that share it are worked in order"""
    state: int = InboxState.WAITING
    attempts: int = 0
    received_at: int
    payload: bytes | None = None
    error: str | None = None


class DialogState(SQLModel, table=True):
    """Where a conversation stands: one row a stack or context of a chat, sealed."""

    __tablename__ = "dialog_state"
    __table_args__ = ({"sqlite_with_rowid": False},)
    chat_id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    key: str = Field(primary_key=True)
    value: bytes
    updated_at: int = Field(index=True)


class Notification(SQLModel, table=True):
    """A message that must reach someone: written in the transaction it tells about, sent once it is due."""

    __table_args__ = (
        Index(
            "notification_once",
            "appointment_id",
            "account_id",
            "kind",
            "channel",
            "sequence",
            "lead",
            unique=True,
        ),
        Index(
            "notification_due",
            "due_at",
            sqlite_where=text(f"state = {NotificationState.PLANNED:d}"),
            postgresql_where=text(f"state = {NotificationState.PLANNED:d}"),
        ),
        Index(
            "notification_next",
            "channel",
            "leased_until",
            sqlite_where=text(f"state = {NotificationState.PLANNED:d}"),
            postgresql_where=text(f"state = {NotificationState.PLANNED:d}"),
        ),
        Index(
            "notification_told",
            "account_id",
            "message_id",
            sqlite_where=text("kind = 'reminder' AND message_id IS NOT NULL"),
            postgresql_where=text("kind = 'reminder' AND message_id IS NOT NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    appointment_id: int | None = Field(default=None, sa_type=BigKey, foreign_key="appointment.id")
    """None: a note, not about a visit"""
    account_id: int = Field(sa_type=BigKey)
    """whom it is to reach: each account that acts for the patient has rows of its own; 0: `words` name the
    chat"""
    kind: str
    channel: str
    sequence: int
    """the appointment's own when this was planned: a move makes old rows void"""
    due_at: int
    state: int = NotificationState.PLANNED
    leased_until: int = 0
    """nobody takes it sooner: when it is due, then the end of a lease or of a pause"""
    attempts: int = 0
    sent_at: int | None = None
    message_id: int | None = None
    error: str | None = None
    address: bytes | None = None
    """sealed: where it goes when that was said for this one message; wiped when it is sent or given up"""
    words: bytes | None = None
    """sealed: what a note says; wiped likewise"""
    lead: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """of a reminder: how many seconds before the visit it was wished for; each lead is one message"""
    instead_of: str | None = None
    """the channel on which it could not be delivered before"""
