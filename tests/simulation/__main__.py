"""A year by hand: `python -m tests.simulation [SEED]`."""

import logging
import sys
import tempfile
import time
from pathlib import Path

import pytest

from storage import schema
from tests.simulation.year import Plan, simulate, without_pictures


def main(seed: int) -> int:
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        without_pictures(patch)
        store = Path(folder) / "empty.db"
        schema.upgrade(f"sqlite+aiosqlite:///{store}")
        begun = time.process_time()
        outcome = simulate(Plan(seed=seed), store, Path(folder))
    print(f"seed {seed}: {outcome}, {time.process_time() - begun:.1f} s of CPU")
    return len(outcome.faults)


if __name__ == "__main__":
    sys.exit(min(1, main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)))
