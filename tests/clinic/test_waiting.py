"""The waiting list: who is offered what, in which order, for how long, and what becomes of it."""

from datetime import date, time, timedelta

import pytest

from clinic import booking, documents, patients, rights, visits
from clinic.errors import (
    AccountInactive,
    NotFound,
    OfferOver,
    SameSpecialty,
    VisitOverlaps,
    WaitingFull,
    WaitingOver,
)
from clinic.waiting import answers, entries, offering, watching
from clinic.waiting.answers import NotNow, Offered
from clinic.waiting.asked import asked_of
from clinic.waiting.entries import BOOK
from clinic.wishes import WEEKEND, Window, Wish
from storage import freed
from storage.states import OfferState, SlotStatus
from storage.types import epoch
from tests.clinic.waiting_list import List
from tests.world import BULGAKOV, CARDIOLOGIST, CHECK_UP, CHEKHOV, World

ANNA, BORIS, VERA = 101, 102, 103
MORNING = timedelta(hours=3)
"""From the tests' six o'clock in Moscow to nine."""


@pytest.fixture
async def the_list(world: World) -> List:
    found = List(world)
    await found.close_all()
    world.clock.move(MORNING)
    return found


async def test_a_cancelled_time_goes_to_the_first_in_the_list_in_the_same_transaction(world: World) -> None:
    the_list = List(world)
    world.clock.move(MORNING)
    slot = await world.slot_id(CHEKHOV, 7)
    visit = await world.book(VERA, slot)
    await world.database.write(lambda tx: tx.execute("UPDATE slot SET status = 3 WHERE status = 0") and None)
    await the_list.join(ANNA)
    await the_list.join(BORIS)
    await visits.cancel(world.database, VERA, visit.appointment.id, world.clock.now())
    assert await world.status(slot) == SlotStatus.TENTATIVE
    assert await the_list.to_whom(slot) == ANNA
    assert [row[0] for row in await the_list.messages("offer")] == [ANNA]


async def test_places_are_shown_and_move_up(the_list: List) -> None:
    first = await the_list.join(ANNA)
    second = await the_list.join(BORIS)
    elsewhere = await the_list.join(VERA, specialty=CARDIOLOGIST, region="RU-PRI")
    assert [(one.place, one.of) for one in (first, second, elsewhere)] == [(1, 1), (2, 2), (1, 1)]
    await entries.leave(the_list.world.database, ANNA, first.row.id, the_list.world.clock.now())
    (left,) = await entries.entries(the_list.world.database, BORIS)
    assert (left.place, left.of) == (1, 1)


async def test_entries_for_other_doctors_are_no_rivals(the_list: List) -> None:
    await the_list.join(ANNA, facility_id=1, schedule_id=CHEKHOV)
    other = await the_list.join(BORIS, facility_id=1, schedule_id=BULGAKOV)
    both = await the_list.join(VERA, facility_id=1)
    assert (other.place, other.of) == (1, 1)
    assert (both.place, both.of) == (3, 3)
    slot = await the_list.world.slot_id(BULGAKOV, 7)
    await the_list.free(slot)
    assert await the_list.to_whom(slot) == BORIS


async def test_a_proved_benefit_comes_first_and_a_claimed_one_does_not(the_list: List) -> None:
    await the_list.join(ANNA)
    boris = await the_list.join(BORIS)
    await the_list.give_benefit(BORIS, with_proof=False)
    world = the_list.world
    assert (await entries.entry(world.database, BORIS, boris.row.id)).place == 2
    await the_list.give_benefit(BORIS, with_proof=True)
    assert (await entries.entry(world.database, BORIS, boris.row.id)).place == 1
    slot = await world.slot_id(CHEKHOV, 7)
    await the_list.free(slot)
    assert await the_list.to_whom(slot) == BORIS
    ((document,),) = await world.rows("SELECT id FROM document")
    await documents.delete(world.database, BORIS, document, world.clock.now())
    assert (await entries.entry(world.database, BORIS, boris.row.id)).place == 2


