"""The person's side of a request to support: begun, gone on with, settled, deleted, looked at."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from clinic import codes, rules
from clinic.errors import NotFound, SupportAbsent, TooManyPosts, TooManyRequests
from clinic.support import posts
from clinic.support.posts import KINDS, SOLVED, NewPost, Thread
from clinic.support.sending import content
from storage import journal, support, support_posts
from storage.database import Database
from storage.states import SupportState
from storage.support import RequestRow
from storage.support_posts import FileRow
from storage.types import Tx


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
    posts.check(new)
    keyring = database.keyring
    sealed = await posts.sealed(keyring, new)

    def work(tx: Tx) -> RequestRow:
        there = support_posts.post(tx, keyring, new.id)
        if there is not None:
            return posts.own(tx, telegram_id, there.request_id)
        if not admin_ids:
            raise SupportAbsent
        if support.count_since(tx, telegram_id, now - timedelta(days=1)) >= rules.REQUESTS_A_DAY:
            raise TooManyRequests
        row = RequestRow(
            codes.new_id(), posts.new_number(tx), telegram_id, language, kind if kind in KINDS else "other",
            mistake, SupportState.OPEN, now, now, now,
        )  # fmt: skip
        support.insert(tx, row)
        posts.write(tx, keyring, row, new, sealed, now)
        posts.tell_administrators(tx, keyring, new.id, admin_ids, now)
        posts.note(tx, now, journal.CREATED, telegram_id, row)
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
    posts.check(new)
    keyring = database.keyring
    sealed = await posts.sealed(keyring, new)

    def work(tx: Tx) -> RequestRow:
        row = posts.own(tx, telegram_id, request_id)
        if support_posts.post(tx, keyring, new.id) is not None:
            return row
        if not admin_ids:
            raise SupportAbsent
        if support_posts.posts_since(tx, row.id, now - timedelta(days=1)) >= rules.POSTS_A_DAY:
            raise TooManyPosts
        posts.write(tx, keyring, row, new, sealed, now)
        support.set_state(tx, row.id, SupportState.OPEN, now)
        posts.tell_administrators(tx, keyring, new.id, admin_ids, now)
        posts.note(tx, now, journal.CHANGED, telegram_id, row)
        return row

    return await database.write(work)


async def solve(
    database: Database, telegram_id: int, request_id: int, admin_ids: Sequence[int], now: datetime
) -> RequestRow:
    """Say that a request is settled; said again it changes nothing. Raises NotFound for anybody else's."""
    keyring = database.keyring

    def work(tx: Tx) -> RequestRow:
        row = posts.own(tx, telegram_id, request_id)
        if row.state is not SupportState.SOLVED:
            support.set_state(tx, row.id, SupportState.SOLVED, now)
            (last,) = support_posts.posts(tx, keyring, row.id, 0, 1)
            for admin_id in admin_ids:
                posts.plan(tx, keyring, admin_id, SOLVED, last.id, now)
            posts.note(tx, now, journal.CHANGED, telegram_id, row)
        return row

    return await database.write(work)


async def delete(database: Database, telegram_id: int, request_id: int, now: datetime) -> None:
    """Delete a request with all of it; deleted again it is NotFound, like anybody else's."""

    def work(tx: Tx) -> None:
        row = posts.own(tx, telegram_id, request_id)
        support.delete(tx, row.id)
        posts.note(tx, now, journal.DELETED, telegram_id, row)

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
        row = posts.own(tx, telegram_id, request_id)
        found = support_posts.posts(tx, keyring, row.id, page * size, size + 1)
        page_of = tuple((post, tuple(support_posts.files(tx, post.id))) for post in found[:size])
        return Thread(row, page_of, len(found) > size)

    return await database.read(work)


async def own_file(database: Database, telegram_id: int, post_id: int, number: int) -> tuple[FileRow, bytes]:
    """Read a file of one's own request, by its number in its post; raises NotFound for anybody else's."""
    keyring = database.keyring

    def work(tx: Tx) -> FileRow:
        post = support_posts.post(tx, keyring, post_id)
        rows = [] if post is None else support_posts.files(tx, post_id)
        if post is None or number >= len(rows):
            raise NotFound
        posts.own(tx, telegram_id, post.request_id)
        return rows[number]

    row = await database.read(work)
    return row, await content(database, row.id)
