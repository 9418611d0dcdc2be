"""For whom an account acts: children, wards, relatives who agreed; and who acts for its own person.

An adult is added only when they agree (`clinic.agreement`).
"""

from dataclasses import dataclass
from datetime import date, datetime

from clinic import rules
from clinic.clock import moscow_day
from clinic.errors import ChildOfAge, FamilyFull, NotFound, NotRegistered, TooYoungToCare, VisitsAhead
from clinic.waiting import ends as waiting_ends
from storage import accounts, appointments, erasure, invitations, journal, notifications, people
from storage.accounts import AccountRow
from storage.appointments import Doer
from storage.crypto import Keyring
from storage.database import Database
from storage.people import CHILD, MINORS, RELATIVE, SELF, WARD, PatientRow, Person
from storage.types import Tx

NOTE = "note"
"""The channel of messages about a family rather than a visit."""
JOINED, AGREED, ENDED, GROWN = "joined", "agreed", "ended", "grown"
"""Their kinds: somebody else acts for the child too; a relative agreed, took it back; a child is of age."""
BASES = {CHILD: "birth_certificate", WARD: "guardianship"}
"""By which paper a parent or a guardian acts."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person for whom an account acts, and the names of the others who do."""

    patient: PatientRow
    others: tuple[str, ...]
    is_last: bool = False
    """nobody else acts for them, they themselves neither"""


def account(tx: Tx, telegram_id: int) -> AccountRow:
    """Find the account of a chat; raises NotRegistered."""
    found = accounts.of_chat(tx, telegram_id)
    if found is None:
        raise NotRegistered
    return found


def name_of(tx: Tx, keyring: Keyring, account_id: int) -> Doer:
    """Name an account's person as a family speaks of them."""
    person = people.person_of_account(tx, keyring, account_id)
    return Doer("", "") if person is None else Doer(person.short_name, person.likely_sex)


async def own_name(database: Database, telegram_id: int) -> str:
    """Name the own person of a chat's account, for those who are invited; raises NotRegistered."""
    keyring = database.keyring
    return await database.read(lambda tx: name_of(tx, keyring, account(tx, telegram_id).id).name)


async def members(database: Database, telegram_id: int) -> list[PatientRow]:
    """Read for whom a chat's account acts besides its own person; none where there is no account."""
    keyring = database.keyring

    def work(tx: Tx) -> list[PatientRow]:
        found = accounts.of_chat(tx, telegram_id)
        if found is None:
            return []
        return [row for row in people.patients_of(tx, keyring, found.id) if row.relation != SELF]

    return await database.read(work)


async def member(database: Database, telegram_id: int, patient_id: int, now: datetime) -> Member:
    """Look at one of them, which the journal notes; raises NotFound for anybody else's."""
    keyring = database.keyring

    def work(tx: Tx) -> Member:
        own = account(tx, telegram_id)
        relation = people.relation(tx, own.id, patient_id)
        person = people.person(tx, keyring, patient_id) if relation else None
        if relation is None or person is None:
            raise NotFound
        journal.note_view(tx, now, own.id, journal.PATIENT, patient_id, patient_id)
        carers = [carer for carer in people.carers_of(tx, patient_id) if carer.account_id != own.id]
        others = [name_of(tx, keyring, carer.account_id).name for carer in carers if carer.relation != SELF]
        row = PatientRow(patient_id, own.id, person, relation)
        return Member(row, tuple(filter(None, others)), is_last=not carers)

    return await database.write(work)


async def add_child(
    database: Database, telegram_id: int, patient_id: int, person: Person, now: datetime
) -> PatientRow:
    """Add a child. `patient_id` is a new one that was drawn before, so that adding twice adds once.

    Raises NotRegistered, TooYoungToCare, ChildOfAge, FamilyFull; NotFound where the id is somebody else's.
    """
    return await _add(database, telegram_id, patient_id, person, CHILD, now)


async def add_ward(
    database: Database, telegram_id: int, patient_id: int, person: Person, now: datetime
) -> PatientRow:
    """Add a ward, of whatever age; otherwise as `add_child`."""
    return await _add(database, telegram_id, patient_id, person, WARD, now)


