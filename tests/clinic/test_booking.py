"""Holding and booking: what is refused, what is written, what a second press changes."""

from datetime import timedelta

import pytest

from clinic import booking, codes, rules, visits
from clinic.errors import (
    AccessEnded,
    NotRegistered,
    SameSpecialty,
    TimeBarred,
    TimePast,
    TimeTaken,
    VisitOverlaps,
)
from storage.states import SlotStatus
from tests.world import BULGAKOV, CHEKHOV, VERESAEV, World

ANNA, BORIS = 101, 102


async def test_a_hold_keeps_a_time_for_five_minutes_and_then_gives_it_back(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 1)
    held = await booking.hold(world.database, ANNA, slot, world.clock.now())
    assert held.expires_at == world.clock.now() + timedelta(minutes=5)
    with pytest.raises(TimeTaken):
        await booking.hold(world.database, BORIS, slot, world.clock.now())
    world.clock.move(timedelta(minutes=5))
    await booking.release_expired(world.database, world.clock.now())
    assert await world.status(slot) == SlotStatus.FREE
    assert (await booking.hold(world.database, BORIS, slot, world.clock.now())).slot.id == slot


async def test_an_expired_hold_is_free_for_the_next_one_without_any_clean_up(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 1)
    await booking.hold(world.database, ANNA, slot, world.clock.now())
    world.clock.move(rules.HOLD)
    assert (await booking.hold(world.database, BORIS, slot, world.clock.now())).slot.id == slot
    assert await booking.held(world.database, ANNA, world.clock.now()) is None


async def test_a_hold_while_registering_lasts_a_quarter_of_an_hour(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 1)
    start = world.clock.now()
    held = await booking.hold(world.database, ANNA, slot, start, is_registering=True)
    assert held.expires_at == start + timedelta(minutes=15)
    world.clock.move(timedelta(minutes=14))
    registered = await booking.hold(world.database, ANNA, slot, world.clock.now())
    assert registered.expires_at == start + timedelta(minutes=19)


async def test_a_time_cannot_be_kept_for_ever_by_choosing_it_again(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 1)
    start = world.clock.now()
    for _ in range(10):
        held = await booking.hold(world.database, ANNA, slot, world.clock.now())
        world.clock.move(timedelta(minutes=4))
        if held.expires_at <= world.clock.now():
            break
    assert held.expires_at == start + rules.HOLD_IN_ALL


async def test_choosing_another_time_gives_the_first_one_back(world: World) -> None:
    first, second = await world.slot_id(CHEKHOV, 1), await world.slot_id(CHEKHOV, 1, 1)
    await booking.hold(world.database, ANNA, first, world.clock.now())
    await booking.hold(world.database, ANNA, second, world.clock.now())
    assert await world.status(first) == SlotStatus.FREE
    assert await world.status(second) == SlotStatus.TENTATIVE
    await booking.let_go(world.database, ANNA)
    assert await world.status(second) == SlotStatus.FREE


async def test_a_booking_writes_the_visit_its_ticket_and_its_reminders(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 2, 3)
    visit = await world.book(ANNA, slot)
    row = visit.appointment
    assert codes.is_number(row.number)
    assert row.queue_number == 4
    assert await world.status(slot) == SlotStatus.BUSY
    planned = await world.rows("SELECT kind, lead, due_at FROM notification WHERE appointment_id = ?", row.id)
    starts, now = int(row.starts_at.timestamp()), int(world.clock.now().timestamp())
    assert sorted(planned) == [
        ("how_was_it", 0, starts + 1800 + 3 * 3600),
        ("reminder", 3 * 3600, starts - 3 * 3600),
        ("reminder", 24 * 3600, starts - 24 * 3600),
        ("ticket", 0, now),
        ("ticket_file", 0, now),
    ]


async def test_a_reminder_whose_moment_has_passed_is_not_planned(world: World) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 0))  # in three hours to the minute
    kinds = await world.rows("SELECT kind FROM notification WHERE appointment_id = ?", visit.appointment.id)
    assert sorted(kind for (kind,) in kinds) == ["how_was_it", "ticket", "ticket_file"]