async def test_declined_it_goes_to_the_next_and_the_place_stays(the_list: List) -> None:
    for chat in (ANNA, BORIS):
        await the_list.join(chat)
    slot, later = await the_list.world.slot_id(CHEKHOV, 7), await the_list.world.slot_id(CHEKHOV, 8)
    await the_list.free(slot)
    declined = await the_list.decline(ANNA)
    assert (declined.offer.state, declined.list_place) == (OfferState.DECLINED, 1)
    assert await the_list.to_whom(slot) == BORIS
    await the_list.free(later)
    assert await the_list.to_whom(later) == ANNA
    await the_list.decline(BORIS)
    assert await the_list.world.status(slot) == SlotStatus.FREE


@pytest.mark.parametrize(
    ("days", "number", "minutes"),
    [(7, 0, 60), (2, 0, 15), (2, 1, 60), (1, 0, 15)],  # two days to the minute are not more than 48 hours
)
async def test_a_missed_time_goes_on_after_its_minutes(
    the_list: List, days: int, number: int, minutes: int
) -> None:
    world = the_list.world
    for chat in (ANNA, BORIS):
        await the_list.join(chat)
    slot = await world.slot_id(CHEKHOV, days, number)
    await the_list.free(slot)
    found = await the_list.tell(ANNA)
    assert isinstance(found, Offered)
    assert found.offer.until == world.clock.now() + timedelta(minutes=minutes)
    await the_list.tick(timedelta(minutes=minutes) - timedelta(seconds=1))
    assert await the_list.to_whom(slot) == ANNA
    await the_list.tick(timedelta(seconds=1))
    assert await the_list.to_whom(slot) == BORIS
    assert [row[0] for row in await the_list.messages("offer_over")] == [ANNA]
    (mine,) = await entries.entries(world.database, ANNA)
    assert mine.place == 1


async def test_taking_it_books_it_and_taking_it_again_gives_the_same_visit(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA)
    slot = await world.slot_id(CHEKHOV, 7)
    await the_list.free(slot)
    offer = await the_list.offer(ANNA)
    visit = await the_list.accept(ANNA)
    assert visit.appointment.slot_id == slot
    assert await world.status(slot) == SlotStatus.BUSY
    again = await answers.accept(world.database, ANNA, offer, world.clock.now())
    assert again.appointment.id == visit.appointment.id
    assert await entries.entries(world.database, ANNA) == []
    assert (
        await answers.decline(world.database, ANNA, offer, world.clock.now())
    ).offer.state == OfferState.ACCEPTED
    assert await world.status(slot) == SlotStatus.BUSY
    kinds = await world.rows("SELECT kind FROM notification WHERE appointment_id = ?", visit.appointment.id)
    assert ("ticket",) in kinds


async def test_an_old_button_says_how_it_stands_and_somebody_elses_finds_nothing(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA)
    await the_list.join(BORIS)
    await the_list.free(await world.slot_id(CHEKHOV, 7))
    offer = await the_list.offer(ANNA)
    for act in (answers.accept, answers.decline, answers.offered):
        extra = () if act is answers.offered else (world.clock.now(),)
        with pytest.raises(NotFound):
            await act(world.database, BORIS, offer, *extra)
    assert await the_list.offer(ANNA) == offer
    await the_list.tell(ANNA)
    await the_list.tick(timedelta(hours=1))
    with pytest.raises(OfferOver) as refused:
        await answers.accept(world.database, ANNA, offer, world.clock.now())
    assert refused.value.how == "missed"
    assert await the_list.offer(BORIS)


async def test_a_rule_that_forbids_it_keeps_place_and_time(the_list: List) -> None:
    """A time that clashes already is not offered at all; one that clashes only now is refused."""
    world = the_list.world
    await the_list.join(ANNA)
    slot = await world.slot_id(CHEKHOV, 7)
    await the_list.free(slot)
    other = await world.slot_id(BULGAKOV, 7)
    await the_list.open(other)
    await world.book(ANNA, other)
    with pytest.raises(VisitOverlaps):
        await the_list.accept(ANNA)
    assert await the_list.to_whom(slot) == ANNA
    await the_list.decline(ANNA)
    again = await world.slot_id(CHEKHOV, 7, 1)
    await the_list.free(again)
    with pytest.raises(SameSpecialty):
        await the_list.accept(ANNA)
    assert (await the_list.accept(ANNA, is_meant=True)).appointment.slot_id == again


async def test_what_clashes_or_is_barred_is_not_offered(the_list: List) -> None:
    world = the_list.world
    slot, same_hour = await world.slot_id(CHEKHOV, 7), await world.slot_id(BULGAKOV, 7)
    await the_list.open(slot)
    await world.book(ANNA, slot)
    await the_list.join(ANNA)
    await the_list.join(BORIS)
    await the_list.free(same_hour)
    assert await the_list.to_whom(same_hour) == BORIS


