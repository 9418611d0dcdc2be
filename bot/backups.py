"""Copies of the store in a folder: made by command and each night, thinned out as they grow old."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import upkeep
from bot.config import Config
from clinic import restoring
from clinic.clock import MOSCOW, Clock
from storage import afterwards, backup, schema, seals
from storage.database import sqlite_path

logger = logging.getLogger(__name__)

NAME = "talon-%Y%m%dT%H%M%SZ.db"
"""Of a copy in the folder: the UTC instant at which it was begun."""
STALE = timedelta(days=2)
"""Older than this, the newest copy says that the nightly ones are not made."""
AGAIN = timedelta(hours=1)
"""How long after a failure the next copy is tried."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many copies are kept: the last one of so many days, weeks and months of Moscow's calendar."""

    daily: int
    weekly: int
    monthly: int

    def of(self, instants: Iterable[datetime]) -> set[datetime]:
        """Choose which copies stay. Periods without a copy do not count, and the latest copy always stays."""
        latest_first = sorted(instants, reverse=True)
        periods: tuple[tuple[int, Callable[[datetime], Any]], ...] = (
            (max(self.daily, 1), lambda at: at.date()),
            (self.weekly, lambda at: at.isocalendar()[:2]),
            (self.monthly, lambda at: (at.year, at.month)),
        )
        stay: set[datetime] = set()
        for count, period in periods:
            last_of: dict[Any, datetime] = {}
            for at in latest_first:
                last_of.setdefault(period(at.astimezone(MOSCOW)), at)
            stay.update(list(last_of.values())[:count])
        return stay


def folder_of(config: Config) -> Path:
    """Return where copies are kept: BACKUP_DIR, or `backups` beside the store."""
    if config.backup_dir:
        return Path(config.backup_dir)
    return sqlite_path(config.database_url).parent / "backups"


def kept_of(config: Config) -> Kept:
    """Return how many copies are kept."""
    return Kept(config.backup_daily, config.backup_weekly, config.backup_monthly)


def found_in(folder: Path) -> dict[datetime, Path]:
    """Find the copies in the folder, the latest first; other files are nobody's business."""
    found = {}
    for path in folder.glob("talon-*.db"):
        try:
            found[datetime.strptime(path.name, NAME).replace(tzinfo=UTC)] = path
        except ValueError:
            continue
    return dict(sorted(found.items(), reverse=True))


def make(
    store: Path, folder: Path, now: datetime, is_stopped: Callable[[], bool] = lambda: False
) -> tuple[Path, int]:
    """Copy the store into the folder, which is made where it is missing; returns the copy and its size."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / now.strftime(NAME)
    return target, backup.copy(store, target, is_stopped)


def thin_out(folder: Path, kept: Kept, now: datetime) -> int:
    """Delete the copies that are no longer kept, and what a kill left of one; returns how many went."""
    copies = found_in(folder)
    stay = kept.of(copies)
    gone = [path for at, path in copies.items() if at not in stay]
    yesterday = backup.part_of(folder / (now - timedelta(days=1)).strftime(NAME))
    parts = [path for path in folder.glob(".talon-*.db.part") if path.name < yesterday.name]
    for path in gone + parts:
        path.unlink(missing_ok=True)
    return len(gone)


def forget_erased(store: Path, folder: Path, now: datetime) -> int:
    """Erase from older copies whoever was erased from the store since; returns how many copies that touched.

    Copies of older versions have other tables: they stay as they are until they are thinned out.
    """
    with backup.reading(store) as connection:
        erased = afterwards.erased(connection)
    touched = 0
    for path in found_in(folder).values() if erased else ():
        if schema.revision_of(path) == schema.HEAD:
            with backup.changing(path) as connection:
                touched += restoring.erase_again(connection, erased, now) > 0
    return touched


class Nightly:
    """Makes a copy once a day, at an hour of Moscow or as soon after it as the bot runs."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._store = sqlite_path(config.database_url)
        self._folder = folder_of(config)
        self._hour = config.backup_hour
        self._kept = kept_of(config)
        self._clock = clock
        self._not_before = datetime.min.replace(tzinfo=UTC)
        self._stopped = threading.Event()

    async def tick(self) -> None:
        """Make the copy of the day where it is due and missing. A failure is one line in the log."""
        now = self._clock.now()
        if self._hour < 0 or now < self._not_before:
            return
        self._not_before = now + AGAIN
        try:
            if await asyncio.to_thread(self._work, now):
                logger.info("the nightly backup is made")
        except (OSError, sqlite3.Error, backup.DamagedCopy) as error:
            if not self._stopped.is_set():
                logger.error("the nightly backup failed, older ones are kept: %s", error)
        else:
            self._not_before = self._next_due(now)

    def stop(self) -> None:
        """Break off the copy in hand: its file is deleted."""
        self._stopped.set()

    def _work(self, now: datetime) -> bool:
        latest = next(iter(found_in(self._folder)), None)
        if latest is not None and latest >= self._next_due(now) - timedelta(days=1):
            return False
        make(self._store, self._folder, now, self._stopped.is_set)
        thin_out(self._folder, self._kept, now)
        forget_erased(self._store, self._folder, now)
        return True

    def _next_due(self, now: datetime) -> datetime:
        local = now.astimezone(MOSCOW)
        due = local.replace(hour=self._hour, minute=0, second=0, microsecond=0)
        return (due if due > local else due + timedelta(days=1)).astimezone(UTC)


def told_of(config: Config, now: datetime) -> tuple[list[str], list[str]]:
    """Say of the copies what is wrong, and what is good to know."""
    store, folder = sqlite_path(config.database_url), folder_of(config)
    left = [*store.parent.glob(f"{store.name}.before-*"), *store.parent.glob(f"{store.name}.restoring")]
    notes = [f"{path} is left of a restore, with personal data in it: delete it." for path in left]
    at, path = next(iter(found_in(folder).items()), (None, None))
    if at is None or path is None:
        since = _first_entry(store)
        line = f"there is no backup in {folder}: python bot.py backup"
        is_fault = config.backup_hour >= 0 and since is not None and since < now - STALE
        return ([line], notes) if is_fault else ([], [line, *notes])
    faults = [f"the newest backup is damaged: {path}: {line}" for line in backup.damages_of(path)]
    if not faults and schema.revision_of(path) == schema.HEAD:  # an older one has other columns
        with backup.reading(path) as connection:
            keyring = upkeep.keyring_of(config.keys)
            closed = sum(upkeep.count_unreadable(connection, keyring, seal) for seal in seals.SEALS)
        if closed:
            faults.append(
                f"the newest backup has {closed} values that SECRET_KEY does not open: python bot.py backup"
            )
    if config.backup_hour >= 0 and at < now - STALE:
        faults.append(f"the newest backup is {_age(now - at)} old: the log says why there is no newer one")
    return faults, [f"The newest backup is {path}, {_age(now - at)} old.", *notes]


def _first_entry(store: Path) -> datetime | None:
    try:
        with backup.reading(store) as connection:
            (at,) = connection.execute("SELECT at FROM journal ORDER BY id LIMIT 1").fetchone() or (None,)
    except sqlite3.DatabaseError:
        return None
    return None if at is None else datetime.fromtimestamp(at, UTC)


def _age(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
