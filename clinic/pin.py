"""The PIN of an account: set, checked, taken away. It is asked before anything personal is shown in the chat.

A try is counted in the store before it is looked at: tries at the same time, or a kill in the middle, give
nobody more of them.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from clinic import rules
from clinic.errors import BadInput, NotRegistered, PhoneDiffers, PinBlocked, PinWrong
from storage import accounts, journal
from storage.accounts import AccountRow
from storage.crypto import Keyring
from storage.database import Database
from storage.types import Tx

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's least for argon2id, some 20 ms. PINs are few: the seal and the count of tries protect them."""


@dataclass(frozen=True, slots=True)
class PinState:
    """What a window may know of a PIN."""

    is_registered: bool
    is_set: bool
    is_blocked: bool
    """too many wrong ones: only a confirmation helps"""


def parse_pin(text: str) -> str:
    """Read a new PIN; raises BadInput: «pin_digits», «pin_weak»."""
    digits = "".join(text.split())
    shortest, longest = rules.PIN_LENGTH
    if not (digits.isascii() and digits.isdigit() and shortest <= len(digits) <= longest):
        raise BadInput("pin_digits")
    if rules.is_weak_pin(digits):
        raise BadInput("pin_weak")
    return digits


async def state(database: Database, telegram_id: int) -> PinState:
    """Read whether a chat has a PIN and whether it is blocked."""
    keyring = database.keyring

    def work(tx: Tx) -> PinState:
        account = accounts.of_chat(tx, telegram_id)
        row = None if account is None else accounts.pin_of(tx, keyring, account.id)
        return PinState(account is not None, row is not None, row is not None and _is_blocked(row.failures))

    return await database.read(work)


async def has_pin(database: Database, telegram_id: int) -> bool:
    """Tell whether a chat has a PIN."""
    return await database.read(lambda tx: accounts.has_pin(tx, telegram_id))


async def check_pin(database: Database, telegram_id: int, typed: str, now: datetime) -> str | None:
    """Take a typed PIN and give a proof of it, by which it can be changed; None where there is no PIN.

    Raises PinWrong with the tries that are left, PinBlocked from the last one on, NotRegistered.
    """
    keyring = database.keyring

    def count(tx: Tx) -> tuple[int, accounts.PinRow | None]:
        account = _account(tx, telegram_id)
        row = accounts.pin_of(tx, keyring, account.id)
        if row is not None:
            if _is_blocked(row.failures):
                raise PinBlocked
            accounts.set_pin_failures(tx, account.id, row.failures + 1)
        return account.id, row

    account_id, row = await database.write(count)
    if row is None:
        return None
    if not await asyncio.to_thread(_is_right, row.hash, typed):
        if _is_blocked(row.failures + 1):
            await database.write(
                lambda tx: journal.note(tx, now, account_id, journal.LOCKED, journal.PIN, account_id)
            )
            raise PinBlocked
        raise PinWrong(rules.PIN_TRIES - row.failures - 1)

    def forgive(tx: Tx) -> None:
        present = accounts.pin_of(tx, keyring, account_id)
        if present is not None and present.hash == row.hash:
            accounts.set_pin_failures(tx, account_id, 0)

    await database.write(forgive)
    return row.hash


async def set_pin(
    database: Database, telegram_id: int, new: str, now: datetime, *, proof: str | None = None
) -> None:
    """Set a PIN, or change it with the proof that `check_pin` gave.

    Where the proof is of another PIN, an update worked twice for one, the new one has to be the present one.
    Raises BadInput, NotRegistered, and what check_pin raises.
    """
    keyring = database.keyring
    new_hash = await asyncio.to_thread(_HASHER.hash, parse_pin(new))

    def work(tx: Tx) -> bool:
        account = _account(tx, telegram_id)
        row = accounts.pin_of(tx, keyring, account.id)
        if row is not None and row.hash != proof:
            return False
        accounts.set_pin(tx, keyring, account.id, new_hash)
        action = journal.CREATED if row is None else journal.CHANGED
        journal.note(tx, now, account.id, action, journal.PIN, account.id)
        return True

    if not await database.write(work):
        await check_pin(database, telegram_id, new, now)


async def remove_pin(database: Database, telegram_id: int, proof: str | None, now: datetime) -> None:
    """Take the PIN away, with the proof of it; raises PinWrong where it is another one by now."""
    keyring = database.keyring

    def work(tx: Tx) -> None:
        account = _account(tx, telegram_id)
        row = accounts.pin_of(tx, keyring, account.id)
        if row is not None and row.hash != proof:
            raise PinWrong(rules.PIN_TRIES - row.failures)
        if row is not None:
            _remove(tx, keyring, account, now)

    await database.write(work)


async def reset_by_contact(database: Database, telegram_id: int, phone: str, now: datetime) -> None:
    """Take a forgotten PIN away from whoever shares their own number; raises PhoneDiffers for another one."""
    await database.write(lambda tx: take_away(tx, database.keyring, telegram_id, phone, now))


def take_away(tx: Tx, keyring: Keyring, telegram_id: int, target: str, now: datetime) -> None:
    """Take a forgotten PIN away, confirmed by a phone or an e-mail, which must be the account's own."""
    account = _account(tx, telegram_id)
    contact = accounts.contact_of(tx, keyring, account.id)
    if not target or target not in (contact.phone, contact.email):
        raise PhoneDiffers
    if accounts.pin_of(tx, keyring, account.id) is not None:
        _remove(tx, keyring, account, now)


def _remove(tx: Tx, keyring: Keyring, account: AccountRow, now: datetime) -> None:
    accounts.set_pin(tx, keyring, account.id, None)
    journal.note(tx, now, account.id, journal.DELETED, journal.PIN, account.id)


def _account(tx: Tx, telegram_id: int) -> AccountRow:
    account = accounts.of_chat(tx, telegram_id)
    if account is None:
        raise NotRegistered
    return account


def _is_blocked(failures: int) -> bool:
    return failures >= rules.PIN_TRIES


def _is_right(pin_hash: str, typed: str) -> bool:
    try:
        return _HASHER.verify(pin_hash, typed)
    except VerifyMismatchError:
        return False
