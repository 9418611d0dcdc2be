"""kill -9 again and again while reminders go out: everybody gets theirs, at most those on the line twice."""

import asyncio
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.reminders import _plan_for_many, _plan_one
from bench.running import ROOT, make_store
from bench.telegram import FakeTelegram
from clinic.clock import SystemClock
from reminders.outbox import AT_ONCE, LEASE

pytestmark = pytest.mark.slow
FIRST, DUE = 1_000_000, 160


def let_leases_end(store: Path) -> None:
    """Do what two minutes do."""
    with sqlite3.connect(store) as connection:
        connection.execute(
            "UPDATE notification SET leased_until = leased_until - ? WHERE state = 1 AND attempts > 0",
            (int(LEASE.total_seconds()),),
        )
    connection.close()


@pytest.mark.timeout(240)
async def test_kills_while_reminders_go_out_lose_none(tmp_path: Path) -> None:
    store = tmp_path / "talon.db"
    await make_store(store, people=1)
    row = await _plan_one(store)
    _plan_for_many(store, row, DUE, SystemClock().now())
    telegram = FakeTelegram()
    telegram.is_recording = False
    came: Counter[int] = Counter()

    def hear(method: str, params: dict[str, Any]) -> None:
        if method == "sendMessage" and int(params["chat_id"]) >= FIRST:
            came[int(params["chat_id"])] += 1

    telegram.on_answer = hear
    url = await telegram.start()
    randomly = random.Random(20261125)
    kills = 0
    end = time.monotonic() + 200
    while len(came) < DUE:
        assert time.monotonic() < end, f"{len(came)} of {DUE} came"
        process = subprocess.Popen([sys.executable, "-m", "bench.bots", "talon", url, str(store)], cwd=ROOT)
        before, until = len(came), randomly.randint(10, 40)
        while len(came) < min(DUE, before + until) and time.monotonic() < end:
            await asyncio.sleep(0.01)
        await asyncio.sleep(randomly.uniform(0, 0.05))
        process.kill()
        await asyncio.to_thread(process.wait)
        kills += 1
        let_leases_end(store)
    await telegram.close()
    assert set(came) == set(range(FIRST, FIRST + DUE))
    assert kills >= 4
    assert max(came.values()) <= 1 + kills
    assert sum(came.values()) - DUE <= kills * AT_ONCE
    with sqlite3.connect(store) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
