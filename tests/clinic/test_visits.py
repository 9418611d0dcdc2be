"""What becomes of a booked visit: cancelled, moved, confirmed; at the edges of the rules."""

from datetime import timedelta

import pytest

from clinic import visits
from clinic.errors import (
    NotFound,
    TimeTaken,
    TooFarToMove,
    VisitCancelled,
    VisitOver,
    VisitOverlaps,
    WrongPlace,
)
from storage.states import AppointmentStatus, SlotStatus
from tests.world import BULGAKOV, CHEKHOV, VERESAEV, World

ANNA, BORIS = 101, 102


async def planned(world: World, appointment_id: int) -> set[str]:
    rows = await world.rows(
        "SELECT kind, lead FROM notification WHERE appointment_id = ? AND state = 1", appointment_id
    )
    return {f"{kind}_{lead // 3600}h" if lead else kind for kind, lead in rows}


@pytest.mark.parametrize(
    ("left", "reason", "is_barred"),
    [
        (timedelta(hours=22), "", False),
        (timedelta(hours=22) - timedelta(seconds=1), "", True),
        (timedelta(hours=22) - timedelta(seconds=1), "ill", False),
        (timedelta(seconds=1), "", True),
    ],
)
async def test_cancelling_at_the_edge_of_what_is_free(
    world: World, left: timedelta, reason: str, is_barred: bool
) -> None:
    slot = await world.slot_id(CHEKHOV, 3)
    visit = await world.book(ANNA, slot)
    now = visit.appointment.starts_at - left
    result = await visits.cancel(world.database, ANNA, visit.appointment.id, now, reason=reason)
    assert result.is_barred == is_barred
    assert await world.status(slot) == SlotStatus.FREE
    assert result.visit.appointment.status == AppointmentStatus.CANCELLED
    assert await planned(world, visit.appointment.id) == {"cancelled"}


async def test_a_visit_that_has_begun_stays(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    with pytest.raises(VisitOver):
        await visits.cancel(world.database, ANNA, visit.appointment.id, visit.appointment.starts_at)
    assert await world.status(visit.appointment.slot_id) == SlotStatus.BUSY


async def test_cancelling_again_changes_nothing_and_says_so(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 4))
    number = visit.appointment.id
    await visits.cancel(world.database, ANNA, number, world.clock.now())
    await world.book(BORIS, visit.appointment.slot_id)
    again = await visits.cancel(world.database, ANNA, number, world.clock.now())
    assert again.was_already
    assert await world.status(visit.appointment.slot_id) == SlotStatus.BUSY


async def test_moving_keeps_the_number_and_makes_everything_else_new(world: World) -> None:
    old_slot, new_slot = await world.slot_id(CHEKHOV, 3), await world.slot_id(BULGAKOV, 4, 2)
    before = (await world.book(ANNA, old_slot)).appointment
    after = (await visits.move(world.database, ANNA, before.id, new_slot, world.clock.now())).appointment
    assert (after.number, after.id) == (before.number, before.id)
    assert after.ticket_code != before.ticket_code
    assert after.sequence == before.sequence + 1
    assert after.first_starts_at == before.starts_at
    assert after.queue_number == 3
    assert [await world.status(slot) for slot in (old_slot, new_slot)] == [SlotStatus.FREE, SlotStatus.BUSY]
    rows = await world.rows("SELECT kind, lead, sequence, due_at FROM notification WHERE state = 1")
    due = {row[:3]: row[3] for row in rows}
    assert set(due) == {
        ("ticket", 0, 1), ("ticket_file", 0, 1), ("reminder", 86400, 1), ("reminder", 10800, 1),
        ("how_was_it", 0, 1),
    }  # fmt: skip
    assert due["reminder", 10800, 1] == int(after.starts_at.timestamp()) - 3 * 3600
    assert due["how_was_it", 0, 1] == int(after.ends_at.timestamp()) + 3 * 3600


async def test_a_move_to_a_taken_time_leaves_everything_as_it_was(world: World) -> None:
    wanted = await world.slot_id(CHEKHOV, 4)
    await world.book(BORIS, wanted)
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 3))
    with pytest.raises(TimeTaken):
        await visits.move(world.database, ANNA, visit.appointment.id, wanted, world.clock.now())
    same = await visits.visit(world.database, ANNA, visit.appointment.id)
    assert same.appointment == visit.appointment
    assert await planned(world, visit.appointment.id) == {
        "ticket",
        "ticket_file",
        "reminder_24h",
        "reminder_3h",
        "how_was_it",
    }


