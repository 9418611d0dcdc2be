"""A time that gets free in front of a long waiting list: how much work until the first has it.

All of the list waits for one specialty in one region: nothing but its order and the wishes narrows it down.
A round cancels a time, which ends with an offer; then all is put back by hand. By hand is the least that any
list has to do: find the first by its order, write the offer, turn the time.
"""

import sqlite3
import statistics
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.table import Line, noted, within
from clinic.waiting import offering
from clinic.waiting.asked import asked_of
from clinic.wishes import Window, Wish, to_json
from storage import schema, times
from storage.crypto import Keyring
from storage.database import connect
from storage.states import SlotStatus
from storage.types import epoch

PEOPLE = 100_000
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOST = 50.0
"""Milliseconds."""
TIMES = 30
NEVER = Wish((Window(weekdays=frozenset({6})),))
"""Sundays: nobody works then."""


def fill(path: Path, people: int, keyring: Keyring) -> None:
    """Make a store with one doctor, one free time a day, and people who wait, all of them for Sundays."""
    import orjson

    schema.upgrade(f"sqlite:///{path}")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.execute("INSERT INTO region VALUES ('RU-MOW', 'Москва', 'Moscow', 'Europe/Moscow', 0, 0)")
    rows: tuple[tuple[str, dict[str, object]], ...] = (
        ("specialty", {"id": 1, "slot_minutes": 15}),
        ("facility", {"id": 1, "region_code": "RU-MOW", "timezone": "Europe/Moscow"}),
        ("doctor", {"id": 1}),
        ("schedule", {"id": 1, "doctor_id": 1, "facility_id": 1, "specialty_id": 1, "region_code": "RU-MOW"}),
    )
    for table, values in rows:
        _insert(connection, table, values)
    days = [NOW + timedelta(days=number) for number in range(3, 60)]
    for number, day in enumerate([day for day in days if day.weekday() != 6][:TIMES], 1):
        connection.execute(
            "INSERT INTO slot (id, schedule_id, starts_at, minutes, status) VALUES (?, 1, ?, 15, 2)",
            (number, epoch(day)),
        )
    asked, wish = asked_of(NEVER), orjson.dumps(to_json(NEVER)).decode()
    ends_at = epoch(NOW + timedelta(days=300))
    person = {"surname": "Смирнова", "given_name": "Анна", "patronymic": "Петровна", "born_on": "1986-04-15"}
    for number in range(1, people + 1):
        sealed = keyring.seal_json(person, f"patient:{number}")
        rows = (
            ("account", {"id": number, "telegram_id": number, "language": "ru", "phone_confirmed_at": 1}),
            ("patient", {"id": number, "person": sealed}),
            ("care", {"account_id": number, "patient_id": number, "relation": "self", "basis": "self"}),
            (
                "waiting",
                {
                    "id": number,
                    "turn": number,
                    "precedence": 1,
                    "account_id": number,
                    "patient_id": number,
                    "specialty_id": 1,
                    "region_code": "RU-MOW",
                    "reason": "no_times",
                    "mode": "offer",
                    "wish": wish,
                    "ends_at": ends_at,
                    **asdict(asked),
                },
            ),
        )
        for table, values in rows:
            _insert(connection, table, values)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def _insert(connection: sqlite3.Connection, table: str, values: dict[str, object]) -> None:
    """Write a row; columns that must not be empty and are not named get nothing in particular."""
    columns = _columns(connection, table)
    row = {
        name: values.get(name, {"V": "", "B": 0 if kind[:2] == "BI" else b""}.get(kind[:1], 0))
        for _, name, kind, needed, _, _ in columns
        if needed or name in values
    }
    names = ", ".join(row)
    connection.execute(
        f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values())
    )


_COLUMNS: dict[str, list[tuple]] = {}


def _columns(connection: sqlite3.Connection, table: str) -> list[tuple]:
    if table not in _COLUMNS:
        _COLUMNS[table] = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return _COLUMNS[table]


