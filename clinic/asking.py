"""When it is asked how a visit or its booking was, and when not: a question is a favour, no duty."""

from datetime import datetime, timedelta

from clinic import reminding, rules
from clinic.feedback import CHANNEL, SETTLED
from storage import (
    accounts,
    appointments,
    feedback,
    history,
    notifications,
    places,
    preferences,
    questions,
    reminders,
)
from storage.appointments import AppointmentRow
from storage.crypto import Keyring
from storage.database import Database
from storage.notifications import ToPlan
from storage.types import Tx

QUESTION = questions.QUESTION
WHY_NOT = "no questions are wanted"
_KEPT_ONCE = "questions"


def question(row: AppointmentRow) -> ToPlan:
    """Give the question after a visit, to be planned: to whoever booked or moved it last, one of a family."""
    return _planned(row.id, row.account_id, row.sequence, row.ends_at)


def _planned(appointment_id: int, account_id: int, sequence: int, ends_at: datetime) -> ToPlan:
    return ToPlan(appointment_id, account_id, QUESTION, CHANNEL, sequence, ends_at + rules.ASK_AFTER)


def wants_questions(tx: Tx, keyring: Keyring, account_id: int) -> bool:
    """Tell whether an account wants to be asked how visits and bookings were.

    «Ask no more» was once kept, sealed, with what lists show first: no migration can open that, so it counts
    until something is said anew.
    """
    written = reminders.of_account(tx, account_id)
    if reminding.says(written, "has_questions"):
        return reminding.read(written).has_questions
    return not preferences.of_account(tx, keyring, account_id).get(_KEPT_ONCE)


def drop_all(tx: Tx, account_id: int, now: datetime) -> int:
    """Drop what an account was still to be asked; returns how many questions that is."""
    return questions.drop(tx, account_id, now - rules.ASK_UNTIL - timedelta(days=1), WHY_NOT)


def plan_all(tx: Tx, account_id: int, now: datetime) -> int:
    """Plan the questions of an account that are still to come; returns how many that is."""
    found = questions.of_account(tx, account_id, now - rules.ASK_AFTER)
    for visit in found:
        planned = _planned(visit.appointment_id, account_id, visit.sequence, visit.ends_at)
        notifications.plan_again(tx, planned)
    return len(found)


def why_not_asked(row: AppointmentRow, sequence: int, now: datetime) -> str:
    """Say why the question after a visit has lost its point; empty when it has not."""
    if sequence != row.sequence:
        return "the visit was moved"
    if history.outcome(row.status, row.ends_at, now) not in SETTLED:
        return "the visit did not take place"
    return "" if rules.is_worth_asking(row.ends_at, now) else "it would come too late"


async def why_unasked(database: Database, telegram_id: int, appointment_id: int, now: datetime) -> str:
    """Say why somebody is not to be asked about a visit although it took place; empty where they are."""
    keyring = database.keyring

    def work(tx: Tx) -> str:
        account = accounts.of_chat(tx, telegram_id)
        row = account and appointments.of_account(tx, keyring, appointment_id, account.id)
        ids = row and places.ids_of(tx, row.schedule_id)
        if not row or not ids:
            return "it is gone"
        if feedback.of_visit(tx, keyring, row.id) is not None:
            return "it is rated already"
        if not wants_questions(tx, keyring, row.account_id):
            return WHY_NOT
        lately = feedback.rated_since(tx, row.account_id, ids[0], now - rules.DOCTOR_ASKED_AGAIN)
        return "this doctor was rated lately" if lately else ""

    return await database.read(work)


async def asks_about_booking(
    database: Database, telegram_id: int, appointment_id: int, now: datetime
) -> bool:
    """Tell whether it is asked how this booking went: the first in rules.BOOKING_ASKED_AGAIN, if at all."""

    def work(tx: Tx) -> bool:
        account = accounts.of_chat(tx, telegram_id)
        since = now - rules.BOOKING_ASKED_AGAIN
        if account is None or feedback.booked_since(tx, account.id, appointment_id, since):
            return False
        return wants_questions(tx, database.keyring, account.id)

    return await database.read(work)
