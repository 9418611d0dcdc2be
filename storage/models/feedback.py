"""What people think of visits and bookings; ratings of doctors and facilities are sums of these rows."""

from sqlalchemy import Index, text
from sqlmodel import Column, Field, SQLModel

from storage.models.columns import BigKey
from storage.states import CommentState

_SHOWN = text(f"state = {CommentState.SHOWN:d}")
_WAITING = text(f"state = {CommentState.WAITING:d}")
_UNTOLD = text(f"state = {CommentState.WAITING:d} AND told_at IS NULL")
_AUTHORED = text("account_id IS NOT NULL")


class Feedback(SQLModel, table=True):
    """A rating, answers and a comment; one a visit and one a booking at most.

    Those of the demo have no appointment: nobody was there. The rating is public as a number,
    the comment once it is shown; who gave them never is.
    """

    __table_args__ = (
        Index("feedback_once", "appointment_id", "about", unique=True),
        Index(
            "review_of_doctor", "doctor_id", "given_at", "id", sqlite_where=_SHOWN, postgresql_where=_SHOWN
        ),
        Index(
            "review_of_facility",
            "facility_id",
            "given_at",
            "id",
            sqlite_where=_SHOWN,
            postgresql_where=_SHOWN,
        ),
        Index("feedback_waiting", "changed_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("feedback_untold", "id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        Index("feedback_by_account", "account_id", sqlite_where=_AUTHORED, postgresql_where=_AUTHORED),
    )
    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    about: str
    """visit or booking; only those of visits count for doctor and facility"""
    appointment_id: int | None = Field(default=None, sa_type=BigKey, foreign_key="appointment.id")
    account_id: int | None = Field(default=None, sa_type=BigKey)
    """who said it last; None once they are erased"""
    doctor_id: int = Field(foreign_key="doctor.id")
    facility_id: int = Field(foreign_key="facility.id")
    rating: int
    """1 to 5"""
    timely: int | None = None
    """1 to 5: the confirmation came in time (seed 6.2, as the four below)"""
    information: int | None = None
    """what was said of doctors and times was full and true"""
    convenience: int | None = None
    notifications: int | None = None
    """they could be relied on"""
    protection: int | None = None
    """of personal data"""
    given_at: int
    changed_at: int
    comment: bytes | None = None
    """sealed, also while it is shown"""
    state: int = CommentState.NONE
    """of the comment"""
    doubts: str = ""
    """why it waits or waited: names of clinic.moderation with spaces between them"""
    revision: int = 0
    """grows with each comment: an administrator lets that one be shown which they read"""
    is_void: bool = Field(default=False, sa_column_kwargs={"server_default": text("0")})
    """the clinic says that nobody came: as long as it does, this counts for nothing and nobody reads it"""
    told_at: int | None = None
    """when administrators were told that this comment waits"""
