"""The tables, in reading order. They make the schema; queries are text, one module a noun."""

from storage.models.catalogue import Doctor, Facility, Region, Schedule, Slot, Specialty
from storage.models.messages import DialogState, InboxUpdate, Notification
from storage.models.people import Account, Care, Invitation, Patient
from storage.models.records import Document, DocumentContent, JournalEntry, NoTimesAnswer, OneTimeCode
from storage.models.visits import Appointment, Hold

__all__ = [
    "Account",
    "Appointment",
    "Care",
    "DialogState",
    "Doctor",
    "Document",
    "DocumentContent",
    "Facility",
    "Hold",
    "InboxUpdate",
    "Invitation",
    "JournalEntry",
    "NoTimesAnswer",
    "Notification",
    "OneTimeCode",
    "Patient",
    "Region",
    "Schedule",
    "Slot",
    "Specialty",
]
