"""Accounts: the chat, its contact, its agreement, its PIN; what is personal is sealed to its row."""

from dataclasses import asdict, dataclass
from datetime import datetime

from storage.crypto import Keyring
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class AccountRow:
    """Who speaks in a chat."""

    id: int
    telegram_id: int
    language: str
    consent_version: str


@dataclass(frozen=True, slots=True)
class Contact:
    """How an account's person is reached; a phone is E.164, empty where there is none."""

    phone: str = ""
    email: str = ""


def of_chat(tx: Tx, telegram_id: int) -> AccountRow | None:
    """Find the account of a chat."""
    row = tx.execute(
        "SELECT id, telegram_id, language, consent_version FROM account WHERE telegram_id = :chat",
        {"chat": telegram_id},
    ).fetchone()
    return row and AccountRow(*row)


def insert(
    tx: Tx,
    keyring: Keyring,
    account: AccountRow,
    *,
    phone: str,
    consented_at: datetime,
    now: datetime,
    phone_confirmed_at: datetime | None = None,
) -> None:
    """Write a new account; `phone` is E.164."""
    tx.execute(
        "INSERT INTO account (id, telegram_id, language, consent_version, consented_at, contact, created_at,"
        " phone_index, phone_confirmed_at, pin_failures)"
        " VALUES (:id, :chat, :language, :version, :consented, :contact, :now, :index, :confirmed, 0)",
        {
            "id": account.id,
            "chat": account.telegram_id,
            "language": account.language,
            "version": account.consent_version,
            "consented": epoch(consented_at),
            "contact": _sealed_contact(keyring, account.id, Contact(phone)),
            "now": epoch(now),
            "index": keyring.index(phone, "phone"),
            "confirmed": None if phone_confirmed_at is None else epoch(phone_confirmed_at),
        },
    )


def _sealed_contact(keyring: Keyring, account_id: int, contact: Contact) -> bytes:
    return keyring.seal_json(asdict(contact), f"account:{account_id}")


def by_phone(tx: Tx, keyring: Keyring, phone: str) -> int | None:
    """Find an account whose confirmed phone (E.164) that is."""
    for index in keyring.indexes(phone, "phone"):
        row = tx.execute(
            "SELECT id FROM account WHERE phone_index = :index AND phone_confirmed_at IS NOT NULL LIMIT 1",
            {"index": index},
        ).fetchone()
        if row is not None:
            return int(row[0])
    return None


def contact_of(tx: Tx, keyring: Keyring, account_id: int) -> Contact:
    """Open an account's contact; raises LookupError where there is no such account."""
    row = tx.execute("SELECT contact FROM account WHERE id = :id", {"id": account_id}).fetchone()
    if row is None:
        raise LookupError("no such account")
    return Contact(**keyring.unseal_json(row[0], f"account:{account_id}"))


def confirmed_at(tx: Tx, account_id: int) -> tuple[datetime | None, datetime | None]:
    """Read when the phone and the e-mail of an account were confirmed."""
    row = tx.execute(
        "SELECT phone_confirmed_at, email_confirmed_at FROM account WHERE id = :id", {"id": account_id}
    ).fetchone()
    phone, email = row or (None, None)
    return (None if phone is None else instant(phone), None if email is None else instant(email))


def set_consent(tx: Tx, account_id: int, version: str, consented_at: datetime) -> None:
    """Note to which text of the consent an account's person agrees now."""
    tx.execute(
        "UPDATE account SET consent_version = :version, consented_at = :at WHERE id = :id",
        {"version": version, "at": epoch(consented_at), "id": account_id},
    )


def consent_of(tx: Tx, account_id: int) -> tuple[str, datetime, datetime]:
    """Read the consent's version, when it was given, and when the account was made."""
    version, consented, created = tx.execute(
        "SELECT consent_version, consented_at, created_at FROM account WHERE id = :id", {"id": account_id}
    ).fetchone()
    return version, instant(consented), instant(created)


def set_contact(
    tx: Tx,
    keyring: Keyring,
    account_id: int,
    contact: Contact,
    *,
    phone_confirmed_at: datetime | None,
    email_confirmed_at: datetime | None,
) -> None:
    """Write an account's contact anew, and since when each part is confirmed."""
    tx.execute(
        "UPDATE account SET contact = :contact, phone_index = :index, phone_confirmed_at = :phone,"
        " email_confirmed_at = :email WHERE id = :id",
        {
            "contact": _sealed_contact(keyring, account_id, contact),
            "index": keyring.index(contact.phone, "phone") if contact.phone else None,
            "phone": None if phone_confirmed_at is None else epoch(phone_confirmed_at),
            "email": None if email_confirmed_at is None else epoch(email_confirmed_at),
            "id": account_id,
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


@dataclass(frozen=True, slots=True)
class PinRow:
    """The argon2 hash of an account's PIN and how often in a row a wrong one was given."""

    hash: str
    failures: int


def has_pin(tx: Tx, telegram_id: int) -> bool:
    """Tell whether the account of a chat has a PIN."""
    row = tx.execute(
        "SELECT 1 FROM account WHERE telegram_id = :chat AND pin IS NOT NULL", {"chat": telegram_id}
    ).fetchone()
    return row is not None


def pin_of(tx: Tx, keyring: Keyring, account_id: int) -> PinRow | None:
    """Open the PIN's hash of an account; None where it has no PIN."""
    row = tx.execute("SELECT pin, pin_failures FROM account WHERE id = :id", {"id": account_id}).fetchone()
    if row is None or row[0] is None:
        return None
    return PinRow(keyring.unseal(row[0], f"account:{account_id}:pin").decode(), row[1])


def set_pin(tx: Tx, keyring: Keyring, account_id: int, pin_hash: str | None) -> None:
    """Write or (None) take away the PIN of an account; its failures are forgotten."""
    sealed = None if pin_hash is None else keyring.seal(pin_hash.encode(), f"account:{account_id}:pin")
    tx.execute(
        "UPDATE account SET pin = :pin, pin_failures = 0 WHERE id = :id", {"pin": sealed, "id": account_id}
    )


def set_pin_failures(tx: Tx, account_id: int, failures: int) -> None:
    """Write how often in a row a wrong PIN was given."""
    tx.execute(
        "UPDATE account SET pin_failures = :failures WHERE id = :id", {"failures": failures, "id": account_id}
    )
