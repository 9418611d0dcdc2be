"""The tables, in reading order. They make the schema; queries are text, one module a noun."""

from storage.models.catalogue import (
    CatalogueChange,
    Doctor,
    Facility,
    FacilityFree,
    Region,
    Schedule,
    Slot,
    Specialty,
)
from storage.models.messages import DialogState, InboxUpdate, Notification
from storage.models.people import Account, Care, Invitation, Patient
from storage.models.records import (
    Attachment,
    Document,
    DocumentContent,
    JournalEntry,
    NoTimesAnswer,
    OneTimeCode,
    RequiredPaper,
)
from storage.models.visits import Appointment, Hold

__all__ = [
    "Account",
    "Appointment",
    "Attachment",
    "Care",
    "CatalogueChange",
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
    "NoTimesAnswer",
    "Notification",
    "OneTimeCode",
    "Patient",
    "Region",
    "RequiredPaper",
    "Schedule",
    "Slot",
    "Specialty",
]