async def test_booking_twice_returns_the_same_visit(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 1)
    first, second = await world.book(ANNA, slot), await world.book(ANNA, slot)
    assert first.appointment.id == second.appointment.id
    assert len(await world.rows("SELECT id FROM appointment")) == 1
    assert len(await world.rows("SELECT id FROM notification")) == 5


async def test_a_time_somebody_else_has_is_refused_with_the_three_nearest(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 1, 2)
    await world.book(ANNA, slot)
    with pytest.raises(TimeTaken) as refused:
        await world.book(BORIS, slot)
    assert {offer.slot_id for offer in refused.value.nearest} == {
        await world.slot_id(BULGAKOV, 1, 2),
        await world.slot_id(CHEKHOV, 1, 3),
        await world.slot_id(BULGAKOV, 1, 3),
    }
    assert await world.rows("SELECT count(*) FROM appointment") == [(1,)]


async def test_a_time_that_another_chat_holds_is_refused(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 1)
    await booking.hold(world.database, BORIS, slot, world.clock.now())
    with pytest.raises(TimeTaken):
        await world.book(ANNA, slot)


async def test_a_past_time_is_refused(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 0)
    world.clock.move(timedelta(hours=3))
    with pytest.raises(TimePast) as refused:
        await world.book(ANNA, slot)
    assert all(offer.starts_at > world.clock.now() for offer in refused.value.nearest)
    assert len(refused.value.nearest) == 3


async def test_overlapping_visits_of_one_patient_are_refused(world: World) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    with pytest.raises(VisitOverlaps):
        await world.book(ANNA, await world.slot_id(BULGAKOV, 1))


async def test_a_second_visit_to_a_specialty_is_asked_about(world: World) -> None:
    await world.book(ANNA, await world.slot_id(CHEKHOV, 1))
    other = await world.slot_id(BULGAKOV, 2)
    with pytest.raises(SameSpecialty):
        await world.book(ANNA, other, is_second_meant=False)
    await world.book(ANNA, await world.slot_id(VERESAEV, 3), is_second_meant=False)
    assert (await world.book(ANNA, other)).place.doctor_surname == "Булгаков"


async def test_nobody_books_for_a_patient_of_somebody_else(world: World) -> None:
    anna = await world.patient(ANNA)
    await world.patient(BORIS)
    slot = await world.slot_id(CHEKHOV, 1)
    with pytest.raises(AccessEnded):
        await booking.book(world.database, booking.Request(BORIS, anna.id, slot), world.clock.now())
    with pytest.raises(NotRegistered):
        await booking.book(world.database, booking.Request(999, anna.id, slot), world.clock.now())
    assert await world.status(slot) == SlotStatus.FREE


async def test_a_time_given_up_late_and_without_a_reason_is_barred_for_that_patient_alone(
    world: World,
) -> None:
    from clinic import visits

    slot = await world.slot_id(CHEKHOV, 0, 4)
    visit = await world.book(ANNA, slot)
    assert (await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now())).is_barred
    with pytest.raises(TimeBarred):
        await world.book(ANNA, slot)
    assert (await world.book(BORIS, slot)).appointment.slot_id == slot


async def test_a_time_that_is_barred_is_not_even_kept_for_a_new_visit(world: World) -> None:
    slot = await world.slot_id(CHEKHOV, 0)
    visit = await world.book(ANNA, slot)
    await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now())
    with pytest.raises(TimeBarred) as refused:
        await booking.hold(world.database, ANNA, slot, world.clock.now(), is_to_book=True)
    offered = [offer.slot_id for offer in refused.value.nearest]
    assert len(offered) == rules.OFFERED_TIMES
    assert slot not in offered
    assert await world.rows("SELECT * FROM hold") == []
    # a move may go there, and so may somebody else
    assert await booking.hold(world.database, ANNA, slot, world.clock.now())
    await booking.let_go(world.database, ANNA)
    assert await booking.hold(world.database, BORIS, slot, world.clock.now(), is_to_book=True)


async def test_holds_in_their_last_minute_are_found(world: World) -> None:
    await booking.hold(world.database, ANNA, await world.slot_id(CHEKHOV, 1), world.clock.now())
    for left, is_ending in ((61, False), (60, True), (1, True), (0, False)):
        now = world.clock.now() + rules.HOLD - timedelta(seconds=left)
        assert bool(await booking.ending(world.database, now)) is is_ending, left
