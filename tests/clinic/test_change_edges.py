"""Cancel and move at the edges of their rules: to the second, and who is told."""

from datetime import timedelta

import pytest

from clinic import booking, codes, family, invitations, planning, reminding, rules, visits
from clinic.booking import Request
from clinic.errors import TimeBarred, TooFarToMove, VisitArrived
from clinic.waiting import entries
from clinic.waiting.entries import Wanted
from reminders.outbox import Outbox
from storage.appointments import Visit
from storage.states import AppointmentStatus, OfferState, SlotStatus
from tests.clinic.test_family import ANNA, BORIS, MASHA
from tests.clinic.waiting_list import List
from tests.world import BULGAKOV, CHEKHOV, THERAPIST, World

SECOND = timedelta(seconds=1)
VERA = 303
FREE_UNTIL = rules.FREE_CANCEL - rules.GRACE


async def arrived(world: World) -> Visit:
    """Book a visit, and let the desk note that its patient is there."""
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 3))
    await world.database.write(
        lambda tx: tx.execute("UPDATE appointment SET status = ?", (int(AppointmentStatus.ARRIVED),)) and None
    )
    return visit


async def add_slot(world: World, at) -> int:
    """Add a free time of Chekhov's."""
    await world.database.write(
        lambda tx: (
            tx.execute(
                "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (1, ?, 30, 0)",
                (int(at.timestamp()),),
            )
            and None
        )
    )
    return int((await world.rows("SELECT max(id) FROM slot"))[0][0])


# --- the clinic has noted the arrival


@pytest.mark.parametrize("before", [timedelta(days=2), SECOND, -SECOND])
async def test_who_is_there_neither_cancels_nor_moves_and_nothing_changes(
    world: World, before: timedelta
) -> None:
    visit = await arrived(world)
    number, now = visit.appointment.id, visit.appointment.starts_at - before
    other = await world.slot_id(BULGAKOV, 4)
    for act in (
        visits.cancel(world.database, ANNA, number, now, reason="ill"),
        visits.move(world.database, ANNA, number, other, now, reason="ill"),
    ):
        with pytest.raises(VisitArrived):
            await act
    found = await visits.visit(world.database, ANNA, number)
    assert found.appointment.status == AppointmentStatus.ARRIVED
    assert not visits.can_change(found, now)
    assert [await world.status(slot) for slot in (visit.appointment.slot_id, other)] == [
        SlotStatus.BUSY,
        SlotStatus.FREE,
    ]


async def test_a_late_yes_of_who_is_there_is_no_error(world: World) -> None:
    visit = await arrived(world)
    said = await visits.confirm(world.database, ANNA, visit.appointment.id, world.clock.now())
    assert said.appointment.status == AppointmentStatus.ARRIVED


async def test_who_is_there_does_not_wait_for_a_sooner_time(world: World) -> None:
    visit = await arrived(world)
    row = visit.appointment
    wanted = Wanted(row.patient_id, THERAPIST, "RU-MOW", appointment_id=row.id)
    with pytest.raises(VisitArrived):
        await entries.join(world.database, ANNA, wanted, world.clock.now())


async def test_who_is_there_is_not_reminded(world: World) -> None:
    visit = await arrived(world)
    sent = []

    class Chat:
        async def send(self, row, about) -> int:
            sent.append(row.kind)
            return 1

    outbox = Outbox(world.database, world.clock, {reminding.CHAT: Chat()})
    world.clock.at = visit.appointment.starts_at - SECOND
    while await outbox.send_due():
        pass
    assert sent == [planning.TICKET, planning.TICKET_FILE]
    assert ("the patient is there",) in await world.rows("SELECT error FROM notification WHERE state = 2")


# --- a day and its grace


@pytest.mark.parametrize(("late", "is_barred"), [(timedelta(), False), (SECOND, True)])
async def test_the_same_time_is_lost_from_the_second_after_the_grace_on(
    world: World, late: timedelta, is_barred: bool
) -> None:
    visit = await world.book(ANNA, await world.slot_id(CHEKHOV, 3))
    row = visit.appointment
    now = row.starts_at - FREE_UNTIL + late
    assert rules.needs_reason(row.starts_at, now) == is_barred
    assert (await visits.cancel(world.database, ANNA, row.id, now)).is_barred == is_barred
    again = booking.book(world.database, Request(ANNA, row.patient_id, row.slot_id), now)
    if is_barred:
        with pytest.raises(TimeBarred):
            await again
    else:
        assert (await again).appointment.slot_id == row.slot_id