def check_child(born_on: date, on: date) -> None:
    """Raise ChildOfAge for somebody who is of age on that day."""
    if rules.is_of_age(born_on, on):
        raise ChildOfAge


async def check_carer(database: Database, telegram_id: int, relation: str, now: datetime) -> None:
    """Raise TooYoungToCare where whoever speaks in a chat may not add somebody of that relation yet."""
    await database.read(
        lambda tx: _check_carer(tx, database.keyring, account(tx, telegram_id).id, relation, now)
    )


def _check_carer(tx: Tx, keyring: Keyring, account_id: int, relation: str, now: datetime) -> None:
    own = people.person_of_account(tx, keyring, account_id)
    from_age = rules.PARENT_FROM if relation == CHILD else rules.GROWN_UP
    if own is not None and rules.age_on(own.born_on, moscow_day(now)) < from_age:
        raise TooYoungToCare(from_age)


async def _add(
    database: Database, telegram_id: int, patient_id: int, person: Person, relation: str, now: datetime
) -> PatientRow:
    keyring = database.keyring

    def work(tx: Tx) -> PatientRow:
        own = account(tx, telegram_id)
        known = people.person(tx, keyring, patient_id)
        if known is not None:
            is_of = people.relation(tx, own.id, patient_id)
            if is_of is None:
                raise NotFound
            return PatientRow(patient_id, own.id, known, is_of)
        _check_carer(tx, keyring, own.id, relation, now)
        if relation == CHILD:
            check_child(person.born_on, moscow_day(now))
        check_room(tx, keyring, own.id)
        people.insert_patient(tx, keyring, patient_id, person, now)
        people.add_care(tx, own.id, patient_id, relation=relation, basis=BASES[relation], now=now)
        journal.note(tx, now, own.id, journal.CREATED, journal.PATIENT, patient_id, patient_id)
        return PatientRow(patient_id, own.id, person, relation)

    return await database.write(work)


def check_room(tx: Tx, keyring: Keyring, account_id: int) -> None:
    """Raise FamilyFull where an account acts for as many others as it may."""
    if len(people.patients_of(tx, keyring, account_id)) > rules.FAMILY_SIZE:  # the own person is one of them
        raise FamilyFull


async def remove(database: Database, telegram_id: int, patient_id: int, now: datetime) -> bool:
    """End this account's care of somebody; False where it has none, which is no refusal: it is done already.

    The patient's record and visits stay for whoever else acts for them; where nobody does, all that is known
    of them is erased, since nobody could ask for that any more. Raises VisitsAhead where a visit is still to
    come then: it would reach nobody.
    """

    def work(tx: Tx) -> bool:
        own = account(tx, telegram_id)
        if people.relation(tx, own.id, patient_id) not in (*MINORS, RELATIVE):
            return False
        is_last = len(people.carers_of(tx, patient_id)) == 1
        if is_last and appointments.has_coming(tx, patient_id, now):
            raise VisitsAhead
        end_access(tx, database.keyring, own.id, patient_id, now, by=own.id)
        if is_last:
            erasure.wipe_patient(tx, patient_id)
            journal.note(tx, now, own.id, journal.ERASED, journal.PATIENT, patient_id, patient_id)
        return True

    was_there = await database.write(work)
    await database.checkpoint()  # what was erased is not to be found in the log either
    return was_there


def end_access(tx: Tx, keyring: Keyring, account_id: int, patient_id: int, now: datetime, *, by: int) -> None:
    """Let an account act for a patient no more, at once: its messages, links and waiting go as well.

    `by` is the account whose doing it is, journal.SERVICE for the service itself.
    """
    people.end_care(tx, account_id, patient_id)
    notifications.drop_planned_of(tx, account_id, patient_id, "access ended")
    invitations.revoke_about(tx, patient_id, now, account_id=account_id)
    waiting_ends.of_care(tx, keyring, account_id, patient_id, now, is_told=by != account_id)
    journal.note(tx, now, by, journal.UNSHARED, journal.ACCOUNT, account_id, patient_id)
