"""The rules of the service, pure. Each is written once and asked twice: by the window and by the use case.

Numbers in the README's table are held against these constants by a test.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise

HOLD = timedelta(minutes=5)
"""How long a chosen time is kept for the one who chose it."""
HOLD_WHILE_REGISTERING = timedelta(minutes=15)
"""The same while its person registers, counted from when the time was chosen."""
HOLD_IN_ALL = HOLD_WHILE_REGISTERING + HOLD
"""However often the same time is chosen again, a hold ends this long after it began."""
LAST_MINUTE = timedelta(minutes=1)
"""So long before a hold runs out its window says so once."""
FREE_CANCEL = timedelta(hours=24)
"""Up to this long before the visit it is cancelled or moved without a reason (seed 4.2)."""
GRACE = timedelta(hours=2)
"""For so long after that moment it is still free: the reminder that comes then can be answered in time."""
CONFIRM_FROM = timedelta(days=3)
"""From this long before the visit a patient is asked whether they will come."""
MOVE_WITHIN = timedelta(days=30)
"""A visit moves at most this far from its first date (seed 4.2)."""
REMINDERS = (timedelta(days=3), timedelta(hours=24), timedelta(hours=3))
"""When reminders come, counted back from the visit (seed 4.3); the first one by e-mail alone."""
LEAD = (timedelta(minutes=30), timedelta(days=30))
"""How long before a visit a reminder can be wished for, at least and at most."""
MOST_REMINDERS = 5
"""Reminders of one visit that can be wished for."""
QUIET_HOURS = (22, 7)
"""Between these hours of the clinic's clock nobody is reminded, unless they wish otherwise."""
BEFORE_QUIET = timedelta(hours=1)
"""A reminder that would fall into the quiet hours comes so long before they begin."""
AFTER_QUIET = timedelta(hours=1)
"""Where that has passed it comes when they end, if so much is left until the visit."""
WHOLE_DAY = timedelta(hours=12)
"""From this lead on one reminder tells of all the visits of a family's day."""
TOGETHER = timedelta(hours=2)
"""A nearer one tells of what is at most so far from its visit."""
APART = timedelta(hours=1)
"""Of two reminders that would come closer to each other only the one nearer to the visit is sent."""
REMINDED_VISITS = 5
"""Among how many of the next visits «приду», typed, finds the one that was reminded of."""
OFFERED_TIMES = 3
"""How many nearest times are offered when the wished one is gone."""
NEAREST_DAYS = 6
"""How many of the nearest free days are shown first."""
LOOK_AHEAD = timedelta(days=365)
"""How far ahead free days are looked for at most; timetables mostly end sooner."""
GROWN_UP = 18
"""From this age on, in years, a patient is no child any more."""
PARENT_FROM = 16
"""Who is younger does not act for a child alone (Family Code, art. 62); a guardian is of age (art. 146)."""
OLDEST_YEARS = 120
"""A date of birth longer ago is a mistake."""
MAIL_AGAIN = timedelta(minutes=1)
"""The ticket goes to an address by e-mail at most once in this time."""
INVITATION = timedelta(hours=24)
"""How long a link works by which somebody comes to act for a child, or agrees to be booked for."""
GROWN_LINK = timedelta(days=7)
"""How long a link works by which a grown child takes their record along."""
OPEN_INVITATIONS = 5
"""Most links of one account that work at the same time."""
FAMILY_SIZE = 20
"""For how many others an account acts at most."""
CODE_LIFE = timedelta(minutes=10)
"""A code that confirms a phone or an e-mail works so long."""
CODE_AGAIN = timedelta(seconds=60)
"""A further code can be asked for after that time."""
CODE_TRIES = 3
"""Wrong codes in a day; one more blocks further ones, of the chat and at the number alike."""
CODES_A_DAY = 10
"""Codes sent in a day, to a chat or to a number."""
PIN_LENGTH = (4, 6)
"""Fewest and most digits of a PIN."""
PIN_TRIES = 5
"""Wrong PINs in a row; then the person confirms anew who they are."""
LOCK_AFTER = timedelta(minutes=5)
"""Personal windows of a chat with a PIN are locked after that time without a press in them."""
MOST_DOCUMENTS = 50
"""Documents kept for a patient."""
MOST_VISITS = 20
"""Visits of a patient that are still to come, at most."""
PURPOSE_LENGTH = 300
"""Longest purpose or reason, in characters: one screen."""
REQUEST_LENGTH = 3000
"""Longest text to support or from it, in characters: a message has 4096, and more stands around it."""
REQUEST_FILES = 5
"""Files that go with one text to support."""
REQUESTS_A_DAY = 5
"""Requests to support that a chat may begin in a day; in an open one it may write more."""
POSTS_A_DAY = 30
"""What one may write in a request in a day."""
REQUEST_WAITS = timedelta(hours=4)
"""After this the administrators are reminded of a request that nobody has answered."""

