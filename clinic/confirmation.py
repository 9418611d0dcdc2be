"""One-time codes that confirm a phone or an e-mail (seed 2.1): asked for, checked, counted.

A code is made out of its row's random number and the service's key. So an update that is worked again after a
kill sends the same code under the same key, and the gateway sends it once.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from clinic import rules
from clinic.errors import CodeBlocked, CodeExpired, CodeWrong
from storage import one_time_codes
from storage.crypto import Keyring
from storage.database import Database
from storage.one_time_codes import CodeRow
from storage.types import Tx

SMS, EMAIL = "sms", "email"
"""Ways by which a code goes."""
PHONE, MAIL, AGREEMENT, NEW_PIN = "phone", "mail", "agreement", "new_pin"
"""Purposes: each chat has one open code for each."""

_LENGTH = 6
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """A code to hand to its way; `key` makes handing it over twice harmless."""

    code: str
    key: str
    is_new: bool
    """False: it is on its way already, and the next one can be asked for at `again_at`"""
    again_at: datetime


class CodeSender(Protocol):
    """Whoever carries a code to a phone or a mailbox."""

    def carries(self, way: str) -> bool:
        """Tell whether codes can go that way here."""
        ...

    async def send(
        self, way: str, target: str, language: str, purpose: str, sent: Sent, asked_by: str
    ) -> None:
        """Carry a code; raises CodeNotSent where it cannot be carried now, BadInput for a wrong target."""
        ...


async def request(database: Database, telegram_id: int, purpose: str, target: str, now: datetime) -> Sent:
    """Make a code for a phone (E.164) or an address; within rules.CODE_AGAIN the last one is given again.

    Raises CodeBlocked after too many wrong tries or too many codes, of the chat or at the target.
    """
    keyring = database.keyring
    targets = keyring.indexes(target, "target")

    def work(tx: Tx) -> Sent:
        last = one_time_codes.latest(tx, telegram_id, purpose)
        _check_not_blocked(tx, telegram_id, targets, now)
        if (
            last is not None
            and last.target_index in targets
            and last.used_at is None
            and now < last.created_at + rules.CODE_AGAIN
        ):
            return _sent(keyring, last, is_new=False)
        since = now - timedelta(days=1)
        if one_time_codes.sent_since(tx, telegram_id, targets, since) >= rules.CODES_A_DAY:
            raise CodeBlocked
        number = secrets.randbits(62)
        if last is not None and number <= last.id:
            number = last.id + 1 + secrets.randbits(20)  # of two in one second the later one is the last
        row = CodeRow(
            number,
            telegram_id,
            purpose,
            targets[0],
            _hashed(keyring, number, _code(keyring, number)),
            now,
            now + rules.CODE_LIFE,
            None,
        )
        one_time_codes.insert(tx, row)
        return _sent(keyring, row, is_new=True)

    return await database.write(work)


def _check_not_blocked(tx: Tx, telegram_id: int, targets: list[bytes], now: datetime) -> None:
    since = now - timedelta(days=1)
    if one_time_codes.failures_since(tx, telegram_id, targets, since) > rules.CODE_TRIES:
        raise CodeBlocked


async def check(
    database: Database,
    telegram_id: int,
    purpose: str,
    target: str,
    typed: str,
    now: datetime,
    then: Callable[[Tx], T],
) -> T:
    """Take a typed code; what it confirms is done by `then` in the same transaction. A code works once.

    Raises CodeWrong (with the tries that are left), CodeExpired, CodeBlocked. A wrong try is counted although
    it is refused.
    """
    keyring = database.keyring
    targets = keyring.indexes(target, "target")
    digits = _digits(typed)

    def work(tx: Tx) -> T | CodeWrong | CodeBlocked:
        _check_not_blocked(tx, telegram_id, targets, now)
        row = one_time_codes.latest(tx, telegram_id, purpose)
        if row is None or row.target_index not in targets or not _works(row, now):
            raise CodeExpired
        if hmac.compare_digest(row.code_hash, _hashed(keyring, row.id, digits)):
            one_time_codes.note_use(tx, row.id, now)
            return then(tx)
        one_time_codes.note_failure(tx, row.id)
        wrong = one_time_codes.failures_since(tx, telegram_id, targets, now - timedelta(days=1))
        return CodeWrong(rules.CODE_TRIES + 1 - wrong) if wrong <= rules.CODE_TRIES else CodeBlocked()

    outcome = await database.write(work)
    if isinstance(outcome, (CodeWrong, CodeBlocked)):
        raise outcome
    return outcome


def is_code(typed: str) -> bool:
    """Tell whether something typed can be a code at all: a date or a wish costs no try."""
    return len(_digits(typed)) == _LENGTH


def _digits(typed: str) -> str:
    return "".join(sign for sign in typed if sign.isdigit())


def _works(row: CodeRow, now: datetime) -> bool:
    """A code works once; for a moment also again, since an update may be worked twice."""
    was_used_before = row.used_at is not None and now - row.used_at > rules.CODE_AGAIN
    return now < row.expires_at and not was_used_before


def _sent(keyring: Keyring, row: CodeRow, *, is_new: bool) -> Sent:
    return Sent(_code(keyring, row.id), f"code-{row.id}", is_new, row.created_at + rules.CODE_AGAIN)


def _code(keyring: Keyring, number: int) -> str:
    digest = hmac.digest(keyring.signing_key, f"one-time code {number}".encode(), hashlib.sha256)
    number = int.from_bytes(digest[:8])  # 64 bits over a million: no digit is likelier
    return f"{number % 10**_LENGTH:0{_LENGTH}}"


def _hashed(keyring: Keyring, number: int, code: str) -> bytes:
    return hmac.digest(keyring.signing_key, f"{number}:{code}".encode(), hashlib.sha256)
