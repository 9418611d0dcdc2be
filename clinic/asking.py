"""When it is asked how a visit or its booking was, and when not: a question is a favour, no duty."""

from datetime import datetime

from clinic import rules
from clinic.feedback import CHANNEL, SETTLED
from clinic.preferences import QUESTIONS
from storage import appointments, feedback, history, people, places, preferences
from storage.appointments import AppointmentRow
from storage.database import Database
from storage.notifications import ToPlan
from storage.types import Tx

QUESTION = "how_was_it"
"""the question after a visit, a message about it"""


def question(row: AppointmentRow) -> ToPlan:
    """Give the question after a visit, to be planned: to whoever booked or moved it last, one of a family."""
    due_at = row.ends_at + rules.ASK_AFTER
    return ToPlan(row.id, row.account_id, QUESTION, CHANNEL, row.sequence, due_at)


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
        account = people.account_of(tx, telegram_id)
        row = account and appointments.of_account(tx, keyring, appointment_id, account.id)
        ids = row and places.ids_of(tx, row.schedule_id)
        if not row or not ids:
            return "it is gone"
        if feedback.of_visit(tx, keyring, row.id) is not None:
            return "it is rated already"
        if preferences.of_account(tx, keyring, row.account_id).get(QUESTIONS):
            return "no questions are wanted"
        lately = feedback.rated_since(tx, row.account_id, ids[0], now - rules.DOCTOR_ASKED_AGAIN)
        return "this doctor was rated lately" if lately else ""

    return await database.read(work)


async def asks_about_booking(
    database: Database, telegram_id: int, appointment_id: int, now: datetime
) -> bool:
    """Tell whether it is asked how this booking went: it is the first in rules.BOOKING_ASKED_AGAIN."""

    def work(tx: Tx) -> bool:
        account = people.account_of(tx, telegram_id)
        since = now - rules.BOOKING_ASKED_AGAIN
        return account is not None and not feedback.booked_since(tx, account.id, appointment_id, since)

    return await database.read(work)
