"""What people write to support, what they are answered, and where each message of it went."""

from sqlalchemy import Index, text
from sqlmodel import Column, Field, SQLModel

from storage.models.columns import BigKey
from storage.states import SupportState

_WAITS = text("waits_since IS NOT NULL")


class SupportRequest(SQLModel, table=True):
    """A request: a conversation of one chat with the administrators. It needs no account."""

    __tablename__ = "support_request"
    __table_args__ = (
        Index("support_request_of_chat", "telegram_id", "created_at"),
        Index("support_request_changed", "changed_at"),
        Index("support_request_waits", "waits_since", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )
    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    number: str = Field(unique=True)
    """what people read out: six random digits and a check digit"""
    telegram_id: int = Field(sa_type=BigKey)
    language: str
    kind: str
    mistake: str | None = None
    """the number of a failure, by which it is found in the log"""
    state: int = SupportState.OPEN
    created_at: int
    changed_at: int
    waits_since: int | None = None
    """while it is open: when the first word in it was written that nobody has answered"""


class SupportPost(SQLModel, table=True):
    """What one side wrote at once: words and files."""

    __tablename__ = "support_post"
    __table_args__ = (Index("support_post_in_order", "request_id", "ordinal", unique=True),)
    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    request_id: int = Field(sa_type=BigKey, foreign_key="support_request.id")
    ordinal: int
    """from 1"""
    is_staff: bool
    words: bytes
    """sealed JSON: text, and by which name an administrator answered"""
    at: int


class SupportFile(SQLModel, table=True):
    """A screenshot or another file of a post, sealed."""

    __tablename__ = "support_file"
    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    post_id: int = Field(sa_type=BigKey, foreign_key="support_post.id", index=True)
    media_type: str
    size: int
    """bytes before sealing"""
    content: bytes
    """sealed; the last column, so that lists do not read it"""


class SupportCopy(SQLModel, table=True):
    """A message by which a post, or a part of it, came into a chat: a reply to it is about that request."""

    __tablename__ = "support_copy"
    __table_args__ = (
        Index("support_copy_of_post", "post_id", "chat_id", "part"),
        {"sqlite_with_rowid": False},
    )
    chat_id: int = Field(sa_type=BigKey, primary_key=True)
    message_id: int = Field(primary_key=True)
    post_id: int = Field(sa_type=BigKey, foreign_key="support_post.id")
    part: int
    """0 is the text, from 1 on the files"""
