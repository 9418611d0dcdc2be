"""The tables, in reading order. They make the schema; queries are text, one module a noun."""

from storage.models.catalogue import Doctor, Facility, Region, Schedule, Slot, Specialty
from storage.models.messages import DialogState, InboxUpdate, Notification
from storage.models.people import Account, Patient
from storage.models.visits import Appointment, Hold

__all__ = [
    "Account",
    "Appointment",
    "DialogState",
    "Doctor",
    "Facility",
    "Hold",
    "InboxUpdate",
    "Notification",
    "Patient",
    "Region",
    "Schedule",
    "Slot",
    "Specialty",
]
