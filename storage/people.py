"""Accounts, patients and who acts for whom; what is personal is sealed and bound to its row."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from storage.crypto import Keyring
from storage.patronymics import likely_sex
from storage.types import Tx, epoch, instant

SELF, CHILD, WARD, RELATIVE = "self", "child", "ward", "relative"
"""Relations of a patient to the account that acts for them."""
MINORS = (CHILD, WARD)
"""Those who did not agree themselves."""


@dataclass(frozen=True, slots=True)
class Person:
    """All that is known of a patient; what was not said is empty."""

    surname: str
    given_name: str
    patronymic: str
    born_on: date
    sex: str = ""
    """female or male"""
    region: str = ""
    """code of ISO 3166-2:RU"""
    snils: str = ""
    inn: str = ""
    policy: str = ""
    """number of the OMS policy, 16 digits, or 9 of a temporary certificate"""
    insurer: str = ""
    identity_kind: str = ""
    """passport, birth_certificate, foreign_passport or residence_permit"""
    identity_number: str = ""
    benefit: str = ""
    """pensioner, disabled or other"""
    no_benefit: str = ""
    """yes, where it was said that there is none: then it is not asked again"""
    phone: str = ""
    """E.164, of a relative who has no Telegram"""

    @property
    def full_name(self) -> str:
        """Surname, name, patronymic."""
        return " ".join(filter(None, (self.surname, self.given_name, self.patronymic)))

    @property
    def short_name(self) -> str:
        """Name and the first letter of the surname, as a family speaks of one another: «Анна С.»."""
        return f"{self.given_name} {self.surname[:1]}."

    @property
    def likely_sex(self) -> str:
        """The sex, or what the patronymic says of it; empty where neither tells. Nothing is decided by it."""
        return self.sex or likely_sex(self.patronymic)


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A person who is seen by a doctor, as seen by an account that acts for them."""

    id: int
    account_id: int
    person: Person
    relation: str = SELF


@dataclass(frozen=True, slots=True)
class Carer:
    """An account that acts for a patient."""

    account_id: int
    telegram_id: int
    language: str
    relation: str
    has_email: bool = False
    """a confirmed one"""
    has_phone: bool = False
    reminders: str | None = None
    """JSON: what the account wants of reminders; and, for this patient alone, what it wants otherwise"""
    own_reminders: str | None = None
    is_blocked: bool = False
    """they blocked the bot"""


# --- accounts


# --- the PIN of an account


# --- patients


def insert_patient(tx: Tx, keyring: Keyring, patient_id: int, person: Person, now: datetime) -> None:
    """Write a new patient; `add_care` says who acts for them."""
    tx.execute(
        "INSERT INTO patient (id, person, created_at) VALUES (:id, :person, :now)",
        {"id": patient_id, "person": _sealed_person(keyring, patient_id, person), "now": epoch(now)},
    )


def set_person(tx: Tx, keyring: Keyring, patient_id: int, person: Person) -> None:
    """Write anew all that is known of a patient."""
    tx.execute(
        "UPDATE patient SET person = :person WHERE id = :id",
        {"person": _sealed_person(keyring, patient_id, person), "id": patient_id},
    )


def _sealed_person(keyring: Keyring, patient_id: int, person: Person) -> bytes:
    known: dict[str, Any] = {name: value for name, value in asdict(person).items() if value}
    return keyring.seal_json(known | {"born_on": person.born_on.isoformat()}, f"patient:{patient_id}")


_FIELDS = tuple(field.name for field in fields(Person) if field.name != "born_on")


def unsealed_person(keyring: Keyring, patient_id: int, sealed: bytes) -> Person:
    """Open a patient's sealed person."""
    data = keyring.unseal_json(sealed, f"patient:{patient_id}")
    return Person(
        born_on=date.fromisoformat(data["born_on"]), **{name: data.get(name, "") for name in _FIELDS}
    )


# --- who acts for whom


def add_care(tx: Tx, account_id: int, patient_id: int, *, relation: str, basis: str, now: datetime) -> None:
    """Let an account act for a patient; nothing changes where it does already."""
    tx.execute(
        "INSERT INTO care (account_id, patient_id, relation, basis, added_at)"
        " VALUES (:account, :patient, :relation, :basis, :now) ON CONFLICT DO NOTHING",
        {
            "account": account_id,
            "patient": patient_id,
            "relation": relation,
            "basis": basis,
            "now": epoch(now),
        },
    )


def relation(tx: Tx, account_id: int, patient_id: int) -> str | None:
    """Read what a patient is to an account; None where it may not act for them."""
    row = tx.execute(
        "SELECT relation FROM care WHERE account_id = :account AND patient_id = :patient",
        {"account": account_id, "patient": patient_id},
    ).fetchone()
    return None if row is None else str(row[0])


