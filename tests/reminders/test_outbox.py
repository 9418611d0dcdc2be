"""The outbox, one step at a time: who gets a message, when it is tried again, when it is given up."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterable
from datetime import timedelta

import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import SendMessage

from clinic import planning, reminding, visits
from reminders import outbox as outbox_module
from reminders.channels import NotYet, Pointless
from reminders.outbox import ATTEMPTS, LEASE, LONGEST_PAUSE, Outbox, pause_after
from storage import appointments, outgoing
from storage.appointments import Visit
from storage.notifications import NotificationRow
from storage.states import NotificationState
from tests.world import CHEKHOV, NOW, World

METHOD = SendMessage(chat_id=1, text="")
ANNA, IGOR = 1001, 1002
SENT, PLANNED, DROPPED, FAILED = NotificationState


def network() -> Exception:
    return TelegramNetworkError(METHOD, "no connection")


def server() -> Exception:
    return TelegramServerError(METHOD, "502")


class Postman:
    """A channel that remembers what it was given, and fails as it is told."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, str]] = []
        self.failures: dict[int, list[Exception]] = {}
        """What goes wrong next, by the chat it goes wrong in."""
        self.tried = 0

    def fail(self, chat: int, failures: Iterable[Exception]) -> None:
        self.failures[chat] = list(failures)

    async def send(self, row: NotificationRow, visit: Visit) -> int | None:
        chat = visit.appointment.telegram_id
        self.tried += 1
        if self.failures.get(chat):
            raise self.failures[chat].pop(0)
        hours = f"_{row.lead // 3600}h" if row.lead else ""
        self.sent.append((chat, row.kind + hours))
        return 100 + len(self.sent)


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
def outbox(world: World, postman: Postman) -> Outbox:
    return Outbox(world.database, world.clock, {reminding.CHAT: postman})


async def booked(world: World, chat: int = ANNA, day: int = 7, number: int = 2) -> Visit:
    return await world.book(chat, await world.slot_id(CHEKHOV, day, number))


async def states(world: World, kind: str = "%") -> list[int]:
    return [
        state
        for (state,) in await world.rows(
            "SELECT state FROM notification WHERE kind LIKE ? ORDER BY appointment_id, due_at, id", kind
        )
    ]


async def to(world: World, visit: Visit, before: timedelta) -> None:
    """Move the clock to so long before a visit."""
    world.clock.at = visit.appointment.starts_at - before


# --- what is sent


