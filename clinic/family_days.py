"""A family's day: its visits of one day are told in one reminder, and answered at once."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic import reminding, rules
from storage import appointments, people, reminders
from storage.appointments import Visit
from storage.crypto import Keyring
from storage.notifications import NotificationRow
from storage.reminders import Joined
from storage.types import Tx


def joined(tx: Tx, keyring: Keyring, row: NotificationRow, visit: Visit) -> list[tuple[Joined, Visit]]:
    """Read what goes along in a reminder that is being sent into the chat, in the order of the day."""
    carer = people.carer(tx, row.account_id, visit.appointment.patient_id)
    if carer is None or not reminding.read(carer.reminders).is_together:
        return []
    first, last = _span(visit, row.lead)
    found = []
    for one in reminders.joined(tx, row.account_id, visit.appointment.id, row.lead, first, last):
        other = appointments.of_account(tx, keyring, one.appointment_id, row.account_id)
        if other is not None:
            found.append((one, appointments.visit(tx, keyring, other)))
    return found


def _span(visit: Visit, lead: int) -> tuple[datetime, datetime]:
    """Return in which span visits are told together: the day; of short leads what is near as well."""
    timezone = ZoneInfo(visit.place.facility.timezone)
    starts_at = visit.appointment.starts_at
    morning = datetime.combine(starts_at.astimezone(timezone).date(), time(), timezone)
    first, last = morning, morning + timedelta(days=1) - timedelta(seconds=1)
    if timedelta(seconds=lead) < rules.WHOLE_DAY:
        return max(first, starts_at - rules.TOGETHER), min(last, starts_at + rules.TOGETHER)
    return first, last


def told(tx: Tx, keyring: Keyring, visit: Visit, message_id: int) -> list[Visit]:
    """Read the visits that one message reminded of, in the order of the day."""
    row = visit.appointment
    span = (row.starts_at - timedelta(days=1), row.starts_at + timedelta(days=1))
    found = []
    for number in reminders.told_with(tx, row.account_id, message_id, *span):
        other = appointments.of_account(tx, keyring, number, row.account_id)
        if other is not None:
            found.append(appointments.visit(tx, keyring, other))
    return found


def confirm_with(tx: Tx, visit: Visit, now: datetime) -> None:
    """Note «Придём» for all that the last reminder of a visit told of, and can still be changed."""
    row = visit.appointment
    sent = reminders.sent(tx, row.id, row.account_id, row.sequence)
    if not sent:
        return
    span = (row.starts_at - timedelta(days=1), row.starts_at + timedelta(days=1))
    for number in reminders.told_with(tx, row.account_id, sent[-1].message_id, *span):
        appointments.confirm_coming(tx, number, now)
