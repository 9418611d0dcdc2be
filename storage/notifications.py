"""Messages that must reach someone, as rows: planned, leased while being sent, marked when sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from storage.crypto import Keyring
from storage.states import NotificationState
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """A message in a sender's hands."""

    id: int
    appointment_id: int | None
    """None for a note"""
    account_id: int
    kind: str
    channel: str
    sequence: int
    due_at: datetime
    attempts: int
    address: bytes | None = None
    """sealed; `opened_address` opens it"""
    words: bytes | None = None
    """sealed; `note` opens it"""
    lead: int = 0
    """of a reminder, in seconds"""
    instead_of: str | None = None
    """the channel that it could not be delivered on"""


NO_ACCOUNT = 0
"""The account id of a message to a chat that need have no account: an administrator's, for one."""


@dataclass(frozen=True, slots=True)
class Note:
    """A message that is about no visit, with what it says; `language` is empty where nobody knows it."""

    telegram_id: int
    language: str
    words: dict[str, str]


class ToPlan(NamedTuple):
    """A message about a visit that is to be written."""

    appointment_id: int
    account_id: int
    kind: str
    channel: str
    sequence: int
    due_at: datetime
    lead: int = 0


def plan(
    tx: Tx,
    appointment_id: int,
    account_id: int,
    kind: str,
    channel: str,
    sequence: int,
    due_at: datetime,
) -> None:
    """Write a message that is due at an instant; planning the same one again changes nothing."""
    plan_all(tx, [ToPlan(appointment_id, account_id, kind, channel, sequence, due_at)])