async def test_the_ticket_goes_at_once_and_in_order_and_reminders_when_they_are_due(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    visit = await booked(world)
    assert await outbox.send_due() == 2
    assert postman.sent == [(ANNA, planning.TICKET), (ANNA, planning.TICKET_FILE)]
    await to(world, visit, timedelta(hours=24, seconds=1))
    assert await outbox.send_due() == 0
    await to(world, visit, timedelta(hours=24))
    assert await outbox.send_due() == 1
    await to(world, visit, timedelta(hours=3))
    assert await outbox.send_due() == 1
    assert [kind for _, kind in postman.sent[2:]] == ["reminder_24h", "reminder_3h"]
    assert await states(world) == [SENT] * 4 + [PLANNED], "how it was is asked later"


async def test_what_was_sent_is_not_sent_again_and_keeps_its_message_id(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    await booked(world)
    await outbox.send_due()
    world.clock.move(timedelta(days=1))
    assert await outbox.send_due() == 0
    rows = await world.rows("SELECT message_id, sent_at FROM notification WHERE state = 0 ORDER BY id")
    assert [message_id for message_id, _ in rows] == [101, 102]
    assert all(sent_at is not None for _, sent_at in rows)


# --- claim and lease


async def test_two_processes_never_send_the_same_message(world: World, postman: Postman) -> None:
    for number in range(6):
        await booked(world, number=number)
    first, second = (Outbox(world.database, world.clock, {reminding.CHAT: postman}) for _ in range(2))
    await asyncio.gather(first.send_due(), second.send_due())
    assert (
        len(postman.sent) == len(set(await world.rows("SELECT id FROM notification WHERE state = 0"))) == 12
    )


async def test_a_message_in_the_hands_of_a_killed_process_is_taken_again_after_the_lease(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    await booked(world)
    now = world.clock.now()
    await world.database.write(lambda tx: outgoing.claim_due(tx, reminding.CHAT, now, now + LEASE, 100))
    world.clock.move(LEASE - timedelta(seconds=1))
    assert await outbox.send_due() == 0
    world.clock.move(timedelta(seconds=1))
    assert await outbox.send_due() == 2
    assert len(postman.sent) == 2


# --- trying again


async def test_pauses_double_up_to_half_an_hour() -> None:
    pauses = [pause_after(attempt) for attempt in range(1, ATTEMPTS + 1)]
    assert pauses[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE == pause_after(10_000)
    assert sum(pauses, timedelta()) > timedelta(hours=2)


async def test_a_refused_message_waits_out_its_pause_and_comes_then(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    await booked(world)
    postman.fail(ANNA, [TelegramBadRequest(METHOD, "on order")])
    await outbox.send_due()
    assert postman.sent == [(ANNA, planning.TICKET_FILE)]
    world.clock.move(timedelta(seconds=9))
    assert await outbox.send_due() == 0
    world.clock.move(timedelta(seconds=1))
    await outbox.send_due()
    assert postman.sent[-1] == (ANNA, planning.TICKET)


async def test_what_is_refused_for_hours_is_given_up_and_told_in_the_log(
    world: World, outbox: Outbox, postman: Postman, caplog: pytest.LogCaptureFixture
) -> None:
    await booked(world, day=25)
    postman.fail(ANNA, [TelegramBadRequest(METHOD, "on order") for _ in range(2 * ATTEMPTS)])
    for _ in range(ATTEMPTS - 1):
        assert await outbox.send_due() == 2
        world.clock.move(LONGEST_PAUSE)
    assert await states(world, "ticket%") == [PLANNED] * 2
    with caplog.at_level(logging.ERROR):
        await outbox.send_due()
    assert await states(world, "ticket%") == [FAILED] * 2
    assert "given up after 12 attempts" in caplog.text
    world.clock.move(timedelta(days=1))
    assert await outbox.send_due() == 0


@pytest.mark.parametrize("failure", [network, server])
async def test_while_telegram_cannot_be_reached_nothing_is_given_up(
    world: World, outbox: Outbox, postman: Postman, failure
) -> None:
    await booked(world, day=25)
    postman.fail(ANNA, [failure() for _ in range(10 * ATTEMPTS)])
    for _ in range(5 * ATTEMPTS):
        assert await outbox.send_due() >= 1
        world.clock.move(LONGEST_PAUSE)
    assert await states(world, "ticket%") == [PLANNED] * 2
    postman.fail(ANNA, [])
    while await outbox.send_due():
        pass
    assert await states(world, "ticket%") == [SENT] * 2


async def test_too_many_requests_is_obeyed_to_the_second(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    await booked(world, day=25)
    await outbox.send_due()
    await booked(world, IGOR, day=24)
    postman.fail(IGOR, [TelegramRetryAfter(METHOD, "slow down", 37) for _ in range(2)])
    await outbox.send_due()
    world.clock.move(timedelta(seconds=36))
    assert await outbox.send_due() == 0
    world.clock.move(timedelta(seconds=1))
    assert await outbox.send_due() == 2
    assert [chat for chat, _ in postman.sent].count(IGOR) == 2


async def test_a_message_that_is_slowed_down_again_and_again_is_not_given_up(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    await booked(world, day=25)
    postman.fail(ANNA, [TelegramRetryAfter(METHOD, "slow down", 30) for _ in range(4 * ATTEMPTS)])
    for _ in range(2 * ATTEMPTS):
        assert await outbox.send_due() == 2
        world.clock.move(timedelta(seconds=30))
    await outbox.send_due()
    assert await states(world, "ticket%") == [SENT] * 2


# --- who cannot be reached


@pytest.mark.parametrize(
    "error",
    [
        TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"),
        TelegramNotFound(METHOD, "chat not found"),
    ],
    ids=["blocked", "gone"],
)
async def test_who_blocked_the_bot_is_noted_and_left_alone(
    world: World, outbox: Outbox, postman: Postman, error: Exception
) -> None:
    await booked(world)
    postman.fail(ANNA, [error])
    await outbox.send_due()
    assert await states(world, "ticket") == [FAILED]
    ((blocked_at,),) = await world.rows("SELECT blocked_at FROM account")
    assert blocked_at == int(world.clock.now().timestamp())
    world.clock.move(timedelta(hours=1))
    assert await outbox.send_due() == 0


# --- what has lost its point


async def test_a_cancelled_visit_gets_no_reminder_even_one_in_hand(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    visit = await booked(world)
    await outbox.send_due()
    await to(world, visit, timedelta(hours=24))
    await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now())
    await world.database.write(  # as if it had been claimed just before the cancel
        lambda tx: tx.execute("UPDATE notification SET state = 1 WHERE lead = 86400")
    )
    await outbox.send_due()
    assert [kind for _, kind in postman.sent if kind.startswith("reminder")] == []
    assert await states(world, "reminder%") == [DROPPED] * 2
    assert await world.rows("SELECT error FROM notification WHERE lead = 86400") == [
        ("the visit is cancelled",)
    ]


async def test_a_moved_visit_gets_the_reminders_of_its_new_time_only(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    visit = await booked(world)
    await outbox.send_due()
    await visits.move(
        world.database, ANNA, visit.appointment.id, await world.slot_id(CHEKHOV, 14, 2), world.clock.now()
    )
    await world.database.write(  # as if it had been claimed just before the move
        lambda tx: tx.execute("UPDATE notification SET state = 1 WHERE lead = 86400 AND sequence = 0")
    )
    await to(world, visit, timedelta(hours=24))
    await outbox.send_due()
    assert [kind for _, kind in postman.sent] == [planning.TICKET, planning.TICKET_FILE] * 2
    assert ("the visit was moved",) in await world.rows("SELECT error FROM notification WHERE state = 2")
    world.clock.move(timedelta(days=7))
    await outbox.send_due()
    assert postman.sent[-1] == (ANNA, "reminder_24h")


@pytest.mark.parametrize(
    ("before", "kinds"),
    [
        (timedelta(hours=24), ["reminder_24h"]),
        (timedelta(hours=3, seconds=1), ["reminder_24h"]),
        (timedelta(hours=3), ["reminder_3h"]),
        (timedelta(seconds=1), ["reminder_3h"]),
        (timedelta(), []),
    ],
)
async def test_a_reminder_that_comes_too_late_is_dropped(
    world: World, outbox: Outbox, postman: Postman, before: timedelta, kinds: list[str]
) -> None:
    visit = await booked(world)
    await outbox.send_due()
    await to(world, visit, before)
    await outbox.send_due()
    assert [kind for _, kind in postman.sent[2:]] == kinds


async def test_a_ticket_is_dropped_only_once_the_visit_is_over(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    visit = await booked(world)
    world.clock.at = visit.appointment.ends_at - timedelta(seconds=1)
    await outbox.send_due()
    assert [kind for _, kind in postman.sent] == [planning.TICKET, planning.TICKET_FILE]
    await booked(world, IGOR, day=8)
    world.clock.at = visit.appointment.ends_at + timedelta(days=1)
    await outbox.send_due()
    assert [chat for chat, _ in postman.sent] == [ANNA, ANNA]


async def test_the_note_of_a_cancel_goes_also_after_the_visit_would_have_been_over(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    visit = await booked(world)
    await outbox.send_due()
    await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now())
    await to(world, visit, timedelta(days=-1))
    await outbox.send_due()
    assert postman.sent[-1] == (ANNA, planning.CANCELLED)


# --- one does not hold up others


@pytest.mark.parametrize(
    "failure", [ValueError("a bug"), TelegramBadRequest(METHOD, "on order"), network()], ids=repr
)
async def test_one_bad_message_holds_nobody_else_up(
    world: World, outbox: Outbox, postman: Postman, failure: Exception
) -> None:
    await booked(world, ANNA)
    await booked(world, IGOR, number=1)
    postman.fail(ANNA, [failure, failure])
    await outbox.send_due()
    assert [chat for chat, _ in postman.sent] == [IGOR, IGOR]


async def test_a_row_that_cannot_be_unsealed_holds_nobody_else_up(
    world: World, outbox: Outbox, postman: Postman
) -> None:
    spoilt = await booked(world, ANNA)
    await booked(world, IGOR, number=1)
    await world.database.write(
        lambda tx: tx.execute(
            "UPDATE patient SET person = x'00' WHERE id = ?", (spoilt.appointment.patient_id,)
        )
    )
    await outbox.send_due()
    assert [chat for chat, _ in postman.sent] == [IGOR, IGOR]
    assert await states(world, "ticket") == [PLANNED, SENT] or await states(world, "ticket") == [
        SENT,
        PLANNED,
    ]


async def test_what_a_claim_found_is_read_in_one_go(
    world: World, outbox: Outbox, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        await booked(world, chat=ANNA + number, number=number)
    await world.database.write(lambda tx: tx.execute("DELETE FROM notification WHERE kind <> 'ticket'"))
    reads = 0
    read = world.database.read

    async def counted(work) -> object:
        nonlocal reads
        reads += 1
        return await read(work)

    monkeypatch.setattr(world.database, "read", counted)
    await outbox.send_due()
    assert len(postman.sent) == 4
    assert reads == 2, "which channels have something due, and what the messages are about"


def break_visit(monkeypatch: pytest.MonkeyPatch, spoilt: Visit, error: Exception) -> None:
    """Let reading that visit raise."""
    visit = appointments.visit

    def broken(tx, keyring, row) -> Visit:
        if row.id == spoilt.appointment.id:
            raise error
        return visit(tx, keyring, row)

    monkeypatch.setattr(appointments, "visit", broken)


async def test_a_visit_whose_place_is_gone_holds_nobody_else_up(
    world: World, outbox: Outbox, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = appointments.visit
    spoilt = await booked(world, ANNA)
    await booked(world, IGOR, number=1)
    break_visit(monkeypatch, spoilt, LookupError("it points at rows that are gone"))
    await outbox.send_due()
    assert [chat for chat, _ in postman.sent] == [IGOR, IGOR]
    monkeypatch.setattr(appointments, "visit", visit)
    world.clock.move(timedelta(seconds=10))
    await outbox.send_due()
    assert [chat for chat, _ in postman.sent] == [IGOR, IGOR, ANNA, ANNA]


async def test_a_fault_over_one_message_of_a_claim_fails_that_one_alone(
    world: World, outbox: Outbox, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = await booked(world, ANNA)
    await booked(world, IGOR, number=1)
    break_visit(monkeypatch, spoilt, TypeError("a bug"))
    await outbox.send_due()
    assert [chat for chat, _ in postman.sent] == [IGOR, IGOR]


async def test_a_claim_that_cannot_be_read_at_all_is_given_back(
    world: World, outbox: Outbox, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    await booked(world)
    read = world.database.read

    async def broken(work) -> object:
        if getattr(work, "func", None) == outbox._look:
            raise sqlite3.OperationalError("disk I/O error")
        return await read(work)

    monkeypatch.setattr(world.database, "read", broken)
    with pytest.raises(sqlite3.OperationalError):
        await outbox.send_due()
    assert await read(lambda tx: tx.execute("SELECT max(attempts) FROM notification").fetchall()) == [(0,)]
    monkeypatch.setattr(world.database, "read", read)
    await outbox.send_due()
    assert [kind for _, kind in postman.sent] == [planning.TICKET, planning.TICKET_FILE]


async def test_more_than_there_is_room_for_goes_in_several_steps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(Postman):
        now = most = 0

        async def send(self, row: NotificationRow, visit: Visit) -> int | None:
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.01)
            self.now -= 1
            return await super().send(row, visit)

    monkeypatch.setattr(outbox_module, "AT_ONCE", 3)
    slow = Slow()
    outbox = Outbox(world.database, world.clock, {reminding.CHAT: slow})
    for number in range(4):
        await booked(world, chat=ANNA + number, number=number)
    looked = []
    while step := await outbox.send_due():
        looked.append(step)
    assert sum(looked) == len(slow.sent) == 8
    assert slow.most == 3


@pytest.mark.parametrize(
    ("failure", "state"), [(Pointless("nobody waits"), DROPPED), (NotYet(NOW + timedelta(hours=3)), PLANNED)]
)
async def test_a_channel_may_say_that_a_message_has_no_point_or_is_for_later(
    world: World, postman: Postman, outbox: Outbox, failure: Exception, state: NotificationState
) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 7))
    postman.fail(ANNA, [failure] * 2)
    await outbox.send_due()
    assert await world.rows("SELECT DISTINCT state FROM notification WHERE attempts > 0") == [(state,)]
    world.clock.move(timedelta(hours=3))
    await outbox.send_due()
    assert bool(postman.sent) == (state == PLANNED)


async def test_a_mail_server_that_hangs_and_a_chat_that_hangs_hold_nobody_up(
    world: World, postman: Postman
) -> None:
    hanging = asyncio.Event()

    class Hanging(Postman):
        async def send(self, row: NotificationRow, visit: Visit) -> int | None:
            if row.channel == reminding.EMAIL or visit.appointment.telegram_id == ANNA:
                await hanging.wait()
            return await super().send(row, visit)

    slow = Hanging()
    outbox = Outbox(world.database, world.clock, {reminding.CHAT: slow, reminding.EMAIL: slow})
    visit = await booked(world, ANNA)
    await visits.mail_ticket(world.database, ANNA, visit.appointment.id, "anna@example.ru", world.clock.now())
    await booked(world, IGOR, number=1)
    sending = asyncio.create_task(outbox.send_due())
    while len(slow.sent) < 2:
        await asyncio.sleep(0.01)
    assert [chat for chat, _ in slow.sent] == [IGOR, IGOR]
    hanging.set()
    await sending
    assert len(slow.sent) == 5


async def test_a_message_whose_mark_failed_is_marked_later_and_not_sent_again(
    world: World, outbox: Outbox, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    await booked(world)
    write = world.database.write

    async def full(work) -> object:
        if getattr(work, "func", None) is outgoing.mark_sent:
            raise sqlite3.OperationalError("database or disk is full")
        return await write(work)

    monkeypatch.setattr(world.database, "write", full)
    await outbox.send_due()
    assert len(postman.sent) == 2
    monkeypatch.setattr(world.database, "write", write)
    world.clock.move(LEASE)
    await outbox.send_due()
    assert len(postman.sent) == 2
    assert await states(world, "ticket%") == [SENT] * 2


async def test_a_bot_that_stops_gives_back_what_it_has_not_begun(world: World) -> None:
    hanging = asyncio.Event()

    class Hanging(Postman):
        async def send(self, row: NotificationRow, visit: Visit) -> int | None:
            await hanging.wait()
            return await super().send(row, visit)

    slow = Hanging()
    outbox = Outbox(world.database, world.clock, {reminding.CHAT: slow})
    await booked(world)
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.run(stop))
    outbox.wake()
    while not await world.rows("SELECT 1 FROM notification WHERE kind = 'ticket_file' AND attempts = 1"):
        await asyncio.sleep(0.01)
    stop.set()
    outbox.wake()
    while not await world.rows("SELECT 1 FROM notification WHERE kind = 'ticket_file' AND attempts = 0"):
        await asyncio.sleep(0.01)
    hanging.set()
    await running
    assert [kind for _, kind in slow.sent] == [planning.TICKET]
    next_one = Outbox(world.database, world.clock, {reminding.CHAT: slow})
    assert await next_one.send_due() == 1
