"""A family's day: its visits of one day are told in one reminder, and answered at once.

What a message reminded of is found by its number, whatever has become of the visits since.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from clinic import reminding, rules
from clinic.errors import NoneStands, NotFound
from storage import accounts, appointments, history, people, reminders
from storage.appointments import AppointmentRow, Visit
from storage.crypto import Keyring
from storage.database import Database
from storage.notifications import NotificationRow
from storage.reminders import REMINDER
from storage.states import AppointmentStatus
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class Day:
    """What one message tells of: the visits in their order, and the planned messages that go along in it."""

    visits: tuple[Visit, ...]
    key: str
    """the same whichever of them is due: what may have arrived goes again under it"""
    along: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A message that reminded of visits, and what has become of them; each in the order of the day."""

    message_id: int
    sent_at: datetime
    instead_of: str | None
    standing: tuple[Visit, ...]
    """as the message told of them"""
    moved: tuple[Visit, ...] = ()
    cancelled: tuple[Visit, ...] = ()
    over: tuple[Visit, ...] = ()
    """took place, were missed, or nobody has written yet what they were"""

    @property
    def visits(self) -> tuple[Visit, ...]:
        """All of them, those that stand first."""
        return self.standing + self.moved + self.cancelled + self.over


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What «Все придём» has confirmed, and how many visits of the same message it could not."""

    visits: tuple[Visit, ...]
    left_out: int


def day(tx: Tx, keyring: Keyring, row: NotificationRow, visit: Visit, now: datetime) -> Day:
    """Read what goes along in a message that is being sent: of reminders what is still to come likewise."""
    carer = people.carer(tx, row.account_id, visit.appointment.patient_id)
    if row.kind != REMINDER or carer is None or not reminding.read(carer.reminders).is_together:
        return Day((visit,), _key([(row.id, row.due_at)]))
    visits, messages = [visit], [(row.id, row.due_at)]
    first, last = _span(visit, row.lead)
    for one in reminders.joined(tx, row, max(first, now), last, now):
        other = appointments.of_account(tx, keyring, one.appointment_id, row.account_id)
        if other is not None:
            visits.append(appointments.visit(tx, keyring, other))
            messages.append((one.notification_id, one.due_at))
    along = tuple(number for number, _ in messages[1:])
    return Day(tuple(sorted(visits, key=_order)), _key(messages), along)


def _key(messages: list[tuple[int, datetime]]) -> str:
    first, *others = (f"{number}.{int(due_at.timestamp())}" for number, due_at in sorted(messages))
    return f"{first}.{sha256(' '.join(others).encode()).hexdigest()[:12]}" if others else first


def _span(visit: Visit, lead: int) -> tuple[datetime, datetime]:
    """Return in which span visits are told together: the day; of short leads what is near as well."""
    timezone = ZoneInfo(visit.place.facility.timezone)
    starts_at = visit.appointment.starts_at
    morning = datetime.combine(starts_at.astimezone(timezone).date(), time(), timezone)
    first, last = morning, morning + timedelta(days=1) - timedelta(seconds=1)
    if timedelta(seconds=lead) < rules.WHOLE_DAY:
        return max(first, starts_at - rules.TOGETHER), min(last, starts_at + rules.TOGETHER)
    return first, last


def told(tx: Tx, keyring: Keyring, account_id: int, message_id: int, now: datetime) -> Told | None:
    """Read what has become of the visits that a message reminded an account of; None where it did of none."""
    rows = reminders.told_in(tx, account_id, message_id)
    if not rows:
        return None
    visits: list[tuple[Visit, int]] = []
    for row in rows:
        found = appointments.of_account(tx, keyring, row.appointment_id, account_id)
        if found is not None:
            visits.append((appointments.visit(tx, keyring, found), row.sequence))
    instead_of = next((row.instead_of for row in rows if row.instead_of), None)
    return _sorted_out(visits, message_id, min(row.sent_at for row in rows), instead_of, now)


def _sorted_out(
    visits: list[tuple[Visit, int]], message_id: int, sent_at: datetime, instead_of: str | None, now: datetime
) -> Told:
    """Sort visits by what has become of them since they had the sequence beside them."""
    groups: dict[str, list[Visit]] = {"standing": [], "moved": [], "cancelled": [], "over": []}
    for visit, sequence in sorted(visits, key=lambda one: _order(one[0])):
        row = visit.appointment
        if row.status == AppointmentStatus.CANCELLED:
            group = "cancelled"
        elif history.outcome(row.status, row.ends_at, now):
            group = "over"
        else:
            group = "standing" if row.sequence == sequence else "moved"
        groups[group].append(visit)
    return Told(message_id, sent_at, instead_of, **{name: tuple(found) for name, found in groups.items()})


def _order(visit: Visit) -> tuple[datetime, int]:
    return visit.appointment.starts_at, visit.appointment.id


def told_of(tx: Tx, keyring: Keyring, row: AppointmentRow, now: datetime, *, is_changed: bool) -> list[Told]:
    """Read the messages of an account's chat that reminded of a visit, the latest last.

    `is_changed`: of how it was before it was moved or cancelled too, else as it stands.
    """
    since = 0 if is_changed else row.sequence
    numbers = reminders.messages_about(tx, row.id, row.account_id, since)
    return [found for number in numbers if (found := told(tx, keyring, row.account_id, number, now))]


async def confirm_all(
    database: Database, telegram_id: int, appointment_id: int, message_id: int, now: datetime
) -> Confirmed:
    """Note «Все придём» for what still stands of a message; saying it twice changes nothing.

    Raises NoneStands, and NotFound where neither message nor visit is of this chat's account. A message of
    which it is not known yet what it told of counts for the visit that its button names.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Confirmed:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            raise NotFound
        found = told(tx, keyring, account.id, message_id, now)
        if found is None:
            row = appointments.of_account(tx, keyring, appointment_id, account.id)
            if row is None:
                raise NotFound
            one = (appointments.visit(tx, keyring, row), row.sequence)
            found = _sorted_out([one], message_id, now, None, now)
        confirmed = confirm_standing(tx, found, now)
        if not confirmed:
            raise NoneStands
        return Confirmed(confirmed, len(found.visits) - len(confirmed))

    return await database.write(work)


def confirm_standing(tx: Tx, found: Told, now: datetime) -> tuple[Visit, ...]:
    """Note «Придём» for what still stands of a message; returns those who are expected, or are there."""
    expected = []
    for visit in found.standing:
        row = visit.appointment
        if row.status != AppointmentStatus.ARRIVED:
            if not rules.can_change(row.starts_at, now):
                continue
            appointments.confirm_coming(tx, row.id, now)
        expected.append(replace(visit, appointment=replace(row, confirmed_at=row.confirmed_at or now)))
    return tuple(expected)
