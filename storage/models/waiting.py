"""Who waits for a time, which times have got free for them, and which are kept closed meanwhile."""

from sqlalchemy import Index, text
from sqlmodel import Column, Field, SQLModel

from storage.models.columns import BigKey
from storage.states import FreedState, OfferState, WaitingState

_LIVE = text(f"state < {WaitingState.ENDED:d}")
_ENDED = text(f"state = {WaitingState.ENDED:d}")
_OPEN = text(f"state = {OfferState.OPEN:d}")
_IN_HAND = text(f"state < {FreedState.DONE:d}")
_PENDING = text(f"state = {FreedState.PENDING:d}")
_TO_LOOK = text(f"look_at IS NOT NULL AND state = {WaitingState.WAITING:d}")
_OF_VISIT = text("appointment_id IS NOT NULL")


class Waiting(SQLModel, table=True):
    """A patient who waits for a time of a specialty in a region, at one facility or doctor where it is set.

    What a query asks of the wish before it is opened stands in columns of its own, coarser than the wish but
    never narrower; the index over them finds the first match without reading the rows.
    """

    __table_args__ = (
        Index(
            "waiting_order",
            "specialty_id",
            "region_code",
            "precedence",
            "turn",
            "state",
            "facility_id",
            "schedule_id",
            "before",
            "parts",
            "since",
            "until",
            "first_day",
            "last_day",
            "notice",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("waiting_once", "patient_id", "place", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("waiting_of_account", "account_id"),
        Index("waiting_of_patient", "patient_id"),
        Index("waiting_ended", "ended_at", sqlite_where=_ENDED, postgresql_where=_ENDED),
        Index("waiting_ending", "ends_at", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("waiting_to_look", "look_at", sqlite_where=_TO_LOOK, postgresql_where=_TO_LOOK),
        Index("waiting_of_visit", "appointment_id", sqlite_where=_OF_VISIT, postgresql_where=_OF_VISIT),
    )
    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    turn: int = Field(unique=True)
    """the order of joining"""
    precedence: int
    """0 with a benefit that is proved, else 1: the lower one comes first"""
    account_id: int = Field(sa_type=BigKey, foreign_key="account.id")
    """who joined for the patient, and is told"""
    patient_id: int = Field(sa_type=BigKey, foreign_key="patient.id")
    specialty_id: int = Field(foreign_key="specialty.id")
    region_code: str = Field(foreign_key="region.code")
    facility_id: int | None = Field(default=None, foreign_key="facility.id")
    schedule_id: int | None = Field(default=None, foreign_key="schedule.id")
    service_id: int | None = Field(default=None, foreign_key="service.id")
    """what the visit is for; None where the specialty lists no services"""
    place: str
    """what is waited for, as one text: a patient waits for it once"""
    appointment_id: int | None = Field(default=None, sa_type=BigKey, foreign_key="appointment.id")
    """«раньше»: the visit that moves"""
    before: int | None = None
    """«раньше»: when that visit begins"""
    reason: str
    """no_times, none_suitable, no_specialist or earlier"""
    mode: str
    """offer or book"""
    wish: str
    """JSON of clinic.wishes: hours and numbers of doctors, nothing that was typed"""
    parts: int
    """bits: the parts of the week, three hours each from Monday's midnight on, in which a time may begin"""
    since: int
    """minutes after midnight by the facility's clock: no time that begins earlier suits"""
    until: int
    """likewise: no time that begins then or later"""
    first_day: int
    """ordinal of the first day that suits, the facility's own"""
    last_day: int
    notice: int
    """seconds from the offer to the visit, at least"""
    is_any_hour: bool
    """may be told of it at night too"""
    joined_at: int
    ends_at: int
    state: int = WaitingState.WAITING
    look_at: int | None = None
    """since when it is to be compared with the times that are free already"""
    ended_at: int | None = None
    ended: str | None = None
    """why: booked, left, over, visit_gone, access or none_left"""


class WaitingOffer(SQLModel, table=True):
    """A time offered to somebody who waits. The unique indexes: a time to one at once, one time each at once,
    and none to the same one twice."""

    __tablename__ = "waiting_offer"
    __table_args__ = (
        Index("offer_once", "waiting_id", "slot_id", unique=True),
        Index("offer_of_slot", "slot_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("offer_to_one", "waiting_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("offer_until", "until", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
    id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    waiting_id: int = Field(sa_type=BigKey, foreign_key="waiting.id")
    slot_id: int = Field(foreign_key="slot.id")
    further: str | None = None
    """numbers of the slots that follow and are kept too, where the service takes longer than one"""
    offered_at: int
    told_at: int | None = None
    """when it was first tried to tell them: their minutes count from then"""
    until: int
    state: int = OfferState.OPEN
    notification_id: int | None = None
    """the message that tells it; no key of another table, which would have to be asked at each erasure"""
    appointment_id: int | None = Field(default=None, sa_type=BigKey, foreign_key="appointment.id")
    """the visit that came of it"""


class FreedTime(SQLModel, table=True):
    """A time that got free while somebody waited for one of its kind; kept for a while to be counted.

    While it is pending the time is free as far as its row says, and offered before anybody sees it.
    """

    __tablename__ = "freed_time"
    __table_args__ = (
        Index("freed_in_hand", "slot_id", unique=True, sqlite_where=_IN_HAND, postgresql_where=_IN_HAND),
        Index("freed_pending", "id", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("freed_lately", "specialty_id", "region_code", "freed_at"),
        Index("freed_long_ago", "freed_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    slot_id: int = Field(foreign_key="slot.id")
    specialty_id: int
    region_code: str
    why: str
    """let_go (somebody had only looked at it, so it counts for nothing), given_up, opened or written"""
    freed_at: int | None = None
    """when the list came by it"""
    state: int = FreedState.PENDING


class WaitingWatch(SQLModel, table=True):
    """When a chat is told next that the list is being watched, and the message that said it last."""

    __tablename__ = "waiting_watch"
    account_id: int = Field(sa_column=Column(BigKey, primary_key=True, autoincrement=False))
    next_at: int | None = Field(default=None, index=True)
    """None: told no more, or not wanted"""
    message_id: int | None = None
    is_off: bool = False


class Reserve(SQLModel, table=True):
    """The share of a schedule's times that is kept closed, and the rules by which it opens (seed 5.1)."""

    schedule_id: int = Field(primary_key=True, foreign_key="schedule.id")
    percent: int
    open_days: int
    """so many days before their day, reserved times open"""
    open_load: int
    """percent: a reserved time opens once so many of its day's other times are gone; 0: not by that"""
    on_cancel: bool
    """the nearest one opens whenever a visit is cancelled"""