def plan_all(tx: Tx, rows: Iterable[ToPlan]) -> None:
    """Write messages, each as `plan` does: in one statement, which costs half of one for each."""
    values: list[Any] = []
    for row in rows:
        due = epoch(row.due_at)
        values += (*row[:5], due, due, row.lead)
    if values:
        tx.execute(_insert_of(len(values) // _VALUES.count("?")), values)


_VALUES = "(?, ?, ?, ?, ?, ?, 1, ?, 0, ?)"


@lru_cache(maxsize=64)
def _insert_of(count: int) -> str:
    return (
        "INSERT INTO notification"  # noqa: S608
        " (appointment_id, account_id, kind, channel, sequence, due_at, state, leased_until, attempts, lead)"
        f" VALUES {', '.join([_VALUES] * count)}"
        " ON CONFLICT (appointment_id, account_id, kind, channel, sequence, lead) DO NOTHING"
    )


def _values(row: ToPlan) -> dict[str, Any]:
    return {
        "appointment": row.appointment_id,
        "account": row.account_id,
        "kind": row.kind,
        "channel": row.channel,
        "sequence": row.sequence,
        "due": epoch(row.due_at),
        "lead": row.lead,
    }


def plan_again(tx: Tx, row: ToPlan, address: bytes | None = None, instead_of: str | None = None) -> None:
    """Write a message that may be asked for more than once: one that was sent, or failed, is due anew."""
    tx.execute(
        "INSERT INTO notification"
        " (appointment_id, account_id, kind, channel, sequence, due_at, state, leased_until, attempts,"
        "  address, lead, instead_of)"
        " VALUES (:appointment, :account, :kind, :channel, :sequence, :due, 1, :due, 0, :address, :lead,"
        "  :instead)"
        " ON CONFLICT (appointment_id, account_id, kind, channel, sequence, lead) DO UPDATE"
        " SET due_at = excluded.due_at, state = 1, leased_until = excluded.leased_until, attempts = 0,"
        " error = NULL, address = excluded.address, instead_of = excluded.instead_of",
        _values(row) | {"address": address, "instead": instead_of},
    )


def due_at(
    tx: Tx, appointment_id: int, account_id: int, kind: str, channel: str, sequence: int
) -> datetime | None:
    """Read when a message was last due, sent or not; None where it was never planned."""
    row = tx.execute(
        "SELECT due_at FROM notification WHERE appointment_id = :appointment AND account_id = :account"
        " AND kind = :kind AND channel = :channel AND sequence = :sequence",
        {
            "appointment": appointment_id,
            "account": account_id,
            "kind": kind,
            "channel": channel,
            "sequence": sequence,
        },
    ).fetchone()
    return None if row is None else instant(row[0])


def states_of(tx: Tx, appointment_id: int, account_id: int, kind: str) -> set[NotificationState]:
    """Read what became of the messages of a kind about a visit to an account, on whichever channels."""
    rows = tx.execute(
        "SELECT state FROM notification WHERE appointment_id = :appointment AND account_id = :account"
        " AND kind = :kind",
        {"appointment": appointment_id, "account": account_id, "kind": kind},
    ).fetchall()
    return {NotificationState(state) for (state,) in rows}


def drop_kinds(tx: Tx, appointment_id: int, kinds: Iterable[str], why: str) -> None:
    """Drop what is still planned of these kinds for an appointment."""
    for kind in kinds:
        tx.execute(
            "UPDATE notification SET state = :dropped, error = :why"
            " WHERE appointment_id = :id AND kind = :kind AND state = 1",
            {"dropped": int(NotificationState.DROPPED), "why": why, "id": appointment_id, "kind": kind},
        )


def plan_dropped(tx: Tx, appointment_id: int, kind: str, why: str) -> None:
    """Plan again what was dropped for a reason that holds no more; it is due when it was."""
    tx.execute(
        "UPDATE notification SET state = 1, leased_until = due_at, error = NULL"
        " WHERE appointment_id = :id AND kind = :kind AND state = :dropped AND error = :why",
        {"dropped": int(NotificationState.DROPPED), "why": why, "id": appointment_id, "kind": kind},
    )


def sealed_address(keyring: Keyring, appointment_id: int, sequence: int, address: str) -> bytes:
    """Seal where a message goes, bound to its appointment and sequence."""
    return keyring.seal(address.encode(), f"notification:{appointment_id}:{sequence}")


def opened_address(keyring: Keyring, row: NotificationRow) -> str:
    """Open where a message goes; empty where it has no address of its own."""
    if row.address is None:
        return ""
    return keyring.unseal(row.address, f"notification:{row.appointment_id}:{row.sequence}").decode()


def plan_note(
    tx: Tx,
    keyring: Keyring,
    account_id: int,
    kind: str,
    channel: str,
    due_at: datetime,
    words: dict[str, str],
) -> int:
    """Write a note. Each call writes one, and returns its id: the transaction it tells about does it once."""
    row = tx.execute(
        "INSERT INTO notification"
        " (appointment_id, account_id, kind, channel, sequence, due_at, state, leased_until, attempts)"
        " VALUES (NULL, :account, :kind, :channel, 0, :due, 1, :due, 0) RETURNING id",
        {"account": account_id, "kind": kind, "channel": channel, "due": epoch(due_at)},
    ).fetchone()
    tx.execute(
        "UPDATE notification SET words = :words WHERE id = :id",
        {"words": keyring.seal_json(words, f"note:{row[0]}"), "id": row[0]},
    )
    return int(row[0])


def plan_to_chat(
    tx: Tx,
    keyring: Keyring,
    telegram_id: int,
    kind: str,
    channel: str,
    due_at: datetime,
    words: dict[str, str],
) -> int:
    """Write a note to a private chat, with an account or without; as `plan_note` else."""
    return plan_note(tx, keyring, NO_ACCOUNT, kind, channel, due_at, {**words, _CHAT: str(telegram_id)})


_CHAT = "telegram_id"


def note(tx: Tx, keyring: Keyring, row: NotificationRow) -> Note | None:
    """Open a note and find whose it is; None where the account has gone."""
    if row.account_id == NO_ACCOUNT and row.words is not None:
        words = keyring.unseal_json(row.words, f"note:{row.id}")
        telegram_id = int(words.pop(_CHAT))
        found = tx.execute(
            "SELECT language FROM account WHERE telegram_id = :id", {"id": telegram_id}
        ).fetchone()
        return Note(telegram_id, found[0] if found else "", words)
    account = tx.execute(
        "SELECT telegram_id, language FROM account WHERE id = :id", {"id": row.account_id}
    ).fetchone()
    if account is None or row.words is None:
        return None
    return Note(account[0], account[1], keyring.unseal_json(row.words, f"note:{row.id}"))


def drop_planned_of(tx: Tx, account_id: int, patient_id: int, why: str) -> int:
    """Drop what an account was still to get about a patient's visits; returns how many rows that was."""
    return tx.execute(
        "UPDATE notification SET state = :dropped, error = :why, address = NULL"
        " WHERE appointment_id IN (SELECT id FROM appointment WHERE patient_id = :patient)"
        " AND account_id = :account AND +state = 1",
        {
            "dropped": int(NotificationState.DROPPED),
            "why": why,
            "patient": patient_id,
            "account": account_id,
        },
    ).rowcount


def drop_planned(tx: Tx, appointment_id: int, why: str) -> int:
    """Drop what is still planned for an appointment; returns how many rows that was."""
    return tx.execute(
        "UPDATE notification SET state = :dropped, error = :why, address = NULL"
        " WHERE appointment_id = :id AND state = 1",
        {"dropped": int(NotificationState.DROPPED), "why": why, "id": appointment_id},
    ).rowcount


def hold_back(tx: Tx, appointment_id: int, until: datetime) -> None:
    """Let what is planned for an appointment be due no sooner than then."""
    tx.execute(
        "UPDATE notification SET due_at = :until, leased_until = max(leased_until, :until)"
        " WHERE appointment_id = :id AND state = 1 AND due_at < :until",
        {"until": epoch(until), "id": appointment_id},
    )


def drop(tx: Tx, notification_id: int, why: str) -> None:
    """Drop a message, in whosever hands it is."""
    tx.execute(
        "UPDATE notification SET state = :state, error = :why, address = NULL, words = NULL WHERE id = :id",
        {"state": int(NotificationState.DROPPED), "why": why, "id": notification_id},
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What an account was told, or will be, and how that went."""

    kind: str
    channel: str
    state: NotificationState
    due_at: datetime
    sent_at: datetime | None
    lead: int = 0


def told_about(tx: Tx, appointment_id: int, account_id: int) -> list[Told]:
    """Read the messages about a visit to an account, in the order in which they were due."""
    rows = tx.execute(
        "SELECT kind, channel, state, due_at, sent_at, lead FROM notification"
        " WHERE appointment_id = :appointment AND account_id = :account ORDER BY due_at, id",
        {"appointment": appointment_id, "account": account_id},
    ).fetchall()
    return [
        Told(
            kind,
            channel,
            NotificationState(state),
            instant(due),
            None if sent is None else instant(sent),
            lead,
        )
        for kind, channel, state, due, sent, lead in rows
    ]


def message_of(tx: Tx, notification_id: int) -> int | None:
    """Read the id of the message that a row became."""
    row = tx.execute("SELECT message_id FROM notification WHERE id = :id", {"id": notification_id}).fetchone()
    return None if row is None else row[0]


def sent_message_ids(tx: Tx, appointment_id: int, account_id: int, kind: str) -> list[int]:
    """Read the message ids of what was sent of one kind for an appointment into one account's chat."""
    rows = tx.execute(
        "SELECT message_id FROM notification WHERE appointment_id = :id AND account_id = :account"
        " AND kind = :kind AND state = 0 AND message_id IS NOT NULL ORDER BY sequence",
        {"id": appointment_id, "account": account_id, "kind": kind},
    ).fetchall()
    return [row[0] for row in rows]
