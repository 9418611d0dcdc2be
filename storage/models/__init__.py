"""The tables, in reading order. They make the schema; queries are text, one module a noun."""

from storage.models.catalogue import Doctor, Facility, FacilityFree, Region, Schedule, Slot, Specialty
from storage.models.messages import DialogState, InboxUpdate, Notification
from storage.models.people import Account, Care, Invitation, Patient
from storage.models.records import Document, DocumentContent, JournalEntry, OneTimeCode
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
    "FacilityFree",
    "Hold",
    "InboxUpdate",
    "Invitation",
    "JournalEntry",
    "Notification",
    "OneTimeCode",
    "Patient",
    "Region",
    "Schedule",
    "Slot",
    "Specialty",
]
