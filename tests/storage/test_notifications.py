"""Messages as rows: planned once, leased, taken again after the lease, put off, dropped."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest

from storage import notifications, outgoing
from storage.database import Database
from storage.notifications import Note, NotificationRow
from storage.states import NotificationState
from storage.types import Tx
from tests.world import CHEKHOV, NOW, World

ANNA = 101
ACCOUNT = 1
LEASE = timedelta(minutes=2)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def visit_id(world: World) -> int:
    """Book a visit and take its own messages away: each test plans what it needs."""
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 3))
    await world.database.write(lambda tx: tx.execute("DELETE FROM notification"))
    return visit.appointment.id


async def plan(database: Database, visit_id: int, kind: str, due_at: datetime, sequence: int = 0) -> None:
    await database.write(lambda tx: notifications.plan(tx, visit_id, ACCOUNT, kind, "chat", sequence, due_at))


async def claim(database: Database, now: datetime, limit: int = 100) -> list[NotificationRow]:
    return await database.write(lambda tx: outgoing.claim_due(tx, "chat", now, now + LEASE, limit))


async def has_due(database: Database, now: datetime) -> bool:
    return await database.read(lambda tx: outgoing.due_channels(tx, now)) == ["chat"]


async def test_a_message_is_due_from_its_very_second(world: World, visit_id: int) -> None:
    await plan(world.database, visit_id, "ticket", NOW)
    assert not await has_due(world.database, NOW - SECOND)
    assert await claim(world.database, NOW - SECOND) == []
    assert await has_due(world.database, NOW)
    (row,) = await claim(world.database, NOW)
    assert (row.appointment_id, row.kind, row.channel, row.sequence) == (visit_id, "ticket", "chat", 0)
    assert (row.due_at, row.attempts) == (NOW, 1)


async def test_a_claimed_message_is_in_nobody_elses_hands_until_the_lease_ends(
    world: World, visit_id: int
) -> None:
    await plan(world.database, visit_id, "ticket", NOW)
    (first,) = await claim(world.database, NOW)
    assert not await has_due(world.database, NOW + LEASE - SECOND)
    assert await claim(world.database, NOW + LEASE - SECOND) == []
    assert await has_due(world.database, NOW + LEASE)
    (again,) = await claim(world.database, NOW + LEASE)
    assert (again.id, again.attempts) == (first.id, 2)


async def test_claims_at_the_same_time_share_no_row(world: World, visit_id: int) -> None:
    for number in range(30):
        await plan(world.database, visit_id, "ticket", NOW, number)
    claims = await asyncio.gather(*(claim(world.database, NOW, limit=7) for _ in range(8)))
    ids = [row.id for rows in claims for row in rows]
    assert len(ids) == len(set(ids)) == 30


async def test_of_many_the_oldest_and_the_newest_are_taken_and_no_more_than_asked_for(
    world: World, visit_id: int
) -> None:
    for hours, kind in ((1, "e"), (5, "a"), (4, "b"), (3, "c"), (2, "d"), (0, "f")):
        await plan(world.database, visit_id, kind, NOW - timedelta(hours=hours))
    assert [row.kind for row in await claim(world.database, NOW, limit=4)] == ["a", "b", "e", "f"]
    assert [row.kind for row in await claim(world.database, NOW, limit=4)] == ["c", "d"]


async def test_what_is_given_back_is_taken_at_once_and_counts_as_no_attempt(
    world: World, visit_id: int
) -> None:
    await plan(world.database, visit_id, "ticket", NOW)
    rows = await claim(world.database, NOW)
    await world.database.write(lambda tx: outgoing.let_go(tx, rows))
    (again,) = await claim(world.database, NOW)
    assert again.attempts == 1


async def test_whoever_lost_a_message_to_another_changes_nothing_of_it(world: World, visit_id: int) -> None:
    await plan(world.database, visit_id, "ticket", NOW)
    (slow,) = await claim(world.database, NOW)
    (quick,) = await claim(world.database, NOW + LEASE)
    read, write = world.database.read, world.database.write
    assert not await read(lambda tx: outgoing.is_in_hand(tx, slow))
    assert await read(lambda tx: outgoing.is_in_hand(tx, quick))
    assert not await write(lambda tx: outgoing.keep_in_hand(tx, slow, NOW + 5 * LEASE))
    await write(lambda tx: outgoing.put_off(tx, slow, NOW + 9 * LEASE, "slow", 1))
    await write(lambda tx: outgoing.end(tx, slow, NotificationState.FAILED, "slow"))
    await write(lambda tx: outgoing.let_go(tx, [slow]))
    assert await world.rows("SELECT state, attempts, leased_until, error FROM notification") == [
        (NotificationState.PLANNED, 2, int((NOW + 2 * LEASE).timestamp()), None)
    ]
    assert await write(lambda tx: outgoing.keep_in_hand(tx, quick, NOW + 5 * LEASE))


async def test_when_the_clock_was_put_back_leases_from_the_future_mean_nothing(
    world: World, visit_id: int
) -> None:
    await plan(world.database, visit_id, "ticket", NOW)
    await plan(world.database, visit_id, "reminder", NOW + timedelta(days=2))
    await claim(world.database, NOW + timedelta(days=1))
    later = NOW + timedelta(hours=1)
    assert not await has_due(world.database, later)
    await world.database.write(lambda tx: outgoing.look_anew(tx, later, later, []))
    (row,) = await claim(world.database, NOW + timedelta(hours=1))
    assert row.kind == "ticket"


async def test_what_is_planned_again_stays_as_it_is(world: World, visit_id: int) -> None:
    await plan(world.database, visit_id, "ticket", NOW)
    await plan(world.database, visit_id, "ticket", NOW + timedelta(hours=5))
    await plan(world.database, visit_id, "ticket", NOW + timedelta(hours=5), sequence=1)
    assert await world.rows("SELECT sequence, due_at FROM notification ORDER BY sequence") == [
        (0, int(NOW.timestamp())),
        (1, int(NOW.timestamp()) + 5 * 3600),
    ]


async def test_what_was_sent_is_never_due_again(world: World, visit_id: int) -> None:
    await plan(world.database, visit_id, "ticket", NOW)
    (row,) = await claim(world.database, NOW)
    await world.database.write(lambda tx: outgoing.mark_sent(tx, row.id, NOW + SECOND, 77))
    assert not await has_due(world.database, NOW + timedelta(days=1))
    await plan(world.database, visit_id, "ticket", NOW)
    assert await claim(world.database, NOW + timedelta(days=1)) == []
    assert await world.rows("SELECT state, sent_at, message_id, error FROM notification") == [
        (NotificationState.SENT, int(NOW.timestamp()) + 1, 77, None)
    ]


async def test_what_is_put_off_comes_back_at_its_second(world: World, visit_id: int) -> None:
    await plan(world.database, visit_id, "ticket", NOW)
    (row,) = await claim(world.database, NOW)
    until = NOW + timedelta(seconds=10)
    await world.database.write(lambda tx: outgoing.put_off(tx, row, until, "a bad gateway", row.attempts))
    assert not await has_due(world.database, until - SECOND)
    assert await claim(world.database, until - SECOND) == []
    (again,) = await claim(world.database, until)
    assert (again.id, again.attempts, again.due_at) == (row.id, 2, NOW)
    assert await world.rows("SELECT error FROM notification") == [("a bad gateway",)]


async def test_dropping_takes_what_is_planned_of_one_visit_and_nothing_else(
    world: World, visit_id: int
) -> None:
    other = (await world.book(102, await world.slot_id(CHEKHOV, 4))).appointment.id
    await world.database.write(lambda tx: tx.execute("DELETE FROM notification"))
    for kind in ("ticket", "news", "reminder"):
        await plan(world.database, visit_id, kind, NOW)
    await plan(world.database, other, "ticket", NOW)
    first, *_ = await claim(world.database, NOW, limit=1)
    await world.database.write(lambda tx: outgoing.mark_sent(tx, first.id, NOW, 1))
    dropped = await world.database.write(lambda tx: notifications.drop_planned(tx, visit_id, "cancelled"))
    assert dropped == 2
    assert [row.appointment_id for row in await claim(world.database, NOW)] == [other]
    states = await world.rows("SELECT state, error FROM notification WHERE appointment_id = ?", visit_id)
    assert sorted(states, key=str) == [
        (NotificationState.SENT, None),
        (NotificationState.DROPPED, "cancelled"),
        (NotificationState.DROPPED, "cancelled"),
    ]
    assert await world.database.write(lambda tx: notifications.drop_planned(tx, visit_id, "again")) == 0


@pytest.mark.parametrize("state", [NotificationState.DROPPED, NotificationState.FAILED])
async def test_what_has_ended_is_not_due_and_says_why(
    world: World, visit_id: int, state: NotificationState
) -> None:
    await plan(world.database, visit_id, "ticket", NOW)
    (row,) = await claim(world.database, NOW)
    await world.database.write(lambda tx: outgoing.end(tx, row, state, "the reason"))
    assert not await has_due(world.database, NOW + timedelta(days=1))
    assert await claim(world.database, NOW + timedelta(days=1)) == []
    assert await world.rows("SELECT state, error FROM notification") == [(state, "the reason")]


async def test_message_ids_of_what_was_sent_in_the_order_of_the_moves(world: World, visit_id: int) -> None:
    for sequence in (2, 0, 1, 3):
        await plan(world.database, visit_id, "ticket", NOW - timedelta(hours=sequence), sequence)
    await plan(world.database, visit_id, "reminder", NOW)
    for row in await claim(world.database, NOW):
        message_id = None if row.sequence == 1 else 100 + row.sequence
        if row.sequence != 3:
            await world.database.write(
                partial(outgoing.mark_sent, notification_id=row.id, now=NOW, message_id=message_id)
            )
    sent = await world.database.read(
        lambda tx: notifications.sent_message_ids(tx, visit_id, ACCOUNT, "ticket")
    )
    assert sent == [100, 102]


async def test_a_note_reaches_a_chat_without_an_account_and_an_account_in_its_language(world: World) -> None:
    await world.patient(ANNA, language="en")
    keyring = world.database.keyring

    def work(tx: Tx) -> list[Note | None]:
        for chat in (ANNA, 999):
            notifications.plan_to_chat(tx, keyring, chat, "help", "help", NOW, {"request": "7"})
        rows = outgoing.claim_due(tx, "help", NOW, NOW + LEASE, 100)
        return [notifications.note(tx, keyring, row) for row in rows]

    found = await world.database.write(work)
    assert found == [Note(ANNA, "en", {"request": "7"}), Note(999, "", {"request": "7"})]