async def test_wishes_are_kept(the_list: List) -> None:
    world = the_list.world
    after_ten = Wish((Window(since=time(10)),))
    mondays = Wish((Window(weekdays=frozenset({0})),), without_schedules=frozenset({CHEKHOV}))
    await the_list.join(ANNA, wish=after_ten)
    await the_list.join(BORIS, wish=mondays)
    nine, ten = await world.slot_id(CHEKHOV, 8), await world.slot_id(CHEKHOV, 8, 2)
    monday_other, monday = await world.slot_id(CHEKHOV, 7), await world.slot_id(BULGAKOV, 7)
    for slot in (nine, ten, monday_other, monday):
        await the_list.free(slot)
    assert await the_list.to_whom(nine) is None
    assert await world.status(nine) == SlotStatus.FREE
    assert await the_list.to_whom(ten) == ANNA
    assert await the_list.to_whom(monday_other) is None
    assert await the_list.to_whom(monday) == BORIS


async def test_what_is_free_already_is_offered_to_whoever_joins_and_wishes_for_it(world: World) -> None:
    the_list = List(world)
    world.clock.move(MORNING)
    on_friday = Wish((Window(weekdays=frozenset({4}), since=time(11)),))
    await the_list.join(ANNA, wish=on_friday, reason="none_suitable")
    assert await the_list.to_whom(await world.slot_id(CHEKHOV, 4, 4)) == ANNA


async def test_another_wish_keeps_the_place_and_is_held_against_what_is_free(world: World) -> None:
    the_list = List(world)
    world.clock.move(MORNING)
    joined = await the_list.join(ANNA, wish=Wish((Window(weekdays=WEEKEND),)))
    await the_list.join(BORIS, wish=Wish((Window(weekdays=WEEKEND),)))
    assert await the_list.offers() == []
    changed = await entries.change(
        world.database, ANNA, joined.row.id, world.clock.now(), wish=Wish((Window(since=time(11)),))
    )
    assert (changed.place, changed.of) == (1, 2)
    assert await the_list.to_whom(await world.slot_id(CHEKHOV, 0, 4)) == ANNA


async def test_joining_twice_joins_once_and_the_last_wish_counts(the_list: List) -> None:
    first = await the_list.join(ANNA)
    again = await the_list.join(ANNA, wish=Wish((Window(since=time(10)),)))
    assert (again.row.id, again.place, again.of) == (first.row.id, 1, 1)
    assert again.wish == Wish((Window(since=time(10)),))


async def test_ten_entries_are_the_most_and_an_eleventh_is_refused(the_list: List) -> None:
    world = the_list.world
    await world.database.write(
        lambda tx: (
            tx.executemany(
                "INSERT INTO specialty (id, code, name_ru, name_en, official_name, group_ru, group_en,"
                " audience, sex, needs_referral, slot_minutes, words_ru, prepare_ru, prepare_en)"
                " SELECT ?, 's' || ?, name_ru, name_en, official_name, group_ru,"
                " group_en, audience, sex, needs_referral, slot_minutes, words_ru, prepare_ru, prepare_en"
                " FROM specialty WHERE id = 1",
                [(number, number) for number in range(10, 21)],
            )
            and None
        )
    )
    for number in range(10, 20):
        await the_list.join(ANNA, specialty=number)
    with pytest.raises(WaitingFull):
        await the_list.join(ANNA, specialty=20)
    await the_list.join(ANNA, specialty=10)  # the one that is there already
    await the_list.join(BORIS, specialty=20)


# --- at night


async def test_at_night_an_offer_waits_until_eight(the_list: List) -> None:
    world = the_list.world
    world.clock.move(timedelta(hours=13))  # ten in the evening
    await the_list.join(ANNA)
    await the_list.join(BORIS, is_any_hour=True)
    slot, other = await world.slot_id(CHEKHOV, 7), await world.slot_id(CHEKHOV, 8)
    await the_list.free(slot)
    await the_list.free(other)
    assert await the_list.to_whom(slot) == ANNA
    assert await the_list.to_whom(other) == BORIS
    (anna, boris) = await the_list.messages("offer")
    assert boris[1] == int(world.clock.now().timestamp())
    assert anna[1] == int((world.clock.now() + timedelta(hours=10)).timestamp())
    await the_list.tick(timedelta(hours=9, minutes=59))
    assert await the_list.to_whom(slot) == ANNA
    await the_list.tick(timedelta(minutes=1))
    found = await the_list.tell(ANNA)
    assert found.offer.until == world.clock.now() + timedelta(hours=1)