def end_care(tx: Tx, account_id: int, patient_id: int) -> None:
    """Let an account act for a patient no more; `clinic.family` drops its messages as well."""
    tx.execute(
        "DELETE FROM care WHERE account_id = :account AND patient_id = :patient",
        {"account": account_id, "patient": patient_id},
    )


def is_patient_of(tx: Tx, patient_id: int, account_id: int) -> bool:
    """Tell whether an account may act for a patient."""
    row = tx.execute(
        "SELECT 1 FROM care WHERE account_id = :account AND patient_id = :id",
        {"id": patient_id, "account": account_id},
    ).fetchone()
    return row is not None


def patients_of(tx: Tx, keyring: Keyring, account_id: int) -> list[PatientRow]:
    """Read the patients an account may act for, the account's own person first."""
    rows = tx.execute(
        "SELECT p.id, p.person, c.relation FROM care AS c JOIN patient AS p ON p.id = c.patient_id"
        " WHERE c.account_id = :account AND p.person IS NOT NULL"
        " ORDER BY c.relation <> 'self', c.added_at, p.id",
        {"account": account_id},
    ).fetchall()
    return [PatientRow(row[0], account_id, unsealed_person(keyring, row[0], row[1]), row[2]) for row in rows]


def care_of(tx: Tx, account_id: int, patient_id: int) -> tuple[str, datetime] | None:
    """Read on which basis an account acts for a patient, and since when; None where it does not."""
    row = tx.execute(
        "SELECT basis, added_at FROM care WHERE account_id = :account AND patient_id = :patient",
        {"account": account_id, "patient": patient_id},
    ).fetchone()
    return None if row is None else (row[0], instant(row[1]))


def patient_of(tx: Tx, keyring: Keyring, patient_id: int, account_id: int) -> PatientRow | None:
    """Read a patient, if the account may act for them; None for anybody else's and for one erased."""
    row = tx.execute(
        "SELECT p.person, c.relation FROM care AS c JOIN patient AS p ON p.id = c.patient_id"
        " WHERE c.account_id = :account AND c.patient_id = :patient AND p.person IS NOT NULL",
        {"account": account_id, "patient": patient_id},
    ).fetchone()
    if row is None:
        return None
    return PatientRow(patient_id, account_id, unsealed_person(keyring, patient_id, row[0]), row[1])


_CARER = """
    c.account_id, acc.telegram_id, acc.language, c.relation, acc.email_confirmed_at IS NOT NULL,
    acc.phone_confirmed_at IS NOT NULL, acc.reminders, c.reminders, acc.blocked_at IS NOT NULL
    FROM care AS c JOIN account AS acc ON acc.id = c.account_id
"""


def carers_of(tx: Tx, patient_id: int) -> list[Carer]:
    """Read the accounts that act for a patient, the one who did first first."""
    rows = tx.execute(
        f"SELECT {_CARER} WHERE c.patient_id = :patient ORDER BY c.added_at, c.account_id",
        {"patient": patient_id},
    ).fetchall()
    return [Carer(*row) for row in rows]


def carer(tx: Tx, account_id: int, patient_id: int) -> Carer | None:
    """Read an account as it acts for a patient; None where it does not."""
    row = tx.execute(
        f"SELECT {_CARER} WHERE c.account_id = :account AND c.patient_id = :patient",
        {"account": account_id, "patient": patient_id},
    ).fetchone()
    return row and Carer(*row)


def person_of_account(tx: Tx, keyring: Keyring, account_id: int) -> Person | None:
    """Open an account's own person; None where the account has gone."""
    row = tx.execute(
        "SELECT p.id, p.person FROM care AS c JOIN patient AS p ON p.id = c.patient_id"
        " WHERE c.account_id = :account AND c.relation = 'self' AND p.person IS NOT NULL",
        {"account": account_id},
    ).fetchone()
    return None if row is None else unsealed_person(keyring, row[0], row[1])


def own_patient(tx: Tx, account_id: int) -> int | None:
    """Find the patient that an account's own person is."""
    row = tx.execute(
        "SELECT patient_id FROM care WHERE account_id = :account AND relation = 'self'",
        {"account": account_id},
    ).fetchone()
    return None if row is None else int(row[0])


def person(tx: Tx, keyring: Keyring, patient_id: int) -> Person | None:
    """Open all that is known of a patient; whose it is is the caller's to ask. None where it was erased."""
    row = tx.execute(
        "SELECT person FROM patient WHERE id = :id AND person IS NOT NULL", {"id": patient_id}
    ).fetchone()
    return None if row is None else unsealed_person(keyring, patient_id, row[0])