MOST_WAITING = 10
"""Live entries of the waiting list that a patient may have."""
OFFER_HOLD = timedelta(minutes=15)
"""How long a time that got free is kept for whom it is offered to."""
OFFER_HOLD_FAR = timedelta(minutes=60)
"""The same when the visit is further away than OFFER_FAR."""
OFFER_FAR = timedelta(hours=48)
"""From how far away a visit's offer leaves more time to think."""
OFFER_LEAST = timedelta(minutes=30)
"""So long before it begins an offered time is decided on; one that is nearer is left to everybody."""
MISSES_A_DAY = 3
"""After so many offers that nobody answered in a day only what gets free anew is offered."""
OFFER_HOURS = (8, 21)
"""Between these hours of their clock people are offered times, unless they want it at any hour."""
WAITING_DAYS = (7, 14, 30, 90)
"""For how many days one can wait, to choose from."""
WAITING_DAYS_USUAL = 30
"""For how many days one waits who does not choose."""
NOTICE_HOURS = (3, 24, 48)
"""How many hours before a visit at least somebody is booked who is not asked first, to choose from."""
WATCH_HOUR = 10
"""At this hour of the day those who wait are told that the list is watched."""

ASK_AFTER = timedelta(hours=3)
"""So long after a visit's end it is asked how it was, between OFFER_HOURS."""
ASK_UNTIL = timedelta(days=7)
"""After that time the question comes no more, whatever held it up."""
RATE_WITHIN = timedelta(days=30)
"""A visit is rated, and its rating changed, so long after its end; a booking so long after it was made."""
DOCTOR_ASKED_AGAIN = timedelta(days=30)
"""Nobody is asked about a doctor whom they have rated within this time: treatments are several visits."""
BOOKING_ASKED_AGAIN = timedelta(days=90)
"""How booking went is asked of an account once in this time at most."""
COMMENT_LENGTH = 300
"""Longest comment, in characters: with what stands around it one screen."""


def is_bookable(starts_at: datetime, now: datetime) -> bool:
    """Tell whether a time can still be booked: it has not begun."""
    return starts_at > now


def can_change(starts_at: datetime, now: datetime) -> bool:
    """Tell whether a visit can still be cancelled or moved by its patient: it has not begun."""
    return starts_at > now


def can_confirm(starts_at: datetime, now: datetime) -> bool:
    """Tell whether «Приду» is offered on the card: weeks ahead it would say nothing."""
    return now < starts_at <= now + CONFIRM_FROM


def needs_reason(starts_at: datetime, now: datetime) -> bool:
    """Tell whether a cancel or a move at `now` is late and asks for a reason."""
    return now > free_until(starts_at)


def free_until(starts_at: datetime) -> datetime:
    """Return the last moment at which a visit is cancelled or moved without a reason."""
    return starts_at - FREE_CANCEL + GRACE


def is_barred_by_cancel(starts_at: datetime, now: datetime, reason: str) -> bool:
    """Tell whether a cancel takes the right to book the same time again: late and without a reason."""
    return needs_reason(starts_at, now) and not reason.strip()


