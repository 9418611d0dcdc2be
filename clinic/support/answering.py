"""The administrators' side of a request to support: answered, by a reply or at the desk, and closed."""

from collections.abc import Sequence
from datetime import datetime

from clinic.errors import RequestChanged
from clinic.support import posts
from clinic.support.posts import ANSWERED, CLOSED, CLOSED_BY, NOTED, NewPost, Replied, Seen
from storage import journal, support, support_posts
from storage.crypto import Keyring
from storage.database import Database
from storage.states import SupportState
from storage.support import RequestRow
from storage.types import Tx


def check_seen(tx: Tx, keyring: Keyring, row: RequestRow, seen: Seen | None) -> None:
    """Refuse what was meant for a request as it stood before: raises RequestChanged."""
    if seen is None:
        return
    (last,) = support_posts.posts(tx, keyring, row.id, 0, 1)
    now = (last.ordinal, int(row.state))
    if now == tuple(seen):
        return
    if row.state is SupportState.SOLVED:
        raise RequestChanged("settled", "", now)
    raise RequestChanged("answered" if last.is_staff else "more", last.by, now)


async def answer(
    database: Database,
    admin_id: int,
    admin_ids: Sequence[int],
    request_id: int,
    new: NewPost,
    by: str,
    now: datetime,
    seen: Seen | None = None,
) -> RequestRow:
    """Answer a request: the person gets it, the other administrators see it; again it changes nothing.

    Raises NotFound for whoever is no administrator, and where the request has been deleted; BadInput;
    RequestChanged where it is not as it was `seen`.
    """
    posts.check(new)
    keyring = database.keyring
    sealed = await posts.sealed(keyring, new)

    def work(tx: Tx) -> RequestRow:
        row = posts.of_administrator(tx, admin_id, admin_ids, request_id)
        if support_posts.post(tx, keyring, new.id) is not None:
            return row
        check_seen(tx, keyring, row, seen)
        posts.write(tx, keyring, row, new, sealed, now, by=by, is_staff=True)
        support.set_state(tx, row.id, SupportState.ANSWERED, now)
        posts.plan(tx, keyring, row.telegram_id, ANSWERED, new.id, now)
        posts.tell_others(tx, keyring, NOTED, new.id, row, admin_id, admin_ids, now)
        posts.note(tx, now, journal.CHANGED, admin_id, row)
        return row

    return await database.write(work)


async def close(
    database: Database,
    admin_id: int,
    admin_ids: Sequence[int],
    request_id: int,
    by: str,
    now: datetime,
    seen: Seen | None = None,
) -> RequestRow:
    """Close a request: the person and the other administrators are told.

    Raises NotFound for whoever is no administrator, and where the request has been deleted; RequestChanged
    where it is not as it was `seen`, thus also where it was closed already.
    """
    keyring = database.keyring

    def work(tx: Tx) -> RequestRow:
        row = posts.of_administrator(tx, admin_id, admin_ids, request_id)
        check_seen(tx, keyring, row, seen)
        if row.state is SupportState.SOLVED:
            return row
        support.set_state(tx, row.id, SupportState.SOLVED, now)
        (last,) = support_posts.posts(tx, keyring, row.id, 0, 1)
        posts.plan(tx, keyring, row.telegram_id, CLOSED, last.id, now)
        posts.tell_others(tx, keyring, CLOSED_BY, last.id, row, admin_id, admin_ids, now, by)
        posts.note(tx, now, journal.CHANGED, admin_id, row)
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
        post = support_posts.post_of_copy(tx, keyring, chat_id, message_id)
        row = None if post is None else support.by_id(tx, post.request_id)
        if post is None or row is None:
            return None
        if row.telegram_id == chat_id and (post.is_staff or chat_id not in admin_ids):
            return Replied(row.id, is_staff=False)
        return Replied(row.id, is_staff=True) if chat_id in admin_ids else None

    return await database.read(work)
