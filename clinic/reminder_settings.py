"""When and how somebody is reminded: read, and changed with all that is planned, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from clinic import asking, family, planning, reminding, rules
from clinic.errors import NotFound, TooManyReminders
from clinic.reminding import Settings
from storage import journal, people, reminders
from storage.database import Database
from storage.people import Carer
from storage.reminders import NextReminder
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class Reminding:
    """What an account wishes, for all its patients or for one, and what comes of it."""

    settings: Settings
    reach: frozenset[str]
    """the channels by which the account can be reached besides the chat"""
    is_own: bool
    """something is otherwise for this patient"""
    following: NextReminder | None
    timezone: str
    """of the clinic that the next reminder is about; empty where there is none"""


async def of_chat(
    database: Database, telegram_id: int, patient_id: int | None = None, appointment_id: int | None = None
) -> Reminding:
    """Read the settings of a chat's account, and its next reminder: of all, of a patient, of one visit.

    Raises NotRegistered, and NotFound for anybody else's patient.
    """

    def work(tx: Tx) -> Reminding:
        account = family.account(tx, telegram_id)
        carer = _carer(tx, account.id, patient_id)
        following = reminders.following(tx, account.id, patient_id, appointment_id)
        settings = reminding.read(carer.reminders, None if patient_id is None else carer.own_reminders)
        return Reminding(
            replace(settings, has_questions=asking.wants_questions(tx, database.keyring, account.id)),
            planning.reach_of(carer),
            patient_id is not None and carer.own_reminders is not None,
            following,
            "" if following is None else reminders.timezone_of(tx, following.appointment_id),
        )

    return await database.read(work)


def _carer(tx: Tx, account_id: int, patient_id: int | None) -> Carer:
    wanted = people.own_patient(tx, account_id) if patient_id is None else patient_id
    carer = None if wanted is None else people.carer(tx, account_id, wanted)
    if carer is None:
        raise NotFound
    return carer


async def change(
    database: Database, telegram_id: int, patient_id: int | None, now: datetime, **said: Any
) -> None:
    """Write what is wished from now on, and plan all reminders that are to come anew.

    `said` are fields of Settings; for one patient it holds beside what holds for all. Raises as `of_chat`.
    """

    def work(tx: Tx) -> None:
        account = family.account(tx, telegram_id)
        _write(tx, account.id, patient_id, _carer(tx, account.id, patient_id), now, **said)

    await database.write(work)


async def set_lead(
    database: Database, telegram_id: int, patient_id: int | None, lead: int, way: str | None, now: datetime
) -> None:
    """Let a reminder come so many seconds before a visit by that way, or (None) not at all.

    Raises as `of_chat`, TooManyReminders, NotFound for a lead or a way that cannot be chosen.
    """
    least, most = rules.LEAD

    def work(tx: Tx) -> None:
        account = family.account(tx, telegram_id)
        carer = _carer(tx, account.id, patient_id)
        settings = reminding.read(carer.reminders, None if patient_id is None else carer.own_reminders)
        present = settings.by_lead(planning.reach_of(carer))
        if not least <= timedelta(seconds=lead) <= most or way not in (None, *reminding.CHANNELS):
            raise NotFound
        leads = {one: channel for one, channel in present.items() if one != lead}
        if way is not None:
            leads[lead] = way
        if len(leads) > max(rules.MOST_REMINDERS, len(present)):
            raise TooManyReminders
        _write(tx, account.id, patient_id, carer, now, leads={str(one): leads[one] for one in leads})

    await database.write(work)


def _write(tx: Tx, account_id: int, patient_id: int | None, carer: Carer, now: datetime, **said: Any) -> None:
    if patient_id is None:
        reminders.set_of_account(tx, account_id, reminding.changed(carer.reminders, **said))
    else:
        reminders.set_of_care(tx, account_id, patient_id, reminding.changed(carer.own_reminders, **said))
    journal.note(tx, now, account_id, journal.CHANGED, journal.ACCOUNT, account_id)
    planning.reminders_of(tx, account_id, now, patient_id)


async def want_questions(database: Database, telegram_id: int, now: datetime, *, is_wanted: bool) -> int:
    """Let it be asked how visits and bookings were, or not; what is planned follows at once.

    Returns how many questions are planned by that, or dropped. Raises NotRegistered.
    """

    def work(tx: Tx) -> int:
        account = family.account(tx, telegram_id)
        written = reminders.of_account(tx, account.id)
        reminders.set_of_account(tx, account.id, reminding.changed(written, has_questions=is_wanted))
        journal.note(tx, now, account.id, journal.CHANGED, journal.ACCOUNT, account.id)
        return (asking.plan_all if is_wanted else asking.drop_all)(tx, account.id, now)

    return await database.write(work)


async def as_for_all(database: Database, telegram_id: int, patient_id: int, now: datetime) -> None:
    """Forget what was to be otherwise for one patient; raises as `of_chat`."""

    def work(tx: Tx) -> None:
        account = family.account(tx, telegram_id)
        _carer(tx, account.id, patient_id)
        reminders.set_of_care(tx, account.id, patient_id, None)
        journal.note(tx, now, account.id, journal.CHANGED, journal.ACCOUNT, account.id)
        planning.reminders_of(tx, account.id, now, patient_id)

    await database.write(work)
