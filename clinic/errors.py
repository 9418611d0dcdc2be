"""Refusals a patient can meet. They carry data, never sentences: the dialogs word them."""

from dataclasses import dataclass
from datetime import datetime


class Refused(Exception):
    """The service understood and says no; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A free time offered in place of the wished one."""

    slot_id: int
    starts_at: datetime
    timezone: str
    doctor: str


@dataclass
class TimeRefused(Refused):
    """This time cannot be had; `nearest` are free ones of the same specialty, to offer at once."""

    nearest: tuple[Offer, ...] = ()


@dataclass
class CodeWrong(Refused):
    """This is not the code that was sent; `tries_left` more may be wrong before further ones are blocked."""

    tries_left: int


class CodeExpired(Refused):
    """The code was used, is too old, or none was sent."""


class CodeBlocked(Refused):
    """Too many wrong codes, or too many codes, in a day."""


class CodeNotSent(Refused):
    """The code could not be carried to its phone or mailbox now."""


@dataclass
class PinWrong(Refused):
    """This is not the PIN; `tries_left` more may be wrong before only a confirmation helps."""

    tries_left: int


class PinBlocked(Refused):
    """Too many wrong PINs: the person has to confirm anew who they are."""


class PhoneDiffers(Refused):
    """The number that was shared is not the one of the account."""


class TooManyDocuments(Refused):
    """A patient has as many documents as are kept."""


class MailTooSoon(Refused):
    """A letter about this visit was asked for a moment ago and is on its way."""


class TimeTaken(TimeRefused):
    """Somebody else has this time now."""


class TimeTooShort(TimeRefused):
    """The service takes longer than the doctor is free from this time on."""


class ServiceNeeded(Refused):
    """The specialty has several services, and none of them is the usual one: it must be said which."""


class TimeClosed(TimeRefused):
    """The clinic has closed this time."""


class TimePast(TimeRefused):
    """This time has begun."""


class TimeBarred(TimeRefused):
    """This patient gave this very time up late and without a reason."""


@dataclass
class VisitOverlaps(Refused):
    """The patient is elsewhere at that time."""

    appointment_id: int


@dataclass
class SameSpecialty(Refused):
    """A question rather than a refusal: the patient has a coming visit to this specialty already.

    `is_allowed`: where it is not, the facility takes no second one, whatever is answered.
    """

    appointment_id: int
    is_allowed: bool = True


@dataclass
class WrongAge(Refused):
    """On that day the patient is not of the age that is seen there; `audience`: child or adult."""

    audience: str


class UnusualSex(Refused):
    """A question: the specialty sees patients of another sex as a rule."""


class AccountInactive(Refused):
    """Neither phone nor e-mail of the account is confirmed, and only then it books."""


class TooManyReminders(Refused):
    """As many reminders of a visit are set as may be (rules.MOST_REMINDERS)."""


class TooManyVisits(Refused):
    """As many visits of this patient are to come as may (rules.MOST_VISITS)."""


@dataclass
class SiblingElsewhere(Refused):
    """A question: another child of the same account is at another facility at that time."""

    appointment_id: int


@dataclass
class DocumentMissing(Refused):
    """The specialty takes nobody without these papers (needs.POLICY, needs.REFERRAL)."""

    papers: tuple[str, ...]


class AccessEnded(Refused):
    """This account acts for that patient no more."""


class ChildOfAge(Refused):
    """Who is of age is no child: they agree themselves."""


@dataclass
class TooYoungToCare(Refused):
    """Who is younger than that, in years, acts for no child or ward yet."""

    from_age: int


class NotOfAge(Refused):
    """Who is under 18 cannot agree: a parent or a guardian adds them."""


@dataclass
class PhoneHasTelegram(Refused):
    """Whose number this is has an account and agrees there, by a link; `is_own`: it is the asker's."""

    is_own: bool


class FamilyFull(Refused):
    """This account acts for as many people as it may (rules.FAMILY_SIZE)."""


class VisitsAhead(Refused):
    """The last who acts for a patient cannot leave while a visit is still to come."""


class TooManyInvitations(Refused):
    """As many links of this account work as may (rules.OPEN_INVITATIONS)."""


@dataclass
class InvitationRefused(Refused):
    """A link does nothing: `why` is unknown, expired, used, revoked, own, known, minor or other_birthday."""

    why: str


class TimeWithinLimit(Refused):
    """There is a time within the state's limit by now: nothing to complain of."""


class NotRegistered(Refused):
    """There is no account yet, and this needs one."""


class NotFound(Refused):
    """There is no such thing, or it is somebody else's: both look the same on purpose."""


class VisitOver(Refused):
    """The visit has begun or is over: nothing about it can be changed."""


class VisitArrived(Refused):
    """The desk has noted that the patient is there: the visit is neither cancelled nor moved."""


class VisitCancelled(Refused):
    """The visit was cancelled already."""


class NoneStands(Refused):
    """Of all the visits that a reminder told of none is still to come as it said."""


class TooFarToMove(Refused):
    """The new time is more than the allowed span away from the first date."""


class WrongPlace(Refused):
    """A visit moves only within its specialty and facility."""


class WaitingFull(Refused):
    """A patient waits for as many times as they may (rules.MOST_WAITING)."""


class WaitingOver(Refused):
    """This entry of the waiting list has ended."""


@dataclass
class OfferOver(Refused):
    """A time that was offered is no more: `how` is declined, missed or withdrawn."""

    how: str


class NotRated(Refused):
    """Only a visit that took place is rated."""


class RatingClosed(Refused):
    """The time for giving or changing a rating is over (rules.RATE_WITHIN)."""


class CommentChanged(Refused):
    """The comment was written anew since an administrator read it: the new one comes by itself."""


@dataclass
class CommentDecided(Refused):
    """An administrator has decided on the comment already: it is shown, or it is not."""

    is_shown: bool


@dataclass
class RequestChanged(Refused):
    """Something happened in a request since an administrator saw it: `how` is answered, settled or more."""

    how: str
    by: str
    """who answered; empty for what was not answered"""
    seen: tuple[int, int]
    """how it stands now (clinic.support.Seen)"""


class SupportAbsent(Refused):
    """Nobody answers requests here: there are no administrators (ADMIN_IDS)."""


class TooManyRequests(Refused):
    """As many requests to support were begun in a day as may be (rules.REQUESTS_A_DAY)."""


class TooManyPosts(Refused):
    """As much was written in a request in a day as may be (rules.POSTS_A_DAY)."""


@dataclass
class BadInput(Refused):
    """What was typed cannot be understood; `problem` names the rule that it breaks."""

    problem: str
