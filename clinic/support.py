"""Requests to support: somebody writes, the administrators answer, until the matter is settled.

A request belongs to a chat, with an account or without: who cannot register needs help most. What has to
reach somebody is planned in the transaction that writes it.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic import codes, rules
from clinic.errors import BadInput, NotFound, SupportAbsent, TooManyPosts, TooManyRequests
from storage import journal, notifications, people, support
from storage.crypto import Keyring
from storage.database import Database
from storage.states import SupportState
from storage.support import FileRow, PostRow, RequestRow
from storage.types import Tx

CHANNEL = "support"
ASKED, ANSWERED, NOTED = "asked", "answered", "noted"
"""Kinds of messages: to administrators what a person wrote; to the person an answer; to the other
administrators that answer."""
SOLVED, WAITS, UNDELIVERED = "solved", "waits", "undelivered"
"""To administrators: the matter is settled; nobody has answered yet; the person has blocked the bot."""

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


# --- the person's side


async def ask(
    database: Database,
    telegram_id: int,
    language: str,
    kind: str,
    new: NewPost,
    admin_ids: Sequence[int],
    now: datetime,
    mistake: str | None = None,
) -> RequestRow:
    """Begin a request; asked again with the same post it returns what there is.

    Raises SupportAbsent, TooManyRequests, BadInput.
    """
    _check(new)
    keyring = database.keyring
    sealed = await _sealed(keyring, new)

    def work(tx: Tx) -> RequestRow:
        there = support.post(tx, keyring, new.id)
        if there is not None:
            return _own(tx, telegram_id, there.request_id)
        if not admin_ids:
            raise SupportAbsent
        if support.count_since(tx, telegram_id, now - timedelta(days=1)) >= rules.REQUESTS_A_DAY:
            raise TooManyRequests
        row = RequestRow(
            codes.new_id(), _new_number(tx), telegram_id, language, kind if kind in KINDS else "other",
            mistake, SupportState.OPEN, now, now,
        )  # fmt: skip
        support.insert(tx, row)
        _write(tx, keyring, row, new, sealed, now)
        _tell_administrators(tx, keyring, new.id, admin_ids, now)
        _note(tx, now, journal.CREATED, telegram_id, row)
        return row

    return await database.write(work)


async def add(
    database: Database,
    telegram_id: int,
    request_id: int,
    new: NewPost,
    admin_ids: Sequence[int],
    now: datetime,
) -> RequestRow:
    """Write more in one's own request; it is open again, whatever it was.

    Raises NotFound for anybody else's, SupportAbsent, TooManyPosts, BadInput.
    """
    _check(new)
    keyring = database.keyring
    sealed = await _sealed(keyring, new)

    def work(tx: Tx) -> RequestRow:
        row = _own(tx, telegram_id, request_id)
        if support.post(tx, keyring, new.id) is not None:
            return row
        if not admin_ids:
            raise SupportAbsent
        if support.posts_since(tx, row.id, now - timedelta(days=1)) >= rules.POSTS_A_DAY:
            raise TooManyPosts
        _write(tx, keyring, row, new, sealed, now)
        support.set_state(tx, row.id, SupportState.OPEN, now)
        _tell_administrators(tx, keyring, new.id, admin_ids, now)
        _note(tx, now, journal.CHANGED, telegram_id, row)
        return row

    return await database.write(work)


async def solve(
    database: Database, telegram_id: int, request_id: int, admin_ids: Sequence[int], now: datetime
) -> RequestRow:
    """Say that a request is settled; said again it changes nothing. Raises NotFound for anybody else's."""
    keyring = database.keyring

    def work(tx: Tx) -> RequestRow:
        row = _own(tx, telegram_id, request_id)
        if row.state is not SupportState.SOLVED:
            support.set_state(tx, row.id, SupportState.SOLVED, now)
            (last,) = support.posts(tx, keyring, row.id, 0, 1)
            for admin_id in admin_ids:
                _plan(tx, keyring, admin_id, SOLVED, last.id, now)
            _note(tx, now, journal.CHANGED, telegram_id, row)
        return row

    return await database.write(work)


