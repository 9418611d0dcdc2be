"""Whatever people do, in whatever order: nobody gets a time twice, and rows, slots and messages agree.

Seen to fail with each of these planted: a move that leaves the old time busy or keeps its messages, a move
onto another visit's hour, a cancel that leaves the reminders, a booking that takes a time kept for somebody
else or is made for somebody else's patient, a hold that frees a busy time or is renewed for ever, a hold let
go that frees nothing, one that has run out and still bars, a query that does not ask whose visit it is.
"""

import asyncio
import shutil
from collections.abc import Awaitable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from clinic import asking, booking, feedback, planning, reminding, rules, visits
from clinic.booking import Request
from clinic.errors import (
    AccessEnded,
    NotFound,
    NotRegistered,
    Refused,
    SameSpecialty,
    TimeBarred,
    TimePast,
    TimeTaken,
    TimeTooShort,
    TooFarToMove,
    VisitCancelled,
    VisitOver,
    VisitOverlaps,
    WrongPlace,
)
from reminders.outbox import Outbox
from storage.appointments import Visit
from storage.crypto import Keyring
from storage.database import Database
from storage.notifications import NotificationRow
from storage.reminders import REMINDER
from storage.states import SlotStatus
from storage.types import Tx, instant
from tests.world import BULGAKOV, CHECK_UP, CHEKHOV, ECG, VERESAEV, VISIT, StoppedClock, World

PATIENTS = (1, 2)
STRANGER = 3
"""Looks at times and holds them, but has no account."""
TIMES = [
    (CHEKHOV, 1, 0),
    (CHEKHOV, 1, 1),
    (CHEKHOV, 1, 5),
    (BULGAKOV, 1, 0),
    (VERESAEV, 1, 0),
    (CHEKHOV, 3, 0),
    (CHEKHOV, 28, 0),
]
"""Few, so that people meet: some at the same hour, one last of its day, one elsewhere, one in a month."""
LEAPS = [
    timedelta(seconds=1),
    timedelta(minutes=4),
    timedelta(minutes=5),
    timedelta(minutes=16),
    timedelta(hours=3),
    timedelta(hours=21),
    timedelta(days=6),
]
TABLES = (
    "appointment",
    "appointment_slot",
    "hold",
    "held_slot",
    "notification",
    "slot WHERE status <> 0",
    "patient",
    "account",
    "care",
)

people = st.sampled_from(PATIENTS)
anybody = st.sampled_from((*PATIENTS, STRANGER))
some_time = st.integers(0, len(TIMES) - 1)
some_service = st.sampled_from([VISIT, CHECK_UP])
"""One time, or two in a row."""


class Channel:
    """Takes every message, and notes it."""

    def __init__(self, clock: StoppedClock) -> None:
        self._clock = clock
        self.sent: list[tuple[int, str, int]] = []

    async def send(self, message: NotificationRow, visit: Visit) -> int:
        kind, row = message.kind, visit.appointment
        if message.lead:
            assert row.cancelled_at is None
            assert message.due_at <= self._clock.now() < row.starts_at
        self.sent.append((row.id, kind, row.sequence))
        return len(self.sent)