async def test_a_visit_moves_within_thirty_days_of_its_first_date_however_often(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    number, now = visit.appointment.id, world.clock.now()
    await visits.move(world.database, ANNA, number, await world.slot_id(CHEKHOV, 28), now)
    await world.database.write(
        lambda tx: tx.execute(
            "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (1, :at, 30, 0)",
            {"at": int((visit.appointment.starts_at + timedelta(days=30, seconds=1)).timestamp())},
        )
    )
    ((too_far,),) = await world.rows("SELECT max(id) FROM slot")
    with pytest.raises(TooFarToMove):
        await visits.move(world.database, ANNA, number, too_far, now)


async def test_a_visit_moves_within_its_place_and_specialty_alone(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    with pytest.raises(WrongPlace):
        await visits.move(
            world.database, ANNA, visit.appointment.id, await world.slot_id(VERESAEV, 2), world.clock.now()
        )


async def test_a_visit_cannot_move_onto_another_visit_of_the_same_patient(world: World) -> None:
    await world.book(ANNA, await world.slot_id(BULGAKOV, 2))
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    with pytest.raises(VisitOverlaps):
        await visits.move(
            world.database, ANNA, visit.appointment.id, await world.slot_id(CHEKHOV, 2), world.clock.now()
        )


async def test_nobody_sees_or_changes_a_visit_of_somebody_else(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 3))
    await world.patient(BORIS)
    number, now, other = visit.appointment.id, world.clock.now(), await world.slot_id(CHEKHOV, 4)
    for stranger in (BORIS, 999):
        for act in (
            visits.visit(world.database, stranger, number),
            visits.confirm(world.database, stranger, number, now),
            visits.cancel(world.database, stranger, number, now),
            visits.move(world.database, stranger, number, other, now),
            visits.ticket_again(world.database, stranger, number, now),
            visits.by_ticket(world.database, stranger, visit.appointment.ticket_code),
        ):
            with pytest.raises(NotFound):
                await act
        assert (await visits.coming(world.database, stranger, now, 0, 5)).items == ()
    assert (await visits.visit(world.database, ANNA, number)).appointment == visit.appointment


async def test_a_ticket_of_before_a_move_finds_the_visit_for_its_owner_alone(world: World) -> None:
    before = (await world.book(ANNA, await world.slot_id(CHEKHOV, 3))).appointment
    await world.patient(BORIS, "Борис")
    for day in (4, 7):
        await visits.move(
            world.database, ANNA, before.id, await world.slot_id(CHEKHOV, day), world.clock.now()
        )
    found = (await visits.by_ticket(world.database, ANNA, before.ticket_code)).appointment
    assert found.id == before.id
    assert found.ticket_code != before.ticket_code
    for code in (before.ticket_code, found.ticket_code, "", "nonsense"):
        with pytest.raises(NotFound):
            await visits.by_ticket(world.database, BORIS, code)
    with pytest.raises(NotFound):
        await visits.by_ticket(world.database, ANNA, "")


async def test_the_visit_last_reminded_of_is_found_confirmed_or_not(world: World) -> None:
    visit = (await world.book(ANNA, await world.slot_id(CHEKHOV, 1))).appointment
    assert await visits.reminded(world.database, ANNA, world.clock.now()) is None
    await world.database.write(
        lambda tx: tx.execute("UPDATE notification SET state = 0, message_id = 9 WHERE lead = 10800")
    )
    await visits.confirm(world.database, ANNA, visit.id, world.clock.now())
    found = await visits.reminded(world.database, ANNA, world.clock.now())
    assert found is not None
    assert found.appointment.id == visit.id
    assert await visits.reminded(world.database, BORIS, world.clock.now()) is None
    assert await visits.reminded(world.database, ANNA, visit.starts_at) is None


async def test_a_cancelled_visit_cannot_be_moved_or_confirmed(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 3))
    number, now = visit.appointment.id, world.clock.now()
    await visits.cancel(world.database, ANNA, number, now)
    for act in (
        visits.move(world.database, ANNA, number, await world.slot_id(CHEKHOV, 4), now),
        visits.confirm(world.database, ANNA, number, now),
        visits.ticket_again(world.database, ANNA, number, now),
    ):
        with pytest.raises(VisitCancelled):
            await act


async def test_a_typed_yes_confirms_only_what_was_reminded_of(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    assert await visits.confirm_reminded(world.database, ANNA, world.clock.now()) is None
    await world.database.write(
        lambda tx: tx.execute(
            "UPDATE notification SET state = 0, message_id = 7, sent_at = due_at WHERE lead = 86400"
        )
    )
    confirmed = await visits.confirm_reminded(world.database, ANNA, world.clock.now())
    assert confirmed is not None
    assert confirmed.appointment.id == visit.appointment.id
    assert await visits.confirm_reminded(world.database, ANNA, world.clock.now()) is None


async def test_the_last_booking_is_offered_again_whatever_became_of_it(world: World) -> None:
    assert await visits.overview(world.database, ANNA, world.clock.now()) == visits.Overview()
    await world.book(ANNA, await world.slot_id(VERESAEV, 3))
    world.clock.move(timedelta(minutes=1))
    last = await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    known = await visits.overview(world.database, ANNA, world.clock.now())
    assert known.next_visit is not None
    assert known.next_visit.appointment.id == last.appointment.id
    assert known.last_place is not None
    assert known.last_place.schedule_id == CHEKHOV
    await visits.cancel(world.database, ANNA, last.appointment.id, world.clock.now())
    known = await visits.overview(world.database, ANNA, world.clock.now())
    assert known.last_place is not None
    assert known.last_place.schedule_id == CHEKHOV
    world.clock.move(timedelta(days=10))
    known = await visits.overview(world.database, ANNA, world.clock.now())
    assert known.next_visit is None
    assert known.last_place is not None
