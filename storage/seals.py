"""Every sealed column there is, and the two works over all of them: seal anew, see that each opens.

A new sealed column gets its line in `SEALS`; a test compares them with the models.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from storage.crypto import Keyring, UnreadableSeal
from storage.types import Tx

BATCH = 500
"""Rows that one transaction seals anew."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed column. `place` is what its values are bound to, made of the row's other columns."""

    table: str
    column: str
    keys: tuple[str, ...]
    """the primary key"""
    place: str
    bound_to: tuple[str, ...] = ()
    """columns beside the key that `place` names"""
    batch: int = BATCH

    @property
    def name(self) -> str:
        """Table and column, for people."""
        return f"{self.table}.{self.column}"


SEALS = (
    Seal("account", "contact", ("id",), "account:{id}"),
    Seal("account", "pin", ("id",), "account:{id}:pin"),
    Seal("account", "preferences", ("id",), "account:{id}:preferences"),
    Seal("patient", "person", ("id",), "patient:{id}"),
    Seal("appointment", "words", ("id",), "appointment:{id}"),
    Seal("document", "name", ("id",), "document:{id}:name"),
    Seal("document_content", "content", ("document_id",), "document:{document_id}", batch=20),
    Seal("visit_file", "about", ("id",), "visit_file:{id}:about"),
    Seal("visit_file_content", "content", ("file_id",), "visit_file:{file_id}", batch=20),
    Seal("support_post", "words", ("id",), "support_post:{id}"),
    Seal("support_file", "content", ("id",), "support_file:{id}", batch=20),
    Seal("inbox", "payload", ("update_id",), "inbox:{update_id}"),
    Seal("dialog_state", "value", ("chat_id", "key"), "dialog:{chat_id}:{key}"),
    Seal(
        "notification",
        "address",
        ("id",),
        "notification:{appointment_id}:{sequence}",
        ("appointment_id", "sequence"),
    ),
    Seal("notification", "words", ("id",), "note:{id}"),
    Seal("feedback", "comment", ("id",), "feedback:{id}"),
)
NO_SEALS = {
    "account.phone_index": "a blind index: `reindex` makes it anew",
    "invitation.code_hash": "a hash of a random code, without a key",
    "journal.hash": "the chain of the journal, without a key",
    "one_time_code.code_hash": "a hash under the first key: codes that are on their way end with a rotation",
    "one_time_code.target_index": "a blind index of what is not kept; it counts for a day",
}
"""Columns of bytes that are no seals, and why nothing need be sealed in them."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of some rows. `last` is the key to go on after, None where all have been seen."""

    last: tuple[Any, ...] | None
    sealed: int
    unreadable: int


def rotate(tx: Tx, keyring: Keyring, seal: Seal, after: tuple[Any, ...] | None) -> Batch:
    """Seal the next rows under the first key; what it has sealed already is left as it is.

    What no key opens is left too, and counted.
    """
    last: tuple[Any, ...] | None = None
    seen = sealed = unreadable = 0
    for key, place, value in _next(tx, seal, after):
        last, seen = key, seen + 1
        if keyring.is_sealed_by_first(value):
            continue
        try:
            opened = keyring.unseal(value, place)
        except UnreadableSeal:
            unreadable += 1
            continue
        where = " AND ".join(f"{name} = ?" for name in seal.keys)
        tx.execute(
            f"UPDATE {seal.table} SET {seal.column} = ? WHERE {where}",  # noqa: S608
            (keyring.seal(opened, place), *key),
        )
        sealed += 1
    return Batch(last if seen == seal.batch else None, sealed, unreadable)


def reindex(tx: Tx, keyring: Keyring, after: int | None) -> Batch:
    """Make the blind indexes of the next accounts anew, from what is sealed in them."""
    rows = tx.execute(
        "SELECT id, contact, phone_index FROM account WHERE id > ? ORDER BY id LIMIT ?",
        (-1 if after is None else after, BATCH),
    ).fetchall()
    changed = unreadable = 0
    for number, contact, present in rows:
        try:
            phone = keyring.unseal_json(contact, f"account:{number}").get("phone")
        except UnreadableSeal:
            unreadable += 1
            continue
        index = keyring.index(phone, "phone") if phone else None
        if index != present:
            tx.execute("UPDATE account SET phone_index = ? WHERE id = ?", (index, number))
            changed += 1
    return Batch((rows[-1][0],) if len(rows) == BATCH else None, changed, unreadable)


def count_unreadable(tx: Tx, keyring: Keyring, seal: Seal, after: tuple[Any, ...] | None) -> Batch:
    """Open the next rows, changing nothing."""
    last: tuple[Any, ...] | None = None
    seen = unreadable = 0
    for key, place, value in _next(tx, seal, after):
        last, seen = key, seen + 1
        try:
            keyring.unseal(value, place)
        except UnreadableSeal:
            unreadable += 1
    return Batch(last if seen == seal.batch else None, 0, unreadable)


def _next(tx: Tx, seal: Seal, after: tuple[Any, ...] | None) -> Iterator[tuple[tuple[Any, ...], str, bytes]]:
    """Read the next rows' keys at once, their values one by one: documents are large."""
    names = (*seal.keys, *seal.bound_to)
    further = "" if after is None else f"AND ({', '.join(seal.keys)}) > ({_marks(seal.keys)})"
    rows = tx.execute(
        f"SELECT {', '.join(names)} FROM {seal.table} WHERE {seal.column} IS NOT NULL {further}"  # noqa: S608
        f" ORDER BY {', '.join(seal.keys)} LIMIT ?",
        (*(after or ()), seal.batch),
    ).fetchall()
    where = " AND ".join(f"{name} = ?" for name in seal.keys)
    for row in rows:
        key = tuple(row[: len(seal.keys)])
        ((value,),) = tx.execute(
            f"SELECT {seal.column} FROM {seal.table} WHERE {where}",  # noqa: S608
            key,
        ).fetchall()
        yield key, seal.place.format(**dict(zip(names, row, strict=True))), bytes(value)


def _marks(names: Sequence[str]) -> str:
    return ", ".join("?" * len(names))