async def test_a_move_never_costs_the_time_that_was_given_up(world: World) -> None:
    slot, other = await world.slot_id(CHEKHOV, 3), await world.slot_id(CHEKHOV, 4)
    visit = await world.book(ANNA, slot)
    now = visit.appointment.starts_at - SECOND
    assert rules.needs_reason(visit.appointment.starts_at, now)
    await visits.move(world.database, ANNA, visit.appointment.id, other, now)
    back = await visits.move(world.database, ANNA, visit.appointment.id, slot, now)
    assert back.appointment.slot_id == slot
    await visits.move(world.database, ANNA, visit.appointment.id, other, now)
    request = Request(ANNA, visit.appointment.patient_id, slot, is_second_meant=True)
    assert (await booking.book(world.database, request, now)).appointment.slot_id == slot


# --- thirty days from the first date


@pytest.mark.parametrize("is_moved", [False, True])
@pytest.mark.parametrize("sign", [1, -1])
async def test_thirty_days_from_the_first_date_to_the_second(world: World, sign: int, is_moved: bool) -> None:
    begins = (await world.book(BORIS, await world.slot_id(CHEKHOV, 1))).appointment.starts_at
    first = await world.book(ANNA, await add_slot(world, begins + timedelta(days=40, minutes=7)))
    number, at = first.appointment.id, first.appointment.starts_at
    now = world.clock.now()
    if is_moved:  # to the end of what is allowed: it does not stretch the span
        await visits.move(
            world.database, ANNA, number, await add_slot(world, at + sign * timedelta(days=29)), now
        )
    edge = at + sign * rules.MOVE_WITHIN
    beyond, exactly = await add_slot(world, edge + sign * SECOND), await add_slot(world, edge)
    with pytest.raises(TooFarToMove):
        await visits.move(world.database, ANNA, number, beyond, now)
    moved = await visits.move(world.database, ANNA, number, exactly, now)
    assert moved.appointment.starts_at == edge
    with pytest.raises(TooFarToMove):
        await visits.move(world.database, ANNA, number, beyond, now)


# --- who is told


async def test_both_parents_are_told_of_a_cancel_and_of_a_move(world: World) -> None:
    await world.patient(ANNA)
    await world.patient(BORIS, "Борис")
    now = world.clock.now()
    masha = await family.add_child(world.database, ANNA, codes.new_id(), MASHA, now)
    link = await invitations.invite_parent(world.database, ANNA, masha.id, now)
    await invitations.accept(world.database, BORIS, link.code, now)
    visit = await booking.book(world.database, Request(ANNA, masha.id, await world.slot_id(CHEKHOV, 3)), now)
    number = visit.appointment.id

    async def told(sequence: int) -> set[tuple[int, str]]:
        return set(
            await world.rows(
                "SELECT telegram_id, kind FROM notification JOIN account ON account.id = account_id"
                " WHERE appointment_id = ? AND sequence = ? AND notification.state = 1",
                number,
                sequence,
            )
        )

    await visits.move(world.database, BORIS, number, await world.slot_id(CHEKHOV, 4), now)
    assert {(ANNA, planning.TICKET), (BORIS, planning.TICKET)} <= await told(1)
    await visits.cancel(world.database, ANNA, number, now)
    assert await told(1) == set()
    assert await told(2) == {(ANNA, planning.CANCELLED), (BORIS, planning.CANCELLED)}


@pytest.mark.parametrize("is_moved", [False, True])
async def test_a_time_that_gets_free_is_offered_in_the_same_second(world: World, is_moved: bool) -> None:
    waiting = List(world)
    slot, other = await world.slot_id(CHEKHOV, 7), await world.slot_id(CHEKHOV, 8)
    visit = await world.book(ANNA, slot)
    await world.database.write(
        lambda tx: tx.execute("UPDATE slot SET status = 3 WHERE status = 0 AND id <> ?", (other,)) and None
    )
    world.clock.move(timedelta(hours=6))  # by day: at night nobody is told
    await world.database.write(
        lambda tx: tx.execute("UPDATE slot SET status = 3 WHERE id = ?", (other,)) and None
    )
    await waiting.join(VERA)
    now = world.clock.now()
    if is_moved:
        await waiting.open(other)
        await visits.move(world.database, ANNA, visit.appointment.id, other, now)
    else:
        await visits.cancel(world.database, ANNA, visit.appointment.id, now)
    assert (VERA, slot, OfferState.OPEN) in await waiting.offers()
    ((offered_at,),) = await world.rows("SELECT offered_at FROM waiting_offer WHERE slot_id = ?", slot)
    assert offered_at == int(now.timestamp())
