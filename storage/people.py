"""Accounts and patients; what is personal is sealed and bound to its row."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.crypto import Keyring
from storage.types import Tx, epoch


@dataclass(frozen=True, slots=True)
class AccountRow:
    """Who speaks in a chat."""

    id: int
    telegram_id: int
    language: str
    consent_version: str


@dataclass(frozen=True, slots=True)
class Person:
    """A name and a date of birth."""

    surname: str
    given_name: str
    patronymic: str
    born_on: date

    @property
    def full_name(self) -> str:
        """Surname, name, patronymic."""
        return " ".join(filter(None, (self.surname, self.given_name, self.patronymic)))


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A person who is seen by a doctor."""

    id: int
    account_id: int
    person: Person


def account_of(tx: Tx, telegram_id: int) -> AccountRow | None:
    """Find the account of a chat."""
    row = tx.execute(
        "SELECT id, telegram_id, language, consent_version FROM account WHERE telegram_id = :chat",
        {"chat": telegram_id},
    ).fetchone()
    return row and AccountRow(*row)


def insert_account(
    tx: Tx, keyring: Keyring, account: AccountRow, *, phone: str, consented_at: datetime, now: datetime
) -> None:
    """Write a new account; `phone` is E.164."""
    tx.execute(
        "INSERT INTO account"
        " (id, telegram_id, language, consent_version, consented_at, contact, created_at)"
        " VALUES (:id, :chat, :language, :version, :consented, :contact, :now)",
        {
            "id": account.id,
            "chat": account.telegram_id,
            "language": account.language,
            "version": account.consent_version,
            "consented": epoch(consented_at),
            "contact": keyring.seal_json({"phone": phone}, f"account:{account.id}"),
            "now": epoch(now),
        },
    )


def set_language(tx: Tx, telegram_id: int, language: str) -> None:
    """Write the language an account wants; nothing happens where there is no account."""
    tx.execute(
        "UPDATE account SET language = :language WHERE telegram_id = :chat",
        {"language": language, "chat": telegram_id},
    )


def set_blocked(tx: Tx, telegram_id: int, blocked_at: datetime | None) -> None:
    """Note that a person blocked the bot, or (None) came back."""
    tx.execute(
        "UPDATE account SET blocked_at = :at WHERE telegram_id = :chat",
        {"at": None if blocked_at is None else epoch(blocked_at), "chat": telegram_id},
    )


def insert_patient(
    tx: Tx, keyring: Keyring, patient_id: int, account_id: int, person: Person, now: datetime
) -> None:
    """Write a new patient of an account."""
    tx.execute(
        "INSERT INTO patient (id, account_id, person, created_at) VALUES (:id, :account, :person, :now)",
        {
            "id": patient_id,
            "account": account_id,
            "person": keyring.seal_json(
                {
                    "surname": person.surname,
                    "given_name": person.given_name,
                    "patronymic": person.patronymic,
                    "born_on": person.born_on.isoformat(),
                },
                f"patient:{patient_id}",
            ),
            "now": epoch(now),
        },
    )


def is_patient_of(tx: Tx, patient_id: int, account_id: int) -> bool:
    """Tell whether an account may act for a patient."""
    row = tx.execute(
        "SELECT 1 FROM patient WHERE id = :id AND account_id = :account",
        {"id": patient_id, "account": account_id},
    ).fetchone()
    return row is not None


def patients_of(tx: Tx, keyring: Keyring, account_id: int) -> list[PatientRow]:
    """Read the patients an account may act for."""
    rows = tx.execute(
        "SELECT id, account_id, person FROM patient WHERE account_id = :account ORDER BY created_at, id",
        {"account": account_id},
    ).fetchall()
    return [PatientRow(row[0], row[1], unsealed_person(keyring, row[0], row[2])) for row in rows]


def unsealed_person(keyring: Keyring, patient_id: int, sealed: bytes) -> Person:
    """Open a patient's sealed person."""
    data = keyring.unseal_json(sealed, f"patient:{patient_id}")
    born_on = date.fromisoformat(data["born_on"])
    return Person(data["surname"], data["given_name"], data["patronymic"], born_on)
