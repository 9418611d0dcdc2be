"""Metrics: every query of the board and every row of the page names one that is there, and the reverse."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import SendMessage

from bot import counts, metrics
from bot.counts import Buckets, Counts, Line
from storage.gauges import Due, Gauges
from tests.world import NOW

DOCS = Path(__file__).parents[2] / "docs"
METHOD = SendMessage(chat_id=1, text="")
PROCESS = {"process_resident_memory_bytes", "process_cpu_seconds_total"}
OURS = r"\b(?:talon|process)_[a-z_]+"
SEEN = metrics.Seen(
    now=NOW,
    checks={"store": True},
    entries=Counter({("booked", "visit"): 2}),
    offers=1,
    gauges=Gauges(1, NOW, (Due("chat", "ticket", 3, NOW),), 1, 1, 1),
    store_bytes=1,
    log_bytes=1,
    newest_backup=NOW,
)


def filled() -> Counts:
    filled = Counts()
    filled.updates["taken"] += 1
    filled.press_came("1")
    filled.press_answered("1")
    filled.called("sendMessage")
    filled.retries["sendMessage"] += 1
    filled.message("chat", "ticket", "sent", 2.0)
    filled.log_lines["ERROR", "bot.intake"] += 1
    return filled


def exported() -> dict[str, list[str]]:
    """Every sample's name, with the names of its labels."""
    found: dict[str, list[str]] = {}
    for line in metrics.text(filled(), SEEN).decode().splitlines():
        if not line.startswith("#"):
            name, labels = re.match(r"(\w+)(?:\{(.*?)\})? ", line).groups()
            found[name] = re.findall(r"(\w+)=", labels or "")
    return found


def queries() -> Iterator[str]:
    board = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"]
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["query"]["query"]


def named(query: str) -> set[str]:
    return set(re.findall(OURS, query))


def alerts() -> list[str]:
    return re.findall(r'expr: "(.+?)"', (DOCS / "alerts.yml").read_text(encoding="utf-8"))


def test_every_alert_names_a_metric_that_is_there() -> None:
    assert len(alerts()) == 8
    there = exported()
    assert {name for alert in alerts() for name in named(alert)} <= there.keys()


def test_what_an_alert_asks_the_growth_of_is_there_before_it_happens_first() -> None:
    counts = Counts()
    counts.message("chat", "ticket", "sent")
    text = metrics.text(counts, SEEN).decode()
    asked = [one for alert in alerts() for one in re.findall(r"increase\((\w+)\{(.+?)\}", alert)]
    assert len(asked) == 3
    for name, labels in asked:
        wanted = [label.strip().replace("'", '"') for label in labels.split(",")]
        lines = [line for line in text.splitlines() if line.startswith(f"{name}{{")]
        assert any(line.endswith(" 0.0") and all(one in line for one in wanted) for line in lines), name


def test_every_query_of_the_board_names_a_metric_that_is_there_and_its_labels() -> None:
    there = exported()
    assert len(list(queries())) > 20
    for query in queries():
        assert named(query), query
        assert named(query) <= there.keys(), query
        labels = {label for name in named(query) for label in there[name]} | {"instance"}
        for part in re.findall(r"by \(([^)]*)\)", query):
            assert set(re.split(r",\s*", part)) <= labels, query
        for part in re.findall(r"\{([^}]*)\}", query):
            assert set(re.findall(r"(\w+)!?=~?\"", part)) <= labels, query


def test_a_query_for_a_metric_that_is_not_there_would_be_seen() -> None:
    assert not named("rate(talon_presses_total[5m])") <= exported().keys()


def test_the_board_shows_every_metric_of_ours() -> None:
    shown = {re.sub("_(bucket|sum|count)$", "", name) for query in queries() for name in named(query)}
    ours = {re.sub("_(bucket|sum|count)$", "", name) for name in exported() if name.startswith("talon_")}
    assert ours - shown == set()


def test_the_board_asks_for_its_data_source() -> None:
    board = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))
    first = board["templating"]["list"][0]
    assert (first["type"], first["query"]) == ("datasource", "prometheus")
    sources = {json.dumps(panel["datasource"]) for panel in board["panels"] if panel["type"] != "row"}
    assert sources == {json.dumps({"type": "prometheus", "uid": "${datasource}"})}
    numbers = [panel["id"] for panel in board["panels"]]
    assert len(set(numbers)) == len(numbers)


def test_the_page_explains_every_metric_and_no_other() -> None:
    page = (DOCS / "running.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(talon_[a-z_]+)", page, re.MULTILINE))
    ours = {re.sub("_(bucket|sum|count)$", "", name) for name in exported() if name.startswith("talon_")}
    assert explained == ours
    assert named(page) <= ours | exported().keys()


def test_without_a_store_the_other_numbers_are_still_told() -> None:
    import dataclasses

    text = metrics.text(filled(), dataclasses.replace(SEEN, gauges=None, newest_backup=None)).decode()
    assert "\ntalon_updates_total{" in text
    assert "talon_holds" not in text
    assert "\ntalon_backup_age_seconds " not in text


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (None, "ok"),
        (TelegramRetryAfter(METHOD, "x", 3), "too_many"),
        (TelegramForbiddenError(METHOD, "x"), "forbidden"),
        (TelegramNetworkError(METHOD, "x"), "network"),
        (TelegramServerError(METHOD, "x"), "server"),
        (TelegramEntityTooLarge(METHOD, "x"), "refused"),
        (TelegramBadRequest(METHOD, "x"), "refused"),
    ],
)
def test_calls_are_told_apart_by_how_they_ended(error: Exception | None, result: str) -> None:
    one = Counts()
    one.called("sendMessage", error)
    assert one.calls == {("sendMessage", result): 1}


def test_a_line_is_down_after_a_minute_of_failures_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    at = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: at)
    line = Line()
    assert not line.is_down
    line.note(is_good=False)
    at += counts.DOWN_AFTER
    line.note(is_good=False)
    assert not line.is_down
    at += 1
    assert line.is_down
    line.note(is_good=True)
    assert not line.is_down


def test_another_poller_takes_the_updates_away_although_telegram_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: at)
    one = Counts()
    one.called("getUpdates", TelegramConflictError(METHOD, "x"))
    at += counts.DOWN_AFTER + 1
    one.called("sendMessage")
    assert one.polling.is_down
    assert not one.telegram.is_down


def test_values_fall_into_the_bucket_of_the_next_bound() -> None:
    buckets = Buckets((1.0, 5.0))
    for value in (0.5, 1.0, 1.1, 7.0):
        buckets.note(value)
    assert (buckets.counts, buckets.sum) == ([2, 1, 1], 9.6)


def test_presses_that_are_never_answered_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "PRESSES_WATCHED", 3)
    one = Counts()
    for number in range(10):
        one.press_came(str(number))
    one.press_came(None)
    one.press_answered("0")
    one.press_answered("9")
    assert sum(one.press_seconds.counts) == 1
    assert len(one._presses) == 2
