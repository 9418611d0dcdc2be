"""The administrators' side of a request to support: answered by a reply to one of its messages."""

from collections.abc import Sequence
from datetime import datetime

from clinic.errors import NotFound
from clinic.support import posts
from clinic.support.posts import ANSWERED, NOTED, NewPost, Replied
from storage import journal, support, support_posts
from storage.database import Database
from storage.states import SupportState
from storage.support import RequestRow
from storage.types import Tx


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
    posts.check(new)
    keyring = database.keyring
    sealed = await posts.sealed(keyring, new)

    def work(tx: Tx) -> RequestRow:
        row = support.by_id(tx, request_id)
        if row is None or admin_id not in admin_ids:
            raise NotFound
        if support_posts.post(tx, keyring, new.id) is not None:
            return row
        posts.write(tx, keyring, row, new, sealed, now, by=by, is_staff=True)
        support.set_state(tx, row.id, SupportState.ANSWERED, now)
        posts.plan(tx, keyring, row.telegram_id, ANSWERED, new.id, now)
        for other in admin_ids:
            if other not in (admin_id, row.telegram_id):
                posts.plan(tx, keyring, other, NOTED, new.id, now)
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