async def delete(database: Database, telegram_id: int, request_id: int, now: datetime) -> None:
    """Delete a request with all of it; deleted again it is NotFound, like anybody else's."""

    def work(tx: Tx) -> None:
        row = _own(tx, telegram_id, request_id)
        support.delete(tx, row.id)
        _note(tx, now, journal.DELETED, telegram_id, row)

    await database.write(work)


async def requests(
    database: Database, telegram_id: int, page: int, size: int
) -> tuple[list[RequestRow], bool]:
    """Read a page of a chat's requests, the latest first, and whether there are more."""
    rows = await database.read(lambda tx: support.of_chat(tx, telegram_id, page * size, size + 1))
    return rows[:size], len(rows) > size


async def thread(database: Database, telegram_id: int, request_id: int, page: int, size: int) -> Thread:
    """Read one's own request; raises NotFound for anybody else's."""
    keyring = database.keyring

    def work(tx: Tx) -> Thread:
        row = _own(tx, telegram_id, request_id)
        found = support.posts(tx, keyring, row.id, page * size, size + 1)
        posts = tuple((post, tuple(support.files(tx, post.id))) for post in found[:size])
        return Thread(row, posts, len(found) > size)

    return await database.read(work)


async def own_file(database: Database, telegram_id: int, post_id: int, number: int) -> tuple[FileRow, bytes]:
    """Read a file of one's own request, by its number in its post; raises NotFound for anybody else's."""
    keyring = database.keyring

    def work(tx: Tx) -> FileRow:
        post = support.post(tx, keyring, post_id)
        rows = [] if post is None else support.files(tx, post_id)
        if post is None or number >= len(rows):
            raise NotFound
        _own(tx, telegram_id, post.request_id)
        return rows[number]

    row = await database.read(work)
    return row, await content(database, row.id)


# --- the administrators' side


async def answer(
    database: Database,
    admin_id: int,
    admin_ids: Sequence[int],
    request_id: int,
    new: NewPost,
    by: str,
    now: datetime,
) -> RequestRow:
    """Answer a request: the person gets it, the other administrators see it; again it changes nothing.

    Raises NotFound for whoever is no administrator, and where the request has been deleted; BadInput.
    """
    _check(new)
    keyring = database.keyring
    sealed = await _sealed(keyring, new)

    def work(tx: Tx) -> RequestRow:
        row = support.by_id(tx, request_id)
        if row is None or admin_id not in admin_ids:
            raise NotFound
        if support.post(tx, keyring, new.id) is not None:
            return row
        _write(tx, keyring, row, new, sealed, now, by=by, is_staff=True)
        support.set_state(tx, row.id, SupportState.ANSWERED, now)
        _plan(tx, keyring, row.telegram_id, ANSWERED, new.id, now)
        for other in admin_ids:
            if other not in (admin_id, row.telegram_id):
                _plan(tx, keyring, other, NOTED, new.id, now)
        _note(tx, now, journal.CHANGED, admin_id, row)
        return row

    return await database.write(work)


async def replied(
    database: Database, chat_id: int, message_id: int, admin_ids: Sequence[int]
) -> Replied | None:
    """Find which request a message in a chat belongs to; None where it is none of this chat's business.

    An administrator may have a request of their own: what was written by the person came to them as staff.
    """
    keyring = database.keyring

    def work(tx: Tx) -> Replied | None:
        post = support.post_of_copy(tx, keyring, chat_id, message_id)
        row = None if post is None else support.by_id(tx, post.request_id)
        if post is None or row is None:
            return None
        if row.telegram_id == chat_id and (post.is_staff or chat_id not in admin_ids):
            return Replied(row.id, is_staff=False)
        return Replied(row.id, is_staff=True) if chat_id in admin_ids else None

    return await database.read(work)


# --- what the outbox asks


async def delivery(database: Database, post_id: int, chat_id: int) -> Delivery | None:
    """Read what a message is to say; None where the request was deleted meanwhile."""
    keyring = database.keyring

    def work(tx: Tx) -> Delivery | None:
        post = support.post(tx, keyring, post_id)
        row = None if post is None else support.by_id(tx, post.request_id)
        if post is None or row is None:
            return None
        return Delivery(
            row,
            post,
            tuple(support.files(tx, post_id)),
            post.ordinal == 1,
            post.ordinal == support.last_ordinal(tx, row.id),
            support.copied(tx, post_id, chat_id),
        )

    return await database.read(work)


