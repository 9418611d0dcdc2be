"""One-time links: a second parent comes to act for a child, an adult relative agrees to be booked for.

Looking at a link changes nothing; only the press on «yes» does.
"""

from dataclasses import dataclass
from datetime import datetime

from clinic import agreement, coming_of_age, family, planning, rules
from clinic.clock import moscow_day
from clinic.errors import InvitationRefused, NotFound, TooManyInvitations
from clinic.links import Invitation, hashed, new_link
from storage import accounts, invitations, journal, notifications, people
from storage.accounts import AccountRow
from storage.appointments import Doer
from storage.crypto import Keyring
from storage.database import Database
from storage.invitations import GROWN, PARENT, InvitationRow
from storage.people import MINORS
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class Open:
    """A link that still works; `patient` is the child's name, empty where it is about whoever opens it."""

    id: int
    kind: str
    patient: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody who opened a link is asked."""

    kind: str
    inviter: Doer
    patient: str
    is_done: bool = False
    """they have said yes already"""


async def invite_parent(database: Database, telegram_id: int, patient_id: int, now: datetime) -> Invitation:
    """Make a link by which somebody comes to act for a child or a ward as well.

    Raises NotFound for anybody else's and for a relative, who decides themselves; TooManyInvitations.
    """

    def work(tx: Tx) -> Invitation:
        own = family.account(tx, telegram_id)
        if people.relation(tx, own.id, patient_id) not in MINORS:
            raise NotFound
        _check_open(tx, own.id, now)
        return new_link(tx, PARENT, own.id, patient_id, now, rules.INVITATION)

    return await database.write(work)


async def invite_relative(database: Database, telegram_id: int, now: datetime) -> Invitation:
    """Make a link by which an adult agrees that this account books for them.

    Raises NotRegistered, FamilyFull, TooManyInvitations.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Invitation:
        own = family.account(tx, telegram_id)
        family.check_room(tx, keyring, own.id)
        _check_open(tx, own.id, now)
        return new_link(tx, invitations.RELATIVE, own.id, None, now, rules.INVITATION)

    return await database.write(work)


def _check_open(tx: Tx, account_id: int, now: datetime) -> None:
    if len(invitations.open_of(tx, account_id, now)) >= rules.OPEN_INVITATIONS:
        raise TooManyInvitations


async def open_links(database: Database, telegram_id: int, now: datetime) -> list[Open]:
    """Read the links of a chat's account that still work."""
    keyring = database.keyring

    def work(tx: Tx) -> list[Open]:
        own = accounts.of_chat(tx, telegram_id)
        rows = [] if own is None else invitations.open_of(tx, own.id, now)
        return [
            Open(row.id, row.kind, _patient_name(tx, keyring, row), row.expires_at)
            for row in rows
            if row.kind != GROWN
        ]

    return await database.read(work)


def _patient_name(tx: Tx, keyring: Keyring, row: InvitationRow) -> str:
    person = None if row.patient_id is None else people.person(tx, keyring, row.patient_id)
    return "" if person is None else person.short_name


async def revoke(database: Database, telegram_id: int, invitation_id: int, now: datetime) -> None:
    """Take a link back; one that is somebody else's or was used stays as it is."""

    def work(tx: Tx) -> None:
        own = family.account(tx, telegram_id)
        invitations.revoke(tx, invitation_id, own.id, now)

    await database.write(work)


async def look(database: Database, telegram_id: int, code: str, now: datetime) -> Asked:
    """Read what a link asks of somebody, with an account or without; raises InvitationRefused."""
    keyring = database.keyring

    def work(tx: Tx) -> Asked:
        row = _usable(tx, keyring, accounts.of_chat(tx, telegram_id), code, now)
        return _asked(tx, keyring, row)

    return await database.read(work)


def _asked(tx: Tx, keyring: Keyring, row: InvitationRow) -> Asked:
    inviter = family.name_of(tx, keyring, row.account_id)
    return Asked(row.kind, inviter, _patient_name(tx, keyring, row), row.used_at is not None)


def _usable(tx: Tx, keyring: Keyring, own: AccountRow | None, code: str, now: datetime) -> InvitationRow:
    """Find a link that this account may use, or has used itself; raises InvitationRefused."""
    row = invitations.by_code(tx, hashed(code))
    if row is None:
        raise InvitationRefused("unknown")
    if own is not None and row.used_by == own.id:
        return row
    if why := _why_not(tx, keyring, own, row, now):
        raise InvitationRefused(why)
    return row


def _why_not(tx: Tx, keyring: Keyring, own: AccountRow | None, row: InvitationRow, now: datetime) -> str:
    if row.used_at is not None:
        return "used"
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at <= now:
        return "expired"
    if own is not None and row.account_id == own.id:
        return "own"
    if row.kind == GROWN:
        return "" if row.patient_id is not None and not people.carers_of(tx, row.patient_id) else "used"
    if row.kind == PARENT:
        if row.patient_id is None or people.relation(tx, row.account_id, row.patient_id) not in MINORS:
            return "revoked"  # who invited does not act for the child any more
        is_known = own is not None and people.relation(tx, own.id, row.patient_id) is not None
        return "known" if is_known else ""
    return "" if own is None else _why_not_relative(tx, keyring, own, row, now)


def _why_not_relative(tx: Tx, keyring: Keyring, own: AccountRow, row: InvitationRow, now: datetime) -> str:
    person, patient_id = people.person_of_account(tx, keyring, own.id), people.own_patient(tx, own.id)
    if person is None or patient_id is None:
        return "unknown"
    if not rules.is_of_age(person.born_on, moscow_day(now)):
        return "minor"
    return "known" if people.relation(tx, row.account_id, patient_id) is not None else ""


async def accept(database: Database, telegram_id: int, code: str, now: datetime) -> Asked:
    """Say yes to a link; saying it again changes nothing.

    Raises NotRegistered, InvitationRefused, FamilyFull. Nobody gets a right by a refusal.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Asked:
        own = family.account(tx, telegram_id)
        row = _usable(tx, keyring, own, code, now)
        if row.used_by == own.id:
            return _asked(tx, keyring, row)
        asked = _asked(tx, keyring, row)
        if not invitations.use(tx, row.id, own.id, now):
            raise InvitationRefused("used")
        if row.kind == PARENT:
            _join(tx, keyring, own, row, now)
        elif row.kind == GROWN:
            coming_of_age.take_record(tx, keyring, own, row, now)
        else:
            agreement.agree(tx, keyring, own, row.account_id, now)
        return asked

    return await database.write(work)


def _join(tx: Tx, keyring: Keyring, own: AccountRow, row: InvitationRow, now: datetime) -> None:
    """Act for a child as well, as what the child is to the one who invited."""
    patient_id = row.patient_id
    relation = patient_id and people.relation(tx, row.account_id, patient_id)
    if not patient_id or not relation:
        raise InvitationRefused("revoked")
    family.check_room(tx, keyring, own.id)
    doer, patient = family.name_of(tx, keyring, own.id), _patient_name(tx, keyring, row)
    words = {"name": doer.name, "sex": doer.sex, "patient": patient}
    for carer in people.carers_of(tx, patient_id):
        notifications.plan_note(tx, keyring, carer.account_id, family.JOINED, family.NOTE, now, words)
    people.add_care(tx, own.id, patient_id, relation=relation, basis="invitation", now=now)
    journal.note(tx, now, own.id, journal.SHARED, journal.ACCOUNT, own.id, patient_id)
    planning.reminders_of(tx, own.id, now, patient_id)
