"""What was written in requests to support, on either side: words, sealed files, the messages they became."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.crypto import Keyring
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class PostRow:
    """What one side wrote at once, opened; `by` is an administrator's name, empty in a person's post."""

    id: int
    request_id: int
    ordinal: int
    is_staff: bool
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a post without its bytes."""

    id: int
    post_id: int
    media_type: str
    size: int


def insert_post(tx: Tx, keyring: Keyring, row: PostRow) -> None:
    """Write a post."""
    tx.execute(
        "INSERT INTO support_post (id, request_id, ordinal, is_staff, words, at)"
        " VALUES (:id, :request, :ordinal, :staff, :words, :at)",
        {
            "id": row.id,
            "request": row.request_id,
            "ordinal": row.ordinal,
            "staff": row.is_staff,
            "words": keyring.seal_json({"text": row.text, "by": row.by}, f"support_post:{row.id}"),
            "at": epoch(row.at),
        },
    )


def _post(keyring: Keyring, row: tuple[Any, ...]) -> PostRow:
    number, request_id, ordinal, is_staff, words, at = row
    opened = keyring.unseal_json(words, f"support_post:{number}")
    return PostRow(number, request_id, ordinal, bool(is_staff), opened["text"], opened["by"], instant(at))


def post(tx: Tx, keyring: Keyring, post_id: int) -> PostRow | None:
    """Read a post; whose it is is the caller's to ask."""
    row = tx.execute(
        "SELECT id, request_id, ordinal, is_staff, words, at FROM support_post WHERE id = :id",
        {"id": post_id},
    ).fetchone()
    return row and _post(keyring, row)


def posts(tx: Tx, keyring: Keyring, request_id: int, offset: int, limit: int) -> list[PostRow]:
    """Read what was written in a request, the latest first."""
    rows = tx.execute(
        "SELECT id, request_id, ordinal, is_staff, words, at FROM support_post"
        " WHERE request_id = :request ORDER BY ordinal DESC LIMIT :limit OFFSET :offset",
        {"request": request_id, "limit": limit, "offset": offset},
    ).fetchall()
    return [_post(keyring, row) for row in rows]


def before(tx: Tx, keyring: Keyring, request_id: int, ordinal: int, limit: int) -> list[PostRow]:
    """Read what was written in a request before a post, the latest first."""
    rows = tx.execute(
        "SELECT id, request_id, ordinal, is_staff, words, at FROM support_post"
        " WHERE request_id = :request AND ordinal < :ordinal ORDER BY ordinal DESC LIMIT :limit",
        {"request": request_id, "ordinal": ordinal, "limit": limit},
    ).fetchall()
    return [_post(keyring, row) for row in rows]


def first_unanswered(tx: Tx, keyring: Keyring, request_id: int) -> PostRow | None:
    """Read the first post that no administrator has answered."""
    row = tx.execute(
        "SELECT id, request_id, ordinal, is_staff, words, at FROM support_post"
        " WHERE request_id = :request AND ordinal > COALESCE((SELECT max(ordinal) FROM support_post"
        "  WHERE request_id = :request AND is_staff), 0) ORDER BY ordinal LIMIT 1",
        {"request": request_id},
    ).fetchone()
    return row and _post(keyring, row)


def last_ordinal(tx: Tx, request_id: int) -> int:
    """Tell how many posts a request has had."""
    row = tx.execute(
        "SELECT max(ordinal) FROM support_post WHERE request_id = :request", {"request": request_id}
    ).fetchone()
    return row[0] or 0


def posts_since(tx: Tx, request_id: int, since: datetime) -> int:
    """Count what the person has written in a request since then."""
    row = tx.execute(
        "SELECT count(*) FROM support_post WHERE request_id = :request AND NOT is_staff AND at > :since",
        {"request": request_id, "since": epoch(since)},
    ).fetchone()
    return int(row[0])


def sealed_file(keyring: Keyring, file_id: int, content: bytes) -> bytes:
    """Seal a file, bound to its row; outside the transaction, since it takes long."""
    return keyring.seal(content, f"support_file:{file_id}")


def opened_file(keyring: Keyring, file_id: int, sealed: bytes) -> bytes:
    """Open a file, outside the transaction."""
    return keyring.unseal(sealed, f"support_file:{file_id}")


def insert_file(tx: Tx, row: FileRow, sealed: bytes) -> None:
    """Write a file that was sealed before."""
    tx.execute(
        "INSERT INTO support_file (id, post_id, media_type, size, content)"
        " VALUES (:id, :post, :type, :size, :content)",
        {"id": row.id, "post": row.post_id, "type": row.media_type, "size": row.size, "content": sealed},
    )


def files(tx: Tx, post_id: int) -> list[FileRow]:
    """Read which files a post has, in their order."""
    rows = tx.execute(
        "SELECT id, post_id, media_type, size FROM support_file WHERE post_id = :post ORDER BY id",
        {"post": post_id},
    ).fetchall()
    return [FileRow(*row) for row in rows]


def content(tx: Tx, file_id: int) -> bytes | None:
    """Read a file's bytes as they are sealed."""
    row = tx.execute("SELECT content FROM support_file WHERE id = :id", {"id": file_id}).fetchone()
    return None if row is None else bytes(row[0])


# --- the messages that a post became


def note_copy(tx: Tx, chat_id: int, message_id: int, post_id: int, part: int) -> None:
    """Note by which message a part of a post came into a chat; noted again it changes nothing."""
    tx.execute(
        "INSERT INTO support_copy (chat_id, message_id, post_id, part)"
        " SELECT :chat, :message, :post, :part"
        " WHERE EXISTS (SELECT 1 FROM support_post WHERE id = :post)"  # else it was erased meanwhile
        " ON CONFLICT (chat_id, message_id) DO NOTHING",
        {"chat": chat_id, "message": message_id, "post": post_id, "part": part},
    )


def copied(tx: Tx, post_id: int, chat_id: int) -> dict[int, int]:
    """Read which parts of a post have come into a chat, and by which messages, the last one of each."""
    rows = tx.execute(
        "SELECT part, max(message_id) FROM support_copy WHERE post_id = :post AND chat_id = :chat"
        " GROUP BY part",
        {"post": post_id, "chat": chat_id},
    )
    return dict(rows.fetchall())


def post_of_copy(tx: Tx, keyring: Keyring, chat_id: int, message_id: int) -> PostRow | None:
    """Find what a message in a chat is a copy of."""
    row = tx.execute(
        "SELECT p.id, p.request_id, p.ordinal, p.is_staff, p.words, p.at FROM support_copy AS c"
        " JOIN support_post AS p ON p.id = c.post_id"
        " WHERE c.chat_id = :chat AND c.message_id = :message",
        {"chat": chat_id, "message": message_id},
    ).fetchone()
    return row and _post(keyring, row)


def copies_of_chat(tx: Tx, telegram_id: int) -> list[tuple[int, int]]:
    """Read by which messages, into whichever chats, the requests of a chat came: chat and message."""
    rows = tx.execute(
        "SELECT c.chat_id, c.message_id FROM support_request AS r"
        " JOIN support_post AS p ON p.request_id = r.id JOIN support_copy AS c ON c.post_id = p.id"
        " WHERE r.telegram_id = :chat ORDER BY r.created_at DESC, p.ordinal DESC",
        {"chat": telegram_id},
    )
    return [(row[0], row[1]) for row in rows.fetchall()]