async def test_at_night_a_near_time_goes_to_those_who_want_to_be_woken_else_to_everybody(
    the_list: List,
) -> None:
    world = the_list.world
    world.clock.move(timedelta(hours=13))
    await the_list.join(ANNA)
    near, nearer = await world.slot_id(CHEKHOV, 1), await world.slot_id(CHEKHOV, 1, 1)
    await world.database.write(
        lambda tx: tx.executemany(
            "UPDATE slot SET starts_at = ? WHERE id = ?",
            [(int((world.clock.now() + timedelta(hours=10, minutes=44)).timestamp()), near),
             (int((world.clock.now() + timedelta(hours=10, minutes=40)).timestamp()), nearer)],
        ) and None
    )  # fmt: skip
    await the_list.free(near)
    assert await world.status(near) == SlotStatus.FREE
    await the_list.join(BORIS, is_any_hour=True)
    assert await the_list.to_whom(near) == BORIS


async def test_told_late_after_an_outage_the_minutes_count_from_then(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA)
    await the_list.join(BORIS)
    slot = await world.slot_id(CHEKHOV, 7)
    await the_list.free(slot)
    world.clock.move(timedelta(hours=5))
    await the_list.tick()
    assert await the_list.to_whom(slot) == ANNA, "nobody has tried to tell it"
    found = await the_list.tell(ANNA)
    assert found.offer.until == world.clock.now() + timedelta(hours=1)
    assert await the_list.tell(ANNA) == found, "after a kill it is told again and kept as long as it was"


async def test_an_offer_that_an_outage_has_carried_into_the_night_is_told_in_the_morning(
    the_list: List,
) -> None:
    world = the_list.world
    await the_list.join(ANNA)
    await the_list.free(await world.slot_id(CHEKHOV, 7))
    world.clock.move(timedelta(hours=13))
    put_off = await the_list.tell(ANNA)
    assert isinstance(put_off, NotNow)
    assert put_off.until == world.clock.now() + timedelta(hours=10)


async def test_an_offer_that_cannot_be_told_goes_on(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA)
    await the_list.join(BORIS)
    slot = await world.slot_id(CHEKHOV, 7)
    await the_list.free(slot)
    await world.database.write(lambda tx: tx.execute("UPDATE notification SET state = 3") and None)
    await the_list.tick(timedelta(hours=1))
    assert await the_list.to_whom(slot) == BORIS
    assert (ANNA, slot, OfferState.WITHDRAWN) in await the_list.offers()


async def test_whoever_has_blocked_the_bot_is_passed_over_and_keeps_the_place(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA)
    await the_list.join(BORIS)
    await patients.set_blocked(world.database, ANNA, world.clock.now())
    slot = await world.slot_id(CHEKHOV, 7)
    await the_list.free(slot)
    assert await the_list.to_whom(slot) == BORIS
    (mine,) = await entries.entries(world.database, ANNA)
    assert mine.place == 1


# --- booked at once, and earlier


async def test_those_who_asked_for_it_are_booked_at_once_with_their_notice(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA, mode=BOOK, wish=Wish(least_notice=timedelta(hours=48)))
    near, far = await world.slot_id(CHEKHOV, 1), await world.slot_id(CHEKHOV, 3)
    await the_list.free(near)
    assert await world.status(near) == SlotStatus.FREE
    await the_list.free(far)
    assert await world.status(far) == SlotStatus.BUSY
    ((slot,),) = await world.rows("SELECT slot_id FROM appointment WHERE status = 1")
    assert slot == far
    assert [row[0] for row in await the_list.messages("booked")] == [ANNA]
    assert await entries.entries(world.database, ANNA) == []


async def test_who_has_such_a_visit_by_now_is_asked_rather_than_booked_twice(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA, mode=BOOK)
    own = await world.slot_id(CHEKHOV, 4)
    await the_list.open(own)
    await world.book(ANNA, own)
    slot = await world.slot_id(CHEKHOV, 7)
    await the_list.free(slot)
    assert await the_list.to_whom(slot) == ANNA
    assert await world.rows("SELECT count(*) FROM appointment") == [(1,)]


