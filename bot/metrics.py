"""The numbers as Prometheus wants them. Imported only where METRICS_PORT is set."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot.counts import Buckets, Counts
from storage import journal
from storage.gauges import Gauges

VISITS = (journal.BOOKED, journal.MOVED, journal.CANCELLED)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read for one answer."""

    now: datetime
    checks: Mapping[str, bool]
    entries: Counter[tuple[str, str]]
    """journal entries since the start, by action and record"""
    offers: int
    gauges: Gauges | None
    """None while the store cannot be read"""
    store_bytes: int
    log_bytes: int
    newest_backup: datetime | None


class _Fixed(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def text(counts: Counts, seen: Seen) -> bytes:
    """Write the answer to a scrape."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Fixed(list(families(counts, seen))))
    return generate_latest(registry)


def families(counts: Counts, seen: Seen) -> Iterator[Metric]:
    """Make every metric of our own; docs/running.md says what each means."""
    yield _gauge("ready", "Whether a check of /readyz passes.", ("check",), _flags(seen.checks))
    yield _counter("updates", "Updates by what became of them.", ("state",), _single(counts.updates))
    yield from _histograms(
        "press_seconds",
        "From a press coming in to Telegram having its answer.",
        (),
        {(): counts.press_seconds},
    )
    yield _counter("telegram_calls", "Attempts at calls to Telegram.", ("method", "result"), counts.calls)
    yield _counter(
        "telegram_retries", "Attempts after the first of a call.", ("method",), _single(counts.retries)
    )
    yield _counter(
        "messages",
        "Messages of the outbox by what became of them.",
        ("channel", "kind", "result"),
        counts.messages,
    )
    yield from _histograms(
        "message_late_seconds",
        "How long after it was due a message was sent.",
        ("channel",),
        {(channel,): buckets for channel, buckets in counts.late_seconds.items()},
    )
    yield from _histograms(
        "event_loop_lag_seconds",
        "How much later than asked for the event loop came back.",
        (),
        {(): counts.lag_seconds},
    )
    yield _counter("log_lines", "Warnings and errors in the log.", ("level", "logger"), counts.log_lines)
    visits = {(change,): seen.entries[change, journal.VISIT] for change in VISITS}
    yield _counter("visits", "Visits booked, moved, cancelled.", ("change",), visits)
    yield _counter("journal_entries", "Entries of the journal.", ("action", "record"), seen.entries)
    yield _counter("waiting_offers", "Times offered to the waiting list.", (), {(): seen.offers})
    yield _gauge("store_bytes", "Size of the store's file.", (), {(): seen.store_bytes})
    yield _gauge("store_wal_bytes", "Size of its write-ahead log.", (), {(): seen.log_bytes})
    ages = {} if seen.newest_backup is None else {(): _age(seen.now, seen.newest_backup)}
    yield _gauge("backup_age_seconds", "Age of the newest backup; absent where there is none.", (), ages)
    if seen.gauges is not None:
        yield from _of_the_store(seen.gauges, seen.now)


def _of_the_store(gauges: Gauges, now: datetime) -> Iterator[Metric]:
    yield _gauge("inbox_waiting", "Updates that wait or are in hand.", (), {(): gauges.inbox_waiting})
    oldest = 0.0 if gauges.inbox_oldest is None else _age(now, gauges.inbox_oldest)
    yield _gauge("inbox_oldest_seconds", "Age of the oldest of them; 0 for none.", (), {(): oldest})
    due = {(one.channel, one.kind): float(one.count) for one in gauges.due}
    yield _gauge("outbox_due", "Messages that are due and not sent.", ("channel", "kind"), due)
    latest = max((_age(now, one.oldest) for one in gauges.due), default=0.0)
    yield _gauge("outbox_oldest_seconds", "How long the oldest of them is due; 0 for none.", (), {(): latest})
    yield _gauge("holds", "Times kept for a chat.", (), {(): gauges.holds})
    yield _gauge("waiting_entries", "Live entries of the waiting list.", (), {(): gauges.waiting})
    yield _gauge("waiting_open_offers", "Offers that wait for an answer.", (), {(): gauges.open_offers})


Values = Mapping[Any, float]
"""By the values of the labels, a tuple."""


def _gauge(name: str, words: str, labels: tuple[str, ...], values: Values) -> Metric:
    family = GaugeMetricFamily(f"talon_{name}", words, labels=labels)
    for label, value in values.items():
        family.add_metric(label, value)
    return family


def _counter(name: str, words: str, labels: tuple[str, ...], values: Values) -> Metric:
    family = CounterMetricFamily(f"talon_{name}", words, labels=labels)
    for label, value in values.items():
        family.add_metric(label, value)
    return family


def _histograms(
    name: str, words: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], Buckets]
) -> Iterator[Metric]:
    family = HistogramMetricFamily(f"talon_{name}", words, labels=labels)
    for label, buckets in values.items():
        total, rows = 0, []
        for bound, count in zip((*map(str, buckets.bounds), "+Inf"), buckets.counts, strict=True):
            total += count
            rows.append((bound, total))
        family.add_metric(label, rows, buckets.sum)
    yield family


def _single(counter: Counter[str]) -> Values:
    return {(name,): count for name, count in counter.items()}


def _flags(checks: Mapping[str, bool]) -> Values:
    return {(name,): float(passes) for name, passes in checks.items()}


def _age(now: datetime, then: datetime) -> float:
    return max(0.0, (now - then).total_seconds())
