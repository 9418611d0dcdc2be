"""What requests to support are made of, and what their use cases share, within a transaction."""

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from clinic import codes, rules
from clinic.errors import BadInput, NotFound
from storage import accounts, journal, notifications, people, support, support_posts
from storage.crypto import Keyring
from storage.support import RequestRow
from storage.support_posts import FileRow, PostRow
from storage.types import Tx

CHANNEL = "support"
ASKED, ANSWERED, NOTED = "asked", "answered", "noted"
"""Kinds of messages: to administrators what a person wrote; to the person an answer; to the other
administrators that answer."""
SOLVED, WAITS, UNDELIVERED = "solved", "waits", "undelivered"
"""To administrators: the matter is settled; nobody has answered yet; the person has blocked the bot."""
CLOSED, CLOSED_BY = "closed", "closed_by"
"""To the person: an administrator has closed the request; to the other administrators: who has."""
Seen = tuple[int, int]
"""How a request stood when an administrator saw it: number of the last post, and state."""

TECHNICAL = "technical"
KINDS = ("booking", "ticket", "data", TECHNICAL, "other")
"""What a request can be about, in the order in which it is asked."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file, recognised by its content."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class NewPost:
    """What somebody writes at once. The id is the same when an update is worked again: it is kept once."""

    id: int
    text: str
    files: tuple[NewFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A request with a page of what was written in it, the latest first."""

    request: RequestRow
    posts: tuple[tuple[PostRow, tuple[FileRow, ...]], ...]
    has_next: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a message of the outbox is about."""

    request: RequestRow
    post: PostRow
    files: tuple[FileRow, ...]
    is_first: bool
    """the post with which the request began"""
    is_last: bool
    sent: dict[int, int]
    """parts that have come into the chat before a kill, and by which messages"""


@dataclass(frozen=True, slots=True)
class Replied:
    """The message to which somebody replied: a request, as an administrator or as whoever asked."""

    request_id: int
    is_staff: bool


def post_id_of(telegram_id: int, message_id: int) -> int:
    """Make the id of a post that is a message of its own."""
    digest = hashlib.blake2b(f"support:{telegram_id}:{message_id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 2) + 1


# --- within a transaction


def own(tx: Tx, telegram_id: int, request_id: int) -> RequestRow:
    """Read one's own request; raises NotFound for anybody else's."""
    row = support.by_id(tx, request_id)
    if row is None or row.telegram_id != telegram_id:
        raise NotFound
    return row


def length(text: str) -> int:
    """Count characters as Telegram does, a picture for two: what is longer than a message reaches nobody."""
    return len(text.encode("utf-16-le")) // 2


def check(new: NewPost) -> None:
    """Refuse what cannot be taken; raises BadInput."""
    if not new.text.strip() and not new.files:
        raise BadInput("request_empty")
    if length(new.text) > rules.REQUEST_LENGTH:
        raise BadInput("request_long")
    if len(new.files) > rules.REQUEST_FILES:
        raise BadInput("request_files")


def new_number(tx: Tx) -> str:
    """Make a number that no request has."""
    number = codes.new_request_number()
    while support.has_number(tx, number):
        number = codes.new_request_number()
    return number


async def sealed(keyring: Keyring, new: NewPost) -> list[tuple[FileRow, bytes]]:
    """Seal the files of a post, each in a thread."""
    first = codes.new_id() & ~0xFF  # so that the ids are in the order of the files
    rows = [
        FileRow(first + number, new.id, file.media_type, len(file.content))
        for number, file in enumerate(new.files, 1)
    ]
    return [
        (row, await asyncio.to_thread(support_posts.sealed_file, keyring, row.id, file.content))
        for row, file in zip(rows, new.files, strict=True)
    ]


def write(
    tx: Tx,
    keyring: Keyring,
    row: RequestRow,
    new: NewPost,
    sealed: list[tuple[FileRow, bytes]],
    now: datetime,
    *,
    by: str = "",
    is_staff: bool = False,
) -> None:
    """Write a post with its files."""
    ordinal = support_posts.last_ordinal(tx, row.id) + 1
    support_posts.insert_post(
        tx, keyring, PostRow(new.id, row.id, ordinal, is_staff, new.text.strip(), by, now)
    )
    for file, value in sealed:
        support_posts.insert_file(tx, file, value)


def tell_administrators(
    tx: Tx, keyring: Keyring, post_id: int, admin_ids: Sequence[int], now: datetime
) -> None:
    """Plan what each administrator is to get, and the word that nobody has answered."""
    for admin_id in admin_ids:
        plan(tx, keyring, admin_id, ASKED, post_id, now)
        plan(tx, keyring, admin_id, WAITS, post_id, now + rules.REQUEST_WAITS)


def of_administrator(tx: Tx, admin_id: int, admin_ids: Collection[int], request_id: int) -> RequestRow:
    """Read a request; raises NotFound for whoever is no administrator, and where it has been deleted."""
    row = support.by_id(tx, request_id)
    if row is None or admin_id not in admin_ids:
        raise NotFound
    return row


def tell_others(
    tx: Tx,
    keyring: Keyring,
    kind: str,
    post_id: int,
    row: RequestRow,
    admin_id: int,
    admin_ids: Sequence[int],
    now: datetime,
    by: str = "",
) -> None:
    """Plan what the other administrators hear of what one has done; who asked is told as the person."""
    for other in admin_ids:
        if other not in (admin_id, row.telegram_id):
            plan(tx, keyring, other, kind, post_id, now, by)


def plan(
    tx: Tx, keyring: Keyring, chat_id: int, kind: str, post_id: int, due_at: datetime, by: str = ""
) -> None:
    """Plan a message about a post to a chat; `by` is the administrator whose doing it tells of."""
    words = {"post": str(post_id)} | ({"by": by} if by else {})
    notifications.plan_to_chat(tx, keyring, chat_id, kind, CHANNEL, due_at, words)


def note(tx: Tx, now: datetime, action: str, telegram_id: int, row: RequestRow) -> None:
    """Write the journal: who did it, and in whose data where the asker has an account."""
    doer_id, patient_id = _concerned(tx, telegram_id, row)
    journal.note(tx, now, doer_id, action, journal.SUPPORT, row.id, patient_id)


def note_view(tx: Tx, now: datetime, telegram_id: int, row: RequestRow) -> None:
    """Write that an administrator looked at a request of somebody who has an account."""
    doer_id, patient_id = _concerned(tx, telegram_id, row)
    if patient_id is not None:
        journal.note_view(tx, now, doer_id, journal.SUPPORT, row.id, patient_id)


def _concerned(tx: Tx, telegram_id: int, row: RequestRow) -> tuple[int, int | None]:
    doer = accounts.of_chat(tx, telegram_id)
    asker = accounts.of_chat(tx, row.telegram_id)
    patient_id = None if asker is None else people.own_patient(tx, asker.id)
    return journal.SERVICE if doer is None else doer.id, patient_id
