"""The states that rows can be in, each written in one place only."""

from enum import IntEnum


class SlotStatus(IntEnum):
    """FHIR slotstatus: free, busy-tentative (held), busy, busy-unavailable (closed by the clinic)."""

    FREE = 0
    TENTATIVE = 1
    BUSY = 2
    UNAVAILABLE = 3


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
