"""The states that rows can be in, each written in one place only."""

from enum import IntEnum


class SlotStatus(IntEnum):
    """FHIR slotstatus: free, busy-tentative (held), busy, busy-unavailable (closed by the clinic).

    A reserved time is busy-unavailable too, until a rule opens it.
    """

    FREE = 0
    TENTATIVE = 1
    """kept for a chat, or offered to somebody in the waiting list"""
    BUSY = 2
    UNAVAILABLE = 3
    RESERVED = 4


class AppointmentStatus(IntEnum):
    """FHIR appointmentstatus, those of it that a visit here goes through."""

    BOOKED = 1
    ARRIVED = 2
    FULFILLED = 3
    CANCELLED = 4
    NOSHOW = 5


LIVE = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)
"""The states in which an appointment keeps its time for itself."""


class InboxState(IntEnum):
    """What became of an update."""

    DONE = 0
    WAITING = 1
    SET_ASIDE = 2
    """it cannot be read, or failed again and again: kept for the operator"""


class NotificationState(IntEnum):
    """What became of a message that had to be sent."""

    SENT = 0
    PLANNED = 1
    DROPPED = 2
    """it lost its point: the visit was cancelled, moved or is over"""
    FAILED = 3
    """tried to the last"""


class WaitingState(IntEnum):
    """How it stands with an entry of the waiting list."""

    WAITING = 0
    OFFERED = 1
    """a time is offered: another one only once that is answered"""
    ENDED = 2


class OfferState(IntEnum):
    """What became of a time that was offered to somebody in the waiting list."""

    OPEN = 0
    ACCEPTED = 1
    DECLINED = 2
    MISSED = 3
    """nobody answered in time"""
    WITHDRAWN = 4
    """it could not be told, or whoever waited is gone"""


class FreedState(IntEnum):
    """Where a time is that went to the waiting list."""

    PENDING = 0
    """free, and to be offered to the next before anybody else sees it"""
    OFFERED = 1
    DONE = 2
    """it is taken, or free for everybody"""


class CommentState(IntEnum):
    """Where a comment on a visit or a booking is."""

    NONE = 0
    """there is none"""
    SHOWN = 1
    WAITING = 2
    """it may name somebody or abuse: an administrator looks first"""
    REJECTED = 3
    PRIVATE = 4
    """about a booking: for the administrators alone"""


class SupportState(IntEnum):
    """Whose word it is in a request to support."""

    OPEN = 0
    """an administrator's"""
    ANSWERED = 1
    """the person's"""
    SOLVED = 2
