"""The tables, in reading order. They make the schema; queries are text, one module a noun."""

from storage.models.catalogue import (
    CatalogueChange,
    Doctor,
    Facility,
    FacilityFree,
    Region,
    Schedule,
    Service,
    Slot,
    Specialty,
)
from storage.models.feedback import Feedback
from storage.models.messages import DialogState, InboxUpdate, Notification
from storage.models.people import Account, Care, Invitation, Patient
from storage.models.records import (
    Attachment,
    Document,
    DocumentContent,
    JournalEntry,
    NoTimesAnswer,
    OneTimeCode,
    OwnPhrase,
    RequiredPaper,
    VisitFile,
    VisitFileContent,
)
from storage.models.support import SupportCopy, SupportFile, SupportPost, SupportRequest
from storage.models.visits import Appointment, AppointmentSlot, HeldSlot, Hold
from storage.models.waiting import FreedTime, Reserve, Waiting, WaitingOffer, WaitingWatch

__all__ = [
    "Account",
    "Appointment",
    "AppointmentSlot",
    "Attachment",
    "Care",
    "CatalogueChange",
    "DialogState",
    "Doctor",
    "Document",
    "DocumentContent",
    "Facility",
    "FacilityFree",
    "Feedback",
    "FreedTime",
    "HeldSlot",
    "Hold",
    "InboxUpdate",
    "Invitation",
    "JournalEntry",
    "NoTimesAnswer",
    "Notification",
    "OneTimeCode",
    "OwnPhrase",
    "Patient",
    "Region",
    "RequiredPaper",
    "Reserve",
    "Schedule",
    "Service",
    "Slot",
    "Specialty",
    "SupportCopy",
    "SupportFile",
    "SupportPost",
    "SupportRequest",
    "VisitFile",
    "VisitFileContent",
    "Waiting",
    "WaitingOffer",
    "WaitingWatch",
]
