"""`python bot.py backup` and `restore`: what they say and what they end with."""

import sqlite3
import sys
import time
from pathlib import Path

from bot import backups
from bot.config import BadConfig, Config
from bot.restore import CannotRestore
from bot.restore import restore as put_back
from clinic.clock import SystemClock
from storage import backup
from storage.database import sqlite_path


def make_backup(config: Config, target: Path | None) -> int:
    """Copy the store to a file, by default a new one of the folder; 1 where that failed."""
    store = sqlite_path(config.database_url)
    if not store.exists():
        raise BadConfig(f"DATABASE_URL: there is no store at {store}")
    begun = time.monotonic()
    try:
        if target is None:
            target, size = backups.make(store, backups.folder_of(config), SystemClock().now())
        else:
            size = backup.copy(store, target)
    except (OSError, sqlite3.Error, backup.DamagedCopy) as error:
        print(f"talon: there is no backup: {error}", file=sys.stderr)
        return 1
    print(f"{target}: {size / 1e6:.1f} MB, whole, made in {time.monotonic() - begun:.1f} s.")
    print("SECRET_KEY is not in it: without the key nothing personal in it can be read.")
    return 0


def restore(config: Config, file: Path, despite_unreadable: bool) -> int:
    """Put a copy in the place of the store; 1 where it is not taken."""
    try:
        put_back(config, file, SystemClock().now(), print, despite_unreadable=despite_unreadable)
    except CannotRestore as error:
        print(f"talon: nothing is restored: {error}", file=sys.stderr)
        return 1
    print(f"The store is that of {file} now. Start the bot.")
    return 0