async def test_booked_at_night_the_ticket_comes_in_the_morning(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA, mode=BOOK)
    world.clock.move(timedelta(hours=13))
    await the_list.free(await world.slot_id(CHEKHOV, 7))
    rows = await world.rows(
        "SELECT kind, due_at FROM notification WHERE kind IN ('ticket', 'ticket_file', 'booked')"
    )
    morning = int((world.clock.now() + timedelta(hours=10)).timestamp())
    assert rows
    assert {due for _, due in rows} == {morning}


async def test_an_earlier_time_moves_the_visit_and_the_old_time_stays_until_then(the_list: List) -> None:
    world = the_list.world
    late, early, other = [await world.slot_id(CHEKHOV, day) for day in (14, 7, 15)]
    await the_list.open(late)
    visit = await world.book(ANNA, late)
    entry = await the_list.join(ANNA, appointment_id=visit.appointment.id)
    assert (entry.row.reason, entry.row.facility_id, entry.row.ends_at) == (
        "earlier",
        1,
        visit.appointment.starts_at,
    )
    await the_list.free(other)
    assert await world.status(other) == SlotStatus.FREE, "a later time is no earlier one"
    await the_list.free(early)
    assert await the_list.to_whom(early) == ANNA
    assert await world.status(late) == SlotStatus.BUSY
    await the_list.join(BORIS, wish=Wish((Window(last=date(2025, 6, 16)),)))
    moved = await the_list.accept(ANNA)
    assert (moved.appointment.id, moved.appointment.number) == (
        visit.appointment.id,
        visit.appointment.number,
    )
    assert moved.appointment.slot_id == early
    assert await the_list.to_whom(late) == BORIS, "the time it had goes to the list in its turn"


async def test_waiting_for_an_earlier_time_ends_with_the_visit(the_list: List) -> None:
    world = the_list.world
    late, early = await world.slot_id(CHEKHOV, 14), await world.slot_id(CHEKHOV, 7)
    await the_list.open(late)
    visit = await world.book(ANNA, late)
    await the_list.join(ANNA, appointment_id=visit.appointment.id)
    await the_list.free(early)
    offer = await the_list.offer(ANNA)
    await visits.cancel(world.database, ANNA, visit.appointment.id, world.clock.now())
    assert await entries.entries(world.database, ANNA) == []
    assert await world.status(early) == SlotStatus.FREE
    assert len(await the_list.messages("ended")) == 1
    with pytest.raises(OfferOver):
        await answers.accept(world.database, ANNA, offer, world.clock.now())


async def test_a_visit_moved_by_hand_is_followed(the_list: List) -> None:
    world = the_list.world
    late, middle, early = [await world.slot_id(CHEKHOV, day) for day in (14, 9, 8)]
    for slot in (late, middle):
        await the_list.open(slot)
    visit = await world.book(ANNA, late)
    await visits.move(world.database, ANNA, visit.appointment.id, middle, world.clock.now())
    await the_list.join(ANNA, appointment_id=visit.appointment.id)
    between = await world.slot_id(CHEKHOV, 10)
    await the_list.free(between)
    assert await the_list.to_whom(between) is None
    await the_list.free(early)
    assert await the_list.to_whom(early) == ANNA


async def test_a_long_service_is_offered_with_all_its_times_and_booked_into_them(the_list: List) -> None:
    world = the_list.world
    await world.list_services()
    await the_list.join(ANNA, service_id=CHECK_UP)
    await the_list.join(BORIS, service_id=CHECK_UP)
    first, second = [await world.slot_id(CHEKHOV, 7, number) for number in (0, 1)]
    await the_list.free(first)
    assert await world.status(first) == SlotStatus.FREE, "half an hour is too short"
    await the_list.open(second)
    await the_list.free_again(first)
    assert await the_list.to_whom(first) == ANNA
    assert [await world.status(slot) for slot in (first, second)] == [SlotStatus.TENTATIVE] * 2
    await the_list.decline(ANNA)
    assert await the_list.to_whom(first) == BORIS
    assert [await world.status(slot) for slot in (first, second)] == [SlotStatus.TENTATIVE] * 2
    visit = await the_list.accept(BORIS)
    assert visit.appointment.ends_at - visit.appointment.starts_at == timedelta(hours=1)
    assert [await world.status(slot) for slot in (first, second)] == [SlotStatus.BUSY] * 2