async def content(database: Database, file_id: int) -> bytes:
    """Read a file's bytes; whose it is is the caller's to ask. Raises NotFound where it was deleted."""
    sealed = await database.read(lambda tx: support.content(tx, file_id))
    if sealed is None:
        raise NotFound
    return await asyncio.to_thread(support.opened_file, database.keyring, file_id, sealed)


async def undelivered(database: Database, post_id: int, admin_ids: Sequence[int], now: datetime) -> None:
    """Tell the administrators that an answer has not come: the person has blocked the bot."""
    keyring = database.keyring

    def work(tx: Tx) -> None:
        for admin_id in admin_ids:
            _plan(tx, keyring, admin_id, UNDELIVERED, post_id, now)

    await database.write(work)


async def come_back(database: Database, telegram_id: int, now: datetime) -> None:
    """Send what could not be sent while a person had blocked the bot: the last answer of each request."""
    keyring = database.keyring

    def work(tx: Tx) -> None:
        for row in support.of_chat(tx, telegram_id, 0, rules.REQUESTS_A_DAY):
            (last,) = support.posts(tx, keyring, row.id, 0, 1)
            is_answered = last.is_staff and row.state is SupportState.ANSWERED
            if is_answered and 0 not in support.copied(tx, last.id, telegram_id):
                _plan(tx, keyring, telegram_id, ANSWERED, last.id, now)

    await database.write(work)


async def came(database: Database, chat_id: int, message_id: int, post_id: int, part: int) -> None:
    """Note by which message a part of a post has come."""
    await database.write(lambda tx: support.note_copy(tx, chat_id, message_id, post_id, part))


# --- within a transaction


def _own(tx: Tx, telegram_id: int, request_id: int) -> RequestRow:
    row = support.by_id(tx, request_id)
    if row is None or row.telegram_id != telegram_id:
        raise NotFound
    return row


def _check(new: NewPost) -> None:
    if not new.text.strip() and not new.files:
        raise BadInput("request_empty")
    if len(new.text) > rules.REQUEST_LENGTH:
        raise BadInput("request_long")
    if len(new.files) > rules.REQUEST_FILES:
        raise BadInput("request_files")


def _new_number(tx: Tx) -> str:
    number = codes.new_request_number()
    while support.has_number(tx, number):
        number = codes.new_request_number()
    return number


async def _sealed(keyring: Keyring, new: NewPost) -> list[tuple[FileRow, bytes]]:
    first = codes.new_id() & ~0xFF  # so that the ids are in the order of the files
    rows = [
        FileRow(first + number, new.id, file.media_type, len(file.content))
        for number, file in enumerate(new.files, 1)
    ]
    return [
        (row, await asyncio.to_thread(support.sealed_file, keyring, row.id, file.content))
        for row, file in zip(rows, new.files, strict=True)
    ]


def _write(
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
    ordinal = support.last_ordinal(tx, row.id) + 1
    support.insert_post(tx, keyring, PostRow(new.id, row.id, ordinal, is_staff, new.text.strip(), by, now))
    for file, value in sealed:
        support.insert_file(tx, file, value)


def _tell_administrators(
    tx: Tx, keyring: Keyring, post_id: int, admin_ids: Sequence[int], now: datetime
) -> None:
    for admin_id in admin_ids:
        _plan(tx, keyring, admin_id, ASKED, post_id, now)
        _plan(tx, keyring, admin_id, WAITS, post_id, now + rules.REQUEST_WAITS)


def _plan(tx: Tx, keyring: Keyring, chat_id: int, kind: str, post_id: int, due_at: datetime) -> None:
    notifications.plan_to_chat(tx, keyring, chat_id, kind, CHANNEL, due_at, {"post": str(post_id)})


def _note(tx: Tx, now: datetime, action: str, telegram_id: int, row: RequestRow) -> None:
    """Write the journal: who did it, and in whose data where the asker has an account."""
    doer = people.account_of(tx, telegram_id)
    asker = people.account_of(tx, row.telegram_id)
    patient_id = None if asker is None else people.own_patient(tx, asker.id)
    doer_id = journal.SERVICE if doer is None else doer.id
    journal.note(tx, now, doer_id, action, journal.SUPPORT, row.id, patient_id)