class People(RuleBasedStateMachine):
    """Two patients and a stranger at a small clinic."""

    def __init__(self, store: Path, folder: Path) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = StoppedClock()
        path = shutil.copy(store, folder / "clinic.db")
        for rest in folder.glob("clinic.db-*"):
            rest.unlink()
        self.database = Database(f"sqlite+aiosqlite:///{path}", Keyring("a secret of the tests"))
        self.world = World(self.database, self.clock)
        self.channel = Channel(self.clock)
        self.outbox = Outbox(
            self.database, self.clock, {reminding.CHAT: self.channel, feedback.CHANNEL: self.channel}
        )
        self.patients: dict[int, int] = {}
        self.slots: list[int] = []
        self.booked: dict[int, int] = {}
        self.planned_at: dict[int, datetime] = {}
        """When the messages of each visit were planned last."""

    def run(self, what: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(what)

    def rows(self, query: str, *values: object) -> list[tuple]:
        return self.run(self.world.rows(query, *values))

    def teardown(self) -> None:
        self.run(self.database.close())
        self.loop.close()

    @initialize()
    def open(self) -> None:
        self.run(self.database.open())
        self.run(self.world.list_services())
        self.patients = {chat: self.run(self.world.patient(chat)).id for chat in PATIENTS}
        self.slots = [self.run(self.world.slot_id(*when)) for when in TIMES]

    def attempt(self, what: Awaitable[Any]) -> tuple[Any, Refused | None]:
        """Do something; whoever refuses must have changed nothing."""
        before = self.everything()
        try:
            return self.run(what), None
        except Refused as refusal:
            assert self.everything() == before
            return None, refusal

    def everything(self) -> list[list[tuple]]:
        def work(tx: Tx) -> list[list[tuple]]:
            return [tx.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES]

        return self.run(self.database.read(work))

    def starts_at(self, slot: int) -> datetime:
        return instant(self.rows("SELECT starts_at FROM slot WHERE id = ?", slot)[0][0])

    def taken_by(self, slot: int, service: int) -> list[int]:
        """List the times that a service takes from one on: two in a row for the long one."""
        if service != CHECK_UP:
            return [slot]
        rows = self.rows(
            "SELECT n.id FROM slot AS s JOIN slot AS n ON n.schedule_id = s.schedule_id"
            " AND n.starts_at = s.starts_at + 1800 WHERE s.id = ?",
            slot,
        )
        return [slot, *(row[0] for row in rows)]

    def is_somebody_elses(self, chat: int, slot: int, service: int = VISIT, but: int = 0) -> bool:
        """Tell whether a time of a service is kept by another chat now, or booked by whomever.

        Those of one visit, `but`, do not count.
        """
        now = int(self.clock.now().timestamp())
        for one in self.taken_by(slot, service):
            if self.rows(
                "SELECT 1 FROM hold AS h WHERE telegram_id <> ? AND expires_at > ? AND (slot_id = ?"
                " OR EXISTS (SELECT 1 FROM held_slot AS f WHERE f.telegram_id = h.telegram_id"
                "  AND f.slot_id = ?))", chat, now, one, one,
            ) or self.rows(
                "SELECT 1 FROM appointment AS a WHERE status IN (1, 2) AND id <> ? AND (slot_id = ?"
                " OR EXISTS (SELECT 1 FROM appointment_slot AS f WHERE f.appointment_id = a.id"
                "  AND f.slot_id = ?))", but, one, one,
            ):  # fmt: skip
                return True
        return False

    def service_at(self, slot: int, service: int) -> int:
        """Take what the doctor of a time does in place of what another one does."""
        is_cardiologist = self.rows("SELECT schedule_id FROM slot WHERE id = ?", slot) == [(VERESAEV,)]
        return ECG if is_cardiologist else service

    def appointments(self) -> list[tuple[int, int]]:
        """List visits and the chats they were booked from, in the order of booking: ids are random."""
        return list(self.booked.items())

    # --- what people do

    @rule(chat=anybody, time=some_time, service=some_service, is_registering=st.booleans())
    def hold(self, chat: int, time: int, service: int, is_registering: bool) -> None:
        slot, now = self.slots[time], self.clock.now()
        service = self.service_at(slot, service)
        is_taken, is_past = self.is_somebody_elses(chat, slot, service), self.starts_at(slot) <= now
        is_short = service == CHECK_UP and len(self.taken_by(slot, service)) < 2
        held, refusal = self.attempt(
            booking.hold(self.database, chat, slot, now, is_registering=is_registering, service_id=service)
        )
        assert isinstance(refusal, TimePast) == is_past
        assert isinstance(refusal, TimeTooShort) == (is_short and not is_past)
        assert isinstance(refusal, TimeTaken) == (is_taken and not is_past and not is_short)
        if held:
            assert now < held.expires_at <= now + rules.HOLD_IN_ALL
            kept = self.run(booking.held(self.database, chat, now))
            assert (kept.slot.id, kept.expires_at) == (slot, held.expires_at)

    @rule(chat=anybody)
    def let_go(self, chat: int) -> None:
        self.run(booking.let_go(self.database, chat))
        assert self.run(booking.held(self.database, chat, self.clock.now())) is None

    @rule(chat=people, time=some_time, service=some_service, is_second_meant=st.booleans())
    def book(self, chat: int, time: int, service: int, is_second_meant: bool) -> None:
        slot, now = self.slots[time], self.clock.now()
        own = [
            number
            for (number,) in self.rows(
                "SELECT id FROM appointment WHERE slot_id = ? AND patient_id = ? AND status IN (1, 2)",
                slot,
                self.patients[chat],
            )
        ]
        service = self.service_at(slot, service)
        is_taken, is_past = self.is_somebody_elses(chat, slot, service), self.starts_at(slot) <= now
        request = Request(chat, self.patients[chat], slot, "", is_second_meant, service_id=service)
        visit, refusal = self.attempt(booking.book(self.database, request, now))
        if own:
            assert visit.appointment.id == own[0]
            return
        if isinstance(refusal, TimeTooShort):
            assert len(self.taken_by(slot, service)) < 2
            return
        assert isinstance(refusal, TimePast) == is_past
        if visit:
            assert not is_taken
            for one in self.taken_by(slot, service):
                assert self.rows("SELECT status FROM slot WHERE id = ?", one) == [(SlotStatus.BUSY,)]
            assert self.run(booking.held(self.database, chat, now)) is None
            self.booked[visit.appointment.id] = chat
            self.planned_at[visit.appointment.id] = now
        elif isinstance(refusal, TimeTaken):
            assert is_taken
        else:
            assert isinstance(refusal, TimePast | TimeBarred | VisitOverlaps | SameSpecialty)
            assert not (isinstance(refusal, SameSpecialty) and is_second_meant)

    @rule(chat=anybody, other=people, time=some_time)
    def snatch(self, chat: int, other: int, time: int) -> None:
        """Book a time in the very moment in which another chat has chosen it."""
        self.hold(chat, time, VISIT, is_registering=False)
        self.book(other, time, VISIT, is_second_meant=True)

    @rule(chat=anybody, time=some_time)
    def dither(self, chat: int, time: int) -> None:
        """Choose the same time again and again, each time while it is still kept."""
        for _ in range(3):
            self.hold(chat, time, VISIT, is_registering=True)
            self.clock.move(timedelta(minutes=9))

    @rule(chat=people)
    def crowd(self, chat: int) -> None:
        """Book two times of one morning, and move one onto the other's hour at a colleague's."""
        for time in (0, 1):
            self.book(chat, time, VISIT, is_second_meant=True)
        for (number,) in self.rows(
            "SELECT id FROM appointment WHERE slot_id = ? AND patient_id = ? AND status = 1",
            self.slots[1],
            self.patients[chat],
        ):
            self.move_to(chat, number, 3, "")

    @rule(time=some_time, chat=people)
    def book_for_somebody_else(self, time: int, chat: int) -> None:
        other = PATIENTS[(PATIENTS.index(chat) + 1) % len(PATIENTS)]
        for speaker, expected in ((other, AccessEnded), (STRANGER, NotRegistered)):
            request = Request(speaker, self.patients[chat], self.slots[time], "", True)
            _, refusal = self.attempt(booking.book(self.database, request, self.clock.now()))
            assert isinstance(refusal, expected)

    @rule(data=st.data(), time=some_time, reason=st.sampled_from(["", "болею"]))
    def move(self, data: st.DataObject, time: int, reason: str) -> None:
        if not (known := self.appointments()):
            return
        number, chat = data.draw(st.sampled_from(known))
        self.move_to(chat, number, time, reason)

    def move_to(self, chat: int, number: int, time: int, reason: str) -> None:
        slot, now = self.slots[time], self.clock.now()
        was = self.run(visits.visit(self.database, chat, number)).appointment
        service = was.service_id or VISIT
        is_taken = self.is_somebody_elses(chat, slot, service, number)
        visit, refusal = self.attempt(visits.move(self.database, chat, number, slot, now, reason=reason))
        if visit and was.slot_id == slot:
            assert visit.appointment == was
        elif visit:
            row = visit.appointment
            assert not is_taken
            assert was.starts_at > now
            assert abs(row.starts_at - row.first_starts_at) <= rules.MOVE_WITHIN
            assert (row.number, row.first_starts_at) == (was.number, was.first_starts_at)
            assert row.sequence == was.sequence + 1
            assert row.ticket_code != was.ticket_code
            assert row.confirmed_at is None
            self.planned_at[number] = now
        else:
            late = TimeTaken | TimePast | TimeTooShort | TooFarToMove
            assert isinstance(refusal, late | VisitCancelled | VisitOver | VisitOverlaps | WrongPlace)
            assert not isinstance(refusal, TimeTaken) or is_taken

    @rule(data=st.data(), reason=st.sampled_from(["", "болею"]))
    def cancel(self, data: st.DataObject, reason: str) -> None:
        if not (known := self.appointments()):
            return
        number, chat = data.draw(st.sampled_from(known))
        now = self.clock.now()
        was = self.run(visits.visit(self.database, chat, number)).appointment
        done, refusal = self.attempt(visits.cancel(self.database, chat, number, now, reason=reason))
        if refusal:
            assert isinstance(refusal, VisitOver)
            assert was.starts_at <= now
        else:
            assert done.was_already == (was.cancelled_at is not None)
            late = was.starts_at - now < rules.FREE_CANCEL - rules.GRACE
            assert done.is_barred == (late and not reason and not done.was_already)

    @rule(data=st.data())
    def come(self, data: st.DataObject) -> None:
        if known := self.appointments():
            number, chat = data.draw(st.sampled_from(known))
            self.attempt(visits.confirm(self.database, chat, number, self.clock.now()))

    @rule(data=st.data(), meddler=anybody, time=some_time)
    def meddle(self, data: st.DataObject, meddler: int, time: int) -> None:
        """Try everything with somebody else's visit."""
        others = [number for number, chat in self.appointments() if chat != meddler]
        if not others:
            return
        number, now = data.draw(st.sampled_from(others)), self.clock.now()
        before = self.everything()
        for act in (
            visits.visit(self.database, meddler, number),
            visits.confirm(self.database, meddler, number, now),
            visits.cancel(self.database, meddler, number, now, reason="чужая"),
            visits.move(self.database, meddler, number, self.slots[time], now),
            visits.ticket_again(self.database, meddler, number, now),
        ):
            _, refusal = self.attempt(act)
            assert isinstance(refusal, NotFound)
        assert self.everything() == before

    # --- what time does

    @rule(by=st.sampled_from(LEAPS))
    def wait(self, by: timedelta) -> None:
        self.clock.move(by)

    @rule()
    def expire(self) -> None:
        now = self.clock.now()
        self.run(booking.release_expired(self.database, now))
        assert self.rows("SELECT 1 FROM hold WHERE expires_at <= ?", int(now.timestamp())) == []

    @rule()
    def send(self) -> None:
        self.run(self.outbox.send_due())
        assert len(self.channel.sent) == len(set(self.channel.sent))

    # --- what is always so

    @invariant()
    def one_live_visit_has_a_time(self) -> None:
        assert (
            self.rows(
                "SELECT slot_id FROM appointment WHERE status IN (1, 2) GROUP BY slot_id HAVING count(*) > 1"
            )
            == []
        )

    @invariant()
    def times_agree_with_visits_and_holds(self) -> None:
        live = self.rows("SELECT id, slot_id, service_id FROM appointment WHERE status IN (1, 2)")
        several = [slot for _, first, service in live for slot in self.taken_by(first, service)]
        busy = set(several)
        assert len(several) == len(busy)
        further = {(number, slot) for number, first, service in live
                   for slot in self.taken_by(first, service)[1:]}  # fmt: skip
        assert set(self.rows("SELECT appointment_id, slot_id FROM appointment_slot")) == further
        kept = [slot for (slot,) in self.rows(
            "SELECT slot_id FROM hold UNION ALL SELECT slot_id FROM held_slot"
        )]  # fmt: skip
        held = set(kept)
        assert len(kept) == len(held)
        assert not busy & held
        marked = dict(self.rows("SELECT id, status FROM slot WHERE status <> 0"))
        expected = dict.fromkeys(busy, int(SlotStatus.BUSY)) | dict.fromkeys(held, int(SlotStatus.TENTATIVE))
        assert marked == expected

    @invariant()
    def no_time_is_kept_for_ever(self) -> None:
        assert (
            self.rows(
                "SELECT 1 FROM hold WHERE expires_at NOT BETWEEN created_at AND created_at + ?",
                rules.HOLD_IN_ALL.total_seconds(),
            )
            == []
        )

    @invariant()
    def nobody_is_in_two_places_at_once(self) -> None:
        assert (
            self.rows(
                "SELECT a.id FROM appointment AS a JOIN appointment AS b ON a.patient_id = b.patient_id"
                " AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
                " WHERE a.status IN (1, 2) AND b.status IN (1, 2)"
            )
            == []
        )

    @invariant()
    def exactly_its_messages_are_planned(self) -> None:
        messages = self.rows("SELECT appointment_id, kind || lead, sequence, due_at, state FROM notification")
        zones = dict(
            self.rows(
                "SELECT a.id, f.timezone FROM appointment AS a JOIN schedule AS s ON s.id = a.schedule_id"
                " JOIN facility AS f ON f.id = s.facility_id"
            )
        )
        for number, status, starts_at, ends_at, sequence in self.rows(
            "SELECT id, status, starts_at, ends_at, sequence FROM appointment"
        ):
            own = [message[1:] for message in messages if message[0] == number]
            planned = {(kind, seq) for kind, seq, _, state in own if state == 1}
            if status not in (1, 2):
                assert planned <= {(planning.CANCELLED + "0", sequence)}
                continue
            assert {seq for _, seq in planned} <= {sequence}
            at = self.planned_at[number]
            zone = ZoneInfo(zones[number])
            due = {
                f"{REMINDER}{one.lead}": one.due_at
                for one in reminding.planned(instant(starts_at), zone, reminding.Settings(), frozenset(), at)
            }
            expected = {planning.TICKET + "0": at, planning.TICKET_FILE + "0": at} | due
            expected[asking.QUESTION + "0"] = instant(ends_at) + rules.ASK_AFTER
            assert {kind: instant(when) for kind, seq, when, _ in own if seq == sequence} == expected


@pytest.mark.slow
def test_whatever_people_do_in_whatever_order_the_rows_agree(clinic_store: Path, tmp_path: Path) -> None:
    class PeopleHere(People):
        def __init__(self) -> None:
            super().__init__(clinic_store, tmp_path)

    run_state_machine_as_test(
        PeopleHere,
        settings=settings(max_examples=30, stateful_step_count=30, deadline=None),
    )