async def test_who_cannot_book_yet_cannot_wait_either(the_list: List) -> None:
    world = the_list.world
    await world.patient(ANNA)
    await world.database.write(
        lambda tx: (
            tx.execute("UPDATE account SET phone_confirmed_at = NULL, email_confirmed_at = NULL") and None
        )
    )
    with pytest.raises(AccountInactive):
        await the_list.join(ANNA)


# --- ends


async def test_an_entry_ends_by_its_date_and_says_so(the_list: List) -> None:
    world = the_list.world
    entry = await the_list.join(ANNA, days=7)
    await the_list.tick(timedelta(days=7) - timedelta(seconds=1))
    assert len(await entries.entries(world.database, ANNA)) == 1
    await the_list.tick(timedelta(seconds=1))
    assert await entries.entries(world.database, ANNA) == []
    assert [row[0] for row in await the_list.messages("ended")] == [ANNA]
    with pytest.raises(WaitingOver):
        await entries.change(world.database, ANNA, entry.row.id, world.clock.now(), days=30)


async def test_an_open_offer_is_answered_before_the_entry_ends(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA, days=7)
    world.clock.move(timedelta(days=6, hours=23, minutes=50))
    slot = await world.slot_id(CHEKHOV, 10)
    await the_list.free(slot)
    await the_list.tell(ANNA)
    await the_list.tick(timedelta(minutes=20))
    assert (await the_list.accept(ANNA)).appointment.slot_id == slot


async def test_erased_people_leave_nothing_and_their_times_go_on(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA)
    await the_list.join(BORIS)
    slot = await world.slot_id(CHEKHOV, 7)
    await the_list.free(slot)
    await rights.erase(world.database, ANNA, world.clock.now())
    assert await the_list.to_whom(slot) == BORIS
    assert len(await world.rows("SELECT * FROM waiting")) == 1
    assert len(await world.rows("SELECT * FROM waiting_watch")) == 1


# --- holds and faults


async def test_a_time_that_was_only_looked_at_goes_back_at_once_where_it_suits_nobody(world: World) -> None:
    the_list = List(world)
    world.clock.move(MORNING)
    await the_list.join(ANNA, wish=Wish((Window(weekdays=WEEKEND),)))
    slot = await world.slot_id(CHEKHOV, 7)
    await booking.hold(world.database, BORIS, slot, world.clock.now())
    await booking.let_go(world.database, BORIS)
    assert await world.status(slot) == SlotStatus.FREE
    assert await world.rows("SELECT * FROM freed_time") == []