class List:
    """A store with a long list, on a connection of its own, as the store's writer has one."""

    def __init__(self, path: Path, people: int) -> None:
        self.keyring = Keyring("nothing personal")
        fill(path, people, self.keyring)
        self.people = people
        self.connection = connect(path)

    def let_wish(self, number: int, wish: Wish) -> None:
        """Give one entry another wish."""
        import orjson

        asked = asked_of(wish)
        self.connection.execute(
            "UPDATE waiting SET wish = ?, parts = ?, since = ?, until = ? WHERE turn = ?",
            (orjson.dumps(to_json(wish)).decode(), asked.parts, asked.since, asked.until, number),
        )

    def free(self, slot_id: int) -> float:
        """Cancel what is at a time, as a transaction of the bot does; returns the milliseconds."""
        begun = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        times.take(self.connection, slot_id, SlotStatus.FREE, from_status=SlotStatus.BUSY)
        offering.settle(self.connection, self.keyring, NOW)
        took = (time.perf_counter() - begun) * 1000
        self.connection.execute("COMMIT")
        return took

    def offered_to(self, slot_id: int) -> int | None:
        row = self.connection.execute(
            "SELECT waiting_id FROM waiting_offer WHERE slot_id = ? AND state = 0", (slot_id,)
        ).fetchone()
        return None if row is None else row[0]

    def by_hand(self, slot_id: int) -> float:
        """Find the first, write the offer, turn the time: statements alone, no rules, no message."""
        begun = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        (first,) = self.connection.execute(
            "SELECT id FROM waiting WHERE specialty_id = 1 AND region_code = 'RU-MOW' AND state < 2"
            " ORDER BY precedence, turn LIMIT 1"
        ).fetchone()
        self.connection.execute(
            "INSERT INTO waiting_offer (id, waiting_id, slot_id, offered_at, until, state)"
            " VALUES (?, ?, ?, 0, 0, 0)",
            (slot_id, first, slot_id),
        )
        self.connection.execute("UPDATE slot SET status = 1 WHERE id = ?", (slot_id,))
        took = (time.perf_counter() - begun) * 1000
        self.connection.execute("ROLLBACK")
        return took

    def put_back(self) -> None:
        """Let all be as at the start."""
        for statement in (
            "DELETE FROM waiting_offer",
            "DELETE FROM notification",
            "DELETE FROM freed_time",
            "UPDATE slot SET status = 2",
            "UPDATE waiting SET state = 0 WHERE state <> 0",
        ):
            self.connection.execute(statement)


def measure(folder: Path, rounds: int, people: int = PEOPLE) -> list[Line]:
    """Measure with the taker at the head of the list, at its end, and with none."""
    found: dict[str, list[float]] = {"first": [], "last": [], "nobody": [], "by hand": []}
    waiting = List(folder / "waiting.db", people)
    for number in range(rounds):
        slot = number % TIMES + 1
        for who, name in ((1, "first"), (people, "last"), (None, "nobody")):
            if who is not None:
                waiting.let_wish(who, Wish())
            found[name].append(waiting.free(slot))
            if waiting.offered_to(slot) != who:
                raise RuntimeError("the time went to somebody else")
            waiting.put_back()
            if who is not None:
                waiting.let_wish(who, NEVER)
        found["by hand"].append(waiting.by_hand(slot))
    waiting.connection.close()
    middle = {name: statistics.median(took) for name, took in found.items()}
    return [
        within(f"a freed time reaches the first of {people:,} who wait, median", middle["first"], most=MOST,
               against=f"{middle['first'] / middle['by hand']:.1f} × by hand {middle['by hand']:.3f} ms"),
        within("the same where only the last of them can take it", middle["last"], most=MOST),
        within("the same where nobody can", middle["nobody"], most=MOST),
        noted("slowest of these", f"{max(max(took) for took in found.values()):.1f} ms"),
    ]  # fmt: skip
