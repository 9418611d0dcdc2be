"""At 18 a child leaves the lists of parents and guardians, and can take their record along."""

from dataclasses import fields, replace
from datetime import datetime

from clinic import family, planning, rules
from clinic.clock import moscow_day
from clinic.errors import InvitationRefused
from clinic.links import new_link
from clinic.waiting import ends as waiting_ends
from storage import invitations, journal, minors, notifications, people
from storage.accounts import AccountRow
from storage.crypto import Keyring
from storage.database import Database
from storage.invitations import GROWN, InvitationRow
from storage.minors import Minor
from storage.people import MINORS, WARD, Person
from storage.types import Tx

PAGE = 200
"""How many records one transaction opens in search of birthdays."""


async def let_grow(database: Database, now: datetime) -> int:
    """Let everybody go who has come of age; returns how many cares ended. Once a day is enough.

    It looks at all children and wards, not at today's birthdays: nobody is forgotten over an outage.
    """
    keyring = database.keyring
    after: tuple[int, int] | None = None
    count = 0
    while True:
        found, after = await database.read(lambda tx, after=after: minors.minors(tx, keyring, after, PAGE))  # type: ignore[misc]
        for minor in found:
            if _has_outgrown(minor, now):
                count += await database.write(lambda tx, minor=minor: _leave(tx, keyring, minor, now))  # type: ignore[misc]
        if after is None:
            return count


def _has_outgrown(minor: Minor, now: datetime) -> bool:
    return rules.has_outgrown(
        minor.born_on, moscow_day(minor.added_at), moscow_day(now), is_ward=minor.relation == WARD
    )


def _leave(tx: Tx, keyring: Keyring, minor: Minor, now: datetime) -> int:
    """End one care, and send its account a link for the grown child; visits stay as they are."""
    account_id, patient_id = minor.account_id, minor.patient_id
    person = people.person(tx, keyring, patient_id)
    if person is None or people.relation(tx, account_id, patient_id) not in MINORS:
        return 0
    family.end_access(tx, keyring, account_id, patient_id, now, by=journal.SERVICE)
    link = new_link(tx, GROWN, account_id, patient_id, now, rules.GROWN_LINK)
    words = {"patient": person.short_name, "code": link.code, "until": link.expires_at.isoformat()}
    notifications.plan_note(tx, keyring, account_id, family.GROWN, family.NOTE, now, words)
    return 1


def take_record(tx: Tx, keyring: Keyring, own: AccountRow, row: InvitationRow, now: datetime) -> None:
    """Make the record that a person had as a child the own record of their account.

    There is one record a person. The one from childhood stays, with its visits, documents and journal; what
    the account has gathered since (visits, documents, those who may book for it) moves into it, what the
    person said of themselves counts where both records say something, and the account's former record is
    emptied. A link forwarded to the wrong person gives nothing: the dates of birth must be the same.
    """
    patient_id, own_id = row.patient_id, people.own_patient(tx, own.id)
    taken = None if patient_id is None else people.person(tx, keyring, patient_id)
    mine = people.person_of_account(tx, keyring, own.id)
    if patient_id is None or taken is None or own_id is None or mine is None:
        raise InvitationRefused("unknown")
    if mine.born_on != taken.born_on:
        raise InvitationRefused("other_birthday")
    waiting_ends.merge(tx, own_id, patient_id, now)
    minors.merge(tx, own_id, into=patient_id)
    people.set_person(tx, keyring, patient_id, _merged(mine, taken))
    invitations.revoke_about(tx, patient_id, now)
    journal.note(tx, now, own.id, journal.SHARED, journal.ACCOUNT, own.id, patient_id)
    journal.note(tx, now, own.id, journal.CHANGED, journal.PATIENT, patient_id, patient_id)
    journal.note(tx, now, own.id, journal.DELETED, journal.PATIENT, own_id, own_id)
    planning.reminders_of(tx, own.id, now, patient_id)


def _merged(mine: Person, taken: Person) -> Person:
    said = {field.name: value for field in fields(Person) if (value := getattr(mine, field.name))}
    return replace(taken, **said)