async def test_a_fault_at_one_time_leaves_it_to_everybody_and_the_list_goes_on(
    the_list: List, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = the_list.world
    await the_list.join(ANNA)
    bad, good = await world.slot_id(CHEKHOV, 7), await world.slot_id(CHEKHOV, 8)
    real = offering.offer_to_next

    def broken(tx, keyring, found, now):
        if found.slot_id == bad:
            real(tx, keyring, found, now)
            raise RuntimeError("planted")
        real(tx, keyring, found, now)

    monkeypatch.setattr(offering, "offer_to_next", broken)
    await the_list.free(bad)
    await the_list.free(good)
    assert await world.status(bad) == SlotStatus.FREE
    assert await the_list.to_whom(good) == ANNA
    assert "could not be offered" in caplog.text


async def test_what_a_kill_left_pending_is_offered_at_the_next_tick(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA)
    settling, world.database.before_commit = world.database.before_commit, None
    slot = await world.slot_id(CHEKHOV, 7)
    await the_list.free(slot)
    assert await world.status(slot) == SlotStatus.FREE
    world.database.before_commit = settling
    await the_list.tick()
    assert await the_list.to_whom(slot) == ANNA


async def test_an_import_of_many_times_is_gone_through_at_one_tick_a_few_at_a_time(
    the_list: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = the_list.world.database
    await the_list.join(ANNA)
    at_once = []
    settle = offering.settle

    def counted(*what, **named) -> int:
        at_once.append(settle(*what, **named))
        return at_once[-1]

    def write(tx) -> None:
        (last,) = tx.execute("SELECT max(id) FROM slot").fetchone()
        first = epoch(the_list.world.clock.now() + timedelta(days=30))
        for number in range(130):
            tx.execute(
                "INSERT INTO slot (schedule_id, starts_at, minutes, status) VALUES (?, ?, 15, 0)",
                (CHEKHOV, first + number * 900),
            )
        freed.note_written(tx, last)

    database.before_commit = None  # it is another process that imports
    await database.write(write)
    monkeypatch.setattr(offering, "settle", counted)
    await the_list.tick()
    assert not await database.read(freed.has_pending)
    assert sum(at_once) == 130
    assert len(await the_list.offers()) == 1, "others are for everybody"
    assert max(at_once) <= offering.AT_ONCE


async def test_a_list_that_is_not_worked_is_noticed(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA)
    slot = await world.slot_id(CHEKHOV, 7)
    await the_list.free(slot)
    await the_list.tell(ANNA)
    now = world.clock.now()
    still = now + timedelta(hours=1, minutes=5, seconds=1)
    assert (
        await world.database.read(lambda tx: watching.stands_still(tx, still - timedelta(seconds=1))) is None
    )
    assert await world.database.read(lambda tx: watching.stands_still(tx, still)) == now + timedelta(hours=1)


# --- the daily word


async def test_once_a_day_at_ten_it_is_told_that_the_list_is_watched(the_list: List) -> None:
    world = the_list.world
    await the_list.join(ANNA, wish=Wish((Window(since=time(11)),)))
    await the_list.free(await world.slot_id(CHEKHOV, 7))
    await the_list.tick(timedelta(minutes=59, seconds=59))
    assert await the_list.messages("watch") == []
    await the_list.tick(timedelta(seconds=1))
    await the_list.tick()
    assert [row[0] for row in await the_list.messages("watch")] == [ANNA]
    word = await watching.word(world.database, ANNA, world.clock.now())
    ((entry,), _) = (word.entries, word.message_id)
    assert (entry.place, entry.of, entry.freed, entry.suitable) == (1, 1, 1, 0)
    await the_list.tick(timedelta(days=1))
    assert len(await the_list.messages("watch")) == 2
    await watching.switch(world.database, ANNA, world.clock.now(), is_on=False)
    await the_list.tick(timedelta(days=1))
    assert len(await the_list.messages("watch")) == 2
    await watching.switch(world.database, ANNA, world.clock.now(), is_on=True)
    await the_list.tick(timedelta(days=1))
    assert len(await the_list.messages("watch")) == 3


async def test_after_days_of_outage_there_is_one_word_and_after_the_end_there_is_none(the_list: List) -> None:
    world = the_list.world
    entry = await the_list.join(ANNA)
    await the_list.tick(timedelta(days=5))
    assert len(await the_list.messages("watch")) == 1
    await entries.leave(world.database, ANNA, entry.row.id, world.clock.now())
    await the_list.tick(timedelta(days=2))
    assert len(await the_list.messages("watch")) == 1


# --- what queries ask


@pytest.mark.parametrize(
    "wish",
    [
        Wish(),
        Wish((Window(since=time(18)),)),
        Wish((Window(weekdays=WEEKEND, until=time(11, 30)),)),
        Wish(
            (
                Window(weekdays=frozenset({0}), since=time(9, 10), until=time(9, 40)),
                Window(weekdays=frozenset({3})),
            )
        ),
        Wish((Window(first=date(2025, 6, 5), last=date(2025, 6, 9), until=time(23, 59, 30)),)),
    ],
    ids=str,
)
async def test_the_columns_never_ask_for_more_than_the_wish(wish: Wish) -> None:
    from datetime import UTC, datetime

    from clinic.wishes import fits

    asked = asked_of(wish)
    for minute in range(0, 8 * 24 * 60, 10):
        at = datetime(2025, 6, 2, tzinfo=UTC) + timedelta(minutes=minute)
        found = freed.FreedRow(1, 1, 1, 1, 1, "RU-MOW", at, at, "UTC", SlotStatus.FREE, freed.GIVEN_UP)
        questions = freed.questions(found)
        passes = (
            asked.parts & questions["part"]
            and asked.since <= questions["minute"] < asked.until
            and asked.first_day <= questions["day"] <= asked.last_day
        )
        assert passes or not fits(wish, at, "UTC", at)
        if len(wish.windows) < 2:
            assert bool(passes) == fits(wish, at, "UTC", at)
