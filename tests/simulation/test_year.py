"""A simulated year of a clinic in sixteen zones: each reminder comes once, in time, and to nobody whom it
does not concern any more. The planted faults show that the judge would notice.

One run by hand: `python -m tests.simulation SEED`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dialogs import cards
from reminders import outbox as outbox_module
from reminders.outbox import Outbox
from storage import notifications, outgoing
from storage.notifications import NotificationRow
from storage.reminders import REMINDER
from storage.states import NotificationState
from storage.types import epoch
from tests.simulation.year import Outcome, Plan, simulate, without_pictures

WEEKS = Plan(seed=3, days=30, bookings=80)
"""So short a run shows every planted fault."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pictures(monkeypatch)


@pytest.fixture
def live(empty_store: Path, tmp_path: Path) -> Callable[[Plan], Outcome]:
    return lambda plan: simulate(plan, empty_store, tmp_path)


def found(outcome: Outcome, words: str) -> list[str]:
    return [fault for fault in outcome.faults if words in fault]


# --- nothing is lost, nothing comes twice, nothing comes late


def test_a_year_loses_nothing(live) -> None:
    outcome = live(Plan(seed=1))
    assert outcome.faults == []
    assert outcome.kills > 150
    assert outcome.arrivals > 1500
    assert 0 < outcome.repeated < outcome.arrivals / 20
    assert outcome.in_a_second <= 30


def test_two_processes_on_one_store_send_nothing_twice(live) -> None:
    outcome = live(Plan(seed=2, days=60, bookings=100, processes=2))
    assert outcome.faults == []


def test_weeks_without_kills_and_lost_answers_repeat_nothing(live) -> None:
    outcome = live(Plan(seed=4, days=30, bookings=60, kill_chance=0.0, outages=False))
    assert outcome.faults == []
    assert outcome.repeated == 0


def test_the_same_seed_is_the_same_run(live) -> None:
    plan = Plan(seed=5, days=15, bookings=20, kill_chance=0.003)
    assert live(plan) == live(plan)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(10, 18))
def test_more_years_lose_nothing(live, seed: int) -> None:
    assert live(Plan(seed=seed, bookings=500)).faults == []


# --- planted faults


class MarksFirst(Outbox):
    """Marks as sent, then sends."""

    async def _is_still_in_hand(self, row: NotificationRow, *_: Any, **__: Any) -> bool:
        await self._database.write(
            partial(outgoing.mark_sent, notification_id=row.id, now=self._clock.now(), message_id=None)
        )
        return True


class GivesUp(Outbox):
    """Gives a message up after the second attempt, whyever."""

    async def _put_off(self, row: NotificationRow, pause: timedelta, why: str, **_: Any) -> None:
        if row.attempts > 1:
            await self._end(row, NotificationState.FAILED, why)
        else:
            await super()._put_off(row, pause, why)


class ForgetsToMark(Outbox):
    """Sends, and forgets of every seventh message to write it down at first."""

    async def _mark(self, row: NotificationRow, *what: Any) -> None:
        if row.id % 7 or row.attempts > 1:
            await super()._mark(row, *what)


@pytest.mark.parametrize(
    ("fault", "words"), [(MarksFirst, "never came"), (GivesUp, "never came"), (ForgetsToMark, "came twice")]
)
def test_an_outbox_that_marks_first_or_gives_up_or_forgets_is_caught(live, fault, words) -> None:
    assert found(live(replace(WEEKS, outbox=fault)), words)


def test_the_weeks_of_the_planted_faults_are_faultless_without_them(live) -> None:
    assert live(WEEKS).faults == []


def test_two_processes_without_leases_are_caught(live, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = outgoing.claim_due

    def only_look(tx: Any, *what: Any, **named: Any) -> list[NotificationRow]:
        tx.execute("SAVEPOINT looking")
        rows = claim(tx, *what, **named)
        tx.execute("ROLLBACK TO looking")
        tx.execute("RELEASE looking")
        return [replace(row, attempts=row.attempts - 1) for row in rows]

    monkeypatch.setattr(outgoing, "claim_due", only_look)
    plan = Plan(seed=2, days=20, bookings=30, processes=2, kill_chance=0.0, outages=False)
    assert found(live(plan), "came twice")


def test_messages_that_do_not_ask_what_became_of_the_visit_are_caught(
    live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "drop_planned", lambda *_: 0)
    monkeypatch.setattr(outbox_module, "why_pointless", lambda *_: "")
    assert found(live(WEEKS), "came too late")


def test_a_cancel_while_a_message_waits_for_its_turn_is_looked_at(
    live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked only before the wait, it would be sent after the cancel."""

    async def wait_long(self: Any, chat_id: int) -> None:
        await asyncio.sleep(3)

    monkeypatch.setattr("bot.send_limits.SendLimits.take_turn", wait_long)
    plan = Plan(seed=6, days=30, bookings=200, kill_chance=0.0, outages=False)
    assert live(plan).faults == []

    async def never_looks(*_: Any, **__: Any) -> bool:
        return True

    monkeypatch.setattr(Outbox, "_is_still_in_hand", never_looks)
    assert found(live(plan), "came too late")


def test_what_a_scheduler_in_memory_forgets_over_an_outage_is_caught(
    live, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = outgoing.claim_due

    def within_a_minute(tx: Any, channel: str, now: Any, leased_until: Any, limit: int) -> Any:
        tx.execute(
            "UPDATE notification SET state = 2, error = 'missed' WHERE state = 1 AND due_at < ?",
            (epoch(now) - 60,),
        )
        return claim(tx, channel, now, leased_until, limit)

    monkeypatch.setattr(outgoing, "claim_due", within_a_minute)
    assert found(live(WEEKS), "never came")


def test_who_trusts_a_clock_that_was_wrong_is_caught(live, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(days=30, bookings=250, kill_chance=0.0, outages=False)
    monkeypatch.setattr(outbox_module, "PUT_BACK", timedelta(days=999))
    assert any(found(live(replace(plan, seed=seed)), "never came") for seed in range(20, 30))


def test_a_clock_of_the_wrong_zone_is_caught(live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "local", lambda at, _: at.astimezone(ZoneInfo("Europe/Moscow")))
    assert found(live(WEEKS), "names another time")


def test_a_booking_that_forgets_its_reminders_is_caught(live, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_all = notifications.plan_all

    def forgetful(tx: Any, messages: list[Any]) -> None:
        plan_all(tx, [one for one in messages if one.kind != REMINDER or one.appointment_id % 5])

    monkeypatch.setattr(notifications, "plan_all", forgetful)
    assert found(live(WEEKS), "has no reminder")
