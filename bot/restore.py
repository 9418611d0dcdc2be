"""An older copy takes the place of the store; of what happened since, what must stand stands."""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from pathlib import Path

from bot import backups, upkeep
from bot.config import Config
from bot.owner import Owner
from clinic import restoring
from clinic.restoring import Stands
from storage import afterwards, backup, schema, seals
from storage.crypto import Keyring
from storage.database import connect, empty_log, sqlite_path

STAMP = "%Y%m%dT%H%M%SZ"


class CannotRestore(Exception):
    """The copy is not taken; the store is as it was. The text is one line."""


def restore(
    config: Config, file: Path, now: datetime, say: Callable[[str], None], *, despite_unreadable: bool = False
) -> None:
    """Put a copy in the place of the store, which is kept aside.

    All is done on a work file beside the store; the last step is one rename, so a kill leaves the one or the
    other. Raises CannotRestore, and BadConfig while a bot works with the store.
    """
    store = sqlite_path(config.database_url)
    keyring = upkeep.keyring_of(config.keys)
    _judge(file)
    with Owner(store):
        work = store.with_name(f"{store.name}.restoring")
        _delete(work)
        try:
            backup.copy(file, work, is_checked=False)  # it is checked when it is done
            if schema.revision_of(work) != schema.HEAD:
                say(f"migrating it from revision {schema.revision_of(work)} to {schema.HEAD}")
                schema.upgrade(f"sqlite+aiosqlite:///{work.absolute()}")
            _see_that_it_opens(work, keyring, despite_unreadable)
            stands = _bring_forward(work, store, backups.folder_of(config), now)
            damages = backup.damages_of(work)
            if damages:
                raise CannotRestore(f"the work file is damaged: {damages[0]}")
            aside = store.with_name(f"{store.name}.before-{now.strftime(STAMP)}")
            had = backup.replace(store, work, aside)
        except (OSError, sqlite3.Error, backup.DamagedCopy) as error:
            raise CannotRestore(str(error)) from None
        finally:
            _delete(work)
    for line in _told(stands):
        say(line)
    if had:
        say(f"The store as it was is {aside}: delete it when you need it no more, personal data are in it.")


def _judge(file: Path) -> None:
    """See that a file is a whole store of a version that is known; raises CannotRestore."""
    try:
        damages = backup.damages_of(file)
        if damages:
            raise CannotRestore(f"{file} is damaged: {damages[0]}")
        with backup.reading(file) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except FileNotFoundError:
        raise CannotRestore(f"there is no file {file}") from None
    except (OSError, sqlite3.Error) as error:
        raise CannotRestore(f"{file} is no store of Talon: {error}") from None
    if row is None or row[0] not in schema.revisions():
        raise CannotRestore(
            f"{file} is of a version that this one does not know (revision {row and row[0]}, known up to"
            f" {schema.HEAD}): restore it with the version that made it, or a newer one"
        )


def _see_that_it_opens(work: Path, keyring: Keyring, despite_unreadable: bool) -> None:
    with closing(connect(work, read_only=True)) as connection:
        counts = {seal.name: upkeep.count_unreadable(connection, keyring, seal) for seal in seals.SEALS}
    unreadable = {name: count for name, count in counts.items() if count}
    if unreadable and not despite_unreadable:
        raise CannotRestore(
            f"SECRET_KEY does not open {sum(unreadable.values())} sealed values ({', '.join(unreadable)}):"
            " add the key that this copy was made under, or say --despite-unreadable"
        )


def _bring_forward(work: Path, store: Path, folder: Path, now: datetime) -> Stands:
    """Let stand what must, as far as the store that is replaced and the other copies can be read."""
    erased = set()
    for other in (store, *backups.found_in(folder).values()):
        with suppress(OSError, sqlite3.Error), backup.reading(other) as connection:
            erased |= afterwards.erased(connection)
    with closing(connect(work)) as tx, ExitStack() as stack:
        lost: sqlite3.Connection | None = None
        with suppress(OSError, sqlite3.Error):
            lost = stack.enter_context(backup.reading(store))
            lost.execute("BEGIN")
        try:
            stands = _in_one(tx, lost, erased, now)
        except sqlite3.DatabaseError:  # the lost store is damaged, or of another version
            stands = _in_one(tx, None, erased, now)
        empty_log(tx)
    return stands


def _in_one(
    tx: sqlite3.Connection, lost: sqlite3.Connection | None, erased: set[tuple[str, int]], now: datetime
) -> Stands:
    tx.execute("BEGIN IMMEDIATE")
    try:
        stands = restoring.bring_forward(tx, lost, erased, now)
    except BaseException:
        tx.execute("ROLLBACK")
        raise
    tx.execute("COMMIT")
    return stands


def _told(stands: Stands) -> list[str]:
    lines = [
        f"{stands.erased_again} accounts and patients who were erased since are erased again;"
        f" {stands.taken_back} rights to act for somebody are taken back.",
        f"Messages: {stands.sent} were sent already, {stands.dropped} of the past are dropped."
        f" Presses: {stands.ended} are done.",
    ]
    if stands.changed_visits is None:
        lines.append(
            "The store as it was cannot be read: nobody knows who was erased after the newest backup,"
            " and which visits were booked, moved or cancelled after this one."
        )
    else:
        lines.append(
            f"Visits booked, moved or cancelled after this copy was made: {stands.changed_visits};"
            " they are as they were then."
        )
    return lines


def _delete(work: Path) -> None:
    for path in (work, backup.part_of(work), *work.parent.glob(f"{work.name}-*")):
        path.unlink(missing_ok=True)
