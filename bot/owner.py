"""One process works with a store: it remembers dialog state, which another one's writes would make stale."""

import fcntl
import os
from pathlib import Path

from bot.config import BadConfig


class Owner:
    """A lock that lives as long as the process, also when that is killed."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(store.name + ".lock")
        self._file: int | None = None

    def __enter__(self) -> "Owner":
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise BadConfig(
                f"DATABASE_URL: {self._path.parent} cannot be written to ({error.strerror})"
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise BadConfig("another process works with this store already (DATABASE_URL)") from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)
