"""A running bot is asked how it is, before, while and after it serves, and tells nothing about anybody."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from bot import status
from bot.config import BadConfig
from sandbox.server import Sandbox
from storage import schema
from storage.database import connect
from tests.e2e.asking import ask, free_port
from tests.e2e.canaries import found
from tests.e2e.conftest import Stand, serving
from tests.e2e.steps import book_nearest

LABELS = {
    "check", "state", "method", "result", "channel", "kind", "le", "change", "action", "record", "level",
    "logger",
}  # fmt: skip
"""Of each there are as many values as the code names."""


@pytest.fixture
async def watched(box: Sandbox, empty_store: Path, tmp_path: Path) -> AsyncIterator[Stand]:
    async with serving(box, empty_store, tmp_path, metrics_port=free_port(), admin_ids=(1004,)) as stand:
        yield stand


def samples(text: str) -> dict[str, float]:
    """Read an answer as Prometheus does: name with labels to value."""
    return {
        "".join([one.name, *(f" {label}={value}" for label, value in sorted(one.labels.items()))]): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


async def test_a_booking_is_seen_in_the_numbers_and_nobody_is(watched: Stand) -> None:
    anna = watched.box.person("Анна")
    before = samples((await ask(watched, "/metrics"))[1])
    assert before["talon_visits_total change=booked"] == 0
    await book_nearest(anna)
    await asyncio.sleep(0.3)
    code, text = await ask(watched, "/metrics")
    assert code == 200
    seen = samples(text)
    assert seen["talon_visits_total change=booked"] == 1
    assert seen["talon_visits_total change=cancelled"] == 0
    assert seen["talon_journal_entries_total action=created record=patient"] == 1
    assert seen["talon_updates_total state=taken"] == seen["talon_updates_total state=done"] > 8
    assert seen["talon_press_seconds_count"] >= 6
    assert 0 < seen["talon_press_seconds_sum"] < 60
    assert seen["talon_telegram_calls_total method=answerCallbackQuery result=ok"] >= 6
    assert seen["talon_messages_total channel=chat kind=ticket result=sent"] == 1
    assert seen["talon_message_late_seconds_count channel=chat"] >= 1
    assert seen["talon_inbox_waiting"] == seen["talon_inbox_oldest_seconds"] == 0
    assert seen["talon_store_bytes"] > 100_000
    assert seen["talon_ready check=telegram"] == 1
    assert seen["process_resident_memory_bytes"] > 1e7
    again = samples((await ask(watched, "/metrics"))[1])
    assert again["talon_visits_total change=booked"] == 1, "a second look counts nothing twice"
    assert found("metrics", text) == set()
    assert all(name not in text for name in ("Смирнова", "Анна", "1986"))
    assert {
        label
        for family in text_string_to_metric_families(text)
        for one in family.samples
        for label in one.labels
    } == LABELS


async def test_it_is_ready_while_it_serves_and_says_what_is_missing(
    watched: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await ask(watched, "/healthz") == (200, '{"alive": true}')
    code, text = await ask(watched, "/readyz")
    assert (code, json.loads(text)) == (200, {"ready": True, "failing": []})
    monkeypatch.setattr(status, "OUTBOX_SECONDS", -1.0)
    monkeypatch.setattr(schema, "HEAD", "9999")
    code, text = await ask(watched, "/readyz")
    assert (code, json.loads(text)) == (503, {"ready": False, "failing": ["schema", "outbox"]})


async def test_a_locked_store_is_told_and_does_not_hide_the_numbers(
    watched: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "ANSWER_SECONDS", 0.3)
    other = connect(watched.store)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert (await ask(watched, "/healthz"))[0] == 503
        code, text = await ask(watched, "/readyz")
        assert (code, json.loads(text)["failing"]) == (503, ["writer"])
        code, text = await ask(watched, "/metrics")
        assert code == 200
        assert samples(text)["talon_ready check=writer"] == 0
    finally:
        other.execute("ROLLBACK")
        other.close()
    await asyncio.sleep(0.5)
    assert (await ask(watched, "/healthz"))[0] == 200


async def test_nothing_but_three_paths_is_served_and_only_to_be_read(watched: Stand) -> None:
    for path in ("/", "/metrics/", "/telegram", "/healthz/x"):
        assert (await ask(watched, path))[0] == 404
    address = f"http://127.0.0.1:{watched.config.metrics_port}/metrics"
    async with ClientSession() as client, client.post(address) as response:
        assert response.status == 405


async def test_a_port_that_is_taken_is_said_in_one_line(watched: Stand) -> None:
    taken = watched.config.metrics_port
    await watched.stop()
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", taken))
        one.listen()
        with pytest.raises(BadConfig, match="METRICS_PORT cannot be listened on"):
            await watched._new_app().run(asyncio.Event())
    await watched.restart_after_stop()


@pytest.fixture
def root_handlers() -> Iterator[list[logging.Handler]]:
    handlers = list(logging.getLogger().handlers)
    yield handlers
    assert logging.getLogger().handlers == handlers


async def test_without_the_setting_nothing_listens(
    root_handlers: list[logging.Handler], stand: Stand
) -> None:
    assert stand.config.metrics_port is None
    assert logging.getLogger().handlers == root_handlers  # another bot of this process may be listening
