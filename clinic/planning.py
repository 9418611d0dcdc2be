"""What people are told of a visit, and when: rows of messages, planned in the transaction they tell about."""

from datetime import datetime
from zoneinfo import ZoneInfo

from clinic import asking, reminding
from clinic.reminding import CHAT, EMAIL, SMS
from storage import appointments, notifications, people, reminders
from storage.appointments import AppointmentRow
from storage.notifications import NotificationRow, ToPlan
from storage.people import Carer
from storage.reminders import REMINDER
from storage.states import NotificationState
from storage.types import Tx

TICKET = "ticket"
TICKET_FILE = "ticket_file"
CANCELLED = "cancelled"
NEWS = "news"
"""what was booked or moved, to those who are told by letter or text message too"""
RESULT_READY, RESULT_UPDATED = "result_ready", "result_updated"
"""the clinic has written what came out of a visit; it has changed that after it was told"""
RESULTS = (RESULT_READY, RESULT_UPDATED)
MAIL_FAILED = "mail_failed"
"""the chat is told that a letter could not be delivered"""


def booked(tx: Tx, row: AppointmentRow, timezone: str, now: datetime) -> bool:
    """Plan the ticket, due at once, what else tells of the visit, and the reminders, as it now stands.

    They go to everyone who acts for the patient, each in the way they wish, and are rows of the same
    transaction, so a visit without its reminders cannot be. How it was is asked of one of them.
    Tells whether whoever books has a reminder ahead.
    """
    messages: list[ToPlan] = []
    for carer in people.carers_of(tx, row.patient_id):
        whose = (row.id, carer.account_id)
        settings = reminding.read(carer.reminders, carer.own_reminders)
        reach = reach_of(carer)
        messages += [ToPlan(*whose, kind, CHAT, row.sequence, now) for kind in (TICKET, TICKET_FILE)]
        messages += [
            ToPlan(*whose, NEWS, way, row.sequence, now) for way in reminding.ways_of_changes(settings, reach)
        ]
        messages += [
            ToPlan(*whose, REMINDER, one.channel, row.sequence, one.due_at, one.lead)
            for one in reminding.planned(row.starts_at, ZoneInfo(timezone), settings, reach, now)
        ]
        if carer.account_id == row.account_id and settings.has_questions:
            messages.append(asking.question(row))
    notifications.plan_all(tx, messages)
    return any(one.kind == REMINDER and one.account_id == row.account_id for one in messages)


def cancelled(tx: Tx, patient_id: int, appointment_id: int, sequence: int, now: datetime) -> None:
    """Plan to tell everyone who acts for the patient that a visit is cancelled."""
    messages = []
    for carer in people.carers_of(tx, patient_id):
        settings = reminding.read(carer.reminders, carer.own_reminders)
        ways = (CHAT, *reminding.ways_of_changes(settings, reach_of(carer)))
        messages += [ToPlan(appointment_id, carer.account_id, CANCELLED, way, sequence, now) for way in ways]
    notifications.plan_all(tx, messages)


def result(tx: Tx, patient_id: int, appointment_id: int, sequence: int, timezone: str, now: datetime) -> int:
    """Plan to tell everyone who acts for the patient what the clinic wrote, not in their quiet hours.

    What waits to be told is told once; what was told is told as changed. Returns how many are told.
    """
    messages = []
    for carer in people.carers_of(tx, patient_id):
        settings = reminding.read(carer.reminders, carer.own_reminders)
        states = {
            kind: notifications.states_of(tx, appointment_id, carer.account_id, kind) for kind in RESULTS
        }
        if any(NotificationState.PLANNED in one for one in states.values()):
            continue
        was_told = any(NotificationState.SENT in one for one in states.values())
        kind = RESULT_UPDATED if was_told else RESULT_READY
        due_at = reminding.after_quiet(now, ZoneInfo(timezone), settings)
        messages.append(ToPlan(appointment_id, carer.account_id, kind, CHAT, sequence, due_at))
    for one in messages:
        notifications.plan_again(tx, one)
    return len(messages)


def reminders_of(tx: Tx, account_id: int, now: datetime, patient_id: int | None = None) -> None:
    """Plan anew what an account is reminded of, of all its patients or of one: it has just come to act for
    them, or wishes to be reminded otherwise.

    What was sent is not sent again; rows that an earlier end of access dropped are due again.
    """
    visits = reminders.coming(tx, account_id, now, patient_id)
    reminders.take_away(tx, [visit.appointment_id for visit in visits], account_id, now)
    carers = {one: people.carer(tx, account_id, one) for one in {visit.patient_id for visit in visits}}
    messages = []
    for visit in visits:
        carer = carers[visit.patient_id]
        if carer is None:
            continue
        settings = reminding.read(carer.reminders, carer.own_reminders)
        messages += [
            ToPlan(
                visit.appointment_id, account_id, REMINDER, one.channel, visit.sequence, one.due_at, one.lead
            )
            for one in reminding.planned(
                visit.starts_at, ZoneInfo(visit.timezone), settings, reach_of(carer), now
            )
        ]
    reminders.plan_owed(tx, messages)


def fall_over(tx: Tx, row: NotificationRow, channels: frozenset[str], now: datetime) -> bool:
    """Plan what takes the place of a message that could not be delivered; False where nothing does.

    `channels` are those that are set up here. A letter that was promised in the chat is told of there.
    """
    if row.appointment_id is None:
        return False
    visit = appointments.whose(tx, row.appointment_id)
    carer = None if visit is None else people.carer(tx, row.account_id, visit)
    if carer is None:
        return False
    reach = reach_of(carer) & channels
    kind, way, lead = row.kind, None, row.lead
    if row.kind == REMINDER:
        way = reminding.next_way(row.channel, row.instead_of, reach, is_blocked=carer.is_blocked)
    elif row.channel == EMAIL and row.kind in (TICKET, NEWS):
        kind, way = MAIL_FAILED, CHAT
    elif row.channel == CHAT and row.kind in (TICKET, CANCELLED):
        kind, way = (NEWS if row.kind == TICKET else CANCELLED), _way_past_chat(carer, reach)
    elif row.kind in RESULTS:
        way = next((one for one in _RESULT_WAYS[row.channel] if one in reach), None)
    if way is None:
        return False
    planned = ToPlan(row.appointment_id, row.account_id, kind, way, row.sequence, now, lead)
    notifications.plan_again(tx, planned, instead_of=row.channel)
    return True


_RESULT_WAYS = {CHAT: (SMS, EMAIL), SMS: (EMAIL,), EMAIL: ()}
"""Where the news of a result goes from a channel that failed."""


def _way_past_chat(carer: Carer, reach: frozenset[str]) -> str | None:
    """Return by which way somebody who is not in the chat is told of a change; None: they are already."""
    told = reminding.ways_of_changes(reminding.read(carer.reminders, carer.own_reminders), reach)
    return None if told else next((way for way in (SMS, EMAIL) if way in reach), None)


def reach_of(carer: Carer) -> frozenset[str]:
    """Name the channels by which somebody can be reached besides the chat: those they have confirmed."""
    return frozenset(way for way, has in ((EMAIL, carer.has_email), (SMS, carer.has_phone)) if has)
