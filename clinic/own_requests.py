"""What somebody wrote to support and was answered, for the export of all that is known of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from clinic.support import Thread
from storage import support, support_posts
from storage.crypto import Keyring
from storage.database import Database
from storage.support_posts import FileRow, PostRow
from storage.types import Tx

_MOST = 1_000_000
_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "application/pdf": ".pdf"}


def of_chat(tx: Tx, keyring: Keyring, telegram_id: int) -> tuple[Thread, ...]:
    """Read all requests of a chat with all that was written, the earliest first."""
    threads = []
    for row in reversed(support.of_chat(tx, telegram_id, 0, _MOST)):
        posts = reversed(support_posts.posts(tx, keyring, row.id, 0, _MOST))
        threads.append(
            Thread(
                row, tuple((post, tuple(support_posts.files(tx, post.id))) for post in posts), has_next=False
            )
        )
    return tuple(threads)


async def files(
    database: Database, telegram_id: int, threads: Sequence[Thread]
) -> AsyncIterator[tuple[str, bytes]]:
    """Read the files one after the other, with their names in the archive; one that is gone is left out."""
    for thread in threads:
        for post, rows in thread.posts:
            for number, row in enumerate(rows, 1):
                sealed = await database.read(lambda tx, row=row: support_posts.content(tx, row.id))  # type: ignore[misc]
                if sealed is not None and thread.request.telegram_id == telegram_id:
                    content = await asyncio.to_thread(
                        support_posts.opened_file, database.keyring, row.id, sealed
                    )
                    yield file_name(thread, post, row, number), content


def file_name(thread: Thread, post: PostRow, row: FileRow, number: int) -> str:
    """Name a file in the archive."""
    suffix = _SUFFIXES.get(row.media_type, "")
    return f"support/{thread.request.number}-{post.ordinal:03}-{number}{suffix}"


def as_json(threads: Sequence[Thread]) -> list[dict[str, Any]]:
    """Write the requests as plain values; instants in UTC by ISO 8601."""
    return [
        {
            "number": thread.request.number,
            "kind": thread.request.kind,
            "state": thread.request.state.name.lower(),
            "mistake": thread.request.mistake,
            "created_at": thread.request.created_at.isoformat(),
            "posts": [
                {
                    "at": post.at.isoformat(),
                    "from": "support" if post.is_staff else "you",
                    "text": post.text,
                    "files": [file_name(thread, post, row, number) for number, row in enumerate(rows, 1)],
                }
                for post, rows in thread.posts
            ],
        }
        for thread in threads
    ]
