"""All that is known of a patient: looked at, and changed one field at a time by those who act for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from clinic import identifiers, names, rules, typed
from clinic.clock import moscow_day
from clinic.errors import BadInput, NotFound
from clinic.typed import AmbiguousYear
from clinic.waiting import precedence
from storage import accounts, documents, journal, people, regions
from storage.accounts import Contact
from storage.database import Database
from storage.people import PatientRow, Person
from storage.regions import RegionRow
from storage.types import Tx

FEMALE, MALE = "female", "male"
SEXES = (FEMALE, MALE)
BENEFITS = ("pensioner", "disabled", "other")
NO_BENEFIT = "none"
"""The answer that there is none, for `change` alone."""
REQUIRED = ("surname", "given_name", "born_on")
"""Fields that may not be empty."""
ORDER = ("sex", "region", "snils", "inn", "policy", "insurer", "identity", "phone", "email", "benefit")
"""What can be filled in later, in the order in which it is asked."""
_LONGEST_INSURER = 80


@dataclass(frozen=True, slots=True)
class Profile:
    """A patient; how they are reached is known of an account's own person alone."""

    patient: PatientRow
    contact: Contact | None
    region: RegionRow | None
    has_benefit_proof: bool

    @property
    def is_own(self) -> bool:
        """Tell whether this is the account's own person."""
        return self.patient.relation == people.SELF


def missing(known: Profile, ways: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Name the fields that are still to be filled in; `ways` are the contacts that can be asked for here."""
    person = known.patient.person
    empty = {field for field in ORDER if field in _PLAIN and not getattr(person, field)}
    if person.no_benefit:
        empty.discard("benefit")
    if not person.identity_number:
        empty.add("identity")
    if person.snils:
        empty.discard("inn")  # one of the two is enough
    if known.contact is not None:
        empty |= {way for way in ways if not getattr(known.contact, way)}
    return tuple(field for field in ORDER if field in empty)


def lacks_number(person: Person) -> bool:
    """Tell whether a foreign citizen has given neither SNILS nor INN: one of them is needed."""
    return rules.is_foreign(person.identity_kind) and not (person.snils or person.inn)


# --- reading what was typed


def read(field: str, text: str, now: datetime) -> str | AmbiguousYear:
    """Read a field as it was typed, into the form that is stored.

    Raises BadInput; AmbiguousYear comes for a date of birth of either century.
    """
    if field == "born_on":
        found = typed.parse_birth_date(text, moscow_day(now))
        return found if isinstance(found, AmbiguousYear) else found.isoformat()
    return _PLAIN[field](text)


def parse_insurer(text: str) -> str:
    """Read the name of an insurer. Raises BadInput: «insurer»."""
    name = typed.cleaned(text)
    if not 2 <= len(name) <= _LONGEST_INSURER or not any(sign.isalpha() for sign in name):
        raise BadInput("insurer")
    return name


def _one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    def read_one(text: str) -> str:
        if text not in values:
            raise NotFound
        return text

    return read_one


_PLAIN: Mapping[str, Callable[[str], str]] = {
    "surname": names.parse_name_part,
    "given_name": names.parse_name_part,
    "patronymic": names.parse_patronymic,
    "sex": _one_of(SEXES),
    "region": str,
    "snils": identifiers.parse_snils,
    "inn": identifiers.parse_inn,
    "policy": identifiers.parse_policy,
    "insurer": parse_insurer,
    "benefit": _one_of((*BENEFITS, NO_BENEFIT)),
}
"""Fields that are one text each, and how they are read."""


def read_identity(kind: str, text: str, born_on: date, now: datetime) -> str:
    """Read the number of an identity document; the value that `change` takes for «identity».

    Raises BadInput; NotFound for a kind that nobody of that age has.
    """
    if kind not in rules.identity_kinds(born_on, moscow_day(now)):
        raise NotFound
    return f"{kind} {identifiers.IDENTITY_DOCUMENTS[kind](text)}"


# --- use cases


def _patient(tx: Tx, database: Database, telegram_id: int, patient_id: int) -> PatientRow:
    account = accounts.of_chat(tx, telegram_id)
    found = account and people.patient_of(tx, database.keyring, patient_id, account.id)
    if not found:
        raise NotFound
    return found


def _profile(tx: Tx, database: Database, row: PatientRow) -> Profile:
    is_own = row.relation == people.SELF
    contact = accounts.contact_of(tx, database.keyring, row.account_id) if is_own else None
    region = regions.by_code(tx, row.person.region) if row.person.region else None
    return Profile(row, contact, region, "benefit" in documents.kinds_of(tx, row.id))


async def view(database: Database, telegram_id: int, patient_id: int, now: datetime) -> Profile:
    """Read all that is known of a patient, noted in the journal; raises NotFound for anybody else's."""

    def work(tx: Tx) -> Profile:
        row = _patient(tx, database, telegram_id, patient_id)
        journal.note_view(tx, now, row.account_id, journal.PATIENT, patient_id, patient_id)
        return _profile(tx, database, row)

    return await database.write(work)


async def change(
    database: Database, telegram_id: int, patient_id: int, field: str, value: str, now: datetime
) -> Person:
    """Keep one field; an empty value deletes it. The same value again changes nothing.

    `value` is what `read` or `read_identity` returned, and is read once more. Raises NotFound for anybody
    else's patient, a field or a choice that there is not; BadInput as `read` does, where the field may not be
    empty («needed»), where a foreign citizen would be left without SNILS and INN («foreign_number»).
    """

    def work(tx: Tx) -> Person:
        row = _patient(tx, database, telegram_id, patient_id)
        person = _changed(tx, row.person, field, value, now)
        if person != row.person:
            if lacks_number(person) and not lacks_number(row.person) and field != "identity":
                raise BadInput("foreign_number")
            people.set_person(tx, database.keyring, patient_id, person)
            if person.benefit != row.person.benefit:
                precedence.refresh(tx, database.keyring, patient_id)
            journal.note(tx, now, row.account_id, journal.CHANGED, journal.PATIENT, patient_id, patient_id)
        return person

    return await database.write(work)


def _changed(tx: Tx, person: Person, field: str, value: str, now: datetime) -> Person:
    if not value and field in REQUIRED:
        raise BadInput("needed")
    if field == "identity":
        kind, _, number = value.partition(" ")
        if value:
            number = read_identity(kind, number, person.born_on, now).partition(" ")[2]
        return replace(person, identity_kind=kind, identity_number=number)
    if field == "benefit":
        benefit = _PLAIN[field](value) if value else ""
        if benefit == NO_BENEFIT:
            return replace(person, benefit="", no_benefit="yes")
        return replace(person, benefit=benefit, no_benefit="")
    if field == "born_on":
        found = read(field, value, now)
        if isinstance(found, AmbiguousYear):
            raise BadInput("date_format")
        return replace(person, born_on=date.fromisoformat(found))
    if field not in _PLAIN:
        raise NotFound
    if field == "region" and value and regions.by_code(tx, value) is None:
        raise NotFound
    new: dict[str, Any] = {field: _PLAIN[field](value) if value else ""}
    return replace(person, **new)