def move_window(first_starts_at: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return the span a visit can move into, both ends allowed; counted from the first date, not the last."""
    return max(now, first_starts_at - MOVE_WITHIN), first_starts_at + MOVE_WITHIN


def can_move_to(first_starts_at: datetime, new_starts_at: datetime, now: datetime) -> bool:
    """Tell whether a visit may move to that time."""
    earliest, latest = move_window(first_starts_at, now)
    return is_bookable(new_starts_at, now) and earliest <= new_starts_at <= latest


def hold_until(created_at: datetime, now: datetime, *, is_registering: bool) -> datetime:
    """Return until when a hold lives that is made or renewed now."""
    wished = now + (HOLD_WHILE_REGISTERING if is_registering else HOLD)
    return min(wished, created_at + HOLD_IN_ALL)


def is_weak_pin(pin: str) -> bool:
    """Tell whether digits are among the first that anybody tries: 0000, 1234, 9876, 1212."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({0}, {1}, {9}) or pin == (pin[:2] * len(pin))[: len(pin)]


PASSPORT_FROM = 14
"""Age at which a citizen gets a passport; until then it is the birth certificate (Government Decree 2267)."""


def usual_documents(born_on: date, today: date) -> tuple[str, ...]:
    """Name the kinds of documents that a clinic asks everybody of that age for (seed 2.2)."""
    identity = "passport" if age_on(born_on, today) >= PASSPORT_FROM else "birth_certificate"
    return (identity, "snils", "policy")


def is_foreign(identity_kind: str) -> bool:
    """Tell whether a document is a foreign citizen's, who also needs a SNILS or an INN (seed 2.2)."""
    return identity_kind in ("foreign_passport", "residence_permit")


def identity_kinds(born_on: date, today: date) -> tuple[str, ...]:
    """Name the kinds of identity documents that somebody of that age can have, the usual one first."""
    return (usual_documents(born_on, today)[0], "foreign_passport", "residence_permit")


def is_plausible_birth(born_on: date, today: date) -> bool:
    """Tell whether someone living can have been born on that day."""
    return born_on <= today and age_on(born_on, today) <= OLDEST_YEARS


def age_on(born_on: date, day: date) -> int:
    """Return full years of age on a day; someone born on 29 February is a year older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def is_of_age(born_on: date, today: date) -> bool:
    """Tell whether a person decides for themselves; someone born on 29 February does from 1 March."""
    return age_on(born_on, today) >= GROWN_UP


def refusing_audience(audiences: Iterable[str], born_on: date, on: date) -> str:
    """Name who is seen, child or adult, where somebody of that age is not seen that day; else empty.

    `audiences` are those of the facility, the specialty and the service: all, adult or child.
    """
    refused = "child" if is_of_age(born_on, on) else "adult"
    return refused if refused in audiences else ""


def is_unusual_sex(seen: str, sex: str) -> bool:
    """Tell whether a specialty that sees women or men usually has a patient of another known sex."""
    return seen != "any" and bool(sex) and sex != seen


def has_outgrown(born_on: date, added_on: date, today: date, *, is_ward: bool) -> bool:
    """Tell whether a child or a ward leaves their guardians' lists.

    A ward who was of age when added stays: guardianship of an adult has no end by age.
    """
    return is_of_age(born_on, today) and not (is_ward and is_of_age(born_on, added_on))


def offer_hold(starts_at: datetime, told_at: datetime) -> timedelta:
    """Return how long a time is kept for somebody who is told of it then."""
    return OFFER_HOLD_FAR if starts_at - told_at > OFFER_FAR else OFFER_HOLD


def told_at(now: datetime, timezone: tzinfo, *, is_any_hour: bool) -> datetime:
    """Return when somebody is told of what happens now: at once, at night in the morning."""
    wall = now.astimezone(timezone)
    first, last = OFFER_HOURS
    if is_any_hour or first <= wall.hour < last:
        return now
    morning = wall.replace(hour=first, minute=0, second=0, microsecond=0)
    if wall.hour >= last:
        morning += timedelta(days=1)
    return morning.astimezone(now.tzinfo)


def can_offer(starts_at: datetime, told_at: datetime) -> bool:
    """Tell whether a time is still worth offering to somebody who is told then: it can be thought over."""
    return told_at + offer_hold(starts_at, told_at) + OFFER_LEAST <= starts_at


def next_watch(now: datetime, timezone: tzinfo) -> datetime:
    """Return when somebody is told next that the waiting list is watched."""
    wall = now.astimezone(timezone)
    at = wall.replace(hour=WATCH_HOUR, minute=0, second=0, microsecond=0)
    if at <= wall:
        at += timedelta(days=1)
    return at.astimezone(now.tzinfo)


def is_rating(value: int) -> bool:
    """Tell whether a number is a rating: 1 is bad, 5 is very good."""
    return 1 <= value <= 5


def can_rate(since: datetime, now: datetime) -> bool:
    """Tell whether a rating can be given or changed: of a visit that ended then, of a booking made then."""
    return since <= now <= since + RATE_WITHIN


def is_worth_asking(ended_at: datetime, now: datetime) -> bool:
    """Tell whether it may still be asked how a visit was."""
    return ended_at <= now <= ended_at + ASK_UNTIL
