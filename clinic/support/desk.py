"""What administrators work through: requests that nobody has answered, the one that waits longest first.

Who is no administrator gets NotFound, whatever they ask for.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from clinic.errors import NotFound
from clinic.support import answering, posts
from clinic.support.posts import Seen
from storage import feedback, support, support_posts
from storage.database import Database
from storage.support import RequestRow
from storage.support_posts import FileRow, PostRow
from storage.types import Tx, epoch

COUNTED = 100
"""So many of what waits are counted; where there are more, it is said so."""
TOGETHER = 10
"""Posts of a request that are shown at once, at most, as far as their words fit."""
ROOM = 3000
"""Characters that they may have together; a single one is always shown whole (rules.REQUEST_LENGTH)."""
_FIRST: tuple[int, int] = (0, 0)

Mark = tuple[int, int]
"""Where a list is read on: since when the one shown last waits, in epoch seconds, and its id."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits, with the first words that nobody has answered."""

    request: RequestRow
    text: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A page of what waits; both numbers are at most COUNTED."""

    requests: tuple[Waiting, ...]
    next_mark: Mark | None
    """where the next page begins, if there is one"""
    number: int
    comments: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A request with what was written in it, in the order in which it was."""

    request: RequestRow
    posts: tuple[tuple[PostRow, tuple[FileRow, ...]], ...]
    came: dict[tuple[int, int], int]
    """by post and number of the file: the last message by which that came into the administrator's chat"""
    has_earlier: bool
    seen: Seen


async def waiting(
    database: Database,
    admin_id: int,
    admin_ids: Collection[int],
    after: Mark | None,
    size: int,
    now: datetime,
) -> Desk:
    """Read a page of the requests that wait, noted in the journals of those who asked."""
    keyring = database.keyring

    def work(tx: Tx) -> Desk:
        if admin_id not in admin_ids:
            raise NotFound
        rows = support.waiting(tx, after or _FIRST, size + 1)
        found = []
        for row in rows[:size]:
            post = support_posts.first_unanswered(tx, keyring, row.id)
            found.append(Waiting(row, "" if post is None else post.text))
            posts.note_view(tx, now, admin_id, row)
        last = rows[size - 1] if len(rows) > size else None
        mark = None if last is None or last.waits_since is None else (epoch(last.waits_since), last.id)
        number = support.count_waiting(tx, COUNTED)
        return Desk(tuple(found), mark, number, feedback.count_waiting(tx, COUNTED))

    return await database.write(work)


async def opened(
    database: Database,
    admin_id: int,
    admin_ids: Collection[int],
    request_id: int,
    before: int | None,
    now: datetime,
) -> Opened:
    """Read a request, its last posts or those before one; raises NotFound where it was deleted."""
    keyring = database.keyring

    def work(tx: Tx) -> Opened:
        row = posts.of_administrator(tx, admin_id, admin_ids, request_id)
        posts.note_view(tx, now, admin_id, row)
        last = support_posts.last_ordinal(tx, row.id)
        found = support_posts.before(tx, keyring, row.id, before or last + 1, TOGETHER + 1)
        fitting = _fitting(found[:TOGETHER])
        with_files = tuple((post, tuple(support_posts.files(tx, post.id))) for post in reversed(fitting))
        came = {
            (post.id, part): message_id
            for post, files in with_files
            if files
            for part, message_id in support_posts.copied(tx, post.id, admin_id).items()
        }
        return Opened(row, with_files, came, len(found) > len(fitting), (last, int(row.state)))

    return await database.write(work)


def _fitting(found: list[PostRow]) -> list[PostRow]:
    """Take as many posts, the latest first, as there is room for."""
    taken, room = found[:1], ROOM - posts.length(found[0].text) if found else 0
    for post in found[1:]:
        room -= posts.length(post.text)
        if room < 0:
            break
        taken.append(post)
    return taken


async def are_there(database: Database, request_ids: Collection[int]) -> bool:
    """Tell whether none of these requests was deleted; nobody looks at them, so no journal notes it."""
    return await database.read(lambda tx: all(support.by_id(tx, one) is not None for one in request_ids))


async def unchanged(
    database: Database, admin_id: int, admin_ids: Collection[int], request_id: int, seen: Seen
) -> None:
    """Ask whether a request is still as it was seen; raises RequestChanged where it is not, NotFound."""
    keyring = database.keyring

    def work(tx: Tx) -> None:
        row = posts.of_administrator(tx, admin_id, admin_ids, request_id)
        answering.check_seen(tx, keyring, row, seen)

    await database.read(work)
