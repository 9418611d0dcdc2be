"""What the outbox asks about requests to support, and tells."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from clinic import rules
from clinic.errors import NotFound
from clinic.support import posts
from clinic.support.posts import ANSWERED, UNDELIVERED, Delivery
from storage import support, support_posts
from storage.database import Database
from storage.states import SupportState
from storage.types import Tx


async def delivery(database: Database, post_id: int, chat_id: int) -> Delivery | None:
    """Read what a message is to say; None where the request was deleted meanwhile."""
    keyring = database.keyring

    def work(tx: Tx) -> Delivery | None:
        post = support_posts.post(tx, keyring, post_id)
        row = None if post is None else support.by_id(tx, post.request_id)
        if post is None or row is None:
            return None
        return Delivery(
            row,
            post,
            tuple(support_posts.files(tx, post_id)),
            post.ordinal == 1,
            post.ordinal == support_posts.last_ordinal(tx, row.id),
            support_posts.copied(tx, post_id, chat_id),
        )

    return await database.read(work)


async def content(database: Database, file_id: int) -> bytes:
    """Read a file's bytes; whose it is is the caller's to ask. Raises NotFound where it was deleted."""
    sealed = await database.read(lambda tx: support_posts.content(tx, file_id))
    if sealed is None:
        raise NotFound
    return await asyncio.to_thread(support_posts.opened_file, database.keyring, file_id, sealed)


async def undelivered(database: Database, post_id: int, admin_ids: Sequence[int], now: datetime) -> None:
    """Tell the administrators that an answer has not come: the person has blocked the bot."""
    keyring = database.keyring

    def work(tx: Tx) -> None:
        for admin_id in admin_ids:
            posts.plan(tx, keyring, admin_id, UNDELIVERED, post_id, now)

    await database.write(work)


async def come_back(database: Database, telegram_id: int, now: datetime) -> None:
    """Send what could not be sent while a person had blocked the bot: the last answer of each request."""
    keyring = database.keyring

    def work(tx: Tx) -> None:
        for row in support.of_chat(tx, telegram_id, 0, rules.REQUESTS_A_DAY):
            (last,) = support_posts.posts(tx, keyring, row.id, 0, 1)
            is_answered = last.is_staff and row.state is SupportState.ANSWERED
            if is_answered and 0 not in support_posts.copied(tx, last.id, telegram_id):
                posts.plan(tx, keyring, telegram_id, ANSWERED, last.id, now)

    await database.write(work)


async def came(database: Database, chat_id: int, message_id: int, post_id: int, part: int) -> None:
    """Note by which message a part of a post has come."""
    await database.write(lambda tx: support_posts.note_copy(tx, chat_id, message_id, post_id, part))
