"""How an account's person is reached: a phone and an e-mail, each kept only once it is confirmed."""

from dataclasses import dataclass, replace
from datetime import datetime

from clinic import confirmation, pin, planning
from clinic.errors import NotRegistered
from storage import accounts, journal
from storage.accounts import Contact
from storage.database import Database
from storage.types import Tx


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact, and since when its parts are confirmed."""

    contact: Contact
    phone_confirmed_at: datetime | None
    email_confirmed_at: datetime | None


async def of_chat(database: Database, telegram_id: int) -> KnownContact:
    """Read a chat's own contact; raises NotRegistered."""
    keyring = database.keyring

    def work(tx: Tx) -> KnownContact:
        account = accounts.of_chat(tx, telegram_id)
        if account is None:
            raise NotRegistered
        contact = accounts.contact_of(tx, keyring, account.id)
        return KnownContact(contact, *accounts.confirmed_at(tx, account.id))

    return await database.read(work)


async def confirm(
    database: Database, telegram_id: int, purpose: str, target: str, typed: str, now: datetime
) -> None:
    """Take a code; a phone or an e-mail that it confirms becomes the account's, where there is one already.

    A code for a new PIN takes the forgotten one away. Raises what confirmation.check raises.
    """

    def then(tx: Tx) -> None:
        if purpose in (confirmation.PHONE, confirmation.MAIL):
            _keep(tx, database, telegram_id, purpose, target, now)
        elif purpose == confirmation.NEW_PIN:
            pin.take_away(tx, database.keyring, telegram_id, target, now)

    await confirmation.check(database, telegram_id, purpose, target, typed, now, then)


async def keep_own_phone(database: Database, telegram_id: int, phone: str, now: datetime) -> None:
    """Take the number that Telegram vouches for: the sender's own contact needs no code."""
    await database.write(lambda tx: _keep(tx, database, telegram_id, confirmation.PHONE, phone, now))


async def remove_email(database: Database, telegram_id: int, now: datetime) -> None:
    """Forget the e-mail of an account."""
    await database.write(lambda tx: _keep(tx, database, telegram_id, confirmation.MAIL, "", now))


def _keep(tx: Tx, database: Database, telegram_id: int, purpose: str, target: str, now: datetime) -> None:
    account = accounts.of_chat(tx, telegram_id)
    if account is None:
        return
    contact = accounts.contact_of(tx, database.keyring, account.id)
    phone_at, email_at = accounts.confirmed_at(tx, account.id)
    if purpose == confirmation.PHONE:
        contact, phone_at = replace(contact, phone=target), now
    else:
        contact, email_at = replace(contact, email=target), now if target else None
    accounts.set_contact(
        tx, database.keyring, account.id, contact, phone_confirmed_at=phone_at, email_confirmed_at=email_at
    )
    journal.note(tx, now, account.id, journal.CHANGED, journal.ACCOUNT, account.id)
    planning.reminders_of(tx, account.id, now)
